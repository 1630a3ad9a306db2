"""Reports in every shape, made up, for the tests of what reads reports."""

from __future__ import annotations

import math
import random
from dataclasses import replace

from autograder.core.final_mark import FinalMark, Part
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


def blank(*methods: str) -> dict[str, CheckResult]:
    """The checks of methods that are as they were given, as the judge has them."""
    found = {}
    for id in CHECKS:
        method = id.split("/")[0]
        if method in methods and id.endswith("/pure"):
            found[id] = check(id, "skipped", rationale=f"{method} gives no right answer yet")
        elif method in methods:
            name = f"ShallowNarrow.{method}"
            said = f"{name} is still to be written."
            stub = Diagnosis("not-implemented", name, said)
            found[id] = check(id, "errored", rationale=said, help="Fill in its stub.", diagnoses=(stub,))
    return found


def curve(epochs: int = 211, rate: float = 0.03, parts_at: int | None = None) -> dict[str, object]:
    """A loss curve over its band; from `parts_at` on it runs away."""
    right = [6.35 * math.exp(-rate * i) + 0.034 for i in range(epochs)]
    own = [
        value if parts_at is None or i < parts_at else value * 1.04 ** (i - parts_at) for i, value in enumerate(right)
    ]
    return {
        "values": own, "low": [v * 0.97 for v in right], "high": [v * 1.03 for v in right], "parts_at": parts_at,
        "noun": "loss", "step": "epoch", "uses": ["forward", "loss", "dloss_dw"],
    }  # fmt: skip


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
        "curves": {"train": curve(parts_at=40)},
        "gradient_errors": {"dloss_dw": {"dloss_dw1": 2.0, "dloss_dw2": 3.1e-16}},
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


def absent(student: str, person: str = "", assignment: str = "shallow_narrow") -> Report:
    """What tells of the 0 that was given to somebody who handed in nothing."""
    mark = FinalMark((Part("forward", 10.0, 0.0),), 10.0, 0.0, person=person, absent=True)
    return Report("", student, assignment, "graded", 10.0, mark=mark)


def waiting(found: Report, worth: float, given: float | None = None) -> Report:
    """The report with a question beside it that people mark, with what they gave or waiting for them."""
    parts = tuple(Part(name, own["max_score"], own["score"]) for name, own in found.methods.items())
    parts += (Part("explain", worth, None, given),)
    mark = FinalMark(parts, found.max_score + worth, (found.auto_score or 0.0) + (given or 0.0))
    withheld = "it is still to be graded by hand: explain" if given is None else ""
    return replace(found, mark=mark, withheld=withheld, max_score=mark.max_score)


