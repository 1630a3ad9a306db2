def train(w, b, X, y, lr, epochs):
    losses = []
    for _ in range(epochs):
        losses.append(bce(predict(w, b, X), y))
        _, db = gradients(w, b, X, y)
        b = b - lr * db
        dw, _ = gradients(w, b, X, y)
        w = w - lr * dw
    return w, b, np.array(losses)
