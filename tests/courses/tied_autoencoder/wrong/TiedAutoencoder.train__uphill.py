class TiedAutoencoder:
    def train(self, X, lr, epochs):
        losses = []
        for epoch in range(epochs):
            losses.append(self.loss(X))
            dW, db, dc = self.gradients(X)
            self.W += lr * dW
            self.b += lr * db
            self.c += lr * dc
        return np.array(losses)
