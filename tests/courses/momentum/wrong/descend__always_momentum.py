def descend(w, X, y, lr, mu, steps, rule):
    v = np.zeros_like(w)
    losses = []
    for step in range(steps):
        losses.append(loss(w, X, y))
        w, v = momentum(w, gradient(w, X, y), v, lr, mu)
    return w, np.array(losses)
