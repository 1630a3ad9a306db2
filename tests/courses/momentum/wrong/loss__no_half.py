def loss(w, X, y):
    residual = X @ w - y
    return np.sum(residual**2) / len(y)
