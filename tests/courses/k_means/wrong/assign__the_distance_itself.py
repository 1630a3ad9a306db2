def assign(X, centres):
    return np.min(distances(X, centres), axis=1)
