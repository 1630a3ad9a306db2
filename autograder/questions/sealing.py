"""What of a question goes into the sandbox: everything that its collaborators answer with, no answer to itself.

Context: a collaborator that stands in answers from a table of recorded steps, and the submission shares its process
with that table. Choice: a step keeps only what the methods that stand in give; and where the table would be the answer
itself (the weights of a run of `train`), steps of other runs from the same start lie among its own, in no order. Which
step follows which is then told only by the rule that `train` is asked for. Cost: the table is several times as long.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.assignments import NO_FAULTS, Array, Assignment
from autograder.core import Question, RunStep
from autograder.observe import probe

# What a method that stands in looks up by, and gives.
PARTS = {
    "forward": ("weights", "prediction"),
    "loss": ("prediction", "loss"),
    "dloss_dw": ("weights", "gradients"),
}
OTHER_RUNS = 6
RATES = (0.3, 1.7)  # their learning rates, as parts of the one that is asked


# By the question's identity, the question and its message: questions are made once for a class and kept by its exam,
# and to write them out took more time than all else that the grader does before a run.
_known: dict[int, tuple[Question, bytes]] = {}
MOST_KNOWN = 1_000
MOST_KNOWN_RUNS = 100


def sealed(question: Question, assignment: Assignment) -> bytes:
    """The question as the probe reads it, packed."""
    kept = _known.get(id(question))
    if kept is None or kept[0] is not question:
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        kept = _known[id(question)] = (question, probe.pack(_sealed(question, assignment)))
    return kept[1]


def _sealed(question: Question, assignment: Assignment) -> dict[str, Any]:
    tree = question.to_tree()
    stand_in = question.stand_in
    if stand_in is None or not stand_in.steps:
        return tree
    steps = list(stand_in.steps)
    if question.method == "train":
        rng = np.random.default_rng(zlib.crc32(question.asks.encode()))
        others = _other_runs(question, assignment, stand_in.steps, rng.uniform(*RATES, size=OTHER_RUNS))
        # The first step stays first: it is the start, which the question tells anyway.
        steps = [steps[0], *_shuffled([*steps[1:], *others], rng)]
    kept = {"weights", "prediction"}.union(*(PARTS[method] for method in stand_in.methods))
    table = {part: _stacked(part, steps) for part in sorted(kept)}
    return {**tree, "stand_in": {**tree["stand_in"], "table": table}}


def _stacked(part: str, steps: Sequence[RunStep]) -> Any:
    """One part of all steps, a row each; weights and gradients are several arrays."""
    if part in ("weights", "gradients"):
        return [
            np.stack([np.asarray(each) for each in column])
            for column in zip(*(getattr(step, part) for step in steps), strict=True)
        ]
    return np.stack([np.asarray(getattr(step, part), dtype=float) for step in steps])


# By the identity of a run, the run and the others: it stands in for one method or for several, in as many questions.
_known_runs: dict[int, tuple[Sequence[RunStep], list[RunStep]]] = {}


def _other_runs(question: Question, assignment: Assignment, run: Sequence[RunStep], rates: Array) -> list[RunStep]:
    """Steps, without the first, of runs that differ from the one asked in their learning rate."""
    kept = _known_runs.get(id(run))
    if kept is None or kept[0] is not run:
        if len(_known_runs) >= MOST_KNOWN_RUNS:
            _known_runs.clear()
        kept = _known_runs[id(run)] = (run, _runs(question, assignment, rates))
    return kept[1]


def _runs(question: Question, assignment: Assignment, rates: Array) -> list[RunStep]:
    first, n_ep = question.calls[0], question.epochs
    x, y, lr = first.x, first.y_true, first.lr
    model = assignment.model
    steps = []
    with np.errstate(all="ignore"):
        for rate in rates * lr:
            weights: tuple[Array, ...] = tuple(np.array(weight, dtype=float) for weight in question.init)
            gradients = model.gradients(weights, x, y, NO_FAULTS)
            for _ in range(n_ep):
                weights = tuple(np.asarray(w - rate * g) for w, g in zip(weights, gradients, strict=True))
                prediction = model.predict(weights, x, NO_FAULTS)
                loss = float(model.loss(prediction, y, NO_FAULTS))
                if not np.isfinite(loss):
                    break
                gradients = tuple(np.asarray(each) for each in model.gradients(weights, x, y, NO_FAULTS))
                steps.append(RunStep(weights, np.asarray(prediction), loss, gradients))
    return steps


def _shuffled(steps: Sequence[RunStep], rng: np.random.Generator) -> list[RunStep]:
    return [steps[k] for k in rng.permutation(len(steps))]
