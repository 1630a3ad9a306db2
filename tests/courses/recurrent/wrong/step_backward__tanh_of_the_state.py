def step_backward(dh_next, cache):
    x, h, Wx, Wh, h_next = cache
    da = dh_next * (1 - np.tanh(h_next) ** 2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, h.T @ da, np.sum(da, axis=0)
