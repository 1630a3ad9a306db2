def update_parameters(parameters, grads, learning_rate):
    # The numbers are right, but the dictionary that was handed in does not stay as it was.
    for name in ["W1", "b1", "W2", "b2"]:
        parameters[name] = parameters[name] - learning_rate * grads["d" + name]
    return parameters
