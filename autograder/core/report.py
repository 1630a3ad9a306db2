"""The report of one submission: checks, diagnoses, notes, marks."""

from __future__ import annotations

import json
import math
import platform
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np

from autograder.core.final_mark import FinalMark

SCHEMA = 1
ENVIRONMENT = {"python": platform.python_version(), "numpy": np.__version__}  # of the grader, and of its sandbox
TEXT_LIMIT = 2_000  # characters; longer texts in a report are cut
OUTCOMES = ("passed", "partial", "failed", "errored", "timed_out", "skipped", "internal_error")


class Code(StrEnum):
    """What a diagnosis may be called."""

    NOT_IMPLEMENTED = "not-implemented"
    RAISES = "raises"
    TIMED_OUT = "timed-out"
    WRONG_TYPE = "wrong-type"
    WRONG_SHAPE = "wrong-shape"
    TRANSPOSED = "transposed"
    NOT_FINITE = "not-finite"
    SIGN = "sign"
    FACTOR = "factor"
    MEAN_FOR_SUM = "mean-for-sum"
    SUM_FOR_MEAN = "sum-for-mean"
    SWAPPED = "swapped"
    MISSING_UPSTREAM = "missing-upstream"
    MISSING_ACTIVATION_DERIVATIVE = "missing-activation-derivative"
    WRONG_ACTIVATION_DERIVATIVE = "wrong-activation-derivative"
    BIAS = "bias"
    MUTATES_ARGUMENTS = "mutates-arguments"
    MUTATES_WEIGHTS = "mutates-weights"
    SEQUENTIAL_UPDATE = "sequential-update"
    LOSS_AFTER_UPDATE = "loss-after-update"
    EPOCH_COUNT = "epoch-count"
    ASCENDS = "ascends"
    IGNORES_LR = "ignores-lr"
    NO_UPDATE = "no-update"
    NUMERICAL_GRADIENT = "numerical-gradient"
    HARD_CODED = "hard-coded"
    EARLY_STOP = "early-stop"
    OTHER_OPTIMISER = "other-optimiser"
    MISSING_PACKAGE = "missing-package"
    DIFFERENT = "different"


CODES = tuple(code.value for code in Code)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One named fault: `code` is one of Code's values, `of` the array or method it concerns, empty where that is not
    known, `detail` a sentence.

    Raises ValueError for another code.
    """

    code: str
    of: str
    detail: str = ""

    def __post_init__(self) -> None:
        Code(self.code)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One judged claim about one method.

    `route` says how the method earned its points: `as it stands`, or which collaborators were stood in for.
    """

    id: str
    method: str
    title: str
    outcome: str
    score: float
    max_score: float
    rationale: str = ""
    help: str = ""
    diagnoses: tuple[Diagnosis, ...] = ()
    route: str = ""


@dataclass(frozen=True, slots=True)
class ByHand:
    """A cell of which a person gives the points; where nothing was written for it, they are 0."""

    name: str
    max_score: float
    answered: bool = True


