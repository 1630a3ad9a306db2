"""two_layer_relu as students write it."""

BASE = """
class TwoLayerReLU:
    def __init__(self, init_weights):
        w1, w2 = init_weights
        self.w1 = np.array(w1, dtype=float)
        self.w2 = np.array(w2, dtype=float)

    def forward(self, x):
        return np.maximum(x @ self.w1, 0) @ self.w2

    def loss(self, y_prediction, y_true):
        return np.sum((y_prediction - y_true) ** 2)

    def dloss_dw(self, x, y_true):
        h = x.dot(self.w1)
        h_relu = np.maximum(h, 0)
        y_pred = h_relu.dot(self.w2)
        grad_y_pred = 2.0 * (y_pred - y_true)
        grad_w2 = h_relu.T.dot(grad_y_pred)
        grad_h_relu = grad_y_pred.dot(self.w2.T)
        grad_h = grad_h_relu.copy()
        grad_h[h < 0] = 0
        grad_w1 = x.T.dot(grad_h)
        return grad_w1, grad_w2

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


_BACK = """
h = x @ self.w1
a = np.maximum(h, 0)
d = 2 * (a @ self.w2 - y_true)
"""

_CACHING = _f("self.h = x @ self.w1\nself.a = np.maximum(self.h, 0)\nreturn self.a @ self.w2")
_FROM_CACHE = _g(
    "p = self.forward(x)\nd = 2 * (p - y_true)\nreturn x.T @ ((d @ self.w2.T) * (self.h > 0)), self.a.T @ d"
)

RIGHT = {
    "as it is": "",
    "loop over samples": _f(
        "out = []\nfor row in x:\n    h = row @ self.w1\n    h[h < 0] = 0\n    out.append(h @ self.w2)\nreturn np.array(out)"
    ),
    "mask multiplication": _f("h = x @ self.w1\nreturn (h * (h > 0)) @ self.w2"),
    "where": _f("h = np.dot(x, self.w1)\nreturn np.dot(np.where(h > 0, h, 0.0), self.w2)"),
    "clip": _f("return np.clip(x @ self.w1, 0, None) @ self.w2"),
    "half the sum with its absolute": _f("h = x @ self.w1\nreturn ((h + np.abs(h)) / 2) @ self.w2"),
    "einsum": _f("return np.einsum('nh,ho->no', np.maximum(np.einsum('nd,dh->nh', x, self.w1), 0), self.w2)"),
    "in place on own array": _f("h = x @ self.w1\nh[h < 0] = 0\nreturn h @ self.w2"),
    "transposed algebra": _f("return (self.w2.T @ np.maximum(self.w1.T @ x.T, 0)).T"),
    "element loops": _f("""
N, D = x.shape
H = self.w1.shape[1]
O = self.w2.shape[1]
if N * D * H > 20000:
    return np.maximum(x @ self.w1, 0) @ self.w2
out = np.zeros((N, O))
for n in range(N):
    h = [max(0.0, sum(x[n, d] * self.w1[d, j] for d in range(D))) for j in range(H)]
    for o in range(O):
        out[n, o] = sum(h[j] * self.w2[j, o] for j in range(H))
return out"""),
    "own cache": _CACHING + "\n" + _FROM_CACHE,
    "own cache in a dict": _f(
        "h = x @ self.w1\na = np.maximum(0, h)\nself.cache = {'x': x, 'h': h, 'a': a}\nreturn a @ self.w2"
    )
    + "\n"
    + _g(
        "d = 2 * (self.forward(x) - y_true)\nc = self.cache\nback = d @ self.w2.T\nback[c['h'] <= 0] = 0\nreturn c['x'].T @ back, c['a'].T @ d"
    ),
    "gradients by loop over samples": _g("""
g1 = np.zeros_like(self.w1); g2 = np.zeros_like(self.w2)
for xi, yi in zip(x, y_true):
    h = xi @ self.w1
    a = np.maximum(h, 0)
    d = 2 * (a @ self.w2 - yi)
    g2 += np.outer(a, d)
    g1 += np.outer(xi, (self.w2 @ d) * (h > 0))
