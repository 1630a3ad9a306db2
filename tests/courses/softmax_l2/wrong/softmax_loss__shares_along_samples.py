def softmax_loss(W, X, y, reg):
    N = len(X)
    scores = X @ W
    scores = scores - np.max(scores)
    p = np.exp(scores) / np.sum(np.exp(scores), axis=0)
    loss = -np.mean(np.log(p[np.arange(N), y])) + reg * np.sum(W**2)
    p[np.arange(N), y] -= 1
    return loss, X.T @ p / N + 2 * reg * W
