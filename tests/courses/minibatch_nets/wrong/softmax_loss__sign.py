def softmax_loss(Z, y):
    return np.mean(Z[np.arange(len(y)), y] - np.log(np.sum(np.exp(Z), axis=1)))
