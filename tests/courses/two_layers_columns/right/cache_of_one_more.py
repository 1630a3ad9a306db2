def forward_propagation(X, parameters):
    ones = np.ones((1, X.shape[1]))
    A1 = np.tanh(np.hstack([parameters["b1"], parameters["W1"]]) @ np.vstack([ones, X]))
    A2 = sigmoid(parameters["W2"] @ A1 + parameters["b2"])
    return A2, {"hidden": A1, "slope": 1 - A1 * A1, "out": A2}


def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    d2 = (cache["out"] - Y) / m
    d1 = parameters["W2"].T * d2 * cache["slope"]
    return {
        "dW2": d2 @ cache["hidden"].T,
        "db2": d2.sum(axis=1, keepdims=True),
        "dW1": d1 @ X.T,
        "db1": d1.sum(axis=1, keepdims=True),
    }
