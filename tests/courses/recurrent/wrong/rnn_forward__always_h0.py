def rnn_forward(xs, h0, Wx, Wh, b):
    N, T, D = xs.shape
    hs = np.zeros((N, T, len(b)))
    cache = []
    for t in range(T):
        hs[:, t], step_cache = step_forward(xs[:, t], h0, Wx, Wh, b)
        cache.append(step_cache)
    return hs, cache
