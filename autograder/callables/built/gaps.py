"""Changes of the reference that cost nothing though they change something: what the declaration leaves unasked.

Context: a change that loses points is told from the reference; of one that loses none, either nothing changes or the
declaration never asks where it does. No list says which. Choice: what survives all questions is asked more: other
sizes, values between and beside the declared ones, other values for what is left at its default. Where
the reference's own answer is fit to be asked there and the change gives another, the declaration has a gap; where none
of it tells the two apart, the numbers show that nothing changes. Cost: what differs only where neither the declaration
nor this asks is taken for no change.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.callables.asked.exam import Exam
from autograder.callables.asked.expected import Arrays, Expected, NoAnswer, expect, unfit
from autograder.callables.asked.question import CallsQuestion
from autograder.callables.asked.situations import sizes_used
from autograder.callables.asked.steps import NotDrawn, Values, drawn, sizes_in_words, steps_for
from autograder.callables.built.made_up import shown
from autograder.callables.built.trial import tried
from autograder.callables.declared.draws import Sizes, generator
from autograder.callables.declared.functions import functions
from autograder.callables.faults.changes import Note, noted
from autograder.callables.faults.compiled import Changeable, quiet
from autograder.callables.faults.edits import Change
from autograder.callables.faults.words import NATURAL
from autograder.callables.judged.judge import judge
from autograder.judging import Rubric

OTHER_SIZES = ((5, 8, 3, 7, 4, 6), (8, 3, 6, 5, 7, 4))  # by the order of the sizes' names, all different
DRAWS = 3  # of each kind asked beyond: most of them must show a gap, else asking there would not surely close it
MOST = 3  # gaps that are told of one callable
PLAINLY = 10.0  # tolerances that a change must be off by where it is asked beyond: what is near one is no gap
MOVED = {
    "forget": "is left out",
    "twice": "is done twice",
    "move": "stands in another place",
    "into": "stands inside the loop",
    "out before": "stands before the loop",
    "out after": "stands behind the loop",
}


@dataclass(frozen=True, slots=True)
class Gap:
    """A statement of `callable` that may read `after` without losing a point.

    `words` say where the two differ, `remedy` what to declare.
    """

    callable: str
    before: str
    after: str
    words: str
    remedy: str

    def __str__(self) -> str:
        """The build's sentence."""
        if self.after in MOVED.values():
            which = f"no question tells whether `{self.before}` {self.after}, which shows"
        else:
            which = f"no question tells `{self.after}` from your `{self.before}`, and they differ"
        return f"{self.callable}: {which} with {self.words}; {self.remedy}"


@dataclass(frozen=True, slots=True)
class _Wider:
    """A question beyond the declared ones, what must come, and what the author can do about it."""

    question: CallsQuestion
    expected: Expected
    words: str
    remedy: str

    @property
    def loose(self) -> Expected:
        """What must come, with a wide tolerance."""
        return Expected(self.expected.arrays, {name: PLAINLY * each for name, each in self.expected.tolerance.items()})


def gaps(exam: Exam, points: Mapping[str, float], rubric: Rubric) -> list[Gap]:
    """What of each callable the declaration leaves unasked, the first few of each."""
    changeable = Changeable(exam.reference.source)
    every: list[Gap] = []
    with quiet():
        for name in exam.families.candidates.small:
            every += _of(exam, name, changeable, points, rubric)
    return every


def idle_notes(exam: Exam) -> list[Note]:
    """The author's notes whose change no question tells from the solution."""
    changeable, read = Changeable(exam.reference.source), functions(exam.reference.source)
    idle: list[Note] = []
    with quiet():
        for each in exam.reference.declaration.notes:
            note = Note(each.callable, each.replace, each.by, each.says, each.look)
            callers = [name for name in exam.asked if read.own(each.callable) in read.reach(name)]
            asked = [(q, exam.expected(q, q.scored[0])) for name in callers for q in exam.nameable(name)]
            names = changeable.tried(noted(note, exam.reference.source))
            if asked and not _shows(names, asked, changeable, exam):
                idle.append(note)
    return idle


def _of(exam: Exam, name: str, changeable: Changeable, points: Mapping[str, float], rubric: Rubric) -> Iterator[Gap]:
    asked = [(each, exam.expected(each, each.scored[0])) for each in exam.nameable(name)]
    asked.sort(key=lambda pair: pair[0].id != exam.families.candidates.small[name])
    likely = [each for each in exam.families.candidates.own(name) if _likely(each)]
    left = [change for change in likely if not _shows(changeable.tried(change), asked, changeable, exam)]
    wider = list(_wider(exam, name)) if left else []
    sorts = list(dict.fromkeys(each.words for each in wider))
    statements: set[tuple[str, str]] = set()
    for change in left:
        names = changeable.tried(change)
        showing = [each for each in wider if _shows(names, [(each.question, each.loose)], changeable, exam)]
        often = (of for words in sorts if (of := [each for each in showing if each.words == words]))
        at = next((of[0] for of in often if 2 * len(of) > sum(each.words == of[0].words for each in wider)), None)
        if at is None or _loses(change, changeable, exam, points, rubric):
            continue
        _, _, before, after = shown(exam.reference.source, change)
        after = MOVED.get(change.edits[0].operator, after)
        if (before, at.remedy) not in statements and len(statements) < MOST:
            statements.add((before, at.remedy))
            yield Gap(name, before, after, at.words, at.remedy)


