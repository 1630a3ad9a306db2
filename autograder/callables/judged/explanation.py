"""Why an item loses points, in the student's words; nothing is said that the answers do not show."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from autograder.callables.asked.question import CallsQuestion
from autograder.callables.faults.likeness import text_of
from autograder.callables.judged.evidence import Evidence, Item
from autograder.callables.judged.findings import Finding
from autograder.callables.judged.named import named
from autograder.callables.judged.raised import function_of, look_at
from autograder.core import Code, Diagnosis
from autograder.judging import sentence
from autograder.observe import TIME_USED_UP

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
FAR = 10.0  # times the largest number: beyond, how far off a result is says nothing
LEAST = 2  # questions on each side that show where something is right
MOST_TOLD = 3  # results of which it is said how they differ
NUMBERS = frozenset({"not-finite", "wrong-shape", "transposed"})  # codes of results that are numbers all the same
OUTCOMES = {"raised": "errored", "timed_out": "timed_out", "died": "errored"}


@dataclass(frozen=True, slots=True)
class Explanation:
    """What went wrong, where to look, and the names of the faults; `outcome` is that of the check."""

    rationale: str
    help: str
    diagnoses: tuple[Diagnosis, ...]
    outcome: str = "failed"


def explain(evidence: Evidence, item: Item) -> Explanation:
    """The explanation of the item's first fault: what raised, then what has the wrong form, then what differs."""
    route, _ = evidence.best(item)
    wrong = [each for each in evidence.routes[item.callable][route] if each.name in item.results and not each.right]
    wrong.sort(key=lambda each: (not each.question.plain, each.outcome == "returned"))
    first = wrong[0]
    if first.outcome != "returned":
        return _no_answer(evidence, item, first)
    for each in wrong:
        if each.outcome == "returned" and (said := _form(item, each)):
            if said.diagnoses[0].code not in NUMBERS:
                return said
            fault = _named(evidence, item, wrong, route)
            if fault is None or said.diagnoses[0].code == "not-finite":
                return fault or said
            text = f"{said.rationale} {fault.rationale}"
            return replace(fault, rationale=text, diagnoses=(*said.diagnoses, *fault.diagnoses))
    explanation = _numbers(evidence, item, [each for each in wrong if each.outcome == "returned"], route)
    perhaps = evidence.perhaps_ill_served(item.callable)
    if not perhaps:
        return explanation
    text = f"{explanation.rationale} Or what {_listed([*perhaps])} leaves for it on the object is not right."
    return replace(explanation, rationale=text)


def explain_with_numeric(evidence: Evidence, item: Item) -> Explanation:
    """The explanation of an item's first fault, before it what proves that its slopes were found by numbers."""
    proofs = [proof for name in item.results if (proof := evidence.numeric.get((item.callable, name)))]
    if not proofs:
        return explain(evidence, item)
    text, look = sentence(Code.NUMERICAL_GRADIENT, item.callable)
    text = f"{text} {proofs[0]}"
    numeric = Explanation(text, look, (Diagnosis(Code.NUMERICAL_GRADIENT, item.callable, text),))
    rest = tuple(name for name in item.results if (item.callable, name) not in evidence.numeric)
    route, _ = evidence.best(item)
    if all(each.right for each in evidence.routes[item.callable][route] if each.name in rest):
        return numeric
    other = explain(evidence, replace(item, results=rest))
    said = f"{numeric.rationale} {other.rationale}"
    return Explanation(said, other.help, (*numeric.diagnoses, *other.diagnoses), other.outcome)


def explain_impurity(item: Item, labels: tuple[str, ...]) -> Explanation:
    """What the callable changes that it must only read."""
    arguments = [f"`{label}`" for label in labels if not label.startswith("self.")]
    state = [f"`{label}`" for label in labels if label.startswith("self.")]
    said = []
    if arguments:
        said.append(f"{item.callable} changes its argument{'s' * (len(arguments) > 1)} {_listed(arguments)}.")
    if state:
        as_asked = "are not as they have to be" if len(state) > 1 else "is not as it has to be"
        said.append(f"After {item.callable}, {_listed(state)} {as_asked}.")
    if not arguments:
        look = "Does a statement of it write there, or does the object keep something else from the beginning?"
        diagnoses = tuple(Diagnosis(Code.MUTATES_ARGUMENTS, label, said[0]) for label in labels)
        return Explanation(" ".join(said), look, diagnoses)
    return Explanation(
        " ".join(said),
        "Does a statement such as `a -= b` or `a[...] = b` write into an array that was handed in?",
        tuple(Diagnosis(Code.MUTATES_ARGUMENTS, label, f"{label} is changed") for label in labels),
    )


