def sigmoid(z):
    return 1 / np.exp(-z)
