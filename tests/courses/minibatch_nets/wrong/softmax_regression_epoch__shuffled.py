def softmax_regression_epoch(X, y, theta, lr, batch):
    order = np.random.permutation(len(y))
    X, y = X[order], y[order]
    for i in range(0, len(y), batch):
        Xb, yb = X[i : i + batch], y[i : i + batch]
        G = normalize(Xb @ theta)
        G[np.arange(len(yb)), yb] -= 1
        theta -= lr / len(yb) * (Xb.T @ G)
