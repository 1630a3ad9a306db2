def train_nn(X, y, W1, W2, epochs, lr, batch):
    losses, errors = [], []
    for epoch in range(epochs):
        Z = nn_logits(X, W1, W2)
        losses.append(softmax_loss(Z, y))
        errors.append(np.mean(np.argmax(Z, axis=1) != y))
        nn_epoch(X, y, W1, W2, lr, batch)
    return losses, errors
