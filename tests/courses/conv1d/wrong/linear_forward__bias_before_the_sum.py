def linear_forward(r, v, c):
    s = np.sum(r * v + c, axis=(1, 2))
    return s, (r, v)
