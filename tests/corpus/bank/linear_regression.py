"""linear_regression as students write it."""

BASE = """
class LinearRegression:
    def __init__(self, init_weights):
        (w1,) = init_weights
        self.w1 = np.array(w1, dtype=float)

    def forward(self, x):
        X = np.hstack([np.ones((x.shape[0], 1)), x])
        return X @ self.w1

    def loss(self, y_prediction, y_true):
        return np.sum(0.5 * (y_prediction - y_true) ** 2)

    def dloss_dw(self, x, y_true):
        X = np.hstack([np.ones((x.shape[0], 1)), x])
        return (X.T @ (X @ self.w1 - y_true),)

    def train(self, x, y_true, lr, n_ep):
        loss_records = np.empty(n_ep)
        weight_records = np.empty((n_ep, 2))
        for i in range(n_ep):
            loss_records[i] = self.loss(self.forward(x), y_true)
            (g,) = self.dloss_dw(x, y_true)
            self.w1 -= lr * g
            weight_records[i] = self.w1.ravel()
        return loss_records, weight_records
"""


def _f(body: str) -> str:
    return "def forward(self, x):\n" + "\n".join("    " + line for line in body.strip("\n").splitlines())


def _g(body: str) -> str:
    return "def dloss_dw(self, x, y_true):\n" + "\n".join("    " + line for line in body.strip("\n").splitlines())