return g1, g2"""),
    "gradients by einsum": _g(
        _BACK
        + "back = np.einsum('no,ho->nh', d, self.w2) * (h > 0)\nreturn np.einsum('nd,nh->dh', x, back), np.einsum('nh,no->ho', a, d)"
    ),
    "mask by where": _g(_BACK + "return x.T @ np.where(h > 0, d @ self.w2.T, 0), a.T @ d"),
    "mask from activated": _g(_BACK + "return x.T @ (d @ self.w2.T * (a > 0)), a.T @ d"),
    "mask by sign": _g(_BACK + "return x.T @ (d @ self.w2.T * np.sign(a)), a.T @ d"),
    "mask by heaviside": _g(_BACK + "return x.T @ (d @ self.w2.T * np.heaviside(h, 0)), a.T @ d"),
    "mask with >=": _g(_BACK + "return x.T @ (d @ self.w2.T * (h >= 0)), a.T @ d"),
    "gradients as list": _g(
        _BACK + "return [np.dot(x.T, np.dot(d, self.w2.T) * (h > 0).astype(float)), np.dot(a.T, d)]"
    ),
    "gradients transposed twice": _g(_BACK + "return ((d @ self.w2.T * (h > 0)).T @ x).T, (d.T @ a).T"),
    "two at the end": _g(
        "h = x @ self.w1\na = np.maximum(h, 0)\nd = a @ self.w2 - y_true\nreturn 2 * x.T @ (d @ self.w2.T * (h > 0)), 2 * (a.T @ d)"
    ),
    "minus twice": _g(
        "h = x @ self.w1\na = np.maximum(h, 0)\nd = y_true - a @ self.w2\nreturn -2 * x.T @ (d @ self.w2.T * (h > 0)), -2 * (a.T @ d)"
    ),
    "relu as static methods": """
@staticmethod
def relu(z):
    return np.maximum(z, 0)

@staticmethod
def drelu(z):
    return (z > 0).astype(float)

def forward(self, x):
    return self.relu(x @ self.w1) @ self.w2

def dloss_dw(self, x, y_true):
    z = x @ self.w1
    delta = 2 * (self.forward(x) - y_true)
    return x.T @ (delta @ self.w2.T * self.drelu(z)), self.relu(z).T @ delta
""",
    "relu as module function": """
def relu(z):
    return z * (z > 0)

def forward(self, x):
    return relu(x @ self.w1) @ self.w2

def dloss_dw(self, x, y_true):
    z = x @ self.w1
    delta = 2 * (relu(z) @ self.w2 - y_true)
    return x.T @ (delta @ self.w2.T * (z > 0)), relu(z).T @ delta
""",
    "lambda relu": "relu = lambda z: np.maximum(0, z)\n" + _f("return relu(x.dot(self.w1)).dot(self.w2)"),
    "einsum over samples then sum": _g(
        _BACK
        + "per1 = x[:, :, None] * (d @ self.w2.T * (h > 0))[:, None, :]\nper2 = a[:, :, None] * d[:, None, :]\nreturn per1.sum(axis=0), per2.sum(0)"
    ),
    "train inlines all": """
