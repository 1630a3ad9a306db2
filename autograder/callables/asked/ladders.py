"""Questions, not scored, that tell the derivative of a declared slope from a difference of what it is the slope of.

One array is made larger from rung to rung, and each rung is asked next to itself: a difference of large numbers has
ever fewer digits left, a derivative has all of them on the last rung, too.
Which array shows that, differs from slope to slope. Context: nothing may be asked on which a right answer in other
algebra is rough. Choice: of all real arguments those count beside which the reference's slopes grow as a power does,
agree with a run in longer numbers, and lie as near to one another as the questions; and on which our own difference of
the reference loses its digits. At most one that the slope is by, and one that it is not. Cost: where there is none, as
for the slope of a linear layer by its input alone, a difference passes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograder.callables.asked.drafted import reach
from autograder.callables.asked.leaves import leaves_of, said, value_at, with_value
from autograder.callables.asked.question import CallsQuestion
from autograder.callables.asked.roughness import apart, loses_its_digits
from autograder.callables.asked.rungs import NEXT_TO, RUNGS, SCREENED, next_to
from autograder.callables.asked.situations import everyday_sizes
from autograder.callables.asked.sloped import number_at, shaped, slope_argument
from autograder.callables.asked.steps import NotDrawn, drawn, steps_for
from autograder.callables.declared.declaration import Slope
from autograder.callables.declared.draws import generator
from autograder.callables.declared.reference import Reference
from autograder.observe import arrays_in

Array = np.ndarray
Values = dict[str, Any]
SITUATION = "steps of a difference"
ATTEMPTS = 3
STEP = 1e-5  # of our own difference, which has to lose its digits
SMOOTH = 1e-7  # how near to one another the reference's answers are on every rung: a hundred times the questions
LONGER = 1e-9  # how near its answers are to those in longer numbers, relative to the largest
STEADY = 0.3  # in powers of ten: how far a slope may be from growing as a power of what is made larger
POWERS = (0, 1, 2, 3)
ROUNDING = 1e-14  # relative to the largest of an array: that of some fifty operations


@dataclass(frozen=True)
class Ladder:
    """The questions about one slope that grow in one argument, `label` in words: those of each rung, the first one and
    those next to it."""

    label: str
    rungs: tuple[tuple[CallsQuestion, ...], ...]

    @property
    def screen(self) -> tuple[CallsQuestion, ...]:
        """Those that are enough for most derivatives: two on every second rung."""
        return tuple(question for rung in SCREENED for question in self.rungs[rung][:2])


@dataclass(frozen=True)
class Listened:
    """An everyday question in which complex numbers are listened to, and the number whose slopes are asked, by the
    arguments `wrt`; the callables `through` which it comes about."""

    question: CallsQuestion
    number: float
    wrt: tuple[str, ...]
    through: tuple[str, ...]


@dataclass(frozen=True)
class Steps:
    """All that tells whether the results `by` of a callable are derivatives; `rights` are the reference's answers."""

    callable: str
    by: tuple[str, ...]
    ladders: tuple[Ladder, ...]
    listened: Listened
    rights: Mapping[str, Mapping[str, Array]]

    @property
    def first(self) -> tuple[CallsQuestion, ...]:
        """The questions to begin with."""
        return (*(question for ladder in self.ladders for question in ladder.screen), self.listened.question)

    @property
    def others(self) -> tuple[CallsQuestion, ...]:
        """All other questions."""
        first = {question.id for question in self.first}
        every = (question for ladder in self.ladders for rung in ladder.rungs for question in rung)
        return tuple(question for question in every if question.id not in first)


def steps_of(reference: Reference, asked: Sequence[str], salt: str) -> Iterator[Steps]:
    """For each declared slope of an asked callable that a difference would show in; those of one number in one."""
    for slope in _joined(reference.declaration.slopes):
        if slope.callable not in asked:
            continue
        for attempt in range(ATTEMPTS):
            rng = generator(f"{salt}|{reference.name}|{slope.callable}|steps", attempt)
            try:
                steps = _Finder(reference, slope, rng).steps()
            except (LookupError, TypeError, ValueError, ArithmeticError):  # nothing to be had there
                continue
            if steps is not None:
                yield steps
                break


def _joined(slopes: Sequence[Slope]) -> Iterator[Slope]:
    """The slopes, those of one callable and one number in one."""
    joined: dict[tuple[str, Any, str], Slope] = {}
    for each in slopes:
        key = (each.callable, each.of, each.times)
        before = joined.get(key)
        joined[key] = (
            each if before is None else replace(before, by=(*before.by, *each.by), wrt=(*before.wrt, *each.wrt))
        )
    yield from joined.values()


