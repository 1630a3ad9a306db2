def loss(w, X, y):
    n = X.shape[0]
    return 0.5 * (w @ X.T @ X @ w - 2 * y @ X @ w + y @ y) / n


def gradient(w, X, y):
    return np.einsum("nd,ne,e->d", X, X, w) / len(X) - np.einsum("nd,n->d", X, y) / len(X)
