def distances(X, centres):
    return np.mean((X[:, None, :] - centres[None, :, :]) ** 2, axis=2)
