def momentum(w, dw, v, lr, mu):
    w = w + v
    v = mu * v - lr * dw
    return w, v
