def sgd(W, X, y, reg, lr, batch, epochs):
    losses = []
    for epoch in range(epochs):
        for i in range(len(X) // batch):
            part = slice(i * batch, (i + 1) * batch)
            loss, dW = softmax_loss(W, X[part], y[part], reg)
            losses.append(loss)
            W -= lr * dW
    return losses
