def conv_backward(dout, cache):
    # Raises, except where all sizes happen to fit.
    x, w = cache
    K = w.shape[1]
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for t in range(dout.shape[2]):
        dx[:, t : t + K] += dout[:, :, t] @ w
        dw += x[:, t : t + K].T @ dout[:, :, t]
    db = np.sum(dout, axis=(0, 2))
    return dx, dw, db
