def sgd(W, X, y, reg, lr, batch, epochs):
    losses = []
    for e in range(epochs):
        for i in range(0, len(X), batch):
            L, dW = softmax_loss(W, X[i : i + batch], y[i : i + batch], reg)
            losses.append(L)
            W -= lr * dW
    return [np.mean(losses[: i + 1]) for i in range(len(losses))]
