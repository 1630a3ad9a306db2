def one_hot(y, C):
    T = np.zeros((len(y), C))
    T[np.arange(len(y)), y] = 1
    return T


def softmax_loss(W, X, y, reg):
    T = one_hot(y, W.shape[1])
    s = X @ W
    m = s.max(axis=1)
    lse = m + np.log(np.exp(s - m[:, None]).sum(axis=1))
    loss = (lse - (s * T).sum(axis=1)).sum() / len(X) + reg * np.linalg.norm(W) ** 2
    P = np.exp(s - lse[:, None])
    return loss, X.T @ (P - T) / len(X) + reg * (W + W)
