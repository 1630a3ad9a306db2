"""Which scaling turns one family of arrays into another: a sign, a constant, the number of samples or of elements."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from autograder.core import ROUND, constant, ratio, same_as

Array = np.ndarray


@dataclass(frozen=True, slots=True)
class Case:
    """One answer in numbers: what came, how many samples and target elements its question had."""

    actual: Array
    samples: int
    elements: int
    sizes: tuple[tuple[str, int], ...] = ()  # of the weights, by their symbols


@dataclass(frozen=True, slots=True)
class Scaling:
    """`codes` are diagnosis codes or keys of `sentences.CODE_OF`, none for the identity; `factor` is the constant part,
    `words` says the rest."""

    codes: tuple[str, ...]
    factor: float
    words: str
    power: Callable[[Case], float] = field(default=lambda case: 1.0, compare=False)

    def of(self, case: Case, base: Array) -> Array:
        """What comes of a base by it; not finite where a count of the case makes no number of it."""
        with np.errstate(all="ignore"):
            return base * (self.factor * self.power(case) if self.codes else 1.0)


def scaling(cases: Sequence[Case], bases: Sequence[Array], proof: bool = True) -> Scaling | None:
    """The scaling that turns every base into what came, None when there is none.

    A constant is called one only when it holds for questions with different numbers of samples; without `proof`,
    some scaling is returned wherever one is possible.
    """
    ratios: list[tuple[float, Case]] = []
    for case, base in zip(cases, bases, strict=True):
        if case.actual.shape != base.shape:
            return None
        factor = _ratio(case.actual, base)
        if factor is None:
            return None
        if np.isfinite(factor):
            ratios.append((factor, case))
    if not proof:
        return Scaling((), 1.0, "")
    if not ratios:
        return None
    for power, code, words in (*_POWERS, *_of_sizes(cases)):
        constants = [factor / power(case) for factor, case in ratios if power(case) not in (0.0, np.inf)]
        middle = constant(constants)
        if len(constants) != len(ratios) or middle is None:
            continue
        codes = [code] if code else []
        if abs(middle + 1.0) <= ROUND:
            codes = ["sign", *codes]
        elif abs(middle - 1.0) > ROUND:
            if len({case.samples for _, case in ratios}) < 2 and len(ratios) < 3:
                continue
            codes = [*(["sign"] if middle < 0 else []), *codes, "factor"]
        return Scaling(tuple(codes), middle, words, power)
    return None


def _ratio(actual: Array, base: Array) -> float | None:
    """As `ratio`; NaN, too, where what is not finite stands in both alike."""
    if not np.all(np.isfinite(actual)) or not np.all(np.isfinite(base)):
        return float("nan") if same_as(actual, base) else None
    return ratio(actual, base)


def _of_sizes(cases: Sequence[Case]) -> Iterator[tuple[Callable[[Case], float], str, str]]:
    """The weights' own sizes, each of which must vary from case to case, and differ from the counts above."""
    for symbol, _ in cases[0].sizes if cases else ():
        of = [dict(case.sizes).get(symbol, 0) for case in cases]
        if len(set(of)) < 2 or 0 in of:
            continue
        words = f"{symbol}, one of the sizes of the weights"
        yield (lambda case, s=symbol: float(dict(case.sizes)[s])), "sum-for-mean", words  # type: ignore[misc]
        yield (lambda case, s=symbol: 1.0 / dict(case.sizes)[s]), "mean-for-sum", words  # type: ignore[misc]


def _outputs(case: Case) -> float:
    return case.elements / case.samples


# Powers of the number of samples, then of target elements, then of outputs; infinite where they cannot be told apart.
_POWERS = (
    (lambda case: 1.0, "", ""),
    (lambda case: float(case.samples), "sum-for-mean", "the number of samples"),
    (lambda case: 1.0 / case.samples, "mean-for-sum", "the number of samples"),
    (lambda case: float(case.elements), "sum-for-mean", "the number of elements"),
    (lambda case: 1.0 / case.elements, "mean-for-sum", "the number of elements"),
    (lambda case: _outputs(case), "sum-for-mean", "the number of outputs"),
    (lambda case: 1.0 / _outputs(case), "mean-for-sum", "the number of outputs"),
    (lambda case: float(case.samples) ** 2, "sum-for-mean", "the square of the number of samples (N times N)"),
    (
        lambda case: float(case.samples * case.elements),
        "sum-for-mean",
        "the number of samples times the number of elements",
    ),
    (lambda case: 1.0 / case.samples**2, "mean-for-sum", "the square of the number of samples (N times N)"),
    (
        lambda case: case.samples / (case.samples - 1.0) if case.samples > 1 else np.inf,
        "less-one",
        "the number of samples less one, where the number itself is asked",
    ),
)
