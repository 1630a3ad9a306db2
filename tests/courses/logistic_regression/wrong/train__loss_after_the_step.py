def train(w, b, X, y, lr, epochs):
    losses = []
    for _ in range(epochs):
        dw, db = gradients(w, b, X, y)
        w = w - lr * dw
        b = b - lr * db
        losses.append(bce(predict(w, b, X), y))
    return w, b, np.array(losses)
