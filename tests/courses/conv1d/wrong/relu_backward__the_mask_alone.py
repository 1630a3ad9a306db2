def relu_backward(dr, cache):
    return (cache > 0) * 1.0
