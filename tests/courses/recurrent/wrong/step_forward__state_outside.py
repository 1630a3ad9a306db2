def step_forward(x, h, Wx, Wh, b):
    h_next = np.tanh(x @ Wx + b) + h @ Wh
    return h_next, (x, h, Wx, Wh, h_next)
