def softmax_loss(W, X, y, reg):
    loss, dW = 0.0, np.zeros(W.shape)
    for i in range(X.shape[0]):
        scores = X[i].dot(W)
        scores -= scores.max()
        exps = np.exp(scores)
        loss += np.log(exps.sum()) - scores[y[i]]
        for c in range(W.shape[1]):
            dW[:, c] += (exps[c] / exps.sum() - (c == y[i])) * X[i]
    loss = loss / X.shape[0] + reg * (W * W).sum()
    dW = dW / X.shape[0] + 2 * reg * W
    return loss, dW
