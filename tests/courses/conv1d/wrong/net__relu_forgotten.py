def net(x, y, w, b, v, c):
    a, conv_cache = conv_forward(x, w, b)
    s, linear_cache = linear_forward(a, v, c)
    loss = np.mean(0.5 * (s - y) ** 2)
    ds = (s - y) / len(y)
    da, dv, dc = linear_backward(ds, linear_cache)
    dx, dw, db = conv_backward(da, conv_cache)
    return loss, dw, db, dv, dc
