def softmax_loss(Z, y):
    top = Z.max(axis=1, keepdims=True)
    logs = Z - top - np.log(np.exp(Z - top).sum(axis=1, keepdims=True))
    return -logs[np.arange(y.size), y].sum() / y.size


def normalize(Z):
    Z = Z - Z.max(axis=1, keepdims=True)
    return np.exp(Z) / np.exp(Z).sum(axis=1)[:, None]
