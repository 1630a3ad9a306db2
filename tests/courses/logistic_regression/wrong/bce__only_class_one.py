def bce(p, y):
    return -np.mean(y * np.log(p))
