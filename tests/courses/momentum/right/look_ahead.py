def nesterov(w, dw, v, lr, mu):
    step = mu * v - lr * dw
    return w + mu * (step - v) + step, step
