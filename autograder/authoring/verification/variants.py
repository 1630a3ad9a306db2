"""Other ways to write a reference, right and wrong, made from its text and from the assignment's description."""

from __future__ import annotations

import inspect
import itertools
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from autograder.assignments import NO_FAULTS, Assignment
from autograder.assignments import description as assignment_module
from autograder.core import Report
from autograder.judging import faults as train_faults
from autograder.judging import loss_faults, step_rules
from autograder.judging import run as train_run

# Overrides in a subclass of the reference, by method; `super()` is the reference itself.
_ALIKE: dict[str, dict[str, str]] = {
    "forward": {
        "a list": "return np.asarray(super().forward(x)).tolist()",
        "sample by sample": "return np.concatenate([np.asarray(super(type(self), self).forward(x[k:k+1])) for k in "
        "range(len(x))])",
        "kept on self": "self.seen, self.last = x, super().forward(x)\nreturn self.last",
        "in Fortran order": "return np.asfortranarray(super().forward(np.asfortranarray(x)))",
        "upside down": "return super().forward(x[::-1])[::-1]",
        "printed": "print('forward', x.shape)\nreturn super().forward(x)",
        "other rounding": "return np.asarray(super().forward(x)) * 3.0 / 3.0",
    },
    "loss": {
        "a 0-d array": "return np.array(super().loss(y_prediction, y_true))",
        "a NumPy float": "return np.float64(super().loss(y_prediction, y_true))",
        "upside down": "return super().loss(y_prediction[::-1], y_true[::-1])",
        "of copies": "return super().loss(np.array(y_prediction, dtype=float), y_true.copy())",
        "other rounding": "return super().loss(y_prediction, y_true) * 7.0 / 7.0",
    },
    "dloss_dw": {
        "a list": "return list(super().dloss_dw(x, y_true))",
        "after forward": "self.kept = self.forward(x)\nself.loss(self.kept, y_true)\nreturn super().dloss_dw(x, y_true)",  # noqa: E501
        "sample by sample": "parts = [super(type(self), self).dloss_dw(x[k:k+1], y_true[k:k+1]) for k in range(len(x))]\n"  # noqa: E501
        "return tuple(sum(part) / {count} for part in zip(*parts))",
        "upside down": "return super().dloss_dw(x[::-1], y_true[::-1])",
        "of copies": "return tuple(np.copy(g) for g in super().dloss_dw(x.copy(), y_true.copy()))",
        "keywords": "return super().dloss_dw(x=x, y_true=y_true)",
        "other rounding": "return tuple(np.asarray(g) * 11.0 / 11.0 for g in super().dloss_dw(x, y_true))",
    },
    "train": {
        "epoch by epoch": "{unpack}runs = [super(type(self), self).train(x, y_true, lr, 1) for _ in range(n_ep)]\n{join}",  # noqa: E501
        "records as lists": "given = super().train(x, y_true, lr, n_ep)\n{lists}",
        "of copies": "return super().train(x.copy(), y_true.copy(), float(lr), int(n_ep))",
        "by the class": "return self.__class__.__mro__[1].train(self, x, y_true, lr, n_ep)",
        "through an own step": "losses, path = [], []\nwhile len(losses) < n_ep:\n"
        "    losses.append(self.loss(self.forward(x), y_true))\n    gradients = self.dloss_dw(x, y_true)\n"
        "    for name, gradient in zip({names}, gradients):\n"
        "        setattr(self, name, getattr(self, name) - lr * gradient)\n"
        "    path.append(np.concatenate([np.ravel(getattr(self, name)) for name in {names}]))\n{give}",
    },
}  # fmt: skip
_ARGUMENTS = {
    "forward": "self, x", "loss": "self, y_prediction, y_true", "dloss_dw": "self, x, y_true",
    "train": "self, x, y_true, lr, n_ep",
}  # fmt: skip
MOST_PAIRS = 40


