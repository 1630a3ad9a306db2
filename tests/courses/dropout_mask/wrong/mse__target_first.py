def mse(out, Y):
    loss = np.mean((Y - out) ** 2)
    dy = 2 * (Y - out) / len(Y)
    return loss, dy
