def gradient(w, X, y):
    return X.T @ (X @ w - y)
