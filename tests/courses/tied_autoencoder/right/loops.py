class TiedAutoencoder:
    def loss(self, X):
        total = 0
        for x in X:
            h = sigmoid(x @ self.W + self.b)
            total += np.dot(self.W @ h + self.c - x, self.W @ h + self.c - x)
        return total / (2 * len(X))

    def gradients(self, X):
        dW, db, dc = np.zeros(self.W.shape), np.zeros(self.b.shape), np.zeros(self.c.shape)
        for x in X:
            h = sigmoid(x @ self.W + self.b)
            e = self.W @ h + self.c - x
            d = (self.W.T @ e) * h * (1 - h)
            dW += np.outer(x, d) + np.outer(e, h)
            db += d
            dc += e
        return dW / len(X), db / len(X), dc / len(X)
