"""sigmoid_mlp as students write it."""

BASE = """
class SigmoidMLP:
    def __init__(self, init_weights):
        self.w1, self.b1, self.w2, self.b2, self.w3, self.b3 = (np.array(w, dtype=float) for w in init_weights)

    def _layers(self, x):
        x = x.reshape(1, -1)
        h1 = 1 / (1 + np.exp(-(self.w1 @ x + self.b1)))
        h2 = 1 / (1 + np.exp(-(self.w2 @ h1 + self.b2)))
        return x, h1, h2

    def forward(self, x):
        x = x.reshape(1, -1)
        h1 = 1 / (1 + np.exp(-(self.w1 @ x + self.b1)))
        h2 = 1 / (1 + np.exp(-(self.w2 @ h1 + self.b2)))
        return (self.w3 @ h2 + self.b3)[0]

    def loss(self, y_prediction, y_true):
        return np.mean((y_true - y_prediction) ** 2)

    def dloss_dw(self, x, y_true):
        X, h1, h2 = self._layers(x)
        d3 = 2 * (self.w3 @ h2 + self.b3 - y_true) / len(x)
        d2 = (self.w3.T @ d3) * h2 * (1 - h2)
        d1 = (self.w2.T @ d2) * h1 * (1 - h1)
        s = lambda d: d.sum(axis=1, keepdims=True)
        return d1 @ X.T, s(d1), d2 @ h1.T, s(d2), d3 @ h2.T, s(d3)

    def train(self, x, y_true, lr, n_ep):
        losses = np.empty(n_ep)
        for i in range(n_ep):
            losses[i] = self.loss(self.forward(x), y_true)
            grads = self.dloss_dw(x, y_true)
            for name, g in zip(("w1", "b1", "w2", "b2", "w3", "b3"), grads):
                setattr(self, name, getattr(self, name) - lr * g)
        return losses
"""


def _f(
    act: str = "1 / (1 + np.exp(-{z}))",
    out: str = "(self.w3 @ h2 + self.b3)[0]",
    z1: str = "self.w1 @ X + self.b1",
    z2: str = "self.w2 @ h1 + self.b2",
    act2: str = "",
    head: str = "",
) -> str:
    body = f"{head}\nX = x.reshape(1, -1)\nz1 = {z1}\nh1 = {act.format(z='z1')}\nz2 = {z2}\nh2 = {(act2 or act).format(z='z2')}\nreturn {out}"
    return "def forward(self, x):\n" + "\n".join("    " + line for line in body.strip("\n").splitlines())


def _g(
    d3: str = "2 * (self.w3 @ h2 + self.b3 - y_true) / len(x)",
    d2: str = "(self.w3.T @ d3) * h2 * (1 - h2)",
    d1: str = "(self.w2.T @ d2) * h1 * (1 - h1)",
    out: str = "d1 @ X.T, s(d1), d2 @ h1.T, s(d2), d3 @ h2.T, s(d3)",
    s: str = "lambda d: d.sum(axis=1, keepdims=True)",
    more: str = "",
) -> str:
    body = f"X, h1, h2 = self._layers(x)\nd3 = {d3}\nd2 = {d2}\nd1 = {d1}\ns = {s}\n{more}\nreturn {out}"
    return "def dloss_dw(self, x, y_true):\n" + "\n".join("    " + line for line in body.splitlines())


def _plain(method: str, body: str) -> str:
    args = "self, x" if method == "forward" else "self, x, y_true"
    return f"def {method}({args}):\n" + "\n".join("    " + line for line in body.strip("\n").splitlines())


