def rnn_backward(dhs, cache):
    N, T, H = dhs.shape
    D = cache[0][0].shape[1]
    dxs = np.zeros((N, T, D))
    dh = np.zeros((N, H))
    for t in reversed(range(T)):
        dx, dh, dWx, dWh, db = step_backward(dhs[:, t] + dh, cache[t])
        dxs[:, t] = dx
    return dxs, dh, dWx, dWh, db
