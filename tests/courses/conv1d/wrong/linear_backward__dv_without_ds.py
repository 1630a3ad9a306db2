def linear_backward(ds, cache):
    r, v = cache
    dr = ds[:, None, None] * v
    dv = np.sum(r, axis=0)
    dc = np.sum(ds)
    return dr, dv, dc
