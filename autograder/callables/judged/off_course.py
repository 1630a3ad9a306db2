"""How a run leaves the right one, from the numbers at which it first asks for what is not on record."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograder.callables.asked.question import CallsQuestion
from autograder.callables.asked.standing import RECORDED, recorded_calls
from autograder.callables.judged.evidence import Evidence
from autograder.callables.judged.items import Item
from autograder.callables.judged.told import Explanation, explained, listed
from autograder.core import Code, Value
from autograder.observe import probe

CLOSE = 1e-6  # relatively: as near as a recorded answer takes numbers for its own
SMALL = 1e-3  # of the largest number: no more is added to one of them to find a slope by differences
STEP = 100 * CLOSE  # of the largest number: the least that a step is long if another one shows at once
TURNED = 1e-4  # how near to -1 times a step the same one the other way is
ROUNDING = 64 * float(np.finfo(float).eps)
LEAST = 2  # numbers that a step moves, beyond those that are fitted

Flat = dict[str, np.ndarray]


class Leaving(NamedTuple):
    """How the numbers of a call leave the right run, in words; `look` is the same for all that leave it in one way."""

    code: Code
    says: str
    look: str


def off_course(evidence: Evidence, item: Item) -> Explanation | None:
    """The explanation where, with right results from what a callable calls, every everyday run that leaves what is on
    record, or else every other, leaves it in the same way: by a step of another length, with a part of the one before,
    in the midst of a step, with one number moved a little, or with another argument."""
    everyday, special = (
        [each for question in questions for each in _leaving(evidence, question)]
        for questions in _of_records(evidence, item)
    )
    left = everyday or special
    shared = [each for each in left[0] if all(each.look in {one.look for one in of} for of in left)] if left else []
    if not shared:
        return None
    first = shared[0]
    text = f"With right results from what it calls, {item.callable} {first.says}"
    return explained(text, first.look, first.code, ", ".join(item.results))


def _of_records(evidence: Evidence, item: Item) -> tuple[list[CallsQuestion], list[CallsQuestion]]:
    """The questions that were repeated with recorded answers: the everyday ones, and the others."""
    findings = evidence.routes[item.callable].get(RECORDED, ())
    put = {each.question.id: each.question for each in findings if each.question.stand_in}
    plain, others = ([each for each in put.values() if each.plain is wanted] for wanted in (True, False))
    return plain, others


def _leaving(evidence: Evidence, question: CallsQuestion) -> Iterator[tuple[Leaving, ...]]:
    """How the answer to a question with recorded answers leaves what is on record; nothing where it does not, or where
    another callable does that is called before."""
    for step, answer in zip(question.calls, evidence.answers.get(question.id, ()), strict=False):
        if answer.unrecorded is None or step.name != question.method:
            continue
        of, parts = answer.unrecorded
        key = f"off course: {question.id}"
        if key not in evidence.memo:
            evidence.memo[key] = _told_by(evidence, question, of, parts) if _asks_once(question) else None
        if evidence.memo[key] is not None:
            yield evidence.memo[key]


def _told_by(
    evidence: Evidence, question: CallsQuestion, of: str, parts: Mapping[str, Value]
) -> tuple[Leaving, ...] | None:
    """What the parts of a call that is not on record tell; None where no run of this question could tell."""
    course = _course(evidence, question, of)
    asked = {path: value.array for path, value in parts.items() if value.array is not None}
    with np.errstate(all="ignore"):  # numbers as large as a submission likes
        known = leaving(course, asked, of) if len(asked) == len(parts) else ()
        return known or (() if _tells(course) and _is_finite(asked) else None)


def leaving(course: Sequence[Flat], asked: Flat, of: str) -> tuple[Leaving, ...]:
    """What numbers that are asked `of` a callable tell, held against the `course` of a right run, call after call: all
    that is true of them, the likeliest first; nothing where they might come of several steps."""
    course = [*itertools.takewhile(_is_finite, course)]
    if not course or not asked or any(asked.keys() - numbers.keys() for numbers in course) or not _is_finite(asked):
        return ()
    if any(_shapes(asked) != _shapes({path: numbers[path] for path in asked}) for numbers in course):
        return tuple(_of_other_shape(course, asked, of))
    stations = [each for k, each in enumerate(course) if not k or _moved(course[k - 1], each, asked)]
    steps = range(len(stations) - 1)
    known = [(k, found) for k in steps if (found := _step(stations, k, asked, of))]
    if known:
        k, found = known[0]
        return found if len(known) == 1 and _tells(stations[: k + 2]) else ()
    return (*_one_number_moved(stations, asked, of), *_another_argument(stations, asked, of))


def _tells(course: Sequence[Flat]) -> bool:
    """Whether the steps of a right run are so long that a recorded answer is for one station alone: else a run has left
    it long before it asks for what is not on record."""
    for here, there in itertools.pairwise(course):
        moved = _moved(here, there, here) if _shapes(here) == _shapes(there) else []  # else it is about other data
        if moved and not any(_is_apart(there[path] - here[path], here[path]) for path in moved):
            return False
    return True


def _asks_once(question: CallsQuestion) -> bool:
    """Whether a question makes one call of what it is about: of several, what is recorded is about other data."""
    return sum(each.name == question.method for each in question.calls) == 1


def _is_apart(step: np.ndarray, here: np.ndarray) -> bool:
    return bool(np.abs(step).max(initial=0.0) > STEP * float(np.abs(here).max(initial=0.0)))


def _of_other_shape(course: Sequence[Flat], asked: Flat, of: str) -> Iterator[Leaving]:
    """The first argument whose shape no call of the right run has."""
    for path, came in asked.items():
        shapes = {numbers[path].shape for numbers in course}
        if len(shapes) == 1 and came.shape not in shapes and not path.startswith("self."):
            says = f"hands {of} {path} of shape {came.shape}, where a right run hands it one of shape {shapes.pop()}."
            yield Leaving(Code.DIFFERENT, says, "Which samples does each call need, and all of them?")
            return


def _one_number_moved(stations: Sequence[Flat], asked: Flat, of: str) -> Iterator[Leaving]:
    """Where the only call is repeated but for one number of several, to which a little is added."""
    here = stations[0]
    changed = [path for path in asked if not np.array_equal(asked[path], here[path])]
    if len(stations) > 1 or len(changed) != 1:
        return
    (path,) = changed
    added, largest = asked[path] - here[path], float(np.abs(here[path]).max(initial=0.0))
    if np.count_nonzero(added) != 1 or added.size < LEAST or np.abs(added).max() > SMALL * max(largest, 1.0):
        return
    says = f"asks {of} with one number of {path} moved by {added.sum():.2g}, as one does to find slopes by differences."
    look = "Derive the gradient on paper and write that formula down; differences are for checking it."
    yield Leaving(Code.NUMERICAL_GRADIENT, says, look)


def _another_argument(stations: Sequence[Flat], asked: Flat, of: str) -> Iterator[Leaving]:
    """The one argument that is nowhere what a right run hands on, beside others and a state that are."""
    off = [path for path in asked if not any(_is_at(asked[path], here[path], here[path]) for here in stations)]
    if len(off) == 1 and not off[0].startswith("self."):
        says = f"hands {of} another {off[0]} than a right run does."
        yield Leaving(Code.DIFFERENT, says, "What does each call need, and is it just that which it is handed?")


def _step(stations: Sequence[Flat], k: int, asked: Flat, of: str) -> tuple[Leaving, ...]:
    """What the numbers tell if they come of a step from station `k`, which leads to the next one in a right run."""
    here, there = stations[k : k + 2]
    moved = tuple(_moved(here, there, asked))
    if not all(_is_at(asked[path], here[path], here[path]) for path in asked if path not in moved):
        return ()
    on_the_way = {path: there[path] - here[path] for path in moved}
    ahead = tuple(path for path in moved if _is_at(asked[path], there[path], on_the_way[path]))
    behind = tuple(path for path in moved if _is_at(asked[path], here[path], on_the_way[path]))
    if len(moved) in (len(ahead), len(behind)):
        return ()
    if len(ahead) + len(behind) == len(moved):
        of_state = {path.startswith("self.") for path in moved}
        if of_state == {True}:
            moved_by_then = f"{listed(ahead)} {'have' if len(ahead) > 1 else 'has'} been moved"
            says = f"asks once more in the midst of a step: {moved_by_then}, and {listed(behind)} not yet."
            return (Leaving(Code.SEQUENTIAL_UPDATE, says, "Are all slopes taken before anything is moved?"),)
        # Arguments may be those of a round that is not over, or of one whose results were not all taken over.
        says = f"asks {of} with {listed(ahead)} from after a step and {listed(behind)} from before it."
        taken = "Which of them are moved first, and are all of them handed on to the next round?"
        look = "What is worked out once, and what anew in each round?" if len(of_state) > 1 else taken
        return (Leaving(Code.DIFFERENT, says, look),)
    if all(_is_mixed(asked[path], here[path], there[path]) for path in moved):
        says = f"asks once more in the midst of a step: a part of {listed(moved)} has been moved, and the rest not yet."
        return (Leaving(Code.SEQUENTIAL_UPDATE, says, "Are all slopes taken before anything is moved?"),)
    return tuple(_another_step(stations, k, asked, moved) if k else _turned(stations, asked, moved))


def _turned(stations: Sequence[Flat], asked: Flat, moved: Sequence[str]) -> Iterator[Leaving]:
    """The first step, up where it is down in a right run."""
    here, there = stations[:2]
    times = _times(here, there, asked, moved)
    if times is not None and abs(times + 1.0) <= TURNED and np.count_nonzero(_joined(there, here, moved)) >= LEAST:
        says = f"moves {listed(moved)} the other way in its first step."
        yield Leaving(Code.ASCENDS, says, "Which way does the loss fall, and which way does a step go?")


def _another_step(stations: Sequence[Flat], k: int, asked: Flat, moved: Sequence[str]) -> Iterator[Leaving]:
    """A step of another length, or with a part of the one before."""
    past, here, there = stations[k - 1 : k + 2]
    step, came, before = _joined(there, here, moved), _joined(asked, here, moved), _joined(here, past, moved)
    if np.count_nonzero(step) < LEAST or _times(stations[0], stations[1], asked, moved) is not None:
        return  # where it is on the way of the first step, that one may be too long
    done = "does one step right" if k == 1 else f"does {k} steps right"
    times = _times(here, there, asked, moved)
    if times is not None:
        says = f"{done}; the next one moves {listed(moved)} {_told(times)} times as far as it should."
        yield Leaving(Code.IGNORES_LR, says, "Which rate does each round take, and does anything change it?")
    more = float(before @ (came - step) / (before @ before))
    if _is_zero(came - step - more * before, came, _noise(here, asked, moved)):
        says = f"{done}; the next one moves {listed(moved)} by {more:.4g} times the step before as well."
        yield Leaving(Code.OTHER_OPTIMISER, says, "Write the update of one round down: which part of it is not asked?")


def _times(here: Flat, there: Flat, asked: Flat, moved: Sequence[str]) -> float | None:
    """How many times as long a step is as that from one station to the next; None where it goes elsewhere."""
    step, came = _joined(there, here, moved), _joined(asked, here, moved)
    times = float(step @ came / (step @ step))
    return times if _is_zero(came - times * step, came, _noise(here, asked, moved)) else None


def _noise(here: Flat, asked: Flat, paths: Sequence[str]) -> float:
    """What rounding leaves of numbers as large as these."""
    return ROUNDING * max(float(np.abs(each[path]).max(initial=0.0)) for each in (here, asked) for path in paths)


def _told(times: float) -> str:
    """A number that is not one, and is not told as that."""
    return next(text for digits in (4, 7, 17) if (text := f"{times:.{digits}g}") != "1" or digits == 17)


def _course(evidence: Evidence, question: CallsQuestion, of: str) -> list[Flat]:
    """With which numbers the reference asks one callable in a question, call after call, and in the round after the
    last one; where it asks it nothing, with which it may be asked."""
    calls = recorded_calls(evidence.exam.reference, evidence.exam.questions[question.asks])
    if course := [_flat(each.labels, each.args, each.state) for each in calls if each.name == of]:
        return course
    table = (question.stand_in or {}).get(of, {"rows": ()})
    return [_flat(table["labels"], row["args"], row.get("state", ())) for row in table["rows"]]


def _flat(labels: Sequence[str], args: Sequence[Any], state: Iterable[Sequence[Any]]) -> Flat:
    """The numbers of a call as the probe tells of them: arguments by their labels, and the object's state."""
    trees = [*zip(labels, args, strict=True), *((f"self.{name}", tree) for name, tree in state)]
    flat: Flat = {}
    for label, tree in trees:
        for path, leaf in probe.leaves(probe.decoded(tree), label, probe.DEEPEST_ASKED):
            if (array := probe.describe(leaf).get("array")) is not None:
                flat[path] = array
    return flat


