def gradient(w, X, y):
    return 2 * X.T @ (X @ w - y) / len(y)
