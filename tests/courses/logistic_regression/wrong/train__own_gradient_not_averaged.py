def train(w, b, X, y, lr, epochs):
    losses = []
    for _ in range(epochs):
        p = predict(w, b, X)
        losses.append(bce(p, y))
        w = w - lr * X.T @ (p - y)
        b = b - lr * np.sum(p - y)
    return w, b, np.array(losses)
