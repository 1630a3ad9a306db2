"""Reports in every shape, made up, for the tests of what reads reports."""

from __future__ import annotations

import math
import random

from autograder.core.report import CODES, CheckResult, Diagnosis, Report

CHECKS = {
    "forward/values": ("the predictions are right", 1.5),
    "forward/pure": ("a prediction changes neither its arguments nor the weights", 0.5),
    "loss/values": ("the loss is right", 0.75),
    "loss/pure": ("the loss changes neither its arguments nor the weights", 0.25),
    "dloss_dw/values": ("the gradients are right", 3.0),
    "dloss_dw/pure": ("a gradient changes neither its arguments nor the weights", 1.0),
    "train/records": ("the recorded losses are those before each update", 1.0),
    "train/weights": ("the weights follow gradient descent", 1.5),
    "train/pure": ("training changes the weights and nothing else", 0.5),
}
HOSTILE = (
    "<script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "javascript:alert(1)",
    "\x1b]0;title\x07\x1b[31mred\x1b[0m\x9b2J",
    "a\u202egnp.exe",
    "\u2066\u200b\u00ad\ufeff",
    '=HYPERLINK("http://x","y")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    "{{ 7*7 }}{% raw %}",
    "e" + "\u0301" * 200,
    "x" * 5000,
    "\ud800lone",
    "../../etc/passwd",
    "CON",
    "张伟 Łukasz O’Brien, “Jr.”",
    "مریم‌السادات",
)


def check(id: str, outcome: str = "passed", share: float | None = None, **words: object) -> CheckResult:
    """One check of CHECKS; passed earns everything and others nothing, unless `share` says otherwise."""
    title, worth = CHECKS[id]
    earned = (1.0 if outcome == "passed" else 0.0) if share is None else share
    return CheckResult(id, id.split("/")[0], title, outcome, worth * earned, worth, **words)  # type: ignore[arg-type]


def report(student: str | None = "alice", faults: dict[str, CheckResult] | None = None, **fields: object) -> Report:
    """A graded report: every check passed but those in `faults`, by id."""
    checks = tuple((faults or {}).get(id) or check(id) for id in CHECKS)
    base = {"submission": f"submitted/{student}/shallow_narrow/shallow_narrow.ipynb", "assignment": "shallow_narrow"}
    values = {**base, "student": student, "verdict": "graded", "max_score": 10.0, "checks": checks, **fields}
    return Report(**values)  # type: ignore[arg-type]


def curve(epochs: int = 211, rate: float = 0.03, parts_at: int | None = None) -> dict[str, object]:
    """A loss curve over its band; from `parts_at` on it runs away."""
    right = [6.35 * math.exp(-rate * i) + 0.034 for i in range(epochs)]
    own = [
        value if parts_at is None or i < parts_at else value * 1.04 ** (i - parts_at) for i, value in enumerate(right)
    ]
    return {"losses": own, "low": [v * 0.97 for v in right], "high": [v * 1.03 for v in right], "parts_at": parts_at}


def sign_fault(student: str | None = "alice", **fields: object) -> Report:
    """A submission whose first gradient is negated: the most ordinary of wrong ones."""
    fault = check(
        "dloss_dw/values",
        "failed",
        rationale="dloss_dw1 points the wrong way: on every question it is minus the slope of the loss.",
        help="Follow the sign of the residual from the loss back to w1: which of ŷ − y and y − ŷ did you derive?",
        diagnoses=(Diagnosis("sign", "dloss_dw1", "on all 6 questions"),),
    )
    train = check(
        "train/weights",
        "partial",
        0.5,
        rationale="The weights follow your own gradients step by step, but two of five questions end elsewhere.",
        help="Take all gradients of a step before any weight moves.",
        diagnoses=(Diagnosis("sequential-update", "w2", "largest difference 0.84 at lr = 1"),),
        route="with recorded gradients standing in for dloss_dw",
    )
    evidence = {
        "curve": curve(parts_at=40),
        "gradient_errors": {"dloss_dw1": 2.0, "dloss_dw2": 3.1e-16},
        "wall_s": 1.25,
    }
    values = {"evidence": evidence, "notes": ("Cell 3 printed a RuntimeWarning: overflow encountered in square",)}
    return report(student, {fault.id: fault, train.id: train}, **{**values, **fields})


def unreadable(student: str | None = "bob") -> Report:
    """A file that is no notebook."""
    notes = ("The file ends in the middle of a JSON text, at line 12.",)
    return report(student, verdict="unreadable", checks=(), notes=notes)


def our_fault(student: str | None = "carol") -> Report:
    """The grader failed: no score, whatever was judged before."""
    broken = check("train/weights", "internal_error", rationale="The grader stopped here.")
    return report(student, {broken.id: broken}, verdict="internal_error")


def hostile(text: str) -> Report:
    """`text` wherever a student's words may stand."""
    fault = check(
        "loss/values", "errored", rationale=text, help=text, diagnoses=(Diagnosis("raises", text, text),), route=text
    )
    titled = CheckResult("train/" + text, "train", text, "failed", 0.0, 1.0, text)
    evidence = {"curve": {"losses": [text, None, 1.0, 2.0]}, "gradient_errors": {text: text}, "wall_s": text}
    checks = (*(fault if id == fault.id else check(id) for id in list(CHECKS)[:6]), titled)
    return report(text, checks=checks, notes=(text,), isolation=text, submission=text, evidence=evidence)


def every_shape() -> list[Report]:
    """One of each: all outcomes, verdicts and hostile texts, evidence whole, partial and absurd."""
    outcomes = {
        "forward/values": "partial",
        "forward/pure": "skipped",
        "loss/values": "errored",
        "dloss_dw/values": "timed_out",
        "train/records": "failed",
    }
    mixed = {id: check(id, outcome, 0.5 if outcome == "partial" else 0.0) for id, outcome in outcomes.items()}
    nothing = {id: check(id, "failed", diagnoses=(Diagnosis("not-implemented", "method"),)) for id in CHECKS}
    absurd = {"curve": {"losses": [1e308, -1e308, 10**400, True]}, "gradient_errors": {"a": -1, "b": 0, "c": None}}
    return [
        report("full", evidence={"curve": curve(), "gradient_errors": {"dloss_dw1": 3e-16, "dloss_dw2": 0.0}}),
        sign_fault("sign"),
        report("mixed", mixed, isolation="user"),
        report("nothing", nothing, evidence=absurd),
        report("odd", evidence={"curve": [], "gradient_errors": 3, "wall_s": -1}),
        report("long", evidence={"curve": curve(10_000, 0.0005)}),
        report(None),
        unreadable(),
        unreadable(None),
        our_fault(),
        *(hostile(text) for text in HOSTILE),
    ]


def a_class(size: int, seed: int = 0) -> list[Report]:
    """A class as it might be: half right, the others with a fault or two, a few unreadable, one fault of ours."""
    rng = random.Random(seed)
    out = []
    for i in range(size):
        student = f"s{i:05d}"
        if i % 97 == 41:
            out.append(unreadable(student))
        elif i == 13:
            out.append(our_fault(student))
        elif rng.random() < 0.45:
            evidence = {"curve": curve(), "wall_s": rng.uniform(0.4, 0.9)}
            out.append(report(student, evidence=evidence))
        else:
            some = rng.sample(sorted(CHECKS), rng.choice((1, 1, 2, 3)))
            faults = {id: check(id, "failed", diagnoses=(Diagnosis(rng.choice(CODES[7:]), "w1"),)) for id in some}
            out.append(report(student, faults, evidence={"wall_s": rng.expovariate(1)}))
    return out
