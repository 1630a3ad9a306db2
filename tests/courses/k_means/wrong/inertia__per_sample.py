def inertia(X, labels, centres):
    return np.sum((X - centres[labels]) ** 2, axis=1)
