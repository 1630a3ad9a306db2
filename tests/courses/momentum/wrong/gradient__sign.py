def gradient(w, X, y):
    return X.T @ (y - X @ w) / len(y)
