def train(w, b, X, y, lr, epochs):
    w = np.array(w, dtype=float)
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        p = 0.5 * (1 + np.tanh((X @ w + b) / 2))
        losses[epoch] = -(np.log(p[y == 1]).sum() + np.log(1 - p[y == 0]).sum()) / len(y)
        b = b - lr * (p - y).mean()
        w -= lr * ((p - y)[:, None] * X).mean(axis=0)
    return w, b, losses
