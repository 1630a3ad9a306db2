def inertia(X, labels, centres):
    return np.mean((X - centres[labels]) ** 2)
