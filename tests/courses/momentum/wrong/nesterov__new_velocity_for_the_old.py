def nesterov(w, dw, v, lr, mu):
    v = mu * v - lr * dw
    w = w - mu * v + (1 + mu) * v
    return w, v