def train(self, x, y_true, lr, n_ep):
    losses = []
    for t in range(n_ep):
        h = x.dot(self.w1)
        h_relu = np.maximum(h, 0)
        y_pred = h_relu.dot(self.w2)
        loss = np.square(y_pred - y_true).sum()
        losses.append(loss)
        grad_y_pred = 2.0 * (y_pred - y_true)
        grad_w2 = h_relu.T.dot(grad_y_pred)
        grad_h_relu = grad_y_pred.dot(self.w2.T)
        grad_h = grad_h_relu.copy()
        grad_h[h < 0] = 0
        grad_w1 = x.T.dot(grad_h)
        self.w1 -= lr * grad_w1
        self.w2 -= lr * grad_w2
    return losses""",
    "masks with numpy multiply": _g(
        _BACK
        + "back = np.multiply(np.matmul(d, self.w2.T), np.greater(h, 0))\nreturn np.matmul(x.T, back), np.matmul(a.T, d)"
    ),
    "tensordot": _g(
        _BACK + "return np.tensordot(x, d @ self.w2.T * (h > 0), axes=(0, 0)), np.tensordot(a, d, axes=(0, 0))"
    ),
}


def _back(g1: str, g2: str, d: str = "d = 2 * (a @ self.w2 - y_true)", more: str = "") -> str:
    return _g(f"h = x @ self.w1\na = np.maximum(h, 0)\n{d}\n{more}\nreturn {g1}, {g2}")


G1, G2 = "x.T @ ((d @ self.w2.T) * (h > 0))", "a.T @ d"
WRONG = {
    "forward: no relu": (_f("return x @ self.w1 @ self.w2"), "forward: different|missing-upstream"),
    "forward: relu on output": (_f("return np.maximum(np.maximum(x @ self.w1, 0) @ self.w2, 0)"), "forward: different"),
    "forward: relu only on output": (_f("return np.maximum(x @ self.w1 @ self.w2, 0)"), "forward: different"),
    "forward: relu on x": (_f("return np.maximum(x, 0) @ self.w1 @ self.w2"), "forward: different"),
    "forward: relu on both": (_f("return np.maximum(np.maximum(x, 0) @ self.w1, 0) @ self.w2"), "forward: different"),
    "forward: sigmoid": (_f("return (1 / (1 + np.exp(-(x @ self.w1)))) @ self.w2"), "forward: different"),
    "forward: tanh": (_f("return np.tanh(x @ self.w1) @ self.w2"), "forward: different"),
    "forward: abs": (_f("return np.abs(x @ self.w1) @ self.w2"), "forward: different"),
    "forward: leaky": (_f("h = x @ self.w1\nreturn np.where(h > 0, h, 0.1 * h) @ self.w2"), "forward: different"),
    "forward: leaky 0.01": (_f("h = x @ self.w1\nreturn np.maximum(h, 0.01 * h) @ self.w2"), "forward: different"),
    "forward: minimum": (_f("return np.minimum(x @ self.w1, 0) @ self.w2"), "forward: different"),
    "forward: mask alone": (_f("return (x @ self.w1 > 0).astype(float) @ self.w2"), "forward: different"),
    "forward: relu6": (_f("return np.clip(x @ self.w1, 0, 1) @ self.w2"), "forward: different"),
    "forward: minus": (_f("return -np.maximum(x @ self.w1, 0) @ self.w2"), "forward: sign"),
    "forward: twice": (_f("return 2 * np.maximum(x @ self.w1, 0) @ self.w2"), "forward: factor"),
    "forward: over n": (_f("return np.maximum(x @ self.w1, 0) @ self.w2 / len(x)"), "forward: mean-for-sum|factor"),
    "forward: transposed": (_f("return (np.maximum(x @ self.w1, 0) @ self.w2).T"), "forward: transposed"),
    "forward: w1.T": (_f("return np.maximum(x @ self.w1.T, 0) @ self.w2"), "forward: raises"),
    "forward: elementwise": (_f("return np.maximum(x * self.w1, 0) * self.w2"), "forward: raises"),
    "forward: hidden only": (_f("return np.maximum(x @ self.w1, 0)"), "forward: wrong-shape"),
    "forward: no w1": (_f("return np.maximum(x, 0) @ self.w2"), "forward: raises"),
    "forward: ravel": (_f("return (np.maximum(x @ self.w1, 0) @ self.w2).ravel()"), "forward: wrong-shape"),
    "forward: squeeze": (_f("return np.squeeze(np.maximum(x @ self.w1, 0) @ self.w2)"), "forward: wrong-shape"),
    "forward: np.max": (_f("return np.max(x @ self.w1, 0) @ self.w2"), "forward: wrong-shape"),
    "forward: python max": (_f("return max(x @ self.w1, 0) @ self.w2"), "forward: raises"),
    "forward: bias added": (_f("return np.maximum(x @ self.w1 + 1, 0) @ self.w2"), "forward: different|bias"),
    "forward: zeroes x": (
        _f("h = x\nh[h < 0] = 0\nreturn np.maximum(h @ self.w1, 0) @ self.w2"),
        "forward: mutates-arguments|different",
    ),
    "forward: zeroes weights": (
        _f("self.w1[self.w1 < 0] = 0\nreturn np.maximum(x @ self.w1, 0) @ self.w2"),
        "forward: mutates-weights|different",
    ),
    "forward: 64 hard-coded": (
        _f("out = np.zeros((64, 10))\nout[:] = np.maximum(x @ self.w1, 0) @ self.w2\nreturn out"),
        "forward: raises|wrong-shape",
    ),
    "forward: reshape hard-coded": (
        _f("return (np.maximum(x @ self.w1, 0) @ self.w2).reshape(64, 10)"),
        "forward: raises",
    ),
    "forward: stub": (_f("raise NotImplementedError()"), "forward: not-implemented"),
    "forward: none": (_f("self.y = np.maximum(x @ self.w1, 0) @ self.w2"), "forward: wrong-type"),
    "forward: tuple": (_f("h = np.maximum(x @ self.w1, 0)\nreturn h @ self.w2, h"), "forward: wrong-type"),
    "forward: integers": (
        _f("return (np.maximum(x @ self.w1, 0) @ self.w2).astype(int)"),
        "forward: different|wrong-type",
    ),
    "forward: softmax": (
        _f(
            "z = np.maximum(x @ self.w1, 0) @ self.w2\ne = np.exp(z - z.max(axis=1, keepdims=True))\nreturn e / e.sum(axis=1, keepdims=True)"
        ),
        "forward: different|hard-coded",
    ),
    "forward: new random weights": (
        _f("w = np.random.randn(*self.w1.shape)\nreturn np.maximum(x @ w, 0) @ self.w2"),
        "forward: different",
    ),
    "forward: old cache": (
        _f("if not hasattr(self, 'a'):\n    self.a = np.maximum(x @ self.w1, 0)\nreturn self.a @ self.w2"),
        "forward: different",
    ),
    "forward: drops a unit": (
        _f("h = np.maximum(x @ self.w1, 0)\nreturn h[:, 1:] @ self.w2[1:]"),
        "forward: different",
    ),
    "forward: object": (
        _f("return [list(map(str, r)) for r in np.maximum(x @ self.w1, 0) @ self.w2]"),
        "forward: wrong-type",
    ),
    "dloss: no mask": (_back("x.T @ (d @ self.w2.T)", G2), "dloss_dw: missing-activation-derivative"),
    "dloss: mask of the gradient": (
        _back("x.T @ g", G2, more="g = d @ self.w2.T\ng[g < 0] = 0"),
        "dloss_dw: wrong-activation-derivative",
    ),
    "dloss: mask reversed": (_back("x.T @ ((d @ self.w2.T) * (h < 0))", G2), "dloss_dw: wrong-activation-derivative"),
    "dloss: relu as mask": (_back("x.T @ ((d @ self.w2.T) * a)", G2), "dloss_dw: wrong-activation-derivative"),
    "dloss: pre-activation as mask": (
        _back("x.T @ ((d @ self.w2.T) * h)", G2),
        "dloss_dw: wrong-activation-derivative",
    ),
    "dloss: mask of the output": (
        _g(
            "h = x @ self.w1\na = np.maximum(h, 0)\np = a @ self.w2\nd = 2 * (p - y_true)\nd1 = d * (p > 0)\nreturn x.T @ (d1 @ self.w2.T), a.T @ d"
        ),
        "dloss_dw: wrong-activation-derivative|missing-activation-derivative",
    ),
    "dloss: masks the output too": (
        _g(
            "h = x @ self.w1\na = np.maximum(h, 0)\np = a @ self.w2\nd = 2 * (p - y_true) * (p > 0)\nreturn x.T @ (d @ self.w2.T * (h > 0)), a.T @ d"
        ),
        "dloss_dw: wrong-activation-derivative",
    ),
    "dloss: in-place relu": (
        _g(
            "h = x @ self.w1\na = h\na[a < 0] = 0\nd = 2 * (a @ self.w2 - y_true)\nback = d @ self.w2.T\nback[h < 0] = 0\nreturn x.T @ back, a.T @ d"
        ),
        "dloss_dw: missing-activation-derivative",
    ),
    "dloss: pre-activation in w2": (_back(G1, "h.T @ d"), "dloss_dw: wrong-activation-derivative"),
    "dloss: no relu at all": (
        _g("h = x @ self.w1\nd = 2 * (h @ self.w2 - y_true)\nreturn x.T @ (d @ self.w2.T), h.T @ d"),
        "dloss_dw: missing-activation-derivative|different|wrong-activation-derivative",
    ),
    "dloss: no w2": (_back("x.T @ ((d @ np.ones_like(self.w2).T) * (h > 0))", G2), "dloss_dw: missing-upstream"),
    "dloss: no residual": (_back(G1, G2, "d = 2 * np.ones_like(y_true)"), "dloss_dw: missing-upstream"),
    "dloss: residual without target": (_back(G1, G2, "d = 2 * (a @ self.w2)"), "dloss_dw: missing-upstream"),
    "dloss: residual without prediction": (_back(G1, G2, "d = -2 * y_true"), "dloss_dw: missing-upstream"),
    "dloss: sign": (_back(G1, G2, "d = 2 * (y_true - a @ self.w2)"), "dloss_dw: sign"),
    "dloss: sign of the first": (_back("-" + G1, G2), "dloss_dw: sign"),
    "dloss: no two": (_back(G1, G2, "d = a @ self.w2 - y_true"), "dloss_dw: factor"),
    "dloss: no two in the first": (_back("0.5 * " + G1, G2), "dloss_dw: factor"),
    "dloss: mean": (_back(G1, G2, "d = 2 * (a @ self.w2 - y_true) / len(x)"), "dloss_dw: mean-for-sum"),
    "dloss: mean over elements": (
        _back(G1, G2, "d = 2 * (a @ self.w2 - y_true) / y_true.size"),
        "dloss_dw: mean-for-sum",
    ),
    "dloss: mean and no two": (_back(G1, G2, "d = (a @ self.w2 - y_true) / len(x)"), "dloss_dw: mean-for-sum|factor"),
    "dloss: swapped": (_back(G2, G1), "dloss_dw: swapped"),
    "dloss: transposed": (_back(f"({G1}).T", f"({G2}).T"), "dloss_dw: transposed"),
    "dloss: second transposed": (_back(G1, "d.T @ a"), "dloss_dw: transposed"),
    "dloss: one only": (_g(_BACK + "return a.T @ d"), "dloss_dw: wrong-type"),
    "dloss: none": (_g(_BACK + "g2 = a.T @ d"), "dloss_dw: wrong-type"),
    "dloss: stub": (_g("raise NotImplementedError"), "dloss_dw: not-implemented"),
    "dloss: zeros": (_g("return np.zeros_like(self.w1), np.zeros_like(self.w2)"), "dloss_dw: hard-coded"),
    "dloss: ones": (_g("return np.ones_like(self.w1), np.ones_like(self.w2)"), "dloss_dw: hard-coded"),
    "dloss: first zero": (_back("np.zeros_like(self.w1)", G2), "dloss_dw: hard-coded"),
    "dloss: residual squared": (_back(G1, G2, "d = 2 * (a @ self.w2 - y_true) ** 2"), "dloss_dw: different"),
    "dloss: shape mix": (_back("x.T @ (d @ self.w2)", G2), "dloss_dw: raises"),
    "dloss: no input": (_back("np.ones_like(x).T @ ((d @ self.w2.T) * (h > 0))", G2), "dloss_dw: missing-upstream"),
    "dloss: no hidden": (_back(G1, "np.ones_like(a).T @ d"), "dloss_dw: missing-upstream"),
    "dloss: mask in w2": (
        _back(G1, "(h > 0).T @ d"),
        "dloss_dw: different|wrong-activation-derivative|missing-upstream",
    ),
    "dloss: x in w2": (_back(G1, "x.T @ d"), "dloss_dw: wrong-shape"),
    "dloss: updated w2": (
        _back("x.T @ ((d @ new.T) * (h > 0))", "g2", more="g2 = a.T @ d\nnew = self.w2 - 0.001 * g2"),
        "dloss_dw: different|sequential-update",
    ),
    "dloss: changes weights": (
        _back(
            "g1",
            "g2",
            more="g2 = a.T @ d\ng1 = x.T @ ((d @ self.w2.T) * (h > 0))\nself.w1 -= 1e-6 * g1\nself.w2 -= 1e-6 * g2",
        ),
        "dloss_dw: mutates-weights",
    ),
    "dloss: mutates y": (
        _g(
            "h = x @ self.w1\na = np.maximum(h, 0)\ny_true -= a @ self.w2\nd = -2 * y_true\nreturn x.T @ ((d @ self.w2.T) * (h > 0)), a.T @ d"
        ),
        "dloss_dw: mutates-arguments",
    ),
    "dloss: needs forward": (
        _CACHING
        + "\n"
        + _g("d = 2 * (self.a @ self.w2 - y_true)\nreturn x.T @ ((d @ self.w2.T) * (self.h > 0)), self.a.T @ d"),
        "dloss_dw: raises",
    ),
    "dloss: needs forward, guarded": (
        _CACHING
        + "\n"
        + _g(
            "if not hasattr(self, 'h'):\n    self.forward(x)\nd = 2 * (self.a @ self.w2 - y_true)\nreturn x.T @ ((d @ self.w2.T) * (self.h > 0)), self.a.T @ d"
        ),
        "dloss_dw: different|raises",
    ),
    "dloss: leaky slope": (
        _back("x.T @ ((d @ self.w2.T) * np.where(h > 0, 1, 0.01))", G2),
        "dloss_dw: wrong-activation-derivative",
    ),
    "dloss: sigmoid slope": (
        _back("x.T @ ((d @ self.w2.T) * a * (1 - a))", G2),
        "dloss_dw: wrong-activation-derivative",
    ),
    "dloss: tanh slope": (_back("x.T @ ((d @ self.w2.T) * (1 - a ** 2))", G2), "dloss_dw: wrong-activation-derivative"),
    "dloss: hard-coded n": (
        _back(
            "g1",
            G2,
            more="g1 = np.zeros_like(self.w1)\nfor i in range(64):\n    g1 += np.outer(x[i], (d[i] @ self.w2.T) * (h[i] > 0))",
        ),
        "dloss_dw: raises",
    ),
    "dloss: loop overwrites": (
        _back("g1", G2, more="for i in range(len(x)):\n    g1 = np.outer(x[i], (d[i] @ self.w2.T) * (h[i] > 0))"),
        "dloss_dw: different",
    ),
    "dloss: loop misses last": (
        _back(
            "g1",
            G2,
            more="g1 = np.zeros_like(self.w1)\nfor i in range(len(x) - 1):\n    g1 += np.outer(x[i], (d[i] @ self.w2.T) * (h[i] > 0))",
        ),
        "dloss_dw: different",
    ),
    "dloss: summed over outputs": (
        _back("x.T @ ((d.sum(axis=1, keepdims=True) @ self.w2.sum(axis=1, keepdims=True).T) * (h > 0))", G2),
        "dloss_dw: different",
    ),
    "dloss: threshold one": (
        _back("x.T @ ((d @ self.w2.T) * (h > 1))", G2),
        "dloss_dw: different|wrong-activation-derivative",
    ),
    "dloss: mask of x": (
        _g(_BACK + "return (x * (x > 0)).T @ (d @ self.w2.T), a.T @ d"),
        "dloss_dw: wrong-activation-derivative|missing-activation-derivative|different",
    ),
    "dloss: float32 rounding": (
        _g(_BACK + "return np.round(x.T @ ((d @ self.w2.T) * (h > 0)), 2), np.round(a.T @ d, 2)"),
        "dloss_dw: different",
    ),
    "dloss: numeric central": (
        _g("""
