"""Losses as students write them, for a mean or a sum of squares."""

from __future__ import annotations

from tests.corpus.networks import Network

HALF = ("linear_regression", "relu_regression")


def _loss(body: str) -> str:
    lines = "\n".join("    " + line for line in body.strip("\n").splitlines())
    return f"def loss(self, y_prediction, y_true):\n{lines}\n"


def right(a: Network) -> dict[str, str]:
    """Right losses."""
    c = "0.5 * " if a.name in HALF else ""
    over = " / y_true.shape[0]" if a.mean else ""
    vdot = f"return {c}np.vdot(y_prediction - y_true, y_prediction - y_true){over}"
    texts = {
        "loss by vdot": vdot,
        "loss as 0-d array": f"return np.array({c}np.square(y_true - y_prediction).sum(){over})",
        "loss by a loop": f"""
total = 0.0
for p, t in zip(np.ravel(y_prediction), np.ravel(y_true)):
    total += (p - t) ** 2
return {c}total{over}""",
        "loss expanded": f"return {c}(np.sum(y_prediction**2) - 2*np.sum(y_prediction*y_true) + np.sum(y_true**2)){over}",
        "loss by norm": f"return {c}np.linalg.norm(y_prediction - y_true) ** 2{over}",
        "loss by power": f"return {c}np.sum(np.power(np.subtract(y_true, y_prediction), 2)){over}",
        "loss by einsum": f"""
r = (y_true - y_prediction).ravel()
return float({c}np.einsum('i,i->', r, r){over})""",
        "loss by sum of list": f"return {c}sum([float(e)**2 for e in (y_true - y_prediction).flatten()]){over}",
        "loss by average" if a.mean else "loss by mean times size": (
            "return np.average((y_prediction - y_true) ** 2)" if a.mean
            else f"return {c}np.mean((y_prediction - y_true) ** 2) * y_true.size"
        ),
        "loss squeezes": f"return {c}np.sum((np.squeeze(y_prediction) - np.squeeze(y_true)) ** 2){over}",
        "loss abs squared": f"return {c}(np.abs(y_true - y_prediction) ** 2).sum(){over}",
        "loss prints": f"print('loss', y_true.shape)\nreturn {c}((y_true - y_prediction) ** 2).sum(){over}",
        "loss typed": f"value: float = {c}((y_true - y_prediction) ** 2).sum(){over}\nreturn value",
        "loss asarray": f"y_true = np.asarray(y_true)\ny_prediction = np.asarray(y_prediction)\nreturn {c}((y_true - y_prediction) ** 2).sum(){over}",
    }  # fmt: skip
    return {name: _loss(body) for name, body in texts.items()}


def wrong(a: Network) -> dict[str, tuple[str, str]]:
    """Wrong losses, with what must be said of them."""
    mean = a.mean
    c = "0.5 * " if a.name in HALF else ""
    over = " / len(y_true)" if mean else ""
    square = "(y_true - y_prediction) ** 2"
    texts = {
        "loss: sum where mean" if mean else "loss: mean where sum": (
            (f"return np.sum({square})", "sum-for-mean") if mean else (f"return {c}np.mean({square})", "mean-for-sum")
        ),
        "loss: half": (f"return 0.5 * {c}np.sum({square}){over}", "factor"),
        "loss: twice": (f"return 2 * {c}np.sum({square}){over}", "factor"),
        "loss: minus": (f"return -{c}np.sum({square}){over}", "sign"),
        "loss: absolute": (f"return {c}np.sum(np.abs(y_true - y_prediction)){over}", "different"),
        "loss: no square": (f"return {c}np.sum(y_true - y_prediction){over}", "different"),
        "loss: root": (f"return np.sqrt({c}np.sum({square}){over})", "different"),
        "loss: square outside": (f"return {c}np.sum(y_true - y_prediction) ** 2{over}", "different"),
        "loss: sum for difference": (f"return {c}np.sum((y_true + y_prediction) ** 2){over}", "sign|different"),
        "loss: xor": ("return np.mean((y_true - y_prediction) ^ 2)", "raises"),
        "loss: not averaged": (f"return {square}", "wrong-shape"),
        "loss: method without call": (f"return ({square}).mean", "wrong-type"),
        "loss: none": (f"value = np.sum({square})\nprint(value)", "wrong-type"),
        "loss: stub": ("raise NotImplementedError('replace this line')", "not-implemented"),
        "loss: pass": ("pass", "wrong-type|not-implemented"),
        "loss: constant": ("return 0.034", "hard-coded"),
        "loss: zero": ("return 0.0", "hard-coded"),
        "loss: cubed": (f"return {c}np.sum((y_true - y_prediction) ** 3){over}", "different"),
        "loss: squares differ": (f"return {c}np.sum(y_true ** 2 - y_prediction ** 2){over}", "different"),
        "loss: typo": (f"return {c}np.sum((y_true - y_pred) ** 2){over}", "raises"),
        "loss: first sample": (f"r = ({square})[0]\nreturn {c}r.sum()", "different"),
        "loss: forgets last": (f"return {c}np.sum(({square})[:-1]){over}", "different"),
        "loss: mutates": (f"y_prediction -= y_true\nreturn {c}np.sum(y_prediction ** 2){over}", "mutates-arguments"),
        "loss: mutates target": (f"y_true -= y_prediction\nreturn {c}np.sum(y_true ** 2){over}", "mutates-arguments"),
        "loss: string": (f"return str({c}np.sum({square}){over})", "wrong-type"),
        "loss: list of one": (f"return [{c}np.sum({square}){over}]", "wrong-shape"),
        "loss: 73 hard-coded": (f"return {c}np.sum({square}) / 73", "different|factor|sum-for-mean|mean-for-sum"),
        "loss: no target": (f"return {c}np.sum(y_prediction ** 2){over}", "missing-upstream"),
        "loss: relative error": (f"return {c}np.sum((y_true / y_prediction - 1) ** 2){over}", "different"),
        "loss: median": (f"return np.median({square})", "different"),
        "loss: max": (f"return np.max({square})", "different"),
        "loss: int": (f"return int({c}np.sum({square}){over})", "different|wrong-type"),
        "loss: rounded": (f"return round({c}np.sum({square}){over}, 2)", "different"),
        "loss: regularised": (f"return {c}np.sum({square}){over} + 0.01 * np.sum(np.square(self.w1))", "different"),
        "loss: axis 0": (f"return {c}np.sum({square}, axis=0){over}",
                         "wrong-shape") if a.y == 2 else (f"return np.sum({square}, axis=-1)", "sum-for-mean"),
        "loss: n - 1": (f"return {c}np.sum({square}) / max(len(y_true) - 1, 1)", "factor|different|mean-for-sum"),
        "loss: nan": ("return np.mean(y_true) / 0.0 * 0.0", "not-finite"),
        "loss: wrong arguments": (f"return {c}np.sum((self.forward(y_prediction) - y_true) ** 2){over}", "*"),
        "loss: mean of means" if not mean else "loss: over twice": (
            (f"return {c}np.mean(np.sum({square}, axis=-1))", "mean-for-sum") if not mean
            else (f"return np.mean({square}) / len(y_true)", "mean-for-sum")
        ),
    }  # fmt: skip
    return {name: (_loss(body), f"loss: {codes}") for name, (body, codes) in texts.items()}
