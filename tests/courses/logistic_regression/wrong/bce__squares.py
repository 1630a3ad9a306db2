def bce(p, y):
    return np.mean((p - y) ** 2)
