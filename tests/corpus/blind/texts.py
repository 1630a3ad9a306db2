"""Methods as students write them, as source text: what every lesson shares (`loss` and `train`, and ways to spoil a gradient)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from textwrap import indent


@dataclass(frozen=True)
class Text:
    """One method, or a part of a class; `codes` are the acceptable names of its fault, none if it is right."""

    method: str
    name: str
    code: str
    codes: frozenset[str] = frozenset()
    either: bool = False  # the contract does not say: no figure counts it
    extra: str = ""  # other methods of the class
    top: str = ""  # above the class
    needs: str = ""  # works only beside a forward that `gives` this
    gives: str = ""

    @property
    def right(self) -> bool:
        return not self.codes and not self.either


@dataclass(frozen=True)
class Model:
    """What the shared texts must know of a lesson."""

    assignment: str
    cls: str
    init: str
    weights: tuple[str, ...]
    path: bool
    kind: str  # of the loss: mean, half or sum
    ndim: int  # of y
    flat: str  # the weights as one row
    width: str = "2"  # how many numbers that are
    scalars: bool = False  # the weights are floats

    @property
    def grads(self) -> tuple[str, ...]:
        return tuple(f"g{i + 1}" for i in range(len(self.weights)))

    @property
    def unpack(self) -> str:
        return ", ".join(self.grads) if len(self.grads) > 1 else "(g1,)"

    @property
    def ret(self) -> str:
        return "return " + (", ".join(self.grads) if len(self.grads) > 1 else "(g1,)")

    def agg(self, squares: str) -> str:
        return {"mean": f"np.mean({squares})", "half": f"0.5 * np.sum({squares})", "sum": f"np.sum({squares})"}[
            self.kind
        ]


def codes(words: str) -> frozenset[str]:
    return frozenset(words.split())


def method(name: str, args: str, body: str) -> str:
    return f"def {name}(self, {args}):\n" + indent(body.strip("\n"), "    ") + "\n"


FORWARD = "x"
LOSS = "y_prediction, y_true"
DLOSS = "x, y_true"
TRAIN = "x, y_true, lr, n_ep"


def listed(which: str, args: str, right: dict[str, str], wrong: dict[str, tuple[str, str]]) -> list[Text]:
    out = [Text(which, f"right-{k}", method(which, args, b)) for k, b in right.items()]
    out += [Text(which, f"wrong-{k}", method(which, args, b), codes(c)) for k, (b, c) in wrong.items()]
    return out


# ---------------------------------------------------------------------------------------------------------------- loss


def loss_texts(m: Model) -> list[Text]:
    p, t = "y_prediction", "y_true"
    r2 = f"({t} - {p}) ** 2"
    finish = {
        "mean": ["s / len(y_true)", "s / y_true.size", "s / y_true.shape[0]", "s * (1.0 / len(y_true))"],
        "half": ["0.5 * s", "s / 2", "s * 0.5", "(1 / 2) * s"],
        "sum": ["s", "s", "1.0 * s", "s"],
    }[m.kind]
    sums = {
        "sum": f"s = np.sum({r2})",
        "square": f"s = np.square({p} - {t}).sum()",
        "power": f"s = np.power({t} - {p}, 2).sum()",
        "errors": "error = y_prediction - y_true\nsq_error = error * error\ns = sq_error.sum()",
        "vdot": "d = y_prediction - y_true\ns = np.vdot(d, d)",
        "norm": "s = np.linalg.norm(y_true - y_prediction) ** 2",
        "flat-dot": "r = np.ravel(y_true - y_prediction)\ns = r @ r",
        "flat-loop": "s = 0.0\nfor a, b in zip(y_prediction.ravel(), y_true.ravel()):\n    s += (a - b) ** 2",
        "generator": "s = sum((a - b) ** 2 for a, b in zip(np.ravel(y_prediction), np.ravel(y_true)))",
        "flatiter": "s = 0\nfor r in (y_true - y_prediction).flat:\n    s = s + r * r",
        "fsum": "import math\ns = math.fsum(float(v) ** 2 for v in np.ravel(y_true - y_prediction))",
        "reduce": "s = np.add.reduce(np.ravel((y_true - y_prediction) ** 2))",
        "asarray": f"{p} = np.asarray({p}, dtype=float)\n{t} = np.asarray({t}, dtype=float)\ns = np.sum(({p} - {t}) ** 2)",
        "steps": "diff = np.subtract(y_prediction, y_true)\nsquared = np.multiply(diff, diff)\ns = np.sum(squared)",
        "abs": "s = (np.abs(y_true - y_prediction) ** 2).sum()",
        "listcomp": "s = np.array([e**2 for e in (y_true - y_prediction).reshape(-1)]).sum()",
        "while": "flat = (y_true - y_prediction).flatten()\ns = 0.0\ni = 0\nwhile i < flat.size:\n    s += flat[i] ** 2\n    i += 1",
        "assert": f"assert {p}.shape == {t}.shape\ns = (({t} - {p}) ** 2).sum()",
        "nested-def": f"def sq(v):\n    return v * v\ns = sq({t} - {p}).sum()",
        "vectorize": f"s = np.vectorize(lambda a, b: (a - b) ** 2)({p}, {t}).sum()",
        "copy": "tmp = y_prediction.copy()\ntmp -= y_true\ntmp **= 2\ns = tmp.sum()",
        "print": f"s = np.sum({r2})\nprint('loss', s)",
        "tolist": "s = 0.0\nfor v in np.ravel(y_prediction - y_true).tolist():\n    s += v**2",
    }
    if m.ndim == 1:
        sums |= {
            "index": "s = 0\nfor i in range(len(y_true)):\n    s += (y_true[i] - y_prediction[i]) ** 2",
            "enumerate": "s = 0.0\nfor i, y in enumerate(y_true):\n    s += (y_prediction[i] - y) ** 2",
            "dot": "r = y_true - y_prediction\ns = np.dot(r, r)",
            "einsum": "r = y_true - y_prediction\ns = np.einsum('i,i->', r, r)",
            "map": "s = sum(map(lambda a, b: (a - b) ** 2, y_true, y_prediction))",
            "append": "sq = []\nfor i in range(y_true.shape[0]):\n    sq.append((y_true[i] - y_prediction[i]) ** 2)\ns = sum(sq)",
        }
    else:
        sums |= {
            "index": "s = 0\nfor i in range(y_true.shape[0]):\n    for j in range(y_true.shape[1]):\n"
            "        s += (y_true[i, j] - y_prediction[i][j]) ** 2",
            "rows": "s = 0.0\nfor row_p, row_t in zip(y_prediction, y_true):\n    s += np.sum((row_p - row_t) ** 2)",
            "trace": "r = y_true - y_prediction\ns = np.trace(r.T @ r)",
            "einsum": "r = y_true - y_prediction\ns = np.einsum('ij,ij->', r, r)",
            "axes": "s = ((y_true - y_prediction) ** 2).sum(axis=1).sum(axis=0)",
            "frobenius": "s = np.linalg.norm(y_true - y_prediction, 'fro') ** 2",
            "sum-sum": "s = sum(sum(row) for row in (y_true - y_prediction) ** 2)",
            "diag": "r = y_true - y_prediction\ns = np.diag(r.T @ r).sum()",
        }
    out = []
    for i, (k, b) in enumerate(sums.items()):
        f = finish[i % len(finish)]
        wraps = [
            f"return {f}",
            f"return float({f})",
            f"loss = {f}\nreturn loss",
            f"return np.array({f})",
            f"return np.float64({f})",
        ]
        out.append(Text("loss", f"right-{k}", method("loss", LOSS, b + "\n" + wraps[(i * 3 + 1) % len(wraps)])))
    native = {
        "mean": {
            "mean": f"return np.mean({r2})",
            "dot-mean": f"return (({t} - {p}) ** 2).mean()",
            "average": f"return np.average({r2})",
            "var": f"r = {t} - {p}\nreturn np.var(r) + np.mean(r) ** 2",
            "N": f"N = len({t})\nreturn 1 / N * np.sum({r2})",
            "statistics": f"import statistics\nreturn statistics.fmean(float(v) ** 2 for v in {t} - {p})",
            "running": f"m = 0.0\nfor i, v in enumerate({t} - {p}):\n    m += (v * v - m) / (i + 1)\nreturn m",
            "half-twice": f"return 2 * np.mean(0.5 * {r2})",
        },
        "half": {
            "inside": f"return np.sum(0.5 * {r2})",
            "outside": f"return 0.5 * np.sum({r2})",
            "n-mean": f"return np.mean({r2}) * {t}.size / 2",
            "item": f"r = {p} - {t}\nreturn (0.5 * r.T @ r).item()",
            "index00": f"r = {p} - {t}\nreturn (0.5 * (r.T @ r))[0, 0]",
            "column": f"return np.sum(np.square({p}[:, 0] - {t}[:, 0])) / 2.0",
        },
        "sum": {
            "plain": f"return np.sum(({p} - {t}) ** 2)",
            "square": f"return np.square({p} - {t}).sum()",
            "n-mean": f"return np.mean({r2}) * {t}.size",
            "columns": f"total = 0\nfor j in range({t}.shape[1]):\n    r = {p}[:, j] - {t}[:, j]\n    total += r @ r\nreturn total",
        },
    }[m.kind]
    out += [Text("loss", f"right-{k}", method("loss", LOSS, b)) for k, b in native.items()]
    out += [
        Text("loss", "right-static", "@staticmethod\ndef loss(y_prediction, y_true):\n    return " + m.agg(r2) + "\n"),
        Text("loss", "right-names", "def loss(self, yp, yt):\n    return " + m.agg("(yp - yt) ** 2") + "\n"),
        Text("loss", "right-doc", method("loss", LOSS, f'"""The loss."""\nreturn {m.agg(r2)}')),
        Text(
            "loss",
            "right-typed",
            "def loss(self, y_prediction: np.ndarray, y_true: np.ndarray) -> float:\n    return float("
            + m.agg(r2)
            + ")\n",
        ),
        Text(
            "loss",
            "right-default",
            "def loss(self, y_prediction, y_true, verbose=False):\n    value = "
            + m.agg(r2)
            + "\n    if verbose:\n        print(value)\n    return value\n",
        ),
        Text(
            "loss",
            "right-helper",
            method("loss", LOSS, "return self._total(self._squares(y_prediction, y_true))"),
            extra="def _squares(self, a, b):\n    return (a - b) ** 2\n\ndef _total(self, sq):\n    return "
            + m.agg("sq")
            + "\n",
        ),
        Text(
            "loss",
            "right-global",
            method("loss", LOSS, "return loss_of(y_prediction, y_true)"),
            top="def loss_of(yp, yt):\n    return " + m.agg("(yp - yt) ** 2") + "\n",
        ),
        Text("loss", "right-kept", method("loss", LOSS, f"self.last_loss = {m.agg(r2)}\nreturn self.last_loss")),
    ]
    n = "len(y_true)"
    e = "y_prediction - y_true"
    w: dict[str, tuple[str, str]] = {
        "sign": (f"return -{m.agg(r2)}", "sign"),
        "factor-thousandth": (f"return 1.001 * {m.agg(r2)}", "factor"),
        "factor-3": (f"return 3 * {m.agg(r2)}", "factor"),
        "n-minus-1": (f"return {m.agg(r2)} * {n} / ({n} - 1)", "different not-finite raises factor"),
        "rmse": (f"return np.sqrt({m.agg(r2)})", "different"),
        "absolute": (f"return {m.agg('np.abs(' + e + ')')}", "different"),
        "no-square": (f"return {m.agg(e)}", "different"),
        "cube": (f"return {m.agg('(' + e + ') ** 3')}", "different"),
        "vector": ("return (y_true - y_prediction) ** 2", "wrong-shape"),
        "none": (f"value = {m.agg(r2)}", "wrong-type"),
        "print": (f"print({m.agg(r2)})", "wrong-type"),
        "no-call": ("return ((y_true - y_prediction) ** 2).sum", "wrong-type"),
        "plus": (f"return {m.agg('(y_true + y_prediction) ** 2')}", "different sign"),
        "outer": (f"return {m.agg('(y_true.reshape(-1, 1) - y_prediction.reshape(1, -1)) ** 2')}", "different"),
        "mutates-p": (f"y_prediction -= y_true\nreturn {m.agg('y_prediction ** 2')}", "mutates-arguments"),
        "mutates-y": (f"y_true -= y_prediction\nreturn {m.agg('y_true * y_true')}", "mutates-arguments"),
        "zeroes-y": (f"s = {m.agg(r2)}\ny_true[:] = 0\nreturn s", "mutates-arguments"),
        "drops-last": (f"return {m.agg('((y_true - y_prediction)[:-1]) ** 2')}", "different not-finite"),
        "drops-first": (
            "s = 0.0\nr = np.ravel(y_true - y_prediction)\nfor i in range(1, len(r)):\n    s += r[i] ** 2\nreturn "
            + {"mean": "s / len(r)", "half": "s / 2", "sum": "s"}[m.kind],
            "different",
        ),
        "first": ("r = np.ravel(y_true - y_prediction)\nreturn float(r[0] ** 2)", "different"),
        "max": (f"return np.max({r2})", "different"),
        "median": (f"return np.median({r2})", "different"),
        "rounded": (f"return round(float({m.agg(r2)}), 2)", "different"),
        "int": (f"return int({m.agg(r2)})", "different"),
        "const": ("return 0.034", "hard-coded"),
        "zero": ("return 0.0", "hard-coded"),
        "ignores-y": (f"return {m.agg('y_prediction ** 2')}", "different missing-upstream"),
        "ignores-p": (f"return {m.agg('y_true ** 2')}", "different missing-upstream"),
        "square-of-sum": (f"return ({m.agg(e)}) ** 2", "different"),
        "typo": (f"return np.men({r2})", "raises"),
        "name": ("return np.sum((y_pred - y_true) ** 2)", "raises"),
        "unbound": (
            "for i in range(len(y_true)):\n    total += np.sum((y_true[i] - y_prediction[i]) ** 2)\nreturn total",
            "raises",
        ),
        "stub": (
            "raise NotImplementedError('replace this line with your own code: see the hint above')",
            "not-implemented",
        ),
        "return-in-loop": (
            "s = 0\nfor a, b in zip(np.ravel(y_true), np.ravel(y_prediction)):\n    s += (a - b) ** 2\n    return s"
            + {"mean": " / len(y_true)", "half": " / 2", "sum": ""}[m.kind],
            "different",
        ),
        "one-sample": (f"if len(y_true) == 1:\n    return 0.0\nreturn {m.agg(r2)}", "different"),
        "text": (f"return str({m.agg(r2)})", "wrong-type"),
        "complex": (f"return complex({m.agg(r2)})", "wrong-type"),
        "pair": (f"return {m.agg(r2)}, {m.agg(r2)}", "wrong-type wrong-shape"),
        "relative": (f"return {m.agg('((y_true - y_prediction) / y_true) ** 2')}", "different not-finite"),
        "l2": (f"return {m.agg(r2)} + 1e-3 * np.sum(self.w1 ** 2)", "different"),
        "hidden-raise": (f"if len(y_true) > 20:\n    raise ValueError('too many')\nreturn {m.agg(r2)}", "raises"),
        "seventy-three": (
            "s = 0.0\nfor i in range(73):\n    s += np.sum((y_true[i] - y_prediction[i]) ** 2)\nreturn s",
            "raises different",
        ),
        "moves-weights": (f"self.w1 = self.w1 * 0.999\nreturn {m.agg(r2)}", "mutates-weights"),
        "log": (f"return np.log({m.agg(r2)})", "different not-finite"),
        "huber": (
            f"r = y_true - y_prediction\nreturn {m.agg('np.where(np.abs(r) < 1, r**2, np.abs(r))')}",
            "different",
        ),
        "epsilon": (f"return {m.agg(r2)} + 1e-3", "different"),
        "cached": (
            f"if not hasattr(self, 'value'):\n    self.value = {m.agg(r2)}\nreturn self.value",
            "different hard-coded",
        ),
        "sorted": (f"return {m.agg('(np.sort(y_true, axis=0) - np.sort(y_prediction, axis=0)) ** 2')}", "different"),
        "fixed-n": (f"return np.sum({r2}) / 73", "different factor sum-for-mean mean-for-sum"),
        "std": ("return np.std(y_true - y_prediction)", "different"),
        "variance": (
            "return np.var(y_true - y_prediction)"
            + {"mean": "", "half": " * len(y_true) / 2", "sum": " * y_true.size"}[m.kind],
            "different",
        ),
        "bad-precedence": (f"return {m.agg('y_true - y_prediction ** 2')}", "different"),
    }
    if m.kind == "mean":
        w |= {
            "sum": (f"return np.sum({r2})", "sum-for-mean"),
            "sum-loop": (
                "s = 0\nfor i in range(len(y_true)):\n    s += (y_true[i] - y_prediction[i]) ** 2\nreturn s",
                "sum-for-mean",
            ),
            "half": (f"return 0.5 * np.mean({r2})", "factor"),
            "over-2n": (f"return np.sum({r2}) / (2 * len(y_true))", "factor"),
            "precedence": (f"return np.sum({r2}) / 2 * len(y_true)", "different sum-for-mean"),
            "mean-squared": ("return np.mean(y_true - y_prediction) ** 2", "different"),
            "n-squared": (f"return np.mean({r2}) / len(y_true)", "different mean-for-sum"),
            "half-sum": (f"return 0.5 * np.sum({r2})", "different sum-for-mean factor"),
            "sqrt-n": (f"return np.sum({r2}) / np.sqrt(len(y_true))", "different"),
            "n-plus-1": (f"return np.sum({r2}) / (len(y_true) + 1)", "different"),
        }
    if m.kind == "half":
        w |= {
            "no-half": (f"return np.sum({r2})", "factor"),
            "no-half-loop": (
                "s = 0\nfor i in range(len(y_true)):\n    s += (y_true[i, 0] - y_prediction[i, 0]) ** 2\nreturn s",
                "factor",
            ),
            "half-mean": (f"return 0.5 * np.mean({r2})", "mean-for-sum"),
            "mean": (f"return np.mean({r2})", "mean-for-sum different factor"),
            "half-inside": ("return np.sum((0.5 * (y_true - y_prediction)) ** 2)", "factor"),
            "double": (f"return 2 * np.sum({r2})", "factor"),
            "axis": (f"return 0.5 * np.sum({r2}, axis=1)", "wrong-shape"),
            "flat-y": ("return 0.5 * np.sum((y_prediction - y_true.ravel()) ** 2)", "different"),
            "matrix": ("r = y_prediction - y_true\nreturn 0.5 * r @ r.T", "wrong-shape"),
        }
    if m.kind == "sum":
        w |= {
            "half": (f"return 0.5 * np.sum({r2})", "factor"),
            "mean": (f"return np.mean({r2})", "mean-for-sum"),
            "over-n": (f"return np.sum({r2}) / len(y_true)", "mean-for-sum"),
            "mean-columns": (f"return np.sum(np.mean({r2}, axis=1))", "mean-for-sum different"),
            "half-mean": (f"return 0.5 * np.mean({r2})", "different factor mean-for-sum"),
            "axis": (f"return np.sum({r2}, axis=0)", "wrong-shape"),
            "axis1": (f"return np.sum({r2}, axis=1)", "wrong-shape"),
            "first-column": ("r = y_true[:, 0] - y_prediction[:, 0]\nreturn r @ r", "different"),
            "first-row": ("r = y_true[0] - y_prediction[0]\nreturn r @ r", "different"),
            "matrix": ("r = y_prediction - y_true\nreturn r.T @ r", "wrong-shape"),
            "builtin-sum": (f"return sum({r2})", "wrong-shape"),
            "spectral": ("return np.linalg.norm(y_true - y_prediction, 2) ** 2", "different"),
            "n-square": (
                "s = 0.0\nfor i in range(y_true.shape[0]):\n    for j in range(y_true.shape[0]):\n"
                "        if j < y_true.shape[1]:\n            s += (y_true[i, j] - y_prediction[i, j]) ** 2\nreturn s",
                "different",
            ),
        }
    out += [Text("loss", f"wrong-{k}", method("loss", LOSS, b), codes(c)) for k, (b, c) in w.items()]
    out += [
        Text("loss", "wrong-missing", "", codes("not-implemented")),
        Text(
            "loss", "wrong-no-self", "def loss(y_prediction, y_true):\n    return " + m.agg(r2) + "\n", codes("raises")
        ),
        Text(
            "loss",
            "wrong-syntax-args",
            "def loss(self, y_prediction):\n    return " + m.agg("y_prediction ** 2") + "\n",
            codes("raises"),
        ),
        Text("loss", "either-one-element", method("loss", LOSS, f"return np.array([{m.agg(r2)}])"), either=True),
        Text(
            "loss",
            "either-expanded",
            method("loss", LOSS, f"return {m.agg(t + ' ** 2')} - 2 * {m.agg(t + ' * ' + p)} + {m.agg(p + ' ** 2')}"),
            either=True,
        ),
        Text("loss", "either-float32", method("loss", LOSS, f"return np.float32({m.agg(r2)})"), either=True),
    ]
    return out


# --------------------------------------------------------------------------------------------------------------- train


def fill(template: str, holes: dict[str, list[str]]) -> str:
    """Put lines where a placeholder stands alone on its line, indented as it is."""
    out: list[str] = []
    for line in template.strip("\n").split("\n"):
        key = line.strip()
        if key in holes:
            pad = line[: len(line) - len(line.lstrip())]
            out += [pad + x for x in holes[key]]
        else:
            out.append(line)
    return "\n".join(out) + "\n"


def updates(m: Model, lr: str = "lr", op: str = "-", inplace: bool = True, order: bool = False) -> list[str]:
    pairs = list(zip(m.weights, m.grads, strict=True))
    if order:
        pairs.reverse()
    if inplace:
        return [f"self.{w} {op}= {lr} * {g}" for w, g in pairs]
    return [f"self.{w} = self.{w} {op} {lr} * {g}" for w, g in pairs]


BASES = {
    "lists": """