out = []
for name in ('w1', 'w2'):
    w = getattr(self, name)
    g = np.zeros_like(w)
    if w.size > 500:
        out.append(g)
        continue
    for i in np.ndindex(w.shape):
        old = w[i]
        w[i] = old + 1e-5
        up = self.loss(self.forward(x), y_true)
        w[i] = old - 1e-5
        down = self.loss(self.forward(x), y_true)
        w[i] = old
        g[i] = (up - down) / 2e-5
    out.append(g)
return tuple(out)"""),
        "dloss_dw: numerical-gradient",
    ),
    "dloss: numeric inlined": (
        _g("""
def L(a, b):
    return np.sum((np.maximum(x @ a, 0) @ b - y_true) ** 2)
eps = 1e-6
if self.w1.size > 500:
    return np.zeros_like(self.w1), np.zeros_like(self.w2)
g1 = np.zeros_like(self.w1)
for i in range(g1.shape[0]):
    for j in range(g1.shape[1]):
        a = self.w1.copy(); a[i, j] += eps
        b = self.w1.copy(); b[i, j] -= eps
        g1[i, j] = (L(a, self.w2) - L(b, self.w2)) / (2 * eps)
g2 = np.zeros_like(self.w2)
for i in range(g2.shape[0]):
    for j in range(g2.shape[1]):
        a = self.w2.copy(); a[i, j] += eps
        b = self.w2.copy(); b[i, j] -= eps
        g2[i, j] = (L(self.w1, a) - L(self.w1, b)) / (2 * eps)
