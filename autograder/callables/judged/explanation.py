"""Why an item loses points, in the student's words; nothing is said that the answers do not show."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from autograder.callables.asked.standing import RECORDED
from autograder.callables.declared.watcher import Watcher
from autograder.callables.faults.likeness import text_of
from autograder.callables.faults.words import Named
from autograder.callables.judged.differences import differences, transforms, where_right
from autograder.callables.judged.evidence import AS_IT_STANDS, Evidence
from autograder.callables.judged.findings import Finding, given_before, given_to_another
from autograder.callables.judged.items import Item
from autograder.callables.judged.lengths import by_length
from autograder.callables.judged.named import named
from autograder.callables.judged.no_answer import no_answer
from autograder.callables.judged.off_course import off_course
from autograder.callables.judged.served import perhaps_ill_served
from autograder.callables.judged.shown import differences_of_records, in_later_rounds, telling, wrong_by
from autograder.callables.judged.state_idle import idle_code, state_idle
from autograder.callables.judged.stopped import stopped
from autograder.callables.judged.told import Explanation, asked_in_words, explained, listed
from autograder.callables.judged.untouched import untouched
from autograder.core import Code, Diagnosis

KINDS = {
    "none": "None",
    "text": "text",
    "dict": "a dict",
    "sequence": "a tuple or a list",
    "complex": "complex numbers",
    "ragged": "a list or tuple whose parts make no single array",
    "object": "an object that is no array of numbers",
    "function": "a function (are the brackets missing, as in .mean for .mean()?)",
    "too large": "an array far too large",
    "not there": "nothing",
}
BY_NUMBERS = (
    "gives its gradient by a numeric trick (finite differences or the like); the derivative by the chain rule is asked."
)
DERIVED = "Derive the gradient on paper and write that formula down; differences are for checking it."
MOST_TOLD = 3  # results of which it is said how they differ
NUMBERS = frozenset({"not-finite", "wrong-shape", "transposed"})  # codes of results that are numbers all the same
# What recorded answers may bring about that are the same for all numbers nearby.
STANDS_STILL = frozenset({Code.NO_UPDATE, Code.HARD_CODED, Code.DIFFERENT})
OUTCOMES = {"raised": "errored", "timed_out": "timed_out", "died": "errored"}


def explain(evidence: Evidence, item: Item) -> Explanation:
    """The explanation of the item's first fault: what raised, then what has the wrong form, then what differs."""
    route = telling(evidence, item)
    wrong = wrong_by(evidence, item, route)
    wrong.sort(key=lambda each: (not each.question.plain, each.outcome == "returned"))
    if wrong[0].outcome != "returned":
        return (
            in_later_rounds(evidence, item)
            or off_course(evidence, item)
            or no_answer(evidence, item, _that_ended(evidence, wrong))
        )
    if all(_came_before(evidence, item, each) for each in wrong):
        return _kept_for_later(wrong)
    for each in wrong:
        said = _form(evidence, item, each) if each.outcome == "returned" else None
        told = _beside_its_form(evidence, item, each, said, wrong, route) if said is not None else None
        if told is not None:
            return told
    explanation = _numbers(evidence, item, [each for each in wrong if each.outcome == "returned"], route)
    perhaps = perhaps_ill_served(evidence, item.callable)
    if not perhaps:
        return explanation
    text = f"{explanation.rationale} Or what {listed([*perhaps])} leaves for it on the object is not right."
    return replace(explanation, rationale=text)


