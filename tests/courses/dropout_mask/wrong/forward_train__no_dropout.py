def forward_train(X, W1, b1, W2, b2, mask, keep):
    a = X @ W1 + b1
    h = np.maximum(a, 0)
    d = dropout_forward(h, mask, keep)
    out = h @ W2 + b2
    return out, (X, a, d, W2, mask, keep)
