"""Arguments and state that a callable changes of itself, and is to leave alone."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.callables.asked.question import CallsQuestion
from autograder.callables.asked.standing import GIVEN, RECORDED
from autograder.callables.judged.evidence import Evidence
from autograder.callables.judged.findings import find, impure, lent_changed


def changed(evidence: Evidence, name: str) -> tuple[str, ...]:
    """Arguments that a callable changes of itself: by every route that shows it without the others' doing."""
    stands = evidence.stands
    labels = stands.changed(name)
    taken = 0
    further = evidence.further(name) if labels else {}
    for route in [route for route in further if route in (RECORDED, GIVEN)]:  # by the rest others run, too
        questions = further[route]
        asked = [question for question in questions if question.id in evidence.answers]
        if any(answer.outcome == "returned" for q in asked for answer in evidence.answers[q.id]):
            taken += 1
            alone = {label for question in asked for _, label in impure(question, evidence.answers[question.id])}
            alone |= {label for q in asked for label in lent_changed(evidence.exam, q, evidence.answers[q.id])}
            alone |= {*stands.moved(name, find(evidence.exam, asked, evidence.answers))}
            # What is handed on says nothing of arguments, nor does a call that is not answered by this route.
            silent = {label for label in labels if route == GIVEN or not _repeats(evidence, asked, label)}
            labels = tuple(each for each in labels if each in alone or (each in silent and each[:5] != "self."))
    if labels and not taken and stands.wrong_partners(name):  # these may have left the object so
        labels = tuple(label for label in labels if not label.startswith("self."))
    return labels


def _repeats(evidence: Evidence, asked: Sequence[CallsQuestion], label: str) -> bool:
    """Whether one of these answers a call that changed an argument as it stands."""
    for question in asked:
        base, answers = evidence.exam.questions[question.asks], evidence.answers[question.id]
        again = dict(zip(base.scored, question.scored, strict=True))
        for call, each in impure(base, evidence.answers.get(base.id, ())):
            if each == label and again[call] < len(answers) and answers[again[call]].outcome == "returned":
                return True
    return False
