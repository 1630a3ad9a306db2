def softmax_loss(Z, y):
    return np.mean(np.log(np.sum(np.exp(Z))) - Z[np.arange(len(y)), y])
