class TiedAutoencoder:
    def slopes_of_both_ends(self, X):
        H = self.encode(X)
        e = (self.decode(H) - X) / X.shape[0]
        back = e.dot(self.W) * (H - H**2)
        return H, e, back

    def gradients(self, X):
        H, e, back = self.slopes_of_both_ends(X)
        from_decoder = np.dot(H.T, e).T
        from_encoder = np.dot(X.T, back)
        return from_encoder + from_decoder, back.sum(axis=0), e.sum(axis=0)
