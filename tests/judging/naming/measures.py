"""What is true of numbers that came, beside those that are right: worked out in plain NumPy, apart from what tells."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

import numpy as np

Array = np.ndarray
Pairs = Sequence[tuple[Array, Array]]  # what came and what is right, question by question
NEAR = 1e-4  # relative to the largest: nearer than this is the same


def same(came: Array, right: Array, near: float = NEAR) -> bool:
    """The same numbers, but for rounding."""
    came, right = np.asarray(came, dtype=float), np.asarray(right, dtype=float)
    if came.shape != right.shape:
        return False
    room = near * float(np.abs(right[np.isfinite(right)]).max(initial=0.0)) + 1e-300
    return bool(np.allclose(came, right, rtol=0.0, atol=room, equal_nan=True))


def ratio_of(came: Array, right: Array) -> float | None:
    """The one number between two arrays; NaN where both are zeros, None where there is none."""
    if came.shape != right.shape or not (np.isfinite(came).all() and np.isfinite(right).all()):
        return None
    if not np.any(right):
        return None if np.any(came) else float("nan")
    place = np.unravel_index(int(np.abs(right).argmax()), right.shape)
    factor = float(came[place] / right[place])
    return factor if same(came, factor * right) or (factor == 0.0 and not came.any()) else None


def _ratios(pairs: Pairs) -> list[float] | None:
    """The number between each two arrays, without those of zeros; None where some two have none."""
    found = [ratio_of(came, right) for came, right in pairs]
    if any(each is None for each in found):
        return None
    return [each for each in found if each is not None and each == each] or None


def error(came: Array | None, right: Array) -> float:
    """How far off numbers are, in parts of the largest of all that came and that are asked."""
    if came is None or came.shape != right.shape:
        return float("inf")
    with np.errstate(all="ignore"):
        largest = float(np.abs([came, right]).max(initial=0.0))
        return float(np.abs(came - right).max(initial=0.0)) / largest if largest else 0.0


def told(text: str, value: float) -> bool:
    """Whether a number was told as it is, rounded to three digits."""
    return bool(np.isclose(float(text), value, rtol=6e-3, atol=0.0))


def opposite(pairs: Pairs) -> bool:
    """Every number with its sign turned."""
    return all(same(came, -right) for came, right in pairs) and any(right.any() for _, right in pairs)


def one_factor(pairs: Pairs, negative: bool) -> bool:
    """One number, neither 1 nor -1, times what is right."""
    ratios = _ratios(pairs)
    if ratios is None or not np.allclose(ratios, ratios[0], rtol=1e-3):
        return False
    return abs(abs(ratios[0]) - 1.0) > NEAR and (ratios[0] < 0) is negative


def by_sizes(pairs: Pairs, sizes: Sequence[dict[str, int]], how: str, also: str) -> bool:
    """What is right times or over sizes, or some product of two: alone, with another sign, or times a constant."""
    found = [(ratio_of(came, right), size) for (came, right), size in zip(pairs, sizes, strict=True)]
    if any(ratio is None for ratio, _ in found):
        return False
    known = [(float(ratio), size) for ratio, size in found if ratio is not None and ratio == ratio and size]
    for power in _powers(how, {name for _, size in known for name in size}) if known else ():
        rest = [ratio / power(size) for ratio, size in known]
        if np.allclose(rest, rest[0], rtol=1e-3):
            wanted = {"": 1.0, ", with another sign": -1.0}.get(also)
            if wanted is None or abs(rest[0] - wanted) < 1e-3:
                return True
    return False


def _powers(how: str, names: set[str]):  # type: ignore[no-untyped-def]
    """The products that words may mean: of the sizes named, or of any where it is one of them."""
    both = re.fullmatch(r"multiplied by (\S+) and divided by \1 less one", how)
    if both:
        yield lambda size: size[both[1]] / max(size[both[1]] - 1.0, 1.0)
        return
    verb, _, what = how.partition(" by ")
    sign = 1.0 if verb == "multiplied" else -1.0
    if what == "one of the sizes":
        groups = [(name,) for name in names] + list(itertools.combinations_with_replacement(sorted(names), 2))
    else:
        groups = [tuple(what.removesuffix(" less one").split(" times "))]
    less = 1.0 if what.endswith(" less one") else 0.0
    for group in groups:
        yield lambda size, group=group: float(np.prod([max(size[n] - less, 1.0) for n in group])) ** sign


def on_its_side(pairs: Pairs) -> bool:
    """Every array transposed."""
    return all(same(came, right.T) for came, right in pairs)


def turned_round(pairs: Pairs) -> bool:
    """The order along one of the last axes, or both, the other way."""
    return any(
        all(right.ndim >= -min(axes) and same(came, np.flip(right, axes)) for came, right in pairs)
        for axes in ((-1,), (-2,), (-2, -1))
    )


def shifted(pairs: Pairs) -> bool:
    """One number more than is right, everywhere."""
    off = np.concatenate([np.ravel(came - right) for came, right in pairs])
    return abs(off[0]) > 0 and bool(np.allclose(off, off[0], rtol=1e-3))


def one_number(pairs: Pairs) -> bool:
    """One number alone came, where several are right."""
    came, right = (np.concatenate([np.ravel(pair[k]) for pair in pairs]) for k in (0, 1))
    return len(np.unique(came)) == 1 and len(np.unique(right)) > 1


def added_up(pairs: Pairs) -> bool:
    """Running sums along one axis."""
    axes = range(min(right.ndim for _, right in pairs))
    return any(all(same(came, np.cumsum(right, axis=axis)) for came, right in pairs) for axis in axes)


def whole(pairs: Pairs) -> bool:
    """Whole numbers where others are right: the same but for what stands behind the point."""
    return all(
        np.array_equal(came, np.round(came)) and bool(np.all(np.abs(came - right) < 1.0 + 1e-9))
        for came, right in pairs
    ) and any(not np.array_equal(right, np.round(right)) for _, right in pairs)


def ends_early(pairs: Pairs, count: int | None) -> bool:
    """Right entries first, then zeros: after `count` of them where that is told, and in some question for sure."""
    seen = False
    for came, right in pairs:
        if came.shape != right.shape:
            return False
        off = [k for k in range(len(came)) if not same(came[k], right[k], 1e-6)]
        if not off:
            continue
        first = off[0]
        if count is not None and first != count:
            return False
        if came[first:].any() or not first:
            return False
        seen = True
    return seen


def lacks_its_end(pairs: Pairs, count: int) -> bool:
    """Right entries, but for the last `count`, which are zeros: in every question with more of them than these."""
    longer = [(came, right) for came, right in pairs if len(right) > count]
    return bool(longer) and all(
        came.shape == right.shape and same(came[:-count], right[:-count], 1e-6) and not came[-count:].any()
        for came, right in longer
    )


def cut_off(pairs: Pairs) -> bool:
    """What is right, cut at the smallest and the largest number that came."""
    came = np.concatenate([np.ravel(pair[0]) for pair in pairs])
    right = np.concatenate([np.ravel(pair[1]) for pair in pairs])
    return same(came, np.clip(right, came.min(), came.max())) and not same(came, right)


def in_other_places(pairs: Pairs) -> bool:
    """The right numbers in another order."""
    return all(same(np.sort(came.ravel()), np.sort(right.ravel())) for came, right in pairs)


def only(pairs: Pairs, axis: int, place: int) -> bool:
    """Right but for what stands first or last along an axis."""
    apart = [(came, right) for came, right in pairs if not same(came, right, 1e-8)]
    return bool(apart) and all(
        came.shape == right.shape
        and right.ndim > axis
        and same(np.delete(came, place, axis), np.delete(right, place, axis), 1e-8)
        for came, right in apart
    )


def lines_scaled(pairs: Pairs, axis: int) -> bool:
    """Each row (axis 1) or column (axis 0) times a number of its own."""
    return all(
        ratio_of(one, two) is not None
        for came, right in pairs
        for one, two in zip(np.moveaxis(came, axis, -1), np.moveaxis(right, axis, -1), strict=True)
    )


def adds_up(pairs: Pairs, axis: int) -> bool:
    """What came adds up to 1 along an axis, and what is right along the other one alone."""
    sums = [(came.sum(axis=axis), came.sum(axis=1 - axis), right.sum(axis=1 - axis)) for came, right in pairs]
    return all(
        np.allclose(one, 1.0) and np.allclose(three, 1.0) and not np.allclose(two, 1.0) for one, two, three in sums
    )


def each_scaled(pairs: Pairs) -> bool:
    """Each answer is the right one times one number."""
    return all(ratio_of(came.ravel(), right.ravel()) is not None for came, right in pairs)


def only_side(pairs: Pairs, side: str) -> bool:
    """Right wherever what is right has not that sign."""
    seen = False
    for came, right in pairs:
        here = {"negative": right < 0, "positive": right > 0, "0": right == 0}[side]
        off = np.abs(came - right) > 1e-8 * np.abs(right).max(initial=0.0)
        if np.any(off & ~here):
            return False
        seen |= bool(np.any(off))
    return seen


def as_far_as_they_go(came: Array, right: Array, last: bool) -> bool:
    """Entries that are right as far as both records go."""
    both = min(len(came), len(right))
    if not both:
        return True
    part = slice(-both, None) if last else slice(both)
    return same(came[part], right[part], 1e-6)
