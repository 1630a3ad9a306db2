def softmax_loss(W, X, y, reg):
    n = y.size
    s = np.einsum("nd,dc->nc", X, W)
    s -= s.max(1, keepdims=True)
    e = np.exp(s)
    z = e.sum(1)
    loss = (np.log(z) - s[range(n), y]).mean() + reg * np.einsum("dc,dc", W, W)
    d = e / z[:, None]
    d[range(n), y] -= 1.0
    return loss, np.einsum("nd,nc->dc", X, d / n) + 2.0 * reg * W


def sgd(W, X, y, reg, lr, batch, epochs):
    losses = []
    steps = -(-len(X) // batch)
    for step in range(epochs * steps):
        part = slice(step % steps * batch, (step % steps + 1) * batch)
        loss, dW = softmax_loss(W, X[part], y[part], reg)
        losses.append(loss)
        W[...] = W - lr * dW
    return losses