@dataclass(frozen=True, slots=True)
class Wrong:
    """A class with one known fault: the method that must lose points, the code that must be named."""

    name: str
    source: str
    method: str
    code: str

    def complaint(self, report: Report) -> str:
        """What is wrong with its report; empty where it is as it must be."""
        if report.verdict != "graded":
            return f"{self.name}: {report.verdict}"
        lost = [name for name, of in report.methods.items() if of["score"] < of["max_score"] - 1e-9]
        if lost != [self.method]:
            return f"{self.name}: {', '.join(lost) or 'nothing'} lost points instead of {self.method}"
        codes = {
            diagnosis.code for check in report.checks if check.method == self.method for diagnosis in check.diagnoses
        }
        return "" if self.code in codes else f"{self.name}: named {', '.join(sorted(codes))} instead of {self.code}"


def right_variants(assignment: Assignment, source: str) -> Iterator[tuple[str, str]]:
    """The reference itself and other right ways to write it, each way alone and then in pairs."""
    yield "as it is", source
    ways = [(method, name) for method, bodies in _ALIKE.items() for name in bodies]
    for way in ways:
        yield f"{way[0]}: {way[1]}", _subclass(assignment, source, [way])
    pairs = [pair for pair in itertools.combinations(ways, 2) if pair[0][0] != pair[1][0]]
    for one, two in pairs[:: max(1, len(pairs) // MOST_PAIRS)]:
        yield f"{one[0]}: {one[1]}, {two[0]}: {two[1]}", _subclass(assignment, source, [one, two])


def _subclass(assignment: Assignment, source: str, ways: list[tuple[str, str]]) -> str:
    path = assignment.train_returns == "path"
    words = {
        "{count}": "len(x)" if assignment.averages == "mean" else "1.0",
        "{names}": repr(tuple(assignment.weights)),
        "{unpack}": "",
        "{join}": "return np.concatenate([r[0] for r in runs]), np.concatenate([r[1] for r in runs])"
        if path
        else "return np.concatenate(runs)",
        "{lists}": "return [np.asarray(part).tolist() for part in given]" if path else "return list(given)",
        "{give}": "return losses, path" if path else "return losses",
    }
    methods = []
    for method, name in ways:
        body = _ALIKE[method][name]
        for word, text in words.items():
            body = body.replace(word, text)
        methods.append(f"def {method}({_ARGUMENTS[method]}):\n" + textwrap.indent(body, "    "))
    methods_text = textwrap.indent("\n\n".join(methods), "    ")
    name = assignment.class_name
    return f"{source}\n\nimport numpy as np\n_Reference = {name}\n\n\nclass {name}(_Reference):\n{methods_text}\n"


def wrong_variants(assignment: Assignment, source: str) -> Iterator[Wrong]:
    """The reference with each fault that the assignment and the kit know, in one method at a time."""
    several = len(assignment.weights) > 1
    for fault in assignment.faults:
        for method, shows in (("forward", "forward"), ("dloss_dw", "dloss_d")):
            if any(each.startswith(shows) for each in fault.of):
                body = (
                    f"return MODEL.predict(_weights(self), x, frozenset({{{fault.name!r}}}))"
                    if method == "forward"
                    else f"return MODEL.gradients(_weights(self), x, y_true, frozenset({{{fault.name!r}}}))"
                )
                text = _with_model(assignment, source, method, body)
                yield Wrong(f"{method}: {fault.name}", text, method, fault.code)
        if "loss" in fault.of:
            body = f"return float(MODEL.loss(y_prediction, y_true, frozenset({{{fault.name!r}}})))"
            yield Wrong(f"loss: {fault.name}", _with_model(assignment, source, "loss", body), "loss", fault.code)
    if assignment.squared:
        scale = " / len(y_true)" if assignment.averages == "mean" else ""
        for name in loss_faults.loss_faults():
            fault = loss_faults.fault_of(assignment, name)
            body = f"return float(faulty_loss({name!r}, y_prediction, y_true)){scale}"
            yield Wrong(f"loss: {name}", _with_model(assignment, source, "loss", body), "loss", fault.code)
    for run_fault in train_faults.TRAIN_FAULTS:
        no_path = run_fault.needs_path and assignment.train_returns != "path"
        if no_path or (run_fault.needs_several and not several):
            continue
        if _changes_nothing(assignment, run_fault):
            continue
        yield Wrong(
            f"train: {run_fault.name}",
            _with_model(assignment, source, "train", _faulty_run(assignment, run_fault.name)), "train", run_fault.code,
        )  # fmt: skip


def _changes_nothing(assignment: Assignment, fault: train_faults.LoopFault) -> bool:
    """Whether a fault of the loop is none in this model: an order of updates in which nothing moved is read again."""
    sizes = next(sizes for sizes in assignment.sizes.values() if sizes["N"] > 1)
    data = assignment.draw(np.random.default_rng(0), assignment, sizes, "plain")
    model = assignment.model

    functions = train_run.Functions(
        lambda w: model.loss(model.predict(w, data.x, NO_FAULTS), data.y, NO_FAULTS),
        lambda w: model.gradients(w, data.x, data.y, NO_FAULTS),
        lambda f, b: model.gradients_on_the_way_back(f, b, data.x, data.y),
        lambda w, first, last: model.gradients(w, data.x[first:last], data.y[first:last], NO_FAULTS),
        len(data.x),
    )
    with np.errstate(all="ignore"):  # the data may be further out than the questions go
        runs = [train_run.run(assignment, data.weights, (0.01, 3), functions, faults) for faults in ((), (fault,))]
    return all(
        np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=1e-12)
        for a, b in zip(*map(dict.values, runs), strict=True)
    )


def _faulty_run(assignment: Assignment, name: str) -> str:
    give = (
        "arrays['loss_records'], arrays['weight_records']"
        if assignment.train_returns == "path"
        else "arrays['loss_records']"
    )
    return f"""
fault = next(each for each in TRAIN_FAULTS if each.name == {name!r})
none = frozenset()
functions = Functions(
    lambda w: MODEL.loss(MODEL.predict(w, x, none), y_true, none),
    lambda w: MODEL.gradients(w, x, y_true, none),
    lambda f, b: MODEL.gradients_on_the_way_back(f, b, x, y_true),
    lambda w, first, last: MODEL.gradients(w, x[first:last], y_true[first:last], none),
    len(x),
)
arrays = run(ASSIGNMENT, _weights(self), (lr, n_ep), functions, (fault,))
for name in {tuple(assignment.weights)!r}:
    setattr(self, name, arrays[name])
return {give}""".strip()


def _held(value: object) -> Iterator[object]:
    """A value, and what a dict holds."""
    yield value
    if isinstance(value, dict):
        yield from value.values()


def _with_model(assignment: Assignment, source: str, method: str, body: str) -> str:
    """The reference with one method answered by the description's own functions, carried along as text."""
    described = inspect.getmodule(assignment.model.gradients)
    assert described is not None
    named = {getattr(each, "__module__", "") for held in vars(described).values() for each in _held(held)}
    others = [sys.modules[each] for each in sorted(named) if each.startswith("autograder.assignments.library.")]
    modules = [
        assignment_module,
        *(each for each in others if each is not described),
        described,
        step_rules,
        train_faults,
        train_run,
        loss_faults,
    ]
    texts = {module.__name__: inspect.getsource(module) for module in modules}
    name = assignment.class_name
    method_text = textwrap.indent(f"def {method}({_ARGUMENTS[method]}):\n" + textwrap.indent(body, "    "), "    ")
    return f"""import sys, types
for _name, _text in {texts!r}.items():
    for _end in (k for k, _letter in enumerate(_name) if _letter == '.'):
        sys.modules.setdefault(_name[:_end], types.ModuleType(_name[:_end])).__path__ = []
    sys.modules[_name] = types.ModuleType(_name)
    exec(compile(_text, _name, 'exec'), sys.modules[_name].__dict__)
    # A room's door hands out what its modules hold; here there are only the modules.
    _shown = {{k: v for k, v in sys.modules[_name].__dict__.items() if k[:2] != '__'}}
    sys.modules['.'.join(_name.split('.')[:2])].__dict__.update(_shown)
ASSIGNMENT = sys.modules[{described.__name__!r}].ASSIGNMENT
MODEL = ASSIGNMENT.model
from autograder.judging.diagnosis.training.faults import TRAIN_FAULTS
from autograder.judging.diagnosis.training.run import Functions, run
from autograder.judging.diagnosis.arrays.loss_faults import faulty_loss
{source}

def _weights(model):
    return [np.array(getattr(model, name), dtype=float) for name in {tuple(assignment.weights)!r}]


import numpy as np
_Reference = {name}


class {name}(_Reference):
{method_text}
"""