@dataclass(frozen=True)
class _Part:
    """What is made larger: an argument, an entry of one, or the `last` column or element of either."""

    leaf: str
    last: str = ""

    @property
    def in_words(self) -> str:
        whole = said(self.leaf)
        return f"the last {self.last} of {whole}" if self.last else whole


class _Finder:
    """Looks for the ladders of one slope, with values that are drawn once."""

    def __init__(self, reference: Reference, slope: Slope, rng: np.random.Generator):
        self.reference, self.slope, self.rng = reference, slope, rng
        self.sizes = everyday_sizes(reference)
        self.values = drawn(reference, rng, self.sizes)
        self.leaves = leaves_of(reference, reach(reference, slope.callable), self.values)
        self.wrt = tuple(slope_argument(reference, slope, each) for each in slope.wrt)
        self.everyday = self._question(f"{slope.callable}/steps, listened to", self.values)
        self.rights: dict[str, dict[str, Array]] = {}

    def steps(self) -> Steps | None:
        """None where no ladder shows a difference."""
        shown: dict[bool, tuple[int, Ladder]] = {}
        for part in self._parts():
            of_weights = part.leaf in self.wrt
            if part.last and shown.get(of_weights, (0, None))[0] >= len(self.wrt) * (1 + of_weights):
                continue
            ladder = self._ladder(part)
            count = 0 if ladder is None else self._shows(part, ladder)
            if ladder is not None and count > shown.get(of_weights, (0, ladder))[0]:
                shown[of_weights] = count, ladder
        if not shown:
            return None
        ladders = tuple(ladder for _, ladder in shown.values())
        number = number_at(self.reference, self.slope, self.everyday, self.values)
        heard = replace(self.everyday, calls=(*self.everyday.calls[:-1], replace(self.everyday.calls[-1], spy=True)))
        listened = Listened(heard, number, self.wrt, self._through())
        known = {question.id for ladder in ladders for question in ladder.screen}
        rights = {key: arrays for key, arrays in self.rights.items() if key in known}
        return Steps(self.slope.callable, self.slope.by, ladders, listened, rights)

    def _through(self) -> tuple[str, ...]:
        """The callable itself, and those that the number comes from."""
        of, known = self.slope.of, self.reference.signatures
        named = {of} if isinstance(of, str) else {of.__qualname__, *of.__code__.co_names}
        others = (name for name in known if named & {name, name.rpartition(".")[2]} and self._can_be_asked(name))
        return tuple(dict.fromkeys((self.slope.callable, *others)))

    def _can_be_asked(self, name: str) -> bool:
        try:
            asked = CallsQuestion("", name, "", steps_for(self.reference, name, self.values))
        except (LookupError, NotDrawn):
            return False
        return self.reference.answers(asked)[-1]["outcome"] == "returned"

    def _parts(self) -> Iterator[_Part]:
        """What may be made larger: whole arrays, the last first, then the last column of each."""
        leaves = self.leaves[::-1]
        yield from (_Part(leaf) for leaf in leaves)
        for leaf in leaves:
            shape = np.shape(value_at(self.values, leaf))
            if shape and shape[-1] > 1:
                yield _Part(leaf, "column" if len(shape) > 1 else "element")

    def _question(self, key: str, values: Values) -> CallsQuestion:
        calls = steps_for(self.reference, self.slope.callable, values)
        state = self.reference.declaration.state
        return CallsQuestion(
            key, self.slope.callable, SITUATION, calls, self.sizes, first=len(calls) - 1, state=state, scores=False
        )  # fmt: skip

    def _larger(self, part: _Part, times: float, near: float) -> Values:
        base = np.array(value_at(self.values, part.leaf), dtype=float)
        larger = times * base * (1.0 + near * self.rng.uniform(-1.0, 1.0, base.shape))
        if part.last:
            base[..., -1] = larger[..., -1]
            larger = base
        return with_value(self.values, part.leaf, larger)

    def _ladder(self, part: _Part) -> Ladder | None:
        """The questions that grow in one argument, where the reference's slopes stay smooth and grow as powers do."""
        label = part.in_words
        rungs, sizes = [], []
        for rung, times in enumerate(RUNGS):
            ids = next_to(label, rung, self.slope.callable)
            values = [self._larger(part, times, near) for near in (0.0, *[NEXT_TO] * (len(ids) - 1))]
            questions = tuple(map(self._question, ids, values))
            answers = [self._slopes(question) for question in questions[:2]]
            longer = self._slopes(questions[0], np.longdouble)
            for name in self.slope.by:
                arrays = [each[name] for each in answers if name in each]
                if not apart(arrays) <= SMOOTH or not _near(longer.get(name), arrays[0]):
                    return None
            if not self._stands_rounding(values[0], answers[0]):
                return None
            sizes.append([float(np.abs(answers[0][name]).max(initial=0.0)) for name in self.slope.by])
            if not _steady(sizes):
                return None
            self.rights |= {q.id: answer for q, answer in zip(questions, answers, strict=False)}
            rungs.append(questions)
        return Ladder(label, tuple(rungs))

    def _stands_rounding(self, values: Values, answer: Mapping[str, Array]) -> bool:
        """Whether slopes stay smooth where each number is off by a rounding of its array's largest: there are honest
        ways to a derivative that are no more exact than that, a Fourier transform's for one."""
        for leaf in self.leaves:
            base = np.asarray(value_at(values, leaf), dtype=float)
            off = ROUNDING * np.abs(base).max(initial=0.0) * self.rng.uniform(-1.0, 1.0, base.shape)
            values = with_value(values, leaf, base + off)
        off_by_rounding = self._slopes(self._question(self.everyday.id, values))
        return all(apart([answer[name], off_by_rounding[name]]) <= SMOOTH for name in self.slope.by)

    def _slopes(self, question: CallsQuestion, kind: type = float) -> dict[str, Array]:
        """The reference's answer by result, and the state that it leaves."""
        replies = self.reference.answers(question, kind=kind)
        if len(replies) < len(question.calls) or replies[-1]["outcome"] != "returned":
            raise NotDrawn(f"{self.slope.callable} gives no answer there")
        return arrays_in(self.reference.signature(self.slope.callable).results, replies[-1]["parts"])

    def _shows(self, part: _Part, ladder: Ladder) -> int:
        """In how many of the slopes our own difference of the reference loses its digits; by weights, with a step of
        either kind, of which the one that grows with them is the harder to see."""
        right = self._slopes(ladder.rungs[0][0])
        beside = len(ladder.rungs[0]) - 1
        every = [[self._larger(part, times, near) for near in (0.0, *[NEXT_TO] * beside)] for times in RUNGS]
        count = 0
        for by, wrt in zip(self.slope.by, self.wrt, strict=True):
            slopes = shaped(right[by], value_at(self.values, wrt), by, wrt).copy()
            if wrt == part.leaf and part.last:
                slopes[..., -1] = 0.0
            place = np.unravel_index(int(np.abs(slopes).argmax()), slopes.shape)
            shows = [self._loses(every, wrt, place, relative) for relative in (True, False)]
            count += sum(shows) if part.leaf in self.wrt else any(shows)
        return count

    def _loses(self, every: Sequence[Sequence[Values]], wrt: str, place: tuple[Any, ...], relative: bool) -> bool:
        rough = [apart([self._difference(each, wrt, place, relative) for each in values]) for values in every]
        return loses_its_digits(rough)

    def _difference(self, values: Values, wrt: str, place: tuple[Any, ...], relative: bool) -> Array:
        """The central difference by one element, with a step that grows with it, or one that does not."""
        base = np.asarray(value_at(values, wrt), dtype=float)
        step = STEP * max(1.0, abs(float(base[place])) if relative else 1.0)
        ends = []
        for sign in (1.0, -1.0):
            moved = base.copy()
            moved[place] += sign * step
            ends.append(number_at(self.reference, self.slope, self.everyday, with_value(values, wrt, moved)))
        return np.array([(ends[0] - ends[1]) / (2.0 * step)])


def _near(longer: Array | None, array: Array) -> bool:
    if longer is None or longer.shape != array.shape:
        return False
    return bool(np.abs(longer - array).max(initial=0.0) <= LONGER * np.abs(array).max(initial=0.0))


def _steady(sizes: Sequence[Sequence[float]]) -> bool:
    """Whether each slope is no zero and grows, from the second rung on, as one power of what is made larger."""
    if any(size <= 0.0 for size in sizes[-1]):
        return False
    if len(sizes) < 3:
        return True
    powers = []
    with np.errstate(all="ignore"):
        for before, after in zip(sizes[-2], sizes[-1], strict=True):
            times = np.log10(RUNGS[len(sizes) - 1] / RUNGS[len(sizes) - 2])
            powers.append(min(abs(np.log10(after / before) - power * times) for power in POWERS))
    return bool(max(powers) <= STEADY)
