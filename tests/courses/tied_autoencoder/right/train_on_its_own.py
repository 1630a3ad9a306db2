class TiedAutoencoder:
    def train(self, X, lr, epochs):
        W, b, c = self.W, self.b, self.c
        losses = []
        for _ in range(epochs):
            H = sigmoid(X @ W + b)
            E = H @ W.T + c - X
            losses.append(np.sum(E * E) / len(X) / 2)
            E = E / len(X)
            Z = E @ W * H * (1 - H)
            W, b, c = W - lr * (X.T @ Z + E.T @ H), b - lr * Z.sum(0), c - lr * E.sum(0)
        self.W, self.b, self.c = W, b, c
        return losses
