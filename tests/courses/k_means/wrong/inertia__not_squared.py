def inertia(X, labels, centres):
    return np.sum(np.abs(X - centres[labels]))