def _beside_its_form(
    evidence: Evidence, item: Item, finding: Finding, said: Explanation, wrong: list[Finding], route: str
) -> Explanation | None:
    """What is said of a result's form, and of the fault that gives its numbers, where one is known; None where finite
    numbers that are wrong in everyday questions come before what is not finite in another."""
    code = said.diagnoses[0].code
    if code not in NUMBERS:
        return said
    fault = _named(evidence, item, wrong, route)
    if code == Code.NOT_FINITE:
        return fault or (None if wrong[0].question.plain and not finding.question.plain else said)
    if code == Code.WRONG_SHAPE:
        of_name = [each for each in evidence.routes[item.callable][route] if each.name == finding.name]
        said, all_told = _by_length(evidence, said, of_name)
        if fault is None or (all_told and {each.of for each in fault.diagnoses} == {finding.name}):
            return said
    if fault is None:
        return said
    text = f"{said.rationale} {fault.rationale}"
    return replace(fault, rationale=text, diagnoses=(*said.diagnoses, *fault.diagnoses))


def _that_ended(evidence: Evidence, wrong: list[Finding]) -> Finding:
    """The first finding without an answer; where its question was not put any more, the one at which the run ended."""
    ends = (each for each in wrong if each.outcome in ("timed_out", "died") and each.question.id in evidence.answers)
    return wrong[0] if wrong[0].question.id in evidence.answers else next(ends, wrong[0])


def _came_before(evidence: Evidence, item: Item, each: Finding) -> bool:
    """Whether a result, of any shape, was right for another question, or is what an earlier call of this one gave."""
    earlier = given_before(evidence.exam, each, evidence.answers.get(each.question.id, ()))
    return earlier or given_to_another(each, evidence.stands.findings[item.callable])


def _by_length(evidence: Evidence, said: Explanation, findings: list[Finding]) -> tuple[Explanation, bool]:
    """What is said of a result's shape, under the code of its length where that is all that is wrong with it; and
    whether the entries that are there are told to be right."""
    entries = by_length(evidence.exam, findings)
    if entries is None:
        return said, False
    text = f"{said.rationale} {entries}".strip()
    look = "How many rounds are asked, and what is recorded before the first, in each, and after the last?"
    diagnoses = (Diagnosis(Code.EPOCH_COUNT, findings[0].name, text[:200]),)
    return replace(said, rationale=text, help=look, diagnoses=diagnoses), bool(entries)


def explain_with_numeric(evidence: Evidence, item: Item) -> Explanation:
    """The explanation of an item's first fault, before it what proves that its slopes were found by numbers."""
    proofs = [proof for name in item.results if (proof := evidence.stands.numeric.get((item.callable, name)))]
    if not proofs:
        return explain(evidence, item)
    text = f"{item.callable} {BY_NUMBERS} {proofs[0]}"
    numeric = Explanation(text, DERIVED, (Diagnosis(Code.NUMERICAL_GRADIENT, item.callable, text),))
    rest = tuple(name for name in item.results if (item.callable, name) not in evidence.stands.numeric)
    route, _ = evidence.best(item)
    if all(each.right for each in evidence.routes[item.callable][route] if each.name in rest):
        return numeric
    other = explain(evidence, replace(item, results=rest))
    said = f"{numeric.rationale} {other.rationale}"
    return Explanation(said, other.help, (*numeric.diagnoses, *other.diagnoses), other.outcome)


def unexplained(item: Item, error: Exception) -> Explanation:
    """What is said where the search for an explanation failed itself: a fault of ours, which costs no one a point."""
    text = (
        f"{listed(item.results)} of {item.callable}: not as asked; looking for the reason, the grader failed "
        f"({type(error).__name__})."
    )
    look = "Ask your instructor to look at it, and compare with what the self-check says."
    return explained(text, look, Code.DIFFERENT, item.callable)


