def distances(X, centres):
    return np.sum(np.abs(X[:, None, :] - centres[None, :, :]), axis=2)