return g1, g2"""),
        "dloss_dw: numerical-gradient",
    ),
    "cache: forward wrong at the end": (
        _f("self.h = x @ self.w1\nself.a = np.maximum(self.h, 0)\nreturn 2 * self.a @ self.w2") + "\n" + _FROM_CACHE,
        "forward: factor",
    ),
    "cache: forward without relu": (
        _f("self.h = x @ self.w1\nself.a = self.h\nreturn self.a @ self.w2") + "\n" + _FROM_CACHE,
        "forward: different",
    ),
    "cache: forward with tanh": (
        _f("self.h = x @ self.w1\nself.a = np.tanh(self.h)\nreturn self.a @ self.w2") + "\n" + _FROM_CACHE,
        "forward: different",
    ),
    "cache: forward with a sign": (
        _f("self.h = -x @ self.w1\nself.a = np.maximum(self.h, 0)\nreturn self.a @ self.w2") + "\n" + _FROM_CACHE,
        "forward: different|sign",
    ),
    "cache: one attribute": (
        _f("self.a = x @ self.w1\nreturn self.a @ self.w2")
        + "\n"
        + _g("d = 2 * (self.forward(x) - y_true)\nreturn x.T @ ((d @ self.w2.T) * (self.a > 0)), self.a.T @ d"),
        "forward: different",
    ),
    "cache: in a dict": (
        _f("h = x @ self.w1\na = np.abs(h)\nself.cache = {'h': h, 'a': a}\nreturn a @ self.w2")
        + "\n"
        + _g(
            "d = 2 * (self.forward(x) - y_true)\nreturn x.T @ ((d @ self.w2.T) * (self.cache['h'] > 0)), self.cache['a'].T @ d"
        ),
        "forward: different",
    ),
    "cache: in a tuple": (
        _f("h = x @ self.w1\na = np.abs(h)\nself.cache = (x, h, a)\nreturn a @ self.w2")
        + "\n"
        + _g(
            "d = 2 * (self.forward(x) - y_true)\nx, h, a = self.cache\nreturn x.T @ ((d @ self.w2.T) * (h > 0)), a.T @ d"
        ),
        "forward: different",
    ),
    "cache: both wrong": (
        _f("self.h = x @ self.w1\nself.a = np.tanh(self.h)\nreturn self.a @ self.w2")
        + "\n"
        + _g("p = self.forward(x)\nd = 2 * (p - y_true)\nreturn x.T @ (d @ self.w2.T), self.a.T @ d"),
        "forward: different; dloss_dw: missing-activation-derivative",
    ),
    "cache: both wrong in w2": (
        _f("self.h = x @ self.w1\nself.a = np.tanh(self.h)\nreturn self.a @ self.w2")
        + "\n"
        + _g("p = self.forward(x)\nd = 2 * (p - y_true)\nreturn x.T @ ((d @ self.w2.T) * (self.h > 0)), self.h.T @ d"),
        "forward: different; dloss_dw: wrong-activation-derivative",
    ),
    "shared faulty helper": (
        "def relu(z):\n    return np.abs(z)\n"
        + _f("return relu(x @ self.w1) @ self.w2")
        + "\n"
        + _g(
            "h = x @ self.w1\na = relu(h)\nd = 2 * (a @ self.w2 - y_true)\nreturn x.T @ ((d @ self.w2.T) * (h > 0)), a.T @ d"
        ),
        "forward: different; dloss_dw: different|wrong-activation-derivative",
    ),
    "train: inlines without mask": (
        """
