def inertia(X, labels, centres):
    return np.sum(distances(X, centres))
