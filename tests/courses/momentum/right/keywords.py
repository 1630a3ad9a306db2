def descend(w, X, y, lr, mu, steps, rule):
    update = {"momentum": momentum, "nesterov": nesterov}[rule]
    losses, state = [], (w, 0 * w)
    for _ in range(steps):
        position, speed = state
        losses.append(loss(y=y, X=X, w=position))
        state = update(dw=gradient(position, X=X, y=y), v=speed, w=position, mu=mu, lr=lr)
    return state[0], losses
