def loss(w, X, y):
    total = 0.0
    for x_i, y_i in zip(X, y):
        total += 0.5 * (np.dot(x_i, w) - y_i) ** 2
    return total / len(y)


def gradient(w, X, y):
    dw = np.zeros(w.shape)
    for x_i, y_i in zip(X, y):
        dw = dw + (x_i @ w - y_i) * x_i
    return dw / len(y)


def momentum(w, dw, v, lr, mu):
    new_w, new_v = np.empty_like(w), np.empty_like(v)
    for j in range(len(w)):
        new_v[j] = mu * v[j] - lr * dw[j]
        new_w[j] = w[j] + new_v[j]
    return new_w, new_v
