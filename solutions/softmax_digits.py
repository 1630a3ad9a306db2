"""The reference of softmax_digits, made from its source notebook by `autograder build`; not to be edited."""

import time

import numpy as np


import matplotlib.pyplot as plt


BLUE, ORANGE, GREEN, RED, GREY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#666666"


def one_per_row(table, columns):
    """table: array of shape (N, C), columns: N whole numbers -> table[i, columns[i]] for every row i, shape (N,)"""
    return None  # replace None


def forward(X, W, b):
    """X (N, D), W (D, C), b (C,) -> scores (N, C)

    The score of each sample for each class.
    """
    # hint: section 1, one line.
    return X @ W + b


def softmax(scores):
    """scores (N, C) -> P (N, C)

    The probabilities of the classes, row by row; no score is too large for it.
    """
    # hint: section 3. The largest score of each row goes first, as a column.
    shifted = scores - scores.max(axis=1, keepdims=True)
    powers = np.exp(shifted)
    return powers / powers.sum(axis=1, keepdims=True)


def loss(scores, y, W, reg):
    """scores (N, C), y (N,) labels, W (D, C), reg a number -> L a number

    The mean cross-entropy of the samples, and half of reg times the sum of the squared weights.
    """
    # hint: section 4. The logarithm of the sum, minus the shifted score of the true class; then the penalty.
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_sums = np.log(np.exp(shifted).sum(axis=1))
    true_ones = shifted[np.arange(len(y)), y]
    return np.mean(log_sums - true_ones) + 0.5 * reg * np.sum(W**2)


def dloss_dw(X, y, W, b, reg):
    """X (N, D), y (N,) labels, W (D, C), b (C,), reg a number -> dW (D, C), db (C,)

    The slopes of the loss by the weights and by the biases. Changes nothing.
    """
    # hint: section 5, the frame. P first, then 1 less for the true classes, then the mean.
    delta = softmax(forward(X, W, b))
    delta[np.arange(len(y)), y] -= 1
    delta = delta / len(y)
    dW = X.T @ delta + reg * W
    db = delta.sum(axis=0)
    return dW, db


def train(X, y, W, b, reg, lr, batch, n_ep):
    """X (N, D), y (N,) labels, W (D, C), b (C,), reg, lr numbers, batch, n_ep counts -> loss_records (steps,), W_new (D, C), b_new (C,)

    The loss of each batch before its step, one after the other, and the weights after the last step. The arrays W and b
    that are handed in stay as they are.
    """
    # hint: section 6, the four steps for each batch. Start with copies.
    W, b = W.copy(), b.copy()
    loss_records = []
    for epoch in range(n_ep):
        for start in range(0, len(X), batch):
            X_batch, y_batch = X[start : start + batch], y[start : start + batch]
            loss_records.append(loss(forward(X_batch, W, b), y_batch, W, reg))
            dW, db = dloss_dw(X_batch, y_batch, W, b, reg)
            W -= lr * dW
            b -= lr * db
    return np.array(loss_records), W, b


def accuracy(X, y, W, b):
    """The share of samples whose highest score is that of the true class."""
    return np.mean(np.argmax(forward(X, W, b), axis=1) == y)


def confusion(X, y, W, b):
    """How often each true digit (row) was taken for each digit (column), shape (10, 10)."""
    counts = np.zeros((10, 10), dtype=int)
    np.add.at(counts, (y, np.argmax(forward(X, W, b), axis=1)), 1)
    return counts


def train_and_watch(reg, lr, batch, n_ep):
    """Train from zeros, one epoch at a time: losses, weights, biases, and both accuracies after each epoch."""
    W, b, losses, seen = np.zeros((64, 10)), np.zeros(10), [], []
    for _ in range(n_ep):
        records, W, b = train(X_train, y_train, W, b, reg, lr, batch, 1)
        losses.extend(records)
        seen.append((accuracy(X_train, y_train, W, b), accuracy(X_held, y_held, W, b)))
    return losses, W, b, np.array(seen)


