def step_forward(x, h, Wx, Wh, b):
    a = np.dot(x, Wx) + np.dot(h, Wh) + b
    return np.tanh(a), {"x": x, "h": h, "Wx": Wx, "Wh": Wh, "slope": 1 / np.cosh(a) ** 2}


def step_backward(dh_next, cache):
    da = dh_next * cache["slope"]
    return (
        np.dot(da, cache["Wx"].T),
        np.dot(da, cache["Wh"].T),
        np.dot(cache["x"].T, da),
        np.dot(cache["h"].T, da),
        da.sum(0),
    )


def rnn_forward(xs, h0, Wx, Wh, b):
    hs, cache, h = [], [], h0
    for x in xs.transpose(1, 0, 2):
        h, of_step = step_forward(x, h, Wx, Wh, b)
        hs.append(h)
        cache.append(of_step)
    return np.stack(hs, axis=1), cache


def rnn_backward(dhs, cache):
    dxs, total, dh = [], None, 0
    for t in range(dhs.shape[1] - 1, -1, -1):
        dx, dh, *rest = step_backward(dhs[:, t] + dh, cache[t])
        dxs.insert(0, dx)
        total = rest if total is None else [a + b for a, b in zip(total, rest)]
    return (np.stack(dxs, axis=1), dh, *total)
