def forward_test(X, W1, b1, W2, b2):
    out = np.zeros((len(X), 1))
    for n, x in enumerate(X):
        out[n] = b2
        for j in range(W1.shape[1]):
            out[n] += max(x @ W1[:, j] + b1[j], 0) * W2[j]
    return out


def backward(dy, cache):
    X, a, d, W2, mask, keep = cache
    dW1, db1 = np.zeros((X.shape[1], a.shape[1])), np.zeros(a.shape[1])
    dW2, db2 = np.zeros(W2.shape), np.zeros(1)
    for n in range(len(X)):
        db2 += dy[n]
        for j in range(a.shape[1]):
            dW2[j] += dy[n] * d[n, j]
            if a[n, j] > 0 and mask[n, j]:
                g = dy[n, 0] * W2[j, 0] / keep
                db1[j] += g
                dW1[:, j] += g * X[n]
    return dW1, db1, dW2, db2
