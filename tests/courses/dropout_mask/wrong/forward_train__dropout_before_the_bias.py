def forward_train(X, W1, b1, W2, b2, mask, keep):
    z = dropout_forward(X @ W1, mask, keep)
    a = z + b1
    h = np.maximum(a, 0)
    return h @ W2 + b2, (X, a, h, W2, mask, keep)