def _likely(change: Change) -> bool:
    """Whether people make it, and it can be shown as one statement before and after."""
    return change.kind in NATURAL and change.edits[0].operator in ("put", *MOVED)


def _shows(
    names: dict[str, Any] | None,
    asked: list[tuple[CallsQuestion, Expected]],
    changeable: Changeable,
    exam: Exam,
) -> bool:
    """Whether one of the questions has another answer after the change; what is no program is told."""
    return names is None or any(
        not _same(_answer(names, question, changeable, exam), expected) for question, expected in asked
    )


def _answer(names: dict[str, Any], question: CallsQuestion, changeable: Changeable, exam: Exam) -> Arrays | None:
    changeable.begin()
    try:
        return exam.answer_to(names, question)
    except Exception:  # what a change may raise beside the call itself
        return None


def _same(answer: Arrays | None, expected: Expected) -> bool:
    if answer is None or answer.keys() != expected.arrays.keys():
        return False
    for name, right in expected.arrays.items():
        if answer[name].shape != right.shape or not np.all(np.isfinite(answer[name])):
            return False
        if not np.all(np.abs(answer[name] - right) <= expected.tolerance[name]):
            return False
    return True


def _loses(change: Change, changeable: Changeable, exam: Exam, points: Mapping[str, float], rubric: Rubric) -> bool:
    """Whether it loses points when it is graded whole: in a row, on the lesson's own data, in what it may not touch."""
    evidence = tried(exam, points, rubric, lambda: changeable.changed(change), "a change")
    (report,) = judge([evidence])
    return report.score is None or report.score < report.max_score


# ------------------------------------------------------------------------------------------------- asked beyond


def _wider(exam: Exam, name: str) -> Iterator[_Wider]:
    """Questions beyond the declared ones that are fit to be asked."""
    every = itertools.product(range(DRAWS), list(_variations(exam, name)))
    for number, (once, sizes, values, words, remedy) in every:
        key = f"{once} {number}" if number else once
        rng = generator(f"{exam.salt}|{exam.reference.name}|{name}|beyond {key}", 0)
        try:
            drew: Values = drawn(exam.reference, rng, sizes) | values
            steps = steps_for(exam.reference, name, drew)
            state = exam.reference.declaration.state
            question = CallsQuestion(f"{name}/beyond {key}", name, words, steps, dict(sizes), state=state)
            expected = expect(exam.reference, question, question.scored[0])
        except (NotDrawn, NoAnswer, LookupError, ValueError):
            continue
        if not unfit(expected):
            yield _Wider(question, expected, words, remedy)


Variation = tuple[str, Sizes, Values, str, str]


def _variations(exam: Exam, name: str) -> Iterator[Variation]:
    """Key, sizes, values of some arguments, and the words for them."""
    declared = exam.reference.declaration
    middle = max(declared.sizes, key=lambda sizes: sum(sizes.values()))
    for row in OTHER_SIZES if not _hang_together(declared.sizes) else ():
        sizes = {label: row[k % len(row)] + k // len(row) for k, label in enumerate(middle)}
        words = sizes_in_words(sizes_used(exam.reference, name, sizes))
        counts = ", ".join(f"{label}=(…, {count})" for label, count in sizes.items())
        yield words, sizes, {}, words, f"give `sizes` one number more each, as in {counts}"
    for label, values, remedy in _other_values(exam, name):
        for value in values:
            yield f"{label} {value}", middle, {label: value}, f"{label} = {value!r}", remedy


def _hang_together(situations: Sequence[Sizes]) -> bool:
    """Whether one size may be a sum of others, as of L = T - K + 1: then no other numbers are made up for them."""
    names = list(situations[0])
    for total, one, two in itertools.permutations(names, 3):
        if len({sizes[total] - sizes[one] + sizes[two] for sizes in situations}) == 1:
            return True
    return any(len({sizes[a] - sizes[b] for sizes in situations}) == 1 for a, b in itertools.combinations(names, 2))


def _other_values(exam: Exam, name: str) -> Iterator[tuple[str, list[Any], str]]:
    """Values between and beside those that an argument is drawn from, or than its default."""
    draws, reference = exam.reference.declaration.draws, exam.reference
    labels = [*reference.signatures[name].arguments]
    owner = reference.signatures[name].owner
    if owner and f"{owner}.__init__" in reference.signatures:
        labels += reference.signatures[f"{owner}.__init__"].arguments
    for label in dict.fromkeys(labels):
        key = reference.declaration.drawn_as(name, label)
        if key in draws and draws[key].choices:
            yield key, list(_beside(draws[key].choices)), f"add such a value to {label} = draw.one_of(…)"
        elif key not in draws and label in reference.signatures[name].defaults:
            default = reference.default(name, label)
            other = not default if isinstance(default, bool) else next(_beside((default,)), None)
            remedy = f"draw it as well, as in {label} = draw.one_of({default!r}, {other!r})"
            yield label, [] if other is None else [other], remedy


def _beside(choices: tuple[Any, ...]) -> Iterator[Any]:
    numbers = sorted({each for each in choices if isinstance(each, (int, float)) and not isinstance(each, bool)})
    if not numbers or len(numbers) < len(set(choices)):
        return
    if len(numbers) == 1:
        (only,) = numbers
        yield only + 1 if isinstance(only, int) else (only / 2 if only else 0.5)
        return
    for low, high in itertools.pairwise(numbers):
        between = (low + high) // 2 if isinstance(low, int) and isinstance(high, int) else (low + high) / 2
        if between not in numbers:
            yield between
