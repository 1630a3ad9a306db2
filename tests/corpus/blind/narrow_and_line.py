"""The first two lessons as students solve them, and fail to."""

from __future__ import annotations

from tests.corpus.blind.texts import (
    DLOSS,
    FORWARD,
    Model,
    Text,
    codes,
    edited,
    gradient_faults,
    inline_train,
    listed,
    loss_texts,
    method,
    numerical,
    train_texts,
)

NARROW = Model(
    "shallow_narrow",
    "ShallowNarrow",
    "def __init__(self, init_weights):\n    w1, w2 = init_weights\n    self.w1 = float(w1)\n    self.w2 = float(w2)\n",
    ("w1", "w2"),
    True,
    "mean",
    1,
    "[self.w1, self.w2]",
    scalars=True,
)

LINE = Model(
    "linear_regression",
    "LinearRegression",
    "def __init__(self, init_weights):\n    (w1,) = init_weights\n    self.w1 = np.array(w1, dtype=float)\n",
    ("w1",),
    True,
    "half",
    2,
    "self.w1.ravel()",
)


def narrow() -> list[Text]:
    m = NARROW
    right = {
        "product": "return self.w2 * (self.w1 * x)",
        "one-line": "return self.w1 * self.w2 * x",
        "hidden": "hidden = self.w1 * x\ny = self.w2 * hidden\nreturn y",
        "multiply": "return np.multiply(np.multiply(x, self.w1), self.w2)",
        "slope": "slope = self.w1 * self.w2\nreturn slope * x",
        "loop": "out = np.zeros(len(x))\nfor i in range(len(x)):\n    out[i] = x[i] * self.w1 * self.w2\nreturn out",
        "loop-empty-like": "out = np.empty_like(x)\nfor i, v in enumerate(x):\n    h = self.w1 * v\n    out[i] = self.w2 * h\nreturn out",
        "list": "return [self.w2 * self.w1 * v for v in x]",
        "list-array": "return np.array([self.w2 * (self.w1 * v) for v in x])",
        "append": "out = []\nfor v in x:\n    out.append(v * self.w1 * self.w2)\nreturn np.array(out)",
        "matrix": "X = x.reshape(-1, 1)\nW1 = np.array([[self.w1]])\nW2 = np.array([[self.w2]])\nreturn (X @ W1 @ W2).ravel()",
        "matrix-column": "return (np.array([[self.w2 * self.w1]]) @ x[None, :])[0]",
        "einsum": "return np.einsum('i,,->i', x, self.w1, self.w2)",
        "outer": "return np.outer(x, self.w1 * self.w2)[:, 0]",
        "dot": "return np.dot(x, self.w1) * self.w2",
        "polyval": "return np.polyval([self.w1 * self.w2, 0.0], x)",
        "vectorize": "return np.vectorize(lambda v: self.w2 * self.w1 * v, otypes=[float])(x)",
        "copy": "out = x.copy()\nout *= self.w1\nout *= self.w2\nreturn out",
        "asarray": "x = np.asarray(x, dtype=float)\nreturn x * self.w1 * self.w2",
        "map": "return list(map(lambda v: v * self.w1 * self.w2, x))",
        "fromiter": "return np.fromiter((self.w1 * self.w2 * v for v in x), dtype=float)",
        "identity": "def act(z):\n    return z\nreturn act(self.w2 * act(self.w1 * x))",
        "print": "print(x.shape)\nreturn self.w2 * self.w1 * x",
        "flatten": "return (self.w1 * self.w2 * x).flatten()",
        "layers": "a = x\nfor w in (self.w1, self.w2):\n    a = w * a\nreturn a",
        "tuple": "return tuple(self.w1 * self.w2 * v for v in x)",
        "matmul": "return np.matmul(x[:, np.newaxis], [self.w1 * self.w2])",
        "add-zero": "return self.w2 * (self.w1 * x + 0) + 0",
        "kept-all": "self.x = x\nself.y = self.w2 * self.w1 * x\nreturn self.y",
    }
    wrong = {
        "no-w2": ("return self.w1 * x", "missing-upstream different"),
        "no-w1": ("return self.w2 * x", "missing-upstream different"),
        "sum": ("return (self.w1 + self.w2) * x", "different"),
        "bias": ("return self.w1 * x + self.w2", "different bias"),
        "w1-twice": ("return self.w1 * self.w1 * x", "different"),
        "sign": ("return -self.w1 * self.w2 * x", "sign"),
        "double": ("return 2 * self.w1 * self.w2 * x", "factor"),
        "thousandth": ("return 0.999 * self.w1 * self.w2 * x", "factor"),
        "plus": ("return self.w1 * self.w2 * x + 1e-3", "different bias"),
        "total": ("return np.sum(self.w1 * self.w2 * x)", "wrong-shape"),
        "mean": ("return (self.w1 * self.w2 * x).mean()", "wrong-shape"),
        "no-call": ("return (self.w1 * self.w2 * x).copy", "wrong-type"),
        "column": ("return (self.w1 * self.w2 * x).reshape(-1, 1)", "wrong-shape"),
        "row": ("return (self.w1 * self.w2 * x)[None, :]", "wrong-shape"),
        "squeeze": ("return np.squeeze(self.w1 * self.w2 * x)", "wrong-shape"),
        "float": ("return float(self.w1 * self.w2 * x)", "raises"),
        "first": ("return self.w1 * self.w2 * x[0]", "wrong-shape"),
        "mutates-x": ("x *= self.w1\nx *= self.w2\nreturn x", "mutates-arguments"),
        "mutates-x-half": ("x *= self.w1\nreturn self.w2 * x", "mutates-arguments"),
        "mutates-w": ("self.w2 *= self.w1\nreturn self.w2 * x", "mutates-weights"),
        "counts": ("self.w1 += 1e-9\nreturn self.w1 * self.w2 * x", "mutates-weights different"),
        "none": ("y = self.w1 * self.w2 * x", "wrong-type"),
        "print": ("print(self.w1 * self.w2 * x)", "wrong-type"),
        "relu": ("return self.w2 * np.maximum(self.w1 * x, 0)", "different"),
        "relu-out": ("return np.maximum(self.w2 * self.w1 * x, 0)", "different"),
        "tanh": ("return self.w2 * np.tanh(self.w1 * x)", "different"),
        "sigmoid": ("return self.w2 / (1 + np.exp(-self.w1 * x))", "different"),
        "abs": ("return self.w1 * self.w2 * np.abs(x)", "different"),
        "square": ("return self.w1 * self.w2 * x**2", "different"),
        "drops-last": ("return self.w1 * self.w2 * x[:-1]", "wrong-shape"),
        "sorted": ("return self.w1 * self.w2 * np.sort(x)", "different"),
        "reversed": ("return (self.w1 * self.w2 * x)[::-1]", "different"),
        "constants": ("return 1.4 * -1.6 * x", "hard-coded different"),
        "ones": ("return np.ones_like(x)", "hard-coded"),
        "zeros": ("return np.zeros(len(x))", "hard-coded"),
        "int": ("return (self.w1 * self.w2 * x).astype(int)", "different"),
        "int-x": ("return self.w1 * self.w2 * x.astype(int)", "different"),
        "int-out": (
            "out = np.zeros(len(x), dtype=int)\nfor i in range(len(x)):\n    out[i] = self.w1 * self.w2 * x[i]\nreturn out",
            "different",
        ),
        "rounded": ("return np.round(self.w1 * self.w2 * x, 2)", "different"),
        "pair": ("h = self.w1 * x\nreturn h, self.w2 * h", "wrong-shape wrong-type"),
        "text": ("return str(self.w1 * self.w2 * x)", "wrong-type"),
        "complex": ("return (self.w1 * self.w2 * x).astype(complex)", "wrong-type"),
        "divided": ("return self.w1 * (self.w2 * x) * self.w1 / self.w1", "not-finite raises"),
        "logs": ("return np.exp(np.log(self.w1) + np.log(self.w2) + np.log(x))", "not-finite different raises"),
        "one-sample": ("if len(x) == 1:\n    return x\nreturn self.w1 * self.w2 * x", "different"),
        "seventy-three": (
            "out = np.zeros(73)\nfor i in range(73):\n    out[i] = self.w1 * self.w2 * x[i]\nreturn out",
            "raises wrong-shape",
        ),
        "zeros-73": (
            "out = np.zeros(73)\nfor i in range(len(x)):\n    out[i] = self.w1 * self.w2 * x[i]\nreturn out",
            "wrong-shape raises",
        ),
        "stale": (
            "if not hasattr(self, 'out'):\n    self.out = self.w1 * self.w2 * x\nreturn self.out",
            "different wrong-shape hard-coded",
        ),
        "stale-slope": ("if not hasattr(self, 'k'):\n    self.k = self.w1 * self.w2\nreturn self.k * x", "different"),
        "outer": ("return np.outer(self.w1 * x, self.w2 * x)", "wrong-shape"),
        "stub": (
            "raise NotImplementedError('replace this line with your own code: see the hint above')",
            "not-implemented",
        ),
        "name": ("return w1 * w2 * x", "raises"),
        "typo": ("return self.w1 * self.W2 * x", "raises"),
        "index": ("return self.w1[0] * self.w2[0] * x", "raises"),
        "matmul": ("return x @ self.w1 @ self.w2", "raises"),
        "clipped": ("return np.clip(self.w1 * self.w2 * x, 0, 2)", "different"),
        "nan-zero": ("return np.where(x == 0, np.nan, self.w1 * self.w2 * x)", "not-finite"),
        "last-zero": ("y = self.w1 * self.w2 * x\ny[-1] = 0\nreturn y", "different hard-coded"),
        "none-on-one": ("if len(x) > 1:\n    return self.w1 * self.w2 * x", "wrong-type"),
    }
    out = listed("forward", FORWARD, right, wrong)
    cache = "self.x = x\nself.h = self.w1 * x\nself.y = self.w2 * self.h\nreturn self.y"
    out += [
        Text("forward", "right-caches", method("forward", FORWARD, cache), gives="h"),
        Text(
            "forward",
            "right-caches-dict",
            method("forward", FORWARD, "self.cache = {'x': x, 'h': self.w1 * x}\nreturn self.w2 * self.cache['h']"),
            gives="cache",
        ),
        Text(
            "forward",
            "right-property",
            method("forward", FORWARD, "return self.slope * x"),
            extra="@property\ndef slope(self):\n    return self.w1 * self.w2\n",
        ),
        Text(
            "forward",
            "right-static",
            method("forward", FORWARD, "return self._layer(self._layer(x, self.w1), self.w2)"),
            extra="@staticmethod\ndef _layer(a, w):\n    return w * a\n",
        ),
        Text(
            "forward",
            "right-global",
            method("forward", FORWARD, "return linear(linear(x, self.w1), self.w2)"),
            top="def linear(v, w):\n    return v * w\n",
        ),
        Text(
            "forward",
            "wrong-caches-sign",
            method("forward", FORWARD, cache.replace("return self.y", "return -self.y")),
            codes("sign"),
            gives="h",
        ),
        Text(
            "forward",
            "wrong-caches-column",
            method("forward", FORWARD, cache.replace("return self.y", "return self.y[:, None]")),
            codes("wrong-shape"),
            gives="h",
        ),
        Text(
            "forward",
            "wrong-caches-h",
            method("forward", FORWARD, cache.replace("return self.y", "return self.h")),
            codes("missing-upstream different"),
            gives="h",
        ),
        Text(
            "forward",
            "wrong-caches-none",
            method("forward", FORWARD, cache.replace("return self.y", "pass")),
            codes("wrong-type"),
            gives="h",
        ),
        Text("forward", "wrong-missing", "", codes("not-implemented")),
    ]
    bodies = {
        "plain": "y_hat = self.w2 * self.w1 * x\nresidual = y_true - y_hat\ng1 = np.mean(-2 * residual * self.w2 * x)\ng2 = np.mean(-2 * residual * self.w1 * x)\nreturn g1, g2",
        "calls": "y_hat = self.forward(x)\nr = y_true - y_hat\ng1 = np.mean(-2 * r * self.w2 * x)\ng2 = np.mean(-2 * r * self.w1 * x)\nreturn g1, g2",
        "delta": "h = self.w1 * x\ny_hat = self.w2 * h\ndelta = 2 * (y_hat - y_true) / len(x)\ng2 = np.sum(delta * h)\ndh = delta * self.w2\ng1 = np.sum(dh * x)\nreturn g1, g2",
        "dots": "N = x.shape[0]\ny_hat = self.forward(x)\nerr = y_hat - y_true\ng1 = 2 / N * self.w2 * np.dot(err, x)\ng2 = 2 / N * self.w1 * (err @ x)\nreturn g1, g2",
        "loops": "g1 = 0.0\ng2 = 0.0\ny_hat = np.zeros(len(x))\nfor i in range(len(x)):\n    h = self.w1 * x[i]\n    y_hat[i] = self.w2 * h\n    r = y_true[i] - y_hat[i]\n    g1 += -2 * r * self.w2 * x[i]\n    g2 += -2 * r * self.w1 * x[i]\ng1 = g1 / len(x)\ng2 = g2 / len(x)\nreturn g1, g2",
        "slope": "y_hat = self.w2 * self.w1 * x\nslope = 2 * ((y_hat - y_true) * x).mean()\ng1 = slope * self.w2\ng2 = slope * self.w1\nreturn g1, g2",
        "normal": "y_hat = self.w1 * self.w2 * x\na = np.mean(x * x)\nb = np.mean(x * y_true)\ng1 = 2 * self.w2 * (self.w1 * self.w2 * a - b)\ng2 = 2 * self.w1 * (self.w1 * self.w2 * a - b)\nreturn g1, g2",
        "generator": "y_hat = self.forward(x)\nn = len(x)\ng1 = sum(-2 * (t - p) * self.w2 * v for t, p, v in zip(y_true, y_hat, x)) / n\ng2 = sum(-2 * (t - p) * self.w1 * v for t, p, v in zip(y_true, y_hat, x)) / n\nreturn g1, g2",
        "chain": "h = self.w1 * x\ny_hat = self.w2 * h\ndl_dy = -2 * (y_true - y_hat)\ndy_dw2 = h\ndy_dh = self.w2\ndh_dw1 = x\ng2 = np.average(dl_dy * dy_dw2)\ng1 = np.average(dl_dy * dy_dh * dh_dw1)\nreturn g1, g2",
        "lists": "y_hat = np.asarray(self.forward(x))\nparts1 = []\nparts2 = []\nfor xi, yi, pi in zip(x, y_true, y_hat):\n    parts1.append(2 * (pi - yi) * self.w2 * xi)\n    parts2.append(2 * (pi - yi) * self.w1 * xi)\ng1 = np.mean(parts1)\ng2 = np.mean(parts2)\nreturn g1, g2",
        "einsum": "y_hat = self.w1 * self.w2 * x\nd = 2.0 * (y_hat - y_true) / x.size\ng1 = np.einsum('i,i,->', d, x, self.w2)\ng2 = np.einsum('i,i,->', d, x, self.w1)\nreturn g1, g2",
        "matrix": "X = x.reshape(-1, 1)\nH = X * self.w1\ny_hat = (H * self.w2).ravel()\nD = (2 / len(x)) * (y_hat - y_true).reshape(-1, 1)\ng2 = (H.T @ D).item()\ng1 = (X.T @ (D * self.w2)).item()\nreturn g1, g2",
    }
    gr = [Text("dloss_dw", f"right-{k}", method("dloss_dw", DLOSS, b)) for k, b in bodies.items()]
    gr += [
        Text(
            "dloss_dw",
            f"right-{k}-floats",
            method("dloss_dw", DLOSS, bodies[k].replace("return g1, g2", "return float(g1), float(g2)")),
        )
        for k in ("plain", "dots")
    ]
    gr += [
        Text(
            "dloss_dw",
            f"right-{k}-list",
            method("dloss_dw", DLOSS, bodies[k].replace("return g1, g2", "return [g1, g2]")),
        )
        for k in ("calls", "delta")
    ]
    gr += [
        Text(
            "dloss_dw",
            "right-0d",
            method("dloss_dw", DLOSS, bodies["plain"].replace("return g1, g2", "return np.array(g1), np.array(g2)")),
        ),
        Text(
            "dloss_dw",
            "right-cache",
            method(
                "dloss_dw",
                DLOSS,
                "y_hat = self.forward(x)\nr = y_true - self.y\ng1 = np.mean(-2 * r * self.w2 * self.x)\ng2 = np.mean(-2 * r * self.h)\nreturn g1, g2",
            ),
            needs="h",
        ),
        Text(
            "dloss_dw",
            "right-cache-calls",
            method(
                "dloss_dw",
                DLOSS,
                "self.forward(x)\nerr = self.w2 * self.h - y_true\nreturn 2 * np.mean(err * self.w2 * self.x), 2 * np.mean(err * self.h)",
            ),
            needs="h",
        ),
        Text(
            "dloss_dw",
            "right-cache-mixed",
            method(
                "dloss_dw",
                DLOSS,
                "err = self.forward(x) - y_true\nreturn 2 * np.mean(err * self.w2 * x), 2 * np.mean(err * self.h)",
            ),
            needs="h",
        ),
        Text(
            "dloss_dw",
            "right-cache-dict",
            method(
                "dloss_dw",
                DLOSS,
                "err = self.forward(x) - y_true\nh = self.cache['h']\nreturn 2 * np.mean(err * self.w2 * x), 2 * np.mean(err * h)",
            ),
            needs="cache",
        ),
        Text(
            "dloss_dw",
            "right-helpers",
            method("dloss_dw", DLOSS, "return self._dw1(x, y_true), self._dw2(x, y_true)"),
            extra="def _dw1(self, x, y):\n    return np.mean(2 * (self.forward(x) - y) * self.w2 * x)\n\ndef _dw2(self, x, y):\n    return np.mean(2 * (self.forward(x) - y) * self.w1 * x)\n",
        ),
        Text(
            "dloss_dw",
            "right-temp",
            method(
                "dloss_dw",
                DLOSS,
                "keep = self.w1\ntry:\n    self.w1 = 1.0\n    base = self.w2 * x\nfinally:\n    self.w1 = keep\nr = y_true - keep * base\nreturn np.mean(-2 * r * base), np.mean(-2 * r * keep * x)",
            ),
        ),
        Text(
            "dloss_dw",
            "either-array",
            method("dloss_dw", DLOSS, bodies["plain"].replace("return g1, g2", "return np.array([g1, g2])")),
            either=True,
        ),
        Text(
            "dloss_dw",
            "either-one-element",
            method(
                "dloss_dw", DLOSS, bodies["plain"].replace("return g1, g2", "return np.array([g1]), np.array([g2])")
            ),
            codes("wrong-shape"),
        ),
    ]
    faults: list[tuple[str, str, str]] = []
    p = bodies["plain"]
    faults += edited(
        p,
        "plain",
        {
            "no-residual-g1": (
                (("g1 = np.mean(-2 * residual * self.w2 * x)", "g1 = np.mean(-2 * self.w2 * x)"),),
                "missing-upstream different",
            ),
            "no-residual": (((" * residual", ""),), "missing-upstream different"),
            "no-x": (((" * x)\n", ")\n"),), "missing-upstream different"),
            "no-w2": (((" * self.w2 * x)", " * x)"),), "missing-upstream"),
            "no-w1": ((("residual * self.w1 * x)", "residual * x)"),), "missing-upstream"),
            "no-w": ((("residual * self.w1 * x)", "residual * x)"), (" * self.w2 * x)", " * x)")), "missing-upstream"),
            "own-weights": (
                (
                    ("residual * self.w2", "residual * self.wX"),
                    ("residual * self.w1", "residual * self.w2"),
                    ("self.wX", "self.w1"),
                ),
                "swapped different",
            ),
            "w2-twice": ((("residual * self.w1", "residual * self.w2"),), "different swapped"),
            "sum": ((("np.mean", "np.sum"),), "sum-for-mean"),
            "sum-g2": ((("g2 = np.mean", "g2 = np.sum"),), "sum-for-mean"),
            "no-2": ((("-2 *", "-"),), "factor"),
            "no-minus": ((("-2 *", "2 *"),), "sign"),
            "no-minus-g2": ((("g2 = np.mean(-2", "g2 = np.mean(2"),), "sign"),
            "four": ((("-2 *", "-4 *"),), "factor"),
            "no-call": (
                (("np.mean(-2 * residual * self.w2 * x)", "(-2 * residual * self.w2 * x).mean"),),
                "wrong-type",
            ),
            "per-sample": ((("np.mean", ""),), "wrong-shape"),
            "mean-of-residual": (
                (("np.mean(-2 * residual * self.w2 * x)", "-2 * residual.mean() * self.w2 * x.mean()"),),
                "different",
            ),
            "precedence": (
                (("np.mean(-2 * residual * self.w2 * x)", "-2 * self.w2 * x * residual.mean()"),),
                "wrong-shape",
            ),
            "square": ((("residual * self.w2", "residual**2 * self.w2"),), "different"),
            "plus": ((("y_true - y_hat", "y_true + y_hat"),), "different"),
            "no-prediction": ((("y_true - y_hat", "y_true"),), "different missing-upstream"),
            "no-truth": ((("y_true - y_hat", "-y_hat"),), "different missing-upstream"),
            "x-squared": ((("self.w1 * x)", "self.w1 * x**2)"),), "different"),
            "h-for-x": ((("residual * self.w1 * x", "residual * y_hat"),), "different"),
            "n-minus-1": (
                (("np.mean(-2 * residual * self.w2 * x)", "np.sum(-2 * residual * self.w2 * x) / (len(x) - 1)"),),
                "different not-finite factor",
            ),
            "one-over-n2": ((("np.mean(-2", "1 / len(x) * np.mean(-2"),), "mean-for-sum different factor"),
            "outer": ((("y_true - y_hat", "y_true[:, None] - y_hat"),), "different"),
            "first": ((("np.mean(-2 * residual * self.w2 * x)", "(-2 * residual * self.w2 * x)[0]"),), "different"),
            "drops-last": (
                (("np.mean(-2 * residual * self.w2 * x)", "np.sum((-2 * residual * self.w2 * x)[:-1]) / len(x)"),),
                "different",
            ),
            "median": ((("np.mean", "np.median"),), "different"),
            "abs-residual": ((("y_true - y_hat", "np.abs(y_true - y_hat)"),), "different"),
            "relu-mask": (
                ((" * self.w2 * x)", " * self.w2 * x * (self.w1 * x > 0))"),),
                "different wrong-activation-derivative",
            ),
            "sequential": ((("\ng2 =", "\nself.w1 = self.w1 - 0.02 * g1\ng2 ="),), "mutates-weights"),
            "w1-for-w2-in-pred": ((("self.w2 * self.w1 * x", "self.w1 * self.w1 * x"),), "different"),
            "pred-no-w2": ((("self.w2 * self.w1 * x\nres", "self.w1 * x\nres"),), "different missing-upstream"),
            "in-place-y": ((("residual = y_true - y_hat", "y_true -= y_hat\nresidual = y_true"),), "mutates-arguments"),
            "in-place-x": (
                (("y_hat = self.w2 * self.w1 * x", "x *= 1.0\ny_hat = self.w2 * self.w1 * x\nx -= 0.5\nx += 0.25"),),
                "different mutates-arguments",
            ),
            "int-x": (
                (("y_hat = self.w2 * self.w1 * x", "x = x.astype(int)\ny_hat = self.w2 * self.w1 * x"),),
                "different",
            ),
            "loop-73": (
                (
                    (
                        "np.mean(-2 * residual * self.w2 * x)",
                        "sum((-2 * residual * self.w2 * x)[i] for i in range(73)) / 73",
                    ),
                ),
                "raises different",
            ),
            "weights-1": ((("self.w1 *", "1.4 *"), ("self.w2 *", "-1.6 *")), "different hard-coded"),
        },
    )
    faults += edited(
        bodies["loops"],
        "loops",
        {
            "not-added": ((("g1 +=", "g1 ="),), "different"),
            "not-divided": ((("g2 = g2 / len(x)\n", ""),), "sum-for-mean"),
            "divided-in": ((("g1 = g1 / len(x)\n", ""), ("    g2 +=", "    g1 = g1 / len(x)\n    g2 +=")), "different"),
            "return-in": (
                (
                    ("\nreturn g1, g2", "\n    return g1, g2"),
                    ("g1 = g1 / len(x)\ng2 = g2 / len(x)", "    g1 = g1 / len(x)\n    g2 = g2 / len(x)"),
                ),
                "different",
            ),
            "skips-first": ((("range(len(x))", "range(1, len(x))"),), "different hard-coded"),
            "skips-last": ((("range(len(x))", "range(len(x) - 1)"),), "different hard-coded"),
            "moves": ((("    g2 += ", "    self.w1 -= 0.001\n    g2 += "),), "different mutates-weights"),
            "n-plus-1": ((("g1 / len(x)", "g1 / (len(x) + 1)"),), "different"),
        },
    )
    faults += edited(
        bodies["delta"],
        "delta",
        {
            "no-upstream": ((("dh = delta * self.w2", "dh = delta"),), "missing-upstream"),
            "h-for-x": ((("dh * x", "dh * h"),), "different"),
            "x-for-h": ((("delta * h", "delta * x"),), "missing-upstream different"),
            "wrong-w": ((("delta * self.w2", "delta * self.w1"),), "different swapped"),
            "n": ((("/ len(x)", ""),), "sum-for-mean"),
            "half-n": ((("2 * (y_hat - y_true) / len(x)", "(y_hat - y_true) / (2 * len(x))"),), "factor"),
            "precedence": ((("2 * (y_hat - y_true) / len(x)", "2 * (y_hat - y_true / len(x))"),), "different"),
        },
    )
    gr += [Text("dloss_dw", f"wrong-{k}", method("dloss_dw", DLOSS, b), codes(c)) for k, b, c in faults]
    gr += gradient_faults(m, bodies["plain"], "plain")
    gr += gradient_faults(m, bodies["calls"], "calls")[::5]
    gr += numerical(m)
    more = {
        "numerical-inline": (
            "def L(a, b):\n    return np.mean((y_true - a * b * x) ** 2)\nh = 1e-5\nreturn ((L(self.w1 + h, self.w2) - L(self.w1 - h, self.w2)) / (2 * h), (L(self.w1, self.w2 + h) - L(self.w1, self.w2 - h)) / (2 * h))",
            "numerical-gradient",
        ),
        "numerical-inline-1e-3": (
            "def L(a, b):\n    return np.mean((y_true - a * b * x) ** 2)\nh = 1e-3\nreturn ((L(self.w1 + h, self.w2) - L(self.w1 - h, self.w2)) / (2 * h), (L(self.w1, self.w2 + h) - L(self.w1, self.w2 - h)) / (2 * h))",
            "numerical-gradient",
        ),
        "numerical-forward-diff": (
            "def L(a, b):\n    return np.mean((y_true - a * b * x) ** 2)\nh = 1e-6\nreturn ((L(self.w1 + h, self.w2) - L(self.w1, self.w2)) / h, (L(self.w1, self.w2 + h) - L(self.w1, self.w2)) / h)",
            "numerical-gradient",
        ),
        "numerical-forward-1e-3": (
            "def L(a, b):\n    return np.mean((y_true - a * b * x) ** 2)\nh = 1e-3\nreturn ((L(self.w1 + h, self.w2) - L(self.w1, self.w2)) / h, (L(self.w1, self.w2 + h) - L(self.w1, self.w2)) / h)",
            "numerical-gradient different",
        ),
        "numerical-attr": (
            "eps = 1e-5\nw1, w2 = self.w1, self.w2\nself.w1 = w1 + eps\nup = self.loss(self.forward(x), y_true)\nself.w1 = w1 - eps\ndown = self.loss(self.forward(x), y_true)\nself.w1 = w1\ng1 = (up - down) / (2 * eps)\nself.w2 = w2 + eps\nup = self.loss(self.forward(x), y_true)\nself.w2 = w2 - eps\ndown = self.loss(self.forward(x), y_true)\nself.w2 = w2\ng2 = (up - down) / (2 * eps)\nreturn g1, g2",
            "numerical-gradient",
        ),
        "numerical-in-place-drift": (
            "eps = 1e-4\nself.w1 += eps\nup = self.loss(self.forward(x), y_true)\nself.w1 -= 2 * eps\ndown = self.loss(self.forward(x), y_true)\nself.w1 += eps\ng1 = (up - down) / (2 * eps)\nself.w2 += eps\nup = self.loss(self.forward(x), y_true)\nself.w2 -= 2 * eps\ndown = self.loss(self.forward(x), y_true)\nself.w2 += eps\nreturn g1, (up - down) / (2 * eps)",
            "numerical-gradient mutates-weights",
        ),
        "complex-step": (
            "h = 1e-30\ndef L(a, b):\n    return np.mean((y_true - a * b * x) ** 2)\nreturn L(self.w1 + 1j * h, self.w2).imag / h, L(self.w1, self.w2 + 1j * h).imag / h",
            "numerical-gradient",
        ),
        "not-on-fresh": (
            "r = y_true - self.y\nreturn np.mean(-2 * r * self.w2 * self.x), np.mean(-2 * r * self.h)",
            "raises different",
        ),
    }
    for k, (b, c) in more.items():
        gr.append(
            Text(
                "dloss_dw",
                f"wrong-{k}",
                method("dloss_dw", DLOSS, b),
                codes(c),
                needs="h" if k == "not-on-fresh" else "",
            )
        )
    gr += [
        Text(
            "dloss_dw",
            "wrong-stale-cache",
            method(
                "dloss_dw",
                DLOSS,
                "if not hasattr(self, 'h'):\n    self.forward(x)\nr = y_true - self.y\nreturn np.mean(-2 * r * self.w2 * self.x), np.mean(-2 * r * self.h)",
            ),
            codes("different raises"),
            needs="h",
        ),
        Text("dloss_dw", "wrong-missing", "", codes("not-implemented")),
    ]
    tr = train_texts(m)
    for i, (k, b) in enumerate(bodies.items()):
        tr.append(inline_train(m, k, b, ("lists", "arrays", "while")[i % 3], i % 2 == 0))
    for i, (k, b, c) in enumerate(faults):
        if (
            "mutates" not in c
            and i % 2 == 0
            and "\nreturn g1, g2" in b
            and "wrong-type" not in c
            and "wrong-shape" not in c
            and "73" not in k
        ):
            tr.append(inline_train(m, k, b, ("lists", "arrays", "while")[i % 3], i % 4 == 0, c))
    return out + loss_texts(m) + gr + tr


