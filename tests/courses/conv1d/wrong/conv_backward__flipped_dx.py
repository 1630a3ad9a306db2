def conv_backward(dout, cache):
    x, w = cache
    K = w.shape[1]
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for t in range(dout.shape[2]):
        dx[:, t : t + K] += dout[:, :, t] @ np.fliplr(w)
        dw += dout[:, :, t].T @ x[:, t : t + K]
    db = np.sum(dout, axis=(0, 2))
    return dx, dw, db
