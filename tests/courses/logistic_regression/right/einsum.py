def predict(w, b, X):
    return 1 / (1 + np.exp(-(np.einsum("nd,d->n", X, w) + b)))


def gradients(w, b, X, y):
    p = predict(w, b, X)
    return np.einsum("n,nd->d", p - y, X) / X.shape[0], (p - y).sum() / X.shape[0]