def show_run(losses, seen, table):
    """Draw the loss of each batch, the accuracy after each epoch, and the confusion matrix."""
    figure, (curve, share, counts) = plt.subplots(1, 3, figsize=(12, 3.6), layout="constrained")
    curve.plot(losses, color=BLUE, lw=0.8)
    curve.set(title="loss of each minibatch", xlabel="step", ylabel="loss")
    share.plot(100 * seen[:, 0], color=ORANGE, ls="--", lw=2, label="training part")
    share.plot(100 * seen[:, 1], color=BLUE, lw=2, label="held-out part")
    share.set(title="accuracy", xlabel="epoch", ylabel="right, in %")
    share.legend()
    counts.imshow(np.sqrt(table), cmap="Blues")  # the root, so that small counts can be seen
    for row, column in np.argwhere(table > 0):
        dark = table[row, column] > 25
        counts.text(column, row, table[row, column], ha="center", va="center", fontsize=8, color="w" if dark else "k")
    counts.set(title="held-out part", xlabel="predicted", ylabel="true", xticks=range(10), yticks=range(10))
    plt.show()


def show_weights(W, title):
    """The ten columns of W as pictures."""
    figure, panels = plt.subplots(1, 10, figsize=(12, 1.7), layout="constrained")
    top = np.abs(W).max()
    for digit, axes in enumerate(panels):
        axes.imshow(W[:, digit].reshape(8, 8), cmap="RdBu", vmin=-top, vmax=top)
        axes.set(title=str(digit), xticks=[], yticks=[])
    figure.suptitle(f"{title}, largest weight {top:.2f}")
    plt.show()


strength, rate, size, epochs = 0.001, 0.2, 16, 10


GIVEN = ('one_per_row', 'accuracy', 'confusion', 'train_and_watch', 'show_run', 'show_weights')

DECLARATION = 'X, W, b = draw.normal("N", "D"), draw.normal("D", "C"), draw.normal("C")\nscores, y = draw.normal("N", "C", scale=2), draw.labels("N", classes="C")\nreg, lr = draw.one_of(0.1, 0.0, 2.0), draw.one_of(0.1, 0.5)\nbatch, n_ep = draw.one_of(3, 2, 50), draw.one_of(2, 1, 3)\nassignment(sizes=dict(N=(1, 7, 11), D=(4, 5, 2), C=(3, 2, 6)))\nfar = np.array([[1000.0, 1001.0, 999.0], [-1000.0, -1002.0, -1001.0], [0.0, -1000.0, 1.0]])\nown(softmax, scores=far)\nown(loss, scores=far, y=np.array([0, 2, 1]), W=np.ones((2, 3)), reg=0.1)\nslope(\n    dloss_dw,\n    of=lambda X, y, W, b, reg: loss(forward(X, W, b), y, W, reg),\n    by=("dW", "db"),\n    wrt=("W", "b"),\n)\nnote(\n    forward, replace="X @ W + b", by="softmax(X @ W + b)",\n    says="Probabilities come back where scores are asked.", look="Which function makes probabilities of the scores?",\n)\nnote(\n    softmax, replace="scores - scores.max(axis=1, keepdims=True)", by="-scores - (-scores).max(axis=1, keepdims=True)",\n    says="The highest score gets the smallest probability.", look="Which sign has a score in the exponent?",\n)\nnote(\n    loss, replace="shifted[np.arange(len(y)), y]", by="shifted[:, y]",\n    says="Every sample is paired with the labels of all samples.",\n    look="What does a colon take in the place of the rows? Section 0.1 has the same move.",\n)\nnote(\n    dloss_dw, replace="delta[np.arange(len(y)), y] -= 1", by="delta[:, y] -= 1",\n    says="1 is subtracted in every row for the labels of all samples.",\n    look="What does a colon take in the place of the rows? Section 0.1 has the same move.",\n)\nnote(\n    dloss_dw, replace="delta.sum(axis=0)", by="delta.sum(axis=0) + reg * b",\n    says="The slope of the biases has a part of the penalty in it.", look="Section 4: which numbers does the penalty count?",\n)\nnote(\n    train, replace="(X[start : start + batch], y[start : start + batch])", by="X[:batch], y[:batch]",\n    says="Every step takes the first batch.", look="Which rows belong to the second step of an epoch?",\n)\nnote(\n    train, replace="(X[start : start + batch], y[start : start + batch])",\n    by="X[start : start + batch + 1], y[start : start + batch + 1]",\n    says="A batch takes the first sample of the next one, too.", look="How many rows does the slice of a batch take?",\n)\nnote(\n    train, replace="b -= lr * db", by="b -= lr * dloss_dw(X_batch, y_batch, W, b, reg)[1]",\n    says="The biases move by a gradient that is taken after the weights have moved.",\n    look="Section 6, step 3: at which weights are both gradients taken?",\n)'
