def train(w, b, X, y, lr, epochs):
    losses = []
    for _ in range(epochs):
        losses.append(bce(predict(w, b, X), y))
        dw, db = gradients(w, b, X, y)
        w = w + lr * dw
        b = b + lr * db
    return w, b, np.array(losses)
