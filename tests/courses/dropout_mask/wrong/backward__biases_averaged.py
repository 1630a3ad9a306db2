def backward(dy, cache):
    X, a, d, W2, mask, keep = cache
    dW2 = d.T @ dy
    db2 = np.mean(dy, axis=0)
    dh = dropout_backward(dy @ W2.T, mask, keep)
    da = dh * (a > 0)
    dW1 = X.T @ da
    db1 = np.mean(da, axis=0)
    return dW1, db1, dW2, db2