def explain_ill_served(item: Item, others: tuple[str, ...]) -> Explanation:
    """What the callable hands on, or leaves on the object, for those that follow it."""
    several = len(others) > 1
    text = (
        f"{_listed([*others])} {'are' if several else 'is'} right with what a right run of {item.callable} hands on, "
        f"and not with what yours does."
    )
    reads = f"What {'do they' if several else f'does {others[0]}'} read there"
    return _explained(text, f"{reads}, and is it just that which is kept?", "different", item.callable)


def _no_answer(evidence: Evidence, item: Item, finding: Finding) -> Explanation:
    name, failure = item.callable, finding.failure
    asked = f" ({_asked(finding)})"
    if finding.at != name and finding.outcome == "missing":
        return _explained(
            f"{finding.at} is not defined, and {name} is asked after it.", f"Write {finding.at} first.", "raises", name
        )
    if finding.outcome == "missing":
        look = f"Is {name} spelt as in the notebook that you were given, and was its cell handed in?"
        return _explained(f"{name} is not defined.", look, "not-implemented", name)
    if finding.outcome == "timed_out":
        look = "Does a loop end? Is one run through the data for each of its elements?"
        return _explained(f"{finding.at} did not end in its time{asked}.", look, "timed-out", name, "timed_out")
    if failure is not None and failure.type == "NotImplementedError":
        return _unwritten(evidence, finding)
    if failure is not None and failure.type == "OffTheRecord":
        return _explained(
            f"{name} calls the others with arguments that a right run does not lead to{asked}.",
            "Which arguments does it hand on, and in which order?", "different", name,
        )  # fmt: skip
    if failure is not None and failure.type == TIME_USED_UP:
        return _explained(
            f"The whole submission had used up its time, {failure.text}, before {name} had answered all that is asked "
            "of it.",
            "Which cell or which function takes so long?", "timed-out", name, "timed_out",
        )  # fmt: skip
    if failure is not None:
        place = f" in {failure.place}" if failure.place else ""
        by = "" if finding.at == name else f"{finding.at}, which is called before {name}, "
        text = f"{by or name + ' '}raised {failure.type}: {failure.text}{place}{asked}."
        return _explained(text, look_at(failure), "raises", name, "errored")
    return _explained(
        f"{name} ended the process{asked}.", "Does it leave Python, or use up the memory?", "raises", name, "errored"
    )


def _unwritten(evidence: Evidence, finding: Finding) -> Explanation:
    """What is still to be written: the callable itself, one that is asked before it, or one that it uses."""
    name, failure = finding.question.method, finding.failure
    if finding.at != name:
        text, look = f"{name} was not reached: {finding.at} is still to be written.", f"Write {finding.at} first."
        return _explained(text, look, "raises", name, "errored")
    by = function_of(failure, evidence.submission.cells) if failure is not None else ""
    if by == name:
        return _explained(f"{name} is still to be written.", "Fill in its stub.", "not-implemented", name, "errored")
    if not by:
        text, look = f"{name}, or something that it uses, is still to be written.", "Which stub is not filled in?"
        return _explained(text, look, "not-implemented", name, "errored")
    code = "raises" if by in evidence.exam.asked else "not-implemented"
    return _explained(f"{by}, which {name} uses, is still to be written.", f"Fill in {by}.", code, name, "errored")


def _explained(text: str, look: str, code: str, of: str, outcome: str = "failed") -> Explanation:
    return Explanation(text, look, (Diagnosis(code, of, text[:200]),), outcome)


