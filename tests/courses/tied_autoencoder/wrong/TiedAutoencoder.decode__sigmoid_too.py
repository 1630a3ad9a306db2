class TiedAutoencoder:
    def decode(self, H):
        return sigmoid(H @ self.W.T + self.c)
