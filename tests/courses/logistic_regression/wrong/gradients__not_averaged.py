def gradients(w, b, X, y):
    error = predict(w, b, X) - y
    return X.T @ error, np.sum(error)
