def softmax_loss(W, X, y, reg):
    N = len(X)
    scores = X @ W
    scores = scores - np.max(scores, axis=1, keepdims=True)
    p = np.exp(scores) / np.sum(np.exp(scores), axis=1, keepdims=True)
    loss = -np.mean(np.log(p[np.arange(N), y])) + reg * np.sum(W**2)
    dscores = p.copy()
    dscores[np.arange(N), y] -= 1
    dW = X.T @ dscores / N + reg * W
    return loss, dW