def _form(item: Item, finding: Finding) -> Explanation | None:
    """What is wrong with a result that is no array of the right shape, or with the list or dict that it is in."""
    name, asked = item.callable, f" ({_asked(finding)})"
    if finding.more:
        text = f"{name} gives {finding.more}, and no such part is asked there{asked}."
        look = "What belongs into the result, and what does not? Write it down for the smallest example."
        return _explained(text, look, "wrong-type", finding.more)
    whole = finding.kind.removeprefix("one ")
    if finding.actual is None:
        if finding.kind.startswith("one "):
            kind = KINDS.get(whole, "one value")
            text = f"{name} returns {kind} where {_count(finding, item)} results are asked{asked}."
        else:
            text = f"{name} gives {KINDS.get(finding.kind, 'something else')} as {finding.name}{asked}."
        return _explained(
            text, "Look at the return statement: what does it give, in which order?", "wrong-type", finding.name
        )
    if finding.actual.shape == finding.wanted.shape:
        if not np.all(np.isfinite(finding.actual)) and np.all(np.isfinite(finding.wanted)):
            kind = "nan" if np.isnan(finding.actual).any() else "inf"
            text = f"{finding.name} of {name} holds {kind}{asked}."
            return _explained(
                text, "Print what stands there line by line: where does it first appear?", "not-finite", finding.name
            )
        return None
    code = "transposed" if finding.actual.shape == finding.wanted.shape[::-1] else "wrong-shape"
    text = f"{finding.name} of {name} has shape {finding.actual.shape} where {finding.wanted.shape} is asked{asked}."
    return _explained(text, "Write the shapes beside each line of the formula.", code, finding.name)


def _asked(finding: Finding) -> str:
    """`asked with N = 3`, `asked twice …`."""
    situation = finding.question.situation
    return situation if situation.startswith("asked ") else f"asked with {situation}"


def _count(finding: Finding, item: Item) -> int:
    return next(step.results for step in finding.question.calls if step.name == item.callable)


def _numbers(evidence: Evidence, item: Item, wrong: list[Finding], route: str) -> Explanation:
    """What differs: by the change of the reference that gives just these numbers, else array by array, how much."""
    fault = _named(evidence, item, wrong, route)
    if fault is not None:
        return fault
    texts: dict[str, str] = {}
    codes: dict[str, str] = {}
    differing: dict[str, Finding] = {}
    for name in dict.fromkeys(each.name for each in wrong):
        of_name = [each for each in wrong if each.name == name]
        texts[name], codes[name] = next(_transforms(evidence, item, name, of_name, route), ("", "different"))
        if not texts[name]:
            differing[name] = of_name[0]
    shown = [*texts] if len(texts) <= MOST_TOLD + 1 else [*texts][:MOST_TOLD]
    texts |= _differences({name: each for name, each in differing.items() if name in shown})
    more = f"{len(texts) - len(shown)} more of its results differ as well."
    texts |= dict.fromkeys((name for name in texts if name not in shown), more)
    sentences = [*dict.fromkeys(texts.values())]
    diagnoses = [Diagnosis(codes[name], name, text) for name, text in texts.items()]
    look = "Take the smallest example and do one step by hand."
    sentences += itertools.islice(_where_right(evidence, item, route), 1)
    return Explanation(" ".join(sentences), look, tuple(diagnoses))


def _differences(differing: Mapping[str, Finding]) -> dict[str, str]:
    """A sentence for each result that differs; those that do in the same question share theirs."""
    together: dict[str, dict[str, Finding]] = {}
    for name, each in differing.items():
        key = _asked(each) if _error(each) < FAR else name
        together.setdefault(key, {})[name] = each
    texts: dict[str, str] = {}
    for asked, those in together.items():
        text = "".join(f"{name} differs {_how_much(each)}." for name, each in those.items())
        if len(those) > 1:
            shares = _listed([f"{100 * _error(each):.3g} %" for each in those.values()])
            text = f"{_listed([*those])} differ when {asked}: by {shares} of the largest number in each."
        texts |= dict.fromkeys(those, text)
    return texts


def _named(evidence: Evidence, item: Item, wrong: list[Finding], route: str) -> Explanation | None:
    """By its name, the fault that gives all finite numbers of a callable, where it shows in the item's results: by its
    best route, or beside others that are wrong by any other."""
    routes = evidence.routes[item.callable]
    others = [each for each in routes if each != route] if evidence.wrong_partners(item.callable) else []
    written = text_of([cell.source for cell in evidence.submission.cells], item.callable)
    faults = (named(evidence.exam, item.callable, routes[each], evidence.right, written) for each in (*others, route))
    differing = {each.name for each in wrong}
    fault = next((each for each in faults if each is not None and differing & {*each.of.split(", ")}), None)
    if fault is None:
        return None
    of, text = fault.of.split(", "), fault.says
    if text.startswith("It ") and {*of} < {*evidence.exam.names(item.callable)}:
        text = f"{of[0]}: {text}" if len(of) == 1 else f"{_listed(of)}: each {text.removeprefix('It ')}"
    elif fault.alone and {*of} < {*evidence.exam.names(item.callable)}:
        text = f"{_listed(of)}: {text}"
    return Explanation(text, fault.look, (Diagnosis(fault.code, fault.of, text),))


