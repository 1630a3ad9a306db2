"""Solutions of the sixth lesson written otherwise: right ones, and wrong ones with the function that is wrong."""

LOG_P = """
def loss(scores, y, W, reg):
    s = scores - np.max(scores, axis=1, keepdims=True)
    log_p = s - np.log(np.sum(np.exp(s), axis=1, keepdims=True))
    return -np.mean(log_p[np.arange(len(y)), y]) + reg / 2 * np.sum(W * W)
"""
SOFTMAX = """
def softmax(scores):
    e = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)
"""
GRADIENT = """
def dloss_dw(X, y, W, b, reg):
    P = softmax(forward(X, W, b))
    P[np.arange(len(y)), y] -= 1
    return X.T @ P / len(y) + reg * W, P.sum(axis=0) / len(y)
"""
TRAIN = """
def train(X, y, W, b, reg, lr, batch, n_ep):
    W, b, losses = np.array(W), np.array(b), []
    for _ in range(n_ep):
        for i in range(0, len(X), batch):
            Xb, yb = X[i:i + batch], y[i:i + batch]
            losses.append(loss(forward(Xb, W, b), yb, W, reg))
            dW, db = dloss_dw(Xb, yb, W, b, reg)
            W -= lr * dW
            b -= lr * db
    return losses, W, b
"""


def but(text: str, old: str, new: str) -> str:
    """The text with a change that must be there to be made."""
    assert old in text
    return text.replace(old, new)


