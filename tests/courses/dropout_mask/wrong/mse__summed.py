def mse(out, Y):
    return np.sum((out - Y) ** 2), 2 * (out - Y)
