def gradients(w, b, X, y):
    error = predict(w, b, X) - y
    dw = X.T @ error / X.shape[1]
    db = np.mean(error)
    return dw, db
