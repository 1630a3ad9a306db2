def normalize(Z):
    P = np.zeros_like(Z)
    P[np.arange(len(Z)), Z.argmax(axis=1)] = 1
    return P