CACHED = "X = x.reshape(1, -1)\nself.X = X\nself.z1 = self.w1 @ X + self.b1\nself.h1 = {a1}\nself.z2 = self.w2 @ self.h1 + self.b2\nself.h2 = {a2}\nreturn {out}"
SIG1, SIG2 = "1 / (1 + np.exp(-self.z1))", "1 / (1 + np.exp(-self.z2))"
FROM = _plain(
    "dloss_dw",
    """
p = self.forward(x)
d3 = (2 * (p - y_true) / len(x)).reshape(1, -1)
d2 = (self.w3.T @ d3) * self.h2 * (1 - self.h2)
d1 = (self.w2.T @ d2) * self.h1 * (1 - self.h1)
s = lambda d: d.sum(axis=1, keepdims=True)
return d1 @ self.X.T, s(d1), d2 @ self.h1.T, s(d2), d3 @ self.h2.T, s(d3)""",
)
RIGHT = {
    "as it is": "",
    "tanh form": _f("0.5 * (1 + np.tanh({z} / 2))"),
    "expit form": _f("np.where({z} < 0, np.exp(np.minimum({z}, 0)), 1) / (1 + np.exp(-np.abs({z})))"),
    "rows": _plain(
        "forward",
        "h1 = 1 / (1 + np.exp(-(np.outer(x, self.w1) + self.b1.T)))\nh2 = 1 / (1 + np.exp(-(h1 @ self.w2.T + self.b2.T)))\nreturn (h2 @ self.w3.T + self.b3).ravel()",
    ),
    "loop": _plain(
        "forward",
        "out = []\nfor xi in x:\n    h1 = 1 / (1 + np.exp(-(self.w1 * xi + self.b1)))\n    h2 = 1 / (1 + np.exp(-(self.w2 @ h1 + self.b2)))\n    out.append((self.w3 @ h2 + self.b3).item())\nreturn np.array(out)",
    ),
    "own cache": _plain("forward", CACHED.format(a1=SIG1, a2=SIG2, out="(self.w3 @ self.h2 + self.b3).ravel()"))
    + "\n"
    + FROM,
    "helper sigmoid": "def sigmoid(z):\n    return 1 / (1 + np.exp(-z))\n" + _f("sigmoid({z})"),
    "stable sigmoid": "def sigmoid(z):\n    return np.where(z >= 0, 1 / (1 + np.exp(-np.abs(z))), np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))))\n"
    + _f("sigmoid({z})"),
    "gradient as list": _g(out="[d1 @ X.T, s(d1), d2 @ h1.T, s(d2), d3 @ h2.T, s(d3)]"),
    "slope from z": _g(d2="(self.w3.T @ d3) * (h2 - h2 ** 2)", d1="np.multiply(self.w2.T @ d2, h1 - h1 * h1)"),
    "bias by ones": _g(s="lambda d: d @ np.ones((len(x), 1))"),
    "gradient by samples": _plain(
        "dloss_dw",
        """
g = [np.zeros_like(w) for w in (self.w1, self.b1, self.w2, self.b2, self.w3, self.b3)]
for xi, yi in zip(x, y_true):
    h1 = 1 / (1 + np.exp(-(self.w1 * xi + self.b1)))
    h2 = 1 / (1 + np.exp(-(self.w2 @ h1 + self.b2)))
    d3 = 2 * (self.w3 @ h2 + self.b3 - yi) / len(x)
    d2 = self.w3.T * d3 * h2 * (1 - h2)
    d1 = self.w2.T @ d2 * h1 * (1 - h1)
    for a, b in zip(g, (d1 * xi, d1, d2 @ h1.T, d2, d3 @ h2.T, d3)):
        a += b
return tuple(g)""",
    ),
    "mean at the end": _g(
        d3="2 * (self.w3 @ h2 + self.b3 - y_true)",
        s="lambda d: d.mean(axis=1, keepdims=True)",
        out="d1 @ X.T / len(x), s(d1), d2 @ h1.T / len(x), s(d2), d3 @ h2.T / len(x), s(d3)",
    ),
}
WRONG = {
    "forward: tanh": (_f("np.tanh({z})"), "forward: different"),
    "forward: relu": (_f("np.maximum({z}, 0)"), "forward: different"),
    "forward: wrong sign": (_f("1 / (1 + np.exp({z}))"), "forward: different|sign"),
    "forward: one minus": (_f("1 / (1 - np.exp(-{z}))"), "forward: different"),
    "forward: no parentheses": (_f("1 / 1 + np.exp(-{z})"), "forward: different"),
    "forward: no first sigmoid": (_f("{z}", act2="1 / (1 + np.exp(-{z}))"), "forward: different"),
    "forward: no second sigmoid": (_f(act2="{z}"), "forward: different"),
    "forward: no sigmoid": (_f("{z}"), "forward: different"),
    "forward: sigmoid on output": (_f(out="(1 / (1 + np.exp(-(self.w3 @ h2 + self.b3))))[0]"), "forward: different"),
    "forward: no b1": (_f(z1="self.w1 @ X"), "forward: bias"),
    "forward: no b2": (_f(z2="self.w2 @ h1"), "forward: bias"),
    "forward: no b3": (_f(out="(self.w3 @ h2)[0]"), "forward: bias"),
    "forward: no biases": (_f(z1="self.w1 @ X", z2="self.w2 @ h1", out="(self.w3 @ h2)[0]"), "forward: bias"),
    "forward: minus b2": (_f(z2="self.w2 @ h1 - self.b2"), "forward: bias|different"),
    "forward: b3 twice": (_f(out="(self.w3 @ h2 + 2 * self.b3)[0]"), "forward: bias|different"),
    "forward: row": (_f(out="self.w3 @ h2 + self.b3"), "forward: wrong-shape"),
    "forward: column": (_f(out="(self.w3 @ h2 + self.b3).T"), "forward: wrong-shape"),
    "forward: scalar": (_f(out="(self.w3 @ h2 + self.b3).mean()"), "forward: wrong-shape"),
    "forward: minus": (_f(out="-(self.w3 @ h2 + self.b3)[0]"), "forward: sign"),
    "forward: twice": (_f(out="2 * (self.w3 @ h2 + self.b3)[0]"), "forward: factor"),
    "forward: skips a layer": (
        _f(z2="z1[:self.w2.shape[0]] + 0 * (self.w2 @ h1)"),
        "forward: raises|different|wrong-shape",
    ),
    "forward: w2.T": (_f(z2="self.w2.T @ h1 + self.b2"), "forward: raises"),
    "forward: stub": (_plain("forward", "raise NotImplementedError"), "forward: not-implemented"),
    "forward: none": (_plain("forward", "h1 = x"), "forward: wrong-type"),
    "forward: name": (_f("sigmoid({z})"), "forward: raises"),
    # The lesson shows what becomes of it at z = 1000: inf / inf.
    "forward: exp over exp": (_f("np.exp({z}) / (np.exp({z}) + 1)"), "forward: not-finite"),
    "forward: math.exp": ("import math\n" + _f("1 / (1 + math.exp(-{z}))"), "forward: raises"),
    "forward: changes x": (_f(head="x -= 0.5"), "forward: mutates-arguments|different"),
    "forward: changes b3": (_f(head="self.b3 += 0.01"), "forward: mutates-weights|different"),
    "dloss: no slope 2": (_g(d2="self.w3.T @ d3"), "dloss_dw: missing-activation-derivative"),
    "dloss: no slope 1": (_g(d1="self.w2.T @ d2"), "dloss_dw: missing-activation-derivative"),
    "dloss: no slopes": (_g(d2="self.w3.T @ d3", d1="self.w2.T @ d2"), "dloss_dw: missing-activation-derivative"),
    "dloss: h for slope": (
        _g(d2="(self.w3.T @ d3) * h2", d1="(self.w2.T @ d2) * h1"),
        "dloss_dw: wrong-activation-derivative",
    ),
    "dloss: one minus h": (
        _g(d2="(self.w3.T @ d3) * (1 - h2)", d1="(self.w2.T @ d2) * (1 - h1)"),
        "dloss_dw: wrong-activation-derivative",
    ),
    "dloss: one plus h": (
        _g(d2="(self.w3.T @ d3) * h2 * (1 + h2)", d1="(self.w2.T @ d2) * h1 * (1 + h1)"),
        "dloss_dw: wrong-activation-derivative",
    ),
    "dloss: tanh slope": (
        _g(d2="(self.w3.T @ d3) * (1 - h2 ** 2)", d1="(self.w2.T @ d2) * (1 - h1 ** 2)"),
        "dloss_dw: wrong-activation-derivative",
    ),
    "dloss: wrong slope in layer 1 only": (_g(d1="(self.w2.T @ d2) * h1"), "dloss_dw: wrong-activation-derivative"),
    "dloss: wrong slope in layer 2 only": (
        _g(d2="(self.w3.T @ d3) * (1 - h2 ** 2)"),
        "dloss_dw: wrong-activation-derivative",
    ),
    "dloss: sigmoid twice": (
        _g(
            more="sg = lambda z: 1 / (1 + np.exp(-z))\nd2 = (self.w3.T @ d3) * sg(h2) * (1 - sg(h2))\nd1 = (self.w2.T @ d2) * sg(h1) * (1 - sg(h1))"
        ),
        "dloss_dw: wrong-activation-derivative",
    ),
    "dloss: relu slope": (
        _g(d2="(self.w3.T @ d3) * (h2 > 0)", d1="(self.w2.T @ d2) * (h1 > 0)"),
        "dloss_dw: wrong-activation-derivative|missing-activation-derivative",
    ),
    "dloss: no w3": (_g(d2="d3 * h2 * (1 - h2)"), "dloss_dw: missing-upstream"),
    "dloss: no w2": (_g(d1="d2.sum(axis=0) * h1 * (1 - h1)"), "dloss_dw: missing-upstream"),
    "dloss: no residual": (_g(d3="2 * np.ones((1, len(x))) / len(x)"), "dloss_dw: missing-upstream"),
    "dloss: no target": (_g(d3="2 * (self.w3 @ h2 + self.b3) / len(x)"), "dloss_dw: missing-upstream"),
    "dloss: no prediction": (_g(d3="-2 * y_true.reshape(1, -1) / len(x)"), "dloss_dw: missing-upstream"),
    "dloss: sign": (_g(d3="2 * (y_true - self.w3 @ h2 - self.b3) / len(x)"), "dloss_dw: sign"),
    "dloss: no two": (_g(d3="(self.w3 @ h2 + self.b3 - y_true) / len(x)"), "dloss_dw: factor"),
    "dloss: sum": (_g(d3="2 * (self.w3 @ h2 + self.b3 - y_true)"), "dloss_dw: sum-for-mean"),
    "dloss: bias mean": (_g(s="lambda d: d.mean(axis=1, keepdims=True)"), "dloss_dw: mean-for-sum"),
    "dloss: bias sums to a number": (_g(s="lambda d: d.sum()"), "dloss_dw: wrong-shape|bias"),
    "dloss: bias flat": (_g(s="lambda d: d.sum(axis=1)"), "dloss_dw: wrong-shape"),
    "dloss: bias not summed": (_g(s="lambda d: d"), "dloss_dw: wrong-shape|bias"),
    "dloss: bias zeros": (_g(s="lambda d: np.zeros((len(d), 1))"), "dloss_dw: bias|hard-coded"),
    "dloss: no x": (
        _g(out="d1 @ np.ones_like(X).T, s(d1), d2 @ h1.T, s(d2), d3 @ h2.T, s(d3)"),
        "dloss_dw: missing-upstream",
    ),
    "dloss: z in w2": (
        _g(out="d1 @ X.T, s(d1), d2 @ (self.w1 @ X + self.b1).T, s(d2), d3 @ h2.T, s(d3)"),
        "dloss_dw: wrong-activation-derivative",
    ),
    "dloss: x in w2": (
        _g(out="d1 @ X.T, s(d1), d2 @ np.repeat(X, len(h1), 0).T, s(d2), d3 @ h2.T, s(d3)"),
        "dloss_dw: different|missing-upstream",
    ),
    "dloss: weights then biases": (
        _g(out="d1 @ X.T, d2 @ h1.T, d3 @ h2.T, s(d1), s(d2), s(d3)"),
        "dloss_dw: swapped|wrong-shape",
    ),
    "dloss: last layer first": (
        _g(out="d3 @ h2.T, s(d3), d2 @ h1.T, s(d2), d1 @ X.T, s(d1)"),
        "dloss_dw: swapped|wrong-shape",
    ),
    "dloss: bias before weight": (_g(out="s(d1), d1 @ X.T, s(d2), d2 @ h1.T, s(d3), d3 @ h2.T"), "dloss_dw: swapped"),
    "dloss: weights alone": (_g(out="d1 @ X.T, d2 @ h1.T, d3 @ h2.T"), "dloss_dw: wrong-type"),
    "dloss: w2 transposed": (_g(out="d1 @ X.T, s(d1), h1 @ d2.T, s(d2), d3 @ h2.T, s(d3)"), "dloss_dw: transposed"),
    "dloss: all transposed": (
        _g(out="(d1 @ X.T).T, s(d1).T, (d2 @ h1.T).T, s(d2).T, (d3 @ h2.T).T, s(d3).T"),
        "dloss_dw: transposed",
    ),
    "dloss: stub": (_plain("dloss_dw", "raise NotImplementedError"), "dloss_dw: not-implemented"),
    "dloss: none": (_plain("dloss_dw", "return"), "dloss_dw: wrong-type"),
    "dloss: one sample": (
        _g(
            out="d1[:, :1] @ X[:, :1].T, s(d1[:, :1]), d2[:, :1] @ h1[:, :1].T, s(d2[:, :1]), d3[:, :1] @ h2[:, :1].T, s(d3[:, :1])"
        ),
        "dloss_dw: different",
    ),
    "dloss: squared": (_g(d3="2 * (self.w3 @ h2 + self.b3 - y_true) ** 2 / len(x)"), "dloss_dw: different"),
    "dloss: column against row": (
        _g(
            d3="2 * (self.w3 @ h2 + self.b3 - y_true.reshape(-1, 1)) / len(x)",
            d2="(self.w3.T @ d3.mean(axis=0, keepdims=True)) * h2 * (1 - h2)",
            out="d1 @ X.T, s(d1), d2 @ h1.T, s(d2), d3.mean(0, keepdims=True) @ h2.T, d3.mean(0).sum().reshape(1, 1)",
        ),
        "dloss_dw: different",
    ),
    "dloss: changes b3": (_g(more="self.b3 -= 0.1 * s(d3)"), "dloss_dw: mutates-weights"),
    "dloss: numeric": (
        _plain(
            "dloss_dw",
            """
out = []
for name in ('w1', 'b1', 'w2', 'b2', 'w3', 'b3'):
    w = getattr(self, name)
    g = np.zeros_like(w)
    for i in np.ndindex(w.shape):
        old = w[i]
        w[i] = old + 1e-6
        up = self.loss(self.forward(x), y_true)
        w[i] = old - 1e-6
        g[i] = (up - self.loss(self.forward(x), y_true)) / 2e-6
        w[i] = old
    out.append(g)
return tuple(out)""",
        ),
        "dloss_dw: numerical-gradient",
    ),
    "cache: tanh": (
        _plain(
            "forward",
            CACHED.format(a1="np.tanh(self.z1)", a2="np.tanh(self.z2)", out="(self.w3 @ self.h2 + self.b3).ravel()"),
        )
        + "\n"
        + FROM,
        "forward: different",
    ),
    "cache: no second sigmoid": (
        _plain("forward", CACHED.format(a1=SIG1, a2="self.z2", out="(self.w3 @ self.h2 + self.b3).ravel()"))
        + "\n"
        + FROM,
        "forward: different",
    ),
    "cache: no b3": (
        _plain("forward", CACHED.format(a1=SIG1, a2=SIG2, out="(self.w3 @ self.h2).ravel()")) + "\n" + FROM,
        "forward: bias",
    ),
    "train: inlines with wrong slope": (
        """
def train(self, x, y_true, lr, n_ep):
    losses = []
    for i in range(n_ep):
        X, h1, h2 = self._layers(x)
        p = self.w3 @ h2 + self.b3
        losses.append(np.mean((p - y_true) ** 2))
        d3 = 2 * (p - y_true) / len(x)
        d2 = (self.w3.T @ d3) * h2
        d1 = (self.w2.T @ d2) * h1
        s = lambda d: d.sum(axis=1, keepdims=True)
        g = d1 @ X.T, s(d1), d2 @ h1.T, s(d2), d3 @ h2.T, s(d3)
        for n, gi in zip(("w1", "b1", "w2", "b2", "w3", "b3"), g):
            setattr(self, n, getattr(self, n) - lr * gi)
    return losses""",
        "train: wrong-activation-derivative",
    ),
    "train: last layer moved first": (
        """
def train(self, x, y_true, lr, n_ep):
    losses = []
    for i in range(n_ep):
        X, h1, h2 = self._layers(x)
        p = self.w3 @ h2 + self.b3
        losses.append(np.mean((p - y_true) ** 2))
        s = lambda d: d.sum(axis=1, keepdims=True)
        d3 = 2 * (p - y_true) / len(x)
        self.w3 = self.w3 - lr * d3 @ h2.T
        self.b3 = self.b3 - lr * s(d3)
        d2 = (self.w3.T @ d3) * h2 * (1 - h2)
        self.w2 = self.w2 - lr * d2 @ h1.T
        self.b2 = self.b2 - lr * s(d2)
        d1 = (self.w2.T @ d2) * h1 * (1 - h1)
        self.w1 = self.w1 - lr * d1 @ X.T
        self.b1 = self.b1 - lr * s(d1)
    return losses""",
        "train: sequential-update",
    ),
}
