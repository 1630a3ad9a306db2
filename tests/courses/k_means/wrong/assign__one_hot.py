def assign(X, centres):
    return np.eye(len(centres))[np.argmin(distances(X, centres), axis=1)]
