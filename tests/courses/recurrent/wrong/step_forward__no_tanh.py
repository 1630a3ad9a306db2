def step_forward(x, h, Wx, Wh, b):
    h_next = x @ Wx + h @ Wh + b
    return h_next, (x, h, Wx, Wh, h_next)
