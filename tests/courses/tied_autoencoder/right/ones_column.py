class TiedAutoencoder:
    def encode(self, X):
        return sigmoid(np.c_[X, np.ones(len(X))] @ np.r_[self.W, [self.b]])

    def decode(self, H):
        return (self.W @ H.T).T + self.c[None, :]

    def loss(self, X):
        return ((self.decode(self.encode(X)) - X) ** 2).sum(axis=1).mean() / 2
