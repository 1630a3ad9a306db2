"""From a method's wrong answers to the faults that explain them, in words for the student; pure."""

from __future__ import annotations

import platform
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from autograder.core import Diagnosis
from autograder.judging.diagnosis.answered import when
from autograder.judging.diagnosis.arrays.explain import explain_array
from autograder.judging.diagnosis.environment_faults import by_environment, misspelled
from autograder.judging.diagnosis.fault_found import FaultFound
from autograder.judging.diagnosis.numerical_gradient import found_by_numbers
from autograder.judging.diagnosis.sentences import listed, sentence, share
from autograder.judging.diagnosis.training.explain import explain_run
from autograder.judging.evidence import Evidence
from autograder.judging.findings import Finding, Impurity
from autograder.judging.routes import AS_IT_STANDS, CACHES, PARTNERS
from autograder.notebooks import NOT_RUN
from autograder.observe import TIME_USED_UP, TOO_LARGE
from autograder.questions import Exam


@dataclass(frozen=True, slots=True)
class Explanation:
    """A failed check in words: what was seen, what to look at, the diagnoses; `outcome` is the finding's or, of a
    declared assignment, the check's."""

    rationale: str
    help: str
    diagnoses: tuple[Diagnosis, ...]
    outcome: str = "failed"


def explain(evidence: Evidence, method: str, names: tuple[str, ...]) -> Explanation:
    """Why the arrays `names` of a method are not right, by the route that tells most."""
    explanations: list[tuple[tuple[int, int], int, Explanation]] = []
    for order, route in enumerate(_routes(evidence, method)):
        if route == AS_IT_STANDS and any(doubt < (2, 0) for doubt, _, _ in explanations):
            break  # beside a wrong collaborator the numbers as they stand show that one's faults too
        explanation = _by_route(evidence, method, names, route)
        if explanation is not None and _stands_still(explanation, evidence, method):
            explanation = _other_data(method)
        if explanation is not None:
            explanations.append((_doubt(route, explanation), order, explanation))
    if not explanations:
        # Each array is right on some route, though not all on the same one: the first route's account stands.
        in_parts = FaultFound("different", method, f"{method} is right in parts only.", "Compare its parts one by one.")
        return _joined([in_parts], "wrong")
    return min(explanations, key=lambda each: each[:2])[2]


def unexplained(method: str, names: tuple[str, ...], error: Exception) -> Explanation:
    """What is said where the search for an explanation failed itself: a fault of ours, which costs no one a score."""
    text = f"{' or '.join(names)} is not as asked; looking for the reason, the grader failed ({type(error).__name__})."
    look = "Ask your instructor to look at it, and compare with what the self-check says."
    return _joined([FaultFound("different", method, text, look)], "wrong")


def explain_impurity(evidence: Evidence, method: str, impurities: Sequence[Impurity]) -> Explanation:
    """What a method changed that it must leave alone."""
    named = []
    for what, code in (("arguments", "mutates-arguments"), ("weights", "mutates-weights")):
        touched = sorted({name for each in impurities if each.what == what for name in each.names})
        if touched:
            text, look = sentence(code, method, ", ".join(touched))
            named.append(FaultFound(code, method, text, look))
    return _joined(named, "wrong")


def numerical_gradient(evidence: Evidence) -> Explanation | None:
    """What is said of a dloss_dw that is proved to find its gradient by numbers; None where it is not."""
    proof = found_by_numbers(evidence)
    if not proof:
        return None
    text, look = sentence("numerical-gradient", "dloss_dw")
    return _joined([FaultFound("numerical-gradient", "dloss_dw", f"{text} {proof}", look)], "wrong")


def _routes(evidence: Evidence, method: str) -> list[str]:
    """The routes in the order in which their explanations are believed: a made-up run depends on nothing else, and
    as it stands a method shows its collaborators' faults too, unless these are right; then that is the whole of what
    can be seen. Of the ways to record caches, the one that earns most.
    """
    taken = evidence.routes[method]
    caches = [route for route in CACHES if route in taken]
    best = max(caches, key=lambda route: sum(each.right for each in taken[route]), default="")
    apart = ("made up", "recorded", "side effects", best)
    alone = all(evidence.right(partner) for partner in PARTNERS.get(method, ()))
    return [route for route in ((AS_IT_STANDS, *apart) if alone else (*apart, AS_IT_STANDS)) if route in taken]


