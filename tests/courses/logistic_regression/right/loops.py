def bce(p, y):
    total = 0.0
    for p_i, y_i in zip(p, y):
        if y_i == 1:
            total -= np.log(p_i)
        else:
            total -= np.log(1 - p_i)
    return total / len(p)


def gradients(w, b, X, y):
    dw, db = np.zeros(len(w)), 0.0
    for x_i, y_i in zip(X, y):
        z = b
        for j in range(len(w)):
            z = z + w[j] * x_i[j]
        e = sigmoid(z) - y_i
        for j in range(len(w)):
            dw[j] += e * x_i[j] / len(y)
        db += e / len(y)
    return dw, db
