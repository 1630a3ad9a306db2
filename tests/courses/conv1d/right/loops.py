def conv_forward(x, w, b):
    N, T = x.shape
    F, K = w.shape
    out = np.zeros((N, F, T - K + 1))
    for n in range(N):
        for f in range(F):
            for t in range(T - K + 1):
                out[n, f, t] = np.dot(x[n, t : t + K], w[f]) + b[f]
    return out, (x, w, b)


def conv_backward(dout, cache):
    x, w, b = cache
    dx, dw, db = np.zeros(x.shape), np.zeros(w.shape), np.zeros(b.shape)
    for n in range(dout.shape[0]):
        for f in range(dout.shape[1]):
            for t in range(dout.shape[2]):
                g = dout[n, f, t]
                db[f] += g
                for k in range(w.shape[1]):
                    dw[f, k] += g * x[n, t + k]
                    dx[n, t + k] += g * w[f, k]
    return dx, dw, db
