def loss(w, X, y):
    residual = X @ w - y
    return np.sum(np.abs(residual)) / (2 * len(y))
