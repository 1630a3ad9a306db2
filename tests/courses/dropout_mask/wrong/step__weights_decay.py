def step(X, Y, W1, b1, W2, b2, mask, keep, lr):
    out, cache = forward_train(X, W1, b1, W2, b2, mask, keep)
    loss, dy = mse(out, Y)
    dW1, db1, dW2, db2 = backward(dy, cache)
    W1 -= lr * (dW1 + 0.01 * W1)
    b1 -= lr * db1
    W2 -= lr * (dW2 + 0.01 * W2)
    b2 -= lr * db2
    return loss
