def mse(out, Y):
    return (out - Y) ** 2, 2 * (out - Y) / len(Y)
