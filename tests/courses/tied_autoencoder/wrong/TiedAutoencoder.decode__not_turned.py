class TiedAutoencoder:
    def decode(self, H):
        return H @ self.W + self.c
