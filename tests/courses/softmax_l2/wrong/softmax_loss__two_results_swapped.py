def softmax_loss(W, X, y, reg):
    N = len(X)
    scores = X @ W
    scores -= np.max(scores, axis=1, keepdims=True)
    log_p = scores - np.log(np.sum(np.exp(scores), axis=1, keepdims=True))
    loss = -np.mean(log_p[np.arange(N), y]) + reg * np.sum(W**2)
    dscores = np.exp(log_p)
    dscores[np.arange(N), y] -= 1
    dW = X.T @ dscores / N + 2 * reg * W
    return dW, loss
