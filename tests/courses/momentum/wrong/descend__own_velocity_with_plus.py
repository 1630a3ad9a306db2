def descend(w, X, y, lr, mu, steps, rule):
    v = np.zeros_like(w)
    losses = []
    for step in range(steps):
        losses.append(loss(w, X, y))
        dw = gradient(w, X, y)
        if rule == "nesterov":
            w, v = nesterov(w, dw, v, lr, mu)
        else:
            v = mu * v + lr * dw
            w = w + v
    return w, np.array(losses)
