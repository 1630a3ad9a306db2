"""An autoencoder with tied weights, as a class that keeps its weights."""

REFERENCE = '''
import numpy as np

def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))

class Autoencoder:
    def __init__(self, W, b, c):
        self.W, self.b, self.c = W, b, c

    def encode(self, X):
        """X (N, D) -> H (N, M)"""
        return sigmoid(X @ self.W + self.b)

    def decode(self, H):
        """H (N, M) -> R (N, D)"""
        return H @ self.W.T + self.c

    def loss(self, X):
        """X (N, D) -> loss"""
        R = self.decode(self.encode(X))
        return 0.5 * np.sum((R - X) ** 2) / len(X)

    def gradients(self, X):
        """X (N, D) -> dW (D, M), db (M,), dc (D,)"""
        N = len(X)
        H = self.encode(X)
        R = self.decode(H)
        dR = (R - X) / N
        dZ = dR @ self.W * H * (1 - H)
        dW = X.T @ dZ + dR.T @ H
        return dW, dZ.sum(axis=0), dR.sum(axis=0)

    def train(self, X, lr, epochs):
        """-> losses; changes the weights"""
        losses = []
        for _ in range(epochs):
            losses.append(self.loss(X))
            dW, db, dc = self.gradients(X)
            self.W = self.W - lr * dW
            self.b = self.b - lr * db
            self.c = self.c - lr * dc
        return losses
'''

STUDENT = """
import numpy as np

class Autoencoder:
    def __init__(self, W, b, c):
        self.W = W
        self.b = b
        self.c = c

    def sig(self, z):
        return 1 / (1 + np.exp(-z))

    def encode(self, X):
        z = np.dot(X, self.W) + self.b
        return self.sig(z)

    def decode(self, H):
        return np.dot(H, self.W.T) + self.c

    def loss(self, X):
        out = self.decode(self.encode(X))
        return np.mean(np.sum((X - out) ** 2, axis=1)) / 2

    def gradients(self, X):
        h = self.encode(X)
        out = self.decode(h)
        d_out = (out - X) / X.shape[0]
        d_h = np.dot(d_out, self.W)
        d_z = d_h * h * (1 - h)
        dW_enc = np.dot(X.T, d_z)
        dW_dec = np.dot(h.T, d_out).T
        dW = dW_enc + dW_dec
        db = np.sum(d_z, axis=0)
        dc = np.sum(d_out, axis=0)
        return dW, db, dc

    def train(self, X, lr, epochs):
        losses = []
        for e in range(epochs):
            losses.append(self.loss(X))
            dW, db, dc = self.gradients(X)
            self.W = self.W - lr * dW
            self.b = self.b - lr * db
            self.c = self.c - lr * dc
        return losses
"""

SIGNATURES = {
    "Autoencoder.encode": (("X",), ("H",), ()),
    "Autoencoder.decode": (("H",), ("R",), ()),
    "Autoencoder.loss": (("X",), ("loss",), ()),
    "Autoencoder.gradients": (("X",), ("dW", "db", "dc"), ()),
    "Autoencoder.train": (("X", "lr", "epochs"), ("losses",), ()),
}
STATE = ("W", "b", "c")


def draw(rng, size):
    """Arguments of each callable, the object's own under "self"; `size` counts the situations."""
    n, d, m = ((4, 3, 2), (1, 4, 3), (6, 5, 4), (5, 2, 6))[size]
    made = {"W": rng.normal(size=(d, m)), "b": rng.normal(size=m), "c": rng.normal(size=d)}
    X = {"self": made, "X": rng.normal(size=(n, d))}
    asked = {
        "Autoencoder.encode": X,
        "Autoencoder.decode": {"self": made, "H": rng.uniform(0, 1, size=(n, m))},
        "Autoencoder.loss": X,
        "Autoencoder.gradients": X,
        "Autoencoder.train": {**X, "lr": (0.1, 0.05, 0.2, 0.3)[size], "epochs": (3, 2, 4, 3)[size]},
    }
    return asked, {"N": n, "D": d, "M": m}


