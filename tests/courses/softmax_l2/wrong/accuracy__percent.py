def accuracy(W, X, y):
    return 100 * np.mean(predict(W, X) == y)
