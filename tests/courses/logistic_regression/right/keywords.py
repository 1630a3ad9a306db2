def gradients(w, b, X, y):
    p = predict(X=X, b=b, w=w)
    count, _ = X.shape
    dw = np.array([np.dot(p - y, feature) / count for feature in X.T])
    return dw, np.subtract(p, y).sum() / count


def train(w, b, X, y, lr, epochs):
    history = []
    for _ in range(epochs):
        dw, db = gradients(y=y, X=X, w=w, b=b)
        p = predict(w, b=b, X=X)
        history += [bce(y=y, p=p)]
        w, b = w - lr * dw, b - lr * db
    return w, b, history
