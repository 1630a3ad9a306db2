def rnn_forward(xs, h0, Wx, Wh, b):
    cache = []
    h = h0
    for t in range(xs.shape[1]):
        h, step_cache = step_forward(xs[:, t], h, Wx, Wh, b)
        cache.append(step_cache)
    return h, cache
