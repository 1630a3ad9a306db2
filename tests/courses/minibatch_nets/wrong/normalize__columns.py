def normalize(Z):
    E = np.exp(Z)
    return E / np.sum(E, axis=0)
