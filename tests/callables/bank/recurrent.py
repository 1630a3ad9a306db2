"""A recurrent step with a cache, its way back, and the whole sequence."""

REFERENCE = '''
import numpy as np

def step_forward(x, h, Wx, Wh, b):
    """x (N, D), h (N, H), Wx (D, H), Wh (H, H), b (H,) -> h_next (N, H), cache"""
    h_next = np.tanh(x @ Wx + h @ Wh + b)
    return h_next, (x, h, Wx, Wh, h_next)

def step_backward(dh_next, cache):
    """-> dx, dh, dWx, dWh, db"""
    x, h, Wx, Wh, h_next = cache
    dz = dh_next * (1 - h_next ** 2)
    dx = dz @ Wx.T
    dh = dz @ Wh.T
    dWx = x.T @ dz
    dWh = h.T @ dz
    db = dz.sum(axis=0)
    return dx, dh, dWx, dWh, db

def sequence(xs, h0, Wx, Wh, b):
    """xs (N, T, D), h0 (N, H) -> hs (N, T, H)"""
    h = h0
    hs = np.zeros((xs.shape[0], xs.shape[1], h0.shape[1]))
    for t in range(xs.shape[1]):
        h, _ = step_forward(xs[:, t], h, Wx, Wh, b)
        hs[:, t] = h
    return hs

def sequence_backward(dhs, xs, h0, Wx, Wh, b):
    """-> dxs (N, T, D), dh0 (N, H), dWx, dWh, db"""
    h, caches = h0, []
    for t in range(xs.shape[1]):
        h, cache = step_forward(xs[:, t], h, Wx, Wh, b)
        caches.append(cache)
    dxs, dh = np.zeros_like(xs), np.zeros_like(h0)
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    for t in reversed(range(xs.shape[1])):
        dx, dh, gx, gh, gb = step_backward(dhs[:, t] + dh, caches[t])
        dxs[:, t] = dx
        dWx += gx
        dWh += gh
        db += gb
    return dxs, dh, dWx, dWh, db
'''

STUDENT = """
import numpy as np

def step_forward(x, h, Wx, Wh, b):
    a = np.dot(x, Wx) + np.dot(h, Wh) + b
    h_next = np.tanh(a)
    cache = {"x": x, "h": h, "Wx": Wx, "Wh": Wh, "a": a}
    return h_next, cache

def step_backward(dh_next, cache):
    da = dh_next * (1 - np.tanh(cache["a"]) ** 2)
    dx = np.dot(da, cache["Wx"].T)
    dh = np.dot(da, cache["Wh"].T)
    dWx = np.dot(cache["x"].T, da)
    dWh = np.dot(cache["h"].T, da)
    db = np.sum(da, axis=0)
    return dx, dh, dWx, dWh, db

def sequence(xs, h0, Wx, Wh, b):
    T = xs.shape[1]
    hs = []
    h = h0
    for t in range(T):
        h = np.tanh(xs[:, t, :] @ Wx + h @ Wh + b)
        hs.append(h)
    return np.stack(hs, axis=1)

def sequence_backward(dhs, xs, h0, Wx, Wh, b):
    N, T, D = xs.shape
    hs = [h0]
    for t in range(T):
        hs.append(np.tanh(xs[:, t, :] @ Wx + hs[-1] @ Wh + b))
    dxs = np.zeros((N, T, D))
    dWx = np.zeros(Wx.shape)
    dWh = np.zeros(Wh.shape)
    db = np.zeros(b.shape)
    carry = np.zeros(h0.shape)
    for t in range(T - 1, -1, -1):
        da = (dhs[:, t, :] + carry) * (1 - hs[t + 1] ** 2)
        dxs[:, t, :] = da @ Wx.T
        dWx += xs[:, t, :].T @ da
        dWh += hs[t].T @ da
        db += da.sum(axis=0)
        carry = da @ Wh.T
    return dxs, carry, dWx, dWh, db
"""

SIGNATURES = {
    "step_forward": (("x", "h", "Wx", "Wh", "b"), ("h_next", "cache"), ()),
    "step_backward": (("dh_next", "cache"), ("dx", "dh", "dWx", "dWh", "db"), ()),
    "sequence": (("xs", "h0", "Wx", "Wh", "b"), ("hs",), ()),
    "sequence_backward": (("dhs", "xs", "h0", "Wx", "Wh", "b"), ("dxs", "dh0", "dWx", "dWh", "db"), ()),
}
FOLLOWS = {"step_backward": ("step_forward", "cache")}


def draw(rng, size):
    """Arguments of each callable; `size` counts the situations."""
    n, d, h, t = ((2, 3, 4, 3), (1, 2, 3, 2), (4, 5, 2, 5), (3, 4, 5, 4))[size]
    W = {"Wx": rng.normal(size=(d, h)) / 2, "Wh": rng.normal(size=(h, h)) / 2, "b": rng.normal(size=h)}
    whole = {"xs": rng.normal(size=(n, t, d)), "h0": rng.normal(size=(n, h)), **W}
    asked = {
        "step_forward": {"x": rng.normal(size=(n, d)), "h": rng.normal(size=(n, h)), **W},
        "step_backward": {"dh_next": rng.normal(size=(n, h))},
        "sequence": whole,
        "sequence_backward": {"dhs": rng.normal(size=(n, t, h)), **whole},
    }
    return asked, {"N": n, "D": d, "H": h, "T": t}