losses = []
@PATHLIST
for epoch in range(n_ep):
    losses.append(@LOSS)
    @GRAD
    @UPDATE
    @PATHAPPEND
@RETLIST
""",
    "arrays": """
loss_records = np.zeros(n_ep)
@PATHZEROS
for i in range(n_ep):
    y_prediction = self.forward(x)
    loss_records[i] = self.loss(y_prediction, y_true)
    @GRAD
    @UPDATE
    @PATHSET
@RETARRAY
""",
    "while": """
history = []
@PATHLIST
ep = 0
while ep < n_ep:
    y_hat = self.forward(x)
    history += [float(self.loss(y_hat, y_true))]
    @GRAD
    @UPDATE
    @PATHAPPEND
    ep += 1
losses = np.array(history)
@RETLIST
""",
}


def holes(
    m: Model, grad: list[str] | None = None, update: list[str] | None = None, weight_row: str = ""
) -> dict[str, list[str]]:
    row = weight_row or m.flat
    copy = row if m.scalars else f"{row}.copy()"
    return {
        "@PATHLIST": ["path = []"] if m.path else [],
        "@PATHAPPEND": [f"path.append({copy})"] if m.path else [],
        "@PATHZEROS": [f"weight_records = np.zeros((n_ep, {m.width}))"] if m.path else [],
        "@PATHSET": [f"weight_records[i] = {row}"] if m.path else [],
        "@RETLIST": ["return np.array(losses), np.array(path)"] if m.path else ["return np.array(losses)"],
        "@RETARRAY": ["return loss_records, weight_records"] if m.path else ["return loss_records"],
        "@GRAD": grad if grad is not None else [f"{m.unpack} = self.dloss_dw(x, y_true)"],
        "@UPDATE": update if update is not None else updates(m),
    }


def train_body(
    m: Model,
    base: str = "lists",
    grad: list[str] | None = None,
    update: list[str] | None = None,
    edit: tuple[tuple[str, str], ...] = (),
    **more: str,
) -> str:
    text = fill(BASES[base], holes(m, grad, update, **more)).replace("@LOSS", "self.loss(self.forward(x), y_true)")
    for old, new in edit:
        assert old in text, (m.assignment, base, old, text)
        text = text.replace(old, new)
    return text


def train_texts(m: Model) -> list[Text]:
    out: list[Text] = []

    def right(name: str, body: str, **kw: str) -> None:
        out.append(Text("train", f"right-{name}", method("train", TRAIN, body), **kw))

    def wrong(name: str, body: str, words: str, **kw: str) -> None:
        out.append(Text("train", f"wrong-{name}", method("train", TRAIN, body), codes(words), **kw))

    new = updates(m, inplace=False)
    every = list(m.weights)
    names = repr(every)
    one_by_one = [
        f"for name, g in zip({names}, self.dloss_dw(x, y_true)):",
        "    setattr(self, name, getattr(self, name) - lr * g)",
    ]
    ret_lists = "return losses, path" if m.path else "return losses"
    ret_np = "return np.array(losses), np.array(path)" if m.path else "return np.array(losses)"
    row_list = m.flat if m.scalars else f"{m.flat}.tolist()"

    for base in BASES:
        right(base, train_body(m, base))
        right(f"{base}-new", train_body(m, base, update=new))
        right(f"{base}-back", train_body(m, base, update=updates(m, order=True)))
        right(f"{base}-setattr", train_body(m, base, grad=[], update=one_by_one))
    right("plain-lists", train_body(m, edit=((ret_np, ret_lists),)))
    right(
        "grads-tuple",
        train_body(
            m,
            grad=["grads = self.dloss_dw(x, y_true)"],
            update=[f"self.{w} = self.{w} - grads[{i}] * lr" for i, w in enumerate(m.weights)],
        ),
    )
    right(
        "grads-list",
        train_body(
            m,
            "arrays",
            grad=["grads = list(self.dloss_dw(x, y_true))", "steps = [lr * g for g in grads]"],
            update=[f"self.{w} -= steps[{i}]" for i, w in enumerate(m.weights)],
        ),
    )
    right(
        "plus-minus", train_body(m, update=[f"self.{w} += -lr * {g}" for w, g in zip(m.weights, m.grads, strict=True)])
    )
    right(
        "vars",
        train_body(
            m,
            "arrays",
            grad=[],
            update=[
                f"for name, g in zip({names}, self.dloss_dw(x, y_true)):",
                "    vars(self)[name] = vars(self)[name] - lr * np.asarray(g)",
            ],
        ),
    )
    right(
        "print",
        train_body(
            m,
            edit=(
                (
                    "for epoch in range(n_ep):\n",
                    "for epoch in range(n_ep):\n    if epoch % 50 == 0:\n        print('epoch', epoch)\n",
                ),
            ),
        ),
    )
    right(
        "kept",
        train_body(
            m, "arrays", edit=(("return loss_records", "self.loss_records = loss_records\nreturn loss_records"),)
        ),
    )
    right("copies", "x = np.array(x, copy=True)\ny_true = np.array(y_true, copy=True)\n" + train_body(m, "while"))
    right(
        "step",
        train_body(m, grad=["self._step(x, y_true, lr)"], update=[]),
        extra="def _step(self, x, y_true, lr):\n    "
        + f"{m.unpack} = self.dloss_dw(x, y_true)\n"
        + indent("\n".join(updates(m)), "    ")
        + "\n",
    )
    right(
        "step-loss",
        train_body(
            m, "lists", grad=[], update=[], edit=(("self.loss(self.forward(x), y_true)", "self._epoch(x, y_true, lr)"),)
        ),
        extra="def _epoch(self, x, y_true, lr):\n    value = self.loss(self.forward(x), y_true)\n    "
        + f"{m.unpack} = self.dloss_dw(x, y_true)\n"
        + indent("\n".join(new), "    ")
        + "\n    return value\n",
    )
    right(
        "grads-first",
        train_body(
            m,
            "lists",
            edit=(
                (
                    f"    losses.append(self.loss(self.forward(x), y_true))\n    {m.unpack} = self.dloss_dw(x, y_true)\n",
                    f"    {m.unpack} = self.dloss_dw(x, y_true)\n    losses.append(self.loss(self.forward(x), y_true))\n",
                ),
            ),
        ),
    )
    right(
        "inline-loss",
        train_body(m, "arrays", edit=(("self.loss(y_prediction, y_true)", m.agg("(y_true - y_prediction) ** 2")),)),
    )
    right(
        "inline-loss-list",
        train_body(
            m,
            "lists",
            edit=(("self.loss(self.forward(x), y_true)", "float(" + m.agg("(self.forward(x) - y_true) ** 2") + ")"),),
        ),
    )
    right(
        "append",
        train_body(
            m,
            edit=(
                ("losses = []", "losses = np.array([])"),
                (
                    "losses.append(self.loss(self.forward(x), y_true))",
                    "losses = np.append(losses, self.loss(self.forward(x), y_true))",
                ),
            ),
        ),
    )
    right(
        "dict",
        train_body(
            m,
            "while",
            grad=["g = dict(zip(" + names + ", self.dloss_dw(x, y_true)))"],
            update=[f"self.{w} = self.{w} - lr * g['{w}']" for w in m.weights],
        ),
    )
    right(
        "tuple-assign",
        train_body(
            m,
            "arrays",
            update=[
                ", ".join(f"self.{w}" for w in m.weights)
                + " = "
                + ", ".join(f"self.{w} - lr * {g}" for w, g in zip(m.weights, m.grads, strict=True))
            ],
        ),
    )
    right(
        "local-copies",
        train_body(
            m,
            "lists",
            update=[f"new_{w} = self.{w} - lr * {g}" for w, g in zip(m.weights, m.grads, strict=True)]
            + [f"self.{w} = new_{w}" for w in m.weights],
        ),
    )
    right(
        "generator",
        f"def steps():\n    for _ in range(n_ep):\n        value = self.loss(self.forward(x), y_true)\n        {m.unpack} = self.dloss_dw(x, y_true)\n"
        + indent("\n".join(new), " " * 8)
        + (f"\n        yield value, {row_list}" if m.path else "\n        yield value")
        + "\n"
        + (
            "records = list(steps())\nreturn [r[0] for r in records], [r[1] for r in records]"
            if m.path
            else "return list(steps())"
        ),
    )
    right(
        "iter",
        "if n_ep < 1:\n    raise ValueError('n_ep')\nlosses = [None] * n_ep\n"
        + ("path = [None] * n_ep\n" if m.path else "")
        + f"for k in range(0, n_ep, 1):\n    losses[k] = self.loss(self.forward(x), y_true)\n    {m.unpack} = self.dloss_dw(x, y_true)\n"
        + indent("\n".join(updates(m)), "    ")
        + (f"\n    path[k] = list({m.flat})" if m.path else "")
        + f"\n{ret_lists}",
    )
    right("errstate", "with np.errstate(all='ignore'):\n" + indent(train_body(m, "arrays"), "    "))
    right("try", "try:\n" + indent(train_body(m, "lists"), "    ") + "except ZeroDivisionError:\n    print('no')\n")
    if m.path:
        right("vstack", train_body(m, edit=(("np.array(path)", "np.vstack(path)"),)))
        right("path-list", train_body(m, edit=((ret_np, "return np.asarray(losses), [list(row) for row in path]"),)))
        right("list-return", train_body(m, edit=((ret_np, "return [np.array(losses), np.array(path)]"),)))
        right("path-empty", train_body(m, "arrays", edit=(("np.zeros((n_ep, 2))", "np.full((n_ep, 2), np.nan)"),)))

    # ---- wrong
    u = "\n".join("    " + line for line in updates(m))
    grad_line = f"    {m.unpack} = self.dloss_dw(x, y_true)\n"
    rec = "    losses.append(self.loss(self.forward(x), y_true))\n"
    wrong("late-loss", train_body(m, edit=((rec, ""), (u + "\n", u + "\n" + rec))), "loss-after-update")
    wrong(
        "late-loss-arrays",
        train_body(
            m,
            "arrays",
            grad=[],
            update=[],
            edit=(("    y_prediction = self.forward(x)\n", grad_line + u + "\n    y_prediction = self.forward(x)\n"),),
        ),
        "loss-after-update",
    )
    wrong(
        "late-loss-while",
        train_body(
            m,
            "while",
            grad=[],
            update=[],
            edit=(("    y_hat = self.forward(x)\n", grad_line + u + "\n    y_hat = self.forward(x)\n"),),
        ),
        "loss-after-update",
    )
    wrong("one-less", train_body(m, edit=(("range(n_ep)", "range(n_ep - 1)"),)), "epoch-count")
    wrong("one-less-filled", train_body(m, "arrays", edit=(("range(n_ep)", "range(n_ep - 1)"),)), "epoch-count")
    wrong("from-one", train_body(m, "lists", edit=(("range(n_ep)", "range(1, n_ep)"),)), "epoch-count")
    wrong("from-one-arrays", train_body(m, "arrays", edit=(("range(n_ep)", "range(1, n_ep)"),)), "epoch-count")
    wrong("one-more", train_body(m, edit=(("range(n_ep)", "range(n_ep + 1)"),)), "epoch-count")
    wrong("le", train_body(m, "while", edit=(("ep < n_ep", "ep <= n_ep"),)), "epoch-count")
    wrong(
        "final-loss",
        train_body(m, edit=((ret_np, "losses.append(self.loss(self.forward(x), y_true))\n" + ret_np),)),
        "epoch-count",
    )
    wrong(
        "extra-step",
        train_body(
            m,
            "arrays",
            edit=(
                (
                    "return loss_records",
                    f"{m.unpack} = self.dloss_dw(x, y_true)\n" + "\n".join(updates(m)) + "\nreturn loss_records",
                ),
            ),
        ),
        "epoch-count",
    )
    wrong(
        "last-not-updated",
        train_body(m, "arrays", update=["if i < n_ep - 1:"] + ["    " + line for line in updates(m)]),
        "epoch-count",
    )
    wrong(
        "first-not-updated",
        train_body(m, "arrays", update=["if i > 0:"] + ["    " + line for line in updates(m)]),
        "epoch-count different",
    )
    wrong("return-in-loop", train_body(m, edit=(("\n" + ret_np, "\n    " + ret_np),)), "epoch-count")
    wrong("half-epochs", train_body(m, edit=(("range(n_ep)", "range(n_ep // 2)"),)), "epoch-count")
    wrong("hundred", train_body(m, edit=(("range(n_ep)", "range(100)"),)), "epoch-count")
    wrong("last-loss-only", train_body(m, edit=(("np.array(losses)", "losses[-1]"),)), "epoch-count wrong-shape")
    wrong("ascends", train_body(m, update=updates(m, op="+")), "ascends")
    wrong("ascends-arrays", train_body(m, "arrays", update=updates(m, op="+", inplace=False)), "ascends")
    wrong(
        "no-lr",
        train_body(m, update=[f"self.{w} -= {g}" for w, g in zip(m.weights, m.grads, strict=True)]),
        "ignores-lr",
    )
    wrong("fixed-lr", train_body(m, update=updates(m, lr="0.02")), "ignores-lr")
    wrong(
        "fixed-lr-1e-6",
        train_body(m, "arrays", edit=(("loss_records = np.zeros", "lr = 1e-6\nloss_records = np.zeros"),)),
        "ignores-lr",
    )
    wrong("lr-times-2", train_body(m, update=updates(m, lr="2 * lr")), "ignores-lr factor")
    wrong("lr-thousandth", train_body(m, update=updates(m, lr="1.001 * lr", inplace=False)), "ignores-lr factor")
    wrong("lr-over-n", train_body(m, update=updates(m, lr="lr / len(x)")), "ignores-lr mean-for-sum")
    wrong("lr-times-n", train_body(m, update=updates(m, lr="lr * len(x)")), "ignores-lr sum-for-mean")
    wrong("lr-squared", train_body(m, update=updates(m, lr="lr * lr")), "ignores-lr")
    wrong("lr-decays", train_body(m, update=updates(m, lr="lr / (1 + epoch)")), "ignores-lr")
    wrong("lr-decays-slow", train_body(m, update=[*updates(m), "lr *= 0.99"]), "ignores-lr")
    wrong("lr-decays-0.999", train_body(m, "arrays", update=[*updates(m), "lr = lr * 0.999"]), "ignores-lr")
    wrong(
        "lr-halves-late",
        train_body(m, "lists", update=["if epoch and epoch % 10 == 0:", "    lr = lr / 2", *updates(m)]),
        "ignores-lr",
    )
    wrong("lr-grows", train_body(m, "lists", update=[*updates(m), "lr *= 1.001"]), "ignores-lr")
    wrong("lr-cos", train_body(m, "lists", update=updates(m, lr="lr * np.cos(epoch / n_ep)")), "ignores-lr")
    wrong("lr-capped", train_body(m, "lists", edit=(("losses = []", "lr = min(lr, 0.1)\nlosses = []"),)), "ignores-lr")
    wrong(
        "not-stored",
        train_body(m, update=[f"{w} = self.{w} - lr * {g}" for w, g in zip(m.weights, m.grads, strict=True)]),
        "no-update",
    )
    wrong("no-step", train_body(m, update=[]), "no-update")
    wrong(
        "step-after-loop",
        "losses = []\n"
        + ("path = []\n" if m.path else "")
        + f"for epoch in range(n_ep):\n    losses.append(self.loss(self.forward(x), y_true))\n    {m.unpack} = self.dloss_dw(x, y_true)\n"
        + (f"    path.append({row_list})\n" if m.path else "")
        + "\n".join(updates(m))
        + f"\n{ret_np}",
        "no-update epoch-count different",
    )
    wrong(
        "put-back",
        "import copy\nstart = copy.deepcopy(self.__dict__)\n"
        + train_body(m, "lists", edit=((ret_np, "self.__dict__.update(start)\n" + ret_np),)),
        "no-update",
    )
    wrong(
        "starts-over",
        "import copy\nif not hasattr(self, 'start'):\n    self.start = copy.deepcopy(["
        + ", ".join(f"self.{w}" for w in m.weights)
        + "])\n"
        + "".join(f"self.{w} = copy.deepcopy(self.start[{i}])\n" for i, w in enumerate(m.weights))
        + train_body(m, "lists"),
        "different no-update",
    )
    wrong(
        "stale-gradient",
        train_body(
            m,
            edit=(
                (grad_line, ""),
                ("for epoch in range(n_ep):\n", f"{m.unpack} = self.dloss_dw(x, y_true)\nfor epoch in range(n_ep):\n"),
            ),
        ),
        "different",
    )
    wrong(
        "old-gradient",
        train_body(m, "lists", grad=["if epoch % 2 == 0:", f"    {m.unpack} = self.dloss_dw(x, y_true)"]),
        "different",
    )
    wrong(
        "momentum",
        train_body(
            m,
            grad=[
                f"{m.unpack} = self.dloss_dw(x, y_true)",
                f"now = [{', '.join(m.grads)}]",
                "velocity = now if epoch == 0 else [0.9 * v + g for v, g in zip(velocity, now)]",
            ],
            update=[f"self.{w} = self.{w} - lr * velocity[{i}]" for i, w in enumerate(m.weights)],
        ),
        "different",
    )
    wrong(
        "decay", train_body(m, update=[*updates(m), *[f"self.{w} = self.{w} * 0.999" for w in m.weights]]), "different"
    )
    wrong(
        "clipped",
        train_body(
            m,
            update=[f"self.{w} = self.{w} - lr * np.clip({g}, -1, 1)" for w, g in zip(m.weights, m.grads, strict=True)],
        ),
        "different ignores-lr",
    )
    wrong(
        "normed",
        train_body(
            m,
            update=[
                f"self.{w} = self.{w} - lr * {g} / np.sqrt(np.sum({g} ** 2) + 1e-12)"
                for w, g in zip(m.weights, m.grads, strict=True)
            ],
        ),
        "different ignores-lr",
    )
    wrong(
        "signed",
        train_body(
            m, update=[f"self.{w} = self.{w} - lr * np.sign({g})" for w, g in zip(m.weights, m.grads, strict=True)]
        ),
        "different ignores-lr",
    )
    wrong(
        "samples",
        "losses = []\n"
        + ("path = []\n" if m.path else "")
        + f"for epoch in range(n_ep):\n    losses.append(self.loss(self.forward(x), y_true))\n    for i in range(len(x)):\n        {m.unpack} = self.dloss_dw(x[i:i+1], y_true[i:i+1])\n"
        + indent("\n".join(updates(m)), " " * 8)
        + "\n"
        + (f"    path.append({row_list})\n" if m.path else "")
        + ret_np,
        "different",
    )
    wrong(
        "half-batch",
        train_body(m, grad=["k = (len(x) + 1) // 2", f"{m.unpack} = self.dloss_dw(x[:k], y_true[:k])"]),
        "different",
    )
    wrong(
        "drops-last",
        train_body(
            m, grad=[f"{m.unpack} = self.dloss_dw(x[:-1], y_true[:-1]) if len(x) > 1 else self.dloss_dw(x, y_true)"]
        ),
        "different",
    )
    wrong(
        "swapped-args", train_body(m, grad=[f"{m.unpack} = self.dloss_dw(y_true, x)"]), "different raises wrong-shape"
    )
    wrong("none", train_body(m, edit=((ret_np, "pass"),)), "wrong-type")
    wrong("print-only", train_body(m, edit=((ret_np, "print(losses)"),)), "wrong-type")
    wrong(
        "stub",
        "raise NotImplementedError('replace this line with your own code: see the hint above')",
        "not-implemented",
    )
    wrong("mutates-x", "x -= x.mean()\n" + train_body(m), "mutates-arguments different")
    wrong("scales-x", "x = x / np.max(np.abs(x))\n" + train_body(m), "different")
    wrong("scales-y-in-place", "y_true /= 2\n" + train_body(m), "mutates-arguments different")
    wrong(
        "shuffles",
        "order = np.random.default_rng(0).permutation(len(x))\nx[:] = x[order]\ny_true[:] = y_true[order]\n"
        + train_body(m),
        "mutates-arguments",
    )
    wrong(
        "shuffles-apart",
        "np.random.seed(0)\nxs = np.random.permutation(x)\n" + train_body(m, edit=(("dloss_dw(x,", "dloss_dw(xs,"),)),
        "different",
    )
    wrong("zeroes-y", train_body(m, edit=((ret_np, "y_true[...] = 0\n" + ret_np),)), "mutates-arguments")
    wrong("loss-column", train_body(m, edit=(("np.array(losses)", "np.array(losses).reshape(-1, 1)"),)), "wrong-shape")
    wrong("loss-row", train_body(m, edit=(("np.array(losses)", "np.array([losses])"),)), "wrong-shape")
    wrong("loss-rounded", train_body(m, edit=(("np.array(losses)", "np.round(losses, 3)"),)), "different")
    wrong(
        "loss-int", train_body(m, "arrays", edit=(("np.zeros(n_ep)", "np.zeros(n_ep, dtype=int)"),)), "different raises"
    )
    wrong("loss-sqrt", train_body(m, edit=(("np.array(losses)", "np.sqrt(losses)"),)), "different")
    wrong(
        "loss-over-n",
        train_body(m, edit=(("np.array(losses)", "np.array(losses) / len(x)"),)),
        "mean-for-sum different",
    )
    wrong(
        "loss-times-n",
        train_body(m, edit=(("np.array(losses)", "np.array(losses) * len(x)"),)),
        "sum-for-mean different",
    )
    wrong("loss-half", train_body(m, edit=(("np.array(losses)", "np.array(losses) / 2"),)), "factor")
    wrong("loss-thousandth", train_body(m, edit=(("np.array(losses)", "np.array(losses) * 1.001"),)), "factor")
    wrong("loss-sign", train_body(m, edit=(("np.array(losses)", "-np.array(losses)"),)), "sign")
    wrong("loss-reversed", train_body(m, edit=(("np.array(losses)", "np.array(losses[::-1])"),)), "different")
    wrong("loss-cumulated", train_body(m, edit=(("np.array(losses)", "np.cumsum(losses)"),)), "different")
    wrong("loss-best", train_body(m, edit=(("np.array(losses)", "np.minimum.accumulate(losses)"),)), "different")
    wrong("loss-sorted", train_body(m, edit=(("np.array(losses)", "np.sort(losses)[::-1]"),)), "different")
    wrong(
        "loss-same",
        "losses = [self.loss(self.forward(x), y_true)] * n_ep\n"
        + train_body(m, edit=(("losses = []\n", ""), (rec, ""))),
        "no-update different",
    )
    wrong(
        "loss-zeros",
        train_body(m, "arrays", edit=(("    loss_records[i] = self.loss(y_prediction, y_true)\n", ""),)),
        "no-update hard-coded different",
    )
    wrong(
        "loss-relative",
        train_body(m, edit=(("np.array(losses)", "np.array(losses) / losses[0]"),)),
        "different not-finite",
    )
    wrong(
        "loss-inline-sum",
        train_body(
            m,
            edit=(
                (
                    "self.loss(self.forward(x), y_true)",
                    "np.sum((self.forward(x) - y_true) ** 2)"
                    if m.kind != "sum"
                    else "np.mean((self.forward(x) - y_true) ** 2)",
                ),
            ),
        ),
        {"mean": "sum-for-mean", "half": "factor", "sum": "mean-for-sum"}[m.kind],
    )
    wrong(
        "converged",
        train_body(m, edit=((rec, rec + "    if epoch and abs(losses[-1] - losses[-2]) < 1e-4:\n        break\n"),)),
        "epoch-count",
    )
    wrong(
        "rises",
        train_body(m, edit=((rec, rec + "    if epoch and losses[-1] > losses[-2]:\n        break\n"),)),
        "epoch-count",
    )
    wrong(
        "keeps-best",
        "import copy\n"
        + train_body(
            m,
            edit=(
                (
                    rec,
                    rec
                    + "    if losses[-1] == min(losses):\n        best = copy.deepcopy(["
                    + ", ".join(f"self.{w}" for w in m.weights)
                    + "])\n",
                ),
                (
                    ret_np,
                    ", ".join(f"self.{w}" for w in m.weights)
                    + (", = best\n" if len(m.weights) == 1 else " = best\n")
                    + ret_np,
                ),
            ),
        ),
        "different epoch-count no-update",
    )
    wrong(
        "retry",
        train_body(m, update=[*updates(m), "if epoch % 10 == 9:", *["    " + line for line in updates(m)]]),
        "different epoch-count",
    )
    wrong("twice", train_body(m, update=updates(m) * 2), "different ignores-lr factor epoch-count")
    wrong(
        "adds-records",
        train_body(
            m, "lists", edit=(("losses = []", "if not hasattr(self, 'all'):\n    self.all = []\nlosses = self.all"),)
        ),
        "epoch-count wrong-shape",
    )
    wrong("raises-big", "if n_ep > 100:\n    raise ValueError('too many epochs')\n" + train_body(m), "raises")
    wrong("args", train_body(m, edit=(("self.loss(self.forward(x), y_true)", "self.loss(x)"),)), "raises")
    wrong(
        "name", train_body(m, "arrays", update=[line.replace("lr", "learning_rate") for line in updates(m)]), "raises"
    )
    wrong("text", train_body(m, edit=(("np.array(losses)", "[str(v) for v in losses]"),)), "wrong-type")
    wrong("dict", train_body(m, edit=((ret_np, "return {'losses': losses}"),)), "wrong-type")
    wrong("generator", train_body(m, edit=(("np.array(losses)", "(v for v in losses)"),)), "wrong-type")
    if m.path:
        wrong("no-path", train_body(m, edit=((ret_np, "return np.array(losses)"),)), "wrong-type wrong-shape")
        wrong(
            "path-first",
            train_body(m, edit=((ret_np, "return np.array(path), np.array(losses)"),)),
            "swapped wrong-shape wrong-type",
        )
        wrong(
            "path-before",
            train_body(
                m,
                grad=[f"path.append({row_list})", f"{m.unpack} = self.dloss_dw(x, y_true)"],
                edit=((u + "\n" + "    path.append(", u + "\n    (lambda row: None)("),),
            ),
            "different epoch-count",
        )
        wrong("path-with-start", train_body(m, edit=(("path = []", f"path = [{row_list}]"),)), "epoch-count")
        wrong("path-transposed", train_body(m, edit=(("np.array(path)", "np.array(path).T"),)), "transposed")
        wrong("path-last", train_body(m, edit=(("np.array(path)", "np.array(path[-1])"),)), "epoch-count wrong-shape")
        wrong(
            "path-flat", train_body(m, edit=(("np.array(path)", "np.array(path).ravel()"),)), "wrong-shape epoch-count"
        )
        wrong("path-swapped", train_body(m, edit=(("np.array(path)", "np.array(path)[:, ::-1]"),)), "swapped different")
        wrong("path-3d", train_body(m, edit=(("np.array(path)", "np.array(path)[:, :, None]"),)), "wrong-shape")
        wrong("path-one-column", train_body(m, edit=(("np.array(path)", "np.array(path)[:, :1]"),)), "wrong-shape")
        wrong(
            "path-gradients",
            train_body(
                m,
                edit=(
                    (
                        "path.append(" + (m.flat if m.scalars else m.flat + ".copy()") + ")",
                        "path.append(np.ravel([" + ", ".join(m.grads) + "]))",
                    ),
                ),
            ),
            "different",
        )
        wrong(
            "path-zeros",
            train_body(m, "arrays", edit=((f"    weight_records[i] = {m.flat}\n", ""),)),
            "no-update hard-coded different",
        )
        wrong(
            "path-int",
            train_body(m, "arrays", edit=(("np.zeros((n_ep, 2))", "np.zeros((n_ep, 2), dtype=int)"),)),
            "different raises",
        )
        if not m.scalars:
            wrong("path-alias", train_body(m, edit=((f"{m.flat}.copy()", m.flat),)), "different no-update")
            wrong("path-unflattened", train_body(m, edit=((f"{m.flat}.copy()", "self.w1.copy()"),)), "wrong-shape")
    else:
        wrong(
            "with-path",
            train_body(m, edit=((ret_np, f"return np.array(losses), self.{m.weights[0]}"),)),
            "wrong-type wrong-shape",
        )
        wrong(
            "weights",
            train_body(m, edit=((ret_np, f"return self.{m.weights[-1]}"),)),
            "wrong-shape wrong-type different",
        )
        wrong("in-tuple", train_body(m, edit=((ret_np, "return (np.array(losses),)"),)), "wrong-shape wrong-type")
    if len(m.weights) > 1:
        k = len(m.weights)
        seq = []
        for i, w in enumerate(m.weights):
            seq += [f"self.{w} = self.{w} - lr * self.dloss_dw(x, y_true)[{i}]"]
        wrong("sequential", train_body(m, grad=[], update=seq), "sequential-update")
        wrong("sequential-back", train_body(m, "arrays", grad=[], update=seq[::-1]), "sequential-update")
        if k == 6:
            wrong(
                "sequential-layers",
                train_body(
                    m,
                    grad=[],
                    update=[
                        "for i, names in ((4, ('w3', 'b3')), (2, ('w2', 'b2')), (0, ('w1', 'b1'))):",
                        "    g = self.dloss_dw(x, y_true)",
                        "    for j, name in enumerate(names):",
                        "        setattr(self, name, getattr(self, name) - lr * g[i + j])",
                    ],
                ),
                "sequential-update",
            )
            wrong(
                "sequential-biases",
                train_body(
                    m,
                    grad=["g = self.dloss_dw(x, y_true)"],
                    update=[
                        "self.w1 = self.w1 - lr * g[0]",
                        "self.w2 = self.w2 - lr * g[2]",
                        "self.w3 = self.w3 - lr * g[4]",
                        "g = self.dloss_dw(x, y_true)",
                        "self.b1 = self.b1 - lr * g[1]",
                        "self.b2 = self.b2 - lr * g[3]",
                        "self.b3 = self.b3 - lr * g[5]",
                    ],
                ),
                "sequential-update",
            )
        half = updates(m)[: k // 2]
        wrong(
            "sequential-half",
            train_body(m, update=[*half, f"{m.unpack} = self.dloss_dw(x, y_true)", *updates(m)[k // 2 :]]),
            "sequential-update",
        )
        wrong("forgets-last", train_body(m, update=updates(m)[:-1]), "no-update different")
        wrong("forgets-first", train_body(m, "arrays", update=updates(m)[1:]), "no-update different")
        wrong("one-ascends", train_body(m, update=[*updates(m)[:-1], updates(m, op="+")[-1]]), "ascends different sign")
        wrong(
            "one-without-lr",
            train_body(m, update=[*updates(m)[:-1], f"self.{m.weights[-1]} -= {m.grads[-1]}"]),
            "ignores-lr",
        )
        wrong("one-lr-double", train_body(m, update=[updates(m, lr="2 * lr")[0], *updates(m)[1:]]), "ignores-lr factor")
        if k == 2:
            wrong(
                "alternates",
                train_body(m, update=["if epoch % 2:", "    " + updates(m)[0], "else:", "    " + updates(m)[1]]),
                "different no-update",
            )
        if m.scalars:
            wrong("swapped-grads", train_body(m, grad=["g2, g1 = self.dloss_dw(x, y_true)"]), "swapped different")
    else:
        wrong(
            "sequential-rows",
            train_body(
                m,
                grad=[],
                update=[
                    "self.w1[0] -= lr * self.dloss_dw(x, y_true)[0][0]",
                    "self.w1[1] -= lr * self.dloss_dw(x, y_true)[0][1]",
                ],
            ),
            "sequential-update",
        )
        wrong(
            "sequential-rows-back",
            train_body(
                m,
                "arrays",
                grad=[],
                update=[
                    "self.w1[1] -= lr * self.dloss_dw(x, y_true)[0][1]",
                    "self.w1[0] -= lr * self.dloss_dw(x, y_true)[0][0]",
                ],
            ),
            "sequential-update",
        )
        wrong("slope-only", train_body(m, update=["self.w1[1] -= lr * g1[1]"]), "no-update different bias")
        wrong("bias-only", train_body(m, update=["self.w1[0] -= lr * g1[0]"]), "no-update different")
        wrong("bias-no-lr", train_body(m, update=["self.w1[0] -= g1[0]", "self.w1[1] -= lr * g1[1]"]), "ignores-lr")
        wrong(
            "bare",
            train_body(m, grad=["g1 = self.dloss_dw(x, y_true)[0][0]"]),
            "different wrong-shape raises missing-upstream bias",
        )
        wrong(
            "flattens-weights",
            train_body(m, update=["self.w1 = (self.w1 - lr * g1).ravel()"]),
            "wrong-shape raises different",
        )
    out += [
        Text("train", "wrong-missing", "", codes("not-implemented")),
        Text("train", "wrong-typo-name", method("trian", TRAIN, train_body(m)), codes("not-implemented")),
    ]
    return out


def inline_train(m: Model, name: str, body: str, base: str, own_loss: bool, words: str = "") -> Text:
    """A train that computes its gradients itself, with the text of a dloss_dw that names them g1, g2, … and y_hat."""
    if base == "arrays" and " i in " in body:
        base = "lists"  # its epochs are not counted with the i of the loops
    lines = [line for line in body.strip("\n").split("\n") if line != m.ret]
    text = train_body(m, base, grad=lines)
    if own_loss:
        loss = m.agg("(y_hat - y_true) ** 2")
        key = {
            "lists": "    losses.append(self.loss(self.forward(x), y_true))\n",
            "arrays": "    y_prediction = self.forward(x)\n    loss_records[i] = self.loss(y_prediction, y_true)\n",
            "while": "    y_hat = self.forward(x)\n    history += [float(self.loss(y_hat, y_true))]\n",
        }[base]
        late = {
            "lists": f"losses.append({loss})",
            "arrays": f"loss_records[i] = {loss}",
            "while": f"history += [float({loss})]",
        }[base]
        text = train_body(m, base, grad=[*lines, late], edit=((key, ""),))
    extra = codes(words) | (codes("different") if words else frozenset())
    if "sign" in extra:
        extra |= {"ascends"}
    if "hard-coded" in extra:
        extra |= {"no-update"}  # a gradient of zeros
    return Text(
        "train",
        ("wrong-" if words else "right-") + f"inline-{name}-{base}" + ("-own" if own_loss else ""),
        method("train", TRAIN, text),
        extra,
    )


# ------------------------------------------------------------------------------------------------------------ gradients


def gradient_faults(m: Model, body: str, tag: str) -> list[Text]:
    """What can go wrong on the last lines of a right dloss_dw (g1, g2, … and y_hat are its names)."""
    ret = m.ret
    assert body.rstrip().endswith(ret), body
    head = body.rstrip()[: -len(ret)]
    gs = list(m.grads)

    def back(items: list[str]) -> str:
        return "return " + ", ".join(items) + ("," if len(items) == 1 else "")

    w: dict[str, tuple[str, str]] = {}
    for i, g in enumerate(gs):

        def put(s: str, i: int = i) -> str:
            return head + back([*gs[:i], s, *gs[i + 1 :]])

        w[f"sign-{g}"] = (put(f"-{g}"), "sign")
        w[f"double-{g}"] = (put(f"2 * {g}"), "factor")
        w[f"half-{g}"] = (put(f"{g} / 2"), "factor")
        w[f"thousandth-{g}"] = (put(f"{g} * 1.001"), "factor")
        w[f"zero-{g}"] = (put(f"{g} * 0"), "different hard-coded factor no-update")
        w[f"none-{g}"] = (put("None"), "wrong-type")
        w[f"plus-{g}"] = (put(f"{g} + 1e-3"), "different")
        mean = m.kind == "mean"
        w[f"n-{g}"] = (put(f"{g} * len(x)" if mean else f"{g} / len(x)"), "sum-for-mean" if mean else "mean-for-sum")
        w[f"n-minus-1-{g}"] = (put(f"{g} * len(x) / max(len(x) - 1, 1)"), "different factor")
        if not m.scalars:
            if g != "g6":  # b3 is one number
                w[f"transposed-{g}"] = (put(f"{g}.T"), "transposed")
            w[f"flat-{g}"] = (put(f"{g}.ravel()"), "wrong-shape")
            w[f"summed-{g}"] = (put(f"{g}.sum()"), "wrong-shape different")
            w[f"first-off-{g}"] = (head + f"{g} = {g} + 0\n{g}[0] *= 1.001\n" + ret, "different bias factor")
            w[f"last-off-{g}"] = (head + f"{g} = {g} + 0\n{g}.flat[-1] = 0\n" + ret, "different bias hard-coded factor")
            w[f"extra-axis-{g}"] = (put(f"{g}[None]"), "wrong-shape")
        else:
            w[f"vector-{g}"] = (put(f"{g} * np.ones_like(x)"), "wrong-shape")
            w[f"int-{g}"] = (put(f"int({g})"), "different")
            w[f"abs-{g}"] = (put(f"abs({g})"), "different sign")
    w["sign-all"] = (head + back([f"-{g}" for g in gs]), "sign")
    w["n-all"] = (
        head + back([f"{g} * len(x)" if m.kind == "mean" else f"{g} / len(x)" for g in gs]),
        "sum-for-mean" if m.kind == "mean" else "mean-for-sum",
    )
    w["half-all"] = (head + back([f"0.5 * {g}" for g in gs]), "factor")
    w["double-all"] = (head + back([f"2 * {g}" for g in gs]), "factor")
    w["thousandth-all"] = (head + back([f"0.999 * {g}" for g in gs]), "factor")
    w["returns-none"] = (head + "pass", "wrong-type")
    w["prints"] = (head + "print(" + ", ".join(gs) + ")", "wrong-type")
    w["dict"] = (
        head + "return {" + ", ".join(f"'{v}': {g}" for v, g in zip(m.weights, gs, strict=True)) + "}",
        "wrong-type",
    )
    w["stored"] = (head + "self.grads = [" + ", ".join(gs) + "]", "wrong-type")
    w["clipped"] = (head + back([f"np.clip({g}, -1, 1)" for g in gs]), "different")
    w["rounded"] = (head + back([f"np.round({g}, 2)" for g in gs]), "different")
    w["moves"] = (head + f"self.{m.weights[0]} = self.{m.weights[0]} - 0.01 * {gs[0]}\n" + ret, "mutates-weights")
    w["moves-last"] = (head + f"self.{m.weights[-1]} -= 1e-3 * {gs[-1]}\n" + ret, "mutates-weights")
    w["zeroes-x"] = (head + "x *= 0\n" + ret, "mutates-arguments")
    w["zeroes-y"] = (head + "y_true[:] = y_hat\n" + ret, "mutates-arguments")
    w["stub"] = (
        "raise NotImplementedError('replace this line with your own code: see the hint above')",
        "not-implemented",
    )
    w["name"] = (head + back([*gs[:-1], "grad"]), "raises")
    w["small-only"] = ("if len(x) > 20:\n    raise ValueError('batch too large')\n" + body, "raises")
    w["one-sample"] = (
        head + "if len(x) == 1:\n    return " + ", ".join(f"{g} * 0" for g in gs) + ",\n" + ret,
        "different hard-coded",
    )
    w["cached"] = (
        "if hasattr(self, 'saved'):\n    return self.saved\n"
        + head
        + "self.saved = ("
        + ", ".join(gs)
        + ",)\nreturn self.saved",
        "different hard-coded",
    )
    w["extra"] = (head + back([*gs, "y_hat"]), "wrong-type")
    w["weights"] = (head + back([f"self.{v}" for v in m.weights]), "different")
    w["norm"] = (head + back([f"{g} / (1e-12 + np.sqrt(np.sum({g} ** 2)))" for g in gs]), "different")
    w["l2"] = (head + back([f"{g} + 1e-3 * self.{v}" for v, g in zip(m.weights, gs, strict=True)]), "different")
    w["const"] = ("return " + ", ".join(f"self.{v} * 0 + 0.5" for v in m.weights) + ",", "hard-coded different")
    if len(gs) > 1:
        w["swapped"] = (head + back(gs[::-1]), "swapped")
        w["one-short"] = (head + back(gs[:-1]), "wrong-type")
        w["only-first"] = (head + f"return {gs[0]}", "wrong-type wrong-shape")
        if len(gs) == 6:
            w["weights-then-biases"] = (head + "return g1, g3, g5, g2, g4, g6", "swapped")
            w["bias-first"] = (head + "return g2, g1, g4, g3, g6, g5", "swapped")
            w["layers-back"] = (head + "return g5, g6, g3, g4, g1, g2", "swapped")
    else:
        w["bare"] = (head + "return g1", "wrong-type wrong-shape")
        w["twice"] = (head + "return g1, g1", "wrong-type")
        w["pieces"] = (head + "return g1[0], g1[1]", "wrong-type wrong-shape")
    return [Text("dloss_dw", f"wrong-{tag}-{k}", method("dloss_dw", DLOSS, b), codes(c)) for k, (b, c) in w.items()]


def numerical(m: Model) -> list[Text]:
    """Gradients measured, not derived."""
    names = repr(list(m.weights))
    shape = "np.shape(getattr(self, name))"
    out = []
    f = "self.loss(self.forward(x), y_true)"
    value = "float(grad)" if m.scalars else "grad"
    central = f"""
