def predict(w, b, X):
    return X @ w + b
