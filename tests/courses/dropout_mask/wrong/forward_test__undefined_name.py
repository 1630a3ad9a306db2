def forward_test(X, W1, b1, W2, b2):
    h = np.maximum(X @ W1 + b1, 0)
    return hidden @ W2 + b2
