"""What right answers became by a sign, a factor, a size, a transpose, a swap or a shift."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from autograder.callables.faults.words import Sentence
from autograder.core import ROUND, Code, constant, ratio, same_as

Array = np.ndarray
Sizes = Mapping[str, int]
MOST_WHOLE = 2.0**53  # numbers beyond it have nothing behind the point, and may be too large for an integer
EXACT = 1e-9  # numbers nearer than this are the same number, computed in another order
BY_A_CONSTANT = ", and by a constant"
COUNT = "Which quantities are added up, and how many are there of them?"


def transform(answers: Sequence[Array], expected: Sequence[Array], sizes: Sequence[Sizes]) -> Sentence | None:
    """How one result, in all questions, came from what is right: the code, what is said, where to look."""
    if len(answers) < 2 or not all(np.all(np.isfinite(each)) for each in (*answers, *expected)):
        return None
    if all(each.ndim == 2 and same_as(came.T, each) for came, each in zip(answers, expected, strict=True)):
        return Code.TRANSPOSED, "It stands on its side.", "Write the shape beside every array."
    if any(came.shape != each.shape for came, each in zip(answers, expected, strict=True)):
        return None
    return (
        scaled(answers, expected, sizes)
        or _shifted(answers, expected)
        or _turned(answers, expected)
        or cut_off(answers, expected)
    )


def peculiar(answers: Sequence[Array], expected: Sequence[Array], sizes: Sequence[Sizes]) -> Sentence | None:
    """What is peculiar about one result in all questions, though what is right cannot be worked out from it."""
    if len(answers) < 2 or not all(np.all(np.isfinite(each)) for each in (*answers, *expected)):
        return None
    if any(came.shape != each.shape for came, each in zip(answers, expected, strict=True)):
        return None
    return (
        _always_the_same(answers, expected)
        or _added_up(answers, expected)
        or _whole_numbers(answers, expected)
        or ends_early(answers, expected, sizes)
    )


def swapped(answers: Mapping[str, Sequence[Array]], expected: Mapping[str, Sequence[Array]]) -> tuple[str, str] | None:
    """Two results that stand in each other's place in every question."""
    for one, two in itertools.combinations(answers, 2):
        crossed = ((answers[one], expected[two]), (answers[two], expected[one]))
        if all(same_as(came, each) for pair in crossed for came, each in zip(*pair, strict=True)):
            return one, two
    return None


def scaled(answers: Sequence[Array], bases: Sequence[Array], sizes: Sequence[Sizes]) -> Sentence | None:
    """The sign, the factor or the size that turns every base into what came; None where there is none."""
    ratios: list[tuple[float, Sizes]] = []
    for came, base, size in zip(answers, bases, sizes, strict=True):
        factor = ratio(came, base) if came.shape == base.shape else None
        if factor is None:
            return None
        if np.isfinite(factor):
            ratios.append((factor, size))
    if len(ratios) < 2:
        return None
    middle = constant([each for each, _ in ratios])
    if middle is not None:
        return _of_constant(middle)
    fits = []
    for said, code, power in _powers([size for _, size in ratios]):
        middle = constant([each / by for (each, _), by in zip(ratios, power, strict=True)])
        off = middle is not None and abs(abs(middle) - 1) > ROUND
        if middle is not None and not (off and "less one" in said):
            fits.append((off, said, code, middle))
    if not fits:
        return None
    fits = [fit for fit in fits if "less one" not in fit[1]] or fits  # a size itself is what people divide by
    fits.sort(key=lambda each: each[0])
    plain = [fit for fit in fits if fit[0] == fits[0][0]]
    _, said, code, middle = plain[0]
    if len(plain) > 1:
        if len({fit[2] for fit in plain}) > 1:
            return None
        said = f"{said.partition(' ')[0]} by one of the sizes"
    also = "" if abs(middle - 1) <= ROUND else ", with another sign" if abs(middle + 1) <= ROUND else BY_A_CONSTANT
    return code, f"It comes out {said}{also}.", COUNT


