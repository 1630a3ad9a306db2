"""Questions about samples that lie just on either side of a border, where an answer jumps or has a kink."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from autograder.callables.asked.drafted import Draft, drafted, last_answer
from autograder.callables.asked.leaves import leaves_of, value_at, with_value
from autograder.callables.asked.question import CallsQuestion, Unasked
from autograder.callables.asked.records import rounds_of
from autograder.callables.asked.situations.many_samples import samples_of
from autograder.callables.asked.steps import Values, drawn, steps_for
from autograder.callables.declared.draws import Sizes
from autograder.callables.declared.reference import Reference

Array = np.ndarray
# How far from a border the samples of a pair lie, in parts of the way from one drawn sample to another. A border that
# was put 1e-4 off, or numbers that were rounded to two digits, show there.
NEAR = (2e-5, 5e-5, 3e-4, 1e-3, 4e-3)
MOST_LINES = 500  # of the reference, for one answer: some hundred are needed
GRID = np.linspace(-0.98, 1.98, 65)  # of the way, and beyond
WITHOUT = 2  # pairs with no border between them, after which there is none
TRIED = 3  # of the largest changes from one place of the grid to the next: most are no jumps
JUMP = 1e-6  # relative to the largest number: what is still there when the way is as short as numbers allow
KINK, SHORT = 1e-3, 1e-6  # relative: the least change of a slope, and how short the way is that it changes on
# A right answer in float32, in whatever algebra, must not land on the other side: all arguments are shaken by more.
SHAKEN, STANDS, SHAKES = 2e-6, 1e-3, 8


def at_borders(reference: Reference, name: str, reach: Sequence[str], sizes: Sizes) -> Iterator[tuple[str, Draft]]:
    """Pairs of samples close to a border, one on each side, each pair a little further off."""
    samples, draws = samples_of(reference), reference.declaration.draws
    labels = [label for label in reach if samples and draws[label].real and draws[label].symbols[:1] == (samples,)]
    if not labels or name not in reference.traits.bordered or rounds_of(reference, name):
        return

    answers = _Answers(reference, name, reach, sizes)

    def draft(rng: np.random.Generator) -> CallsQuestion:
        values = drawn(reference, rng, sizes)
        for label in labels:
            moved = _moved_to_borders(answers, values, label, rng)
            if moved is not None:
                words = "samples just before and behind a border, where a comparison turns out otherwise"
                return drafted(reference, f"{name}/borders", name, words, steps_for(reference, name, moved), sizes)
        raise Unasked("no answer jumps or has a kink between samples")

    values = drawn(reference, np.random.default_rng(0), sizes)
    first = drafted(reference, "", name, "", steps_for(reference, name, values), sizes)
    if sizes[samples] > 1 and reference.lines_run(first, MOST_LINES) <= MOST_LINES:
        yield f"{name}/borders", draft


class _Answers:
    """What the reference answers to values, all numbers in a row."""

    def __init__(self, reference: Reference, name: str, reach: Sequence[str], sizes: Sizes):
        self.reference, self.name, self.reach, self.sizes = reference, name, reach, sizes

    def to(self, values: Values) -> Array:
        """Raises Unasked where it gives none."""
        steps = steps_for(self.reference, self.name, values)
        answer = last_answer(self.reference, drafted(self.reference, "", self.name, "", steps, self.sizes))
        if not answer:
            raise Unasked("no answer there")
        return np.concatenate([np.ravel(each).astype(float) for each in answer.values()])

    def stand(self, values: Values, rng: np.random.Generator) -> bool:
        """Whether they stay nearly what they are, wherever the arguments are shaken."""
        whole = self.to(values)
        for _ in range(SHAKES):
            shaken = values
            for leaf in leaves_of(self.reference, self.reach, values):
                base = np.asarray(value_at(values, leaf), dtype=float)
                off = SHAKEN * np.abs(base).max(initial=0.0) * rng.uniform(-1.0, 1.0, base.shape)
                shaken = with_value(shaken, leaf, base + off)
            if not _change(whole, self.to(shaken)) <= STANDS * np.abs(whole).max(initial=0.0):
                return False
        return True


def _moved_to_borders(answers: _Answers, values: Values, label: str, rng: np.random.Generator) -> Values | None:
    """The values with pairs of samples moved to either side of a border; None where there is none at all."""
    rows: Array = np.array(values[label], dtype=float)
    pairs = 0
    for k in range(0, len(rows) - 1, 2):
        if k >= 2 * WITHOUT and not pairs:
            return None
        here, way = rows[k].copy(), rows[k + 1] - rows[k]

        def answer(part: float, k: int = k, rows: Array = rows, here: Array = here, way: Array = way) -> Array:
            moved = rows.copy()
            moved[k] = here + part * way
            return answers.to(values | {label: moved})

        border = _border(answer)
        if border is None:
            continue
        for far in NEAR[pairs:]:
            moved = rows.copy()
            moved[k], moved[k + 1] = here + (border - far) * way, here + (border + far) * way
            if answers.stand(values | {label: moved}, rng):
                rows, pairs = moved, pairs + 1
                break
    return values | {label: rows} if pairs else None


def _border(answer: Callable[[float], Array]) -> float | None:
    """Where an answer jumps, or else where its slope does; None where both go on as they were."""

    def slope(part: float) -> Array:
        return (answer(part + SHORT / 10) - answer(part)) / (SHORT / 10)

    jump = _jump(answer, 1e-14, JUMP)
    return jump if jump is not None else _jump(slope, SHORT, KINK)


def _jump(function: Callable[[float], Array], shortest: float, least: float) -> float | None:
    """The place of a jump on the way, None where what changes there is less than the `least` part."""
    known = [function(part) for part in GRID]
    if len({each.shape for each in known}) > 1 or not all(np.all(np.isfinite(each)) for each in known):
        return None
    largest = max(float(np.abs(each).max(initial=0.0)) for each in known)
    changes = [_change(before, after) for before, after in itertools.pairwise(known)]
    for at in np.argsort(changes)[::-1][:TRIED]:
        (low, high), (before, after) = GRID[at : at + 2], known[at : at + 2]
        while high - low > shortest and low < (middle := (low + high) / 2.0) < high:
            between = function(middle)
            if _change(before, between) >= _change(between, after):
                high, after = middle, between
            else:
                low, before = middle, between
        if _change(before, after) > least * largest:
            return float(high)
    return None


def _change(before: Array, after: Array) -> float:
    """The largest change of a number; infinite where there are more or fewer, or other ones than numbers."""
    change = float(np.abs(after - before).max(initial=0.0)) if before.shape == after.shape else np.inf
    return change if np.isfinite(change) else np.inf
