RULES = {"momentum": lambda old, new, mu: new, "nesterov": lambda old, new, mu: -mu * old + (1 + mu) * new}


def descend(w, X, y, lr, mu, steps, rule):
    w, v = np.array(w), np.zeros(len(w))
    losses = np.zeros(steps)
    for k in range(steps):
        r = X @ w - y
        losses[k] = 0.5 * np.mean(r * r)
        new = mu * v - lr * np.mean(r[:, None] * X, axis=0)
        w += RULES[rule](v, new, mu)
        v = new
    return w, losses
