"""By how much results differ, in words; by which sign or factor, and where they are right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from autograder.callables.asked.question import CallsQuestion
from autograder.callables.faults.observed import in_one_line
from autograder.callables.judged.evidence import Evidence
from autograder.callables.judged.findings import Finding
from autograder.callables.judged.items import Item
from autograder.callables.judged.told import asked_in_words, listed

CLOSE = 1e-6  # relative: what is no nearer than this is another number
FAR = 10.0  # times the largest number: beyond, how far off a result is says nothing
LEAST = 2  # questions on each side that show where something is right


def differences(differing: Mapping[str, Finding]) -> dict[str, str]:
    """A sentence for each result that differs; those that do in the same question share theirs."""
    together: dict[str, dict[str, Finding]] = {}
    for name, each in differing.items():
        key = asked_in_words(each) if _error(each) < FAR else name
        together.setdefault(key, {})[name] = each
    texts: dict[str, str] = {}
    for asked, those in together.items():
        text = "".join(f"{name} differs {_how_much(each)}.{_where(each)}" for name, each in those.items())
        if len(those) > 1:
            shares = listed([f"{100 * _error(each):.3g} %" for each in those.values()])
            text = f"{listed([*those])} differ when {asked}: by {shares} of the largest number in each."
        texts |= dict.fromkeys(those, text)
    return texts


def where_right(evidence: Evidence, item: Item, route: str) -> Iterator[str]:
    """With which values of an argument the item is right in every everyday question, where it is wrong with all others:
    by the value itself, or by whether it reaches a size."""
    asked: dict[str, tuple[Mapping[str, float], Mapping[str, int], bool]] = {}
    for each in evidence.routes[item.callable][route]:
        question = each.question
        if question.plain and question.counts and each.name in item.results:
            before = asked.get(question.id, ({}, {}, True))[2]
            asked[question.id] = _numbers_asked(question), question.counts, before and each.right
    right, wrong = ([(n, c) for n, c, good in asked.values() if good is wanted] for wanted in (True, False))
    if len(right) < LEAST or len(wrong) < LEAST:
        return
    labels = [name for name in right[0][0] if all(name in numbers for numbers, _ in (*right, *wrong))]
    for label in labels:
        values, others = ({numbers[label] for numbers, _ in of} for of in (right, wrong))
        if len(values) == 1 and not values & others:
            yield f"In the everyday questions it is right wherever {label} is {values.pop()!r}, and nowhere else."
        for size in right[0][1]:
            if all(n[label] >= c[size] for n, c in right) and all(n[label] < c[size] for n, c in wrong):
                yield f"In the everyday questions it is right wherever {label} is at least {size}, and nowhere else."


def _numbers_asked(question: CallsQuestion) -> dict[str, float]:
    """The single numbers that the scored call is handed."""
    step = question.calls[question.scored[-1]]
    pairs = ((label, arg["v"]) for label, arg in zip(step.labels, step.args, strict=True) if _is_number(arg))
    return dict(pairs)


def _is_number(arg: object) -> bool:
    value = arg.get("v") if isinstance(arg, dict) else None
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def transforms(
    evidence: Evidence, item: Item, name: str, wrong: list[Finding], route: str
) -> Iterator[tuple[str, str]]:
    """A sign or a factor that explains every number of a result in every question."""
    whole = [
        each
        for each in evidence.routes[item.callable][route]
        if each.name == name and each.outcome == "returned" and each.actual is not None
    ]
    telling = [each for each in whole if np.any(each.wanted != 0.0)]
    if not telling or any(each.actual.shape != each.wanted.shape for each in whole if each.actual is not None):
        return
    factors = [_factor(each) for each in telling]
    known = [factor for factor in factors if factor is not None]
    if len(known) < len(factors):
        return
    if all(abs(factor + 1.0) < 1e-6 for factor in known):
        yield f"{name} has the wrong sign.", "sign"
    elif max(known) - min(known) < 1e-6 * abs(known[0]) and known[0] not in (0.0, 1.0):
        yield f"{name} is {known[0]:.4g} times what is asked.", "factor"


def _factor(finding: Finding) -> float | None:
    """The one number that the wanted array is multiplied with; None where there is none."""
    actual, wanted = finding.actual, finding.wanted
    if actual is None or not wanted.size:
        return None
    with np.errstate(all="ignore"):  # numbers as large as a submission likes
        factor = float(np.vdot(wanted, actual) / np.vdot(wanted, wanted))
    close = np.allclose(actual, factor * wanted, rtol=1e-6, atol=1e-9 * float(np.abs(wanted).max()))
    return factor if close and np.isfinite(factor) else None


def _how_much(finding: Finding) -> str:
    error, asked = _error(finding), f"when {asked_in_words(finding)}"
    if not np.isfinite(error):
        return asked
    return f"{asked}: by {100 * error:.3g} % of the largest number" if error < FAR else f"{asked}: it is far too large"


def _where(finding: Finding) -> str:
    """Where a single answer is wrong, or what comes there, in a sentence of its own; empty where that says nothing."""
    came, wanted = finding.actual, finding.wanted
    if came is None or came.shape != wanted.shape or not (np.isfinite(came).all() and np.isfinite(wanted).all()):
        return ""
    said = at_a_bound(came, wanted) or next(in_one_line([(came, wanted)]), "")
    return f" There {said[0].lower()}{said[1:]}" if said else ""


def at_a_bound(came: np.ndarray, wanted: np.ndarray) -> str:
    """A sentence where all that is wrong is one and the same number, or it and its opposite, and farther out is asked;
    of a single number, where it is as round as a bound is written."""
    wrong = ~np.isclose(came, wanted, rtol=CLOSE, atol=0.0)
    sizes = {float(each) for each in np.abs(came[wrong])}
    if len(sizes) != 1:
        return ""
    bound = sizes.pop()
    beyond = np.all(np.abs(wanted[wrong]) > bound) and np.all(np.sign(wanted[wrong]) == np.sign(came[wrong]))
    round_number = float(f"{bound:.0e}") == bound
    if not beyond or bound == 0.0 or not (round_number or wrong.sum() > 1):
        return ""
    return f"It stays at {bound:.6g} where numbers farther from 0 are asked: is there a bound?"


def _error(finding: Finding) -> float:
    """How far off it is, in parts of the largest number; infinite where nothing says so."""
    return finding.difference.error if finding.difference is not None else float("inf")