grads = []
for name in {names}:
    old = getattr(self, name)
    grad = np.zeros({shape})
    for idx in np.ndindex(*{shape}):
        values = []
        for h in (1e-5, -1e-5):
            moved = np.array(old, dtype=float)
            moved[idx] += h
            setattr(self, name, moved)
            values.append({f})
        grad[idx] = (values[0] - values[1]) / 2e-5
    setattr(self, name, old)
    grads.append({value})
return tuple(grads)
"""
    out.append(("central", central))
    out.append(("central-1e-6", central.replace("2e-5", "2e-6").replace("1e-5", "1e-6")))
    out.append(("central-1e-4", central.replace("2e-5", "2e-4").replace("1e-5", "1e-4")))
    out.append(("central-1e-3", central.replace("2e-5", "2e-3").replace("1e-5", "1e-3")))
    out.append(
        (
            "forward-diff",
            f"""
eps = 1e-7
base = {f}
grads = []
for name in {names}:
    old = getattr(self, name)
    grad = np.zeros({shape})
    for idx in np.ndindex(*{shape}):
        moved = np.array(old, dtype=float)
        moved[idx] += eps
        setattr(self, name, moved)
        grad[idx] = ({f} - base) / eps
    setattr(self, name, old)
    grads.append({value})
return tuple(grads)
""",
        )
    )
    out.append(
        (
            "clone",
            f"""
def cost(ws):
    other = type(self)(ws)
    return other.loss(other.forward(x), y_true)
ws = [np.array(getattr(self, n), dtype=float) for n in {names}]
grads = []
for k in range(len(ws)):
    grad = np.zeros_like(ws[k])
    for idx in np.ndindex(*ws[k].shape):
        up = [w.copy() for w in ws]
        down = [w.copy() for w in ws]
        up[k][idx] += 1e-5
        down[k][idx] -= 1e-5
        grad[idx] = (cost(up) - cost(down)) / 2e-5
    grads.append({value})
return tuple(grads)
""",
        )
    )
    return [
        Text("dloss_dw", f"wrong-numerical-{k}", method("dloss_dw", DLOSS, b), codes("numerical-gradient"))
        for k, b in out
    ]


def edited(
    body: str, tag: str, faults: dict[str, tuple[tuple[tuple[str, str], ...], str]]
) -> list[tuple[str, str, str]]:
    out = []
    for k, (pairs, c) in faults.items():
        text = body
        for old, new in pairs:
            assert old in text, (tag, k, old)
            text = text.replace(old, new)
        out.append((f"{tag}-{k}", text, c))
    return out


def named(text: Text, name: str) -> Text:
    return replace(text, name=name)
