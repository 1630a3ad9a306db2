def train(w, b, X, y, lr, epochs):
    # The numbers are right, but the array that was handed in does not stay as it was.
    losses = []
    for _ in range(epochs):
        losses.append(bce(predict(w, b, X), y))
        dw, db = gradients(w, b, X, y)
        w -= lr * dw
        b -= lr * db
    return w, b, np.array(losses)
