def rnn_forward(xs, h0, Wx, Wh, b):
    # Raises, except where there are as many sequences as steps.
    hs, cache = [], []
    h = h0
    for x in xs:
        h, step_cache = step_forward(x, h, Wx, Wh, b)
        hs.append(h)
        cache.append(step_cache)
    return np.array(hs), cache
