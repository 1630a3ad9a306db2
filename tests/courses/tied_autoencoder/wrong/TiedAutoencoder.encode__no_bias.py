class TiedAutoencoder:
    def encode(self, X):
        return sigmoid(X @ self.W)
