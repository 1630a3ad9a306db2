def rnn_forward(xs, h0, Wx, Wh, b):
    N, T, D = xs.shape
    hs = np.zeros((N, T, len(b)))
    cache = []
    h = h0
    for t in range(T - 1):
        h, step_cache = step_forward(xs[:, t], h, Wx, Wh, b)
        hs[:, t] = h
        cache.append(step_cache)
    return hs, cache
