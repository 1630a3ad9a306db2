def assign(X, centres):
    return np.argmax(distances(X, centres), axis=1)
