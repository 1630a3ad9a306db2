def nn_logits(X, W1, W2):
    return X @ W1 @ W2
