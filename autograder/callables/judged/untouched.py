"""Arguments that a callable is to change, and that hold what they were handed in with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.callables.judged.evidence import Evidence
from autograder.callables.judged.findings import Finding
from autograder.callables.judged.items import Item
from autograder.callables.judged.told import Explanation, explained, listed
from autograder.observe import probe

LOOK = "Which statement writes into the array itself, and which makes a new one?"
PROOF = 2  # questions in which it shows


def untouched(evidence: Evidence, item: Item, wrong: Sequence[Finding]) -> Explanation | None:
    """The explanation where all that is wrong is that an argument was left as it was; None elsewhere."""
    changed = evidence.exam.reference.changes(item.callable)
    names = list(dict.fromkeys(each.name for each in wrong))
    if not all(name.partition(".")[0] in changed for name in names):
        return None
    if len({each.question.id for each in wrong}) < PROOF or not all(map(_as_it_was, wrong)):
        return None
    labels = list(dict.fromkeys(name.partition(".")[0] for name in names))
    which = listed([f"`{label}`" for label in labels])
    several = len(labels) > 1
    text = (
        f"{which} {'are' if several else 'is'} not changed where {'they' if several else 'it'} should be: "
        f"{'they hold' if several else 'it holds'} what was handed in."
    )
    return explained(text, LOOK, "no-update", ", ".join(names))


def _as_it_was(finding: Finding) -> bool:
    """Whether a result that is an argument, or an entry of one, is what was handed in."""
    label, *keys = finding.name.split(".")
    step = finding.question.calls[finding.call]
    if finding.outcome != "returned" or finding.actual is None or label not in step.labels:
        return False
    arg = step.args[step.labels.index(label)]
    try:
        value: Any = probe.decoded(arg)
        for key in keys:
            value = value[int(key) if isinstance(value, list | tuple) else key]
    except (AttributeError, LookupError, TypeError, ValueError):  # handed on from another call, or no container
        return False
    return np.shape(value) == finding.actual.shape and np.array_equal(np.asarray(value, dtype=float), finding.actual)
