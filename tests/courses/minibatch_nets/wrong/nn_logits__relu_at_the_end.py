def nn_logits(X, W1, W2):
    return np.maximum(X @ W1 @ W2, 0)
