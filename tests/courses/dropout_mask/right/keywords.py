def forward_train(X, W1, b1, W2, b2, mask, keep):
    hidden = np.maximum(X @ W1 + b1, 0)
    dropped = dropout_forward(mask=mask, keep=keep, h=hidden)
    return dropped @ W2 + b2, [X, hidden > 0, dropped, W2, (mask, keep)]


def backward(dy, cache):
    X, on, dropped, W2, settings = cache
    below = on * dropout_backward(np.outer(dy, W2), *settings)
    return X.T @ below, np.ones(len(X)) @ below, (dy.T @ dropped).T, np.ones(len(X)) @ dy


def step(X, Y, W1, b1, W2, b2, mask, keep, lr):
    out, cache = forward_train(X, W1=W1, b1=b1, W2=W2, b2=b2, keep=keep, mask=mask)
    value, dy = mse(Y=Y, out=out)
    weights = W1, b1, W2, b2
    for weight, slope in zip(weights, backward(cache=cache, dy=dy)):
        weight -= lr * slope
    return value
