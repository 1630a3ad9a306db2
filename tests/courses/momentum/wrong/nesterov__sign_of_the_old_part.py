def nesterov(w, dw, v, lr, mu):
    v_old = v
    v = mu * v_old - lr * dw
    w = w + mu * v_old + (1 + mu) * v
    return w, v