def _of_constant(middle: float) -> Sentence | None:
    if abs(middle - 1) <= ROUND:
        return None
    if abs(middle + 1) <= ROUND:
        return Code.SIGN, "It has the opposite sign.", "What is subtracted from what?"
    also = ", and has the opposite sign" if middle < 0 else ""
    return (
        Code.FACTOR,
        f"It is off by one and the same constant factor{also}.",
        "Compare the constant factors of the formula.",
    )


def _powers(sizes: Sequence[Sizes]) -> Iterator[tuple[str, Code, list[float]]]:
    """Products of up to two sizes that vary over the questions, and one over these; a size less one, as of a mean over
    one fewer."""
    names = [name for name in (sizes[0] if sizes else {}) if all(size.get(name, 0) > 0 for size in sizes)]
    for group in [(name,) for name in names] + list(itertools.combinations_with_replacement(names, 2)):
        power = [float(np.prod([size[name] for name in group])) for size in sizes]
        if len(set(power)) > 1:
            words = group[0] if len(group) == 1 else f"{group[0]} times {group[1]}"
            yield f"multiplied by {words}", Code.SUM_FOR_MEAN, power
            yield f"divided by {words}", Code.MEAN_FOR_SUM, [1 / each for each in power]
    for name in names:
        fewer = [max(size[name] - 1.0, 1.0) for size in sizes]
        if len(set(fewer)) > 1:
            yield f"divided by {name} less one", Code.MEAN_FOR_SUM, [1 / each for each in fewer]
            over = [size[name] / each for size, each in zip(sizes, fewer, strict=True)]
            yield f"multiplied by {name} and divided by {name} less one", Code.FACTOR, over


def _shifted(answers: Sequence[Array], expected: Sequence[Array]) -> Sentence | None:
    off = np.concatenate([np.ravel(came - each) for came, each in zip(answers, expected, strict=True)])
    rounding = np.concatenate([np.full(each.size, np.abs(each).max(initial=0.0)) for each in expected]) * 1e-12
    if off.size < 3 or abs(off[0]) <= 1e-9:
        return None
    if np.any(np.abs(off - off[0]) > ROUND * abs(off[0]) + rounding):
        return None
    return Code.DIFFERENT, "It is off by one and the same number everywhere.", "What is added at the very end?"


def _turned(answers: Sequence[Array], expected: Sequence[Array]) -> Sentence | None:
    """The same numbers with the order along one of the last two axes, or along both, the other way round."""
    for axes in ((-1,), (-2,), (-2, -1)):
        if all(each.ndim >= len(axes) and each.ndim >= -min(axes) for each in expected) and all(
            same_as(came, np.flip(each, axes)) for came, each in zip(answers, expected, strict=True)
        ):
            text = "It lies the other way round: what is asked first along an axis comes last."
            two = all(each.shape[axis] == 2 for each in expected for axis in axes)
            look = "Write the numbers of a small example down: which is to come first?"
            return Code.SWAPPED if two else Code.DIFFERENT, text, look
    return None


def _always_the_same(answers: Sequence[Array], expected: Sequence[Array]) -> Sentence | None:
    """One number, whatever is asked: of three answers at least that must differ."""
    came, asked = (np.concatenate([np.ravel(each) for each in arrays]) for arrays in (answers, expected))
    if not came.size or np.any(came != came[0]) or len(set(asked.tolist())) < 3:
        return None
    look = "Follow one argument through the formula: where does it enter?"
    if came[0] == 0.0:
        return Code.HARD_CODED, "It is zero, whatever is asked.", look
    return Code.HARD_CODED, "It is one and the same number, whatever is asked.", look


def _added_up(answers: Sequence[Array], expected: Sequence[Array]) -> Sentence | None:
    """Each entry with all before it added; told by two questions that have two entries and more."""
    telling = [each for each in expected if each.ndim and len(each) > 1]
    pairs = list(zip(answers, expected, strict=True))
    axes = range(min((each.ndim for each in telling), default=0))
    if len(telling) < 2 or not any(
        all(same_as(came, np.cumsum(each, axis=axis) if each.ndim > axis else each) for came, each in pairs)
        for axis in axes
    ):
        return None
    return (
        Code.DIFFERENT,
        "It is added up: each entry holds those before it, too.",
        "What is each entry to hold, by itself?",
    )


