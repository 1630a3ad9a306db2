"""relu_regression as students write it."""

BASE = """
class ReLURegression:
    def __init__(self, init_weights):
        w1, w2 = init_weights
        self.w1 = np.array(w1, dtype=float)
        self.w2 = np.array(w2, dtype=float)

    def _layers(self, x):
        ones = np.ones((len(x), 1))
        X = np.hstack([ones, x])
        z = X @ self.w1
        H = np.hstack([ones, np.maximum(z, 0)])
        return X, z, H

    def forward(self, x):
        ones = np.ones((len(x), 1))
        return np.hstack([ones, np.maximum(np.hstack([ones, x]) @ self.w1, 0)]) @ self.w2

    def loss(self, y_prediction, y_true):
        return np.sum(0.5 * (y_prediction - y_true) ** 2)

    def dloss_dw(self, x, y_true):
        X, z, H = self._layers(x)
        d = H @ self.w2 - y_true
        back = (d @ self.w2[1:].T) * (z > 0)
        return X.T @ back, H.T @ d

    def train(self, x, y_true, lr, n_ep):
        loss_records = np.empty(n_ep)
        for i in range(n_ep):
            loss_records[i] = self.loss(self.forward(x), y_true)
            dw1, dw2 = self.dloss_dw(x, y_true)
            self.w1 -= lr * dw1
            self.w2 -= lr * dw2
        return loss_records
"""


def _f(body: str) -> str:
    return "def forward(self, x):\n" + "\n".join("    " + line for line in body.strip("\n").splitlines())


def _g(body: str) -> str:
    return "def dloss_dw(self, x, y_true):\n" + "\n".join("    " + line for line in body.strip("\n").splitlines())


def _layers(hidden: str) -> str:
    return f"ones = np.ones((len(x), 1))\nz = np.hstack([ones, x]) @ self.w1\nh = {hidden}\nreturn np.hstack([ones, h]) @ self.w2"


def _back(g1: str, g2: str, d: str = "d = H @ self.w2 - y_true", more: str = "") -> str:
    return _g(f"X, z, H = self._layers(x)\n{d}\n{more}\nreturn {g1}, {g2}")


