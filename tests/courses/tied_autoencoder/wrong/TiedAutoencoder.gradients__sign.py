class TiedAutoencoder:
    def gradients(self, X):
        H = self.encode(X)
        dX_hat = (X - self.decode(H)) / len(X)
        dZ = (dX_hat @ self.W) * H * (1 - H)
        dW = X.T @ dZ + dX_hat.T @ H
        return dW, np.sum(dZ, axis=0), np.sum(dX_hat, axis=0)
