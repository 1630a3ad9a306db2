def forward_train(X, W1, b1, W2, b2, mask, keep):
    a = X @ W1 + b1
    d = dropout_forward(a, mask, keep)
    out = d @ W2 + b2
    return out, (X, a, d, W2, mask, keep)
