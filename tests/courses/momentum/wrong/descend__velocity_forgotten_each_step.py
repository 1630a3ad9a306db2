def descend(w, X, y, lr, mu, steps, rule):
    losses = []
    for step in range(steps):
        v = np.zeros_like(w)
        losses.append(loss(w, X, y))
        dw = gradient(w, X, y)
        if rule == "nesterov":
            w, v = nesterov(w, dw, v, lr, mu)
        else:
            w, v = momentum(w, dw, v, lr, mu)
    return w, np.array(losses)
