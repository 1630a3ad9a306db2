def momentum(w, dw, v, lr, mu):
    v = mu * v - (1 - mu) * lr * dw
    w = w + v
    return w, v
