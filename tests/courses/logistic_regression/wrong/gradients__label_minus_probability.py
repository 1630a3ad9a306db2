def gradients(w, b, X, y):
    error = y - predict(w, b, X)
    return X.T @ error / len(y), np.mean(error)
