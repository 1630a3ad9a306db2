def accuracy(W, X, y):
    return float(sum(predict(X=X, W=W) == y) / y.shape[0])


def sgd(W, X, y, reg, lr, batch, epochs):
    history = []
    for _ in range(epochs):
        todo = np.arange(y.shape[0])
        while todo.size:
            now, todo = todo[:batch], todo[batch:]
            value, slope = softmax_loss(X=X[now], y=y[now], reg=reg, W=W)
            history.append(value)
            W += -lr * slope
    return np.array(history)
