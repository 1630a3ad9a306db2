class TiedAutoencoder:
    def gradients(self, X):
        H = self.encode(X)
        dX_hat = (self.decode(H) - X) / len(X)
        dZ = (dX_hat @ self.W) * (1 - H**2)
        dW = X.T @ dZ + dX_hat.T @ H
        return dW, np.sum(dZ, axis=0), np.sum(dX_hat, axis=0)