def hostile(text: str) -> Report:
    """`text` wherever a student's words may stand."""
    fault = check(
        "loss/values", "errored", rationale=text, help=text, diagnoses=(Diagnosis("raises", text, text),), route=text
    )
    titled = CheckResult("train/" + text, "train", text, "failed", 0.0, 1.0, text)
    run = {"values": [text, None, 1.0, 2.0], "noun": text, "step": text[:9], "uses": [text]}
    evidence = {
        "curves": {"train": run, text: run}, "gradient_errors": {"dloss_dw": {text: text}, text: text}, "wall_s": text
    }  # fmt: skip
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
    nothing = blank(*dict.fromkeys(id.split("/")[0] for id in CHECKS))
    absurd = {
        "curves": {"train": {"values": [1e308, -1e308, 10**400, True], "noun": 3, "uses": 3}},
        "gradient_errors": {"dloss_dw": {"a": -1, "b": 0, "c": None}},
    }
    whole = {"curves": {"train": curve()}, "gradient_errors": {"dloss_dw": {"dloss_dw1": 3e-16, "dloss_dw2": 0.0}}}
    return [
        report("full", evidence=whole),
        sign_fault("sign"),
        report("mixed", mixed, isolation="user"),
        report("nothing", nothing, evidence=absurd),
        report("odd", evidence={"curves": {"train": []}, "gradient_errors": 3, "wall_s": -1}),
        report("long", evidence={"curves": {"train": curve(10_000, 0.0005)}}),
        report(None),
        unreadable(),
        unreadable(None),
        our_fault(),
        absent("absent"),
        waiting(report("waiting"), 3.0),
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
            evidence = {"curves": {"train": curve()}, "wall_s": rng.uniform(0.4, 0.9)}
            out.append(report(student, evidence=evidence))
        else:
            some = rng.sample(sorted(CHECKS), rng.choice((1, 1, 2, 3)))
            faults = {id: check(id, "failed", diagnoses=(Diagnosis(rng.choice(CODES[7:]), "w1"),)) for id in some}
            out.append(report(student, faults, evidence={"wall_s": rng.expovariate(1)}))
    return out


FIRST = (
    "Ada", "Blaise", "Carl", "Emmy", "Évariste", "Grace", "Hypatia", "Johann", "Leonhard", "Maryam", "Sofja", "Şule",
)  # fmt: skip
LAST = (
    "Lovelace", "Ångström", "Nguyễn", "Müller-Lüdenscheidt", "O’Brien", "Okafor", "Šimić", "García Márquez", "Li",
    "Ivanova",
)  # fmt: skip
# What goes wrong in a class, by weight: method, code, outcome of its first check, and the part of that it keeps.
HABITS = (
    (9, "dloss_dw", "sign", "failed", 0.0), (7, "dloss_dw", "sum-for-mean", "failed", 0.0),
    (5, "dloss_dw", "missing-upstream", "partial", 0.5), (4, "dloss_dw", "not-implemented", "errored", 0.0),
    (3, "dloss_dw", "numerical-gradient", "partial", 0.25), (3, "dloss_dw", "raises", "errored", 0.0),
    (6, "train", "sequential-update", "partial", 0.5), (5, "train", "loss-after-update", "failed", 0.0),
    (4, "train", "not-implemented", "errored", 0.0), (2, "train", "timed-out", "timed_out", 0.0),
    (2, "train", "ascends", "failed", 0.0), (2, "loss", "mean-for-sum", "failed", 0.0),
    (2, "loss", "factor", "partial", 0.5), (1, "forward", "wrong-shape", "partial", 0.5),
    (1, "forward", "raises", "errored", 0.0), (1, "forward", "mutates-arguments", "failed", 0.0),
)  # fmt: skip


def named_class(size: int, seed: int = 1, assignment: str = "shallow_narrow") -> tuple[list[Report], dict[str, str]]:
    """A class as the gradebook has it, with everybody's name: faults that come together in the weaker part, marks given
    by people, lateness, files that cannot be read; every fifteenth has handed in nothing."""
    rng = random.Random(seed)
    people = {f"s{1000 + 7 * i}": f"{rng.choice(FIRST)} {rng.choice(LAST)}" for i in range(size)}
    reports = []
    for i, student in enumerate(people):
        if i % 15 == 4:
            continue
        if i % 83 == 41:
            reports.append(_marked(replace(unreadable(student), assignment=assignment), "late" if i % 2 else ""))
            continue
        count = rng.choices((0, 1, 2, 4), (5, 4, 2, 1))[0]
        faults: dict[str, CheckResult] = {}
        for _, method, code, outcome, part in rng.choices(HABITS, [each[0] for each in HABITS], k=count):
            faults.update(_wrong(method, code, outcome, part))
        evidence = {"curves": {"train": curve()}, "wall_s": round(rng.expovariate(2) + 0.4, 2)}
        change = "by hand" if i % 23 == 3 else "late" if i % 31 == 7 else ""
        reports.append(_marked(report(student, faults, evidence=evidence, assignment=assignment), change))
    reports[12] = replace(our_fault(reports[12].student), assignment=assignment)
    return reports, people


def _wrong(method: str, code: str, outcome: str, part: float) -> dict[str, CheckResult]:
    """One fault in a method's checks; what gives no answer cannot be judged for changing something."""
    values, *others, pure = [id for id in CHECKS if id.startswith(f"{method}/")]
    if code == "not-implemented":
        return blank(method)
    said = Diagnosis(code, f"{method}1" if method == "dloss_dw" else method)
    out = {values: check(values, outcome, part, rationale=f"{method}: what was seen.", diagnoses=(said,))}
    if part == 0.0 and outcome != "failed":
        out |= {id: check(id, outcome, 0.0, diagnoses=(said,)) for id in others}
        out[pure] = check(pure, "skipped", rationale=f"{method} gives no right answer yet")
    return out


def _marked(found: Report, change: str) -> Report:
    """The report with the mark that the gradebook made of it."""
    parts = [Part(name, own["max_score"], own["score"]) for name, own in found.methods.items()] or [
        Part("forward", found.max_score, 0.0)
    ]
    comments: tuple[tuple[str, str], ...] = ()
    if change == "by hand":
        least = min(range(len(parts)), key=lambda k: (parts[k].auto or 0.0) / parts[k].max_score)
        parts[least] = replace(parts[least], manual=parts[least].max_score)
        comments = ((parts[least].name, "Shown at the board that it is understood."),)
    score = sum(part.auto if part.manual is None else part.manual for part in parts if part.auto is not None)
    penalty = 0.4 * found.max_score if change == "late" else 0.0
    return replace(found, mark=FinalMark(tuple(parts), found.max_score, score, penalty, comments))
