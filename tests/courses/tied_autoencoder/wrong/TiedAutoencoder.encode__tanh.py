class TiedAutoencoder:
    def encode(self, X):
        return np.tanh(X @ self.W + self.b)
