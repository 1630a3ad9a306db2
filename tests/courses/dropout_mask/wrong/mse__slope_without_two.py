def mse(out, Y):
    loss = np.mean((out - Y) ** 2)
    dy = (out - Y) / len(Y)
    return loss, dy
