def softmax_regression_epoch(X, y, theta, lr, batch):
    for i in range(len(y) // batch):
        Xb, yb = X[i * batch : (i + 1) * batch], y[i * batch : (i + 1) * batch]
        G = normalize(Xb @ theta)
        G[np.arange(len(yb)), yb] -= 1
        theta -= lr / len(yb) * (Xb.T @ G)
