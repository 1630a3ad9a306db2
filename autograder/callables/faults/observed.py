"""What of a wrong result is right all the same, in every question: told where no change explains it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from autograder.callables.faults.generic import EXACT
from autograder.callables.faults.words import Sentence
from autograder.core import Code, same_as

Array = np.ndarray
Pairs = Sequence[tuple[Array, Array]]  # what came and what is right, of questions in which they differ
ALL_BY_ONE = "In each answer all numbers are the right ones multiplied by one and the same number."
PROOF = 3  # questions that show it, at least, and numbers that do in each
VALUES = 6  # different numbers of an array from which on the same ones are not there by chance
SIDES = 4  # numbers on each side of zero that show where something is wrong
NAMES = {1: {0: "number"}, 2: {0: "row", 1: "column"}}
DRAW = "Take the smallest example and write both beside each other: what is asked, and what comes."


def observed(answers: Sequence[Array], expected: Sequence[Array]) -> Sentence | None:
    """What is true of one result in all questions; None where nothing is that says more than that it differs."""
    if any(came.shape != right.shape for came, right in zip(answers, expected, strict=True)):
        return None
    if not all(np.isfinite(each).all() for each in (*answers, *expected)):
        return None
    every = list(zip(answers, expected, strict=True))
    apart = [(came, right) for came, right in every if not same_as(came, right)]
    text = next(_said(apart), "") if len(apart) >= PROOF else ""
    return (Code.DIFFERENT, text, DRAW) if text else None


def _said(apart: Pairs) -> Iterator[str]:
    if all(len(np.unique(right)) >= VALUES and _same(np.sort(came.ravel()), np.sort(right.ravel()), right)
           for came, right in apart):  # fmt: skip
        yield "It holds the right numbers, in other places than they belong."
    if all(right.ndim == 2 for _, right in apart):
        yield from _by_lines(apart)
    yield from _by_sign(apart)
    yield from in_one_line(apart)
    if all(right.ndim == 1 and right.size > 1 and _same(came[0], right[0], right) for came, right in apart):
        yield "Its first number is right, and it goes wrong after that."


def _same(came: Array, right: Array, scale: Array) -> bool:
    return bool(np.all(_near(came, right, scale)))


def _near(came: Array, right: Array, scale: Array) -> Array:
    return np.asarray(np.abs(came - right) <= EXACT * (np.abs(scale).max() + 1e-300))


def _by_lines(apart: Pairs) -> Iterator[str]:
    """Rows or columns that are right but for a number of their own."""
    for axis, line in ((1, "row"), (0, "column")):
        telling = [right for _, right in apart if _varies(right, axis) and right.shape[1 - axis] > 1]
        if len(telling) < PROOF:
            continue
        if all(_multiples(came, right, axis) for came, right in apart):
            alike = all(np.ptp(_factors(*pair, axis)) <= EXACT * np.abs(_factors(*pair, axis)).max() for pair in apart)
            of_its_own = f"Each {line} is the right one multiplied by a number of its own."
            yield ALL_BY_ONE if alike else of_its_own
        if all(
            _adds_up(right, axis) and _adds_up(came, 1 - axis) and not _adds_up(came, axis) for came, right in apart
        ):
            yield f"Each {'column' if axis else 'row'} adds up to 1, where each {line} has to."
        if all(_off_by_one(came, right, axis) for came, right in apart):
            yield f"In each {line} all numbers are off by one and the same number."


def _varies(right: Array, axis: int) -> bool:
    """Whether there are several numbers along an axis, and not the same everywhere."""
    return right.shape[axis] >= PROOF and bool(np.all(np.ptp(right, axis=axis) > 0))


def _adds_up(array: Array, axis: int) -> bool:
    """Whether all sums along an axis are 1."""
    return bool(np.all(np.abs(array.sum(axis=axis) - 1.0) <= EXACT * array.shape[axis]))


def _factors(came: Array, right: Array, axis: int) -> Array:
    squares = np.sum(right * right, axis=axis, keepdims=True)
    return np.divide(np.sum(came * right, axis=axis, keepdims=True), squares, out=squares * 0, where=squares > 0)


def _multiples(came: Array, right: Array, axis: int) -> bool:
    factors = _factors(came, right, axis)
    return bool(np.all(factors != 0)) and _same(came, factors * right, came)


def _off_by_one(came: Array, right: Array, axis: int) -> bool:
    off = came - right
    return _same(off, np.mean(off, axis=axis, keepdims=True) * np.ones_like(off), right)


def _by_sign(apart: Pairs) -> Iterator[str]:
    """Numbers that are wrong on one side of zero alone, or at zero alone."""
    right = np.concatenate([right.ravel() for _, right in apart])
    wrong = ~np.concatenate([_near(came, right, right).ravel() for came, right in apart])
    for side, rest, text in (
        (right < 0, right > 0, "Only what should be negative is wrong."),
        (right > 0, right < 0, "Only what should be positive is wrong."),
        (right == 0, right != 0, "Only what should be 0 is wrong."),
    ):
        if wrong[side].sum() >= SIDES and rest.sum() >= SIDES and not wrong[~side].any():
            yield text


def in_one_line(apart: Pairs) -> Iterator[str]:
    """Only the first or the last row, column or number is wrong."""
    (dimensions, *others) = {right.ndim for _, right in apart}
    if not others and dimensions > 2:
        yield from _at_an_end(apart, dimensions)
    if others or dimensions not in NAMES:
        return
    for axis, line in NAMES[dimensions].items():
        for place, which in ((0, "first"), (-1, "last")):
            if all(
                right.shape[axis] > 1 and _same(*_without(came, right, axis, place), right) for came, right in apart
            ):
                yield f"Only the {which} {line} is wrong."


def _at_an_end(apart: Pairs, dimensions: int) -> Iterator[str]:
    """Numbers that are wrong only where they are first or last along one axis, or along one of two."""
    for count in (1, 2):
        for axes in itertools.combinations(range(dimensions), count):
            for place, which in ((slice(1, None), "first"), (slice(None, -1), "last")):
                inner = tuple(place if axis in axes else slice(None) for axis in range(dimensions))
                long = all(right.shape[axis] > 1 for _, right in apart for axis in axes)
                if long and all(_same(came[inner], right[inner], right) for came, right in apart):
                    yield f"It is wrong only in what is {which} along {'an axis' if count == 1 else 'one of two axes'}."


def _without(came: Array, right: Array, axis: int, place: int) -> tuple[Array, Array]:
    return np.delete(came, place, axis), np.delete(right, place, axis)
