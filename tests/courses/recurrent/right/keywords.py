def pre(x, h, Wx, Wh, b):
    return x @ Wx + h @ Wh + b


def step_forward(x, h, Wx, Wh, b):
    h_next = np.tanh(pre(x, h, Wx, Wh, b))
    return h_next, dict(x=x, h=h, Wx=Wx, Wh=Wh, b=b)


def step_backward(dh_next, cache):
    da = dh_next * (1 - np.tanh(pre(**cache)) ** 2)
    return da @ cache["Wx"].T, da @ cache["Wh"].T, cache["x"].T @ da, cache["h"].T @ da, da.sum(axis=0)


def rnn_forward(xs, h0, Wx, Wh, b):
    pairs = [(h0, None)]
    for t in range(xs.shape[1]):
        pairs.append(step_forward(x=xs[:, t, :], h=pairs[-1][0], b=b, Wx=Wx, Wh=Wh))
    return np.array([h for h, _ in pairs[1:]]).transpose(1, 0, 2), [cache for _, cache in pairs[1:]]


def rnn_backward(dhs, cache):
    N, T, H = dhs.shape
    per_step, dh = [], np.zeros((N, H))
    for t in range(T):
        per_step.append(step_backward(cache=cache[T - 1 - t], dh_next=dhs[:, T - 1 - t] + dh))
        dh = per_step[-1][1]
    dxs = np.array([one[0] for one in per_step[::-1]]).transpose(1, 0, 2)
    return dxs, dh, sum(one[2] for one in per_step), sum(one[3] for one in per_step), sum(one[4] for one in per_step)
