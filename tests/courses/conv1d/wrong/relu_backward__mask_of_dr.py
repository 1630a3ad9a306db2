def relu_backward(dr, cache):
    return np.maximum(dr, 0)
