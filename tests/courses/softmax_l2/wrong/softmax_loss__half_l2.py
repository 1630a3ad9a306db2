def softmax_loss(W, X, y, reg):
    N = len(X)
    scores = X @ W
    scores = scores - np.max(scores, axis=1, keepdims=True)
    p = np.exp(scores) / np.sum(np.exp(scores), axis=1, keepdims=True)
    loss = -np.mean(np.log(p[np.arange(N), y])) + 0.5 * reg * np.sum(W**2)
    p[np.arange(N), y] -= 1
    return loss, X.T @ p / N + reg * W
