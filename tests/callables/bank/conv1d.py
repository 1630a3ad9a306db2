"""One-dimensional convolution, relu, and a linear layer."""

REFERENCE = '''
import numpy as np

def conv1d(x, w, b):
    """x (N, T), w (F, K), b (F,) -> out (N, F, T-K+1)"""
    N, T = x.shape
    F, K = w.shape
    out = np.zeros((N, F, T - K + 1))
    for t in range(T - K + 1):
        out[:, :, t] = x[:, t:t + K] @ w.T + b
    return out

def conv1d_backward(dout, x, w, b):
    """dout (N, F, T-K+1) -> dx (N, T), dw (F, K), db (F,)"""
    K = w.shape[1]
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for t in range(dout.shape[2]):
        dx[:, t:t + K] += dout[:, :, t] @ w
        dw += dout[:, :, t].T @ x[:, t:t + K]
    return dx, dw, dout.sum(axis=(0, 2))

def network(x, w, b, V, c):
    """x (N, T), V (F, M), c (M,) -> out (N, M)"""
    h = np.maximum(conv1d(x, w, b), 0)
    return h.mean(axis=2) @ V + c
'''

STUDENT = """
import numpy as np

def conv1d(x, w, b):
    n, length = x.shape
    filters, k = w.shape
    out = np.zeros((n, filters, length - k + 1))
    for i in range(n):
        for f in range(filters):
            for t in range(length - k + 1):
                out[i, f, t] = np.sum(x[i, t:t + k] * w[f]) + b[f]
    return out

def conv1d_backward(dout, x, w, b):
    n, length = x.shape
    filters, k = w.shape
    dx = np.zeros(x.shape)
    dw = np.zeros(w.shape)
    db = np.zeros(b.shape)
    for i in range(n):
        for f in range(filters):
            for t in range(length - k + 1):
                dw[f] += dout[i, f, t] * x[i, t:t + k]
                dx[i, t:t + k] += dout[i, f, t] * w[f]
                db[f] += dout[i, f, t]
    return dx, dw, db

def network(x, w, b, V, c):
    z = conv1d(x, w, b)
    h = z * (z > 0)
    pooled = np.mean(h, axis=2)
    return np.dot(pooled, V) + c
"""

SIGNATURES = {
    "conv1d": (("x", "w", "b"), ("out",), ()),
    "conv1d_backward": (("dout", "x", "w", "b"), ("dx", "dw", "db"), ()),
    "network": (("x", "w", "b", "V", "c"), ("out",), ()),
}


def draw(rng, size):
    """Arguments of each callable; `size` counts the situations."""
    n, t, f, k, m = ((2, 5, 3, 2, 4), (1, 6, 2, 3, 3), (4, 7, 1, 4, 2), (3, 8, 4, 3, 5))[size]
    x, w, b = rng.normal(size=(n, t)), rng.normal(size=(f, k)), rng.normal(size=f)
    asked = {
        "conv1d": {"x": x, "w": w, "b": b},
        "conv1d_backward": {"dout": rng.normal(size=(n, f, t - k + 1)), "x": x, "w": w, "b": b},
        "network": {"x": x, "w": w, "b": b, "V": rng.normal(size=(f, m)), "c": rng.normal(size=m)},
    }
    return asked, {"N": n, "T": t, "F": f, "K": k, "M": m}


WRONG = [
    ("filter turned round", "conv1d", [("x[i, t:t + k] * w[f]", "x[i, t:t + k] * w[f][::-1]")]),
    ("no bias", "conv1d", [(" + b[f]\n", "\n")]),
    (
        "the last window is missing",
        "conv1d",
        [
            (
                "            for t in range(length - k + 1):\n                out",
                "            for t in range(length - k):\n                out",
            )
        ],
    ),
    ("windows do not move", "conv1d", [("x[i, t:t + k] * w[f]", "x[i, :k] * w[f]")]),
    ("a mean for the sum", "conv1d", [("np.sum(x[i, t:t + k] * w[f])", "np.mean(x[i, t:t + k] * w[f])")]),
    (
        "the first window is missing",
        "conv1d",
        [
            (
                "            for t in range(length - k + 1):\n                out",
                "            for t in range(1, length - k + 1):\n                out",
            )
        ],
    ),
    ("first filter only", "conv1d", [("* w[f]) + b[f]", "* w[0]) + b[0]")]),
    (
        "relu put on",
        "conv1d",
        [
            (
                "np.sum(x[i, t:t + k] * w[f]) + b[f]\n    return out",
                "max(0, np.sum(x[i, t:t + k] * w[f]) + b[f])\n    return out",
            )
        ],
    ),
    ("bias subtracted", "conv1d", [(") + b[f]", ") - b[f]")]),
    ("the slope to x is overwritten", "conv1d_backward", [("dx[i, t:t + k] += ", "dx[i, t:t + k] = ")]),
    ("dw is overwritten", "conv1d_backward", [("dw[f] += ", "dw[f] = ")]),
    (
        "the last window is missing",
        "conv1d_backward",
        [
            (
                "            for t in range(length - k + 1):\n                dw",
                "            for t in range(length - k):\n                dw",
            )
        ],
    ),
    ("dw turned round", "conv1d_backward", [("return dx, dw, db", "return dx, dw[:, ::-1], db")]),
    ("mean over the samples", "conv1d_backward", [("return dx, dw, db", "return dx, dw / n, db / n")]),
    ("db a mean", "conv1d_backward", [("return dx, dw, db", "return dx, dw, dout.mean(axis=(0, 2))")]),
    ("db one number", "conv1d_backward", [("db[f] += dout", "db += dout")]),
    (
        "w is not passed back",
        "conv1d_backward",
        [("dx[i, t:t + k] += dout[i, f, t] * w[f]", "dx[i, t:t + k] += dout[i, f, t]")],
    ),
    (
        "dx only at the window's start",
        "conv1d_backward",
        [("dx[i, t:t + k] += dout[i, f, t] * w[f]", "dx[i, t] += dout[i, f, t] * w[f][0]")],
    ),
    ("no relu", "network", [("h = z * (z > 0)", "h = z")]),
    ("sum for mean", "network", [("np.mean(h, axis=2)", "np.sum(h, axis=2)")]),
    ("max for mean", "network", [("np.mean(h, axis=2)", "np.max(h, axis=2)")]),
    ("no c", "network", [("np.dot(pooled, V) + c", "np.dot(pooled, V)")]),
    ("tanh", "network", [("h = z * (z > 0)", "h = np.tanh(z)")]),
    (
        "relu after the mean",
        "network",
        [("h = z * (z > 0)", "h = z"), ("np.dot(pooled, V) + c", "np.dot(np.maximum(pooled, 0), V) + c")],
    ),
    (
        "relu at the end too",
        "network",
        [("return np.dot(pooled, V) + c", "return np.maximum(np.dot(pooled, V) + c, 0)")],
    ),
    ("leaky", "network", [("h = z * (z > 0)", "h = np.where(z > 0, z, 0.01 * z)")]),
    ("absolute values", "network", [("h = z * (z > 0)", "h = np.abs(z)")]),
    ("c counted twice", "network", [("V) + c", "V) + c + c")]),
]
