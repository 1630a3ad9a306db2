def bce(p, y):
    return -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))
