def predict(w, b, X):
    return (sigmoid(X @ w + b) > 0.5) * 1
