def nn_logits(X, W1, W2):
    return np.einsum("md,dk->mk", np.einsum("mn,nd->md", X, W1).clip(min=0), W2)


def nn_epoch(X, y, W1, W2, lr, batch):
    for i in range(0, y.size, batch):
        Xb, yb = X[i : i + batch], y[i : i + batch]
        Z1 = np.einsum("mn,nd->md", Xb, W1).clip(min=0)
        G2 = normalize(np.einsum("md,dk->mk", Z1, W2))
        G2[np.arange(yb.size), yb] -= 1
        G2 /= yb.size
        G1 = np.einsum("mk,dk,md->md", G2, W2, np.sign(Z1))
        W2 -= lr * np.einsum("md,mk->dk", Z1, G2)
        W1 -= lr * np.einsum("mn,md->nd", Xb, G1)
