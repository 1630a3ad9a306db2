def distances(X, centres):
    return np.sum((centres[:, None, :] - X[None, :, :]) ** 2, axis=2)
