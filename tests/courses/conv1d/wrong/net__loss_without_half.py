def net(x, y, w, b, v, c):
    a, conv_cache = conv_forward(x, w, b)
    r, relu_cache = relu_forward(a)
    s, linear_cache = linear_forward(r, v, c)
    loss = np.mean((s - y) ** 2)
    ds = (s - y) / len(y)
    dr, dv, dc = linear_backward(ds, linear_cache)
    da = relu_backward(dr, relu_cache)
    dx, dw, db = conv_backward(da, conv_cache)
    return loss, dw, db, dv, dc
