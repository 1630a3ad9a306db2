def rnn_forward(xs, h0, Wx, Wh, b):
    T = xs.shape[1]
    states = np.zeros((T + 1, *h0.shape))
    states[0] = h0
    for t in range(T):
        states[t + 1] = np.tanh(xs[:, t] @ Wx + states[t] @ Wh + b)
    return states[1:].transpose(1, 0, 2).copy(), (xs, states, Wx, Wh)


def rnn_backward(dhs, cache):
    xs, states, Wx, Wh = cache
    das = np.zeros(dhs.shape)
    carried = np.zeros(states[0].shape)
    for t in range(xs.shape[1])[::-1]:
        das[:, t] = (dhs[:, t] + carried) * (1 - states[t + 1] ** 2)
        carried = das[:, t] @ Wh.T
    dWx = np.einsum("ntd,nth->dh", xs, das)
    dWh = np.einsum("tnk,nth->kh", states[:-1], das)
    return das @ Wx.T, carried, dWx, dWh, das.sum(axis=(0, 1))
