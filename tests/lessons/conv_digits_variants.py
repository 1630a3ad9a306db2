"""Solutions of the seventh lesson written otherwise: right ones, and wrong ones by the callable that is wrong.

Each text holds only the functions that are written otherwise.
"""

from __future__ import annotations

WINDOWS = """
    F, P, Q = k.shape
    windows = np.lib.stride_tricks.sliding_window_view(x, (P, Q), axis=(1, 2))
    N, R, S = windows.shape[:3]
"""
CONV = f"""
def conv(x, k, b):
{WINDOWS}
    flat = windows.reshape(N * R * S, P * Q) @ k.reshape(F, P * Q).T + b
    return flat.reshape(N, R, S, F).transpose(0, 3, 1, 2)
"""
LOOPS = """
def conv_loops(x, k, b):
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
"""
BACKWARD = f"""
def conv_backward(x, k, dout):
{WINDOWS}
    rows = windows.reshape(N * R * S, P * Q)
    columns = dout.transpose(0, 2, 3, 1).reshape(N * R * S, F)
    dk = (columns.T @ rows).reshape(F, P, Q)
    db = columns.sum(axis=0)
    dx = np.zeros(x.shape)
    for p in range(P):
        for q in range(Q):
            dx[:, p : p + R, q : q + S] += np.tensordot(dout, k[:, p, q], axes=(1, 0))
    return dk, db, dx
"""
FORWARD = """
def forward(x, k, b, v, c):
    h = np.maximum(conv(x, k, b), 0.0).reshape(len(x), -1)
    return h @ v + c
"""
LOSS = """
def loss(x, y, k, b, v, c):
    L, _ = softmax_cross_entropy(forward(x, k, b, v, c), y)
    return L
"""
GRADIENTS = """
def dloss_dw(x, y, k, b, v, c):
    a = conv(x, k, b)
    h = np.maximum(a, 0.0).reshape(len(x), -1)
    _, dz = softmax_cross_entropy(h @ v + c, y)
    dv = h.T @ dz
    dc = dz.sum(axis=0)
    da = (dz @ v.T).reshape(a.shape) * (a > 0)
    dk, db, _ = conv_backward(x, k, da)
    return dk, db, dv, dc
"""
TRAIN = """
def train(x, y, k, b, v, c, lr, batch, n_ep):
    losses = []
    for _ in range(n_ep):
        for first in range(0, len(x), batch):
            x_batch, y_batch = x[first : first + batch], y[first : first + batch]
            losses.append(loss(x_batch, y_batch, k, b, v, c))
            dk, db, dv, dc = dloss_dw(x_batch, y_batch, k, b, v, c)
            k, b, v, c = k - lr * dk, b - lr * db, v - lr * dv, c - lr * dc
    return np.array(losses), k, b, v, c
"""

