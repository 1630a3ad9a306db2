"""The judge of declared assignments: the checks over the evidence on many submissions, one report each."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest

from autograder.callables.judged.drawn import drawn
from autograder.callables.judged.evidence import ROUTE_WORDS, Evidence
from autograder.callables.judged.items import Item
from autograder.core import CheckResult, Report
from autograder.judging import report_of, run_checks, verdict

CHECKS = Path(__file__).parent / "checks"


def judge(evidence: Sequence[Evidence]) -> list[Report]:
    """A report for each piece of evidence, in order; never made of fewer checks than there are."""
    results = run_checks(CHECKS, evidence, _result)
    return [
        report_of(each, results_of, [name for item in each.items for name in _checks(item)], partial(drawn, each))
        for each, results_of in zip(evidence, results, strict=True)
    ]


def _checks(item: Item) -> list[str]:
    return [f"{item.id}/values", *([f"{item.id}/pure"] if item.pure else [])]


def _result(evidence: Evidence, test: pytest.Item, call: pytest.CallInfo[None]) -> CheckResult:
    """One check's verdict."""
    item: Item = test.callspec.params["item"]  # type: ignore[attr-defined]
    kind = test.function.__name__.removeprefix("test_")  # type: ignore[attr-defined]
    pure = evidence.pure_share(item)
    share = pure if kind == "pure" else 1.0 - pure
    title = _title(item) if kind == "values" else _title_of_pure(evidence, item)
    base = {"id": f"{item.id}/{kind}", "method": item.id, "title": title}
    return verdict(base, call, evidence.points[item.id] * share, lambda: _route(evidence, item))


def _title(item: Item) -> str:
    if item.whole:
        return f"what {item.callable} gives is right"
    return f"{' and '.join(item.results)} of {item.callable}: right"


def _title_of_pure(evidence: Evidence, item: Item) -> str:
    followed = any(each.after == item.callable for each in evidence.exam.reference.declaration.follows)
    hands_on = ", and hands on what is right" if followed else ""
    return f"{item.callable} leaves alone what it must only read{hands_on}"


def _route(evidence: Evidence, item: Item) -> str:
    return ROUTE_WORDS[evidence.best(item)[0]]
