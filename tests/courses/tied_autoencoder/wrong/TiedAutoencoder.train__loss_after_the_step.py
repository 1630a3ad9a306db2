class TiedAutoencoder:
    def train(self, X, lr, epochs):
        losses = []
        for epoch in range(epochs):
            dW, db, dc = self.gradients(X)
            self.W -= lr * dW
            self.b -= lr * db
            self.c -= lr * dc
            losses.append(self.loss(X))
        return np.array(losses)