def _whole_numbers(answers: Sequence[Array], expected: Sequence[Array]) -> Sentence | None:
    """Numbers that have lost what stands behind the point, three at least."""
    came, asked = (np.concatenate([np.ravel(each) for each in arrays]) for arrays in (answers, expected))
    near = np.abs(asked) < MOST_WHOLE
    came, asked = came[near], asked[near]
    if np.sum(asked != np.trunc(asked)) < 3 or len(set(came.tolist())) < 2:
        return None
    if not any(np.array_equal(came, cut(asked)) for cut in (np.trunc, np.floor)):
        return None
    look = "Which array holds whole numbers only, or what is made an int?"
    return Code.WRONG_TYPE, "It has lost what stands behind the decimal point.", look


def ends_early(answers: Sequence[Array], expected: Sequence[Array], sizes: Sequence[Sizes]) -> Sentence | None:
    """Right entries first and zeros from somewhere on, in two questions at least. They are of rounds where there are
    not as many as a declared size says."""
    counts: list[tuple[int, int]] = []
    for came, each in zip(answers, expected, strict=True):
        if came.shape != each.shape or not each.ndim:
            return None
        filled = len(each)
        while filled and not np.any(came[filled - 1]) and np.any(each[filled - 1]):
            filled -= 1
        if not same_as(came[:filled], each[:filled]):
            return None
        if 0 < filled < len(each):
            counts.append((filled, len(each)))
    if len(counts) < 2:
        return None
    look = "When does the loop end, and how many rounds are asked?"
    of_size = any(
        all(len(each) == size.get(name) for each, size in zip(expected, sizes, strict=True)) for name in sizes[0]
    )
    if of_size:
        look = "Which entries are asked, and does what fills them reach the last?"
    filled_in_all, lengths = ({count[k] for count in counts} for k in (0, 1))
    if len(filled_in_all) == 1 and len(lengths) > 1:
        count = filled_in_all.pop()
        what = "Its first entry alone is" if count == 1 else f"Its first {count} entries alone are"
        code = Code.DIFFERENT if of_size else Code.EPOCH_COUNT
        return code, f"{what} there, and zeros after, however many more are asked.", look
    missing = {length - filled for filled, length in counts}
    if len(missing) == 1 and len(lengths) > 1:
        count = missing.pop()
        what = "its last entry" if count == 1 else f"each of its last {count} entries"
        code = Code.DIFFERENT if of_size else Code.EPOCH_COUNT
        return code, f"It is zero in {what}, however many are asked, and right before.", look
    code = Code.DIFFERENT if of_size else Code.EARLY_STOP
    return code, "It holds its first entries only, and zeros from some place on.", look


def cut_off(answers: Sequence[Array], expected: Sequence[Array]) -> Sentence | None:
    """All numbers right but those beyond a bound, which are the bound: four of them at least, of two questions.

    What is cut off at zero is another function's (relu), and told as that.
    """
    came, asked = (np.concatenate([np.ravel(each) for each in arrays]) for arrays in (answers, expected))
    if not came.size or came.size != asked.size:
        return None
    low, high = came.min(), came.max()
    below, above = asked < low - EXACT * (1 + abs(low)), asked > high + EXACT * (1 + abs(high))
    beyond, within = below | above, ~(below | above)
    bounds = [bound for bound, some in ((low, below), (high, above)) if some.any()]
    questions = np.concatenate([np.full(each.size, k) for k, each in enumerate(answers)])[beyond]
    if 0.0 in bounds or len(set(asked[beyond])) < 4 or len(set(questions)) < 2 or within.sum() < 3:
        return None
    at_bound = np.all(came[below] == low) and np.all(came[above] == high)
    if not at_bound or not np.allclose(came[within], asked[within], rtol=EXACT, atol=EXACT):
        return None
    return Code.DIFFERENT, "What lies beyond a bound is cut off.", "Which of the numbers has a bound in the formula?"
