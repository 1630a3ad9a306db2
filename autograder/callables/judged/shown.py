"""What a callable shows of its own fault with right results in the place of what it calls, where that is wrong, too."""

from __future__ import annotations

import numpy as np

from autograder.callables.asked.records import rounds_of
from autograder.callables.asked.standing import AS_FAR, IN_PART, RECORDED, RUN
from autograder.callables.judged.evidence import AS_IT_STANDS, Evidence
from autograder.callables.judged.findings import Finding
from autograder.callables.judged.items import Item
from autograder.callables.judged.off_course import off_course
from autograder.callables.judged.told import Explanation, explained
from autograder.observe import probe

OFF = "OffTheRecord"  # what a recorded answer raises that is asked for at other numbers
LEAST = 2  # questions of one round, and of several, that show where a run goes wrong


def telling(evidence: Evidence, item: Item) -> str:
    """The route by which an item is told of: the best one, or where that ends in what another one raises, one by which
    it earns as much and answers with right results in the place of these."""
    best, share = evidence.best(item)
    if best == AS_FAR:  # what is not a number there was not asked
        return RECORDED
    wrong = [each for each in wrong_by(evidence, item, best) if each.question.plain]
    if not evidence.stands.wrong_partners(item.callable) or all(each.outcome == "returned" for each in wrong):
        return best
    answered = {
        route: sum(each.outcome == "returned" for each in of_route)
        for route in (RECORDED, IN_PART, RUN)
        if route in evidence.routes[item.callable] and evidence.share(item, route) == share
        if not differences_of_records(evidence, item.callable, route)
        if (of_route := [each for each in wrong_by(evidence, item, route) if each.question.plain])
    }
    most = max(answered, key=lambda route: answered[route], default=best)
    return most if answered.get(most) else best


def wrong_by(evidence: Evidence, item: Item, route: str) -> list[Finding]:
    """What is wrong of an item by a route. Where recorded answers stand in and some questions are answered, without
    those that only lead to numbers of which nothing is recorded: what led there shows in the others."""
    wrong = [each for each in evidence.routes[item.callable][route] if each.name in item.results and not each.right]
    answered = [each for each in wrong if not _is_off(each)]
    plain = any(each.outcome == "returned" and each.question.plain for each in answered)
    return answered if plain and evidence.stands.wrong_partners(item.callable) else wrong


def differences_of_records(evidence: Evidence, name: str, route: str) -> bool:
    """Whether a result comes as zeros by a route, or all its entries alike, and not so by itself: recorded answers are
    the same for all numbers that are as good as those that were recorded, so that slopes which are found by small steps
    are zero there, and costs after small steps are those before."""

    def zeros(of_route: str) -> set[str]:
        came = [each for each in evidence.routes[name][of_route] if each.actual is not None and np.any(each.wanted)]
        return {each.name for each in came} - {each.name for each in came if np.any(each.actual)}

    by_itself = {
        (each.question.id, each.question.scored.index(each.call), each.name): each
        for each in evidence.routes[name][AS_IT_STANDS]
    }
    pairs = (
        (each, by_itself.get((each.question.asks, each.question.scored.index(each.call), each.name)))
        for each in evidence.routes[name][route]
        if each.question.stand_in and _all_alike(each.actual) and not _all_alike(each.wanted)
    )
    return bool(zeros(route) - zeros(AS_IT_STANDS)) or any(
        other is not None and other.actual is not None and not _all_alike(other.actual) for _, other in pairs
    )


def _all_alike(array: np.ndarray | None) -> bool:
    """Whether an array has several entries along its first axis, and all of them are the same."""
    return array is not None and array.ndim > 0 and len(array) > 1 and bool(np.all(array == array[0]))


def in_later_rounds(evidence: Evidence, item: Item) -> Explanation | None:
    """The explanation where, with right results from what a callable calls, a run of one round is right, and every
    longer one leads away from the right run; by its own step where it shows in what way."""
    name, count = item.callable, rounds_of(evidence.exam.reference, item.callable)
    if not evidence.stands.wrong_partners(name):
        return None
    told = off_course(evidence, item)
    if told is not None or not count:
        return told
    findings = [each for each in evidence.routes[name].get(RECORDED, ()) if each.question.plain]
    findings = [each for each in findings if each.name in item.results and each.question.stand_in]
    one = [each for each in findings if _rounds(evidence, each, count) == 1]
    more = [each for each in findings if _rounds(evidence, each, count) > 1]
    off = {each.question.id for each in more if _is_off(each)}
    if min(len({each.question.id for each in one}), len(off)) < LEAST:
        return None
    if not all(each.right for each in one) or not all(each.right or _is_off(each) for each in more):
        return None
    text = f"With right results from what it calls, {name} does one round right; in later ones it goes another way."
    look = "What is kept from one round to the next, what changes, and what must stay as it is?"
    return explained(text, look, "different", ", ".join(dict.fromkeys(each.name for each in more)))


def _is_off(finding: Finding) -> bool:
    return finding.failure is not None and finding.failure.type == OFF


def _rounds(evidence: Evidence, finding: Finding, count: str) -> int:
    """How many rounds a question asks."""
    step = finding.question.calls[finding.call]
    declared = evidence.exam.reference.declaration
    label = next(each for each in step.labels if declared.drawn_as(finding.question.method, each) == count)
    return int(probe.decoded(step.args[step.labels.index(label)]))
