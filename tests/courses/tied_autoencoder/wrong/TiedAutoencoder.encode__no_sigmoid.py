class TiedAutoencoder:
    def encode(self, X):
        return X @ self.W + self.b
