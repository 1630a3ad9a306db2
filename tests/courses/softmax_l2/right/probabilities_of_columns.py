def predict(W, X):
    scores = W.T @ X.T
    e = np.exp(scores - scores.max(axis=0))
    return (e / e.sum(axis=0)).argmax(axis=0)


def accuracy(W, X, y):
    right = 0
    for i, c in enumerate(predict(W, X)):
        right += int(c == y[i])
    return right / len(y)
