def nn_epoch(X, y, W1, W2, lr, batch):
    for i in range(0, len(y), batch):
        Xb, yb = X[i : i + batch], y[i : i + batch]
        Z1 = np.maximum(Xb @ W1, 0)
        G2 = normalize(Z1 @ W2)
        G2[np.arange(len(yb)), yb] -= 1
        G1 = G2 @ W2.T
        G1 = G1 * (G1 > 0)
        W1 -= lr / len(yb) * (Xb.T @ G1)
        W2 -= lr / len(yb) * (Z1.T @ G2)
