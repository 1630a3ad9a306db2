class TiedAutoencoder:
    def gradients(self, X):
        H = self.encode(X)
        dX_hat = (self.decode(H) - X) / len(X)
        dZ = (dX_hat @ self.W) * H * (1 - H)
        dW = X.T @ dZ
        return dW, np.sum(dZ, axis=0), np.sum(dX_hat, axis=0)
