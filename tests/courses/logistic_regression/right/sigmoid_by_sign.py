def sigmoid(z):
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + small), small / (1 + small))


def predict(w, b, X):
    return sigmoid((X * w).sum(axis=1) + b)
