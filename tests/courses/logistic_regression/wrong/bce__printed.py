def bce(p, y):
    print(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))
