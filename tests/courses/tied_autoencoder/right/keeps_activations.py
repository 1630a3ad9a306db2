class TiedAutoencoder:
    def encode(self, X):
        self.hidden = sigmoid(X @ self.W + self.b)
        return self.hidden

    def decode(self, H):
        self.output = H @ self.W.T + self.c
        return self.output

    def gradients(self, X):
        self.decode(self.encode(X))
        back = (self.output - X) / X.shape[0]
        through = back @ self.W * self.hidden * (1 - self.hidden)
        return X.T @ through + back.T @ self.hidden, through.sum(0), back.sum(0)

    def train(self, X, lr, epochs):
        losses = []
        for _ in range(epochs):
            slopes = dict(zip("Wbc", self.gradients(X)))
            losses.append(self.loss(X=X))
            for name, slope in slopes.items():
                setattr(self, name, getattr(self, name) - lr * slope)
        return losses
