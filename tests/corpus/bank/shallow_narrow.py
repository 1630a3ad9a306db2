"""shallow_narrow as students write it."""

BASE = """
class ShallowNarrow:
    def __init__(self, init_weights):
        w1, w2 = init_weights
        self.w1 = float(w1)
        self.w2 = float(w2)

    def forward(self, x):
        return self.w2 * self.w1 * x

    def loss(self, y_prediction, y_true):
        return np.mean((y_true - y_prediction) ** 2)

    def dloss_dw(self, x, y_true):
        error = y_true - self.forward(x)
        dw1 = np.mean(-2 * error * self.w2 * x)
        dw2 = np.mean(-2 * error * self.w1 * x)
        return dw1, dw2

    def train(self, x, y_true, lr, n_ep):
        loss_records = np.empty(n_ep)
        weight_records = np.empty((n_ep, 2))
        for i in range(n_ep):
            loss_records[i] = self.loss(self.forward(x), y_true)
            dw1, dw2 = self.dloss_dw(x, y_true)
            self.w1 -= lr * dw1
            self.w2 -= lr * dw2
            weight_records[i] = [self.w1, self.w2]
        return loss_records, weight_records
"""


def _f(body: str) -> str:
    return "def forward(self, x):\n" + "\n".join("    " + line for line in body.strip("\n").splitlines())


def _g(body: str) -> str:
    return "def dloss_dw(self, x, y_true):\n" + "\n".join("    " + line for line in body.strip("\n").splitlines())


RIGHT = {
    "as it is": "",
    "loop over samples": _f("return np.array([self.w2 * (self.w1 * xi) for xi in x])"),
    "list from forward": _f("return [self.w2 * (self.w1 * xi) for xi in x]"),
    "hidden kept on self": _f("self.hidden = self.w1 * x\nself.y = self.w2 * self.hidden\nreturn self.y"),
    "matmul": _f("h = x.reshape(-1, 1) @ np.array([[self.w1]])\nreturn (h @ np.array([[self.w2]])).ravel()"),
    "gradients by dot": _g(
        "n = len(x)\nr = self.forward(x) - y_true\nreturn 2 / n * self.w2 * np.dot(r, x), 2 / n * self.w1 * np.dot(r, x)"
    ),
    "gradients factored": _g(
        "s = np.sum((self.w1 * self.w2 * x - y_true) * x) * 2 / x.size\nreturn (s * self.w2, s * self.w1)"
    ),
    "gradients as list": _g(
        "r = y_true - self.forward(x)\nreturn [-(2 * r * self.w2 * x).mean(), -(2 * r * self.w1 * x).mean()]"
    ),
    "gradients as array": _g(
        "r = y_true - self.forward(x)\nreturn np.array([-2 * (r * self.w2 * x).mean(), -2 * (r * self.w1 * x).mean()])"
    ),
    "gradients by loop": _g("""
g1 = g2 = 0.0
for xi, yi in zip(x, y_true):
    p = self.w2 * self.w1 * xi
    g1 += 2 * (p - yi) * self.w2 * xi
    g2 += 2 * (p - yi) * self.w1 * xi
return g1 / len(x), g2 / len(x)"""),
    "gradients expanded": _g("""
a = np.mean(x * x); b = np.mean(x * y_true)
return 2 * self.w1 * self.w2**2 * a - 2 * self.w2 * b, 2 * self.w1**2 * self.w2 * a - 2 * self.w1 * b"""),
    "gradients by own cache": _f("self.x = x\nself.h = self.w1 * x\nself.p = self.w2 * self.h\nreturn self.p")
    + "\n"
    + _g(
        "self.forward(x)\nd = 2 * (self.p - y_true) / len(x)\nreturn (d * self.w2 * self.x).sum(), (d * self.h).sum()"
    ),
    "gradients in 0-d arrays": _g(
        "e = y_true - self.forward(x)\nreturn np.array(np.mean(-2*e*self.w2*x)), np.asarray(np.mean(-2*e*self.w1*x))"
    ),
    "train inlines all": """
def train(self, x, y_true, lr, n_ep):
    losses, path = [], []
    for _ in range(n_ep):
        h = self.w1 * x
        p = self.w2 * h
        losses.append(((p - y_true) ** 2).mean())
        d = 2 * (p - y_true) / len(x)
        g2 = (d * h).sum()
        g1 = (d * self.w2 * x).sum()
        self.w1, self.w2 = self.w1 - lr * g1, self.w2 - lr * g2
        path.append((self.w1, self.w2))
    return losses, path""",
    "helper function and static method": """
def half_grad(r, x):
    return -2 * np.mean(r * x)

@staticmethod
def _sq(r):
    return r * r

def loss(self, y_prediction, y_true):
    return self._sq(y_true - y_prediction).mean()

def dloss_dw(self, x, y_true):
    r = y_true - self.forward(x)
    return half_grad(r, x) * self.w2, half_grad(r, x) * self.w1
""",
    "property": "@property\ndef slope(self):\n    return self.w1 * self.w2\n\n" + _f("return self.slope * x"),
    "copies of another model for train": "",
    "renamed arguments": "def forward(self, inputs):\n    return inputs * self.w1 * self.w2\n\ndef dloss_dw(self, inputs, targets):\n    err = self.forward(inputs) - targets\n    return 2 * np.mean(err * self.w2 * inputs), 2 * np.mean(err * self.w1 * inputs)",
    "gradients per sample first": _g("""
per1 = np.zeros_like(x); per2 = np.zeros_like(x)
for i in range(len(x)):
    per1[i] = -2 * (y_true[i] - self.w1*self.w2*x[i]) * self.w2 * x[i]
    per2[i] = -2 * (y_true[i] - self.w1*self.w2*x[i]) * self.w1 * x[i]
return per1.mean(), per2.mean()"""),
    "gradients after forward and loss": _g(
        "y_prediction = self.forward(x)\ncost = self.loss(y_prediction, y_true)\nd = 2 * (y_prediction - y_true)\nreturn np.average(d * x * self.w2), np.average(d * x * self.w1)"
    ),
    "gradients unpacked late": _g(
        "grads = {}\nd = -2 * (y_true - self.forward(x))\ngrads['w1'] = np.mean(d * x) * self.w2\ngrads['w2'] = np.mean(d * x) * self.w1\nreturn tuple(grads[k] for k in ('w1', 'w2'))"
    ),
    "gradients by einsum": _g(
        "r = self.forward(x) - y_true\ns = 2 * np.einsum('i,i->', r, x) / r.size\nreturn s * self.w2, s * self.w1"
    ),
    "gradient method builds on loss derivative": _g(
        "dl_dy = self._dl_dy(self.forward(x), y_true)\nreturn float(dl_dy @ (self.w2 * x)), float(dl_dy @ (self.w1 * x))"
    )
    + "\ndef _dl_dy(self, p, y):\n    return 2 * (p - y) / len(y)",
}

