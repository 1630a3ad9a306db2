class TiedAutoencoder:
    def train(self, X, lr, epochs):
        V = self.W.T.copy()
        losses = []
        for epoch in range(epochs):
            losses.append(self.loss(X))
            H = self.encode(X)
            E = (H @ V + self.c - X) / len(X)
            Z = E @ V.T * H * (1 - H)
            V -= lr * H.T @ E
            self.W -= lr * X.T @ Z
            self.b -= lr * Z.sum(axis=0)
            self.c -= lr * E.sum(axis=0)
        return np.array(losses)