RIGHT = {
    "loops that add up pixel by pixel": """
def conv_loops(x, k, b):
    out = []
    for image in x:
        maps = []
        for kernel, bias in zip(k, b):
            rows = []
            for r in range(len(image) - len(kernel) + 1):
                row = []
                for s in range(image.shape[1] - kernel.shape[1] + 1):
                    total = bias
                    for p in range(kernel.shape[0]):
                        for q in range(kernel.shape[1]):
                            total = total + kernel[p, q] * image[r + p, s + q]
                    row.append(total)
                rows.append(row)
            maps.append(rows)
        out.append(maps)
    return np.array(out)
""",
    "einsum": """
def conv(x, k, b):
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape[1:], axis=(1, 2))
    return np.einsum("nrspq,fpq->nfrs", windows, k) + b[:, None, None]


def conv_backward(x, k, dout):
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape[1:], axis=(1, 2))
    dk = np.einsum("nrspq,nfrs->fpq", windows, dout)
    P, Q = k.shape[1:]
    padded = np.pad(dout, ((0, 0), (0, 0), (P - 1, P - 1), (Q - 1, Q - 1)))
    around = np.lib.stride_tricks.sliding_window_view(padded, (P, Q), axis=(2, 3))
    return dk, dout.sum((0, 2, 3)), np.einsum("nfijpq,fpq->nij", around, k[:, ::-1, ::-1])
""",
    "a loop over the kernel's weights": """
def conv(x, k, b):
    F, P, Q = k.shape
    R, S = x.shape[1] - P + 1, x.shape[2] - Q + 1
    out = np.zeros((len(x), F, R, S)) + b.reshape(1, F, 1, 1)
    for p in range(P):
        for q in range(Q):
            out += x[:, None, p : p + R, q : q + S] * k[None, :, p, q, None, None]
    return out
""",
    "place by place": """
def conv_backward(x, k, dout):
    dk, db, dx = np.zeros_like(k), np.zeros(len(k)), np.zeros_like(x)
    P, Q = k.shape[1:]
    for r in range(dout.shape[2]):
        for s in range(dout.shape[3]):
            g = dout[:, :, r, s]
            dk += np.tensordot(g.T, x[:, r : r + P, s : s + Q], axes=1)
            db += g.sum(axis=0)
            dx[:, r : r + P, s : s + Q] += np.tensordot(g, k, axes=1)
    return dk, db, dx
""",
    "tensordot, where instead of maximum": """
def forward(x, k, b, v, c):
    a = conv(x, k, b)
    h = np.where(a > 0, a, 0.0)
    return np.tensordot(h, v.reshape(*h.shape[1:], -1), axes=3) + c
""",
    "a loss of its own": """
def loss(x, y, k, b, v, c):
    z = forward(x, k, b, v, c)
    z = z - z.max(axis=1)[:, None]
    p = np.exp(z) / np.exp(z).sum(axis=1)[:, None]
    return -np.mean(z[range(len(y)), y] - np.log(np.exp(z).sum(axis=1)))
""",
    "image by image": """
def dloss_dw(x, y, k, b, v, c):
    total = [np.zeros_like(w) for w in (k, b, v, c)]
    for image, label in zip(x, y):
        a = conv(image[None], k, b)
        h = np.maximum(a, 0).ravel()
        _, dz = softmax_cross_entropy((h @ v + c)[None], np.array([label]))
        da = (v @ dz[0]).reshape(a.shape)
        da[a <= 0] = 0
        dk, db, _ = conv_backward(image[None], k, da)
        for sum_, part in zip(total, (dk, db, np.outer(h, dz[0]), dz[0])):
            sum_ += part / len(y)
    return tuple(total)
""",
    "copies, then in place": """
def train(x, y, k, b, v, c, lr, batch, n_ep):
    weights = [np.array(w, dtype=float) for w in (k, b, v, c)]
    losses = []
    for _ in range(n_ep):
        start = 0
        while start < len(y):
            part = slice(start, start + batch)
            losses += [loss(x[part], y[part], *weights)]
            for weight, slope in zip(weights, dloss_dw(x[part], y[part], *weights)):
                weight -= lr * slope
            start += batch
    return [losses, *weights]
""",
    "conv by the loops": """
def conv(x, k, b):
    return conv_loops(x, k, b)
""",
    "padding with zeros through a matrix": """
def conv_loops(x, k, b):
    (N, H, W), (F, P, Q) = x.shape, k.shape
    out = np.empty((N, F, H - P + 1, W - Q + 1))
    for n, f, r, s in np.ndindex(*out.shape):
        out[n, f, r, s] = (x[n, r : r + P, s : s + Q] * k[f]).sum() + b[f]
    return out
""",
    "as_strided": """
def conv(x, k, b):
    x = np.ascontiguousarray(x)
    (N, H, W), (F, P, Q) = x.shape, k.shape
    R, S = H - P + 1, W - Q + 1
    a, h, w = x.strides
    v = np.lib.stride_tricks.as_strided(x, (N, R, S, P, Q), (a, h, w, h, w))
    return np.moveaxis(np.tensordot(v, k, axes=([3, 4], [1, 2])) + b, -1, 1)
""",
    "im2col by lists, backward through col2im": """
def conv_backward(x, k, dout):
    N, F, R, S = dout.shape
    P, Q = k.shape[1], k.shape[2]
    g = np.transpose(dout, (0, 2, 3, 1)).reshape(-1, F)
    cols = np.array([x[n, r:r + P, s:s + Q].ravel() for n in range(N) for r in range(R) for s in range(S)])
    dk = (g.T @ cols).reshape(F, P, Q)
    db = np.einsum("nfrs->f", dout)
    dcols = (g @ k.reshape(F, -1)).reshape(N, R, S, P, Q)
    dx = np.zeros(x.shape)
    for r in range(R):
        for s in range(S):
            dx[:, r:r + P, s:s + Q] += dcols[:, r, s]
    return dk, db, dx
""",
    "correlation of padded maps": """
def conv_backward(x, k, dout):
    N, F, R, S = dout.shape
    _, P, Q = k.shape
    dk = np.zeros(k.shape)
    for p in range(P):
        for q in range(Q):
            dk[:, p, q] = (dout * x[:, None, p:p + R, q:q + S]).sum(axis=(0, 2, 3))
    db = dout.sum(axis=(0, 2, 3))
    pad = np.pad(dout, ((0, 0), (0, 0), (P - 1,) * 2, (Q - 1,) * 2))
    dx = np.zeros(x.shape)
    for i in range(x.shape[1]):
        for j in range(x.shape[2]):
            dx[:, i, j] = (pad[:, :, i:i + P, j:j + Q] * k[None, :, ::-1, ::-1]).sum(axis=(1, 2, 3))
    return dk, db, dx
""",
    "softmax and gradient by hand, mask by where": """
def dloss_dw(x, y, k, b, v, c):
    N = x.shape[0]
    a = conv(x, k, b)
    h = np.where(a > 0, a, 0).reshape(N, -1)
    z = h.dot(v) + c
    p = np.exp(z - z.max(1, keepdims=True))
    p = p / p.sum(1, keepdims=True)
    p[np.arange(N), y] -= 1
    dz = p / N
    da = np.where(a > 0, np.dot(dz, v.T).reshape(a.shape), 0.0)
    dk, db, dx = conv_backward(x, k, da)
    return [dk, db, h.T.dot(dz), np.ones(N) @ dz]
""",
    "train over splits with a dict": """
def train(x, y, k, b, v, c, lr, batch, n_ep):
    p = {"k": k, "b": b, "v": v, "c": c}
    out = []
    for _ in range(n_ep):
        for part in np.array_split(np.arange(len(x)), np.arange(batch, len(x), batch)):
            out.append(loss(x[part], y[part], **p))
            grads = dloss_dw(x[part], y[part], **p)
            p = {name: w - lr * g for (name, w), g in zip(p.items(), grads)}
    return out, p["k"], p["b"], p["v"], p["c"]
""",
    "fourier": """
def conv(x, k, b):
    (N, H, W), (F, P, Q) = x.shape, k.shape
    X = np.fft.rfft2(x, s=(H + P, W + Q))[:, None]
    K = np.conj(np.fft.rfft2(k, s=(H + P, W + Q)))[None]
    a = np.fft.irfft2(X * K, s=(H + P, W + Q))[:, :, :H - P + 1, :W - Q + 1]
    return a + b[None, :, None, None]
""",
}

