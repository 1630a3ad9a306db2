def momentum(w, dw, v, lr, mu):
    w, v = w.copy(), v.copy()
    v *= mu
    v -= lr * dw
    w += v
    return w, v


def nesterov(w, dw, v, lr, mu):
    _, v_new = momentum(w, dw, v, lr, mu)
    return w + mu * mu * v - (1 + mu) * lr * dw, v_new
