def shares(scores):
    return (np.exp(scores).T / np.exp(scores).sum(axis=1)).T


def softmax_regression_epoch(X, y, theta, lr, batch):
    at = 0
    for size in [batch] * (len(y) // batch) + [len(y) % batch]:
        for _ in range(size > 0):
            Xb, yb = X[at : at + size], y[at : at + size]
            P = shares(Xb @ theta)
            for c in range(theta.shape[1]):
                theta[:, c] -= lr * ((P[:, c] - (yb == c)) @ Xb) / size
        at += size


def train_nn(X, y, W1, W2, epochs, lr, batch):
    table = []
    for _ in range(epochs):
        nn_epoch(X, y, W1=W1, W2=W2, batch=batch, lr=lr)
        logits = nn_logits(X=X, W1=W1, W2=W2)
        table.append((softmax_loss(y=y, Z=logits), 1 - np.mean(logits.argmax(axis=1) == y)))
    losses, errors = zip(*table)
    return list(losses), list(errors)
