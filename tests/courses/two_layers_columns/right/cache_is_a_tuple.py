def forward_propagation(X, parameters):
    Z1 = parameters["W1"] @ X + parameters["b1"]
    Z2 = parameters["W2"] @ np.tanh(Z1) + parameters["b2"]
    return 1 / (1 + np.exp(-Z2)), (Z1, Z2)


def backward_propagation(parameters, cache, X, Y):
    Z1, Z2 = cache
    A1 = np.tanh(Z1)
    dZ2 = 1 / (1 + np.exp(-Z2)) - Y
    dZ1 = (parameters["W2"].T @ dZ2) * (1 - np.square(A1))
    m = Y.shape[1]
    return dict(
        dW1=1 / m * dZ1 @ X.T,
        db1=1 / m * dZ1.sum(1).reshape(-1, 1),
        dW2=1 / m * dZ2 @ A1.T,
        db2=1 / m * dZ2.sum(1).reshape(-1, 1),
    )