def _stands_still(explanation: Explanation, evidence: Evidence, method: str) -> bool:
    """Whether all that is told of a run is that it changes nothing, where the gradient that it uses is zero, and beside
    right collaborators it asks them about other data than a right run does.
    """
    if {each.code for each in explanation.diagnoses} != {"no-update"}:
        return False
    gradients = [each.actual for each in evidence.routes["dloss_dw"][AS_IT_STANDS] if each.actual is not None]
    if not gradients or any(gradient.any() for gradient in gradients):
        return False
    every = [each for findings in evidence.routes[method].values() for each in findings]
    return any(each.failure is not None and each.failure.type == "OffTheRecord" for each in every)


def _other_data(method: str) -> Explanation:
    text = f"{method} calls the other methods with other data, or at other weights, than a right {method} does."
    look = "Which samples does each call get, how often is it called in an epoch, and with which weights on self?"
    return _joined([FaultFound("different", method, text, look)], "wrong")


def _doubt(route: str, explanation: Explanation) -> tuple[int, int]:
    """How little an explanation proves: first its kind, then how many of its diagnoses prove nothing."""
    unproved = sum(diagnosis.code in ("different", "raises", "not-finite") for diagnosis in explanation.diagnoses)
    if explanation.outcome in ("raised", "failed", "timed_out", "died"):
        return (2 if route == AS_IT_STANDS else 3), unproved
    return int(unproved == len(explanation.diagnoses)), unproved


def _by_route(evidence: Evidence, method: str, names: tuple[str, ...], route: str) -> Explanation | None:
    findings = [each for each in evidence.routes[method][route] if each.name in names]
    wrong = [each for each in findings if not each.right]
    if not wrong:
        return None
    off = [each for each in wrong if each.failure is not None and each.failure.type == "OffTheRecord"]
    if off and route != AS_IT_STANDS:
        # What was asked off the record says nothing; what was answered before it does.
        wrong = [each for each in wrong if each not in off]
        findings = [each for each in findings if each not in off]
    if not wrong:
        return None
    for outcome in ("missing", "raised", "timed_out", "died"):
        some = [each for each in wrong if each.outcome == outcome]
        if some:
            return _no_answer(evidence, method, outcome, some, findings)
    forms = [each for each in wrong if each.outcome == "form"]
    numbers = [each for each in wrong if each.difference is not None and not each.difference.same_shape]
    if numbers and all(each.says.startswith(TOO_LARGE) for each in forms):
        # The shape of those that came tells more than that others were too large to be carried.
        findings, wrong = ([each for each in some if each.outcome != "form"] for some in (findings, wrong))
        forms = []
    if forms:
        kinds = sorted({each.says for each in forms})
        text, look = sentence("wrong-type", method, kinds[0])
        return _joined([FaultFound("wrong-type", method, text + when(forms, findings), look)], "form")
    if method == "train":
        return _joined(_named_run(evidence, findings, wrong), "wrong")
    named: list[FaultFound] = []
    for name in names:
        of_name = [each for each in findings if each.name == name]
        if any(not each.right for each in of_name):
            explained = partial(explain_array, evidence.exam, method, name, of_name, findings)
            named += _known(evidence.exam, (method, name, len(of_name)), (*of_name, *findings), explained)
    return _joined(named, "wrong")


def _no_answer(
    evidence: Evidence, method: str, outcome: str, some: Sequence[Finding], findings: Sequence[Finding]
) -> Explanation:
    if outcome == "missing":
        text, look = (
            f"The class has no method {method}.",
            "Was it renamed, or moved out of the class by its indentation?",
        )
        return _joined([FaultFound("not-implemented", method, text, look)], "failed")
    if outcome in ("timed_out", "died"):
        code = "timed-out" if outcome == "timed_out" else "raises"
        text, look = sentence("timed-out" if outcome == "timed_out" else "died", method)
        return _joined([FaultFound(code, method, text, look)], outcome)
    failure = some[0].failure
    assert failure is not None
    if failure.type == "NotImplementedError":
        text, look = sentence("not-implemented", method)
        return _joined([FaultFound("not-implemented", method, text, look)], "failed")
    if failure.type == TIME_USED_UP:
        text, look = sentence("time-used-up", method, failure.text)
        return _joined([FaultFound("timed-out", method, text, look)], "timed_out")
    if failure.type == NOT_RUN:
        text = f"There is no class with a {method} when this is graded: {failure.text}."
        look = "Take the line that begins with %% away: the class stands in a cell that is run as Python."
        return _joined([FaultFound("not-implemented", method, text, look)], "failed")
    cells = evidence.submission.cells
    fault = by_environment(method, failure, cells, evidence.observation.notes)
    if fault is not None:
        return _joined([replace(fault, says=fault.says + when(some, findings))], "raised")
    place = f" in {failure.place}" if failure.place else ""
    text = f"{method} raised {failure.type}: {failure.text}{place}.".replace("..", ".") + when(some, findings)
    look = misspelled(failure, cells) or _look_at(failure.type, failure.text)
    return _joined([FaultFound("raises", method, text, look)], "raised")


