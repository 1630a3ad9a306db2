"""How an array is drawn, and what is to be checked of that; what docstring and run both bear out needs no check."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from autograder.authoring.drafting.axes import Axes
from autograder.authoring.drafting.docstrings import Shape, Word
from autograder.authoring.drafting.functions import Function
from autograder.authoring.drafting.run import Description

LABELS = ("y", "labels", "label", "targets", "target", "t", "classes", "Y", "y_true", "ys")
SCALED = "XxWwb"  # how names begin of inputs, often scaled to 0 … 1, and of what training begins with, 0 or 1
PROBABILITIES = ("p", "P", "probs", "probabilities", "A", "AL", "A2", "y_hat", "yhat", "y_pred")

# What a docstring says of an argument of each kind.
BOOLEAN = re.compile(r"\bbool(?:ean)?s?\b", re.I)
BINARY = re.compile(r"\bmask|zeros and ones|ones and zeros|\b0 (?:and|or) 1\b|\bbinary\b", re.I)
SIGNS = re.compile(r"[-−]1")
ONE_HOT = re.compile(r"one[- ]?hot|single 1\b|indicator", re.I)
SUMMING = re.compile(
    r"(?:sum(?:s|ming)?|adds?|adding) (?:up )?to (?:one\b|1\b)|probabilit|distribution|responsibilit|stochastic"
    r"|mix(?:ing|ture) (?:weight|proportion|coefficient)|\bpriors?\b",
    re.I,
)
POSITIVE = re.compile(r"positive|varianc|standard deviation|\bstd\b|precision|scales?\b|> ?0|above (?:zero|0)\b", re.I)
SHARE = re.compile(r"probabilit|between 0 and 1|[\[(]0, ?1[\])]|sigmoid|\bshares?\b", re.I)

Drawn = tuple[str, str]  # the draw, and what is to be checked of it


def array(
    name: str, seen: list[Description], words: list[Word], functions: Sequence[Function], axes: Axes, shape: Shape
) -> Drawn:
    """Of an argument that was an array in the run."""
    at = written(shape)
    rows = [each.get("rows_of") for each in seen]
    if rows and all(rows) and len(shape) == 2:
        return f'draw.rows_of("{rows[0]}", "{shape[0]}")', "in the notebook these were rows of it; must they be?"
    boolean = says(BOOLEAN, words)
    if all(each["type"] == "b" for each in seen):
        return f"draw.booleans({at})", "" if boolean else "the notebook gives it True and False; is it always so?"
    if boolean and all(each["binary"] for each in seen):
        return f"draw.booleans({at})", f"the notebook gives it numbers 0 and 1, which are draw.mask({at}); which is it?"
    low, high = min(each["low"] for each in seen), max(each["high"] for each in seen)
    said_labels = any(word.labels for word in words) or name in ("labels", "label")
    index = any(name in function.indexes for function in functions)
    likely = index or said_labels or (name in LABELS and len(shape) == 1 and high <= 1)
    if likely and low >= 0 and all(each["whole"] for each in seen):
        if len(shape) > 1 and all(each["rows sum to one"] for each in seen) and shape[-1] != 1:
            return _one_hot(at, words)
        classes, sure = _classes(seen, words, axes, shape)
        known = sure and (said_labels or index)
        return f"draw.labels({at}, classes={quoted(classes)})", "" if known else f"labels from 0 to {classes} - 1?"
    return _of_a_kind(name, seen, words, shape) or _of_a_sign(name, seen, words, functions, at)


def _of_a_kind(name: str, seen: list[Description], words: list[Word], shape: Shape) -> Drawn | None:
    """By what all of its numbers are, or what its rows add up to; None where nothing shows."""
    at = written(shape)
    low, high = min(each["low"] for each in seen), max(each["high"] for each in seen)
    binary = all(each["binary"] for each in seen)
    summing = low >= 0 and shape[-1:] != (1,) and all(each["rows sum to one"] for each in seen)
    if summing and len(shape) > 1 and binary:
        return _one_hot(at, words)
    if binary and low < high:
        mask = "mask" in name.lower() or says(BINARY, words)
        return (f"draw.mask({at})", "") if mask else (f"draw.labels({at}, classes=2)", "only zeros and ones?")
    if all(each["signs"] for each in seen) and low < high:
        return f"draw.signs({at})", "" if says(SIGNS, words) else "only -1 and 1?"
    if summing:
        what = "rows that add" if len(shape) > 1 else "numbers that add"
        return f"draw.simplex({at})", "" if says(SUMMING, words) else f"{what} up to 1?"
    return None


def _of_a_sign(name: str, seen: list[Description], words: list[Word], functions: Sequence[Function], at: str) -> Drawn:
    """Real numbers: above zero where the function needs that, of both signs where it was seen so."""
    low, high = min(each["low"] for each in seen), max(each["high"] for each in seen)
    if _logged(name, functions) or (low > 0 and high < 1 and name in PROBABILITIES):
        return _positive(words, at, low, high)
    if low >= 0 and any(name in function.rooted for function in functions):
        what = "a root or a logarithm is taken of what comes of it, and the notebook gives it no number below 0"
        return f"draw.positive({at})", "" if says(POSITIVE, words) else f"{what}; is it always above 0?"
    if low < high and all(each["whole"] and each["type"] in "iu" for each in seen):
        what = f"labels, draw.labels({at}, classes=…), or real?" if name in LABELS else "is it real?"
        return f"draw.normal({at})", f"the notebook gives it whole numbers; {what}"
    if low >= 0 and name[:1] not in SCALED:
        above = f"no number below 0; may it have some? If not, draw.positive({at})"
        return f"draw.normal({at})", f"the notebook gives it {above if high else 'zeros only; is it real?'}"
    return f"draw.normal({at})", ""


def _one_hot(at: str, words: list[Word]) -> Drawn:
    return f"draw.one_hot({at})", "" if says(ONE_HOT, words) else "rows with a single 1?"


def _positive(words: list[Word], at: str, low: float, high: float) -> Drawn:
    """Of what stands under a root or a logarithm, or is called a probability."""
    if low >= 0 and high <= 1 and not says(POSITIVE, words):
        return f"draw.probabilities({at})", "" if says(SHARE, words) else "between 0 and 1?"
    return f"draw.positive({at})", "" if says(POSITIVE, words) else "above 0?"


def _logged(name: str, functions: Sequence[Function]) -> bool:
    return any(name in function.logged for function in functions)


def _classes(seen: list[Description], words: list[Word], axes: Axes, shape: Shape) -> tuple[str | int, bool]:
    """The size that counts the classes, or their number; and whether that is known."""
    for word in words:
        if word.below in axes.sizes:
            return word.below, True
        if word.below.isdigit():
            return int(word.below), True
    above = [int(each["high"]) for each in seen]
    if max(above) <= 1:
        return 2, True
    others = [size for size in axes.sizes if size not in shape and size not in axes.first]
    fits = [
        size
        for size in [*others, *axes.sizes]
        if size not in shape and max(axes.seen.get(size) or [0]) == max(above) + 1
    ]
    return (fits[0], len(set(fits)) == 1) if fits else (max(above) + 1, False)


def unseen(name: str, words: list[Word], functions: Sequence[Function], axes: Axes, shape: Shape) -> Drawn:
    """Of an argument whose shape is told, and which no call of the notebook shows."""
    at = written(shape)
    if says(BOOLEAN, words):
        return f"draw.booleans({at})", "the notebook never shows one; True and False?"
    if any(word.labels for word in words) or any(name in function.indexes for function in functions):
        below = next((word.below for word in words if word.below), "")
        classes: Any = below if below in axes.sizes else int(below) if below.isdigit() else 2
        return f"draw.labels({at}, classes={quoted(classes)})", "" if below else f"labels from 0 to {classes} - 1?"
    if _logged(name, functions):
        return f"draw.probabilities({at})", "between 0 and 1?"
    return f"draw.normal({at})", "the notebook never shows one; real numbers of both signs?"


def says(pattern: re.Pattern[str], words: Iterable[Word]) -> bool:
    """Whether a docstring says so of an argument."""
    return any(pattern.search(word.text) for word in words)


def quoted(size: str | int) -> str:
    """A size as a draw has it."""
    return str(size) if isinstance(size, int) else f'"{size}"'


def written(shape: Shape) -> str:
    """A shape as a draw has it."""
    return ", ".join(map(quoted, shape))
