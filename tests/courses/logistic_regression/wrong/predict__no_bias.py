def predict(w, b, X):
    return sigmoid(X @ w)
