"""What was drawn for an exam, as bytes: worked out once for a solution, a salt and a version of the code.

Context: to draw questions, and to record the answers that stand in, takes as long as to grade a small class. Choice:
they are kept, as the trees that they are, by whoever makes the exam first. Cost: what a field added to these records
means must be told here; one that is forgotten fails when this is imported.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from autograder.callables.asked.expected import Expected
from autograder.callables.asked.ladders import Ladder, Listened, Steps
from autograder.callables.asked.question import CallsQuestion, From, Step
from autograder.callables.faults.candidates import Shared
from autograder.core import known_fields
from autograder.observe import probe

Answers = dict[tuple[str, int], Expected]
T = TypeVar("T")


@dataclasses.dataclass(frozen=True)
class Drawn:
    """The questions of an exam by id, with what is right by question and call, and why others are left out."""

    questions: dict[str, CallsQuestion]
    expected: Answers
    left_out: dict[str, str]


def drawn(shared: Shared | None, name: str, make: Callable[[], Drawn]) -> Drawn:
    """What was drawn, kept under a name."""
    return _stored(shared, name, make, _drawn_tree, _drawn)


def repeated(
    shared: Shared | None, name: str, make: Callable[[], Sequence[CallsQuestion]]
) -> tuple[CallsQuestion, ...]:
    """Questions, kept under a name."""
    write, read = (lambda each, of=of: [*map(of, each)] for of in (_question_tree, _question))
    return tuple(_stored(shared, name, make, write, read))


def steps(shared: Shared | None, name: str, make: Callable[[], Sequence[Steps]]) -> tuple[Steps, ...]:
    """The steps of an exam's slopes, kept under a name."""
    write, read = (lambda each, of=of: [*map(of, each)] for of in (_steps_tree, _steps))
    return tuple(_stored(shared, name, make, write, read))


def _stored(
    shared: Shared | None, name: str, make: Callable[[], T], write: Callable[[T], Any], read: Callable[[Any], T]
) -> T:
    """What `make` gives, or gave before, where it is kept; as it was made where it holds what no message does."""
    if shared is None:
        return make()
    made: list[T] = []

    def written() -> bytes:
        made.append(make())
        return probe.pack(write(made[0]))

    try:
        return read(probe.unpack(shared.get(name, written)))
    except TypeError:
        if made:
            return made[0]
        raise


def _drawn_tree(made: Drawn) -> dict[str, Any]:
    return {
        "questions": [_question_tree(each) for each in made.questions.values()],
        "expected": [[*key, _expected_tree(each)] for key, each in made.expected.items()],
        "left_out": made.left_out,
    }


def _drawn(tree: dict[str, Any]) -> Drawn:
    questions = [_question(each) for each in tree["questions"]]
    expected = {(key, call): _expected(each) for key, call, each in tree["expected"]}
    return Drawn({each.id: each for each in questions}, expected, tree["left_out"])


def _fields(record: Any, *but: str) -> dict[str, Any]:
    """A record's fields that it is made with."""
    return {
        each.name: getattr(record, each.name)
        for each in dataclasses.fields(record)
        if each.init and each.name not in but
    }


def _question_tree(question: CallsQuestion) -> dict[str, Any]:
    fields = _fields(question, "calls", "counts")
    return fields | {"calls": [_step_tree(step) for step in question.calls], "counts": dict(question.counts)}


def _question(tree: dict[str, Any]) -> CallsQuestion:
    several = {
        "calls": tuple(map(_step, tree["calls"])),
        "state": tuple(tree["state"]),
        "others": tuple(tree["others"]),
    }
    return CallsQuestion(**tree | several)


def _step_tree(step: Step) -> dict[str, Any]:
    args = [{"from": each.call, "path": list(each.path)} if isinstance(each, From) else each for each in step.args]
    return _fields(step, "args") | {"args": args}


def _step(tree: dict[str, Any]) -> Step:
    args = (From(a["from"], tuple(a["path"])) if isinstance(a, dict) and "from" in a else a for a in tree["args"])
    several = {name: tuple(tree[name]) for name in ("labels", "opaque", "changes")}
    return Step(**tree | several | {"args": tuple(args), "sets": tuple((name, value) for name, value in tree["sets"])})


def _expected_tree(expected: Expected) -> dict[str, Any]:
    fields = _fields(expected)
    return fields | {name: sorted(fields[name]) for name in ("others", "absent", "vanishing")}


def _expected(tree: dict[str, Any]) -> Expected:
    return Expected(**tree | {name: frozenset(tree[name]) for name in ("others", "absent", "vanishing")})


def _steps_tree(steps: Steps) -> dict[str, Any]:
    ladders = [
        {"label": each.label, "rungs": [[_question_tree(q) for q in rung] for rung in each.rungs]}
        for each in steps.ladders
    ]
    listened = _fields(steps.listened) | {"question": _question_tree(steps.listened.question)}
    rights: Mapping[str, Any] = {key: dict(each) for key, each in steps.rights.items()}
    return _fields(steps) | {"ladders": ladders, "listened": listened, "rights": rights}


def _steps(tree: dict[str, Any]) -> Steps:
    ladders = tuple(
        Ladder(each["label"], tuple(tuple(map(_question, rung)) for rung in each["rungs"])) for each in tree["ladders"]
    )
    heard = tree["listened"]
    listened = Listened(_question(heard["question"]), heard["number"], tuple(heard["wrt"]), tuple(heard["through"]))
    return Steps(**tree | {"by": tuple(tree["by"]), "ladders": ladders, "listened": listened})


known_fields(
    {
        CallsQuestion: "id method situation calls counts plain first state scores others late stand_in run choice "
        "unlike blank repeats scored",
        Step: "name labels args results opaque changes on makes layout into sets named read spy",
        From: "call path",
        Expected: "arrays tolerance unsettled others tied absent vanishing",
        Ladder: "label rungs",
        Listened: "question number wrt through",
        Steps: "callable by ladders listened rights",
    }
)
