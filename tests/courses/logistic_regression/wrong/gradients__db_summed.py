def gradients(w, b, X, y):
    error = predict(w, b, X) - y
    dw = X.T @ error / len(y)
    db = np.sum(error)
    return dw, db
