def gradients(w, b, X, y):
    p = predict(w, b, X)
    delta = (p - y) * p * (1 - p)
    return X.T @ delta / len(y), delta.mean()
