def conv_forward(x, w, b):
    N, T = x.shape
    F, K = w.shape
    L = T - K + 1
    out = np.zeros((N, F, L))
    for t in range(L - 1):
        out[:, :, t] = x[:, t : t + K] @ w.T + b
    return out, (x, w)