def _look_at(kind: str, text: str) -> str:
    if kind == "NameError":
        return (
            "That name is not defined inside the method: a notebook's leftover variable is not there when it is graded."
        )
    if kind == "AttributeError" and "self" not in text and "object has no attribute" in text:
        return "Any method may be called first, on a fresh object: compute what you need, or call the method that does."
    if "could not be broadcast" in text or "mismatch in its core dimension" in text or "not aligned" in text:
        return "Print the shapes of both operands just before that line, for two different sizes."
    if kind == "TypeError" and "positional argument" in text:
        return "Compare the `def` line with the notebook as you got it: self first, then the arguments in its order."
    if kind == "RecursionError":
        return "The method calls itself, directly or through another one."
    if kind in ("SyntaxError", "IndentationError", "TabError"):
        version = platform.python_version()
        return (
            f"Write that line so that Python {version} reads it, which grades this. Newer versions take more: "
            "quotes of the same kind inside an f-string, for one."
        )
    return "Run that line by hand with a small example, in the situation named here."


def _named_run(evidence: Evidence, findings: Sequence[Finding], wrong: Sequence[Finding]) -> list[FaultFound]:
    """Training: one loop gives all arrays, so they are explained together."""
    route = _route_of(evidence, findings)
    answered = [each for each in evidence.routes["train"][route] if each.outcome in ("right", "wrong", "form")]
    faults = _known(evidence.exam, ("train",), answered, partial(explain_run, evidence.exam, answered))
    names = {each.name for each in wrong}
    return [each for each in faults if each.arrays & names] or faults


def _known(
    exam: Exam, what: tuple[Hashable, ...], findings: Sequence[Finding], explained: Callable[[], list[FaultFound]]
) -> list[FaultFound]:
    """An explanation, which follows from the findings alone: looked for once where the same answers come again."""
    return list(exam.conclusions.drawn(what, findings, explained, [each.actual for each in findings]))


def _route_of(evidence: Evidence, findings: Sequence[Finding]) -> str:
    return next(
        route for route, all_of_it in evidence.routes["train"].items() if any(each is findings[0] for each in all_of_it)
    )


def _joined(named: Sequence[FaultFound], outcome: str) -> Explanation:
    """One text from several faults, each said once."""
    texts: list[str] = []
    looks: list[str] = []
    diagnoses = list(dict.fromkeys(Diagnosis(each.code, each.of, each.says) for each in named))
    grouped: dict[tuple[str, str], list[str]] = {}
    for each in _gathered(named):
        generic = each.says.replace(each.of, "{of}")
        grouped.setdefault((generic, each.look), []).append(each.of)
    for (generic, look), arrays in grouped.items():
        texts.append(_of_each(list(dict.fromkeys(arrays)), generic))
        if look not in looks:
            looks.append(look)
    return Explanation(" ".join(texts), " ".join(looks), tuple(diagnoses), outcome)


def _gathered(named: Sequence[FaultFound]) -> list[FaultFound]:
    """Three arrays and more whose faults were not proved are told in one sentence."""
    off = [each for each in named if each.off is not None and each.off < 1e3]
    if len(off) < 3:
        return list(named)
    worst = max(off, key=lambda each: each.off or 0.0)
    least = min(each.off or 0.0 for each in off)
    names = listed([each.of for each in off])
    size = f"by {share(least)} to {share(worst.off or 0.0)} of their largest numbers"
    text = f"{names} differ from the right answers, {size}."
    return [replace(off[0], says=text), *(each for each in named if each not in off)]


def _of_each(names: list[str], generic: str) -> str:
    """A sentence about one array, said of several."""
    if len(names) == 1:
        return generic.replace("{of}", names[0])
    if generic.startswith("{of}: "):
        return f"{listed(names)}: {generic.removeprefix('{of}: ')}".replace("{of}", "it")
    each = "Each of" if generic.startswith("{of}") else "each of"
    return generic.replace("{of}", f"{each} {listed(names)}", 1).replace("{of}", "it")
