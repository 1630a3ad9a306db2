def momentum(w, dw, v, lr, mu):
    v = mu * v - lr * dw
    w = w + lr * v
    return w, v
