def descend(w, X, y, lr, mu, steps, rule):
    v = np.zeros_like(w)
    losses = []
    dw = gradient(w, X, y)
    for step in range(steps):
        losses.append(loss(w, X, y))
        if rule == "nesterov":
            w, v = nesterov(w, dw, v, lr, mu)
        else:
            w, v = momentum(w, dw, v, lr, mu)
    return w, np.array(losses)
