"""Edits of three lessons' solutions: what students do beside what the lessons' own variants show.

`EDITED[lesson]` maps a name, `callable: what`, to pairs of a text of the solution and the one in its place. What begins
with `right` loses nothing; the callable of any other loses alone.
"""

from __future__ import annotations

Edits = tuple[tuple[str, str], ...]

LINE = "        for start in range(0, len(X), batch):\n"
KEPT = "    W, b = W.copy(), b.copy()\n"
SHARES = "return powers / powers.sum(axis=1, keepdims=True)"
ONE_OFF = "    delta[np.arange(len(y)), y] -= 1\n"
MAX = "scores - scores.max(axis=1, keepdims=True)"
STEP = "            W -= lr * dW\n            b -= lr * db\n"
RECORD = "            loss_records.append(loss(forward(X_batch, W, b), y_batch, W, reg))\n"
SOFTMAX: dict[str, Edits] = {
    "right: a generator of slices": (
        (LINE, "        for start in (each * batch for each in range(-(-len(X) // batch))):\n"),
    ),
    "right: powers through logaddexp": (
        (
            "    powers = np.exp(shifted)\n    return powers / powers.sum(axis=1, keepdims=True)\n",
            "    return np.exp(shifted - np.logaddexp.reduce(shifted, axis=1, keepdims=True))\n",
        ),
    ),
    "right: rows one by one": (
        ("    return X @ W + b\n", "    return np.stack([sum(x[d] * W[d] for d in range(len(W))) + b for x in X])\n"),
    ),
    "right: by one hot and einsum": (
        ("    delta[np.arange(len(y)), y] -= 1\n", "    delta = delta - (y[:, None] == np.arange(len(b)))\n"),
        ("X.T @ delta", 'np.einsum("nd,nc->dc", X, delta)'),
    ),
    "right: a while loop and lists": (
        (LINE, "        start = -batch\n        while (start := start + batch) < len(X):\n"),
        (STEP, "            W, b = W - lr * dW, b - lr * db\n"),
    ),
    "forward: scores clipped": (("X @ W + b", "np.clip(X @ W + b, -1, 1)"),),
    "forward: divided by the root of D": (("X @ W + b", "X @ W / np.sqrt(X.shape[1]) + b"),),
    "forward: the bias is a number": (("X @ W + b", "X @ W + b.sum()"),),
    "softmax: probabilities clipped": (
        (
            "return powers / powers.sum(axis=1, keepdims=True)",
            "return np.clip(powers / powers.sum(axis=1, keepdims=True), 0.05, 0.95)",
        ),
    ),
    "softmax: clipped scores": (
        (f"    shifted = {MAX}\n    powers", "    shifted = np.clip(scores, -2, 2)\n    powers"),
    ),
    "softmax: epsilon below": (
        ("powers / powers.sum(axis=1, keepdims=True)", "powers / (powers.sum(axis=1, keepdims=True) + 1e-3)"),
    ),
    "softmax: a temperature": (("powers = np.exp(shifted)", "powers = np.exp(shifted / 3)"),),
    "softmax: half the scores": (("powers = np.exp(shifted)", "powers = np.exp(shifted / 2)"),),
    "softmax: a sigmoid": ((SHARES, "return 1 / (1 + np.exp(-scores))"),),
    "softmax: the highest score alone": ((SHARES, "return np.eye(scores.shape[1])[scores.argmax(axis=1)]"),),
    "softmax: divided by the largest": (("powers / powers.sum(", "powers / powers.max("),),
    "loss: epsilon in the log": (
        ("np.log(np.exp(shifted).sum(axis=1))", "np.log(np.exp(shifted).sum(axis=1) + 1e-2)"),
    ),
    "loss: epsilon beside the probability": (
        ("np.mean(log_sums - true_ones)", "-np.mean(np.log(np.exp(true_ones - log_sums) + 1e-3))"),
    ),
    "loss: probabilities clipped": (
        ("np.mean(log_sums - true_ones)", "-np.mean(np.log(np.clip(np.exp(true_ones - log_sums), 0.01, 0.99)))"),
    ),
    "loss: the penalty has a root": (("np.sum(W**2)", "np.sqrt(np.sum(W**2))"),),
    "loss: the predicted class": (
        ("shifted[np.arange(len(y)), y]", "shifted[np.arange(len(y)), shifted.argmax(axis=1)]"),
    ),
    "loss: probability of the true class": (
        ("np.mean(log_sums - true_ones)", "np.mean(1 - np.exp(true_ones - log_sums))"),
    ),
    "loss: squared error": (
        (
            "np.mean(log_sums - true_ones)",
            "np.mean(np.sum((softmax(scores) - np.eye(scores.shape[1])[y]) ** 2, axis=1))",
        ),
    ),
    "loss: binary cross-entropy": (
        (
            "np.mean(log_sums - true_ones)",
            "-np.mean(true_ones - log_sums + np.log(1 - np.exp(true_ones - log_sums) + 1e-12))",
        ),
    ),
    "dloss_dw: slope of a sigmoid as well": (
        ("    delta[np.arange(len(y)), y] -= 1\n", "    P = delta.copy()\n" + ONE_OFF + "    delta *= P * (1 - P)\n"),
    ),
    "dloss_dw: the true classes alone": ((ONE_OFF, ONE_OFF + "    delta *= np.eye(len(b))[y]\n"),),
    "dloss_dw: the sign of the weights": (("reg * W\n", "reg * np.sign(W)\n"),),
    "dloss_dw: gradient clipped": (
        (
            "    return dW, db\n",
            "    dW = np.clip(dW, -0.5, 0.5)\n    db = np.clip(db, -0.5, 0.5)\n    return dW, db\n",
        ),
    ),
    "dloss_dw: scores for probabilities": (("delta = softmax(forward(X, W, b))", "delta = forward(X, W, b)"),),
    "dloss_dw: unit length": (("    return dW, db\n", "    dW = dW / np.linalg.norm(dW)\n    return dW, db\n"),),
    "dloss_dw: by the number of classes": (("delta / len(y)", "delta / len(b)"),),
    "train: weights restart": (
        (KEPT, "    W_first, b_first = W, b\n"),
        (LINE, "        W, b = W_first.copy(), b_first.copy()\n" + LINE),
    ),
    "train: records restart": (
        ("    for epoch in range(n_ep):\n", "    for epoch in range(n_ep):\n        loss_records = []\n"),
    ),
    "train: starts from zero": ((KEPT, "    W, b = np.zeros_like(W), np.zeros_like(b)\n"),),
    "train: shuffled by a seed": (
        (
            LINE,
            "        order = (chance := np.random.default_rng(0) if not epoch else chance).permutation(len(X))\n"
            + LINE,
        ),
        (
            "X[start : start + batch], y[start : start + batch]",
            "X[order[start : start + batch]], y[order[start : start + batch]]",
        ),
    ),
    "train: the weights of the best batch": (
        (KEPT, KEPT + "    best, kept = np.inf, (W, b)\n"),
        (
            RECORD,
            RECORD + "            if loss_records[-1] < best:\n"
            "                best, kept = loss_records[-1], (W.copy(), b.copy())\n",
        ),
        ("np.array(loss_records), W, b", "np.array(loss_records), *kept"),
    ),
    "train: the rate halves": (
        (LINE, "        rate = lr / (1 + epoch)\n" + LINE),
        (STEP, STEP.replace("lr *", "rate *")),
    ),
    "train: decay beside the slope": ((STEP, STEP.replace("lr * dW", "lr * (dW + reg * W)")),),
    "train: a step for each epoch": (
        (STEP, ""),
        (
            "    return np.array(loss_records), W, b",
            "        W -= lr * dW\n        b -= lr * db\n    return np.array(loss_records), W, b",
        ),
    ),
    "train: momentum": (
        (KEPT, KEPT + "    vW, vb = 0, 0\n"),
        (
            STEP,
            "            vW, vb = 0.9 * vW + dW, 0.9 * vb + db\n            W -= lr * vW\n            b -= lr * vb\n",
        ),
    ),
    "train: records divided by the batch": (
        (RECORD, RECORD.replace("y_batch, W, reg)", "y_batch, W, reg) / len(X_batch)")),
    ),
}

