"""Both sides of the tolerances: how near to them right answers come, how far beyond them the mildest faults lie.

A tolerance belongs into the gap between the two, so both are measured, in tolerances: 1 is the limit itself.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from autograder.assignments import Assignment
from autograder.core import METHODS
from autograder.judging import AS_IT_STANDS, Evidence, names_asked

# Overrides in a subclass of the reference, by method, as in `variants`. Fair ones round more than they must.
FAIR = {
    "forward": {"through float32": "return np.asarray(super().forward(x)).astype(np.float32).astype(float)"},
    "loss": {"through float32": "return float(np.float32(super().loss(y_prediction, y_true)))"},
    "dloss_dw": {
        "through float32": "return tuple(np.asarray(g, dtype=np.float32).astype(float) "
        "for g in super().dloss_dw(x, y_true))"
    },
}
MILD = {
    "forward": {"a thousandth too large": "return np.asarray(super().forward(x)) * 1.001"},
    "loss": {
        "a thousandth too large": "return super().loss(y_prediction, y_true) * 1.001",
        "N - 1 for N": "return super().loss(y_prediction, y_true) * len(y_true) / max(len(y_true) - 1, 1)",
    },
    "dloss_dw": {
        "a thousandth too large": "return tuple(np.asarray(g) * 1.001 for g in super().dloss_dw(x, y_true))",
        "one element a thousandth too large": "found = [np.array(g, dtype=float) for g in "
        "super().dloss_dw(x, y_true)]\n"
        "for g in found:\n    g.flat[np.argmax(np.abs(g))] *= 1.001\nreturn tuple(found)",
    },
    "train": {
        "a rate a thousandth too large": "return super().train(x, y_true, lr * 1.001, n_ep)",
        "a rate that decays by a thousandth": "",  # these two are loops of their own, below
        "weights moved one after the other": "",
    },
}
_ARGUMENTS = {
    "forward": "self, x", "loss": "self, y_prediction, y_true", "dloss_dw": "self, x, y_true",
    "train": "self, x, y_true, lr, n_ep",
}  # fmt: skip
_LOOP = """losses, path = [], []
for epoch in range(n_ep):
    losses.append(self.loss(self.forward(x), y_true))
    gradients = self.dloss_dw(x, y_true)
    for k, name in enumerate({names}):
        setattr(self, name, getattr(self, name) - {step})
    path.append(np.concatenate([np.ravel(getattr(self, name)) for name in {names}]))
{give}"""
_STEPS = {
    "a rate that decays by a thousandth": "lr * 0.999**epoch * gradients[k]",
    "weights moved one after the other": "lr * self.dloss_dw(x, y_true)[k]",
}


@dataclass(frozen=True, slots=True)
class Margin:
    """One array: the most distant right answer and the mildest fault, in tolerances, each with what it was."""

    array: str
    right: float
    right_by: str
    fault: float
    fault_by: str

    def __str__(self) -> str:
        right = f"right answers reach {self.right:.2g} of the tolerance ({self.right_by})"
        return f"{self.array}: {right}, the mildest fault {self.fault:.3g} times it ({self.fault_by})"


def fair_and_mild(assignment: Assignment, source: str) -> Iterator[tuple[str, str, bool, str]]:
    """Method, name, whether it is right, and the text of a class, for each way above that the model allows."""
    for ways, right in ((FAIR, True), (MILD, False)):
        for method, bodies in ways.items():
            for name, body in bodies.items():
                if name == "N - 1 for N" and assignment.averages != "mean":
                    continue
                if name == "weights moved one after the other" and len(assignment.weights) < 2:
                    continue
                yield method, name, right, _class(assignment, source, method, _body(assignment, name, body))


def reached(evidence: Evidence) -> dict[str, float]:
    """By array, how many tolerances the most distant answer lies from the one asked, as the methods stand."""
    errors: dict[str, float] = {}
    for method in METHODS:
        for each in evidence.routes[method][AS_IT_STANDS]:
            if each.actual is None or each.expected is None or each.actual.shape != each.wanted.shape:
                continue
            with np.errstate(all="ignore"):
                far = np.abs(each.actual - each.wanted) / np.maximum(each.tolerance, np.finfo(float).tiny)
            most = float(np.max(np.where(np.isnan(far), np.inf, far), initial=0.0))
            errors[each.name] = max(errors.get(each.name, 0.0), most)
    return errors


def margins(
    assignment: Assignment,
    right: Mapping[str, Mapping[str, float]],
    mild: Sequence[tuple[str, str, Mapping[str, float]]],
) -> list[Margin]:
    """The table: `right` by name of the variant, `mild` as method, name and what `reached` gave."""
    table = []
    for method in METHODS:
        for array in names_asked(assignment, method):
            most, by = max((errors.get(array, 0.0), name) for name, errors in right.items())
            faults = [(errors.get(array, 0.0), name) for of_method, name, errors in mild if of_method == method]
            least, fault = min(faults) if faults else (float("inf"), "none tried")
            table.append(Margin(array, most, by, least, fault))
    return table


def _body(assignment: Assignment, name: str, body: str) -> str:
    step = _STEPS.get(name)
    if step is None:
        return body
    give = "return losses, path" if assignment.train_returns == "path" else "return losses"
    return _LOOP.replace("{step}", step).replace("{names}", repr(tuple(assignment.weights))).replace("{give}", give)


def _class(assignment: Assignment, source: str, method: str, body: str) -> str:
    name = assignment.class_name
    method_text = textwrap.indent(f"def {method}({_ARGUMENTS[method]}):\n" + textwrap.indent(body, "    "), "    ")
    return f"{source}\n\nimport numpy as np\n_Reference = {name}\n\n\nclass {name}(_Reference):\n{method_text}\n"