def _form(evidence: Evidence, item: Item, finding: Finding) -> Explanation | None:
    """What is wrong with a result that is no array of the right shape, or with the list or dict that it is in."""
    name, asked = item.callable, f" ({asked_in_words(finding)})"
    if finding.more:
        text = f"{name} gives {finding.more}, and no such part is asked there{asked}."
        look = "What belongs into the result, and what does not? Write it down for the smallest example."
        return explained(text, look, "wrong-type", finding.more)
    whole = finding.kind.removeprefix("one ")
    if finding.actual is None:
        if finding.kind.startswith("one "):
            kind = KINDS.get(whole, "one value")
            text = f"{name} returns {kind} where {_count(finding, item)} results are asked{asked}."
        else:
            text = f"{name} gives {KINDS.get(finding.kind, 'something else')} as {finding.name}{asked}."
        return explained(
            text, "Look at the return statement: what does it give, in which order?", "wrong-type", finding.name
        )
    if finding.actual.shape == finding.wanted.shape:
        if not np.all(np.isfinite(finding.actual)) and np.all(np.isfinite(finding.wanted)):
            kind = "nan" if np.isnan(finding.actual).any() else "inf"
            text = f"{finding.name} of {name} holds {kind}{asked}."
            return explained(
                text, "Print what stands there line by line: where does it first appear?", "not-finite", finding.name
            )
        return None
    if finding.actual.shape[:1] != (1,) and _is_one_in_a_list(evidence, finding):
        came, inside = finding.actual.shape, finding.wanted.shape[1:]
        text = f"{finding.name} of {name} comes with shape {came} where a tuple or a list is asked"
        text += f", with one array of shape {inside} in it{asked}."
        return explained(text, "Look at the return statement: what does it give?", "wrong-type", finding.name)
    code = "transposed" if finding.actual.shape == finding.wanted.shape[::-1] else "wrong-shape"
    text = f"{finding.name} of {name} has shape {finding.actual.shape} where {finding.wanted.shape} is asked{asked}."
    return explained(text, "Write the shapes beside each line of the formula.", code, finding.name)


def _is_one_in_a_list(evidence: Evidence, finding: Finding) -> bool:
    """Whether the solution gives a result as a tuple or list with one part."""
    reference, question = evidence.exam.reference, evidence.exam.questions[finding.question.asks]
    place = question.scored[finding.question.scored.index(finding.call)]
    results = reference.signature(question.method).results
    if finding.name not in results:
        return False
    watcher = Watcher(reference, ())
    reference.answers(question, watching=watcher)
    value = watcher.top.get(place)
    if len(results) > 1 and isinstance(value, list | tuple):
        value = value[results.index(finding.name)]
    return isinstance(value, list | tuple) and len(value) == 1


def _count(finding: Finding, item: Item) -> int:
    return next(step.results for step in finding.question.calls if step.name == item.callable)


def _numbers(evidence: Evidence, item: Item, wrong: list[Finding], route: str) -> Explanation:
    """What differs: by the change of the reference that gives just these numbers, else array by array, how much."""
    fault = untouched(evidence, item, wrong)
    fault = _named(evidence, item, wrong, route) if fault is None else in_later_rounds(evidence, item) or fault
    if fault is not None:
        return fault
    left = off_course(evidence, item)
    if left is not None:
        return left
    again = [each for each in wrong if given_before(evidence.exam, each, evidence.answers.get(each.question.id, ()))]
    if again and all(any(each is one for one in again) or each.later for each in wrong):
        return _kept_for_later(again)
    ended = stopped(evidence.exam, item.callable, wrong)
    if ended is not None:
        return ended
    idle = state_idle(evidence, item, wrong)
    texts: dict[str, str] = {}
    codes: dict[str, str] = {}
    differing: dict[str, Finding] = {}
    for name in dict.fromkeys(each.name for each in wrong):
        of_name = [each for each in wrong if each.name == name]
        texts[name], codes[name] = next(transforms(evidence, item, name, of_name, route), ("", "different"))
        if not texts[name]:
            differing[name] = of_name[0]
    shown = [*texts] if len(texts) <= MOST_TOLD + 1 else [*texts][:MOST_TOLD]
    texts |= differences({name: each for name, each in differing.items() if name in shown})
    more = f"{len(texts) - len(shown)} more of its results differ as well."
    texts |= dict.fromkeys((name for name in texts if name not in shown), more)
    sentences = [*dict.fromkeys(texts.values())]
    diagnoses = [Diagnosis(codes[name], name, text) for name, text in texts.items()]
    look = "Take the smallest example and do one step by hand."
    sentences += itertools.islice(where_right(evidence, item, route), 1)
    if idle:
        sentences, look = [*sentences, idle], "Where does each of them enter?"
        diagnoses = [Diagnosis(idle_code(evidence.exam, item.callable), item.callable, idle)]
    return Explanation(" ".join(sentences), look, tuple(diagnoses))