WRONG = [
    ("no bias", "step_forward", [("np.dot(h, Wh) + b", "np.dot(h, Wh)")]),
    ("no tanh", "step_forward", [("h_next = np.tanh(a)", "h_next = a")]),
    ("sigmoid", "step_forward", [("h_next = np.tanh(a)", "h_next = 1 / (1 + np.exp(-a))")]),
    ("h does not count", "step_forward", [("np.dot(x, Wx) + np.dot(h, Wh) + b", "np.dot(x, Wx) + b")]),
    ("x does not count", "step_forward", [("np.dot(x, Wx) + np.dot(h, Wh) + b", "np.dot(h, Wh) + b")]),
    ("Wh on its side", "step_forward", [("np.dot(h, Wh)", "np.dot(h, Wh.T)")]),
    ("relu", "step_forward", [("h_next = np.tanh(a)", "h_next = np.maximum(0, a)")]),
    ("tanh's slope missing", "step_backward", [('da = dh_next * (1 - np.tanh(cache["a"]) ** 2)', "da = dh_next")]),
    (
        "tanh's slope from the pre-activation",
        "step_backward",
        [('(1 - np.tanh(cache["a"]) ** 2)', '(1 - cache["a"] ** 2)')],
    ),
    ("tanh's slope without its square", "step_backward", [('np.tanh(cache["a"]) ** 2', 'np.tanh(cache["a"])')]),
    ("Wx for Wh", "step_backward", [('dh = np.dot(da, cache["Wh"].T)', 'dh = np.dot(da, cache["Wh"])')]),
    ("db a mean", "step_backward", [("db = np.sum(da, axis=0)", "db = np.mean(da, axis=0)")]),
    ("dWh from the next state", "step_backward", [('np.dot(cache["h"].T, da)', 'np.dot(np.tanh(cache["a"]).T, da)')]),
    ("results in another order", "step_backward", [("return dx, dh, dWx, dWh, db", "return dh, dx, dWx, dWh, db")]),
    ("minus", "step_backward", [("da = dh_next *", "da = -dh_next *")]),
    ("dWx from dh_next", "step_backward", [('np.dot(cache["x"].T, da)', 'np.dot(cache["x"].T, dh_next)')]),
    (
        "the state is not carried on",
        "sequence",
        [("h = np.tanh(xs[:, t, :] @ Wx + h @ Wh + b)", "h = np.tanh(xs[:, t, :] @ Wx + h0 @ Wh + b)")],
    ),
    ("starts from zeros", "sequence", [("    h = h0\n", "    h = np.zeros_like(h0)\n")]),
    (
        "runs backwards",
        "sequence",
        [("for t in range(T):\n        h = np", "for t in reversed(range(T)):\n        h = np")],
    ),
    (
        "the state before the step",
        "sequence",
        [
            (
                "        h = np.tanh(xs[:, t, :] @ Wx + h @ Wh + b)\n        hs.append(h)\n",
                "        hs.append(h)\n        h = np.tanh(xs[:, t, :] @ Wx + h @ Wh + b)\n",
            )
        ],
    ),
    ("the first input always", "sequence", [("h = np.tanh(xs[:, t, :] @ Wx", "h = np.tanh(xs[:, 0, :] @ Wx")]),
    ("nothing is carried back", "sequence_backward", [("(dhs[:, t, :] + carry)", "dhs[:, t, :]")]),
    (
        "only the last step's slopes",
        "sequence_backward",
        [("dWx += xs", "dWx = xs"), ("dWh += hs", "dWh = hs"), ("db += da", "db = da")],
    ),
    (
        "only the carried slope",
        "sequence_backward",
        [("(dhs[:, t, :] + carry)", "(dhs[:, -1, :] * (t == T - 1) + carry)")],
    ),
    ("no tanh's slope", "sequence_backward", [(" * (1 - hs[t + 1] ** 2)", "")]),
    (
        "the state of the step before in tanh's slope",
        "sequence_backward",
        [("(1 - hs[t + 1] ** 2)", "(1 - hs[t] ** 2)")],
    ),
    ("carry through Wh on its side", "sequence_backward", [("carry = da @ Wh.T", "carry = da @ Wh")]),
    ("dWh from the state after", "sequence_backward", [("dWh += hs[t].T @ da", "dWh += hs[t + 1].T @ da")]),
    ("from the first step on", "sequence_backward", [("for t in range(T - 1, -1, -1):", "for t in range(T):")]),
    (
        "averaged over time",
        "sequence_backward",
        [("return dxs, carry, dWx, dWh, db", "return dxs, carry, dWx / T, dWh / T, db / T")],
    ),
]
