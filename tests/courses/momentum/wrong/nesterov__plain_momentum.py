def nesterov(w, dw, v, lr, mu):
    v = mu * v - lr * dw
    w = w + v
    return w, v