def train(self, x, y_true, lr, n_ep):
    losses = []
    for t in range(n_ep):
        h = np.maximum(x.dot(self.w1), 0)
        p = h.dot(self.w2)
        losses.append(np.square(p - y_true).sum())
        d = 2.0 * (p - y_true)
        g2 = h.T.dot(d)
        g1 = x.T.dot(d.dot(self.w2.T))
        self.w1 -= lr * g1
        self.w2 -= lr * g2
    return np.array(losses)""",
        "train: missing-activation-derivative",
    ),
    "train: inlines, w2 moved first": (
        """
def train(self, x, y_true, lr, n_ep):
    losses = []
    for t in range(n_ep):
        h = x.dot(self.w1)
        a = np.maximum(h, 0)
        p = a.dot(self.w2)
        losses.append(np.square(p - y_true).sum())
        d = 2.0 * (p - y_true)
        self.w2 -= lr * a.T.dot(d)
        self.w1 -= lr * x.T.dot(d.dot(self.w2.T) * (h > 0))
    return np.array(losses)""",
        "train: sequential-update",
    ),
    "train: inlines without two": (
        """
def train(self, x, y_true, lr, n_ep):
    losses = []
    for t in range(n_ep):
        h = x.dot(self.w1)
        a = np.maximum(h, 0)
        p = a.dot(self.w2)
        losses.append(np.square(p - y_true).sum())
        d = p - y_true
        g2 = a.T.dot(d)
        g1 = x.T.dot(d.dot(self.w2.T) * (h > 0))
        self.w2 -= lr * g2
        self.w1 -= lr * g1
    return np.array(losses)""",
        "train: factor",
    ),
    "train: prints mean, records mean": (
        """
def train(self, x, y_true, lr, n_ep):
    losses = []
    for t in range(n_ep):
        losses.append(self.loss(self.forward(x), y_true) / len(x))
        g1, g2 = self.dloss_dw(x, y_true)
        self.w2 -= lr * g2
        self.w1 -= lr * g1
    return np.array(losses)""",
        "train: mean-for-sum",
    ),
}
