def forward_propagation(X, parameters):
    Z1 = np.einsum("hx,xm->hm", parameters["W1"], X) + parameters["b1"]
    A1 = np.tanh(Z1)
    Z2 = np.einsum("oh,hm->om", parameters["W2"], A1) + parameters["b2"]
    A2 = sigmoid(Z2)
    return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    A1, A2 = cache["A1"], cache["A2"]
    dZ2 = (A2 - Y) / m
    dZ1 = np.einsum("oh,om,hm->hm", parameters["W2"], dZ2, 1 - A1**2)
    return {
        "dW1": np.einsum("hm,xm->hx", dZ1, X),
        "db1": np.einsum("hm->h", dZ1)[:, None],
        "dW2": np.einsum("om,hm->oh", dZ2, A1),
        "db2": np.einsum("om->o", dZ2)[:, None],
    }
