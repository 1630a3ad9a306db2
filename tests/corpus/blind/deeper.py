"""The three lessons with hidden layers, as students solve them, and fail to."""

from __future__ import annotations

from collections.abc import Callable

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

RELU = Model(
    "relu_regression",
    "ReLURegression",
    "def __init__(self, init_weights):\n    w1, w2 = init_weights\n    self.w1 = np.array(w1, dtype=float)\n    self.w2 = np.array(w2, dtype=float)\n",
    ("w1", "w2"),
    False,
    "half",
    2,
    "np.concatenate([self.w1.ravel(), self.w2.ravel()])",
)
TWO = Model(
    "two_layer_relu",
    "TwoLayerReLU",
    RELU.init,
    ("w1", "w2"),
    False,
    "sum",
    2,
    "np.concatenate([self.w1.ravel(), self.w2.ravel()])",
)
SIGMOID = Model(
    "sigmoid_mlp",
    "SigmoidMLP",
    "def __init__(self, init_weights):\n    w1, b1, w2, b2, w3, b3 = init_weights\n"
    + "".join(f"    self.{w} = np.array({w}, dtype=float)\n" for w in ("w1", "b1", "w2", "b2", "w3", "b3")),
    ("w1", "b1", "w2", "b2", "w3", "b3"),
    False,
    "mean",
    1,
    "np.concatenate([w.ravel() for w in (self.w1, self.b1, self.w2, self.b2, self.w3, self.b3)])",
)

STUB = "raise NotImplementedError('replace this line with your own code: see the hint above')"


def shared_forward_faults(body: str, result: str, n: str) -> dict[str, tuple[str, str]]:
    """What can go wrong with any last line `return RESULT` of a right forward."""
    assert body.endswith(f"return {result}")
    head = body[: -len(f"return {result}")]
    return {
        "sign": (head + f"return -({result})", "sign"),
        "double": (head + f"return 2 * ({result})", "factor"),
        "thousandth": (head + f"return 1.001 * ({result})", "factor"),
        "plus": (head + f"return {result} + 1e-3", "different bias"),
        "none": (head + f"out = {result}", "wrong-type"),
        "print": (head + f"print({result})", "wrong-type"),
        "text": (head + f"return str({result})", "wrong-type"),
        "complex": (head + f"return ({result}) + 0j", "wrong-type"),
        "squeeze": (head + f"return np.squeeze({result})", "wrong-shape"),
        "total": (head + f"return np.sum({result})", "wrong-shape"),
        "extra-axis": (head + f"return ({result})[None]", "wrong-shape"),
        "drops-last": (head + f"return ({result})[:-1]", "wrong-shape"),
        "reversed": (head + f"return ({result})[::-1]", "different"),
        "sorted": ("x = np.sort(x, axis=0)\n" + body, "different"),
        "rounded": (head + f"return np.round({result}, 2)", "different"),
        "int": (head + f"return ({result}).astype(int)", "different"),
        "zeros": (head + f"return np.zeros_like({result})", "hard-coded"),
        "relu-out": (head + f"return np.maximum({result}, 0)", "different"),
        "mutates-x": ("x *= 1.5\n" + body, "mutates-arguments different"),
        "mutates-x-after": (head + f"y = {result}\nx[...] = 0\nreturn y", "mutates-arguments"),
        "mutates-w": (head + f"y = {result}\nself.w1 *= 0.999\nreturn y", "mutates-weights"),
        "mutates-w-relu": (head + f"y = {result}\nself.w2 = np.maximum(self.w2, 0)\nreturn y", "mutates-weights"),
        "one-sample": (f"if len(x) == 1:\n    return np.zeros({n})\n" + body, "different hard-coded"),
        "raises-big": ("if len(x) > 50:\n    raise ValueError('too many')\n" + body, "raises"),
        "stale": (
            "if hasattr(self, 'saved'):\n    return self.saved\n" + head + f"self.saved = {result}\nreturn self.saved",
            "different wrong-shape hard-coded",
        ),
        "stub": (STUB, "not-implemented"),
        "name": (body.replace("self.w1", "w1"), "raises"),
        "int-weights": (body.replace("self.w1", "self.w1.astype(int)"), "different"),
        "centred": ("x = x - x.mean(axis=0)\n" + body, "different"),
        "pair": (head + f"return x, {result}", "wrong-type wrong-shape"),
        "last-zero": (head + f"y = {result}\ny[-1] = 0\nreturn y", "different hard-coded"),
    }


def put_together(
    m: Model, out: list[Text], bodies: dict[str, str], faults: list[tuple[str, str, str]], canonical: str, other: str
) -> list[Text]:
    gr = [Text("dloss_dw", f"right-{k}", method("dloss_dw", DLOSS, b)) for k, b in bodies.items()]
    joined = m.ret.removeprefix("return ")
    for i, (k, b) in enumerate(bodies.items()):
        wrap = ("[{}]", "({})", "tuple([{}])", "list(({}))")[i % 4].format(joined)
        gr.append(Text("dloss_dw", f"right-{k}-wrapped", method("dloss_dw", DLOSS, b.replace(m.ret, f"return {wrap}"))))
    gr += [Text("dloss_dw", f"wrong-{k}", method("dloss_dw", DLOSS, b), codes(c)) for k, b, c in faults]
    gr += gradient_faults(m, bodies[canonical], canonical)
    gr += gradient_faults(m, bodies[other], other)[::6]
    gr += numerical(m)
    gr.append(Text("dloss_dw", "wrong-missing", "", codes("not-implemented")))
    tr = train_texts(m)
    for i, (k, b) in enumerate(bodies.items()):
        tr.append(inline_train(m, k, b, ("lists", "arrays", "while")[i % 3], i % 2 == 0))
    for i, (k, b, c) in enumerate(faults):
        if (
            not any(s in c for s in ("mutates", "wrong-type", "wrong-shape", "transposed"))
            and i % 2 == 0
            and b.rstrip().endswith("\n" + m.ret)
        ):
            tr.append(inline_train(m, k, b, ("lists", "arrays", "while")[i % 3], i % 4 == 0, c))
    return out + loss_texts(m) + gr + tr


