def conv_forward(x, w, b):
    N, T = x.shape
    F, K = w.shape
    L = T - K + 1
    out = np.zeros((N, F, L))
    for t in range(L):
        out[:, :, t] = (x[:, t : t + K] @ w.T).sum(axis=1, keepdims=True) + b
    return out, (x, w)