WRONG = [
    ("no sigmoid", "Autoencoder.encode", [("return self.sig(z)", "return z")]),
    ("no bias", "Autoencoder.encode", [("np.dot(X, self.W) + self.b", "np.dot(X, self.W)")]),
    ("tanh", "Autoencoder.encode", [("return self.sig(z)", "return np.tanh(z)")]),
    ("the exponent's sign", "Autoencoder.encode", [("np.exp(-z)", "np.exp(z)")]),
    ("no c", "Autoencoder.decode", [("np.dot(H, self.W.T) + self.c", "np.dot(H, self.W.T)")]),
    (
        "sigmoid at the end",
        "Autoencoder.decode",
        [("return np.dot(H, self.W.T) + self.c", "return self.sig(np.dot(H, self.W.T) + self.c)")],
    ),
    ("no half", "Autoencoder.loss", [("axis=1)) / 2", "axis=1))")]),
    (
        "mean over everything",
        "Autoencoder.loss",
        [("np.mean(np.sum((X - out) ** 2, axis=1)) / 2", "np.mean((X - out) ** 2) / 2")],
    ),
    ("no mean", "Autoencoder.loss", [("np.mean(np.sum((X - out) ** 2, axis=1)) / 2", "np.sum((X - out) ** 2) / 2")]),
    ("no square", "Autoencoder.loss", [("(X - out) ** 2", "np.abs(X - out)")]),
    (
        "against the code",
        "Autoencoder.loss",
        [("out = self.decode(self.encode(X))", "out = self.decode(self.encode(X)) * 0")],
    ),
    ("the decoder's share is missing", "Autoencoder.gradients", [("dW = dW_enc + dW_dec", "dW = dW_enc")]),
    ("the encoder's share is missing", "Autoencoder.gradients", [("dW = dW_enc + dW_dec", "dW = dW_dec")]),
    ("averaged shares", "Autoencoder.gradients", [("dW = dW_enc + dW_dec", "dW = (dW_enc + dW_dec) / 2")]),
    ("subtracted shares", "Autoencoder.gradients", [("dW = dW_enc + dW_dec", "dW = dW_enc - dW_dec")]),
    ("sigmoid's slope missing", "Autoencoder.gradients", [("d_z = d_h * h * (1 - h)", "d_z = d_h")]),
    ("tanh's slope", "Autoencoder.gradients", [("d_h * h * (1 - h)", "d_h * (1 - h ** 2)")]),
    ("half of sigmoid's slope", "Autoencoder.gradients", [("d_h * h * (1 - h)", "d_h * (1 - h)")]),
    ("no mean", "Autoencoder.gradients", [("(out - X) / X.shape[0]", "(out - X)")]),
    ("the other sign", "Autoencoder.gradients", [("(out - X) / X.shape[0]", "(X - out) / X.shape[0]")]),
    (
        "W not passed back",
        "Autoencoder.gradients",
        [("d_h = np.dot(d_out, self.W)", "d_h = np.dot(d_out, np.ones(self.W.shape))")],
    ),
    ("without X in the error", "Autoencoder.gradients", [("(out - X) / X.shape[0]", "out / X.shape[0]")]),
    ("factor 2", "Autoencoder.gradients", [("(out - X) / X.shape[0]", "2 * (out - X) / X.shape[0]")]),
    ("climbs", "Autoencoder.train", [("- lr *", "+ lr *")]),
    ("c is not changed", "Autoencoder.train", [("            self.c = self.c - lr * dc\n", "")]),
    (
        "the loss after the step",
        "Autoencoder.train",
        [
            ("            losses.append(self.loss(X))\n", ""),
            (
                "            self.c = self.c - lr * dc\n",
                "            self.c = self.c - lr * dc\n            losses.append(self.loss(X))\n",
            ),
        ],
    ),
    ("one epoch fewer", "Autoencoder.train", [("range(epochs)", "range(epochs - 1)")]),
    ("no lr for b", "Autoencoder.train", [("self.b - lr * db", "self.b - db")]),
    ("no lr", "Autoencoder.train", [("- lr *", "-")]),
    (
        "W is changed before the other slopes are asked",
        "Autoencoder.train",
        [
            (
                "            self.b = self.b - lr * db\n            self.c = self.c - lr * dc\n",
                "            _, db, dc = self.gradients(X)\n            self.b = self.b - lr * db\n            self.c = self.c - lr * dc\n",
            )
        ],
    ),
    (
        "twice",
        "Autoencoder.train",
        [
            (
                "            self.c = self.c - lr * dc\n",
                "            self.c = self.c - lr * dc\n            self.W = self.W - lr * dW\n            self.b = self.b - lr * db\n            self.c = self.c - lr * dc\n",
            )
        ],
    ),
]
