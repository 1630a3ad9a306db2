def nn_gradients(Xb, yb, W1, W2):
    A = Xb @ W1
    H = np.maximum(A, 0)
    P = normalize(H @ W2)
    P[np.arange(len(yb)), yb] -= 1
    return Xb.T @ ((P @ W2.T) * (A > 0)) / len(yb), H.T @ P / len(yb)


def nn_epoch(X, y, W1, W2, lr, batch):
    count = int(np.ceil(len(y) / batch))
    for j in range(count):
        chosen = np.arange(j * batch, min((j + 1) * batch, len(y)))
        for W, dW in zip((W1, W2), nn_gradients(X[chosen], y[chosen], W1, W2)):
            W -= lr * dW


def train_nn(X, y, W1, W2, epochs, lr, batch):
    losses, errors = np.zeros(epochs), np.zeros(epochs)
    for e in range(epochs):
        nn_epoch(X, y, W1, W2, lr, batch)
        Z = np.maximum(0, X.dot(W1)).dot(W2)
        losses[e] = softmax_loss(Z, y)
        errors[e] = np.sum(Z.argmax(1) != y) / len(y)
    return losses, errors