X = "X = np.concatenate([np.ones_like(x), x], axis=1)\n"
RIGHT = {
    "as it is": "",
    "by the two weights": _f("return self.w1[0] + self.w1[1] * x"),
    "loop": _f("return np.array([[self.w1[0, 0] + self.w1[1, 0] * xi[0]] for xi in x])"),
    "c_": _f("return np.c_[np.ones(len(x)), x].dot(self.w1)"),
    "column_stack": _f("return np.column_stack((np.ones(len(x)), x[:, 0])) @ self.w1"),
    "insert": _f("return np.insert(x, 0, 1, axis=1) @ self.w1"),
    "einsum": _f(X + "return np.einsum('nd,do->no', X, self.w1)"),
    "filled": _f("X = np.empty((len(x), 2))\nX[:, 0] = 1\nX[:, 1:] = x\nreturn np.matmul(X, self.w1)"),
    "helper": "def design(x):\n    return np.hstack((np.ones((len(x), 1)), x))\n"
    + _f("return design(x) @ self.w1")
    + "\n"
    + _g("X = design(x)\nreturn (X.T @ (self.forward(x) - y_true),)"),
    "own cache": _f(X.replace("X =", "self.X =") + "return self.X @ self.w1")
    + "\n"
    + _g("r = self.forward(x) - y_true\nreturn (self.X.T @ r,)"),
    "gradient as list": _g("r = self.forward(x) - y_true\nreturn [np.array([[r.sum()], [(r * x).sum()]])]"),
    "gradient by loop": _g(
        "g = np.zeros((2, 1))\nfor xi, yi in zip(x, y_true):\n    r = self.w1[0, 0] + self.w1[1, 0] * xi[0] - yi[0]\n    g[0, 0] += r\n    g[1, 0] += r * xi[0]\nreturn (g,)"
    ),
    "gradient by outer": _g(X + "r = X @ self.w1 - y_true\nreturn (sum(np.outer(a, b) for a, b in zip(X, r)),)"),
    "gradient by normal equations": _g(X + "return ((X.T @ X) @ self.w1 - X.T @ y_true,)"),
    "gradient stacked": _g("r = self.forward(x) - y_true\nreturn (np.vstack([r.sum(axis=0), (x * r).sum(axis=0)]),)"),
    "train inlines": """
def train(self, x, y_true, lr, n_ep):
    X = np.hstack([np.ones((len(x), 1)), x])
    losses, path = [], []
    for _ in range(n_ep):
        r = X @ self.w1 - y_true
        losses.append(0.5 * (r ** 2).sum())
        self.w1 = self.w1 - lr * (X.T @ r)
        path.append(self.w1.flatten())
    return losses, path""",
}
WRONG = {
    "forward: no bias": (_f("return x @ self.w1[1:]"), "forward: bias"),
    "forward: bias as slope": (_f("return np.hstack([x, np.ones_like(x)]) @ self.w1"), "forward: bias|swapped"),
    "forward: bias twice": (_f("return np.hstack([np.ones_like(x), x]) @ self.w1 + self.w1[0]"), "forward: bias"),
    "forward: zeros for ones": (_f("return np.hstack([np.zeros_like(x), x]) @ self.w1"), "forward: bias"),
    "forward: plus one": (_f("return x * self.w1[1] + 1"), "forward: bias|different"),
    "forward: x alone times w": (_f("return x @ self.w1"), "forward: raises"),
    "forward: broadcast": (_f("return (x * self.w1.T)"), "forward: wrong-shape"),
    "forward: flat": (_f("return (np.hstack([np.ones_like(x), x]) @ self.w1).ravel()"), "forward: wrong-shape"),
    "forward: row": (_f("return (np.hstack([np.ones_like(x), x]) @ self.w1).T"), "forward: transposed"),
    "forward: minus": (_f("return -(np.hstack([np.ones_like(x), x]) @ self.w1)"), "forward: sign"),
    "forward: twice": (_f("return 2 * np.hstack([np.ones_like(x), x]) @ self.w1"), "forward: factor"),
    "forward: cubic": (_f("return self.w1[0] + self.w1[1] * x ** 3"), "forward: different"),
    "forward: relu": (_f("return np.maximum(np.hstack([np.ones_like(x), x]) @ self.w1, 0)"), "forward: different"),
    "forward: bias subtracted": (_f("return x * self.w1[1] - self.w1[0]"), "forward: bias|different|sign"),
    "forward: 700": (_f("return np.hstack([np.ones((700, 1)), x]) @ self.w1"), "forward: raises"),
    "forward: none": (_f("np.hstack([np.ones_like(x), x]) @ self.w1"), "forward: wrong-type"),
    "forward: stub": (_f("raise NotImplementedError"), "forward: not-implemented"),
    "forward: changes x": (_f("x *= self.w1[1]\nreturn x + self.w1[0]"), "forward: mutates-arguments"),
    "forward: bias only": (_f("return np.ones_like(x) * self.w1[0]"), "forward: missing-upstream|different"),
    "forward: mean": (_f("return np.mean(np.hstack([np.ones_like(x), x]) @ self.w1)"), "forward: wrong-shape"),
    "forward: the cubic itself": (_f("return x ** 3 + 4"), "forward: different|hard-coded|missing-upstream"),
    "forward: least squares": (
        _f("return np.polyval([2.0, 1.0], x)"),
        "forward: different|hard-coded|missing-upstream",
    ),
    "dloss: bare array": (_g(X + "return X.T @ (X @ self.w1 - y_true)"), "dloss_dw: wrong-type"),
    "dloss: no bias": (
        _g("r = self.forward(x) - y_true\nreturn (np.array([[0.0], [(x * r).sum()]]),)"),
        "dloss_dw: bias",
    ),
    "dloss: slope alone": (_g("r = self.forward(x) - y_true\nreturn (x.T @ r,)"), "dloss_dw: wrong-shape|bias"),
    "dloss: bias and slope swapped": (
        _g("r = self.forward(x) - y_true\nreturn (np.array([[(x * r).sum()], [r.sum()]]),)"),
        "dloss_dw: bias|swapped",
    ),
    "dloss: sign": (_g(X + "return (X.T @ (y_true - X @ self.w1),)"), "dloss_dw: sign"),
    "dloss: two": (_g(X + "return (2 * X.T @ (X @ self.w1 - y_true),)"), "dloss_dw: factor"),
    "dloss: mean": (_g(X + "return (X.T @ (X @ self.w1 - y_true) / len(x),)"), "dloss_dw: mean-for-sum"),
    "dloss: mean and two": (
        _g(X + "return (2 * X.T @ (X @ self.w1 - y_true) / len(x),)"),
        "dloss_dw: mean-for-sum|factor",
    ),
    "dloss: half": (_g(X + "return (0.5 * X.T @ (X @ self.w1 - y_true),)"), "dloss_dw: factor"),
    "dloss: no residual": (_g(X + "return (X.T @ np.ones_like(y_true),)"), "dloss_dw: missing-upstream"),
    "dloss: prediction for residual": (_g(X + "return (X.T @ (X @ self.w1),)"), "dloss_dw: missing-upstream"),
    "dloss: target for residual": (_g(X + "return (-X.T @ y_true,)"), "dloss_dw: missing-upstream"),
    "dloss: no input": (
        _g("r = self.forward(x) - y_true\nreturn (np.full((2, 1), r.sum()),)"),
        "dloss_dw: missing-upstream",
    ),
    "dloss: row": (_g(X + "return ((X.T @ (X @ self.w1 - y_true)).T,)"), "dloss_dw: transposed"),
    "dloss: flat": (_g(X + "return ((X.T @ (X @ self.w1 - y_true)).ravel(),)"), "dloss_dw: wrong-shape"),
    "dloss: two values": (_g("r = self.forward(x) - y_true\nreturn r.sum(), (r * x).sum()"), "dloss_dw: wrong-type"),
    "dloss: squared": (_g(X + "return (X.T @ (X @ self.w1 - y_true) ** 2,)"), "dloss_dw: different"),
    "dloss: absolute": (_g(X + "return (X.T @ np.abs(X @ self.w1 - y_true),)"), "dloss_dw: different"),
    "dloss: stub": (_g("raise NotImplementedError"), "dloss_dw: not-implemented"),
    "dloss: none": (_g("g = x"), "dloss_dw: wrong-type"),
    "dloss: zeros": (_g("return (np.zeros((2, 1)),)"), "dloss_dw: hard-coded"),
    "dloss: broadcast": (
        _g(X + "r = (X @ self.w1).ravel() - y_true\nreturn ((X.T @ r).sum(axis=1, keepdims=True),)"),
        "dloss_dw: different|factor",
    ),
    "dloss: own forward without bias": (
        _g(X + "return (X.T @ (x * self.w1[1] - y_true),)"),
        "dloss_dw: bias|different",
    ),
    "dloss: numeric": (
        _g("""
g = np.zeros_like(self.w1)
h = 1e-6
for i in range(2):
    self.w1[i] += h
    up = self.loss(self.forward(x), y_true)
    self.w1[i] -= 2 * h
    down = self.loss(self.forward(x), y_true)
    self.w1[i] += h
    g[i] = (up - down) / (2 * h)
return (g,)"""),
        "dloss_dw: numerical-gradient|mutates-weights",
    ),
    "dloss: numeric inlined": (
        _g(
            X
            + """
L = lambda w: 0.5 * np.sum((X @ w - y_true) ** 2)
g = np.zeros((2, 1))
for i in range(2):
    e = np.zeros((2, 1)); e[i] = 1e-5
    g[i] = (L(self.w1 + e) - L(self.w1 - e)) / 2e-5
return (g,)"""
        ),
        "dloss_dw: numerical-gradient",
    ),
    "dloss: loop overwrites": (
        _g(
            "for xi, yi in zip(x, y_true):\n    r = self.w1[0] + self.w1[1] * xi - yi\n    g = np.array([r, r * xi])\nreturn (g,)"
        ),
        "dloss_dw: different",
    ),
    "dloss: mutates y": (_g(X + "y_true -= X @ self.w1\nreturn (-X.T @ y_true,)"), "dloss_dw: mutates-arguments"),
    "dloss: needs forward": (
        _f(X.replace("X =", "self.X =") + "return self.X @ self.w1")
        + "\n"
        + _g("return (self.X.T @ (self.X @ self.w1 - y_true),)"),
        "dloss_dw: raises",
    ),
    "cache: wrong X": (
        _f("self.X = np.hstack([np.ones_like(x), x])\nreturn self.X @ self.w1 * 2")
        + "\n"
        + _g("r = self.forward(x) - y_true\nreturn (self.X.T @ r,)"),
        "forward: factor",
    ),
    "train: inlines the mean": (
        """
def train(self, x, y_true, lr, n_ep):
    X = np.hstack([np.ones((len(x), 1)), x])
    losses, path = [], []
    for _ in range(n_ep):
        r = X @ self.w1 - y_true
        losses.append(0.5 * (r ** 2).sum())
        self.w1 = self.w1 - lr * (X.T @ r) / len(x)
        path.append(self.w1.flatten())
    return losses, path""",
        "train: mean-for-sum",
    ),
    "train: inlines without bias": (
        """
def train(self, x, y_true, lr, n_ep):
    X = np.hstack([np.ones((len(x), 1)), x])
    losses, path = [], []
    for _ in range(n_ep):
        r = X @ self.w1 - y_true
        losses.append(0.5 * (r ** 2).sum())
        self.w1[1] = self.w1[1] - lr * (x * r).sum()
        path.append(self.w1.flatten())
    return losses, path""",
        "train: bias|no-update",
    ),
}
