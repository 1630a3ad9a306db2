def step_forward(x, h, Wx, Wh, b):
    joined = np.hstack([x, h, np.ones((len(x), 1))])
    W = np.vstack([Wx, Wh, b])
    h_next = np.tanh(joined @ W)
    return h_next, (joined, W, h_next, x.shape[1])


def step_backward(dh_next, cache):
    joined, W, h_next, D = cache
    da = dh_next - dh_next * h_next * h_next
    dW = joined.T @ da
    djoined = da @ W.T
    return djoined[:, :D], djoined[:, D:-1], dW[:D], dW[D:-1], dW[-1]


def rnn_backward(dhs, cache):
    N, T, H = dhs.shape
    D = cache[0][-1]
    dxs, dh = np.empty((N, T, D)), np.zeros((N, H))
    dWx, dWh, db = np.zeros((D, H)), np.zeros((H, H)), np.zeros(H)
    for t in range(T)[::-1]:
        dxs[:, t], dh, a, c, e = step_backward(dhs[:, t] + dh, cache[t])
        dWx, dWh, db = dWx + a, dWh + c, db + e
    return dxs, dh, dWx, dWh, db
