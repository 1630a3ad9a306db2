def forward_train(X, W1, b1, W2, b2, mask, keep):
    a = X @ W1 + b1
    factor = (a > 0) * mask / keep
    d = a * factor
    return d @ W2 + b2, {"X": X, "factor": factor, "d": d, "W2": W2}


def backward(dy, cache):
    da = dy * cache["W2"].T * cache["factor"]
    return cache["X"].T @ da, da.sum(axis=0), cache["d"].T @ dy, dy.sum(axis=0)
