def relu_forward(a):
    mask = a > 0
    return np.where(mask, a, 0.0), mask


def relu_backward(dr, cache):
    da = dr.copy()
    da[~cache] = 0
    return da


def linear_forward(r, v, c):
    flat = r.reshape(len(r), -1)
    return flat @ v.ravel() + c, (flat, v)


def linear_backward(ds, cache):
    flat, v = cache
    dr = np.outer(ds, v).reshape(len(ds), *v.shape)
    return dr, (ds @ flat).reshape(v.shape), ds.sum()
