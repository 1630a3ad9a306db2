def compute_cost(A2, Y):
    m = Y.shape[1]
    cost = 0
    for i in range(m):
        if Y[0, i] == 1:
            cost += -np.log(A2[0, i])
        else:
            cost += -np.log(1 - A2[0, i])
    return cost / m


def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    grads = {"d" + name: np.zeros_like(value) for name, value in parameters.items()}
    for i in range(m):
        a1 = cache["A1"][:, i : i + 1]
        d2 = cache["A2"][0, i] - Y[0, i]
        d1 = parameters["W2"].T * d2 * (1 - a1**2)
        grads["dW2"] += d2 * a1.T / m
        grads["db2"] += d2 / m
        grads["dW1"] += d1 @ X[:, i : i + 1].T / m
        grads["db1"] += d1 / m
    return grads
