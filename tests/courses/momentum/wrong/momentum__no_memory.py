def momentum(w, dw, v, lr, mu):
    v = -lr * dw
    w = w + v
    return w, v
