class TiedAutoencoder:
    def train(self, X, lr, epochs):
        losses = []
        for epoch in range(epochs):
            losses.append(self.loss(X))
            self.W -= lr * self.gradients(X)[0]
            self.b -= lr * self.gradients(X)[1]
            self.c -= lr * self.gradients(X)[2]
        return np.array(losses)
