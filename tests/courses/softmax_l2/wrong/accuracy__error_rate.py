def accuracy(W, X, y):
    return np.mean(predict(W, X) != y)