def relu_regression() -> list[Text]:
    m = RELU
    X = "X = np.hstack([np.ones_like(x), x])\n"
    right = {
        "plain": X + "U = X @ self.w1\nH = np.maximum(U, 0)\nreturn np.hstack([np.ones_like(x), H]) @ self.w2",
        "c_": "one = np.ones(len(x))\nreturn np.c_[one, np.maximum(np.c_[one, x] @ self.w1, 0)] @ self.w2",
        "split": "U = self.w1[0] + x * self.w1[1]\nH = U * (U > 0)\nreturn self.w2[0] + H @ self.w2[1:]",
        "split-outer": "U = self.w1[:1] + x @ self.w1[1:]\nH = np.where(U > 0, U, 0.0)\nreturn H @ self.w2[1:] + self.w2[0, 0]",
        "clip": X
        + "H = np.clip(X @ self.w1, 0, None)\nA = np.concatenate([np.ones((len(x), 1)), H], axis=1)\nreturn A.dot(self.w2)",
        "abs": X + "U = X @ self.w1\nH = (U + np.abs(U)) / 2\nreturn np.insert(H, 0, 1, axis=1) @ self.w2",
        "in-place-own": X
        + "H = X @ self.w1\nH[H < 0] = 0\nH = np.column_stack([np.ones(len(x)), H])\nreturn H @ self.w2",
        "pad": "pad = lambda a: np.pad(a, ((0, 0), (1, 0)), constant_values=1.0)\nreturn pad(np.maximum(pad(x) @ self.w1, 0)) @ self.w2",
        "filled": X
        + "n, h = len(x), self.w1.shape[1]\nA = np.ones((n, h + 1))\nA[:, 1:] = np.maximum(0, X.dot(self.w1))\nreturn A.dot(self.w2)",
        "loops": "out = np.zeros((len(x), 1))\nfor i in range(len(x)):\n    total = self.w2[0, 0]\n    for j in range(self.w1.shape[1]):\n        u = self.w1[0, j] + self.w1[1, j] * x[i, 0]\n        if u > 0:\n            total += u * self.w2[j + 1, 0]\n    out[i, 0] = total\nreturn out",
        "triple": X
        + "n, h = X.shape[0], self.w1.shape[1]\nU = np.zeros((n, h))\nfor i in range(n):\n    for j in range(h):\n        for k in range(2):\n            U[i, j] += X[i, k] * self.w1[k, j]\nout = []\nfor i in range(n):\n    s = self.w2[0, 0]\n    for j in range(h):\n        s += max(U[i, j], 0.0) * self.w2[j + 1, 0]\n    out.append([s])\nreturn np.array(out)",
        "rows": "out = []\nfor row in x:\n    h = np.maximum(np.array([1.0, row[0]]) @ self.w1, 0)\n    out.append(np.concatenate([[1.0], h]) @ self.w2)\nreturn np.array(out)",
        "list-rows": "out = []\nfor v in x[:, 0]:\n    h = [max(0.0, a + b * v) for a, b in self.w1.T]\n    out.append([self.w2[0, 0] + sum(c * d for c, d in zip(h, self.w2[1:, 0]))])\nreturn out",
        "einsum": X
        + "H = np.maximum(np.einsum('nk,kh->nh', X, self.w1), 0)\nreturn np.einsum('nh,ho->no', H, self.w2[1:]) + self.w2[:1]",
        "units": "y = np.full(x.shape, self.w2[0, 0])\nfor j in range(self.w1.shape[1]):\n    u = self.w1[0, j] + self.w1[1, j] * x\n    y = y + np.where(u > 0, u, 0) * self.w2[j + 1, 0]\nreturn y",
        "transposed": "XT = np.vstack([np.ones(len(x)), x[:, 0]])\nHT = np.maximum(self.w1.T @ XT, 0)\nAT = np.vstack([np.ones(len(x)), HT])\nreturn (self.w2.T @ AT).T",
        "block": "return np.block([np.ones_like(x), np.fmax(np.block([np.ones_like(x), x]) @ self.w1, 0)]) @ self.w2",
        "vectorize": X
        + "relu = np.vectorize(lambda u: u if u > 0 else 0.0, otypes=[float])\nreturn np.hstack([np.ones_like(x), relu(X @ self.w1)]) @ self.w2",
        "mask": X
        + "U = X @ self.w1\nmask = (U > 0).astype(float)\nreturn np.hstack([np.ones_like(x), U * mask]) @ self.w2",
        "multiply-out": X
        + "U = X @ self.w1\nH = np.maximum(U, np.zeros(U.shape), out=np.empty_like(U))\nreturn np.hstack((np.ones((x.shape[0], 1)), H)) @ self.w2",
    }
    canon = right["plain"]
    res = "np.hstack([np.ones_like(x), H]) @ self.w2"
    wrong = shared_forward_faults(canon, res, "(1, 1)")
    for k, old, new, c in [
        ("no-relu", "np.maximum(U, 0)", "U", "different"),
        ("relu-one", "np.maximum(U, 0)", "np.maximum(U, 1)", "different"),
        ("minimum", "np.maximum(U, 0)", "np.minimum(U, 0)", "different"),
        ("leaky", "np.maximum(U, 0)", "np.where(U > 0, U, 0.01 * U)", "different"),
        ("leaky-1e-3", "np.maximum(U, 0)", "np.maximum(U, 1e-3 * U)", "different"),
        ("step", "np.maximum(U, 0)", "(U > 0) * 1.0", "different"),
        ("abs", "np.maximum(U, 0)", "np.abs(U)", "different"),
        ("relu6", "np.maximum(U, 0)", "np.clip(U, 0, 6)", "different"),
        ("softplus", "np.maximum(U, 0)", "np.log1p(np.exp(U))", "different not-finite"),
        ("sigmoid", "np.maximum(U, 0)", "1 / (1 + np.exp(-U))", "different"),
        ("max-all", "np.maximum(U, 0)", "np.max(U, 0)", "raises different wrong-shape"),
        ("no-bias-1", "np.hstack([np.ones_like(x), x])", "np.hstack([np.zeros_like(x), x])", "bias"),
        ("no-bias-2", "np.hstack([np.ones_like(x), H])", "np.hstack([np.zeros_like(x), H])", "bias"),
        ("bias-2-twice", "H]) @ self.w2", "H]) @ self.w2 + self.w2[0]", "bias"),
        ("bias-1-twice", "U = X @ self.w1", "U = X @ self.w1 + self.w1[0]", "bias"),
        ("bias-last-1", "[np.ones_like(x), x]", "[x, np.ones_like(x)]", "bias swapped different"),
        ("bias-last-2", "[np.ones_like(x), H]", "[H, np.ones_like(x)]", "bias swapped different"),
        ("bias-dropped-2", "np.hstack([np.ones_like(x), H]) @ self.w2", "H @ self.w2[1:]", "bias"),
        ("bias-dropped-1", "U = X @ self.w1", "U = x @ self.w1[1:]", "bias"),
        ("no-ones-2", "np.hstack([np.ones_like(x), H]) @ self.w2", "H @ self.w2", "raises"),
        ("no-ones-1", "U = X @ self.w1", "U = x @ self.w1", "raises"),
        ("relu-late", "H = np.maximum(U, 0)\n", "H = U\n", "different"),
        (
            "relu-ones",
            "np.hstack([np.ones_like(x), H]) @ self.w2",
            "np.maximum(np.hstack([np.ones_like(x), U]), 0)[:, :-1] @ self.w2[:-1]",
            "different",
        ),
        ("flat", res, f"({res}).ravel()", "wrong-shape"),
        ("row", res, f"({res}).T", "transposed"),
        (
            "ten",
            "np.hstack([np.ones_like(x), H]) @ self.w2",
            "sum(H[:, [j]] * self.w2[j + 1] for j in range(10)) + self.w2[0]",
            "raises different",
        ),
        ("first-two", res, "self.w2[0] + H[:, :1] @ self.w2[1:2]", "different"),
        ("w2-shift", res, "H @ self.w2[:-1] + self.w2[-1]", "bias different"),
        ("dropout", "H = np.maximum(U, 0)", "H = np.maximum(U, 0) * (np.arange(U.shape[1]) % 2 == 0)", "different"),
        ("in-place-x", "X = np", "x += 1\nX = np", "mutates-arguments different"),
        (
            "stale-X",
            X,
            "if not hasattr(self, 'X'):\n    self.X = np.hstack([np.ones_like(x), x])\nX = self.X\n",
            "different raises wrong-shape",
        ),
    ]:
        assert old in canon, k
        wrong[k] = (canon.replace(old, new), c)
    wrong["bias-minus"] = (right["split"].replace("self.w2[0] + H", "H") + " - self.w2[0]", "bias different")
    wrong["outer"] = (
        "U = self.w1[0] + x * self.w1[1]\nH = np.maximum(U, 0)\nreturn self.w2[0] + (H * self.w2[1:, 0]).sum(axis=1)",
        "wrong-shape",
    )
    out = listed("forward", FORWARD, right, wrong)
    cache = "self.x = x\nself.X = np.hstack([np.ones_like(x), x])\nself.U = self.X @ self.w1\nself.H = np.hstack([np.ones_like(x), np.maximum(self.U, 0)])\nself.y = self.H @ self.w2\nreturn self.y"
    out += [
        Text("forward", "right-caches", method("forward", FORWARD, cache), gives="U"),
        Text(
            "forward",
            "right-global",
            method("forward", FORWARD, "return with_ones(relu(with_ones(x) @ self.w1)) @ self.w2"),
            top="def relu(u):\n    return np.maximum(u, 0.0)\n\n\ndef with_ones(a):\n    return np.hstack([np.ones((len(a), 1)), a])\n",
        ),
        Text(
            "forward",
            "right-methods",
            method("forward", FORWARD, "h = self._hidden(x)\nreturn h @ self.w2"),
            extra="def _hidden(self, x):\n    u = np.c_[np.ones(len(x)), x] @ self.w1\n    return np.c_[np.ones(len(x)), np.maximum(u, 0)]\n",
        ),
        Text(
            "forward",
            "wrong-caches-flat",
            method("forward", FORWARD, cache.replace("return self.y", "return self.y.ravel()")),
            codes("wrong-shape"),
            gives="U",
        ),
        Text(
            "forward",
            "wrong-caches-sign",
            method("forward", FORWARD, cache.replace("return self.y", "return -self.y")),
            codes("sign"),
            gives="U",
        ),
        Text(
            "forward",
            "wrong-caches-none",
            method("forward", FORWARD, cache.replace("return self.y", "pass")),
            codes("wrong-type"),
            gives="U",
        ),
        Text(
            "forward",
            "wrong-caches-bias",
            method("forward", FORWARD, cache.replace("return self.y", "return self.y + self.w2[0]")),
            codes("bias"),
            gives="U",
        ),
        Text("forward", "wrong-missing", "", codes("not-implemented")),
    ]
    ones = "one = np.ones_like(x)\nX = np.hstack([one, x])\nU = X @ self.w1\nA = np.hstack([one, np.maximum(U, 0)])\n"
    bodies = {
        "plain": ones
        + "y_hat = A @ self.w2\nerror = y_hat - y_true\ng2 = A.T @ error\ndH = error @ self.w2[1:].T\ndU = dH * (U > 0)\ng1 = X.T @ dU\nreturn g1, g2",
        "calls": ones
        + "y_hat = self.forward(x)\ne = y_hat - y_true\ng2 = A.T.dot(e)\ndU = e.dot(self.w2[1:].T)\ndU[U <= 0] = 0\ng1 = X.T.dot(dU)\nreturn g1, g2",
        "drop": ones
        + "y_hat = A @ self.w2\nd = y_hat - y_true\ng2 = A.T @ d\ndA = d @ self.w2.T\ndH = dA[:, 1:]\ndU = np.where(U > 0, dH, 0.0)\ng1 = X.T @ dU\nreturn g1, g2",
        "sums": "U = self.w1[0] + x * self.w1[1]\nH = np.maximum(U, 0)\ny_hat = self.w2[0] + H @ self.w2[1:]\ne = y_hat - y_true\ng2 = np.vstack([e.sum(axis=0, keepdims=True), H.T @ e])\ndU = e * self.w2[1:, 0] * (H > 0)\ng1 = np.vstack([dU.sum(axis=0), (x * dU).sum(axis=0)])\nreturn g1, g2",
        "loops": "g1 = np.zeros_like(self.w1)\ng2 = np.zeros_like(self.w2)\ny_hat = np.zeros(y_true.shape)\nfor n in range(len(x)):\n    u = self.w1[0] + self.w1[1] * x[n, 0]\n    h = np.maximum(u, 0)\n    y_hat[n, 0] = self.w2[0, 0] + h @ self.w2[1:, 0]\n    e = y_hat[n, 0] - y_true[n, 0]\n    g2[0, 0] += e\n    for j in range(len(h)):\n        g2[j + 1, 0] += e * h[j]\n        if u[j] > 0:\n            g1[0, j] += e * self.w2[j + 1, 0]\n            g1[1, j] += e * self.w2[j + 1, 0] * x[n, 0]\nreturn g1, g2",
        "units": ones
        + "y_hat = A @ self.w2\ne = (y_hat - y_true)[:, 0]\ng1 = np.zeros(self.w1.shape)\ng2 = np.zeros(self.w2.shape)\ng2[0] = e.sum()\nfor j in range(self.w1.shape[1]):\n    on = U[:, j] > 0\n    g2[j + 1] = np.sum(e * A[:, j + 1])\n    g1[0, j] = np.sum(e[on]) * self.w2[j + 1, 0]\n    g1[1, j] = np.sum(e[on] * x[on, 0]) * self.w2[j + 1, 0]\nreturn g1, g2",
        "einsum": ones
        + "y_hat = np.einsum('nh,ho->no', A, self.w2)\ne = y_hat - y_true\ng2 = np.einsum('nh,no->ho', A, e)\ng1 = np.einsum('nk,no,ho,nh->kh', X, e, self.w2[1:], (U > 0).astype(float))\nreturn g1, g2",
        "heaviside": ones
        + "y_hat = A @ self.w2\ne = y_hat - y_true\ng2 = A.T @ e\ng1 = X.T @ ((e @ self.w2[1:].T) * np.heaviside(U, 0))\nreturn g1, g2",
        "outer": ones
        + "y_hat = A @ self.w2\ng1 = np.zeros_like(self.w1)\ng2 = np.zeros_like(self.w2)\nfor k in range(len(x)):\n    e = y_hat[k] - y_true[k]\n    g2 += np.outer(A[k], e)\n    g1 += np.outer(X[k], e * self.w2[1:, 0] * (U[k] > 0))\nreturn g1, g2",
        "mask-A": ones
        + "y_hat = A @ self.w2\ne = y_hat - y_true\nmask = np.where(A > 0, 1, 0)\ndA = (e @ self.w2.T) * mask\ng2 = A.T @ e\ng1 = X.T @ dA[:, 1:]\nreturn g1, g2",
        "delete": ones
        + "y_hat = self.forward(x)\ne = np.asarray(y_hat) - y_true\ng2 = A.T @ e\nback = np.delete(e @ self.w2.T, 0, axis=1)\nback[np.logical_not(U > 0)] = 0.0\ng1 = X.T @ back\nreturn g1, g2",
        "ge": ones
        + "y_hat = A @ self.w2\ne = y_hat - y_true\ng2 = A.T @ e\ndrelu = U.copy()\ndrelu[drelu > 0] = 1\ndrelu[drelu <= 0] = 0\ng1 = X.T @ (drelu * (e @ self.w2[1:].T))\nreturn g1, g2",
        "transposed": ones
        + "y_hat = A @ self.w2\neT = (y_hat - y_true).T\ng2 = (eT @ A).T\ndUT = (self.w2[1:] @ eT) * (U.T > 0)\ng1 = (dUT @ X).T\nreturn g1, g2",
    }
    canon = bodies["plain"]
    faults = edited(
        canon,
        "plain",
        {
            "no-mask": (((" * (U > 0)", ""),), "missing-activation-derivative"),
            "mask-of-gradient": (((" * (U > 0)", " * (dH > 0)"),), "wrong-activation-derivative"),
            "mask-of-error": (((" * (U > 0)", " * (error > 0)"),), "wrong-activation-derivative different"),
            "mask-flipped": (((" * (U > 0)", " * (U < 0)"),), "wrong-activation-derivative"),
            "relu-as-mask": (((" * (U > 0)", " * np.maximum(U, 0)"),), "wrong-activation-derivative"),
            "relu-of-gradient": (
                ((" * (U > 0)", ""), ("dU = dH", "dU = np.maximum(dH, 0)")),
                "wrong-activation-derivative",
            ),
            "mask-x": (((" * (U > 0)", " * (x > 0)"),), "wrong-activation-derivative different"),
            "mask-ge1": (((" * (U > 0)", " * (U > 1)"),), "wrong-activation-derivative different"),
            "mask-ge-1": (((" * (U > 0)", " * (U > -1)"),), "wrong-activation-derivative different"),
            "mask-all-units": (
                ((" * (U > 0)", " * (U > 0).any(axis=1, keepdims=True)"),),
                "wrong-activation-derivative different missing-activation-derivative",
            ),
            "leaky": (((" * (U > 0)", " * np.where(U > 0, 1, 0.01)"),), "wrong-activation-derivative different"),
            "sigmoid'": (((" * (U > 0)", " / (1 + np.exp(-U))"),), "wrong-activation-derivative different"),
            "in-place": (
                (
                    ("A = np.hstack([one, np.maximum(U, 0)])", "H = U\nH[H < 0] = 0\nA = np.hstack([one, H])"),
                    ("U > 0", "U >= 0"),
                ),
                "missing-activation-derivative",
            ),
            "mask-g2": ((("g2 = A.T @ error", "g2 = (A * (A > 1)).T @ error"),), "different"),
            "no-w2": ((("error @ self.w2[1:].T", "error"),), "missing-upstream"),
            "w2-ones": ((("error @ self.w2[1:].T", "error @ np.ones_like(self.w2[1:]).T"),), "missing-upstream"),
            "w2-bias-row": ((("self.w2[1:].T", "self.w2[:-1].T"),), "bias different"),
            "no-residual": ((("dH = error @", "dH = np.ones_like(error) @"),), "missing-upstream"),
            "no-residual-g2": ((("A.T @ error", "A.T @ np.ones_like(error)"),), "missing-upstream"),
            "minus": ((("y_hat - y_true", "y_true - y_hat"),), "sign"),
            "mean": ((("y_hat - y_true", "(y_hat - y_true) / len(x)"),), "mean-for-sum"),
            "double": ((("y_hat - y_true", "2 * (y_hat - y_true)"),), "factor"),
            "half": ((("y_hat - y_true", "0.5 * (y_hat - y_true)"),), "factor"),
            "no-truth": ((("y_hat - y_true", "y_hat"),), "different missing-upstream"),
            "plus": ((("y_hat - y_true", "y_hat + y_true"),), "different"),
            "square": ((("y_hat - y_true", "(y_hat - y_true) ** 2"),), "different"),
            "sign-error": ((("y_hat - y_true", "np.sign(y_hat - y_true)"),), "different missing-upstream"),
            "g2-U": (
                (("g2 = A.T", "g2 = np.hstack([one, U]).T"),),
                "different missing-activation-derivative wrong-activation-derivative",
            ),
            "g2-no-bias": ((("g2 = A.T @ error", "g2 = A[:, 1:].T @ error"),), "bias wrong-shape"),
            "g2-zero-bias": ((("g2 = A.T @ error", "g2 = A.T @ error\ng2[0] = 0"),), "bias"),
            "g2-bias-mean": (
                (("g2 = A.T @ error", "g2 = A.T @ error\ng2[0] = error.mean()"),),
                "bias mean-for-sum different",
            ),
            "g2-bias-last": ((("g2 = A.T @ error", "g2 = np.roll(A.T @ error, -1, axis=0)"),), "bias different"),
            "g2-thousandth": ((("g2 = A.T @ error", "g2 = A.T @ error\ng2[0] *= 1.001"),), "bias different factor"),
            "g1-no-bias": ((("g1 = X.T @ dU", "g1 = x.T @ dU"),), "bias wrong-shape"),
            "g1-zero-bias": ((("g1 = X.T @ dU", "g1 = X.T @ dU\ng1[0] = 0"),), "bias"),
            "g1-bias-sign": ((("g1 = X.T @ dU", "g1 = X.T @ dU\ng1[0] *= -1"),), "bias sign different"),
            "g1-bias-mean": (
                (("g1 = X.T @ dU", "g1 = X.T @ dU\ng1[0] = dU.mean(axis=0)"),),
                "bias mean-for-sum different",
            ),
            "g1-no-x": ((("g1 = X.T @ dU", "g1 = np.ones_like(X).T @ dU"),), "missing-upstream different"),
            "g1-rows-swapped": ((("g1 = X.T @ dU", "g1 = X[:, ::-1].T @ dU"),), "bias swapped different"),
            "not-removed": (
                (("dH = error @ self.w2[1:].T\ndU = dH * (U > 0)", "dU = (error @ self.w2.T) * (A > 0)"),),
                "bias wrong-shape",
            ),
            "not-removed-cut-last": (
                (("dH = error @ self.w2[1:].T", "dH = (error @ self.w2.T)[:, :-1]"),),
                "bias different",
            ),
            "ones-1": ((("X = np.hstack([one, x])", "X = np.hstack([0 * one, x])"),), "bias different"),
            "ones-2": ((("A = np.hstack([one,", "A = np.hstack([0 * one,"),), "bias"),
            "pred-no-bias": ((("y_hat = A @ self.w2", "y_hat = A[:, 1:] @ self.w2[1:]"),), "bias different"),
            "pred-no-relu": ((("y_hat = A @ self.w2", "y_hat = np.hstack([one, U]) @ self.w2"),), "different"),
            "no-relu": ((("np.maximum(U, 0)", "U"), (" * (U > 0)", "")), "different missing-activation-derivative"),
            "moves-w2": ((("dH = error", "self.w2 = self.w2 - 1e-3 * g2\ndH = error"),), "mutates-weights"),
            "in-place-y": ((("error = y_hat - y_true", "y_true -= y_hat\nerror = -y_true"),), "mutates-arguments"),
            "outer": ((("y_hat - y_true", "y_hat - y_true.ravel()"),), "raises wrong-shape different"),
            "first-sample": ((("g1 = X.T @ dU", "g1 = X[:1].T @ dU[:1]"),), "different"),
            "drops-last": ((("g1 = X.T @ dU", "g1 = X[:-1].T @ dU[:-1]"),), "different hard-coded"),
            "mean-dU": ((("g1 = X.T @ dU", "g1 = X.T @ dU / len(x)"),), "mean-for-sum"),
            "w1-again": ((("g1 = X.T @ dU", "g1 = (X.T @ dU) * self.w1"),), "different"),
            "ten": (
                (("g1 = X.T @ dU", "g1 = np.zeros((2, 10))\ng1[:, :dU.shape[1]] = X.T @ dU"),),
                "wrong-shape raises",
            ),
            "unit-0-off": ((("g1 = X.T @ dU", "g1 = X.T @ dU\ng1[:, 0] = 0"),), "different hard-coded"),
            "last-unit-off": ((("g1 = X.T @ dU", "g1 = X.T @ dU\ng1[:, -1] *= 1.01"),), "different factor"),
            "int-mask": ((("(U > 0)", "U.astype(int)"),), "wrong-activation-derivative different"),
        },
    )
    faults += edited(
        bodies["loops"],
        "loops",
        {
            "no-if": ((("if u[j] > 0", "if True"),), "missing-activation-derivative"),
            "if-h": ((("if u[j] > 0", "if e > 0"),), "wrong-activation-derivative different"),
            "if-w": ((("if u[j] > 0", "if self.w2[j + 1, 0] > 0"),), "wrong-activation-derivative different"),
            "index": ((("self.w2[j + 1, 0]", "self.w2[j, 0]"),), "bias different"),
            "not-added": ((("g1[1, j] +=", "g1[1, j] ="),), "different"),
            "bias-not-added": ((("g2[0, 0] +=", "g2[0, 0] ="),), "bias different"),
            "bias-inside": (
                (("    g2[0, 0] += e\n", ""), ("        g2[j + 1", "        g2[0, 0] += e\n        g2[j + 1")),
                "bias different",
            ),
            "skips-first": ((("range(len(x))", "range(1, len(x))"),), "different hard-coded"),
            "skips-unit": ((("range(len(h))", "range(len(h) - 1)"),), "different hard-coded"),
            "return-in": ((("\nreturn", "\n    return"),), "different"),
        },
    )
    out += [
        Text(
            "dloss_dw",
            "right-cache",
            method(
                "dloss_dw",
                DLOSS,
                "y_hat = self.forward(x)\ne = y_hat - y_true\ng2 = self.H.T @ e\ng1 = self.X.T @ ((e @ self.w2[1:].T) * (self.U > 0))\nreturn g1, g2",
            ),
            needs="U",
        ),
        Text(
            "dloss_dw",
            "right-cache-y",
            method(
                "dloss_dw",
                DLOSS,
                "self.forward(x)\ne = self.y - y_true\nreturn self.X.T @ ((e @ self.w2[1:].T) * (self.H[:, 1:] > 0)), self.H.T @ e",
            ),
            needs="U",
        ),
        Text(
            "dloss_dw",
            "wrong-stale-cache",
            method(
                "dloss_dw",
                DLOSS,
                "if not hasattr(self, 'U'):\n    self.forward(x)\ne = self.y - y_true\nreturn self.X.T @ ((e @ self.w2[1:].T) * (self.U > 0)), self.H.T @ e",
            ),
            codes("different raises wrong-shape"),
            needs="U",
        ),
        Text(
            "dloss_dw",
            "wrong-not-on-fresh",
            method(
                "dloss_dw",
                DLOSS,
                "e = self.y - y_true\nreturn self.X.T @ ((e @ self.w2[1:].T) * (self.U > 0)), self.H.T @ e",
            ),
            codes("different raises wrong-shape"),
            needs="U",
        ),
        Text(
            "dloss_dw",
            "right-helpers",
            method(
                "dloss_dw",
                DLOSS,
                "X, U, A = self._parts(x)\ne = A @ self.w2 - y_true\nreturn X.T @ (e @ self.w2[1:].T * self._slope(U)), A.T @ e",
            ),
            extra="def _parts(self, x):\n    X = np.c_[np.ones(len(x)), x]\n    U = X @ self.w1\n    return X, U, np.c_[np.ones(len(x)), np.maximum(U, 0)]\n\n@staticmethod\ndef _slope(U):\n    return (U > 0).astype(float)\n",
        ),
    ]
    return put_together(m, out, bodies, faults, "plain", "calls")


