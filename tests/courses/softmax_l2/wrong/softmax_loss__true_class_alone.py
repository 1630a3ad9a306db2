def softmax_loss(W, X, y, reg):
    N = len(X)
    s = X @ W
    s = s - s.max(axis=1, keepdims=True)
    log_p = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    loss = -log_p[np.arange(N), y].mean() + reg * np.sum(W * W)
    d = np.zeros_like(s)
    d[np.arange(N), y] = np.exp(log_p[np.arange(N), y]) - 1
    return loss, X.T @ d / N + 2 * reg * W
