"""Softmax regression with L2 and integer labels, and its descent by minibatches."""

REFERENCE = '''
import numpy as np

def softmax_loss(W, X, y, reg):
    """W (D, C), X (N, D), y (N,) labels, reg a number -> loss a number, dW (D, C)"""
    N = X.shape[0]
    scores = X @ W
    scores = scores - scores.max(axis=1, keepdims=True)
    exp = np.exp(scores)
    probs = exp / exp.sum(axis=1, keepdims=True)
    loss = -np.mean(np.log(probs[np.arange(N), y])) + reg * np.sum(W * W)
    dscores = probs.copy()
    dscores[np.arange(N), y] -= 1
    dW = X.T @ dscores / N + 2 * reg * W
    return loss, dW

def sgd(W, X, y, reg, lr, batch, epochs):
    """-> losses a list; changes W"""
    losses = []
    for _ in range(epochs):
        for start in range(0, len(X), batch):
            rows = slice(start, start + batch)
            loss, dW = softmax_loss(W, X[rows], y[rows], reg)
            losses.append(loss)
            W -= lr * dW
    return losses
'''

STUDENT = """
import numpy as np

def softmax_loss(W, X, y, reg):
    n = len(y)
    z = X.dot(W)
    z -= np.max(z, axis=1)[:, None]
    p = np.exp(z) / np.sum(np.exp(z), axis=1)[:, None]
    t = np.zeros_like(p)
    t[range(n), y] = 1.0
    loss = -np.sum(t * np.log(p)) / n
    loss += reg * (W ** 2).sum()
    delta = (p - t) / n
    dW = X.T.dot(delta)
    dW += 2 * reg * W
    return loss, dW

def sgd(W, X, y, reg, lr, batch, epochs):
    losses = []
    n = X.shape[0]
    for e in range(epochs):
        i = 0
        while i < n:
            Xb = X[i:i + batch]
            yb = y[i:i + batch]
            loss, g = softmax_loss(W, Xb, yb, reg)
            losses.append(loss)
            W -= lr * g
            i += batch
    return losses
"""

SIGNATURES = {
    "softmax_loss": (("W", "X", "y", "reg"), ("loss", "dW"), ()),
    "sgd": (("W", "X", "y", "reg", "lr", "batch", "epochs"), ("losses",), ("W",)),
}


def draw(rng, size):
    """Arguments of each callable; `size` counts the situations."""
    n, d, c = ((3, 4, 3), (1, 5, 2), (11, 2, 6), (6, 3, 4))[size]
    y = rng.permutation(n) % c
    loss = {"W": rng.normal(size=(d, c)), "X": rng.normal(size=(n, d)), "y": y, "reg": (0.3, 3.0, 0.1, 0.5)[size]}
    run = {**loss, "lr": (0.1, 0.2, 0.3, 0.05)[size], "batch": (2, 1, 4, 4)[size], "epochs": (2, 1, 3, 2)[size]}
    return {"softmax_loss": loss, "sgd": run}, {"N": n, "D": d, "C": c}


WRONG = [
    ("the slope lacks reg", "softmax_loss", [("    dW += 2 * reg * W\n", "")]),
    ("the slope of reg lacks its 2", "softmax_loss", [("dW += 2 * reg * W", "dW += reg * W")]),
    ("the loss lacks reg", "softmax_loss", [("    loss += reg * (W ** 2).sum()\n", "")]),
    ("reg is halved in the loss alone", "softmax_loss", [("loss += reg *", "loss += 0.5 * reg *")]),
    ("the slope is a sum", "softmax_loss", [("(p - t) / n", "(p - t)")]),
    ("loss and slope are sums", "softmax_loss", [("(p - t) / n", "(p - t)"), ("np.log(p)) / n", "np.log(p))")]),
    (
        "softmax over the samples",
        "softmax_loss",
        [
            ("np.max(z, axis=1)[:, None]", "np.max(z, axis=0)"),
            ("np.sum(np.exp(z), axis=1)[:, None]", "np.sum(np.exp(z), axis=0)"),
        ],
    ),
    ("the loss has no minus", "softmax_loss", [("loss = -np.sum", "loss = np.sum")]),
    ("log to base 2", "softmax_loss", [("np.log(p)", "np.log2(p)")]),
    ("the slope without the targets", "softmax_loss", [("(p - t) / n", "p / n")]),
    ("targets minus predictions", "softmax_loss", [("(p - t) / n", "(t - p) / n")]),
    ("reg also divided by n", "softmax_loss", [("dW += 2 * reg * W", "dW += 2 * reg * W / n")]),
    ("dW transposed", "softmax_loss", [("return loss, dW", "return loss, dW.T")]),
    ("sigmoid slope on top of softmax", "softmax_loss", [("(p - t) / n", "(p - t) * p * (1 - p) / n")]),
    ("absolute weights in reg", "softmax_loss", [("(W ** 2).sum()", "np.abs(W).sum()")]),
    ("the last, smaller batch is dropped", "sgd", [("while i < n:", "while i + batch <= n:")]),
    ("climbs", "sgd", [("W -= lr * g", "W += lr * g")]),
    ("no lr", "sgd", [("W -= lr * g", "W -= g")]),
    ("the whole data for each step", "sgd", [("softmax_loss(W, Xb, yb, reg)", "softmax_loss(W, X, y, reg)")]),
    ("one epoch fewer", "sgd", [("range(epochs)", "range(1, epochs)")]),
    ("one epoch more", "sgd", [("range(epochs)", "range(epochs + 1)")]),
    (
        "a record an epoch only",
        "sgd",
        [
            ("            losses.append(loss)\n", ""),
            ("            i += batch\n", "            i += batch\n        losses.append(loss)\n"),
        ],
    ),
    (
        "the loss after the update",
        "sgd",
        [
            (
                "            losses.append(loss)\n            W -= lr * g\n",
                "            W -= lr * g\n            losses.append(softmax_loss(W, Xb, yb, reg)[0])\n",
            )
        ],
    ),
    ("W is a new array", "sgd", [("W -= lr * g", "W = W - lr * g")]),
    ("W is never changed", "sgd", [("            W -= lr * g\n", "")]),
    ("updates twice", "sgd", [("            W -= lr * g\n", "            W -= lr * g\n            W -= lr * g\n")]),
    ("only the first batch", "sgd", [("            i += batch\n", "            break\n")]),
    ("reg is not handed on", "sgd", [("softmax_loss(W, Xb, yb, reg)", "softmax_loss(W, Xb, yb, 0.0)")]),
    (
        "batches from the end",
        "sgd",
        [
            ("        i = 0\n        while i < n:\n", "        for i in reversed(range(0, n, batch)):\n"),
            ("            i += batch\n", ""),
        ],
    ),
]
