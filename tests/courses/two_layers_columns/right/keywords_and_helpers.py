def affine(W, b, A):
    return W @ A + b


def layer(dZ, A_prev):
    m = A_prev.shape[1]
    return dZ @ A_prev.T / m, dZ.mean(axis=1, keepdims=True)


def forward_propagation(X, parameters):
    W1, b1, W2, b2 = [parameters[k] for k in ["W1", "b1", "W2", "b2"]]
    A1 = np.tanh(affine(W1, b1, X))
    A2 = sigmoid(affine(W2, b2, A1))
    return A2, dict(A1=A1, A2=A2)


def backward_propagation(parameters, cache, X, Y):
    dZ2 = cache["A2"] - Y
    dZ1 = parameters["W2"].T.dot(dZ2) * (1 - cache["A1"] ** 2)
    grads = {}
    grads["dW1"], grads["db1"] = layer(dZ1, X)
    grads["dW2"], grads["db2"] = layer(dZ2, cache["A1"])
    return grads


def nn_model(X, Y, parameters, num_iterations, learning_rate):
    costs = []
    while len(costs) < num_iterations:
        A2, cache = forward_propagation(parameters=parameters, X=X)
        grads = backward_propagation(parameters=parameters, cache=cache, X=X, Y=Y)
        costs.append(compute_cost(Y=Y, A2=A2))
        parameters = update_parameters(parameters, learning_rate=learning_rate, grads=grads)
    return parameters, costs
