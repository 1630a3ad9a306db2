def linear_forward(r, v, c):
    s = np.sum(r * v, axis=2) + c
    return s, (r, v)