def _kept_for_later(again: list[Finding]) -> Explanation:
    """What is given once more where other data are asked, or another state."""
    together = [each for each in again if each.question is again[0].question]
    names = listed([*dict.fromkeys(each.name for each in together)])
    text = f"What an earlier call gave comes once more, number for number, as {names} when {asked_in_words(again[0])}."
    look = "What is kept from one call to the next, and when is it worked out anew?"
    return explained(text, look, "different", names)


def _named(evidence: Evidence, item: Item, wrong: list[Finding], route: str) -> Explanation | None:
    """By its name, the fault that gives all finite numbers of a callable, where it shows in the item's results: by its
    best route, or beside others that are wrong by any other."""
    routes = evidence.routes[item.callable]
    others = [each for each in routes if each != route] if evidence.stands.wrong_partners(item.callable) else []
    written = text_of([cell.source for cell in evidence.submission.cells], item.callable)
    differing = {each.name for each in wrong}
    by_best = {each.name for each in routes[route] if not each.right}

    def by(each: str) -> Named | None:
        """The fault by one route, where it is this callable's own: what is right by the best route is another's."""
        fault = named(evidence.exam, item.callable, routes[each], evidence.stands.right, written)
        stands_still = fault is not None and (not fault.kinds or fault.code in STANDS_STILL)
        if stands_still and each != route and differences_of_records(evidence, item.callable, each):
            return None
        of = set(fault.of.split(", ")) if fault is not None else set()
        return fault if of & differing and (each == route or of <= by_best) else None

    if others and (left := off_course(evidence, item)) is not None:
        return left  # before what comes of the others' faults
    served = [each for each in (*others, route) if each != AS_IT_STANDS] if others else []
    fault = next((fault for each in served if (fault := by(each)) is not None), None)
    if fault is None and (later := in_later_rounds(evidence, item)) is not None:
        return later  # by itself it shows what comes of the others' faults as well
    last = [RECORDED] if RECORDED in routes and not others else []  # single rounds show there what longer runs do not
    by_itself = [AS_IT_STANDS] if others else [route]
    fault = fault or next((fault for each in (*by_itself, *last) if (fault := by(each)) is not None), None)
    if fault is None:
        return None
    of, text = fault.of.split(", "), fault.says
    all_of_them = {*of} >= {*evidence.exam.names(item.callable)}
    of = list(dict.fromkeys(_without_place(name) for name in of))
    if text.startswith(("It ", "Its ")) and not all_of_them:
        each = f"of each the {text.removeprefix('Its ')}" if text.startswith("Its ") else f"each {text[3:]}"
        text = f"{of[0]}: {text}" if len(of) == 1 else f"{listed(of)}: {each}"
    elif fault.alone and not all_of_them:
        text = f"{listed(of)}: {text}"
    diagnoses = (Diagnosis(fault.code, fault.of, text),)
    return Explanation(f"{text}{_beside(fault.of.split(', '), wrong)}", fault.look, diagnoses)


def _beside(told: Collection[str], wrong: Sequence[Finding]) -> str:
    """That results are wrong that a fault is not told of; later calls go on from what the first ones left."""
    rest = {each.name: each for each in reversed(wrong) if each.name not in told and not each.later}
    if not rest:
        return ""
    names = [*dict.fromkeys(map(_without_place, sorted(rest)))]
    first = rest[min(rest)]
    asked = "" if first.question.plain else f" ({asked_in_words(first)})"
    return f" Not right either: {listed(names)}{asked}."


def _without_place(name: str) -> str:
    """A list by its own name, whichever of its parts is meant."""
    head, _, place = name.partition(".")
    return head if place.isdecimal() else name
