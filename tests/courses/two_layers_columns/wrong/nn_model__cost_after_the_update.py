def nn_model(X, Y, parameters, num_iterations, learning_rate):
    costs = []
    for i in range(num_iterations):
        A2, cache = forward_propagation(X, parameters)
        grads = backward_propagation(parameters, cache, X, Y)
        parameters = update_parameters(parameters, grads, learning_rate)
        A2, cache = forward_propagation(X, parameters)
        costs.append(compute_cost(A2, Y))
    return parameters, costs
