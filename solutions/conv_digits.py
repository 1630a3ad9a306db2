"""The reference of conv_digits, made from its source notebook by `autograder build`; not to be edited."""

import numpy as np


import time

import matplotlib.pyplot as plt


BLUE, ORANGE, GREEN, RED, GREY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#666666"


def window(image, r, s, P, Q):
    """image: array of shape (H, W) -> its P rows from row r on and Q columns from column s on, shape (P, Q)"""
    return None  # replace None


def softmax_cross_entropy(z, y):
    """z (N, C) scores, y (N,) labels -> L a number, the mean cross-entropy, and dz (N, C), its slope by z"""
    shifted = z - z.max(axis=1, keepdims=True)  # the largest score of a row is 0: nothing overflows
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(y))
    dz = np.exp(log_p)
    dz[rows, y] -= 1.0
    return -log_p[rows, y].mean(), dz / len(y)


def conv_loops(x, k, b):
    """x (N, H, W), k (F, P, Q), b (F,) -> out (N, F, R, S)

    The convolution of section 2, number by number. R = H - P + 1, S = W - Q + 1.
    """
    # hint: section 2. An array of zeros for the result, then four loops, with a window and a sum in the middle.
    N, H, W = x.shape
    F, P, Q = k.shape
    R, S = H - P + 1, W - Q + 1
    out = np.zeros((N, F, R, S))
    for n in range(N):
        for f in range(F):
            for r in range(R):
                for s in range(S):
                    out[n, f, r, s] = np.sum(x[n, r : r + P, s : s + Q] * k[f]) + b[f]
    return out


def conv(x, k, b):
    """x (N, H, W), k (F, P, Q), b (F,) -> out (N, F, R, S)

    The same numbers as conv_loops, by windows and one product.
    """
    # hint: section 3, the table.
    F, P, Q = k.shape
    windows = np.lib.stride_tricks.sliding_window_view(x, (P, Q), axis=(1, 2))
    N, R, S = windows.shape[:3]
    rows = windows.reshape(N * R * S, P * Q)
    flat = rows @ k.reshape(F, P * Q).T + b  # (N*R*S, F): the kernels come last
    return flat.reshape(N, R, S, F).transpose(0, 3, 1, 2)


def conv_backward(x, k, dout):
    """x (N, H, W), k (F, P, Q), dout (N, F, R, S) -> dk (F, P, Q), db (F,), dx (N, H, W)

    dout is the slope of the loss by what the convolution of x with k gave.
    """
    # hint: section 4, the frame at its end.
    F, P, Q = k.shape
    windows = np.lib.stride_tricks.sliding_window_view(x, (P, Q), axis=(1, 2))
    N, R, S = windows.shape[:3]
    rows = windows.reshape(N * R * S, P * Q)
    columns = dout.transpose(0, 2, 3, 1).reshape(N * R * S, F)
    dk = (columns.T @ rows).reshape(F, P, Q)
    db = columns.sum(axis=0)
    dx = np.zeros(x.shape)
    for p in range(P):
        for q in range(Q):
            dx[:, p : p + R, q : q + S] += np.tensordot(dout, k[:, p, q], axes=(1, 0))
    return dk, db, dx


def forward(x, k, b, v, c):
    """x (N, H, W), k (F, P, Q), b (F,), v (D, C), c (C,) -> z (N, C)

    The scores of the whole network: convolution, relu, linear layer.
    """
    # hint: section 5, Forward.
    h = np.maximum(conv(x, k, b), 0.0).reshape(len(x), -1)
    return h @ v + c


def loss(x, y, k, b, v, c):
    """x (N, H, W), y (N,) labels, k (F, P, Q), b (F,), v (D, C), c (C,) -> L a number

    The mean cross-entropy of the network's scores.
    """
    # hint: section 5, Loss.
    L, _ = softmax_cross_entropy(forward(x, k, b, v, c), y)
    return L


