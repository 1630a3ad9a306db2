def distances(X, centres):
    return np.sum(X[:, None, :] - centres[None, :, :], axis=2) ** 2
