def gradients(w, b, X, y):
    error = X @ w + b - y
    return X.T @ error / len(y), error.mean()
