class TiedAutoencoder:
    def loss(self, X):
        error = self.decode(self.encode(X)) - X
        return 0.5 * np.sum(error**2)
