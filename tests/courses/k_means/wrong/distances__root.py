def distances(X, centres):
    return np.sqrt(np.sum((X[:, None, :] - centres[None, :, :]) ** 2, axis=2))