def two_layer() -> list[Text]:
    m = TWO
    right = {
        "plain": "a = x @ self.w1\nh = np.maximum(a, 0)\nreturn h @ self.w2",
        "one-line": "return np.maximum(x @ self.w1, 0) @ self.w2",
        "dot": "return np.maximum(0, x.dot(self.w1)).dot(self.w2)",
        "where": "a = np.matmul(x, self.w1)\nh = np.where(a > 0, a, 0)\nreturn np.matmul(h, self.w2)",
        "mask": "a = x @ self.w1\nreturn (a * (a > 0)) @ self.w2",
        "clip": "return np.clip(x @ self.w1, 0, None) @ self.w2",
        "in-place-own": "h = x @ self.w1\nh[h < 0] = 0\nreturn h @ self.w2",
        "copy": "a = x @ self.w1\nh = a.copy()\nh[a < 0] = 0\nreturn h @ self.w2",
        "abs": "a = x @ self.w1\nreturn 0.5 * (a + abs(a)) @ self.w2",
        "einsum": "return np.einsum('nh,ho->no', np.maximum(np.einsum('nd,dh->nh', x, self.w1), 0), self.w2)",
        "rows": "return np.array([np.maximum(row @ self.w1, 0) @ self.w2 for row in x])",
        "rows-list": "out = []\nfor row in x:\n    out.append(list(np.maximum(row.dot(self.w1), 0).dot(self.w2)))\nreturn out",
        "rows-fill": "out = np.zeros((x.shape[0], self.w2.shape[1]))\nfor i in range(x.shape[0]):\n    h = np.maximum(self.w1.T @ x[i], 0)\n    out[i] = self.w2.T @ h\nreturn out",
        "units": "out = np.zeros((len(x), self.w2.shape[1]))\nfor j in range(self.w1.shape[1]):\n    h = np.maximum(x @ self.w1[:, j], 0)\n    out += np.outer(h, self.w2[j])\nreturn out",
        "outputs": "h = np.maximum(x @ self.w1, 0)\nreturn np.stack([h @ self.w2[:, k] for k in range(self.w2.shape[1])], axis=1)",
        "transposed": "return (self.w2.T @ np.maximum(self.w1.T @ x.T, 0)).T",
        "tensordot": "return np.tensordot(np.maximum(np.tensordot(x, self.w1, 1), 0), self.w2, 1)",
        "broadcast": "a = (x[:, :, None] * self.w1[None]).sum(axis=1)\nreturn (np.maximum(a, 0)[:, :, None] * self.w2[None]).sum(axis=1)",
        "fmax": "a = x @ self.w1\nreturn np.fmax(a, 0.0) @ self.w2",
        "relu-def": "def relu(z):\n    return np.maximum(z, np.zeros_like(z))\nreturn relu(x @ self.w1) @ self.w2",
        "loop-layers": "a = x\nfor k, w in enumerate([self.w1, self.w2]):\n    a = a @ w\n    if k == 0:\n        a = np.maximum(a, 0)\nreturn a",
        "multi": "h = np.multiply(x @ self.w1, np.greater(x @ self.w1, 0))\nreturn np.dot(h, self.w2)",
        "max-scalar": "a = x @ self.w1\nh = np.empty_like(a)\nfor i in range(a.shape[0]):\n    for j in range(a.shape[1]):\n        h[i, j] = max(a[i, j], 0.0)\nreturn h @ self.w2",
        "print": "print(x.shape, self.w1.shape)\nreturn np.maximum(x @ self.w1, 0) @ self.w2",
    }
    canon = right["plain"]
    wrong = shared_forward_faults(canon, "h @ self.w2", "(1, self.w2.shape[1])")
    for k, old, new, c in [
        ("no-relu", "np.maximum(a, 0)", "a", "different"),
        ("minimum", "np.maximum(a, 0)", "np.minimum(a, 0)", "different"),
        ("leaky", "np.maximum(a, 0)", "np.where(a > 0, a, 0.01 * a)", "different"),
        ("leaky-1e-3", "np.maximum(a, 0)", "np.maximum(a, 0.001 * a)", "different"),
        ("relu-one", "np.maximum(a, 0)", "np.maximum(a, 1)", "different"),
        ("relu6", "np.maximum(a, 0)", "np.clip(a, 0, 6)", "different"),
        ("step", "np.maximum(a, 0)", "(a > 0).astype(float)", "different"),
        ("abs", "np.maximum(a, 0)", "np.abs(a)", "different"),
        ("softplus", "np.maximum(a, 0)", "np.log(1 + np.exp(a))", "different not-finite"),
        ("sigmoid", "np.maximum(a, 0)", "1 / (1 + np.exp(-a))", "different"),
        ("tanh", "np.maximum(a, 0)", "np.tanh(a)", "different"),
        ("max", "np.maximum(a, 0)", "np.max(a, 0)", "wrong-shape different raises"),
        ("max-axis", "np.maximum(a, 0)", "a.max(axis=1, keepdims=True) * np.ones_like(a)", "different"),
        ("relu-x", "a = x @ self.w1\nh = np.maximum(a, 0)", "h = np.maximum(x, 0) @ self.w1", "different"),
        ("bias", "x @ self.w1", "x @ self.w1 + 1e-2", "different bias"),
        ("bias-row", "h @ self.w2", "h @ self.w2 + self.w2[0]", "different bias"),
        ("transposed", "return h @ self.w2", "return (h @ self.w2).T", "transposed"),
        ("w1-only", "return h @ self.w2", "return h", "wrong-shape missing-upstream different"),
        ("w1-T", "x @ self.w1", "x @ self.w1.T", "raises different"),
        ("w2-T", "h @ self.w2", "h @ self.w2.T", "raises different"),
        ("order", "x @ self.w1", "self.w1 @ x", "raises different wrong-shape"),
        ("star", "h @ self.w2", "h * self.w2", "raises different wrong-shape"),
        ("first-output", "h @ self.w2", "h @ self.w2[:, :1]", "wrong-shape"),
        ("sum-outputs", "h @ self.w2", "(h @ self.w2).sum(axis=1)", "wrong-shape"),
        ("ravel", "h @ self.w2", "(h @ self.w2).ravel()", "wrong-shape"),
        ("hard-100", "h @ self.w2", "sum(np.outer(h[:, j], self.w2[j]) for j in range(100))", "raises"),
        (
            "hard-64",
            canon,
            "out = np.zeros((64, self.w2.shape[1]))\nfor i in range(64):\n    out[i] = np.maximum(x[i] @ self.w1, 0) @ self.w2\nreturn out",
            "raises wrong-shape",
        ),
        ("hard-10", "h @ self.w2", "np.stack([h @ self.w2[:, k] for k in range(10)], axis=1)", "raises wrong-shape"),
        ("skip-unit", "h @ self.w2", "h[:, 1:] @ self.w2[1:]", "different hard-coded"),
        ("skip-input", "x @ self.w1", "x[:, :-1] @ self.w1[:-1]", "different hard-coded"),
        ("normalised", "a = x", "x = x / np.linalg.norm(x)\na = x", "different"),
        ("in-place-x", "a = x", "x -= x.mean()\na = x", "mutates-arguments different"),
        ("in-place-relu-x", "a = x", "x[x < 0] = 0\na = x", "mutates-arguments different"),
        ("in-place-relu-w", "a = x", "self.w1[self.w1 < 0] = 0\na = x", "mutates-weights different"),
        (
            "stale-w",
            "a = x @ self.w1",
            "if not hasattr(self, 'W'):\n    self.W = self.w1.copy()\na = x @ self.W",
            "different",
        ),
        (
            "one-output",
            "return h @ self.w2",
            "y = h @ self.w2\nreturn y[:, 0] if y.shape[1] == 1 else y",
            "wrong-shape",
        ),
    ]:
        assert old in canon, k
        wrong[k] = (canon.replace(old, new), c)
    out = listed("forward", FORWARD, right, wrong)
    cache = "self.x = x\nself.a = x @ self.w1\nself.h = np.maximum(self.a, 0)\nself.y = self.h @ self.w2\nreturn self.y"
    out += [
        Text("forward", "right-caches", method("forward", FORWARD, cache), gives="a"),
        Text(
            "forward",
            "right-global",
            method("forward", FORWARD, "return relu(x @ self.w1) @ self.w2"),
            top="def relu(u):\n    return np.maximum(u, 0.0)\n",
        ),
        Text(
            "forward",
            "right-static",
            method("forward", FORWARD, "return self.relu(x @ self.w1) @ self.w2"),
            extra="@staticmethod\ndef relu(a):\n    return (a > 0) * a\n",
        ),
        Text(
            "forward",
            "wrong-caches-T",
            method("forward", FORWARD, cache.replace("return self.y", "return self.y.T")),
            codes("transposed"),
            gives="a",
        ),
        Text(
            "forward",
            "wrong-caches-none",
            method("forward", FORWARD, cache.replace("return self.y", "print(self.y)")),
            codes("wrong-type"),
            gives="a",
        ),
        Text(
            "forward",
            "wrong-caches-sign",
            method("forward", FORWARD, cache.replace("return self.y", "return -self.y")),
            codes("sign"),
            gives="a",
        ),
        Text(
            "forward",
            "wrong-caches-h",
            method("forward", FORWARD, cache.replace("return self.y", "return self.h")),
            codes("wrong-shape missing-upstream different"),
            gives="a",
        ),
        Text(
            "forward",
            "wrong-caches-a",
            method("forward", FORWARD, cache.replace("return self.y", "return self.a @ self.w2")),
            codes("different"),
            gives="a",
        ),
        Text("forward", "wrong-missing", "", codes("not-implemented")),
    ]
    fwd = "a = x @ self.w1\nh = np.maximum(a, 0)\n"
    bodies = {
        "plain": fwd
        + "y_hat = h @ self.w2\nd = 2 * (y_hat - y_true)\ng2 = h.T @ d\ndh = d @ self.w2.T\nda = dh * (a > 0)\ng1 = x.T @ da\nreturn g1, g2",
        "calls": fwd
        + "y_hat = self.forward(x)\nd = 2 * (np.asarray(y_hat) - y_true)\ng2 = h.T.dot(d)\nda = d.dot(self.w2.T)\nda[a <= 0] = 0\ng1 = x.T.dot(da)\nreturn g1, g2",
        "minus": fwd
        + "y_hat = h @ self.w2\nr = y_true - y_hat\ng2 = -2 * h.T @ r\ng1 = -2 * x.T @ ((r @ self.w2.T) * (h > 0))\nreturn g1, g2",
        "samples": "g1 = np.zeros_like(self.w1)\ng2 = np.zeros_like(self.w2)\ny_hat = np.zeros(y_true.shape)\nfor n in range(len(x)):\n    a = x[n] @ self.w1\n    h = np.maximum(a, 0)\n    y_hat[n] = h @ self.w2\n    d = 2 * (y_hat[n] - y_true[n])\n    g2 += np.outer(h, d)\n    g1 += np.outer(x[n], (self.w2 @ d) * (a > 0))\nreturn g1, g2",
        "loops": fwd
        + "y_hat = h @ self.w2\ng1 = np.zeros(self.w1.shape)\ng2 = np.zeros(self.w2.shape)\nfor n in range(x.shape[0]):\n    for j in range(self.w1.shape[1]):\n        back = 0.0\n        for k in range(self.w2.shape[1]):\n            d = 2 * (y_hat[n, k] - y_true[n, k])\n            g2[j, k] += h[n, j] * d\n            back += d * self.w2[j, k]\n        if a[n, j] > 0:\n            g1[:, j] += x[n] * back\nreturn g1, g2",
        "einsum": fwd
        + "y_hat = np.einsum('nh,ho->no', h, self.w2)\nd = 2.0 * (y_hat - y_true)\ng2 = np.einsum('nh,no->ho', h, d)\ng1 = np.einsum('nd,no,ho,nh->dh', x, d, self.w2, (a > 0) * 1.0)\nreturn g1, g2",
        "where": fwd
        + "y_hat = h @ self.w2\nd = y_hat - y_true\nd = d + d\ng2 = np.matmul(np.transpose(h), d)\ng1 = np.matmul(x.T, np.where(a > 0, np.matmul(d, self.w2.T), 0))\nreturn g1, g2",
        "heaviside": fwd
        + "y_hat = h @ self.w2\nd = 2 * (y_hat - y_true)\ng1 = x.T @ (np.heaviside(a, 0.0) * (d @ self.w2.T))\ng2 = h.T @ d\nreturn g1, g2",
        "transposed": fwd
        + "y_hat = h @ self.w2\ndT = 2 * (y_hat - y_true).T\ng2 = (dT @ h).T\ng1 = (((self.w2 @ dT) * (a.T > 0)) @ x).T\nreturn g1, g2",
        "copy-mask": fwd
        + "y_hat = h @ self.w2\nd = 2 * (y_hat - y_true)\ng2 = h.T @ d\nda = (d @ self.w2.T).copy()\nda[a < 0] = 0\ng1 = x.T @ da\nreturn g1, g2",
        "slope": fwd
        + "y_hat = h @ self.w2\nslope = a.copy()\nslope[slope > 0] = 1\nslope[slope <= 0] = 0\nd = 2 * (y_hat - y_true)\ng2 = h.T @ d\ng1 = x.T @ np.multiply(slope, d @ self.w2.T)\nreturn g1, g2",
        "sum": fwd
        + "y_hat = h @ self.w2\nd = 2 * (y_hat - y_true)\ng2 = sum(np.outer(h[n], d[n]) for n in range(len(x)))\ndh = d @ self.w2.T\ng1 = sum(np.outer(x[n], dh[n] * (a[n] > 0)) for n in range(len(x)))\nreturn g1, g2",
        "broadcast": fwd
        + "y_hat = h @ self.w2\nd = 2 * (y_hat - y_true)\ng2 = (h[:, :, None] * d[:, None, :]).sum(axis=0)\nda = (d @ self.w2.T) * (a > 0)\ng1 = (x[:, :, None] * da[:, None, :]).sum(axis=0)\nreturn g1, g2",
        "sign": fwd
        + "y_hat = h @ self.w2\nd = 2 * (y_hat - y_true)\ng2 = h.T @ d\ng1 = x.T @ ((d @ self.w2.T) * np.sign(h))\nreturn g1, g2",
    }
    canon = bodies["plain"]
    faults = edited(
        canon,
        "plain",
        {
            "no-mask": (((" * (a > 0)", ""),), "missing-activation-derivative"),
            "mask-of-gradient": (((" * (a > 0)", " * (dh > 0)"),), "wrong-activation-derivative"),
            "relu-of-gradient": ((("dh * (a > 0)", "np.maximum(dh, 0)"),), "wrong-activation-derivative"),
            "mask-flipped": (((" * (a > 0)", " * (a < 0)"),), "wrong-activation-derivative"),
            "relu-as-mask": (((" * (a > 0)", " * h"),), "wrong-activation-derivative"),
            "a-as-mask": (((" * (a > 0)", " * a"),), "wrong-activation-derivative different"),
            "mask-1": (((" * (a > 0)", " * (a > 1)"),), "wrong-activation-derivative different"),
            "mask--1": (((" * (a > 0)", " * (a > -1)"),), "wrong-activation-derivative different"),
            "leaky": (((" * (a > 0)", " * np.where(a > 0, 1, 0.01)"),), "wrong-activation-derivative different"),
            "sigmoid'": (((" * (a > 0)", " / (1 + np.exp(-a))"),), "wrong-activation-derivative different"),
            "in-place": (
                (("h = np.maximum(a, 0)", "h = a\nh[h < 0] = 0"), ("a > 0", "a >= 0")),
                "missing-activation-derivative",
            ),
            "in-place-set": (
                (("h = np.maximum(a, 0)", "h = a\nh[h < 0] = 0"), ("da = dh * (a > 0)", "da = dh\nda[a < 0] = 0")),
                "missing-activation-derivative",
            ),
            "mask-sample": (
                ((" * (a > 0)", " * (a > 0).any(axis=1, keepdims=True)"),),
                "wrong-activation-derivative different missing-activation-derivative",
            ),
            "mask-unit": (
                ((" * (a > 0)", " * (a > 0).any(axis=0)"),),
                "wrong-activation-derivative different missing-activation-derivative",
            ),
            "mask-x": ((("g1 = x.T @ da", "g1 = (x * (x > 0)).T @ da"),), "wrong-activation-derivative different"),
            "mask-twice-w2": (
                (("g2 = h.T @ d", "g2 = a.T @ d"),),
                "different missing-activation-derivative wrong-activation-derivative",
            ),
            "mask-d": ((("y_true)", "y_true)\nd[y_hat < 0] = 0"),), "wrong-activation-derivative different"),
            "no-w2": ((("d @ self.w2.T", "d @ np.ones_like(self.w2.T)"),), "missing-upstream"),
            "no-residual": ((("dh = d @", "dh = np.ones_like(d) @"),), "missing-upstream different"),
            "no-residual-g2": ((("h.T @ d", "h.T @ np.ones_like(d)"),), "missing-upstream different"),
            "minus": ((("y_hat - y_true", "y_true - y_hat"),), "sign"),
            "minus-g1": ((("g1 = x.T", "g1 = -x.T"),), "sign"),
            "no-2": ((("2 * (y_hat", "(y_hat"),), "factor"),
            "mean": ((("2 * (y_hat - y_true)", "2 * (y_hat - y_true) / len(x)"),), "mean-for-sum"),
            "mean-size": ((("2 * (y_hat - y_true)", "2 * (y_hat - y_true) / y_true.size"),), "mean-for-sum"),
            "no-2-mean": ((("2 * (y_hat - y_true)", "(y_hat - y_true) / len(x)"),), "mean-for-sum factor different"),
            "mean-g2": ((("g2 = h.T @ d", "g2 = h.T @ d / len(x)"),), "mean-for-sum"),
            "mean-g1": ((("g1 = x.T @ da", "g1 = x.T @ da / x.shape[0]"),), "mean-for-sum"),
            "over-D": ((("g1 = x.T @ da", "g1 = x.T @ da / x.shape[1]"),), "different factor mean-for-sum"),
            "no-truth": ((("y_hat - y_true", "y_hat"),), "different missing-upstream"),
            "plus": ((("y_hat - y_true", "y_hat + y_true"),), "different"),
            "square": ((("2 * (y_hat - y_true)", "(y_hat - y_true) ** 2"),), "different"),
            "abs": ((("2 * (y_hat - y_true)", "2 * np.abs(y_hat - y_true)"),), "different"),
            "x-for-h": ((("g2 = h.T @ d", "g2 = x.T @ d"),), "wrong-shape different"),
            "h-for-x": ((("g1 = x.T @ da", "g1 = h.T @ da"),), "wrong-shape different"),
            "no-x": ((("g1 = x.T @ da", "g1 = np.ones_like(x).T @ da"),), "missing-upstream different"),
            "no-h": ((("g2 = h.T @ d", "g2 = np.ones_like(h).T @ d"),), "missing-upstream different"),
            "h-mask": (
                (("g2 = h.T @ d", "g2 = (a > 0).T @ d"),),
                "missing-upstream different wrong-activation-derivative",
            ),
            "moves-w2": ((("dh = d", "self.w2 = self.w2 - 1e-3 * g2\ndh = d"),), "mutates-weights"),
            "in-place-y": ((("d = 2", "y_true *= 1.0001\nd = 2"),), "mutates-arguments different"),
            "in-place-x": ((("g1 = x.T @ da", "x *= 2\ng1 = x.T @ da / 2"),), "mutates-arguments"),
            "first-output": ((("dh = d @ self.w2.T", "dh = d[:, :1] @ self.w2[:, :1].T"),), "different"),
            "sum-outputs": (
                (("dh = d @ self.w2.T", "dh = d.sum(axis=1, keepdims=True) * self.w2.sum(axis=1)"),),
                "different",
            ),
            "mean-outputs": (
                (("dh = d @ self.w2.T", "dh = (d @ self.w2.T) / self.w2.shape[1]"),),
                "different factor mean-for-sum",
            ),
            "drops-last": ((("g1 = x.T @ da", "g1 = x[:-1].T @ da[:-1]"),), "different hard-coded"),
            "first-sample": ((("g1 = x.T @ da", "g1 = np.outer(x[0], da[0])"),), "different"),
            "last-unit": ((("g1 = x.T @ da", "g1 = x.T @ da\ng1[:, -1] = 0"),), "different hard-coded"),
            "thousandth-unit": ((("g1 = x.T @ da", "g1 = x.T @ da\ng1[:, 0] *= 1.001"),), "different factor"),
            "no-transpose": ((("g1 = x.T @ da", "g1 = x @ da"),), "raises wrong-shape different"),
            "reshape": ((("g1 = x.T @ da", "g1 = (da.T @ x).reshape(self.w1.shape)"),), "different transposed"),
            "reshape-g2": ((("g2 = h.T @ d", "g2 = (d.T @ h).reshape(self.w2.shape)"),), "different transposed"),
            "no-relu": ((("np.maximum(a, 0)", "a"), (" * (a > 0)", "")), "different missing-activation-derivative"),
            "pred-no-relu": ((("y_hat = h @", "y_hat = a @"),), "different"),
            "w2-moved-first": (
                (("dh = d @ self.w2.T", "dh = d @ (self.w2 - 1e-6 * g2).T"),),
                "different sequential-update",
            ),
            "hard-100": ((("g1 = x.T @ da", "g1 = np.stack([x.T @ da[:, j] for j in range(100)], axis=1)"),), "raises"),
            "clip": ((("da = dh", "dh = np.clip(dh, -5, 5)\nda = dh"),), "different"),
            "n-minus-1": (
                (("2 * (y_hat - y_true)", "2 * (y_hat - y_true) * len(x) / max(len(x) - 1, 1)"),),
                "different factor",
            ),
        },
    )
    faults += edited(
        bodies["loops"],
        "loops",
        {
            "no-if": ((("if a[n, j] > 0", "if True"),), "missing-activation-derivative"),
            "if-back": ((("if a[n, j] > 0", "if back > 0"),), "wrong-activation-derivative"),
            "back-not-reset": (
                (("        back = 0.0\n", ""), ("    for j in", "    back = 0.0\n    for j in")),
                "different",
            ),
            "back-not-added": ((("back += d", "back = d"),), "different"),
            "not-added": ((("g1[:, j] +=", "g1[:, j] ="),), "different"),
            "g2-not-added": ((("g2[j, k] +=", "g2[j, k] ="),), "different"),
            "skips-first": ((("range(x.shape[0])", "range(1, x.shape[0])"),), "different hard-coded"),
            "skips-unit": ((("range(self.w1.shape[1])", "range(self.w1.shape[1] - 1)"),), "different hard-coded"),
            "no-2": ((("d = 2 *", "d = 1 *"),), "factor"),
        },
    )
    out += [
        Text(
            "dloss_dw",
            "right-cache",
            method(
                "dloss_dw",
                DLOSS,
                "y_hat = self.forward(x)\nd = 2 * (y_hat - y_true)\ng2 = self.h.T @ d\ng1 = self.x.T @ ((d @ self.w2.T) * (self.a > 0))\nreturn g1, g2",
            ),
            needs="a",
        ),
        Text(
            "dloss_dw",
            "right-cache-y",
            method(
                "dloss_dw",
                DLOSS,
                "self.forward(x)\nd = 2 * (self.y - y_true)\nreturn x.T @ ((d @ self.w2.T) * (self.h > 0)), self.h.T @ d",
            ),
            needs="a",
        ),
        Text(
            "dloss_dw",
            "wrong-stale-cache",
            method(
                "dloss_dw",
                DLOSS,
                "if not hasattr(self, 'a'):\n    self.forward(x)\nd = 2 * (self.y - y_true)\nreturn self.x.T @ ((d @ self.w2.T) * (self.a > 0)), self.h.T @ d",
            ),
            codes("different raises wrong-shape"),
            needs="a",
        ),
        Text(
            "dloss_dw",
            "wrong-not-on-fresh",
            method(
                "dloss_dw",
                DLOSS,
                "d = 2 * (self.y - y_true)\nreturn self.x.T @ ((d @ self.w2.T) * (self.a > 0)), self.h.T @ d",
            ),
            codes("different raises wrong-shape"),
            needs="a",
        ),
        Text(
            "dloss_dw",
            "right-helpers",
            method("dloss_dw", DLOSS, "d = self._error(x, y_true)\nreturn self._dw1(x, d), self._dw2(x, d)"),
            extra="def _error(self, x, y):\n    return 2 * (np.asarray(self.forward(x)) - y)\n\ndef _dw1(self, x, d):\n    return x.T @ ((d @ self.w2.T) * ((x @ self.w1) > 0))\n\ndef _dw2(self, x, d):\n    return np.maximum(x @ self.w1, 0).T @ d\n",
        ),
    ]
    return put_together(m, out, bodies, faults, "plain", "calls")


