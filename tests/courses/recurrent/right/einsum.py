def step_backward(dh_next, cache):
    x, h, Wx, Wh, h_next = cache
    da = dh_next * (1 - h_next) * (1 + h_next)
    return (
        np.einsum("nh,dh->nd", da, Wx),
        np.einsum("nh,kh->nk", da, Wh),
        np.einsum("nd,nh->dh", x, da),
        np.einsum("nk,nh->kh", h, da),
        np.einsum("nh->h", da),
    )
