"""Answers that stay the same, number for number, when the object holds other numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograder.callables.asked.exam import Exam
from autograder.callables.asked.situations import STATE_SET
from autograder.callables.judged.evidence import Evidence
from autograder.callables.judged.findings import Finding
from autograder.callables.judged.items import Item
from autograder.callables.judged.told import listed
from autograder.core import Code
from autograder.observe import arrays_in


def state_idle(evidence: Evidence, item: Item, wrong: Sequence[Finding]) -> str:
    """A sentence where a wrong result does not change when other numbers are set as the object's declared state, though
    what is asked does; empty elsewhere."""
    exam, key = evidence.exam, f"{item.callable}/{STATE_SET}"
    question, answers = exam.questions.get(key), evidence.answers.get(key, ())
    if question is None or len(answers) < len(question.calls) or len(question.scored) != 2:
        return ""
    one, two = question.scored
    results = exam.reference.signature(item.callable).results
    before, after = (arrays_in(results, answers[call].parts) for call in (one, two))
    asked = [exam.expected(question, call).arrays for call in (one, two)]
    names = [
        name
        for name in dict.fromkeys(each.name for each in wrong if each.question.plain)
        if name in before and name in after and name in asked[0] and name in asked[1]
        and np.array_equal(before[name], after[name]) and not np.array_equal(asked[0][name], asked[1][name])
    ]  # fmt: skip
    if not names:
        return ""
    state = listed([label for label, _ in question.calls[two].sets])
    comes = "come" if len(names) > 1 else "comes"
    return f"{listed(names)} {comes} the same, number for number, when other numbers are set as {state} of the object."


def idle_code(exam: Exam, name: str) -> Code:
    """The code of an answer that hangs on none of the state: of parameters, that slopes lack these, or that a result is
    written down without them."""
    roles = exam.families.roles
    known = roles.parameters.get(roles.source.own(name), frozenset())
    state = {f"self.{each}" for each in exam.reference.declaration.state}
    if not state or not state <= known:
        return Code.DIFFERENT
    return Code.MISSING_UPSTREAM if roles.source.own(name) in roles.slopes else Code.HARD_CODED