def _is_finite(numbers: Flat) -> bool:
    """Whether no number has grown beyond all bounds: where one has, all that went before are the same."""
    return all(bool(np.all(np.isfinite(each))) for each in numbers.values())


def _shapes(numbers: Flat) -> dict[str, tuple[int, ...]]:
    return {path: each.shape for path, each in numbers.items()}


def _moved(here: Flat, there: Flat, asked: Flat) -> list[str]:
    """Where two stations differ, of what is told."""
    return [path for path in asked if not np.array_equal(here[path], there[path])]


def _joined(there: Flat, here: Flat, paths: Sequence[str]) -> np.ndarray:
    """The way from one station to another, in one row."""
    return np.concatenate([(there[path] - here[path]).ravel() for path in paths])


def _is_at(asked: np.ndarray, station: np.ndarray, step: np.ndarray) -> bool:
    """Whether numbers are those of a station, as nearly as a step is long."""
    return _is_zero(asked - station, step, ROUNDING * float(np.abs(station).max(initial=0.0)))


def _is_mixed(asked: np.ndarray, here: np.ndarray, there: np.ndarray) -> bool:
    """Whether each number is that of one of two stations."""
    apart = np.minimum(np.abs(asked - here), np.abs(asked - there))
    return _is_zero(apart, there - here, ROUNDING * float(np.abs(here).max(initial=0.0)))


def _is_zero(rest: np.ndarray, size: np.ndarray, noise: float) -> bool:
    return bool(np.abs(rest).max(initial=0.0) <= CLOSE * float(np.abs(size).max(initial=0.0)) + noise)