def dloss_dw(x, y, k, b, v, c):
    """x (N, H, W), y (N,) labels, k (F, P, Q), b (F,), v (D, C), c (C,)
    -> dk (F, P, Q), db (F,), dv (D, C), dc (C,)

    The gradients of the loss, all at the weights that are given. Changes nothing.
    """
    # hint: section 5, The way back.
    a = conv(x, k, b)
    h = np.maximum(a, 0.0).reshape(len(x), -1)
    _, dz = softmax_cross_entropy(h @ v + c, y)
    dv = h.T @ dz
    dc = dz.sum(axis=0)
    da = (dz @ v.T).reshape(a.shape) * (a > 0)
    dk, db, _ = conv_backward(x, k, da)
    return dk, db, dv, dc


def train(x, y, k, b, v, c, lr, batch, n_ep):
    """x (N, H, W), y (N,) labels, k (F, P, Q), b (F,), v (D, C), c (C,),
    lr a number, batch a count, n_ep a count
    -> losses (updates,), k (F, P, Q), b (F,), v (D, C), c (C,)

    n_ep epochs of gradient descent in minibatches, in the given order; losses holds the loss of each minibatch
    before its update. The arrays that are given stay as they are.
    """
    # hint: section 6, the three steps.
    losses = []
    for _ in range(n_ep):
        for first in range(0, len(x), batch):
            x_batch, y_batch = x[first : first + batch], y[first : first + batch]
            losses.append(loss(x_batch, y_batch, k, b, v, c))
            dk, db, dv, dc = dloss_dw(x_batch, y_batch, k, b, v, c)
            k, b, v, c = k - lr * dk, b - lr * db, v - lr * dv, c - lr * dc
    return np.array(losses), k, b, v, c


def seconds(function, *arguments):
    """The time of one call, the best of three."""
    times = []
    for _ in range(3):
        started = time.perf_counter()
        function(*arguments)
        times.append(time.perf_counter() - started)
    return min(times)


def accuracy(x, y, *weights):
    """The share of images whose highest score is that of the right class."""
    return np.mean(np.argmax(forward(x, *weights), axis=1) == y)


def train_linear(rows, y, v, c, lr=0.5, batch=50, n_ep=20):
    """A linear layer on fixed rows (N, D), by the same minibatches."""
    for _ in range(n_ep):
        for first in range(0, len(rows), batch):
            part = rows[first : first + batch]
            _, dz = softmax_cross_entropy(part @ v + c, y[first : first + batch])
            v, c = v - lr * part.T @ dz, c - lr * dz.sum(axis=0)
    return v, c


def features(x, k, b):
    return np.maximum(conv(x, k, b), 0.0).reshape(len(x), -1)


seed, n_kernels, size, rate, epochs = 7, 4, 5, 0.5, 10


GIVEN = ('window', 'softmax_cross_entropy', 'seconds', 'accuracy', 'train_linear', 'features')