WRONG = {
    "forward: without w2": (_f("return self.w1 * x"), "forward: missing-upstream"),
    "forward: without w1": (_f("return self.w2 * x"), "forward: missing-upstream"),
    "forward: sum of weights": (_f("return (self.w1 + self.w2) * x"), "forward: different"),
    "forward: adds": (_f("return self.w1 * x + self.w2"), "forward: bias|different"),
    "forward: minus": (_f("return -self.w1 * self.w2 * x"), "forward: sign"),
    "forward: twice": (_f("return 2 * self.w1 * self.w2 * x"), "forward: factor"),
    "forward: w1 twice": (_f("return self.w1 * self.w1 * x"), "forward: different"),
    "forward: relu": (_f("return self.w2 * np.maximum(self.w1 * x, 0)"), "forward: different"),
    "forward: tanh": (_f("return self.w2 * np.tanh(self.w1 * x)"), "forward: different"),
    "forward: sigmoid": (_f("return self.w2 / (1 + np.exp(-self.w1 * x))"), "forward: different"),
    "forward: mean": (_f("return np.mean(self.w2 * self.w1 * x)"), "forward: wrong-shape"),
    "forward: sum": (_f("return self.w1 * self.w2 * x.sum()"), "forward: wrong-shape"),
    "forward: column": (_f("return (self.w1 * self.w2 * x).reshape(-1, 1)"), "forward: wrong-shape"),
    "forward: outer": (_f("return np.outer(x, x) * self.w1 * self.w2"), "forward: wrong-shape"),
    "forward: none": (_f("y = self.w1 * self.w2 * x"), "forward: wrong-type"),
    "forward: stub": (_f("raise NotImplementedError('replace')"), "forward: not-implemented"),
    "forward: typo": (_f("return self.w1 * w2 * x"), "forward: raises"),
    "forward: wrong attribute": (_f("return self.W1 * self.w2 * x"), "forward: raises"),
    "forward: returns x": (_f("return x"), "forward: missing-upstream|different"),
    "forward: without x": (_f("return self.w1 * self.w2 * np.ones(len(x))"), "forward: missing-upstream"),
    "forward: in place": (_f("x *= self.w1\nx *= self.w2\nreturn x"), "forward: mutates-arguments"),
    "forward: in place on half": (_f("h = x\nh *= self.w1\nreturn h * self.w2"), "forward: mutates-arguments"),
    "forward: sorts x": (_f("x.sort()\nreturn self.w1 * self.w2 * x"), "forward: mutates-arguments|different"),
    "forward: sorted copy": (_f("return self.w1 * self.w2 * np.sort(x)"), "forward: different"),
    "forward: plus noise bias": (_f("return self.w1 * self.w2 * x + 0.1"), "forward: bias|different"),
    "forward: changes weight": (_f("self.w1 = self.w1 * self.w2\nreturn self.w1 * x"), "forward: mutates-weights"),
    "forward: 73 hard-coded": (
        _f("out = np.zeros(73)\nfor i in range(73):\n    out[i] = self.w1 * self.w2 * x[i]\nreturn out"),
        "forward: raises|wrong-shape|hard-coded",
    ),
    "forward: initial weights hard-coded": (
        _f("return 1.4 * -1.6 * x"),
        "forward: hard-coded|different|missing-upstream",
    ),
    "forward: solution slope": (_f("return 2 * x"), "forward: hard-coded|different|missing-upstream|factor"),
    "forward: text": (_f("return str(self.w1 * self.w2 * x)"), "forward: wrong-type"),
    "forward: integers": (
        _f("out = np.zeros(len(x), dtype=int)\nout[:] = self.w1 * self.w2 * x\nreturn out"),
        "forward: different|wrong-type",
    ),
    "forward: int like": (_f("return (self.w1 * self.w2 * x).astype(int)"), "forward: different|wrong-type"),
    "forward: absolute": (_f("return np.abs(self.w1 * self.w2 * x)"), "forward: different|sign"),
    "forward: division": (_f("return self.w1 * x / self.w2"), "forward: different|raises|not-finite"),
    "forward: squares x": (_f("return self.w1 * self.w2 * x ** 2"), "forward: different"),
    "forward: timeout": (_f("while True:\n    pass"), "forward: timed-out"),
    "forward: recursion": (_f("return self.forward(x)"), "forward: raises"),
    "forward: exits": (_f("import sys\nsys.exit()"), "forward: raises"),
    "forward: last sample zero": (
        _f("out = np.zeros(len(x))\nfor i in range(len(x) - 1):\n    out[i] = self.w1 * self.w2 * x[i]\nreturn out"),
        "forward: different",
    ),
    "forward: one sample dropped": (_f("return self.w1 * self.w2 * x[1:]"), "forward: wrong-shape"),
    "forward: caches first answer": (
        _f("if not hasattr(self, 'y'):\n    self.y = self.w1 * self.w2 * x\nreturn self.y"),
        "forward: different|hard-coded",
    ),
    "forward: print only": (_f("print(self.w1 * self.w2 * x)"), "forward: wrong-type"),
    "forward: missing": (
        "def predict(self, x):\n    return self.w1 * self.w2 * x\n\ndef forward(x):\n    return x\n",
        "forward: *",
    )
    if False
    else (_f("return (self.w1 * self.w2 * x).tolist"), "forward: wrong-type"),
    "dloss: sign": (
        _g("e = y_true - self.forward(x)\nreturn np.mean(2*e*self.w2*x), np.mean(2*e*self.w1*x)"),
        "dloss_dw: sign",
    ),
    "dloss: sign of one": (
        _g("e = y_true - self.forward(x)\nreturn np.mean(-2*e*self.w2*x), np.mean(2*e*self.w1*x)"),
        "dloss_dw: sign",
    ),
    "dloss: no two": (
        _g("e = y_true - self.forward(x)\nreturn np.mean(-e*self.w2*x), np.mean(-e*self.w1*x)"),
        "dloss_dw: factor",
    ),
    "dloss: sum": (
        _g("e = y_true - self.forward(x)\nreturn np.sum(-2*e*self.w2*x), np.sum(-2*e*self.w1*x)"),
        "dloss_dw: sum-for-mean",
    ),
    "dloss: sum without two": (
        _g("e = y_true - self.forward(x)\nreturn np.sum(-e*self.w2*x), np.sum(-e*self.w1*x)"),
        "dloss_dw: sum-for-mean|factor",
    ),
    "dloss: over n twice": (
        _g("e = y_true - self.forward(x)\nreturn np.mean(-2*e*self.w2*x)/len(x), np.mean(-2*e*self.w1*x)/len(x)"),
        "dloss_dw: mean-for-sum",
    ),
    "dloss: own weight": (
        _g("e = y_true - self.forward(x)\nreturn np.mean(-2*e*self.w1*x), np.mean(-2*e*self.w2*x)"),
        "dloss_dw: swapped",
    ),
    "dloss: no upstream": (
        _g("e = y_true - self.forward(x)\nreturn np.mean(-2*e*x), np.mean(-2*e*x)"),
        "dloss_dw: missing-upstream",
    ),
    "dloss: no upstream for one": (
        _g("e = y_true - self.forward(x)\nreturn np.mean(-2*e*x), np.mean(-2*e*self.w1*x)"),
        "dloss_dw: missing-upstream",
    ),
    "dloss: no x": (
        _g("e = y_true - self.forward(x)\nreturn np.mean(-2*e*self.w2), np.mean(-2*e*self.w1)"),
        "dloss_dw: missing-upstream",
    ),
    "dloss: no residual": (_g("return np.mean(-2*self.w2*x), np.mean(-2*self.w1*x)"), "dloss_dw: missing-upstream"),
    "dloss: only y": (
        _g("return np.mean(-2*y_true*self.w2*x), np.mean(-2*y_true*self.w1*x)"),
        "dloss_dw: missing-upstream",
    ),
    "dloss: precedence": (
        _g("err = y_true - self.forward(x)\nreturn np.mean(-2*self.w2*x*err.mean()), np.mean(-2*self.w1*x*err.mean())"),
        "dloss_dw: different",
    ),
    "dloss: precedence arrays": (
        _g("err = y_true - self.forward(x)\nreturn -2*self.w2*x*err.mean(), -2*self.w1*x*err.mean()"),
        "dloss_dw: wrong-shape",
    ),
    "dloss: per sample": (
        _g("e = y_true - self.forward(x)\nreturn -2*e*self.w2*x, -2*e*self.w1*x"),
        "dloss_dw: wrong-shape",
    ),
    "dloss: mean not called": (
        _g("e = y_true - self.forward(x)\nreturn (-2*e*self.w2*x).mean, (-2*e*self.w1*x).mean"),
        "dloss_dw: wrong-type",
    ),
    "dloss: one value": (_g("e = y_true - self.forward(x)\nreturn np.mean(-2*e*self.w2*x)"), "dloss_dw: wrong-type"),
    "dloss: three values": (
        _g("e = y_true - self.forward(x)\nreturn np.mean(-2*e*self.w2*x), np.mean(-2*e*self.w1*x), 0.0"),
        "dloss_dw: wrong-type",
    ),
    "dloss: none": (_g("e = y_true - self.forward(x)\ndw1 = np.mean(-2*e*self.w2*x)"), "dloss_dw: wrong-type"),
    "dloss: dict": (
        _g("e = y_true - self.forward(x)\nreturn {'w1': np.mean(-2*e*self.w2*x), 'w2': np.mean(-2*e*self.w1*x)}"),
        "dloss_dw: wrong-type",
    ),
    "dloss: stub": (_g("raise NotImplementedError"), "dloss_dw: not-implemented"),
    "dloss: squared": (
        _g("e = (y_true - self.forward(x))**2\nreturn np.mean(-2*e*self.w2*x), np.mean(-2*e*self.w1*x)"),
        "dloss_dw: different",
    ),
    "dloss: product of means": (
        _g("e = y_true - self.forward(x)\nreturn -2*np.mean(e)*np.mean(x)*self.w2, -2*np.mean(e)*np.mean(x)*self.w1"),
        "dloss_dw: different",
    ),
    "dloss: both weights": (
        _g("e = y_true - self.forward(x)\ng = np.mean(-2*e*self.w1*self.w2*x)\nreturn g, g"),
        "dloss_dw: different",
    ),
    "dloss: upstream squared": (
        _g("e = y_true - self.forward(x)\nreturn np.mean(-2*e*self.w2**2*x), np.mean(-2*e*self.w1**2*x)"),
        "dloss_dw: different",
    ),
    "dloss: same twice": (
        _g("e = y_true - self.forward(x)\ng = np.mean(-2*e*self.w2*x)\nreturn g, g"),
        "dloss_dw: swapped|different|missing-upstream",
    ),
    "dloss: of the loss value": (
        _g("L = self.loss(self.forward(x), y_true)\nreturn -2*L*self.w2*np.mean(x), -2*L*self.w1*np.mean(x)"),
        "dloss_dw: different",
    ),
    "dloss: central differences": (
        _g("""
h = 1e-5
g = []
for n in ('w1', 'w2'):
    w = getattr(self, n)
    setattr(self, n, w + h); a = self.loss(self.forward(x), y_true)
    setattr(self, n, w - h); b = self.loss(self.forward(x), y_true)
    setattr(self, n, w)
    g.append((a - b) / (2 * h))
return tuple(g)"""),
        "dloss_dw: numerical-gradient",
    ),
    "dloss: forward differences": (
        _g("""
h = 1e-7
base = self.loss(self.forward(x), y_true)
self.w1 += h
g1 = (self.loss(self.forward(x), y_true) - base) / h
self.w1 -= h
self.w2 += h
g2 = (self.loss(self.forward(x), y_true) - base) / h
self.w2 -= h
return g1, g2"""),
        "dloss_dw: numerical-gradient|mutates-weights",
    ),
    "dloss: inlined differences": (
        _g("""
f = lambda a, b: np.mean((y_true - a * b * x) ** 2)
h = 1e-6
return (f(self.w1 + h, self.w2) - f(self.w1 - h, self.w2)) / (2*h), (f(self.w1, self.w2 + h) - f(self.w1, self.w2 - h)) / (2*h)"""),
        "dloss_dw: numerical-gradient",
    ),
    "dloss: inlined differences of any step": (
        _g("""
f = lambda a, b: np.mean((y_true - a * b * x) ** 2)
h = 0.5
return (f(self.w1 + h, self.w2) - f(self.w1 - h, self.w2)) / (2*h), (f(self.w1, self.w2 + h) - f(self.w1, self.w2 - h)) / (2*h)"""),
        "dloss_dw: numerical-gradient",
    ),
    "dloss: complex step": (
        _g("""
h = 1e-20
f = lambda a, b: np.mean((y_true - a * b * x) ** 2)
return f(self.w1 + 1j*h, self.w2).imag / h, f(self.w1, self.w2 + 1j*h).imag / h"""),
        "dloss_dw: numerical-gradient",
    ),
    "dloss: copies of the model": (
        _g("""
h = 1e-5
def L(a, b):
    m = ShallowNarrow([a, b])
    return m.loss(m.forward(x), y_true)
return (L(self.w1 + h, self.w2) - L(self.w1 - h, self.w2)) / (2*h), (L(self.w1, self.w2 + h) - L(self.w1, self.w2 - h)) / (2*h)"""),
        "dloss_dw: numerical-gradient",
    ),
    "dloss: deepcopies": (
        "import copy\n"
        + _g("""
h = 1e-5
out = []
for n in ['w1', 'w2']:
    up, down = copy.deepcopy(self), copy.deepcopy(self)
    setattr(up, n, getattr(up, n) + h)
    setattr(down, n, getattr(down, n) - h)
    out.append((up.loss(up.forward(x), y_true) - down.loss(down.forward(x), y_true)) / (2 * h))
return tuple(out)"""),
        "dloss_dw: numerical-gradient",
    ),
    "dloss: relative step": (
        _g("""
out = []
for n in ('w1', 'w2'):
    w = getattr(self, n)
    h = 1e-4 * (abs(w) + 1e-3)
    setattr(self, n, w + h); a = self.loss(self.forward(x), y_true)
    setattr(self, n, w - h); b = self.loss(self.forward(x), y_true)
    setattr(self, n, w)
    out.append((a - b) / (2 * h))
return tuple(out)"""),
        "dloss_dw: numerical-gradient",
    ),
    "dloss: polyfit": (
        _g("""
ws = np.array([-1.0, 0.0, 1.0])
l1 = [np.mean((y_true - (self.w1 + d) * self.w2 * x) ** 2) for d in ws]
l2 = [np.mean((y_true - self.w1 * (self.w2 + d) * x) ** 2) for d in ws]
return (l1[2] - l1[0]) / 2, (l2[2] - l2[0]) / 2"""),
        "dloss_dw: numerical-gradient",
    ),
    "dloss: hard-coded": (_g("return -3.2, 2.9"), "dloss_dw: hard-coded"),
    "dloss: zeros": (_g("return 0.0, 0.0"), "dloss_dw: hard-coded"),
    "dloss: needs forward first": (
        _f("self.y = self.w1 * self.w2 * x\nreturn self.y")
        + "\n"
        + _g("e = y_true - self.y\nreturn np.mean(-2*e*self.w2*x), np.mean(-2*e*self.w1*x)"),
        "dloss_dw: raises",
    ),
    "dloss: stale cache": (
        _f(
            "if not hasattr(self, 'y') or len(self.y) != len(x):\n    self.y = self.w1 * self.w2 * x\nreturn self.w1 * self.w2 * x"
        )
        + "\n"
        + _g("self.forward(x)\ne = y_true - self.y\nreturn np.mean(-2*e*self.w2*x), np.mean(-2*e*self.w1*x)"),
        "dloss_dw: different",
    ),
    "dloss: updates weights": (
        _g(
            "e = y_true - self.forward(x)\ng1 = np.mean(-2*e*self.w2*x)\ng2 = np.mean(-2*e*self.w1*x)\nself.w1 -= 0.02*g1\nself.w2 -= 0.02*g2\nreturn g1, g2"
        ),
        "dloss_dw: mutates-weights",
    ),
    "dloss: mutates y": (
        _g("y_true -= self.forward(x)\nreturn np.mean(-2*y_true*self.w2*x), np.mean(-2*y_true*self.w1*x)"),
        "dloss_dw: mutates-arguments",
    ),
    "dloss: mutates x": (
        _g("e = y_true - self.forward(x)\nx *= -2 * e\nreturn np.mean(self.w2*x), np.mean(self.w1*x)"),
        "dloss_dw: mutates-arguments",
    ),
    "dloss: (n,1) against (n,)": (
        _g("e = y_true.reshape(-1, 1) - self.forward(x)\nreturn np.mean(-2*e*self.w2*x), np.mean(-2*e*self.w1*x)"),
        "dloss_dw: different",
    ),
    "dloss: divides by 73": (
        _g("e = y_true - self.forward(x)\nreturn np.sum(-2*e*self.w2*x)/73, np.sum(-2*e*self.w1*x)/73"),
        "dloss_dw: different|factor|sum-for-mean|mean-for-sum",
    ),
    "dloss: nan": (
        _g(
            "e = y_true - self.forward(x)\nreturn np.mean(-2*e*self.w2*x)/0.0*0.0 if False else float('nan'), np.mean(-2*e*self.w1*x)"
        ),
        "dloss_dw: not-finite",
    ),
    "dloss: x squared": (
        _g("e = y_true - self.forward(x)\nreturn np.mean(-2*e*self.w2*x**2), np.mean(-2*e*self.w1*x**2)"),
        "dloss_dw: different",
    ),
    "dloss: absolute": (
        _g("e = np.abs(y_true - self.forward(x))\nreturn np.mean(-2*e*self.w2*x), np.mean(-2*e*self.w1*x)"),
        "dloss_dw: different",
    ),
    "dloss: factor four": (
        _g("e = y_true - self.forward(x)\nreturn np.mean(-4*e*self.w2*x), np.mean(-4*e*self.w1*x)"),
        "dloss_dw: factor",
    ),
    "dloss: n minus one": (
        _g(
            "e = y_true - self.forward(x)\nn = max(len(x) - 1, 1)\nreturn np.sum(-2*e*self.w2*x)/n, np.sum(-2*e*self.w1*x)/n"
        ),
        "dloss_dw: factor|different|sum-for-mean|mean-for-sum",
    ),
    "dloss: loop overwrites": (
        _g(
            "for xi, yi in zip(x, y_true):\n    e = yi - self.w1*self.w2*xi\n    g1 = -2*e*self.w2*xi\n    g2 = -2*e*self.w1*xi\nreturn g1, g2"
        ),
        "dloss_dw: different",
    ),
    "dloss: loop returns in first round": (
        _g(
            "for xi, yi in zip(x, y_true):\n    e = yi - self.w1*self.w2*xi\n    return -2*e*self.w2*xi, -2*e*self.w1*xi"
        ),
        "dloss_dw: different",
    ),
    "dloss: loop sums": (
        _g(
            "g1 = g2 = 0\nfor xi, yi in zip(x, y_true):\n    e = yi - self.w1*self.w2*xi\n    g1 += -2*e*self.w2*xi\n    g2 += -2*e*self.w1*xi\nreturn g1, g2"
        ),
        "dloss_dw: sum-for-mean",
    ),
    "dloss: wrong order of arguments": (
        _g("e = self.forward(y_true) - x\nreturn np.mean(2*e*self.w2*x), np.mean(2*e*self.w1*x)"),
        "dloss_dw: different",
    ),
    "dloss: w1 of sequential": (
        _g(
            "e = y_true - self.forward(x)\ng1 = np.mean(-2*e*self.w2*x)\nw1 = self.w1 - 0.02*g1\ne = y_true - w1*self.w2*x\nreturn g1, np.mean(-2*e*w1*x)"
        ),
        "dloss_dw: different",
    ),
    "dloss: rounded": (
        _g("e = y_true - self.forward(x)\nreturn round(np.mean(-2*e*self.w2*x), 3), round(np.mean(-2*e*self.w1*x), 3)"),
        "dloss_dw: different",
    ),
    "train: inlines a wrong gradient": (
        """
def train(self, x, y_true, lr, n_ep):
    losses, path = np.zeros(n_ep), np.zeros((n_ep, 2))
    for i in range(n_ep):
        p = self.forward(x)
        losses[i] = self.loss(p, y_true)
        e = y_true - p
        g1 = np.mean(-2 * e * x)
        g2 = np.mean(-2 * e * x)
        self.w1 -= lr * g1
        self.w2 -= lr * g2
        path[i] = self.w1, self.w2
    return losses, path""",
        "train: missing-upstream",
    ),
    "train: inlines without two": (
        """
def train(self, x, y_true, lr, n_ep):
    losses, path = np.zeros(n_ep), np.zeros((n_ep, 2))
    for i in range(n_ep):
        p = self.forward(x)
        losses[i] = self.loss(p, y_true)
        e = y_true - p
        g1 = np.mean(-e * x * self.w2)
        g2 = np.mean(-e * x * self.w1)
        self.w1 -= lr * g1
        self.w2 -= lr * g2
        path[i] = self.w1, self.w2
    return losses, path""",
        "train: factor",
    ),
    "train: inlines sequentially": (
        """
def train(self, x, y_true, lr, n_ep):
    losses, path = np.zeros(n_ep), np.zeros((n_ep, 2))
    for i in range(n_ep):
        p = self.forward(x)
        losses[i] = self.loss(p, y_true)
        e = y_true - p
        self.w1 -= lr * np.mean(-2 * e * x * self.w2)
        self.w2 -= lr * np.mean(-2 * e * x * self.w1)
        path[i] = self.w1, self.w2
    return losses, path""",
        "train: sequential-update",
    ),
    "train: the lesson's numbers": (
        """
def train(self, x, y_true, lr, n_ep):
    lr, n_ep = 0.02, 211
    losses, path = np.zeros(n_ep), np.zeros((n_ep, 2))
    for i in range(n_ep):
        losses[i] = self.loss(self.forward(x), y_true)
        g1, g2 = self.dloss_dw(x, y_true)
        self.w1 -= lr * g1
        self.w2 -= lr * g2
        path[i] = self.w1, self.w2
    return losses, path""",
        "train: epoch-count|ignores-lr",
    ),
    "init keeps the numbers but forward uses others": (
        _f("return np.random.default_rng(0).normal() * x"),
        "forward: different|hard-coded|missing-upstream|factor",
    ),
}
