def batches(X, y, size):
    starts = np.arange(size, len(X), size)
    return list(zip(np.split(X, starts), np.split(y, starts)))


def sgd(W, X, y, reg, lr, batch, epochs):
    losses = []
    for _ in range(epochs):
        for xb, yb in batches(X, y, batch):
            loss, dW = softmax_loss(W, xb, yb, reg)
            np.subtract(W, lr * dW, out=W)
            losses += [float(loss)]
    return losses