DECLARATION = 'x, k, b = draw.normal("N", "H", "W"), draw.normal("F", "P", "Q"), draw.normal("F")\nv, c, y = draw.normal("D", "C", scale=0.3), draw.normal("C"), draw.labels("N", classes="C")\ndout = draw.normal("N", "F", "R", "S")\nlr, batch, n_ep = draw.one_of(0.1, 0.5), draw.one_of(2, 4, 30), draw.one_of(1, 2, 3)\nassignment(sizes=dict(  # R = H - P + 1, S = W - Q + 1, D = F R S\n    N=(1, 6, 3), H=(3, 7, 4), W=(4, 5, 6), F=(3, 2, 5), P=(2, 3, 2), Q=(2, 2, 4),\n    R=(2, 5, 3), S=(3, 4, 3), D=(18, 40, 45), C=(2, 3, 4),\n))\nslope(conv_backward, of=conv, by=("dk", "db", "dx"), wrt=("k", "b", "x"), times="dout")\nslope(dloss_dw, of=loss, by=("dk", "db", "dv", "dc"), wrt=("k", "b", "v", "c"))\nnote(\n    conv_loops, replace="k[f]", by="k[f, ::-1, ::-1]",\n    says="The kernel is turned by half a turn.", look="Section 2: which weight lies on the first pixel of a window?",\n)\nnote(\n    conv_loops, replace="np.sum(x[n, r : r + P, s : s + Q] * k[f]) + b[f]",\n    by="np.sum(x[n, r : r + P, s : s + Q] * k[f] + b[f])",\n    says="The bias is added once for each pixel of a window, instead of once.", look="What stands inside the sum?",\n)\nnote(\n    conv, replace="k.reshape(F, P * Q)", by="k[:, ::-1, ::-1].reshape(F, P * Q)",\n    says="The kernels are turned by half a turn.", look="Section 2: which weight lies on the first pixel of a window?",\n)\nnote(\n    conv, replace="flat.reshape(N, R, S, F).transpose(0, 3, 1, 2)", by="flat.reshape(N, F, R, S)",\n    says="The shape is right, and the numbers lie in other places than they belong.",\n    look="Section 3: the trap in the last two steps.",\n)\nnote(\n    conv_backward, replace="dout.transpose(0, 2, 3, 1).reshape(N * R * S, F)", by="dout.reshape(N * R * S, F)",\n    says="Numbers of several kernels come into one column: dout is laid out in rows with its axes where they are.",\n    look="Section 4: which axis of dout must come last before it becomes a table?",\n)\nnote(\n    conv_backward, replace="columns.sum(axis=0)", by="dout.sum(axis=0)[:, 0, 0]",\n    says="For the slope by a bias, only one place of each map is counted.",\n    look="Section 4, The bias: over which of n, r and s does the sum run?",\n)\nnote(\n    conv_backward, replace="k[:, p, q]", by="k[:, P - 1 - p, Q - 1 - q]",\n    says="dx is made with the kernel turned by half a turn.",\n    look="Section 4: by which weight was the pixel at (r + p, s + q) multiplied?",\n)\nnote(\n    conv, replace="k.reshape(F, P * Q).T", by="k.reshape(P * Q, F)",\n    says="Weights of several kernels come into one column.",\n    look="Section 3, the table: in which order do the weights lie in k, and what does .T do?",\n)\nnote(\n    conv_backward, replace="columns.sum(axis=0)", by="dout[0].sum(axis=(1, 2))",\n    says="For the slope by a bias, only the first image counts.",\n    look="Section 4, The bias: over which of n, r and s does the sum run?",\n)\nnote(\n    conv_backward, replace="dx[:, p : p + R, q : q + S] += np.tensordot(dout, k[:, p, q], axes=(1, 0))",\n    by="dx[:, :R, :S] += np.tensordot(dout, k[:, p, q], axes=(1, 0))",\n    says="What a weight gives back to the image is not moved by its row and its column.",\n    look="Section 4, The input: which pixel did the weight (p, q) lie on when the window was at (r, s)?",\n)\nnote(\n    conv_backward, replace="np.tensordot(dout, k[:, p, q], axes=(1, 0))", by="dout[:, 0] * k[0, p, q]",\n    says="Only the first kernel gives something back to the image.",\n    look="Section 4, The input: over what does the first of the sums run?",\n)\nnote(\n    dloss_dw, replace="a > 0", by="np.maximum(a, 0.0)",\n    says="On the way back the relu stands in the place of its slope.",\n    look="Section 5, The way back: which numbers has the mask?",\n)\nnote(\n    dloss_dw, replace="a > 0", by="np.sign(a)",\n    says="Where the relu is off, the slope comes back with its sign turned, where it should be 0.",\n    look="Section 5, The way back: which numbers has the mask?",\n)\nnote(\n    dloss_dw, replace="a > 0", by="(dz @ v.T).reshape(a.shape) > 0",\n    says="The mask looks at the slopes that come back, and not at the maps.",\n    look="Section 5, The way back: what has to be positive?",\n)\nnote(\n    dloss_dw, replace="dv = h.T @ dz", by="dv = a.reshape(len(x), -1).T @ dz",\n    says="The slope by v is made with the maps as they are before the relu.",\n    look="Section 5, The way back: which numbers does v multiply on the way forward?",\n)\nnote(\n    forward, replace="h @ v + c",\n    by="np.exp(h @ v + c) / np.exp(h @ v + c).sum(axis=1, keepdims=True)",\n    says="Probabilities come back where scores are asked.", look="Which step makes probabilities of the scores?",\n)'
