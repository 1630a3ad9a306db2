def assign(X, centres):
    return np.argmin(distances(X, centres), axis=1) + 1
