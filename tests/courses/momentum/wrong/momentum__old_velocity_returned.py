def momentum(w, dw, v, lr, mu):
    new = mu * v - lr * dw
    return w + new, v