def _where_right(evidence: Evidence, item: Item, route: str) -> Iterator[str]:
    """With which values of an argument the item is right in every everyday question, where it is wrong with all others:
    by the value itself, or by whether it reaches a size."""
    asked: dict[str, tuple[Mapping[str, float], Mapping[str, int], bool]] = {}
    for each in evidence.routes[item.callable][route]:
        question = each.question
        if question.plain and question.counts and each.name in item.results:
            before = asked.get(question.id, ({}, {}, True))[2]
            asked[question.id] = _numbers_asked(question), question.counts, before and each.right
    right, wrong = ([(n, c) for n, c, good in asked.values() if good is wanted] for wanted in (True, False))
    if len(right) < LEAST or len(wrong) < LEAST:
        return
    labels = [name for name in right[0][0] if all(name in numbers for numbers, _ in (*right, *wrong))]
    for label in labels:
        values, others = ({numbers[label] for numbers, _ in of} for of in (right, wrong))
        if len(values) == 1 and not values & others:
            yield f"In the everyday questions it is right wherever {label} is {values.pop()!r}, and nowhere else."
        for size in right[0][1]:
            if all(n[label] >= c[size] for n, c in right) and all(n[label] < c[size] for n, c in wrong):
                yield f"In the everyday questions it is right wherever {label} is at least {size}, and nowhere else."


def _numbers_asked(question: CallsQuestion) -> dict[str, float]:
    """The single numbers that the scored call is handed."""
    step = question.calls[question.scored[-1]]
    pairs = ((label, arg["v"]) for label, arg in zip(step.labels, step.args, strict=True) if _is_number(arg))
    return dict(pairs)


def _is_number(arg: object) -> bool:
    value = arg.get("v") if isinstance(arg, dict) else None
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _transforms(
    evidence: Evidence, item: Item, name: str, wrong: list[Finding], route: str
) -> Iterator[tuple[str, str]]:
    """A sign or a factor that explains every number of a result in every question."""
    whole = [
        each
        for each in evidence.routes[item.callable][route]
        if each.name == name and each.outcome == "returned" and each.actual is not None
    ]
    telling = [each for each in whole if np.any(each.wanted != 0.0)]
    if not telling or any(each.actual.shape != each.wanted.shape for each in whole if each.actual is not None):
        return
    factors = [_factor(each) for each in telling]
    known = [factor for factor in factors if factor is not None]
    if len(known) < len(factors):
        return
    if all(abs(factor + 1.0) < 1e-6 for factor in known):
        yield f"{name} has the wrong sign.", "sign"
    elif max(known) - min(known) < 1e-6 * abs(known[0]) and known[0] not in (0.0, 1.0):
        yield f"{name} is {known[0]:.4g} times what is asked.", "factor"


def _factor(finding: Finding) -> float | None:
    """The one number that the wanted array is multiplied with; None where there is none."""
    actual, wanted = finding.actual, finding.wanted
    if actual is None or not wanted.size:
        return None
    factor = float(np.vdot(wanted, actual) / np.vdot(wanted, wanted))
    close = np.allclose(actual, factor * wanted, rtol=1e-6, atol=1e-9 * float(np.abs(wanted).max()))
    return factor if close and np.isfinite(factor) else None


def _how_much(finding: Finding) -> str:
    error, asked = _error(finding), f"when {_asked(finding)}"
    if not np.isfinite(error):
        return asked
    return f"{asked}: by {100 * error:.3g} % of the largest number" if error < FAR else f"{asked}: it is far too large"


def _error(finding: Finding) -> float:
    """How far off it is, in parts of the largest number; infinite where nothing says so."""
    return finding.difference.error if finding.difference is not None else float("inf")


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
