"""Momentum, asked once and asked again with its own results, and a descent with it."""

REFERENCE = '''
import numpy as np

def momentum(w, dw, v, lr, mu):
    """w (D,), dw (D,), v (D,) -> w, v"""
    v = mu * v - lr * dw
    w = w + v
    return w, v

def gradient(w, X, y):
    """-> dw (D,)"""
    return 2 * X.T @ (X @ w - y) / len(y)

def descend(w, X, y, lr, mu, steps):
    """-> w (D,), losses"""
    v = np.zeros_like(w)
    losses = []
    for _ in range(steps):
        losses.append(np.mean((X @ w - y) ** 2))
        w, v = momentum(w, gradient(w, X, y), v, lr, mu)
    return w, np.array(losses)
'''

STUDENT = """
import numpy as np

def momentum(w, dw, v, lr, mu):
    v_new = mu * v
    v_new = v_new - lr * dw
    w_new = w + v_new
    return w_new, v_new

def gradient(w, X, y):
    n = len(y)
    error = np.dot(X, w) - y
    return 2.0 / n * np.dot(X.T, error)

def descend(w, X, y, lr, mu, steps):
    w = np.array(w)
    v = np.zeros(len(w))
    losses = []
    for i in range(steps):
        error = X.dot(w) - y
        loss = (error ** 2).mean()
        losses.append(loss)
        g = 2 * X.T.dot(error) / len(y)
        v = mu * v - lr * g
        w = w + v
    return w, np.array(losses)
"""

SIGNATURES = {
    "momentum": (("w", "dw", "v", "lr", "mu"), ("w", "v"), ()),
    "gradient": (("w", "X", "y"), ("dw",), ()),
    "descend": (("w", "X", "y", "lr", "mu", "steps"), ("w", "losses"), ()),
}


def draw(rng, size):
    """Arguments of each callable; `size` counts the situations."""
    n, d = ((4, 3), (1, 2), (7, 5), (5, 4))[size]
    lr, mu = ((0.1, 0.9), (0.3, 0.5), (0.05, 0.8), (0.2, 0.6))[size]
    w, X, y = rng.normal(size=d), rng.normal(size=(n, d)), rng.normal(size=n)
    asked = {
        "momentum": {"w": w, "dw": rng.normal(size=d), "v": rng.normal(size=d), "lr": lr, "mu": mu},
        "gradient": {"w": w, "X": X, "y": y},
        "descend": {"w": w, "X": X, "y": y, "lr": lr / 4, "mu": mu, "steps": (3, 2, 5, 4)[size]},
    }
    return asked, {"N": n, "D": d}


WRONG = [
    ("plus the slope", "momentum", [("v_new - lr * dw", "v_new + lr * dw")]),
    ("w minus v", "momentum", [("w_new = w + v_new", "w_new = w - v_new")]),
    ("no lr", "momentum", [("v_new - lr * dw", "v_new - dw")]),
    ("no mu", "momentum", [("v_new = mu * v\n", "v_new = v\n")]),
    ("plain descent", "momentum", [("v_new = mu * v\n", "v_new = 0 * v\n")]),
    ("an average", "momentum", [("v_new - lr * dw", "v_new - (1 - mu) * lr * dw")]),
    ("the old v moves w", "momentum", [("w_new = w + v_new", "w_new = w + v")]),
    ("w by the slope alone", "momentum", [("w_new = w + v_new", "w_new = w - lr * dw")]),
    ("v is given back as it was", "momentum", [("return w_new, v_new", "return w_new, v")]),
    ("results swapped", "momentum", [("return w_new, v_new", "return v_new, w_new")]),
    ("lr applied at w", "momentum", [("v_new - lr * dw", "v_new - dw"), ("w + v_new", "w + lr * v_new")]),
    ("Nesterov", "momentum", [("w_new = w + v_new", "w_new = w - mu * v + (1 + mu) * v_new")]),
    ("mu and lr confused", "momentum", [("v_new = mu * v\n", "v_new = lr * v\n"), ("- lr * dw", "- mu * dw")]),
    ("no 2", "gradient", [("2.0 / n", "1.0 / n")]),
    ("no mean", "gradient", [("2.0 / n *", "2.0 *")]),
    ("the other sign", "gradient", [("np.dot(X, w) - y", "y - np.dot(X, w)")]),
    ("no targets", "gradient", [("np.dot(X, w) - y", "np.dot(X, w)")]),
    ("no inputs", "gradient", [("np.dot(X.T, error)", "error.sum() * np.ones(len(w))")]),
    (
        "v starts anew",
        "descend",
        [("        v = mu * v - lr * g\n", "        v = np.zeros(len(w))\n        v = mu * v - lr * g\n")],
    ),
    ("climbs", "descend", [("v = mu * v - lr * g", "v = mu * v + lr * g")]),
    (
        "the loss after the step",
        "descend",
        [
            ("        losses.append(loss)\n", ""),
            ("        w = w + v\n", "        w = w + v\n        losses.append(((X.dot(w) - y) ** 2).mean())\n"),
        ],
    ),
    ("one step more", "descend", [("range(steps)", "range(steps + 1)")]),
    ("one step fewer", "descend", [("range(steps)", "range(steps - 1)")]),
    ("a summed loss", "descend", [("(error ** 2).mean()", "(error ** 2).sum()")]),
    ("w is not moved", "descend", [("        w = w + v\n", "")]),
    ("no momentum", "descend", [("v = mu * v - lr * g", "v = -lr * g")]),
    ("v sums up", "descend", [("v = mu * v - lr * g", "v = v - lr * g")]),
    ("halved loss", "descend", [("(error ** 2).mean()", "(error ** 2).mean() / 2")]),
    ("the root of the loss", "descend", [("(error ** 2).mean()", "np.sqrt((error ** 2).mean())")]),
    ("halved slope", "descend", [("g = 2 * X.T", "g = X.T")]),
]