G1, G2 = "X.T @ ((d @ self.w2[1:].T) * (z > 0))", "H.T @ d"
CACHED = "self.X = np.hstack([np.ones((len(x), 1)), x])\nself.z = self.X @ self.w1\nself.H = np.hstack([np.ones((len(x), 1)), {h}])\nreturn {out}"
FROM = _g("d = self.forward(x) - y_true\nreturn self.X.T @ ((d @ self.w2[1:].T) * (self.z > 0)), self.H.T @ d")
RIGHT = {
    "as it is": "",
    "biases apart": _f("h = np.maximum(x * self.w1[1] + self.w1[0], 0)\nreturn h @ self.w2[1:] + self.w2[0]"),
    "loop": _f(
        "out = np.zeros((len(x), 1))\nfor i, xi in enumerate(x):\n    h = self.w1[0] + self.w1[1] * xi[0]\n    h = np.where(h > 0, h, 0)\n    out[i] = self.w2[0] + h @ self.w2[1:]\nreturn out"
    ),
    "own cache": _f(CACHED.format(h="np.maximum(self.z, 0)", out="self.H @ self.w2")) + "\n" + FROM,
    "full w2, then cut": _g(
        "X, z, H = self._layers(x)\nd = H @ self.w2 - y_true\nback = (d @ self.w2.T)[:, 1:]\nback[z <= 0] = 0\nreturn X.T @ back, H.T @ d"
    ),
    "mask from H": _g(
        "X, z, H = self._layers(x)\nd = H @ self.w2 - y_true\nback = d @ self.w2.T * (H > 0)\nreturn X.T @ back[:, 1:], H.T @ d"
    ),
    "rows apart": _g(
        "h0 = x * self.w1[1] + self.w1[0]\nh = np.maximum(h0, 0)\nd = h @ self.w2[1:] + self.w2[0] - y_true\nb = d * self.w2[1:, 0] * (h0 > 0)\ng1 = np.stack([b.sum(0), (b * x).sum(0)])\ng2 = np.concatenate([[d.sum(0)], h.T @ d])\nreturn g1, g2"
    ),
    "loop over samples": _g(
        "g1 = np.zeros_like(self.w1)\ng2 = np.zeros_like(self.w2)\nfor xi, yi in zip(x, y_true):\n    v = np.array([1.0, xi[0]])\n    z = v @ self.w1\n    H = np.concatenate([[1.0], np.maximum(z, 0)])\n    d = H @ self.w2 - yi\n    g2 += np.outer(H, d)\n    g1 += np.outer(v, (self.w2[1:] @ d) * (z > 0))\nreturn [g1, g2]"
    ),
    "einsum": _back(
        "np.einsum('ni,nh->ih', X, np.einsum('no,ho->nh', d, self.w2[1:]) * (z > 0))", "np.einsum('nh,no->ho', H, d)"
    ),
}
WRONG = {
    "forward: no relu": (_f(_layers("z")), "forward: different"),
    "forward: abs": (_f(_layers("np.abs(z)")), "forward: different"),
    "forward: sigmoid": (_f(_layers("1 / (1 + np.exp(-z))")), "forward: different"),
    "forward: tanh": (_f(_layers("np.tanh(z)")), "forward: different"),
    "forward: leaky": (_f(_layers("np.where(z > 0, z, 0.01 * z)")), "forward: different"),
    "forward: minimum": (_f(_layers("np.minimum(z, 0)")), "forward: different"),
    "forward: no bias in hidden": (
        _f("h = np.maximum(x * self.w1[1], 0)\nreturn h @ self.w2[1:] + self.w2[0]"),
        "forward: bias",
    ),
    "forward: no bias in output": (
        _f("h = np.maximum(x * self.w1[1] + self.w1[0], 0)\nreturn h @ self.w2[1:]"),
        "forward: bias",
    ),
    "forward: no bias at all": (_f("h = np.maximum(x * self.w1[1], 0)\nreturn h @ self.w2[1:]"), "forward: bias"),
    "forward: ones last": (
        _f(
            "ones = np.ones((len(x), 1))\nh = np.maximum(np.hstack([x, ones]) @ self.w1, 0)\nreturn np.hstack([h, ones]) @ self.w2"
        ),
        "forward: bias",
    ),
    "forward: ones last in the output": (
        _f(
            "ones = np.ones((len(x), 1))\nh = np.maximum(np.hstack([ones, x]) @ self.w1, 0)\nreturn np.hstack([h, ones]) @ self.w2"
        ),
        "forward: bias",
    ),
    "forward: relu on the output": (
        _f(
            "ones = np.ones((len(x), 1))\nreturn np.maximum(np.hstack([ones, np.maximum(np.hstack([ones, x]) @ self.w1, 0)]) @ self.w2, 0)"
        ),
        "forward: different",
    ),
    "forward: twice": (_f(_layers("np.maximum(z, 0)") + " * 2"), "forward: factor"),
    "forward: minus": (_f(_layers("np.maximum(z, 0)").replace("return ", "return -")), "forward: sign"),
    "forward: flat": (
        _f(_layers("np.maximum(z, 0)").replace("return ", "return (") + ").ravel()"),
        "forward: wrong-shape",
    ),
    "forward: shape": (_f("return np.maximum(x @ self.w1, 0) @ self.w2"), "forward: raises"),
    "forward: stub": (_f("raise NotImplementedError"), "forward: not-implemented"),
    "forward: none": (_f("y = x"), "forward: wrong-type"),
    "forward: changes w1": (
        _f("self.w1[self.w1 < 0] = 0\n" + _layers("np.maximum(z, 0)")),
        "forward: mutates-weights|different",
    ),
    "forward: changes x": (_f("x[x < 0] = 0\n" + _layers("np.maximum(z, 0)")), "forward: mutates-arguments|different"),
    "dloss: no mask": (_back("X.T @ (d @ self.w2[1:].T)", G2), "dloss_dw: missing-activation-derivative"),
    "dloss: mask of gradient": (
        _back("X.T @ np.maximum(d @ self.w2[1:].T, 0)", G2),
        "dloss_dw: wrong-activation-derivative",
    ),
    "dloss: relu as mask": (
        _back("X.T @ ((d @ self.w2[1:].T) * np.maximum(z, 0))", G2),
        "dloss_dw: wrong-activation-derivative",
    ),
    "dloss: mask reversed": (
        _back("X.T @ ((d @ self.w2[1:].T) * (z < 0))", G2),
        "dloss_dw: wrong-activation-derivative",
    ),
    "dloss: z for mask": (_back("X.T @ ((d @ self.w2[1:].T) * z)", G2), "dloss_dw: wrong-activation-derivative"),
    "dloss: wrong row": (_back("X.T @ ((d @ self.w2[:-1].T) * (z > 0))", G2), "dloss_dw: bias"),
    "dloss: bias not removed": (_back("X.T @ ((d @ self.w2.T) * (H > 0))", G2), "dloss_dw: wrong-shape|bias"),
    "dloss: no w2": (_back("X.T @ ((d @ np.ones_like(self.w2[1:]).T) * (z > 0))", G2), "dloss_dw: missing-upstream"),
    "dloss: no residual": (_back(G1, G2, "d = np.ones_like(y_true)"), "dloss_dw: missing-upstream"),
    "dloss: no target": (_back(G1, G2, "d = H @ self.w2"), "dloss_dw: missing-upstream"),
    "dloss: sign": (_back(G1, G2, "d = y_true - H @ self.w2"), "dloss_dw: sign"),
    "dloss: two": (_back(G1, G2, "d = 2 * (H @ self.w2 - y_true)"), "dloss_dw: factor"),
    "dloss: mean": (_back(G1, G2, "d = (H @ self.w2 - y_true) / len(x)"), "dloss_dw: mean-for-sum"),
    "dloss: swapped": (_back(G2, G1), "dloss_dw: swapped"),
    "dloss: transposed": (_back(f"({G1}).T", f"({G2}).T"), "dloss_dw: transposed"),
    "dloss: z in w2": (
        _back(G1, "np.hstack([np.ones((len(x), 1)), z]).T @ d"),
        "dloss_dw: wrong-activation-derivative",
    ),
    "dloss: no bias in w2": (_back(G1, "np.vstack([[[0.0]], H[:, 1:].T @ d])"), "dloss_dw: bias"),
    "dloss: w2 without its bias row": (_back(G1, "H[:, 1:].T @ d"), "dloss_dw: wrong-shape|bias"),
    "dloss: no bias in w1": (
        _back("np.vstack([np.zeros((1, self.w1.shape[1])), x.T @ ((d @ self.w2[1:].T) * (z > 0))])", G2),
        "dloss_dw: bias",
    ),
    "dloss: x without ones": (_back("x.T @ ((d @ self.w2[1:].T) * (z > 0))", G2), "dloss_dw: wrong-shape|bias"),
    "dloss: squared": (_back(G1, G2, "d = (H @ self.w2 - y_true) ** 2"), "dloss_dw: different"),
    "dloss: stub": (_g("raise NotImplementedError"), "dloss_dw: not-implemented"),
    "dloss: one": (_back("", G2).replace("return , ", "return "), "dloss_dw: wrong-type"),
    "dloss: none": (_g("pass"), "dloss_dw: wrong-type|not-implemented"),
    "dloss: zeros": (_g("return np.zeros_like(self.w1), np.zeros_like(self.w2)"), "dloss_dw: hard-coded"),
    "dloss: changes weights": (
        _back("g1", "g2", more=f"g1 = {G1}\ng2 = {G2}\nself.w1 -= 1e-6 * g1"),
        "dloss_dw: mutates-weights",
    ),
    "dloss: mutates y": (
        _g("X, z, H = self._layers(x)\ny_true -= H @ self.w2\nd = -y_true\n" + f"return {G1}, {G2}"),
        "dloss_dw: mutates-arguments",
    ),
    "dloss: in-place relu": (
        _g(
            "ones = np.ones((len(x), 1))\nX = np.hstack([ones, x])\nz = X @ self.w1\nh = z\nh[h < 0] = 0\nH = np.hstack([ones, h])\nd = H @ self.w2 - y_true\nback = d @ self.w2[1:].T\nback[z < 0] = 0\nreturn X.T @ back, H.T @ d"
        ),
        "dloss_dw: missing-activation-derivative",
    ),
    "dloss: new w2": (
        _back("X.T @ ((d @ (self.w2 - 1e-2 * H.T @ d)[1:].T) * (z > 0))", G2),
        "dloss_dw: different|sequential-update",
    ),
    "dloss: needs forward": (
        _f(CACHED.format(h="np.maximum(self.z, 0)", out="self.H @ self.w2"))
        + "\n"
        + _g("d = self.H @ self.w2 - y_true\nreturn self.X.T @ ((d @ self.w2[1:].T) * (self.z > 0)), self.H.T @ d"),
        "dloss_dw: raises",
    ),
    "dloss: loop overwrites": (
        _back("g1", G2, more="for i in range(len(x)):\n    g1 = np.outer(X[i], (d[i] @ self.w2[1:].T) * (z[i] > 0))"),
        "dloss_dw: different",
    ),
    "dloss: numeric": (
        _g("""
out = []
for name in ('w1', 'w2'):
    w = getattr(self, name)
    g = np.zeros_like(w)
    for i in np.ndindex(w.shape):
        old = w[i]
        w[i] = old + 1e-6
        up = self.loss(self.forward(x), y_true)
        w[i] = old - 1e-6
        down = self.loss(self.forward(x), y_true)
        w[i] = old
        g[i] = (up - down) / 2e-6
    out.append(g)
return tuple(out)"""),
        "dloss_dw: numerical-gradient",
    ),
    "cache: no relu": (_f(CACHED.format(h="self.z", out="self.H @ self.w2")) + "\n" + FROM, "forward: different"),
    "cache: tanh": (_f(CACHED.format(h="np.tanh(self.z)", out="self.H @ self.w2")) + "\n" + FROM, "forward: different"),
    "cache: factor": (
        _f(CACHED.format(h="np.maximum(self.z, 0)", out="3 * self.H @ self.w2")) + "\n" + FROM,
        "forward: factor",
    ),
    "shared layers wrong": (
        "def _layers(self, x):\n    ones = np.ones((len(x), 1))\n    X = np.hstack([ones, x])\n    z = X @ self.w1\n    return X, z, np.hstack([ones, z])\n"
        + _f("return self._layers(x)[2] @ self.w2"),
        "forward: different; dloss_dw: different|wrong-activation-derivative",
    ),
    "train: w2 first": (
        """
def train(self, x, y_true, lr, n_ep):
    losses = []
    for i in range(n_ep):
        X, z, H = self._layers(x)
        d = H @ self.w2 - y_true
        losses.append(0.5 * np.sum(d ** 2))
        self.w2 -= lr * H.T @ d
        self.w1 -= lr * X.T @ ((d @ self.w2[1:].T) * (z > 0))
    return losses""",
        "train: sequential-update",
    ),
    "train: inlines without mask": (
        """
def train(self, x, y_true, lr, n_ep):
    losses = []
    for i in range(n_ep):
        X, z, H = self._layers(x)
        d = H @ self.w2 - y_true
        losses.append(0.5 * np.sum(d ** 2))
        g1 = X.T @ (d @ self.w2[1:].T)
        self.w2 -= lr * H.T @ d
        self.w1 -= lr * g1
    return losses""",
        "train: missing-activation-derivative",
    ),
}
