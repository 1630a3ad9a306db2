def sgd(W, X, y, reg, lr, batch, epochs):
    losses = []
    for epoch in range(epochs):
        for start in range(0, len(X), batch):
            loss, dW = softmax_loss(W, X, y, reg)
            losses.append(loss)
            W -= lr * dW
    return losses
