def bce(p, y):
    return -np.mean((1 - y) * np.log(p) + y * np.log(1 - p))
