class TiedAutoencoder:
    def loss(self, X):
        error = self.decode(self.encode(X)) - X
        return 0.5 * np.mean(error**2)