LOOP = "np.sum(x[n, r : r + P, s : s + Q] * k[f]) + b[f]"
DX = "dx[:, p : p + R, q : q + S] += np.tensordot(dout, k[:, p, q], axes=(1, 0))"
UP = "            k, b, v, c = k - lr * dk, b - lr * db, v - lr * dv, c - lr * dc\n"
EACH = "        for first in range(0, len(x), batch):\n"
CONV: dict[str, Edits] = {
    "right: loops over the weights": (
        (
            "                    out[n, f, r, s] = " + LOOP,
            "                    out[n, f, r, s] = b[f] + sum(x[n, r + p, s + q] * k[f, p, q] for p in "
            "range(P) for q in range(Q))",
        ),
    ),
    "right: flipped kernel of a true convolution, flipped back": (
        (DX, DX.replace("k[:, p, q]", "k[:, ::-1, ::-1][:, P - 1 - p, Q - 1 - q]")),
    ),
    "right: dk by einsum": (("(columns.T @ rows).reshape(F, P, Q)", 'np.einsum("nfrs,nrspq->fpq", dout, windows)'),),
    "right: mask times by sign": (("(a > 0)", "np.heaviside(a, 0.0)"),),
    "right: updates from a list": (
        (UP, "            k, b, v, c = (w - lr * d for w, d in zip((k, b, v, c), (dk, db, dv, dc)))\n"),
    ),
    "conv_loops: kernel transposed": (
        (LOOP, "sum(x[n, r + p, s + q] * k[f].T.ravel()[p * Q + q] for p in range(P) for q in range(Q)) + b[f]"),
    ),
    "conv_loops: kernel upside down": ((LOOP, LOOP.replace("k[f]", "k[f, ::-1]")),),
    "conv_loops: kernel mirrored": ((LOOP, LOOP.replace("k[f]", "k[f, :, ::-1]")),),
    "conv_loops: mean of the window": ((LOOP, LOOP.replace("np.sum", "np.mean")),),
    "conv_loops: a product of sums": ((LOOP, LOOP.replace("* k[f])", ") * np.sum(k[f])").replace("] )", "])")),),
    "conv_loops: relu inside": ((LOOP, f"max({LOOP}, 0)"),),
    "conv_loops: last row left out": (("            for r in range(R):", "            for r in range(R - 1):"),),
    "conv_loops: first image only": ((LOOP, LOOP.replace("x[n,", "x[0,")),),
    "conv: kernel upside down": (("rows @ k.reshape", "rows @ k[:, ::-1].reshape"),),
    "conv: kernel mirrored": (("rows @ k.reshape", "rows @ k[:, :, ::-1].reshape"),),
    "conv: kernel transposed": (("rows @ k.reshape(F, P * Q)", "rows @ k.transpose(0, 2, 1).reshape(F, P * Q)"),),
    "conv: maps transposed": (
        (
            "return flat.reshape(N, R, S, F).transpose(0, 3, 1, 2)",
            "return flat.reshape(N, S, R, F).transpose(0, 3, 2, 1)",
        ),
    ),
    "conv_backward: dk turned": (("    return dk, db, dx", "    return dk[:, ::-1, ::-1], db, dx"),),
    "conv_backward: dk mean": (("dk = (columns.T @ rows)", "dk = (columns.T @ rows / N)"),),
    "conv_backward: dk mean of places": (("dk = (columns.T @ rows)", "dk = (columns.T @ rows / len(rows))"),),
    "conv_backward: dk of dout turned": (("dk = (columns.T @ rows)", "dk = (columns[::-1].T @ rows)"),),
    "conv_backward: dx kernel transposed weights": (
        (DX, DX.replace("k[:, p, q]", "k.transpose(0, 2, 1).reshape(F, P, Q)[:, p, q]")),
    ),
    "conv_backward: dx averaged": (("    return dk, db, dx", "    return dk, db, dx / (P * Q)"),),
    "conv_backward: dx kernels mirrored": ((DX, DX.replace("k[:, p, q]", "k[:, p, Q - 1 - q]")),),
    "forward: leaky relu": (
        (
            "h = np.maximum(conv(x, k, b), 0.0).reshape(len(x), -1)\n    return",
            "h = np.maximum(conv(x, k, b), 0.01 * conv(x, k, b)).reshape(len(x), -1)\n    return",
        ),
    ),
    "forward: clipped": (("return h @ v + c", "return np.clip(h @ v + c, -1, 1)"),),
    "forward: relu six": (
        (
            "h = np.maximum(conv(x, k, b), 0.0).reshape(len(x), -1)\n    return",
            "h = np.clip(conv(x, k, b), 0, 1).reshape(len(x), -1)\n    return",
        ),
    ),
    "forward: relu up to two": (
        (
            "h = np.maximum(conv(x, k, b), 0.0).reshape(len(x), -1)\n    return",
            "h = np.clip(conv(x, k, b), 0, 2).reshape(len(x), -1)\n    return",
        ),
    ),
    "forward: kernels last": (
        (
            "h = np.maximum(conv(x, k, b), 0.0).reshape(len(x), -1)\n    return",
            "h = np.maximum(conv(x, k, b), 0.0).transpose(0, 2, 3, 1).reshape(len(x), -1)\n    return",
        ),
    ),
    "loss: epsilon in the log": (
        (
            "    L, _ = softmax_cross_entropy(forward(x, k, b, v, c), y)\n",
            "    _, d = softmax_cross_entropy(forward(x, k, b, v, c), y)\n    p = d * len(y)\n    L = "
            "-np.mean(np.log(p[np.arange(len(y)), y] + 1 + 1e-3))\n",
        ),
    ),
    "loss: by the classes": (("    return L\n", "    return L / v.shape[1]\n"),),
    "dloss_dw: divided again": (
        (
            "_, dz = softmax_cross_entropy(h @ v + c, y)\n",
            "_, dz = softmax_cross_entropy(h @ v + c, y)\n    dz = dz / len(y)\n",
        ),
    ),
    "dloss_dw: clipped": (
        ("    return dk, db, dv, dc\n", "    return tuple(np.clip(d, -0.05, 0.05) for d in (dk, db, dv, dc))\n"),
    ),
    "dloss_dw: leaky with its slope": (
        ("h = np.maximum(a, 0.0)", "h = np.maximum(a, 0.1 * a)"),
        ("(a > 0)", "np.where(a > 0, 1, 0.1)"),
    ),
    "dloss_dw: no relu at all": (("h = np.maximum(a, 0.0)", "h = a"), (" * (a > 0)", "")),
    "dloss_dw: leaky slope": (("(a > 0)", "np.where(a > 0, 1, 0.01)"),),
    "train: weights restart": (
        (
            "    losses = []\n    for _ in range(n_ep):\n",
            "    losses = []\n    start = k, b, v, c\n    for _ in range(n_ep):\n        k, b, v, c = start\n",
        ),
    ),
    "train: only one epoch's losses": (
        ("    losses = []\n    for _ in range(n_ep):\n", "    for _ in range(n_ep):\n        losses = []\n"),
    ),
    "train: kernels stay": ((UP, UP.replace("k - lr * dk", "k")),),
    "train: no rate for the kernels": ((UP, UP.replace("k - lr * dk, b - lr * db", "k - dk, b - db")),),
    "train: starts from zero": (
        (
            "    losses = []\n    for _",
            "    losses = []\n    k, b, v, c = np.zeros_like(k), np.zeros_like(b), np.zeros_like(v), "
            "np.zeros_like(c)\n    for _",
        ),
    ),
    "train: momentum": (
        ("    losses = []\n    for _", "    losses = []\n    m = [0, 0, 0, 0]\n    for _"),
        (
            UP,
            "            m = [0.9 * a + d for a, d in zip(m, (dk, db, dv, dc))]\n            k, b, v, c = "
            "(w - lr * a for w, a in zip((k, b, v, c), m))\n",
        ),
    ),
}

