def train_nn(X, y, W1, W2, epochs, lr, batch):
    # Losses and errors are right, but the weights that were handed in stay as they were.
    W1, W2 = W1.copy(), W2.copy()
    losses, errors = [], []
    for epoch in range(epochs):
        nn_epoch(X, y, W1, W2, lr, batch)
        Z = nn_logits(X, W1, W2)
        losses.append(softmax_loss(Z, y))
        errors.append(np.mean(np.argmax(Z, axis=1) != y))
    return losses, errors
