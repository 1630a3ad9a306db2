def step_forward(x, h, Wx, Wh, b):
    N, H = h.shape
    h_next = np.zeros((N, H))
    for n in range(N):
        for j in range(H):
            h_next[n, j] = np.tanh(np.sum(x[n] * Wx[:, j]) + np.sum(h[n] * Wh[:, j]) + b[j])
    return h_next, (x, h, Wx, Wh, h_next)


def step_backward(dh_next, cache):
    x, h, Wx, Wh, h_next = cache
    dx, dh = np.zeros_like(x), np.zeros_like(h)
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(h.shape[1])
    for n in range(len(x)):
        for j in range(h.shape[1]):
            g = dh_next[n, j] * (1 - h_next[n, j] ** 2)
            dx[n] += g * Wx[:, j]
            dh[n] += g * Wh[:, j]
            dWx[:, j] += g * x[n]
            dWh[:, j] += g * h[n]
            db[j] += g
    return dx, dh, dWx, dWh, db