_CHANGES = (  # callable, name, its text, what stands there, what stands there instead
    ("conv_loops", "no bias", LOOPS, " + b[f]", ""),
    ("conv_loops", "the last row missing", LOOPS, "for r in range(R)", "for r in range(R - 1)"),
    ("conv_loops", "the kernel turned", LOOPS, "* k[f])", "* k[f, ::-1, ::-1])"),
    ("conv_loops", "the bias within the sum", LOOPS, "* k[f]) + b[f]", "* k[f] + b[f])"),
    ("conv_loops", "kernels added up", LOOPS, "* k[f])", "* k.sum(axis=0))"),
    ("conv_loops", "a mean", LOOPS, "np.sum", "np.mean"),
    ("conv", "no bias", CONV, ".T + b", ".T"),
    ("conv", "axes never moved", CONV, ".reshape(N, R, S, F).transpose(0, 3, 1, 2)", ".reshape(N, F, R, S)"),
    ("conv", "rows and columns of a map confused", CONV, ".reshape(N, R, S, F).t", ".reshape(N, S, R, F).t"),
    ("conv", "a relu already", CONV, "    return flat", "    flat = np.maximum(flat, 0)\n    return flat"),
    ("conv", "the kernel turned", CONV, "k.reshape", "k[:, ::-1, ::-1].reshape"),
    ("conv", "the bias taken off", CONV, ".T + b", ".T - b"),
    ("conv_backward", "dk averaged", BACKWARD, "(columns.T @ rows)", "(columns.T @ rows / N)"),
    ("conv_backward", "dk with axes never moved", BACKWARD, ".transpose(0, 2, 3, 1).reshape", ".reshape"),
    ("conv_backward", "db over the images only", BACKWARD, "columns.sum(axis=0)", "dout.sum(axis=0)[:, 0, 0]"),
    ("conv_backward", "db a mean", BACKWARD, "columns.sum", "columns.mean"),
    ("conv_backward", "dx wiped out", BACKWARD, "] += np.t", "] = np.t"),
    ("conv_backward", "dx with the kernel turned", BACKWARD, "k[:, p, q]", "k[:, P - 1 - p, Q - 1 - q]"),
    ("conv_backward", "dx with the other sign", BACKWARD, "] += np.t", "] -= np.t"),
    ("conv_backward", "dk and db in the other order", BACKWARD, "return dk, db, dx", "return db, dk, dx"),
    ("conv", "kernels flattened without a turn", CONV, "k.reshape(F, P * Q).T", "k.reshape(P * Q, F)"),
    ("conv_backward", "db of the first image", BACKWARD, "columns.sum(axis=0)", "dout[0].sum(axis=(1, 2))"),
    ("conv_backward", "dx not moved", BACKWARD, "dx[:, p : p + R, q : q + S]", "dx[:, :R, :S]"),
    ("conv_backward", "dx by the first kernel", BACKWARD, "np.tensordot(dout, k[:, p, q], axes=(1, 0))",
     "dout[:, 0] * k[0, p, q]"),
    ("forward", "no relu", FORWARD, "np.maximum(conv(x, k, b), 0.0)", "conv(x, k, b)"),
    ("forward", "no bias of the output", FORWARD, " @ v + c", " @ v"),
    ("forward", "absolute values", FORWARD, "np.maximum(conv(x, k, b), 0.0)", "np.abs(conv(x, k, b))"),
    ("forward", "probabilities", FORWARD, "return h @ v + c",
     "z = np.exp(h @ v + c)\n    return z / z.sum(1)[:, None]"),
    ("loss", "a sum", LOSS, "return L", "return L * len(y)"),
    ("loss", "both results", LOSS, "L, _ = softmax_cross_entropy(forward(x, k, b, v, c), y)\n    return L",
     "return softmax_cross_entropy(forward(x, k, b, v, c), y)"),
    ("loss", "the other sign", LOSS, "return L", "return -L"),
    ("dloss_dw", "no mask", GRADIENTS, " * (a > 0)", ""),
    ("dloss_dw", "the mask turned round", GRADIENTS, "(a > 0)", "(a < 0)"),
    ("dloss_dw", "the relu for its slope", GRADIENTS, "(a > 0)", "np.maximum(a, 0)"),
    ("dloss_dw", "signs for the mask", GRADIENTS, "(a > 0)", "np.sign(a)"),
    ("dloss_dw", "a mask of the slopes", GRADIENTS, "(a > 0)", "((dz @ v.T).reshape(a.shape) > 0)"),
    ("dloss_dw", "dv before the relu", GRADIENTS, "dv = h.T", "dv = a.reshape(len(x), -1).T"),
    ("dloss_dw", "dc a mean", GRADIENTS, "dz.sum(axis=0)", "dz.mean(axis=0)"),
    ("dloss_dw", "sums for means", GRADIENTS, "    dv = h.T", "    dz = dz * len(y)\n    dv = h.T"),
    ("train", "the loss after the update", TRAIN,
     "            losses.append(loss(x_batch, y_batch, k, b, v, c))\n", ""),
    ("train", "the loss of all images", TRAIN, "loss(x_batch, y_batch,", "loss(x, y,"),
    ("train", "the labels of the first batch", TRAIN, "y[first : first + batch]", "y[: len(x[first : first + batch])]"),
    ("train", "uphill", TRAIN, "k - lr * dk, b - lr * db, v - lr * dv, c - lr * dc",
     "k + lr * dk, b + lr * db, v + lr * dv, c + lr * dc"),
    ("train", "the biases never move", TRAIN, "b - lr * db", "b"),
    ("train", "the last images left out", TRAIN, "range(0, len(x), batch)", "range(0, len(x) - batch + 1, batch)"),
    ("train", "one epoch too few", TRAIN, "range(n_ep)", "range(n_ep - 1)"),
    ("train", "in place", TRAIN, "k, b, v, c = k - lr * dk, b - lr * db, v - lr * dv, c - lr * dc",
     "k -= lr * dk; b -= lr * db; v -= lr * dv; c -= lr * dc"),
)  # fmt: skip


def _wrong() -> dict[tuple[str, str], str]:
    found = {}
    for name, what, text, old, new in _CHANGES:
        assert text.count(old) == 1, (name, what)
        found[name, what] = text.replace(old, new)
    after = ("train", "the loss after the update")
    line = "            losses.append(loss(x_batch, y_batch, k, b, v, c))\n"
    found[after] = found[after].replace("    return np.array", f"{line}    return np.array")
    return found


WRONG = _wrong()  # (callable, what is wrong) -> text
