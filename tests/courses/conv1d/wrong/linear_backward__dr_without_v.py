def linear_backward(ds, cache):
    r, v = cache
    dr = ds[:, None, None] * np.ones_like(v)
    dv = np.sum(ds[:, None, None] * r, axis=0)
    dc = np.sum(ds)
    return dr, dv, dc