RIGHT = {
    "plain": SOFTMAX + LOG_P + GRADIENT + TRAIN,
    "loops": """
def forward(X, W, b):
    S = np.zeros((len(X), len(b)))
    for i in range(len(X)):
        for c in range(len(b)):
            S[i, c] = sum(X[i, d] * W[d, c] for d in range(X.shape[1])) + b[c]
    return S


def softmax(scores):
    return np.array([np.exp(row - max(row)) / sum(np.exp(row - max(row))) for row in scores])


def loss(scores, y, W, reg):
    total = 0.0
    for row, label in zip(scores, y):
        top = max(row)
        total += top + np.log(sum(np.exp(s - top) for s in row)) - row[label]
    return total / len(y) + reg * sum(w**2 for w in W.ravel()) / 2


def dloss_dw(X, y, W, b, reg):
    P = softmax(forward(X, W, b))
    dW, db = np.zeros_like(W), np.zeros_like(b)
    for i, label in enumerate(y):
        for c in range(len(b)):
            delta = P[i, c] - (c == label)
            dW[:, c] += delta * X[i] / len(y)
            db[c] += delta / len(y)
    return dW + reg * W, db
""",
    "one_hot": """
def dloss_dw(X, y, W, b, reg):
    T = np.eye(len(b))[y]
    delta = (softmax(forward(X, W, b)) - T) / X.shape[0]
    return np.dot(X.T, delta) + W * reg, np.ones(len(X)) @ delta


def loss(scores, y, W, reg):
    T = np.zeros(scores.shape)
    T[range(len(y)), y] = 1
    return np.logaddexp.reduce(scores, axis=1).mean() - (T * scores).sum() / len(y) + 0.5 * reg * (W**2).sum()
""",
    "einsum": """
def forward(X, W, b):
    return np.einsum("nd,dc->nc", X, W) + b


def dloss_dw(X, y, W, b, reg):
    delta = softmax(np.einsum("nd,dc->nc", X, W) + b)
    for i in range(len(y)):
        delta[i, y[i]] -= 1
    return np.einsum("nd,nc->dc", X, delta) / len(y) + reg * W, np.mean(delta, axis=0)
""",
    "log_first": """
def log_softmax(scores):
    s = scores - scores.max(axis=1).reshape(-1, 1)
    return s - np.log(np.exp(s).sum(axis=1))[:, np.newaxis]


def softmax(scores):
    return np.exp(log_softmax(scores))


def loss(scores, y, W, reg):
    return -log_softmax(scores)[np.arange(y.size), y].mean() + 0.5 * reg * np.linalg.norm(W) ** 2
""",
    "columns": """
def softmax(scores):
    columns = scores.T
    powers = np.exp(columns - columns.max(axis=0))
    return (powers / powers.sum(axis=0)).T


def forward(X, W, b):
    return (W.T @ X.T + b[:, None]).T
""",
    "new_arrays": but(but(TRAIN, "W -= lr * dW", "W = W - lr * dW"), "b -= lr * db", "b = b - lr * db"),
    "own_steps": """
def train(X, y, W, b, reg, lr, batch, n_ep):
    W, b = W.copy(), b.copy()
    steps = -(-len(X) // batch)
    losses = np.empty(n_ep * steps)
    for k in range(n_ep * steps):
        rows = slice(k % steps * batch, k % steps * batch + batch)
        S = X[rows] @ W + b
        losses[k] = loss(S, y[rows], W, reg)
        delta = softmax(S)
        delta[np.arange(len(delta)), y[rows]] -= 1
        delta /= len(delta)
        W, b = W - lr * (X[rows].T @ delta + reg * W), b - lr * delta.sum(0)
    return list(losses), W, b
""",
    "split": """
def train(X, y, W, b, reg, lr, batch, n_ep):
    W, b, losses = 1.0 * W, 1.0 * b, []
    cuts = np.arange(batch, len(X), batch)
    for _ in range(n_ep):
        for Xb, yb in zip(np.split(X, cuts), np.split(y, cuts)):
            losses += [loss(forward(Xb, W, b), yb, W, reg)]
            step_W, step_b = dloss_dw(Xb, yb, W, b, reg)
            W, b = W - lr * step_W, b - lr * step_b
    return np.array(losses), W, b
""",
    "logaddexp": """
def loss(scores, y, W, reg):
    N = scores.shape[0]
    lse = np.logaddexp.reduce(scores, axis=1)
    nll = lse - np.take_along_axis(scores, np.asarray(y)[:, None], axis=1).ravel()
    return nll.sum() / N + reg * np.vdot(W, W) / 2
""",
    "softmax through apply_along_axis": """
def softmax(scores):
    def one(row):
        row = np.exp(row - row.max())
        return row / row.sum()
    return np.apply_along_axis(one, 1, scores)
""",
    "gradient sample by sample with outer": """
def dloss_dw(X, y, W, b, reg):
    N, D = X.shape
    P = softmax(forward(X, W, b))
    dW = np.zeros((D, W.shape[1]))
    db = np.zeros(W.shape[1])
    for i in range(N):
        d = P[i].copy()
        d[y[i]] -= 1.0
        dW += np.outer(X[i], d)
        db += d
    dW /= N
    db /= N
    dW += reg * W
    return [dW, db]
""",
    "train with a generator and enumerate": """
def batches(X, y, batch):
    n = X.shape[0]
    k = 0
    while k < n:
        yield X[k:k + batch], y[k:k + batch]
        k = k + batch

def train(X, y, W, b, reg, lr, batch, n_ep):
    W_new, b_new = W * 1, b * 1
    recs = []
    epoch = 0
    while epoch < n_ep:
        for xb, yb in batches(X, y, batch):
            S = forward(xb, W_new, b_new)
            recs.append(float(loss(S, yb, W_new, reg)))
            g = dloss_dw(xb, yb, W_new, b_new, reg)
            W_new, b_new = W_new - lr * g[0], b_new - lr * g[1]
        epoch += 1
    return tuple(recs), W_new, b_new
""",
    "bias through a column of ones, softmax by log": """
def forward(X, W, b):
    Xb = np.hstack([X, np.ones((X.shape[0], 1))])
    return Xb @ np.vstack([W, b[None, :]])

def softmax(scores):
    z = scores - np.amax(scores, 1, keepdims=True)
    return np.exp(z - np.log(np.exp(z).sum(1, keepdims=True)))
""",
    "index arrays into batches": """
def train(X, y, W, b, reg, lr, batch, n_ep):
    W, b = np.copy(W), np.copy(b)
    order = np.arange(X.shape[0])
    out = []
    for _ in range(n_ep):
        for k in range(int(np.ceil(len(order) / batch))):
            rows = order[k * batch:(k + 1) * batch]
            out.append(loss(forward(X[rows], W, b), y[rows], W, reg))
            dW, db = dloss_dw(X[rows], y[rows], W, b, reg)
            W -= lr * dW; b -= lr * db
    return np.asarray(out), W, b
""",
}