@dataclass(frozen=True, slots=True)
class Report:
    """All that is said about one submission; feedback, exports and gradebook read this and nothing else.

    `evidence` holds what the pages draw: the student's own curve and relative errors, never an expected value.
    `isolation` names the boundary that the submission ran behind, `environment` the versions it was graded with. `mark`
    is what the gradebook made of it, `withheld` the reason why that gives none; both are looked up when a report leaves
    the kit and are never kept with it. `max_score` counts the cells in `by_hand`, of which a person gives the points.
    """

    submission: str
    student: str | None
    assignment: str
    verdict: str
    max_score: float
    checks: tuple[CheckResult, ...] = ()
    notes: tuple[str, ...] = ()
    isolation: str = "namespaces"
    evidence: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=lambda: dict(ENVIRONMENT))
    mark: FinalMark | None = None
    withheld: str = ""
    by_hand: tuple[ByHand, ...] = ()

    @property
    def score(self) -> float | None:
        """What counts: the gradebook's mark where there is one, else the points found; None when there is no score."""
        if self.withheld:
            return None
        return self.auto_score if self.mark is None else self.mark.total

    @property
    def auto_score(self) -> float | None:
        """Points that the autograder found, from 0 to `max_score`; None when the fault was ours."""
        if self.verdict == "internal_error":
            return None
        total = _tidy(math.fsum(check.score for check in self.checks))
        if not 0.0 <= total <= self.max_score + 1e-6:  # the sum is rounded, the maximum may be 11/3
            raise ValueError(f"score {total} outside 0 to {self.max_score}")
        return min(total, self.max_score)

    @property
    def waiting(self) -> dict[str, float]:
        """What a person has yet to grade, with what it is worth, in the notebook's order."""
        if self.mark is not None:
            waiting = self.mark.waiting
            ours = [cell.name for cell in self.by_hand if cell.name in waiting]
            return {name: waiting[name] for name in dict.fromkeys((*ours, *sorted(waiting)))}
        if self.verdict != "graded" or self.withheld:  # a mark that is withheld waits for more than a person
            return {}
        return {cell.name: cell.max_score for cell in self.by_hand if cell.answered}

    @property
    def methods(self) -> dict[str, dict[str, float]]:
        """Per method, or grade cell of a declared assignment, the points earned and to be had, in the checks' order."""
        totals: dict[str, dict[str, float]] = {}
        for method in dict.fromkeys(check.method for check in self.checks):
            checks = [check for check in self.checks if check.method == method]
            totals[method] = {
                "score": _tidy(math.fsum(check.score for check in checks)),
                "max_score": _tidy(math.fsum(check.max_score for check in checks)),
            }
        return totals

    def to_dict(self) -> dict[str, Any]:
        """The report as plain JSON data, numbers finite, texts cut at TEXT_LIMIT."""
        return {
            "schema": SCHEMA,
            "submission": _text(self.submission),
            "student": None if self.student is None else _text(self.student),
            "assignment": self.assignment,
            "verdict": self.verdict,
            "score": self.auto_score,
            "max_score": self.max_score,
            "methods": self.methods,
            "checks": [
                {
                    "id": check.id,
                    "method": check.method,
                    "title": _text(check.title),
                    "outcome": check.outcome,
                    "score": _tidy(check.score),
                    "max_score": _tidy(check.max_score),
                    "rationale": _text(check.rationale),
                    "help": _text(check.help),
                    "diagnoses": [
                        {"code": diagnosis.code, "of": _text(diagnosis.of), "detail": _text(diagnosis.detail)}
                        for diagnosis in check.diagnoses
                    ],
                    "route": check.route,
                }
                for check in self.checks
            ],
            "by_hand": [asdict(cell) for cell in self.by_hand],
            "notes": [_text(note) for note in self.notes],
            "isolation": self.isolation,
            "environment": self.environment,
            "evidence": self.evidence,
        }

    def to_json(self) -> str:
        """One line of JSON; raises ValueError on a number that is not finite."""
        return json.dumps(self.to_dict(), ensure_ascii=True, allow_nan=False)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Report:
        """The report that `to_dict` wrote; raises ValueError for another schema."""
        if data.get("schema") != SCHEMA:
            raise ValueError(f"report schema {data.get('schema')!r} is not {SCHEMA}")
        return cls(
            submission=data["submission"],
            student=data["student"],
            assignment=data["assignment"],
            verdict=data["verdict"],
            max_score=data["max_score"],
            checks=tuple(
                CheckResult(
                    **{key: check[key] for key in ("id", "method", "title", "outcome", "score", "max_score")},
                    rationale=check["rationale"],
                    help=check["help"],
                    diagnoses=tuple(Diagnosis(**diagnosis) for diagnosis in check["diagnoses"]),
                    route=check.get("route", ""),
                )
                for check in data["checks"]
            ),
            notes=tuple(data["notes"]),
            isolation=data.get("isolation", "namespaces"),
            evidence=data.get("evidence", {}),
            environment=data.get("environment", {}),
            by_hand=tuple(ByHand(**cell) for cell in data.get("by_hand", ())),
        )


def _tidy(number: float) -> float:
    """Sums of thirds without the last digits' noise: 2.9999999999999996 reads 3.0."""
    return round(float(number), 6) + 0.0


def _text(text: str) -> str:
    """Plain text for a report: lone surrogates replaced, cut at TEXT_LIMIT."""
    clean = text.encode("utf-8", "replace").decode("utf-8")
    return clean if len(clean) <= TEXT_LIMIT else clean[: TEXT_LIMIT - 1] + "…"
