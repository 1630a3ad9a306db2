def linear_backward(ds, cache):
    r, v = cache
    dr = ds[:, None, None] * v
    dv = np.sum(ds[:, None, None] * r, axis=0)
    dc = np.mean(ds)
    return dr, dv, dc
