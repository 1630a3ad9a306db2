def accuracy(W, X, y):
    return np.sum(predict(W, X) == y)