def sigmoid_mlp() -> list[Text]:
    m = SIGMOID
    own = "def s(z):\n    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))\n"
    right = {
        "plain": "h1 = sigmoid(self.w1 * x + self.b1)\nh2 = sigmoid(self.w2 @ h1 + self.b2)\nreturn (self.w3 @ h2 + self.b3)[0]",
        "one-line": "return (self.w3 @ sigmoid(self.w2 @ sigmoid(self.w1 * x + self.b1) + self.b2) + self.b3).ravel()",
        "row": "X = x.reshape(1, -1)\na1 = sigmoid(np.dot(self.w1, X) + self.b1)\na2 = sigmoid(np.dot(self.w2, a1) + self.b2)\nreturn (np.dot(self.w3, a2) + self.b3).flatten()",
        "own": own
        + "a = s(self.w1 @ x[None, :] + self.b1)\na = s(self.w2 @ a + self.b2)\nreturn (self.w3 @ a + self.b3)[0, :]",
        "tanh": "s = lambda z: 0.5 * (1 + np.tanh(0.5 * z))\nh = s(self.w1 * x + self.b1)\nh = s(self.w2 @ h + self.b2)\nreturn np.reshape(self.w3 @ h + self.b3, -1)",
        "samples-last": "X = x[:, None]\nH1 = sigmoid(X @ self.w1.T + self.b1.T)\nH2 = sigmoid(H1 @ self.w2.T + self.b2.T)\nreturn (H2 @ self.w3.T + self.b3.T)[:, 0]",
        "samples": "out = np.zeros(len(x))\nfor i in range(len(x)):\n    h1 = sigmoid(self.w1 * x[i] + self.b1)\n    h2 = sigmoid(self.w2 @ h1 + self.b2)\n    out[i] = (self.w3 @ h2 + self.b3).item()\nreturn out",
        "samples-list": "ys = []\nfor v in x:\n    h1 = sigmoid(v * self.w1 + self.b1)\n    h2 = sigmoid(self.w2.dot(h1) + self.b2)\n    ys.append((self.w3.dot(h2) + self.b3)[0, 0])\nreturn ys",
        "comprehension": "return np.array([float((self.w3 @ sigmoid(self.w2 @ sigmoid(self.w1 * v + self.b1) + self.b2) + self.b3)[0, 0]) for v in x])",
        "triple": "y = []\nfor v in x:\n    h1 = [sigmoid(self.w1[i, 0] * v + self.b1[i, 0]) for i in range(len(self.w1))]\n    h2 = []\n    for j in range(len(self.w2)):\n        z = self.b2[j, 0]\n        for i in range(len(h1)):\n            z += self.w2[j, i] * h1[i]\n        h2.append(sigmoid(z))\n    y.append(self.b3[0, 0] + sum(self.w3[0, j] * h2[j] for j in range(len(h2))))\nreturn np.array(y)",
        "einsum": "h1 = sigmoid(np.einsum('ik,n->in', self.w1, x) + self.b1)\nh2 = sigmoid(np.einsum('ji,in->jn', self.w2, h1) + self.b2)\nreturn np.einsum('j,jn->n', self.w3[0], h2) + self.b3[0]",
        "outer": "h1 = sigmoid(np.outer(self.w1, x) + self.b1)\nh2 = sigmoid(self.w2 @ h1 + self.b2)\nreturn self.w3[0] @ h2 + self.b3[0, 0]",
        "layers": "a = x.reshape(1, len(x))\nfor k in (1, 2, 3):\n    z = getattr(self, f'w{k}') @ a + getattr(self, f'b{k}')\n    a = sigmoid(z) if k < 3 else z\nreturn a[0]",
        "loop-list": "a = np.atleast_2d(x)\nfor w, b in [(self.w1, self.b1), (self.w2, self.b2)]:\n    a = sigmoid(w @ a + b)\nreturn np.ravel(self.w3 @ a + self.b3)",
        "repeat": "n = len(x)\nh1 = sigmoid(self.w1 @ x.reshape(1, n) + np.repeat(self.b1, n, axis=1))\nh2 = sigmoid(self.w2 @ h1 + np.tile(self.b2, (1, n)))\nreturn (self.w3 @ h2 + np.ones((1, n)) * self.b3)[0]",
        "augmented": "one = np.ones((1, len(x)))\nh1 = sigmoid(np.hstack([self.w1, self.b1]) @ np.vstack([x, one]))\nh2 = sigmoid(np.hstack([self.w2, self.b2]) @ np.vstack([h1, one]))\nreturn (np.hstack([self.w3, self.b3]) @ np.vstack([h2, one]))[0]",
        "reshape-x-shape": "z = self.w1 * x + self.b1\nh = sigmoid(z)\nz = np.matmul(self.w2, h) + self.b2\nh = sigmoid(z)\nz = np.matmul(self.w3, h) + self.b3\nreturn z.reshape(x.shape)",
        "sum-axis": "h1 = sigmoid(self.w1 * x + self.b1)\nh2 = sigmoid(self.w2 @ h1 + self.b2)\nreturn np.sum(self.w3.T * h2, axis=0) + self.b3.item()",
    }
    canon = right["plain"]
    res = "(self.w3 @ h2 + self.b3)[0]"
    wrong = shared_forward_faults(canon, res, "1")
    for k, old, new, c in [
        ("no-b1", " + self.b1", "", "bias"),
        ("no-b2", " + self.b2", "", "bias"),
        ("no-b3", " + self.b3", "", "bias"),
        ("b2-twice", " + self.b2", " + 2 * self.b2", "bias"),
        ("b3-twice", " + self.b3", " + self.b3 + self.b3", "bias"),
        ("b1-minus", " + self.b1", " - self.b1", "bias different"),
        ("b2-thousandth", " + self.b2", " + 1.001 * self.b2", "bias different"),
        ("no-sigmoid-1", "sigmoid(self.w1 * x + self.b1)", "self.w1 * x + self.b1", "different"),
        ("no-sigmoid-2", "sigmoid(self.w2 @ h1 + self.b2)", "self.w2 @ h1 + self.b2", "different"),
        ("sigmoid-out", res, "sigmoid(self.w3 @ h2 + self.b3)[0]", "different"),
        ("bias-outside", "sigmoid(self.w1 * x + self.b1)", "sigmoid(self.w1 * x) + self.b1", "different bias"),
        ("bias-2-outside", "sigmoid(self.w2 @ h1 + self.b2)", "sigmoid(self.w2 @ h1) + self.b2", "different bias"),
        ("tanh", "sigmoid(self.w1 * x + self.b1)", "np.tanh(self.w1 * x + self.b1)", "different"),
        ("tanh-2", "sigmoid(self.w2 @ h1 + self.b2)", "np.tanh(self.w2 @ h1 + self.b2)", "different"),
        ("relu", "sigmoid(self.w1 * x + self.b1)", "np.maximum(self.w1 * x + self.b1, 0)", "different"),
        ("minus-z", "sigmoid(self.w1 * x + self.b1)", "sigmoid(-(self.w1 * x + self.b1))", "different"),
        ("no-exp-minus", "sigmoid(self.w1 * x + self.b1)", "1 / (1 + np.exp(self.w1 * x + self.b1))", "different"),
        ("clipped-z", "sigmoid(self.w1 * x + self.b1)", "sigmoid(np.clip(self.w1 * x + self.b1, -2, 2))", "different"),
        (
            "hard-sigmoid",
            "sigmoid(self.w1 * x + self.b1)",
            "np.clip(0.25 * (self.w1 * x + self.b1) + 0.5, 0, 1)",
            "different",
        ),
        ("twice-layer-1", "h2 = ", "h1 = sigmoid(h1)\nh2 = ", "different"),
        ("row", res, "self.w3 @ h2 + self.b3", "wrong-shape"),
        ("column", res, "(self.w3 @ h2 + self.b3).T", "wrong-shape"),
        ("first", res, "(self.w3 @ h2 + self.b3)[0, 0]", "wrong-shape"),
        ("w2-T", "self.w2 @ h1", "self.w2.T @ h1", "raises different"),
        ("w2-star", "self.w2 @ h1", "self.w2 * h1", "raises different wrong-shape"),
        ("x-column", "self.w1 * x", "self.w1 * x[:, None]", "raises different wrong-shape"),
        ("w3-skip", "self.w3 @ h2", "self.w3[:, 1:] @ h2[1:]", "different hard-coded"),
        ("mean-units", "self.w3 @ h2", "np.mean(h2, axis=0, keepdims=True)", "different missing-upstream"),
        ("no-w3", "self.w3 @ h2", "np.sum(h2, axis=0, keepdims=True)", "different missing-upstream"),
        ("no-w1", "self.w1 * x", "x * np.ones_like(self.w1)", "different missing-upstream"),
        ("b1-b2", "self.b1)", "self.b1[::-1])", "different bias"),
        ("hard-50", "self.w1 * x + self.b1", "np.vstack([self.w1[i] * x + self.b1[i] for i in range(50)])", "raises"),
        ("hard-5", "self.w3 @ h2", "sum(self.w3[0, j] * h2[[j]] for j in range(5))", "raises different"),
        (
            "hard-100",
            "return " + res,
            "y = np.zeros(100)\ny[:len(x)] = (self.w3 @ h2 + self.b3)[0]\nreturn y",
            "wrong-shape raises",
        ),
        ("in-place-x", "h1 = sig", "x *= 2\nh1 = sig", "mutates-arguments different"),
        ("in-place-b", "h1 = sig", "self.b1 += 1e-3\nh1 = sig", "mutates-weights different"),
        ("in-place-b3", "h1 = sig", "self.b3 *= 1.0\nself.b3 += 0.01\nh1 = sig", "mutates-weights different"),
        (
            "stale-h1",
            "h1 = sigmoid(self.w1 * x + self.b1)",
            "if not hasattr(self, 'h1'):\n    self.h1 = sigmoid(self.w1 * x + self.b1)\nh1 = self.h1",
            "different wrong-shape raises",
        ),
        (
            "softmax",
            "sigmoid(self.w2 @ h1 + self.b2)",
            "np.exp(self.w2 @ h1) / np.exp(self.w2 @ h1).sum(axis=0)",
            "different not-finite",
        ),
    ]:
        assert old in canon, k
        wrong[k] = (canon.replace(old, new), c)
    del wrong["mutates-w-relu"]
    wrong["mutates-w-relu"] = (
        canon.replace("h1 = sig", "self.w2 = np.maximum(self.w2, 0)\nh1 = sig"),
        "mutates-weights different",
    )
    out = listed("forward", FORWARD, right, wrong)
    cache = "self.x = x\nself.h1 = sigmoid(self.w1 * x + self.b1)\nself.h2 = sigmoid(self.w2 @ self.h1 + self.b2)\nself.y = (self.w3 @ self.h2 + self.b3)[0]\nreturn self.y"
    out += [
        Text("forward", "right-caches", method("forward", FORWARD, cache), gives="h"),
        Text(
            "forward",
            "right-own-global",
            method(
                "forward",
                FORWARD,
                "h1 = squash(self.w1 * x + self.b1)\nh2 = squash(self.w2 @ h1 + self.b2)\nreturn (self.w3 @ h2 + self.b3)[0]",
            ),
            top="def squash(z):\n    return np.where(z > 0, 1 / (1 + np.exp(-np.abs(z))), 1 - 1 / (1 + np.exp(-np.abs(z))))\n",
        ),
        Text(
            "forward",
            "right-method",
            method("forward", FORWARD, "return self._out(self._h2(self._h1(x)))"),
            extra="def _h1(self, x):\n    return sigmoid(self.w1 * x + self.b1)\n\ndef _h2(self, h1):\n    return sigmoid(self.w2 @ h1 + self.b2)\n\ndef _out(self, h2):\n    return (self.w3 @ h2 + self.b3)[0]\n",
        ),
        Text(
            "forward",
            "wrong-caches-row",
            method("forward", FORWARD, cache.replace("return self.y", "return self.y[None]")),
            codes("wrong-shape"),
            gives="h",
        ),
        Text(
            "forward",
            "wrong-caches-none",
            method("forward", FORWARD, cache.replace("return self.y", "pass")),
            codes("wrong-type"),
            gives="h",
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
            "wrong-caches-b3",
            method("forward", FORWARD, cache.replace("return self.y", "return self.y - self.b3[0]")),
            codes("bias"),
            gives="h",
        ),
        Text(
            "forward",
            "wrong-caches-squashed",
            method("forward", FORWARD, cache.replace("return self.y", "return sigmoid(self.y)")),
            codes("different"),
            gives="h",
        ),
        Text("forward", "wrong-missing", "", codes("not-implemented")),
        Text(
            "forward",
            "either-nan-far-out",  # above 709, where nobody goes
            method("forward", FORWARD, "s = lambda z: np.exp(z) / (1 + np.exp(z))\n" + canon.replace("sigmoid(", "s(")),
            either=True,
        ),
        Text(
            "forward",
            "right-naive-exp",
            method(
                "forward",
                FORWARD,
                "s = lambda z: 1 / (1 + np.exp(-z))\nreturn (self.w3 @ s(self.w2 @ s(self.w1 * x + self.b1) + self.b2) + self.b3)[0]",
            ),
        ),
    ]
    fwd = "h1 = sigmoid(self.w1 * x + self.b1)\nh2 = sigmoid(self.w2 @ h1 + self.b2)\n"
    d = {"pred": "y_hat = (self.w3 @ h2 + self.b3)[0]\n"}
    ret = "return g1, g2, g3, g4, g5, g6"
    plain = (
        fwd
        + d["pred"]
        + "d3 = 2 * (y_hat - y_true)[None, :] / len(x)\ng5 = d3 @ h2.T\ng6 = d3.sum(axis=1, keepdims=True)\n"
        "d2 = (self.w3.T @ d3) * h2 * (1 - h2)\ng3 = d2 @ h1.T\ng4 = d2.sum(axis=1, keepdims=True)\n"
        "d1 = (self.w2.T @ d2) * h1 * (1 - h1)\ng1 = d1 @ x[:, None]\ng2 = d1.sum(axis=1, keepdims=True)\n" + ret
    )
    bodies = {
        "plain": plain,
        "calls": fwd
        + "y_hat = np.asarray(self.forward(x))\nr = y_true - y_hat\nd3 = (-2 * r / x.size).reshape(1, -1)\ng5 = d3.dot(h2.T)\ng6 = np.sum(d3, keepdims=True)\n"
        "d2 = self.w3.T.dot(d3) * (h2 - h2**2)\ng3 = d2.dot(h1.T)\ng4 = d2.sum(axis=1).reshape(-1, 1)\nd1 = self.w2.T.dot(d2) * (h1 - h1**2)\ng1 = d1.dot(x.reshape(-1, 1))\ng2 = d1.sum(axis=1)[:, None]\n"
        + ret,
        "mean-last": fwd
        + d["pred"]
        + "n = len(x)\nd3 = 2 * (y_hat - y_true).reshape(1, n)\nd2 = (self.w3.T * d3) * h2 * (1 - h2)\nd1 = (self.w2.T @ d2) * h1 * (1 - h1)\n"
        "g1 = (d1 * x).mean(axis=1, keepdims=True)\ng2 = d1.mean(axis=1, keepdims=True)\ng3 = d2 @ h1.T / n\ng4 = d2.mean(axis=1, keepdims=True)\ng5 = (d3 * h2).mean(axis=1).reshape(1, -1)\ng6 = d3.mean(axis=1, keepdims=True)\n"
        + ret,
        "samples": "g1, g2, g3, g4, g5, g6 = (np.zeros_like(w) for w in (self.w1, self.b1, self.w2, self.b2, self.w3, self.b3))\ny_hat = np.zeros(len(x))\nfor n in range(len(x)):\n"
        "    h1 = sigmoid(self.w1 * x[n] + self.b1)\n    h2 = sigmoid(self.w2 @ h1 + self.b2)\n    y_hat[n] = (self.w3 @ h2 + self.b3)[0, 0]\n    d3 = 2 * (y_hat[n] - y_true[n]) / len(x)\n"
        "    g5 += d3 * h2.T\n    g6 += d3\n    d2 = self.w3.T * d3 * h2 * (1 - h2)\n    g3 += d2 @ h1.T\n    g4 += d2\n    d1 = self.w2.T @ d2 * h1 * (1 - h1)\n    g1 += d1 * x[n]\n    g2 += d1\n"
        + ret,
        "einsum": fwd
        + d["pred"]
        + "e = 2 * (y_hat - y_true) / len(x)\ns2 = h2 * (1 - h2)\ns1 = h1 * (1 - h1)\nd2 = np.einsum('oj,n,jn->jn', self.w3, e, s2)\nd1 = np.einsum('ji,jn,in->in', self.w2, d2, s1)\n"
        "g1 = np.einsum('in,n->i', d1, x)[:, None]\ng2 = np.einsum('in->i', d1)[:, None]\ng3 = np.einsum('jn,in->ji', d2, h1)\ng4 = np.einsum('jn->j', d2)[:, None]\ng5 = np.einsum('n,jn->j', e, h2)[None, :]\ng6 = np.array([[e.sum()]])\n"
        + ret,
        "z": "z1 = self.w1 @ x[None, :] + self.b1\nh1 = sigmoid(z1)\nz2 = self.w2 @ h1 + self.b2\nh2 = sigmoid(z2)\n"
        + d["pred"]
        + "ds = lambda z: sigmoid(z) * (1 - sigmoid(z))\n"
        "d3 = (2 / len(x)) * (y_hat - y_true)[np.newaxis]\nd2 = np.multiply(self.w3.T @ d3, ds(z2))\nd1 = np.multiply(self.w2.T @ d2, ds(z1))\ng5, g6 = d3 @ h2.T, d3.sum(1, keepdims=True)\ng3, g4 = d2 @ h1.T, d2.sum(1, keepdims=True)\ng1, g2 = d1 @ x[None, :].T, d1.sum(1, keepdims=True)\n"
        + ret,
        "ones": fwd
        + d["pred"]
        + "one = np.ones((len(x), 1))\nd3 = -2 * (y_true - y_hat).reshape(1, -1) / len(x)\ng5 = d3 @ h2.T\ng6 = d3 @ one\nd2 = (self.w3.T @ d3) * h2 * (1 - h2)\ng3 = d2 @ h1.T\ng4 = d2 @ one\nd1 = (self.w2.T @ d2) * h1 * (1 - h1)\ng1 = d1 @ x.reshape(-1, 1)\ng2 = d1 @ one\n"
        + ret,
        "samples-last": "X = x[:, None]\nH1 = sigmoid(X @ self.w1.T + self.b1.T)\nH2 = sigmoid(H1 @ self.w2.T + self.b2.T)\nY = H2 @ self.w3.T + self.b3\ny_hat = Y[:, 0]\nD3 = 2 * (Y - y_true[:, None]) / len(x)\nD2 = (D3 @ self.w3) * H2 * (1 - H2)\nD1 = (D2 @ self.w2) * H1 * (1 - H1)\n"
        "g1 = (X.T @ D1).T\ng2 = D1.sum(axis=0)[:, None]\ng3 = (H1.T @ D2).T\ng4 = D2.sum(axis=0)[:, None]\ng5 = (H2.T @ D3).T\ng6 = D3.sum(axis=0, keepdims=True)\n"
        + ret,
    }
    faults = edited(
        plain,
        "plain",
        {
            "no-s2": ((("@ d3) * h2 * (1 - h2)", "@ d3)"),), "missing-activation-derivative"),
            "no-s1": ((("@ d2) * h1 * (1 - h1)", "@ d2)"),), "missing-activation-derivative"),
            "no-s": (
                (("@ d3) * h2 * (1 - h2)", "@ d3)"), ("@ d2) * h1 * (1 - h1)", "@ d2)")),
                "missing-activation-derivative",
            ),
            "s2-only-h": ((("@ d3) * h2 * (1 - h2)", "@ d3) * h2"),), "wrong-activation-derivative"),
            "s1-only-h": ((("@ d2) * h1 * (1 - h1)", "@ d2) * h1"),), "wrong-activation-derivative"),
            "s2-only-1-h": ((("@ d3) * h2 * (1 - h2)", "@ d3) * (1 - h2)"),), "wrong-activation-derivative"),
            "s1-of-h": (
                (("@ d2) * h1 * (1 - h1)", "@ d2) * sigmoid(h1) * (1 - sigmoid(h1))"),),
                "wrong-activation-derivative",
            ),
            "s2-of-h": (
                (("@ d3) * h2 * (1 - h2)", "@ d3) * sigmoid(h2) * (1 - sigmoid(h2))"),),
                "wrong-activation-derivative",
            ),
            "s1-tanh": ((("h1 * (1 - h1)", "(1 - h1**2)"),), "wrong-activation-derivative"),
            "s2-tanh": ((("h2 * (1 - h2)", "(1 - h2**2)"),), "wrong-activation-derivative"),
            "s1-plus": ((("h1 * (1 - h1)", "h1 * (1 + h1)"),), "wrong-activation-derivative"),
            "s1-mask": ((("h1 * (1 - h1)", "(h1 > 0.5)"),), "wrong-activation-derivative different"),
            "s1-quarter": (
                (("h1 * (1 - h1)", "0.25"),),
                "wrong-activation-derivative missing-activation-derivative different",
            ),
            "s2-precedence": ((("h2 * (1 - h2)", "h2 * 1 - h2"),), "wrong-activation-derivative different hard-coded"),
            "s2-twice": ((("h2 * (1 - h2)", "(h2 * (1 - h2)) ** 2"),), "wrong-activation-derivative different"),
            "s-out": ((("/ len(x)\n", "/ len(x) * (y_hat * (1 - y_hat))\n"),), "wrong-activation-derivative different"),
            "no-w3": ((("self.w3.T @ d3", "np.ones_like(self.w3).T @ d3"),), "missing-upstream"),
            "no-w2": ((("self.w2.T @ d2", "np.ones_like(self.w2).T @ d2"),), "missing-upstream"),
            "w2-no-T": ((("self.w2.T @ d2", "self.w2 @ d2"),), "raises different"),
            "d3-for-d2": (
                (("self.w2.T @ d2", "self.w2.T @ (self.w3.T @ d3)"),),
                "missing-activation-derivative different",
            ),
            "no-residual": (
                (("2 * (y_hat - y_true)[None, :]", "2 * np.ones((1, len(x)))"),),
                "missing-upstream different",
            ),
            "sum": (((" / len(x)", ""),), "sum-for-mean"),
            "sum-d1": ((("d1 = (", "d1 = len(x) * ("),), "sum-for-mean"),
            "sum-g5": ((("g5 = d3 @ h2.T", "g5 = d3 @ h2.T * len(x)"),), "sum-for-mean"),
            "bias-sum": (
                (("g4 = d2.sum(axis=1, keepdims=True)", "g4 = d2.sum(axis=1, keepdims=True) * len(x)"),),
                "sum-for-mean bias",
            ),
            "bias-mean": (
                (("g4 = d2.sum", "g4 = d2.mean"), ("g2 = d1.sum", "g2 = d1.mean"), ("g6 = d3.sum", "g6 = d3.mean")),
                "mean-for-sum bias different",
            ),
            "no-2": ((("2 * (y_hat", "(y_hat"),), "factor"),
            "minus": ((("y_hat - y_true", "y_true - y_hat"),), "sign"),
            "plus": ((("y_hat - y_true", "y_hat + y_true"),), "different"),
            "no-truth": ((("y_hat - y_true", "y_hat"),), "different missing-upstream"),
            "no-x": ((("g1 = d1 @ x[:, None]", "g1 = d1.sum(axis=1, keepdims=True)"),), "missing-upstream"),
            "no-h1": ((("g3 = d2 @ h1.T", "g3 = d2 @ np.ones_like(h1).T"),), "missing-upstream"),
            "no-h2": ((("g5 = d3 @ h2.T", "g5 = d3 @ np.ones_like(h2).T"),), "missing-upstream"),
            "b1-one": (
                (("g2 = d1.sum(axis=1, keepdims=True)", "g2 = d1.sum() * np.ones_like(self.b1)"),),
                "bias different",
            ),
            "b1-first": ((("g2 = d1.sum(axis=1, keepdims=True)", "g2 = d1[:, :1]"),), "bias different"),
            "b1-matrix": ((("g2 = d1.sum(axis=1, keepdims=True)", "g2 = d1"),), "wrong-shape bias"),
            "b1-flat": ((("g2 = d1.sum(axis=1, keepdims=True)", "g2 = d1.sum(axis=1)"),), "wrong-shape"),
            "b1-axis0": (
                (("g2 = d1.sum(axis=1, keepdims=True)", "g2 = d1.sum(axis=0, keepdims=True)"),),
                "wrong-shape bias",
            ),
            "b2-flat": ((("g4 = d2.sum(axis=1, keepdims=True)", "g4 = d2.sum(axis=1)"),), "wrong-shape"),
            "b3-scalar": ((("g6 = d3.sum(axis=1, keepdims=True)", "g6 = d3.sum()"),), "wrong-shape"),
            "b3-flat": ((("g6 = d3.sum(axis=1, keepdims=True)", "g6 = d3.sum(axis=1)"),), "wrong-shape"),
            "b3-zero": (
                (("g6 = d3.sum(axis=1, keepdims=True)", "g6 = np.zeros((1, 1))"),),
                "bias different hard-coded",
            ),
            "b2-zero": (
                (("g4 = d2.sum(axis=1, keepdims=True)", "g4 = np.zeros_like(self.b2)"),),
                "bias different hard-coded",
            ),
            "b2-x": ((("g4 = d2.sum(axis=1, keepdims=True)", "g4 = d2 @ x[:, None]"),), "bias different"),
            "b2-from-d1": (
                (("g4 = d2.sum(axis=1, keepdims=True)", "g4 = (self.w3.T @ d3).sum(axis=1, keepdims=True)"),),
                "missing-activation-derivative bias",
            ),
            "b2-times-b": (
                (("g4 = d2.sum(axis=1, keepdims=True)", "g4 = d2.sum(axis=1, keepdims=True) * self.b2"),),
                "bias different",
            ),
            "b1-thousandth": (
                (("g2 = d1.sum(axis=1, keepdims=True)", "g2 = d1.sum(axis=1, keepdims=True)\ng2[-1] *= 1.01"),),
                "bias different factor",
            ),
            "w2-transposed": ((("g3 = d2 @ h1.T", "g3 = h1 @ d2.T"),), "transposed"),
            "w3-column": ((("g5 = d3 @ h2.T", "g5 = h2 @ d3.T"),), "transposed"),
            "w1-row": ((("g1 = d1 @ x[:, None]", "g1 = (d1 @ x[:, None]).T"),), "transposed"),
            "w1-flat": ((("g1 = d1 @ x[:, None]", "g1 = d1 @ x"),), "wrong-shape"),
            "w1-one-h": ((("g1 = d1 @ x[:, None]", "g1 = d1 @ x[:, None]\ng1[0] = 0"),), "different hard-coded"),
            "w1-w1": ((("g1 = d1 @ x[:, None]", "g1 = d1 @ x[:, None] * self.w1"),), "different"),
            "h1-for-h2": ((("(1 - h1)", "(1 - h1.mean(axis=0))"),), "wrong-activation-derivative different"),
            "no-b-pred": ((("self.w3 @ h2 + self.b3", "self.w3 @ h2"),), "bias different"),
            "no-b1-forward": ((("self.w1 * x + self.b1", "self.w1 * x"),), "bias different"),
            "sig-pred": (
                (("(self.w3 @ h2 + self.b3)[0]", "sigmoid(self.w3 @ h2 + self.b3)[0]"),),
                "different wrong-activation-derivative",
            ),
            "moves-w3": ((("d2 = (self", "self.w3 = self.w3 - 0.01 * g5\nd2 = (self"),), "mutates-weights"),
            "moves-copy": (
                (("d2 = (self.w3.T", "w3 = self.w3 - 0.2 * g5\nd2 = (w3.T"),),
                "different sequential-update",
            ),
            "in-place-y": ((("d3 = 2 *", "y_true *= 1.0001\nd3 = 2 *"),), "mutates-arguments different"),
            "in-place-h": (
                (("d2 = (self", "h2 *= 1 - h2\nd2 = (self"), ("@ d3) * h2 * (1 - h2)", "@ d3) * h2 * (1 - h2)")),
                "wrong-activation-derivative different",
            ),
            "drops-last": ((("g3 = d2 @ h1.T", "g3 = d2[:, :-1] @ h1[:, :-1].T"),), "different hard-coded"),
            "n-minus-1": (((" / len(x)", " / max(len(x) - 1, 1)"),), "different factor"),
            "hundred": (((" / len(x)", " / 100"),), "different factor sum-for-mean"),
            "outer": ((("(y_hat - y_true)[None, :]", "(y_hat[:, None] - y_true).mean(axis=0)[None, :]"),), "different"),
        },
    )
    faults += edited(
        bodies["samples"],
        "samples",
        {
            "no-d2-s": ((("* d3 * h2 * (1 - h2)", "* d3"),), "missing-activation-derivative"),
            "no-s1": ((("d2 * h1 * (1 - h1)", "d2"),), "missing-activation-derivative"),
            "not-added": ((("g3 += ", "g3 = "),), "different"),
            "b-not-added": ((("g2 += d1", "g2 = d1"),), "bias different"),
            "skips-first": ((("range(len(x))", "range(1, len(x))"),), "different hard-coded"),
            "not-divided": (((" / len(x)\n", "\n"),), "sum-for-mean"),
        },
    )
    out += [
        Text(
            "dloss_dw",
            "right-cache",
            method(
                "dloss_dw",
                DLOSS,
                "y_hat = self.forward(x)\n"
                + plain.split(d["pred"])[1].replace("h1", "self.h1").replace("h2", "self.h2"),
            ),
            needs="h",
        ),
        Text(
            "dloss_dw",
            "right-cache-y",
            method(
                "dloss_dw",
                DLOSS,
                "self.forward(x)\ny_hat = self.y\nh1, h2 = self.h1, self.h2\n" + plain.split(d["pred"])[1],
            ),
            needs="h",
        ),
        Text(
            "dloss_dw",
            "wrong-stale-cache",
            method(
                "dloss_dw",
                DLOSS,
                "if not hasattr(self, 'h1'):\n    self.forward(x)\ny_hat = self.y\nh1, h2 = self.h1, self.h2\n"
                + plain.split(d["pred"])[1],
            ),
            codes("different raises wrong-shape"),
            needs="h",
        ),
        Text(
            "dloss_dw",
            "wrong-not-on-fresh",
            method("dloss_dw", DLOSS, "y_hat = self.y\nh1, h2 = self.h1, self.h2\n" + plain.split(d["pred"])[1]),
            codes("different raises wrong-shape"),
            needs="h",
        ),
        Text(
            "dloss_dw",
            "right-helper",
            method(
                "dloss_dw",
                DLOSS,
                plain.replace("h2 * (1 - h2)", "self._slope(h2)").replace("h1 * (1 - h1)", "self._slope(h1)"),
            ),
            extra="@staticmethod\ndef _slope(h):\n    return h * (1 - h)\n",
        ),
        Text(
            "dloss_dw",
            "wrong-complex-step",
            method(
                "dloss_dw",
                DLOSS,
                "names = ['w1', 'b1', 'w2', 'b2', 'w3', 'b3']\nws = {n: getattr(self, n) for n in names}\ns = lambda z: 1 / (1 + np.exp(-z))\n"
                "def L(w):\n    h1 = s(w['w1'] * x + w['b1'])\n    h2 = s(w['w2'] @ h1 + w['b2'])\n    return np.mean((y_true - (w['w3'] @ h2 + w['b3'])[0]) ** 2)\nout = []\nfor n in names:\n    g = np.zeros(ws[n].shape)\n"
                "    for i in np.ndindex(*g.shape):\n        w = dict(ws)\n        w[n] = ws[n].astype(complex)\n        w[n][i] += 1e-30j\n        g[i] = L(w).imag / 1e-30\n    out.append(g)\nreturn tuple(out)",
            ),
            codes("numerical-gradient"),
        ),
    ]
    return put_together(m, out, bodies, faults, "plain", "calls")


LESSONS: dict[str, tuple[Model, Callable[[], list[Text]]]] = {
    "relu_regression": (RELU, relu_regression),
    "two_layer_relu": (TWO, two_layer),
    "sigmoid_mlp": (SIGMOID, sigmoid_mlp),
}
