def relu_forward(a):
    return np.abs(a), a
