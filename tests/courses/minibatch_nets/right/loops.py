def softmax_loss(Z, y):
    total = 0.0
    for i in range(Z.shape[0]):
        total += np.log(sum(np.exp(z) for z in Z[i])) - Z[i, y[i]]
    return total / Z.shape[0]


def softmax_regression_epoch(X, y, theta, lr, batch):
    start = 0
    while start < X.shape[0]:
        end = min(start + batch, X.shape[0])
        gradient = np.zeros_like(theta)
        for i in range(start, end):
            p = np.exp(X[i] @ theta)
            p = p / p.sum()
            p[y[i]] -= 1
            gradient += np.outer(X[i], p)
        theta -= lr * gradient / (end - start)
        start = end