RELU = "Value(np.maximum(self.data, 0.0), [(self, lambda slope: slope * (self.data > 0))])"
ADD = "parent.grad = parent.grad + unstretch(pull(value.grad), parent.data.shape)"
ENGINE: dict[str, Edits] = {
    "right: sum through broadcast": (
        ("slope * np.ones(self.data.shape)", "np.broadcast_to(slope, self.data.shape) * 1.0"),
    ),
    "right: product by einsum": (("slope @ other.data.T", 'np.einsum("nm,dm->nd", slope, other.data)'),),
    "right: relu as a half": (("np.maximum(self.data, 0.0), [", "(self.data + np.abs(self.data)) / 2, ["),),
    "right: exp with default arguments": (("lambda slope: slope * out)", "lambda slope, own=out: own * slope)"),),
    "right: a stack of axes": (
        (
            "    while slope.ndim > len(shape):\n        slope = slope.sum(axis=0)\n",
            "    slope = slope.sum(axis=tuple(range(slope.ndim - len(shape))))\n",
        ),
    ),
    "addition_step: halves": (
        (
            "(self, lambda slope: slope), (other, lambda slope: slope)",
            "(self, lambda slope: slope / 2), (other, lambda slope: slope / 2)",
        ),
    ),
    "product_step: by the result": (
        ("lambda slope: slope * other.data), (other,", "lambda slope: slope * self.data * other.data), (other,"),
    ),
    "product_step: added": (
        (
            "slope * other.data), (other, lambda slope: slope * self.data",
            "slope + other.data), (other, lambda slope: slope + self.data",
        ),
    ),
    "matrix_step: element by element": (
        ("lambda slope: slope @ other.data.T", "lambda slope: slope.sum() * np.ones_like(self.data)"),
    ),
    "matrix_step: mean over rows": (("self.data.T @ slope", "self.data.T @ slope / len(self.data)"),),
    "relu_step: leaky": (
        (
            RELU,
            "Value(np.maximum(self.data, 0.01 * self.data), [(self, lambda slope: slope * "
            "np.where(self.data > 0, 1, 0.01))])",
        ),
    ),
    "relu_step: mask of ones only back": (("slope * (self.data > 0)", "slope * np.sign(self.data)"),),
    "relu_step: up to one with its slope": (
        (
            RELU,
            "Value(np.clip(self.data, 0.0, 1.0), [(self, lambda slope: slope * (self.data > 0) * (self.data < 1))])",
        ),
    ),
    "relu_step: mask of the slope as well": (("slope * (self.data > 0)", "slope * (self.data > 0) * (slope > 0)"),),
    "relu_step: six": (("np.maximum(self.data, 0.0), [", "np.clip(self.data, 0.0, 1.0), ["),),
    "exp_step: clipped": (("out = np.exp(self.data)", "out = np.exp(np.clip(self.data, -1, 1))"),),
    "exp_step: less one": (("out = np.exp(self.data)", "out = np.exp(self.data) - 1"),),
    "exp_step: slope of the slope": (("slope * out)", "np.exp(slope))"),),
    "sum_step: times the numbers": (("slope * np.ones(self.data.shape)", "slope * self.data"),),
    "ladder_history: reversed": (
        ("        visit(self)\n        return order", "        visit(self)\n        return order[::-1]"),
    ),
    "backward: root's slope is its number": (("self.grad = np.ones(self.data.shape)", "self.grad = self.data"),),
    "backward: slopes multiplied": ((ADD, ADD.replace("parent.grad +", "parent.grad *")),),
    "backward: average of two": (
        (
            ADD,
            ADD.replace(
                "parent.grad + unstretch(pull(value.grad), parent.data.shape)",
                "(parent.grad + unstretch(pull(value.grad), parent.data.shape)) / 2",
            ),
        ),
    ),
    "backward: clipped": ((ADD, ADD + "\n                parent.grad = np.clip(parent.grad, -1, 1)"),),
    "unstretch: front axes only": (("        if length == 1:", "        if length == 0:"),),
    "unstretch: last axis in front": (("slope = slope.sum(axis=0)", "slope = slope.sum(axis=-1)"),),
    "unstretch: largest copy": (("slope.sum(axis=axis, keepdims=True)", "slope.max(axis=axis, keepdims=True)"),),
}
EDITED = {"softmax_digits": SOFTMAX, "conv_digits": CONV, "autograd_engine": ENGINE}


def applied(solution: str, edits: Edits) -> str:
    """The solution with its edits, each of which must find its text."""
    for old, new in edits:
        if old not in solution:
            raise ValueError(f"nothing reads {old!r}")
        solution = solution.replace(old, new)
    return solution