WRONG = {
    "forward: no bias": "def forward(X, W, b):\n    return X @ W\n",
    "forward: bias subtracted": "def forward(X, W, b):\n    return X @ W - b\n",
    "forward: bias twice": "def forward(X, W, b):\n    return X @ W + 2 * b\n",
    "forward: a relu": "def forward(X, W, b):\n    return np.maximum(X @ W + b, 0)\n",
    "forward: probabilities": "def forward(X, W, b):\n    return softmax(X @ W + b)\n",
    "softmax: overflows": but(SOFTMAX, " - np.max(scores, axis=1, keepdims=True)", ""),
    "softmax: one largest for all": but(SOFTMAX, "np.max(scores, axis=1, keepdims=True)", "np.max(scores)"),
    "softmax: along the samples": "def softmax(scores):\n    e = np.exp(scores - scores.max(axis=0))\n"
    "    return e / e.sum(axis=0)\n",
    "softmax: no division": but(SOFTMAX, " / np.sum(e, axis=1, keepdims=True)", ""),
    "softmax: sum of everything": but(SOFTMAX, "np.sum(e, axis=1, keepdims=True)", "np.sum(e)"),
    "softmax: minus in the exponent": but(SOFTMAX, "np.exp(scores - np.max(", "np.exp(-scores - np.max(-"),
    "softmax: logarithms": but(
        SOFTMAX, "return e / np.sum(e, axis=1, keepdims=True)", "return np.log(e / np.sum(e, axis=1, keepdims=True))"
    ),
    "softmax: changes its argument": but(
        SOFTMAX,
        "    e = np.exp(scores - np.max(scores, axis=1, keepdims=True))",
        "    scores -= scores.max(axis=1, keepdims=True)\n    e = np.exp(scores)",
    ),
    "loss: logarithm of a probability": """
def loss(scores, y, W, reg):
    return -np.mean(np.log(softmax(scores)[np.arange(len(y)), y])) + reg / 2 * np.sum(W**2)
""",
    "loss: sum": but(LOG_P, "np.mean", "np.sum"),
    "loss: sign": but(LOG_P, "-np.mean", "np.mean"),
    "loss: no half": but(LOG_P, "reg / 2", "reg"),
    "loss: no penalty": but(LOG_P, " + reg / 2 * np.sum(W * W)", ""),
    "loss: weights not squared": but(LOG_P, "W * W", "W"),
    "loss: mean of the squares": but(LOG_P, "np.sum(W * W)", "np.mean(W * W)"),
    "loss: penalty subtracted": but(LOG_P, "+ reg / 2", "- reg / 2"),
    "loss: all pairs": but(LOG_P, "log_p[np.arange(len(y)), y]", "log_p[:, y]"),
    "loss: first column": but(LOG_P, "log_p[np.arange(len(y)), y]", "log_p[:, 0]"),
    "loss: base two": but(LOG_P, "np.log(", "np.log2("),
    "dloss_dw: sum": but(GRADIENT, " / len(y)", ""),
    "dloss_dw: one not subtracted": but(GRADIENT, "    P[np.arange(len(y)), y] -= 1\n", ""),
    "dloss_dw: one added": but(GRADIENT, "-= 1", "+= 1"),
    "dloss_dw: sign": but(
        GRADIENT,
        "return X.T @ P / len(y) + reg * W, P.sum(axis=0) / len(y)",
        "return -X.T @ P / len(y) + reg * W, -P.sum(axis=0) / len(y)",
    ),
    "dloss_dw: no penalty": but(GRADIENT, " + reg * W", ""),
    "dloss_dw: penalty twice": but(GRADIENT, "reg * W", "2 * reg * W"),
    "dloss_dw: penalty on the bias": but(GRADIENT, "P.sum(axis=0) / len(y)", "P.sum(axis=0) / len(y) + reg * b"),
    "dloss_dw: bias not averaged": but(GRADIENT, "P.sum(axis=0) / len(y)", "P.sum(axis=0)"),
    "dloss_dw: penalty averaged": but(GRADIENT, "X.T @ P / len(y) + reg * W", "(X.T @ P + reg * W) / len(y)"),
    "dloss_dw: all rows": but(GRADIENT, "P[np.arange(len(y)), y] -= 1", "P[:, y] -= 1"),
    "train: uphill": but(but(TRAIN, "W -= lr", "W += lr"), "b -= lr", "b += lr"),
    "train: bias stays": but(TRAIN, "            b -= lr * db\n", ""),
    "train: last batch left out": but(TRAIN, "range(0, len(X), batch)", "range(0, len(X) - batch + 1, batch)"),
    "train: first batch only": but(TRAIN, "X[i:i + batch], y[i:i + batch]", "X[:batch], y[:batch]"),
    "train: whole set": but(TRAIN, "X[i:i + batch], y[i:i + batch]", "X, y"),
    "train: batches overlap": but(TRAIN, "X[i:i + batch], y[i:i + batch]", "X[i:i + batch + 1], y[i:i + batch + 1]"),
    "train: in place": but(TRAIN, "np.array(W), np.array(b), []", "W, b, []"),
    "train: penalty not handed on": but(TRAIN, "yb, W, b, reg)", "yb, W, b, 0.0)"),
    "train: recorded without the penalty": but(TRAIN, "yb, W, reg)", "yb, W, 0.0)"),
    "train: one record an epoch": but(
        TRAIN, "        for i in", "        losses.append(loss(forward(X, W, b), y, W, reg))\n        for i in"
    ).replace("            losses.append(loss(forward(Xb, W, b), yb, W, reg))\n", ""),
    "train: recorded after the step": but(
        TRAIN, "            losses.append(loss(forward(Xb, W, b), yb, W, reg))\n", ""
    ).replace(
        "            b -= lr * db\n",
        "            b -= lr * db\n            losses.append(loss(forward(Xb, W, b), yb, W, reg))\n",
    ),
    "train: shuffled": but(
        TRAIN, "    for _ in range(n_ep):\n", "    for _ in range(n_ep):\n        X, y = X[::-1], y[::-1]\n"
    ),
    "train: bias after the weights": but(
        TRAIN, "            b -= lr * db\n", "            b -= lr * dloss_dw(Xb, yb, W, b, reg)[1]\n"
    ),
    "train: one epoch": but(TRAIN, "range(n_ep)", "range(1)"),
    "softmax: clipped scores": """
def softmax(scores):
    e = np.exp(np.clip(scores, -30, 30))
    return e / e.sum(axis=1, keepdims=True)
""",
    "softmax: sigmoid": """
def softmax(scores):
    return 1 / (1 + np.exp(-np.clip(scores, -500, 500)))
""",
    "loss: epsilon in the log": """
def loss(scores, y, W, reg):
    p = softmax(scores)[np.arange(len(y)), y]
    return -np.mean(np.log(p + 1e-8)) + 0.5 * reg * np.sum(W**2)
""",
    "loss: mean over all elements": """
def loss(scores, y, W, reg):
    s = scores - scores.max(axis=1, keepdims=True)
    lp = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    T = np.eye(scores.shape[1])[y]
    return -np.mean(T * lp) + 0.5 * reg * np.sum(W**2)
""",
    "loss: shift forgotten in the true score": """
def loss(scores, y, W, reg):
    s = scores - scores.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(s).sum(axis=1)) - scores[np.arange(len(y)), y]) + 0.5 * reg * np.sum(W**2)
""",
    "dloss_dw: times p(1-p)": """
def dloss_dw(X, y, W, b, reg):
    P = softmax(forward(X, W, b))
    d = (P - np.eye(len(b))[y]) * P * (1 - P) / len(y)
    return X.T @ d + reg * W, d.sum(axis=0)
""",
    "dloss_dw: only the true class's column": """
def dloss_dw(X, y, W, b, reg):
    P = softmax(forward(X, W, b))
    d = np.zeros_like(P)
    r = np.arange(len(y))
    d[r, y] = P[r, y] - 1
    d /= len(y)
    return X.T @ d + reg * W, d.sum(axis=0)
""",
    "train: weights restart each epoch": """
def train(X, y, W, b, reg, lr, batch, n_ep):
    W0, b0, out = W, b, []
    for _ in range(n_ep):
        W, b = W0.copy(), b0.copy()
        for i in range(0, len(X), batch):
            Xb, yb = X[i:i + batch], y[i:i + batch]
            out.append(loss(forward(Xb, W, b), yb, W, reg))
            dW, db = dloss_dw(Xb, yb, W, b, reg)
            W -= lr * dW
            b -= lr * db
    return out, W, b
""",
    "train: gradient of all data": """
def train(X, y, W, b, reg, lr, batch, n_ep):
    W, b, out = W.copy(), b.copy(), []
    for _ in range(n_ep):
        for i in range(0, len(X), batch):
            Xb, yb = X[i:i + batch], y[i:i + batch]
            out.append(loss(forward(Xb, W, b), yb, W, reg))
            dW, db = dloss_dw(X, y, W, b, reg)
            W -= lr * dW
            b -= lr * db
    return out, W, b
""",
    "train: gradient at the first weights": """
def train(X, y, W, b, reg, lr, batch, n_ep):
    W0, b0, W, b, out = W, b, W.copy(), b.copy(), []
    for _ in range(n_ep):
        for i in range(0, len(X), batch):
            Xb, yb = X[i:i + batch], y[i:i + batch]
            out.append(loss(forward(Xb, W, b), yb, W, reg))
            dW, db = dloss_dw(Xb, yb, W0, b0, reg)
            W -= lr * dW
            b -= lr * db
    return out, W, b
""",
    "softmax: a number below": """
def softmax(scores):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / (e.sum(axis=1, keepdims=True) + 1e-3)
""",
    "softmax: rounded": """
def softmax(scores):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.round(e / e.sum(axis=1, keepdims=True), 4)
""",
    "dloss_dw: clipped": """
def dloss_dw(X, y, W, b, reg):
    d = softmax(forward(X, W, b))
    d[np.arange(len(y)), y] -= 1
    d /= len(y)
    return np.clip(X.T @ d + reg * W, -1, 1), np.clip(d.sum(axis=0), -1, 1)
""",
    "train: rate falls": but(TRAIN, "    return losses", "        lr = 0.9 * lr\n    return losses"),
    "train: momentum": but(
        but(
            but(TRAIN, "np.array(b), []", "np.array(b), []\n    v, u = 0.0, 0.0"),
            "W -= lr * dW",
            "v = 0.9 * v + dW\n            W -= lr * v",
        ),
        "b -= lr * db",
        "u = 0.9 * u + db\n            b -= lr * u",
    ),
    "train: step over the batch": but(but(TRAIN, "lr * dW", "lr * dW / batch"), "lr * db", "lr * db / batch"),
    "train: records of all data": but(
        TRAIN, "loss(forward(Xb, W, b), yb, W, reg)", "loss(forward(X, W, b), y, W, reg)"
    ),
    "train: moved weights not returned": but(
        but(
            TRAIN,
            "W, b, losses = np.array(W), np.array(b), []",
            "W_old, b_old, W, b, losses = W, b, np.array(W), np.array(b), []",
        ),
        "return losses, W, b",
        "return losses, W_old, b_old",
    ),
}
