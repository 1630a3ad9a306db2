def rnn_backward(dhs, cache):
    N, T, H = dhs.shape
    D = cache[0][0].shape[1]
    dxs = np.zeros((N, T, D))
    dWx, dWh, db = np.zeros((D, H)), np.zeros((H, H)), np.zeros(H)
    dh = np.zeros((N, H))
    for t in range(T):
        dx, dh, dWx_t, dWh_t, db_t = step_backward(dhs[:, t] + dh, cache[t])
        dxs[:, t] = dx
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dxs, dh, dWx, dWh, db
