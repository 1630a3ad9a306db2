def normalize(Z):
    return Z / np.sum(Z, axis=1, keepdims=True)
