class TiedAutoencoder:
    def loss(self, X):
        error = self.decode(X @ self.W + self.b) - X
        return 0.5 * np.sum(error**2) / len(X)
