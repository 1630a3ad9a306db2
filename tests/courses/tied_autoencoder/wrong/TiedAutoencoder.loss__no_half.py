class TiedAutoencoder:
    def loss(self, X):
        error = self.decode(self.encode(X)) - X
        return np.sum(error**2) / len(X)
