def step(X, Y, W1, b1, W2, b2, mask, keep, lr):
    a = X @ W1 + b1
    d = np.maximum(a, 0) * mask / keep
    e = d @ W2 + b2 - Y
    dy = 2 / len(Y) * e
    da = (dy @ W2.T) * mask / keep * (a > 0)
    for weight, slope in ((W1, X.T @ da), (b1, da.sum(0)), (W2, d.T @ dy), (b2, dy.sum(0))):
        weight[...] = weight - lr * slope
    return float((e * e).mean())
