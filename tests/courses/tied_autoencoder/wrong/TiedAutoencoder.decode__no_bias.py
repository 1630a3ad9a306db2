class TiedAutoencoder:
    def decode(self, H):
        return H @ self.W.T
