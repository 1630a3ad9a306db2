"""An exam whose questions are proved to tell the assignment's wrong variants from the reference.

Context: questions are drawn by a salt, and by chance a draw may let a fault pass that another one shows. Choice: when
they are first drawn, every known fault of the model, of losses and of loops is tried on them, in this process and
without a sandbox, and the questions of a method are drawn again where one passes that the usual questions (proved by
`autograder verify`) show. Cost: a second or so for each salt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from autograder.assignments import NO_FAULTS, Array, Assignment, Faults
from autograder.core import AutograderError, Question, compare
from autograder.judging.diagnosis.arrays.loss_faults import faulty_loss, loss_faults
from autograder.judging.diagnosis.training.cases import of_model
from autograder.judging.diagnosis.training.faults import TRAIN_FAULTS, LoopFault, clipped, limited
from autograder.judging.diagnosis.training.run import run
from autograder.questions import Exam

DRAWS = 6
LIMITS = (10.0, 100.0, 1e3, 1e4)  # at which gradients are cut
EPOCHS = (100, 250)  # after which runs end
MOST_WORK, MOST_WORK_OF_A_LIMIT = 4_000, 150_000  # epochs times weights of a run that is made with a fault

Answer = Callable[[Question, int], dict[str, Array]]


class UnprovedQuestions(AutograderError):
    """No draw of a salt's questions shows what the usual ones show."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A wrong method: what it `answers` to a scored call, by array; nothing where that is not known."""

    name: str
    method: str
    answers: Answer


def proved_exam(assignment: Assignment, reference: type, salt: str) -> Exam:
    """The exam of a salt, drawn again until it shows what the usual one does; raises UnprovedQuestions."""
    exam = Exam(assignment, reference, salt)
    if not salt:
        return exam
    usual = Exam(assignment, reference)
    missed: list[Variant] = []
    for _ in range(DRAWS):
        missed = [each for each in variants(assignment) if not shows(exam, each) and shows(usual, each)]
        if not missed:
            return exam
        exam = exam.drawn_again({each.method for each in missed})
    raise UnprovedQuestions(
        f"{assignment.name}: with the salt {salt!r} no draw of the questions tells {missed[0].method!r} with the fault "
        f"{missed[0].name!r} from a right one; choose another salt"
    )


def shows(exam: Exam, variant: Variant) -> bool:
    """Whether some question tells the variant from the reference."""
    for question in exam.of(variant.method):
        for call in question.scored:
            with np.errstate(all="ignore"):
                answers = {} if question.moved else variant.answers(question, call)
            expected = exam.expected(question, call) if answers else None
            for name, array in answers.items():
                if expected and not compare(array, expected.arrays[name], expected.tolerance[name]).within:
                    return True
    return False


def variants(assignment: Assignment) -> Iterator[Variant]:
    """What a salt's questions must tell from a right method."""
    for fault in assignment.faults:
        faults = frozenset({fault.name})
        if "forward" in fault.of:
            yield Variant(fault.name, "forward", _forward(assignment, faults))
        if any(name in fault.of for name in assignment.gradients):
            yield Variant(fault.name, "dloss_dw", _gradients(assignment, faults))
        if "loss" in fault.of:
            yield Variant(fault.name, "loss", _loss(assignment, faults))
    for limit in LIMITS:
        yield Variant(f"cut at {limit:g}", "dloss_dw", _cut(assignment, limit))
    for name in loss_faults() if assignment.squared else ():
        yield Variant(name, "loss", _faulty_loss(assignment, name))
    several, path = len(assignment.weights) > 1, assignment.train_returns == "path"
    loops = [each for each in TRAIN_FAULTS if (path or not each.needs_path) and (several or not each.needs_several)]
    for loop in (*loops, *(clipped(limit, "") for limit in LIMITS), *map(limited, EPOCHS)):
        yield Variant(loop.name, "train", _run(assignment, loop))


def _forward(assignment: Assignment, faults: Faults) -> Answer:
    def answers(question: Question, call: int) -> dict[str, Array]:
        x = question.calls[call].x
        return {"forward": np.asarray(assignment.model.predict(question.weights_at(call), x, faults))}

    return answers


def _gradients(assignment: Assignment, faults: Faults) -> Answer:
    def answers(question: Question, call: int) -> dict[str, Array]:
        gradients = assignment.model.gradients(question.weights_at(call), *question.calls[call].args, faults)
        return dict(zip(assignment.gradients, map(np.asarray, gradients), strict=True))

    return answers


def _cut(assignment: Assignment, limit: float) -> Answer:
    right = _gradients(assignment, NO_FAULTS)
    return lambda question, call: {name: np.clip(array, -limit, limit) for name, array in right(question, call).items()}


def _loss(assignment: Assignment, faults: Faults) -> Answer:
    def answers(question: Question, call: int) -> dict[str, Array]:
        prediction, y = question.calls[call].args
        return {"loss": np.asarray(assignment.model.loss(prediction, y, faults))}

    return answers


def _faulty_loss(assignment: Assignment, name: str) -> Answer:
    def answers(question: Question, call: int) -> dict[str, Array]:
        prediction, y = question.calls[call].args
        scale = len(y) if assignment.averages == "mean" else 1
        return {"loss": faulty_loss(name, prediction, y) / scale}

    return answers


def _run(assignment: Assignment, fault: LoopFault) -> Answer:
    def answers(question: Question, call: int) -> dict[str, Array]:
        if len(question.calls) > 1:
            return {}
        x, y, lr, n_ep = question.calls[0].args
        most = MOST_WORK if fault.most_updates is None else MOST_WORK_OF_A_LIMIT
        if sum(weight.size for weight in question.init) * n_ep > most:
            return {}
        return run(assignment, question.init, (lr, n_ep), of_model(assignment, x, y, NO_FAULTS), (fault,))

    return answers
