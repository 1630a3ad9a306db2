def nn_logits(X, W1, W2):
    return np.maximum(np.maximum(X @ W1, 0) @ W2, 0)