def line() -> list[Text]:
    m = LINE
    right = {
        "hstack": "X = np.hstack([np.ones_like(x), x])\nreturn X @ self.w1",
        "hstack-ones": "X = np.hstack((np.ones((x.shape[0], 1)), x))\nreturn X.dot(self.w1)",
        "c_": "return np.c_[np.ones(len(x)), x] @ self.w1",
        "column-stack": "return np.column_stack((np.ones(len(x)), x)) @ self.w1",
        "concatenate": "X = np.concatenate([np.ones_like(x), x], axis=1)\nreturn np.matmul(X, self.w1)",
        "insert": "return np.insert(x, 0, 1.0, axis=1) @ self.w1",
        "append": "return np.append(np.ones_like(x), x, axis=1) @ self.w1",
        "pad": "return np.pad(x, ((0, 0), (1, 0)), constant_values=1.0) @ self.w1",
        "formula": "return self.w1[0] + self.w1[1] * x",
        "formula-items": "b, s = self.w1.ravel()\nreturn b + s * x",
        "formula-00": "return self.w1[1, 0] * x + self.w1[0, 0]",
        "unpack": "(b,), (s,) = self.w1\nreturn b * np.ones(x.shape) + s * x",
        "filled": "X = np.ones((len(x), 2))\nX[:, 1:] = x\nreturn X @ self.w1",
        "filled-col": "X = np.zeros((x.shape[0], 2))\nX[:, 0] = 1\nX[:, 1] = x[:, 0]\nreturn X @ self.w1",
        "loop": "out = np.zeros((len(x), 1))\nfor i in range(len(x)):\n    out[i, 0] = self.w1[0, 0] + self.w1[1, 0] * x[i, 0]\nreturn out",
        "loop-rows": "rows = []\nfor row in x:\n    rows.append([self.w1[0][0] + self.w1[1][0] * row[0]])\nreturn np.array(rows)",
        "nested-list": "return [[self.w1[0, 0] + self.w1[1, 0] * v] for v in x[:, 0]]",
        "list-rows": "return [self.w1[0] + self.w1[1] * row for row in x]",
        "triple": "X = np.hstack([np.ones_like(x), x])\nout = np.zeros((X.shape[0], 1))\nfor i in range(X.shape[0]):\n    for j in range(self.w1.shape[1]):\n        for k in range(X.shape[1]):\n            out[i, j] += X[i, k] * self.w1[k, j]\nreturn out",
        "vander": "return np.vander(x.ravel(), 2, increasing=True) @ self.w1",
        "polyval": "return np.polyval(self.w1[::-1, 0], x)",
        "einsum": "X = np.hstack([np.ones_like(x), x])\nreturn np.einsum('nk,kj->nj', X, self.w1)",
        "block": "return np.block([np.ones_like(x), x]) @ self.w1",
        "transposed": "XT = np.vstack([np.ones(len(x)), x.ravel()])\nreturn (self.w1.T @ XT).T",
        "flat-reshape": "return (self.w1[0] + self.w1[1] * x.ravel()).reshape(-1, 1)",
        "stack": "return np.stack([np.ones(len(x)), x[:, 0]], axis=1) @ self.w1",
        "split": "return np.ones_like(x) @ self.w1[:1] + x @ self.w1[1:]",
        "tensordot": "return np.tensordot(np.hstack([np.ones_like(x), x]), self.w1, axes=1)",
        "copy": "out = x.copy()\nout *= self.w1[1]\nout += self.w1[0]\nreturn out",
    }
    wrong = {
        "no-bias": ("return x @ self.w1[1:]", "bias"),
        "no-bias-formula": ("return self.w1[1] * x", "bias"),
        "bias-twice": ("return np.hstack([np.ones_like(x), x]) @ self.w1 + self.w1[0]", "bias"),
        "bias-last": ("return np.hstack([x, np.ones_like(x)]) @ self.w1", "bias swapped different"),
        "bias-only": ("return np.ones_like(x) * self.w1[0]", "different missing-upstream hard-coded"),
        "zeros": ("return np.hstack([np.zeros_like(x), x]) @ self.w1", "bias"),
        "twos": ("return np.hstack([np.ones_like(x) * 2, x]) @ self.w1", "bias different"),
        "no-ones": ("return x @ self.w1", "raises"),
        "broadcast": ("return x * self.w1.T", "wrong-shape"),
        "flat": ("return (np.hstack([np.ones_like(x), x]) @ self.w1).ravel()", "wrong-shape"),
        "row": ("return (np.hstack([np.ones_like(x), x]) @ self.w1).T", "transposed"),
        "squeeze": ("return np.squeeze(np.hstack([np.ones_like(x), x]) @ self.w1)", "wrong-shape"),
        "flat-formula": ("return self.w1[0] + self.w1[1] * x[:, 0]", "wrong-shape"),
        "outer": ("return self.w1[0] + self.w1[1] * x[:, 0] + 0 * x", "wrong-shape"),
        "total": ("return np.sum(np.hstack([np.ones_like(x), x]) @ self.w1)", "wrong-shape"),
        "sign": ("return -(np.hstack([np.ones_like(x), x]) @ self.w1)", "sign"),
        "bias-sign": ("return self.w1[1] * x - self.w1[0]", "bias different"),
        "double": ("return 2 * (self.w1[0] + self.w1[1] * x)", "factor"),
        "thousandth": ("return 1.001 * (self.w1[0] + self.w1[1] * x)", "factor"),
        "bias-thousandth": ("return 1.001 * self.w1[0] + self.w1[1] * x", "different bias"),
        "plus": ("return self.w1[0] + self.w1[1] * x + 1e-3", "different bias"),
        "relu": ("return np.maximum(np.hstack([np.ones_like(x), x]) @ self.w1, 0)", "different"),
        "sigmoid": ("return 1 / (1 + np.exp(-(np.hstack([np.ones_like(x), x]) @ self.w1)))", "different"),
        "square": ("return self.w1[0] + self.w1[1] * x**2", "different"),
        "mutates-x": ("x *= self.w1[1]\nx += self.w1[0]\nreturn x", "mutates-arguments"),
        "mutates-w": ("self.w1[1] *= 1.0001\nreturn self.w1[0] + self.w1[1] * x", "mutates-weights different"),
        "reshapes-w": (
            "self.w1 = self.w1.reshape(-1)\nreturn (np.hstack([np.ones_like(x), x]) @ self.w1)[:, None]",
            "mutates-weights wrong-shape raises",
        ),
        "none": ("y = np.hstack([np.ones_like(x), x]) @ self.w1", "wrong-type"),
        "no-call": ("return (np.hstack([np.ones_like(x), x]) @ self.w1).copy", "wrong-type"),
        "ones": ("return np.ones_like(x)", "hard-coded"),
        "cubic": ("return x**3 + 4", "hard-coded different"),
        "seven-hundred": ("X = np.hstack([np.ones((700, 1)), x])\nreturn X @ self.w1", "raises"),
        "zeros-700": (
            "out = np.zeros((700, 1))\nfor i in range(len(x)):\n    out[i] = self.w1[0] + self.w1[1] * x[i]\nreturn out",
            "wrong-shape raises",
        ),
        "int": ("return np.hstack([np.ones_like(x), x]).astype(int) @ self.w1", "different"),
        "int-out": (
            "out = np.zeros((len(x), 1), dtype=int)\nfor i in range(len(x)):\n    out[i, 0] = self.w1[0, 0] + self.w1[1, 0] * x[i, 0]\nreturn out",
            "different",
        ),
        "rounded": ("return np.round(self.w1[0] + self.w1[1] * x, 1)", "different"),
        "stale": (
            "if not hasattr(self, 'X'):\n    self.X = np.hstack([np.ones_like(x), x])\nreturn self.X @ self.w1",
            "different wrong-shape",
        ),
        "stale-len": (
            "if not hasattr(self, 'X') or len(self.X) != len(x):\n    self.X = np.hstack([np.ones_like(x), x])\nreturn self.X @ self.w1",
            "different",
        ),
        "one-sample": ("if len(x) == 1:\n    return x\nreturn self.w1[0] + self.w1[1] * x", "different"),
        "one-sample-shape": ("y = self.w1[0] + self.w1[1] * x\nreturn y[0] if len(x) == 1 else y", "wrong-shape"),
        "first-bias": ("y = self.w1[1] * x\ny[0] += self.w1[0]\nreturn y", "bias different"),
        "last-row-no-bias": ("y = self.w1[1] * x + self.w1[0]\ny[-1] -= self.w1[0]\nreturn y", "bias different"),
        "sorted": ("return self.w1[0] + self.w1[1] * np.sort(x, axis=0)", "different"),
        "reversed": ("return (self.w1[0] + self.w1[1] * x)[::-1]", "different"),
        "centred": ("return self.w1[0] + self.w1[1] * (x - x.mean())", "different"),
        "text": ("return repr(self.w1[0] + self.w1[1] * x)", "wrong-type"),
        "stub": (
            "raise NotImplementedError('replace this line with your own code: see the hint above')",
            "not-implemented",
        ),
        "name": ("return X @ self.w1", "raises"),
        "vstack": ("return np.vstack([np.ones_like(x), x]) @ self.w1", "raises"),
        "hstack-args": ("return np.hstack(np.ones_like(x), x) @ self.w1", "raises"),
        "order": ("X = np.hstack([np.ones_like(x), x])\nreturn self.w1 @ X", "raises wrong-shape"),
        "columns": ("return np.hstack([np.ones_like(x), x]) * self.w1.T", "wrong-shape"),
        "complex": ("return (self.w1[0] + self.w1[1] * x).astype(complex)", "wrong-type"),
        "pair": ("X = np.hstack([np.ones_like(x), x])\nreturn X, X @ self.w1", "wrong-type wrong-shape"),
        "positive": ("return self.w1[0] + self.w1[1] * np.abs(x)", "different"),
        "ragged": (
            "return [list(row) + [0] * i for i, row in enumerate(self.w1[0] + self.w1[1] * x)]",
            "wrong-type wrong-shape",
        ),
    }
    out = listed("forward", FORWARD, right, wrong)
    cache = "self.X = np.hstack([np.ones_like(x), x])\nself.out = self.X @ self.w1\nreturn self.out"
    out += [
        Text("forward", "right-caches", method("forward", FORWARD, cache), gives="X"),
        Text(
            "forward",
            "right-design",
            method("forward", FORWARD, "return self._design(x) @ self.w1"),
            extra="def _design(self, x):\n    return np.hstack([np.ones((len(x), 1)), x])\n",
            gives="design",
        ),
        Text(
            "forward",
            "right-global",
            method("forward", FORWARD, "return add_ones(x) @ self.w1"),
            top="def add_ones(a):\n    return np.concatenate((np.ones((a.shape[0], 1)), a), axis=1)\n",
        ),
        Text(
            "forward",
            "wrong-caches-flat",
            method("forward", FORWARD, cache.replace("return self.out", "return self.out.ravel()")),
            codes("wrong-shape"),
            gives="X",
        ),
        Text(
            "forward",
            "wrong-caches-none",
            method("forward", FORWARD, cache.replace("return self.out", "print(self.out)")),
            codes("wrong-type"),
            gives="X",
        ),
        Text(
            "forward",
            "wrong-caches-double",
            method("forward", FORWARD, cache.replace("return self.out", "return 2 * self.out")),
            codes("factor"),
            gives="X",
        ),
        Text(
            "forward",
            "wrong-caches-no-bias",
            method("forward", FORWARD, cache.replace("return self.out", "return self.X[:, 1:] @ self.w1[1:]")),
            codes("bias"),
            gives="X",
        ),
        Text("forward", "wrong-missing", "", codes("not-implemented")),
    ]
    X = "X = np.hstack([np.ones_like(x), x])\n"
    bodies = {
        "plain": X + "y_hat = X @ self.w1\nerror = y_hat - y_true\ng1 = X.T @ error\nreturn (g1,)",
        "calls": X + "y_hat = self.forward(x)\ng1 = X.T @ (y_hat - y_true)\nreturn (g1,)",
        "dot": "X = np.c_[np.ones(len(x)), x]\ny_hat = self.forward(x)\ng1 = np.dot(X.T, y_hat - y_true)\nreturn (g1,)",
        "sums": "y_hat = self.w1[0] + self.w1[1] * x\ne = y_hat - y_true\ng1 = np.array([[np.sum(e)], [np.sum(e * x)]])\nreturn (g1,)",
        "loops": "y_hat = np.zeros(y_true.shape)\ng1 = np.zeros((2, 1))\nfor i in range(len(x)):\n    y_hat[i, 0] = self.w1[0, 0] + self.w1[1, 0] * x[i, 0]\n    e = y_hat[i, 0] - y_true[i, 0]\n    g1[0, 0] += e\n    g1[1, 0] += e * x[i, 0]\nreturn (g1,)",
        "rows": X
        + "y_hat = X @ self.w1\ng1 = np.zeros_like(self.w1)\nfor row, p, t in zip(X, y_hat, y_true):\n    g1 += row.reshape(2, 1) * (p - t)\nreturn (g1,)",
        "triple": X
        + "y_hat = self.forward(x)\nE = y_hat - y_true\ng1 = np.zeros((X.shape[1], E.shape[1]))\nfor a in range(X.shape[1]):\n    for b in range(E.shape[1]):\n        for n in range(X.shape[0]):\n            g1[a, b] += X[n, a] * E[n, b]\nreturn (g1,)",
        "einsum": X
        + "y_hat = np.einsum('nk,kj->nj', X, self.w1)\ng1 = np.einsum('nk,nj->kj', X, y_hat - y_true)\nreturn (g1,)",
        "broadcast": X + "y_hat = X @ self.w1\ng1 = np.sum(X * (y_hat - y_true), axis=0).reshape(2, 1)\nreturn (g1,)",
        "normal": X + "y_hat = X @ self.w1\ng1 = X.T @ X @ self.w1 - X.T @ y_true\nreturn (g1,)",
        "transposed": X + "y_hat = X @ self.w1\ng1 = ((y_hat - y_true).T @ X).T\nreturn (g1,)",
        "chain": X
        + "y_hat = X @ self.w1\ndl_de = y_hat - y_true\nde_dy = 1.0\ng1 = X.T @ (dl_de * de_dy)\nreturn (g1,)",
        "outer": X
        + "y_hat = X @ self.w1\ng1 = sum(np.outer(X[i], y_hat[i] - y_true[i]) for i in range(len(x)))\nreturn (g1,)",
        "vstack": "y_hat = self.w1[0] + x * self.w1[1]\ne = y_hat - y_true\ng1 = np.vstack([e.sum(), (x * e).sum()])\nreturn (g1,)",
    }
    gr = [Text("dloss_dw", f"right-{k}", method("dloss_dw", DLOSS, b)) for k, b in bodies.items()]
    gr += [
        Text(
            "dloss_dw",
            "right-as-list",
            method("dloss_dw", DLOSS, bodies["plain"].replace("return (g1,)", "return [g1]")),
        ),
        Text(
            "dloss_dw", "right-comma", method("dloss_dw", DLOSS, bodies["calls"].replace("return (g1,)", "return g1,"))
        ),
        Text(
            "dloss_dw",
            "right-nested",
            method("dloss_dw", DLOSS, bodies["plain"].replace("return (g1,)", "return (g1.tolist(),)")),
        ),
        Text(
            "dloss_dw",
            "right-tuple",
            method("dloss_dw", DLOSS, bodies["sums"].replace("return (g1,)", "return tuple([g1])")),
        ),
        Text(
            "dloss_dw",
            "right-cache",
            method("dloss_dw", DLOSS, "y_hat = self.forward(x)\nreturn (self.X.T @ (y_hat - y_true),)"),
            needs="X",
        ),
        Text(
            "dloss_dw",
            "right-cache-out",
            method("dloss_dw", DLOSS, "self.forward(x)\nerr = self.out - y_true\nreturn (self.X.T @ err,)"),
            needs="X",
        ),
        Text(
            "dloss_dw",
            "right-design",
            method("dloss_dw", DLOSS, "return (self._design(x).T @ (self.forward(x) - y_true),)"),
            needs="design",
        ),
        Text(
            "dloss_dw",
            "right-helper",
            method("dloss_dw", DLOSS, "X = self._ones_and(x)\nreturn (X.T @ (X @ self.w1 - y_true),)"),
            extra="@staticmethod\ndef _ones_and(a):\n    return np.hstack([np.ones_like(a), a])\n",
        ),
    ]
    faults: list[tuple[str, str, str]] = []
    faults += edited(
        bodies["plain"],
        "plain",
        {
            "no-residual": ((("X.T @ error", "X.T @ np.ones_like(error)"),), "missing-upstream different"),
            "minus": ((("y_hat - y_true", "y_true - y_hat"),), "sign"),
            "mean": ((("X.T @ error", "X.T @ error / len(x)"),), "mean-for-sum"),
            "double": ((("X.T @ error", "2 * X.T @ error"),), "factor"),
            "half": ((("X.T @ error", "0.5 * X.T @ error"),), "factor"),
            "two-over-n": ((("X.T @ error", "2 / len(x) * X.T @ error"),), "mean-for-sum different factor"),
            "x-only": ((("X.T @ error", "x.T @ error"),), "bias wrong-shape"),
            "bias-last": ((("[np.ones_like(x), x]", "[x, np.ones_like(x)]"),), "bias swapped different"),
            "bias-last-back": ((("g1 = X.T", "X = X[:, ::-1]\ng1 = X.T"),), "bias swapped different"),
            "zeros": ((("np.ones_like", "np.zeros_like"),), "bias"),
            "bias-zero": ((("\nreturn", "\ng1[0] = 0\nreturn"),), "bias"),
            "bias-mean": ((("\nreturn", "\ng1[0] = error.mean()\nreturn"),), "bias mean-for-sum different"),
            "bias-n": ((("\nreturn", "\ng1[0] = len(x)\nreturn"),), "bias missing-upstream different"),
            "bias-twice": ((("\nreturn", "\ng1[0] += error.sum()\nreturn"),), "bias factor different"),
            "bias-thousandth": ((("\nreturn", "\ng1[0] *= 1.001\nreturn"),), "bias factor different"),
            "bias-sign": ((("\nreturn", "\ng1[0] = -g1[0]\nreturn"),), "bias sign different"),
            "no-bias-prediction": ((("y_hat = X @ self.w1", "y_hat = x @ self.w1[1:]"),), "bias different"),
            "pred-bias-twice": ((("y_hat = X @ self.w1", "y_hat = X @ self.w1 + self.w1[0]"),), "bias different"),
            "flat-error": ((("error = y_hat - y_true", "error = (y_hat - y_true).ravel()"),), "wrong-shape"),
            "outer-error": ((("error = y_hat - y_true", "error = y_hat - y_true.ravel()"),), "wrong-shape different"),
            "outer-summed": (
                (("error = y_hat - y_true", "error = (y_hat - y_true.ravel()).sum(axis=1, keepdims=True)"),),
                "different",
            ),
            "plus": ((("y_hat - y_true", "y_hat + y_true"),), "different"),
            "no-truth": ((("y_hat - y_true", "y_hat"),), "different missing-upstream"),
            "no-prediction": ((("y_hat - y_true", "-y_true"),), "different missing-upstream"),
            "square": ((("X.T @ error", "X.T @ error**2"),), "different"),
            "abs": ((("X.T @ error", "X.T @ np.abs(error)"),), "different"),
            "sign-error": ((("X.T @ error", "X.T @ np.sign(error)"),), "different missing-upstream"),
            "w": ((("X.T @ error", "X.T @ error * self.w1"),), "different"),
            "no-transpose": ((("X.T @ error", "X @ error"),), "raises"),
            "broadcast": ((("X.T @ error", "X * error"),), "wrong-shape"),
            "broadcast-mean": ((("X.T @ error", "(X * error).mean(axis=0).reshape(2, 1)"),), "mean-for-sum"),
            "broadcast-flat": ((("X.T @ error", "(X * error).sum(axis=0)"),), "wrong-shape"),
            "n-minus-1": ((("X.T @ error", "X.T @ error / max(len(x) - 1, 1)"),), "different factor"),
            "drops-last": ((("X.T @ error", "X[:-1].T @ error[:-1]"),), "different hard-coded"),
            "first": ((("X.T @ error", "X[:1].T @ error[:1]"),), "different"),
            "mean-x": ((("X.T @ error", "X.mean(axis=0).reshape(2, 1) * error.sum()"),), "different"),
            "in-place-y": (
                (("error = y_hat - y_true", "error = y_true\nerror -= y_hat\nerror *= -1"),),
                "mutates-arguments",
            ),
            "in-place-x": ((("X = np", "x += 0.5\nX = np"),), "mutates-arguments different"),
            "in-place-w": ((("error =", "self.w1 *= 0.5\nerror ="),), "mutates-weights"),
            "seven-hundred": ((("X.T @ error", "X.T @ error * 700 / len(x)"),), "different mean-for-sum factor"),
            "over-700": ((("X.T @ error", "X.T @ error / 700"),), "factor"),
            "int": ((("X.T @ error", "X.T.astype(int) @ error"),), "different"),
            "x-squared": ((("g1 = X.T", "X[:, 1] **= 2\ng1 = X.T"),), "different"),
            "transposed": ((("X.T @ error", "error.T @ X"),), "transposed"),
            "solved": ((("X.T @ error", "np.linalg.lstsq(X, error, rcond=None)[0]"),), "different"),
        },
    )
    faults += edited(
        bodies["loops"],
        "loops",
        {
            "not-added": ((("g1[0, 0] += e", "g1[0, 0] = e"),), "different bias"),
            "not-added-1": ((("g1[1, 0] += e", "g1[1, 0] = e"),), "different"),
            "skips-first": ((("range(len(x))", "range(1, len(x))"),), "different hard-coded"),
            "skips-last": ((("range(len(x))", "range(len(x) - 1)"),), "different hard-coded"),
            "no-x": ((("e * x[i, 0]", "e"),), "missing-upstream different"),
            "return-in": ((("\nreturn", "\n    return"),), "different"),
            "int": ((("np.zeros((2, 1))", "np.zeros((2, 1), dtype=int)"),), "different"),
            "flat": ((("np.zeros((2, 1))", "np.zeros((1, 2))"), ("g1[1, 0]", "g1[0, 1]")), "transposed"),
        },
    )
    gr += [Text("dloss_dw", f"wrong-{k}", method("dloss_dw", DLOSS, b), codes(c)) for k, b, c in faults]
    gr += gradient_faults(m, bodies["plain"], "plain")
    gr += gradient_faults(m, bodies["calls"], "calls")[::4]
    gr += numerical(m)
    inline = "def L(b, s):\n    return 0.5 * np.sum((b + s * x - y_true) ** 2)\nb, s = self.w1.ravel()\nh = {h}\nreturn (np.array([[(L(b + h, s) - L({b0}, s)) / {d}], [(L(b, s + h) - L(b, {s0})) / {d}]]),)"
    for k, h, central in (
        ("inline", "1e-5", True),
        ("inline-1e-3", "1e-3", True),
        ("inline-forward", "1e-6", False),
        ("inline-1", "1.0", True),
    ):
        b = inline.format(
            h=h, b0="b - h" if central else "b", s0="s - h" if central else "s", d="(2 * h)" if central else "h"
        )
        gr.append(Text("dloss_dw", f"wrong-numerical-{k}", method("dloss_dw", DLOSS, b), codes("numerical-gradient")))
    gr += [
        Text(
            "dloss_dw",
            "wrong-complex-step",
            method(
                "dloss_dw",
                DLOSS,
                "X = np.hstack([np.ones_like(x), x])\ng = np.zeros((2, 1))\nfor k in range(2):\n    w = self.w1.astype(complex)\n    w[k, 0] += 1e-30j\n    g[k, 0] = (0.5 * np.sum((X @ w - y_true) ** 2)).imag / 1e-30\nreturn (g,)",
            ),
            codes("numerical-gradient"),
        ),
        Text(
            "dloss_dw",
            "wrong-stale-cache",
            method(
                "dloss_dw",
                DLOSS,
                "if not hasattr(self, 'X'):\n    self.forward(x)\nreturn (self.X.T @ (self.out - y_true),)",
            ),
            codes("different raises wrong-shape"),
            needs="X",
        ),
        Text(
            "dloss_dw",
            "wrong-not-on-fresh",
            method("dloss_dw", DLOSS, "return (self.X.T @ (self.X @ self.w1 - y_true),)"),
            codes("different raises"),
            needs="X",
        ),
        Text("dloss_dw", "wrong-missing", "", codes("not-implemented")),
    ]
    tr = train_texts(m)
    for i, (k, b) in enumerate(bodies.items()):
        tr.append(inline_train(m, k, b, ("lists", "arrays", "while")[i % 3], i % 2 == 0))
    for i, (k, b, c) in enumerate(faults):
        if (
            not any(s in c for s in ("mutates", "wrong-type", "wrong-shape", "transposed"))
            and i % 2 == 0
            and b.rstrip().endswith("\nreturn (g1,)")
        ):
            tr.append(inline_train(m, k, b, ("lists", "arrays", "while")[i % 3], i % 4 == 0, c))
    return out + loss_texts(m) + gr + tr
