def loss(w, X, y):
    return np.linalg.norm(X @ w - y) / (2 * len(y))
