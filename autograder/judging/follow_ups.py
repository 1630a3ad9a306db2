"""What is still to be asked of a method, given the evidence so far: by other routes, until its mark is settled."""

from __future__ import annotations

from autograder.core import Question
from autograder.judging.evidence import Evidence
from autograder.judging.routes import AS_IT_STANDS, CACHES, PARTNERS, ROUTES


def follow_ups(evidence: Evidence, method: str) -> tuple[Question, ...]:
    """Questions still to be put to a method, none when all is known that its mark depends on."""
    return _by(evidence, method, _routes_left(evidence, method)) or (
        _by(evidence, method, _routes_if_misled(evidence)) if method == "train" else ()
    )


def untried(evidence: Evidence, method: str) -> bool:
    """Whether no route was taken yet that is for all submissions, or one alone that does not settle it."""
    taken = [route for route in evidence.routes[method] if route != AS_IT_STANDS]
    whole = taken == ["recorded"] and _answered_whole(evidence, method, "recorded")
    return not taken or (whole and not settled(evidence, method))


def settled(evidence: Evidence, method: str) -> bool:
    """Whether by some route the method is right and leaves alone what it must: no other could better that."""
    return not evidence.impure(method) and evidence.share_right(evidence.best(method)[1], method) == 1.0


def _by(evidence: Evidence, method: str, routes: list[str]) -> tuple[Question, ...]:
    return tuple(question for route in routes for question in evidence.stand_ins(method, route))


def _routes_left(evidence: Evidence, method: str) -> list[str]:
    """For a method that is not right beside a collaborator that is not right either.

    Recorded caches are tried last, for a method that the other routes left without something it reads from self.
    """
    if evidence.right(method):
        return []
    alone = _stumbles(evidence, method) or (method == "train" and evidence.hangs(method))
    if all(evidence.right(partner) for partner in PARTNERS[method]) and not alone:
        return []
    hanging = any(evidence.hangs(partner) for partner in PARTNERS[method])
    if untried(evidence, method):
        return [route for route in ROUTES[method] if route not in CACHES and not (hanging and route == "side effects")]
    caches_untried = method == "dloss_dw" and CACHES[0] not in evidence.routes[method]
    return list(CACHES) if caches_untried and not hanging and _lacks_a_cache(evidence, method) else []


def _routes_if_misled(evidence: Evidence) -> list[str]:
    """For a train that goes wrong beside methods that seem right.

    It calls them hundreds of times, and one of them may be wrong in a situation that only a run brings about.
    Made-up gradients say nothing here: they are small, and hide what a run of its own does to large ones.
    """
    taken = evidence.routes["train"]
    if "recorded" in taken or not any(each.outcome == "wrong" for each in taken[AS_IT_STANDS]):
        return []
    if not all(evidence.right(partner) for partner in PARTNERS["train"]):
        return []
    return [route for route in ROUTES["train"] if not route.endswith("made up")]


def _answered_whole(evidence: Evidence, method: str, route: str) -> bool:
    answers = evidence.observation.answers
    return all(
        question.id in answers and all(answer.outcome == "returned" for answer in answers[question.id])
        for question in evidence.stand_ins(method, route)
    )


def _stumbles(evidence: Evidence, method: str) -> bool:
    """Whether the method raised as it stands: over a right answer in another form than it expects, perhaps (a list
    of predictions, say, which is right)."""
    failures = [each.failure for each in evidence.routes[method][AS_IT_STANDS] if each.outcome == "raised"]
    return any(failure is not None and failure.type != "NotImplementedError" for failure in failures)


def _lacks_a_cache(evidence: Evidence, method: str) -> bool:
    """Whether forward is wrong, and the method raised when it answered from a record, and is not right by its side
    effects. What a right forward keeps needs no replacing."""
    if evidence.right("forward"):
        return False
    taken = evidence.routes[method]
    if any(all(each.right for each in findings) for findings in taken.values()):
        return False
    # At a first call: later ones may meet what an earlier call left.
    return any(each.outcome == "raised" and len(each.question.calls) == 1 for each in taken["recorded"])
