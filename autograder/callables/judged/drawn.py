"""What the pages draw of a submission of a declared assignment: the longest run's record, and how exact slopes are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from autograder.callables.asked.question import OWN_DATA
from autograder.callables.asked.records import record_name, rounds_of
from autograder.callables.judged.evidence import AS_IT_STANDS, Evidence
from autograder.callables.judged.findings import Finding
from autograder.callables.judged.items import Item
from autograder.callables.judged.shown import telling
from autograder.judging import pictures

FEWEST = 5  # numbers that make a curve
# What is recorded, by how a word of the record's name begins; what bears no such name is not drawn.
NOUNS = {
    "loss": "loss", "nll": "loss", "cost": "cost", "error": "error", "mse": "error", "energy": "energy",
    "reward": "reward", "inertia": "inertia", "distortion": "distortion", "objective": "objective",
    "accur": "accuracy", "perplex": "perplexity", "likelihood": "likelihood", "loglik": "log-likelihood",
    "record": "record", "hist": "record",
}  # fmt: skip
STEPS = {"ep": "epoch", "it": "iteration", "step": "step", "upd": "update"}  # by how a word of a count's name begins


def drawn(evidence: Evidence) -> dict[str, Any]:
    """The curves and the errors of gradients, by item."""
    curves = {item.id: curve for item in evidence.items if (curve := _curve(evidence, item))}
    errors = {item.id: errors for item in evidence.items if (errors := _errors(evidence, item))}
    return {key: value for key, value in (("curves", curves), ("gradient_errors", errors)) if value}


def _curve(evidence: Evidence, item: Item) -> dict[str, Any] | None:
    """The record of the lesson's own run as it stands; None where there is none, or it is no curve."""
    exam = evidence.exam
    name = record_name(exam.reference, item.callable)
    noun = _noun(name)
    if not noun or name not in item.results:
        return None
    runs = [each for each in evidence.routes[item.callable][AS_IT_STANDS] if _is_a_run(each, name)]
    if not runs:
        return None
    run = max(runs, key=lambda each: each.wanted.size)
    tolerance = exam.expected(run.question, run.call).tolerance[name]
    partners = exam.repeated.partners(item.callable)
    uses = [other.id for other in evidence.items if other.callable in partners]
    assert run.actual is not None
    return pictures.curve(
        run.actual, run.wanted, tolerance, noun, _step(rounds_of(exam.reference, item.callable)), uses
    )


def _is_a_run(finding: Finding, name: str) -> bool:
    """Whether a finding is on the record of the lesson's own run, and a record came."""
    came = finding.actual is not None and finding.actual.ndim == 1
    return came and finding.name == name and finding.question.situation == OWN_DATA and finding.wanted.size >= FEWEST


def _errors(evidence: Evidence, item: Item) -> dict[str, float]:
    """Of slopes, by result: how far they are off the right ones on everyday questions, by the route that is told of."""
    slopes = [
        by for each in evidence.exam.reference.declaration.slopes if each.callable == item.callable for by in each.by
    ]
    of_route = evidence.routes[item.callable][telling(evidence, item)]
    return pictures.errors(
        (each.name, each.difference)
        for each in of_route
        if each.question.plain
        and each.name in item.results
        and any(f"{each.name}.".startswith(f"{by}.") for by in slopes)
    )


def _noun(name: str) -> str:
    """What a record holds, by its name; empty where that tells nothing."""
    return _by_word(NOUNS, name, "")


def _step(count: str) -> str:
    """What a run counts, by the name of its count."""
    return _by_word(STEPS, count.partition(" of ")[0], "round")


def _by_word(nouns: Mapping[str, str], name: str, otherwise: str) -> str:
    words = re.findall(r"[^\W\d_]+", name.lower())
    return next((noun for start, noun in nouns.items() if any(word.startswith(start) for word in words)), otherwise)
