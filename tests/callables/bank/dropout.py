"""Dropout with a mask that is given: forward in training and test, and backward."""

REFERENCE = '''
import numpy as np

def dropout_forward(x, mask, keep, training):
    """x (N, D), mask (N, D), keep a number, training a flag -> out (N, D)"""
    if training:
        return x * mask / keep
    return x

def dropout_backward(dout, mask, keep):
    """-> dx (N, D)"""
    return dout * mask / keep

def layer(x, W, b, mask, keep):
    """x (N, D), W (D, H), b (H,), mask (N, H), keep a number -> out (N, H)"""
    h = np.maximum(x @ W + b, 0)
    return dropout_forward(h, mask, keep, True)

def layer_backward(dout, x, W, b, mask, keep):
    """-> dx (N, D), dW (D, H), db (H,)"""
    z = x @ W + b
    dh = dropout_backward(dout, mask, keep)
    dz = dh * (z > 0)
    return dz @ W.T, x.T @ dz, dz.sum(axis=0)
'''

STUDENT = """
import numpy as np

def dropout_forward(x, mask, keep, training):
    out = x
    if training:
        out = np.multiply(x, mask)
        out = out / keep
    return out

def dropout_backward(dout, mask, keep):
    dx = np.multiply(dout, mask)
    dx = dx / keep
    return dx

def layer(x, W, b, mask, keep):
    z = np.dot(x, W) + b
    a = z * (z > 0)
    return a * mask / keep

def layer_backward(dout, x, W, b, mask, keep):
    z = np.dot(x, W) + b
    da = dout * mask / keep
    dz = da.copy()
    dz[z <= 0] = 0
    dx = np.dot(dz, W.T)
    dW = np.dot(x.T, dz)
    db = np.sum(dz, axis=0)
    return dx, dW, db
"""

SIGNATURES = {
    "dropout_forward": (("x", "mask", "keep", "training"), ("out",), ()),
    "dropout_backward": (("dout", "mask", "keep"), ("dx",), ()),
    "layer": (("x", "W", "b", "mask", "keep"), ("out",), ()),
    "layer_backward": (("dout", "x", "W", "b", "mask", "keep"), ("dx", "dW", "db"), ()),
}


def draw(rng, size):
    """Arguments of each callable; `size` counts the situations."""
    n, d, h = ((4, 3, 5), (1, 4, 2), (6, 2, 3), (5, 5, 4))[size]
    keep = (0.7, 0.8, 0.6, 0.9)[size]
    x, W, b = rng.normal(size=(n, d)), rng.normal(size=(d, h)), rng.normal(size=h)
    small, wide = ((rng.random(shape) < keep).astype(float) for shape in ((n, d), (n, h)))
    small.flat[0], wide.flat[0] = 1.0, 1.0
    asked = {
        "dropout_forward": {"x": x, "mask": small, "keep": keep, "training": size < 2},
        "dropout_backward": {"dout": rng.normal(size=(n, d)), "mask": small, "keep": keep},
        "layer": {"x": x, "W": W, "b": b, "mask": wide, "keep": keep},
        "layer_backward": {"dout": rng.normal(size=(n, h)), "x": x, "W": W, "b": b, "mask": wide, "keep": keep},
    }
    return asked, {"N": n, "D": d, "H": h}


WRONG = [
    ("not scaled", "dropout_forward", [("        out = out / keep\n", "")]),
    ("scaled by the other share", "dropout_forward", [("out = out / keep", "out = out / (1 - keep)")]),
    ("scaled the wrong way", "dropout_forward", [("out = out / keep", "out = out * keep")]),
    ("the mask the wrong way round", "dropout_forward", [("np.multiply(x, mask)", "np.multiply(x, 1 - mask)")]),
    ("drops in the test too", "dropout_forward", [("    if training:\n", "    if True:\n")]),
    ("no mask", "dropout_forward", [("np.multiply(x, mask)", "x")]),
    ("training and test changed over", "dropout_forward", [("    if training:\n", "    if not training:\n")]),
    (
        "the test is scaled",
        "dropout_forward",
        [
            (
                "    return out\n\ndef dropout_backward",
                "    else:\n        out = x * keep\n    return out\n\ndef dropout_backward",
            )
        ],
    ),
    ("backward not scaled", "dropout_backward", [("    dx = dx / keep\n", "")]),
    ("backward without mask", "dropout_backward", [("np.multiply(dout, mask)", "dout * 1")]),
    ("backward scaled twice", "dropout_backward", [("dx = dx / keep\n", "dx = dx / keep / keep\n")]),
    ("mask before relu's weights", "layer", [("return a * mask / keep", "return a * mask")]),
    ("no relu", "layer", [("a = z * (z > 0)", "a = z")]),
    ("no bias", "layer", [("z = np.dot(x, W) + b\n    a", "z = np.dot(x, W)\n    a")]),
    ("sigmoid", "layer", [("a = z * (z > 0)", "a = 1 / (1 + np.exp(-z))")]),
    ("no dropout", "layer", [("return a * mask / keep", "return a")]),
    ("backward without relu", "layer_backward", [("    dz[z <= 0] = 0\n", "")]),
    ("backward without dropout", "layer_backward", [("da = dout * mask / keep", "da = dout")]),
    ("relu's other half", "layer_backward", [("dz[z <= 0] = 0", "dz[z > 0] = 0")]),
    ("the gradient's own sign", "layer_backward", [("dz[z <= 0] = 0", "dz[dz <= 0] = 0")]),
    ("db a mean", "layer_backward", [("db = np.sum(dz, axis=0)", "db = np.mean(dz, axis=0)")]),
    (
        "everything a mean",
        "layer_backward",
        [
            ("db = np.sum(dz, axis=0)", "db = np.mean(dz, axis=0)"),
            ("dW = np.dot(x.T, dz)", "dW = np.dot(x.T, dz) / len(x)"),
        ],
    ),
    ("db sums everything", "layer_backward", [("db = np.sum(dz, axis=0)", "db = np.sum(dz) * np.ones_like(b)")]),
    ("mask missing but scaled", "layer_backward", [("da = dout * mask / keep", "da = dout / keep")]),
]
