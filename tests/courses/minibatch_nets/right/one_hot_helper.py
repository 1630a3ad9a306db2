def one_hot(y, k):
    return np.eye(k)[y]


def softmax_regression_epoch(X, y, theta, lr, batch):
    for i in range(0, X.shape[0], batch):
        Xb = X[i : i + batch]
        I = one_hot(y[i : i + batch], theta.shape[1])
        theta[:] = theta - lr * Xb.T @ (normalize(Xb @ theta) - I) / Xb.shape[0]


def nn_epoch(X, y, W1, W2, lr, batch):
    for i in range(0, X.shape[0], batch):
        Xb = X[i : i + batch]
        A = Xb @ W1
        H = A * (A > 0)
        D = (normalize(H @ W2) - one_hot(y[i : i + batch], W2.shape[1])) / Xb.shape[0]
        dW2 = H.T @ D
        dW1 = Xb.T @ np.where(A > 0, D @ W2.T, 0)
        W1 -= lr * dW1
        W2 -= lr * dW2
