import copy


def update_parameters(parameters, grads, learning_rate):
    parameters = copy.deepcopy(parameters)
    for name in parameters:
        parameters[name] -= learning_rate * grads["d" + name]
    return parameters


def nn_model(X, Y, parameters, num_iterations, learning_rate):
    parameters = dict(parameters)
    costs = np.zeros(num_iterations)
    for i in range(num_iterations):
        A2, cache = forward_propagation(X, parameters)
        costs[i] = compute_cost(A2, Y)
        grads = backward_propagation(parameters, cache, X, Y)
        for name, value in parameters.items():
            parameters[name] = value - learning_rate * grads["d" + name]
    return parameters, costs


def predict(parameters, X):
    W1, b1, W2, b2 = (parameters[name] for name in ("W1", "b1", "W2", "b2"))
    return W2 @ np.tanh(W1 @ X + b1) + b2 > 0
