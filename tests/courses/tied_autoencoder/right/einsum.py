class TiedAutoencoder:
    def encode(self, X):
        return 0.5 + 0.5 * np.tanh(0.5 * (np.einsum("nd,dh->nh", X, self.W) + self.b))

    def decode(self, H):
        return np.einsum("nh,dh->nd", H, self.W) + self.c

    def gradients(self, X):
        H = self.encode(X)
        e = self.decode(H) - X
        d = np.einsum("nd,dh,nh,nh->nh", e, self.W, H, 1 - H)
        dW = np.einsum("nd,nh->dh", X, d) + np.einsum("nd,nh->dh", e, H)
        return dW / len(X), np.mean(d, axis=0), np.mean(e, axis=0)
