"""The fault that explains one family of wrong arrays: one name (`forward`, `dloss_dw1`), in all questions; pure.

The family is held against the reference and against the assignment's faults, each of them up to a scaling: a fault is
named only when it predicts every one of the student's numbers. Where nothing does, the fault is `different`, with the
size of the difference and where it is largest.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from autograder.assignments import Array, Assignment, Faults
from autograder.judging.diagnosis.fault_found import FaultFound
from autograder.judging.diagnosis.gradient_faults import changed_gradient, error_fault, error_faults, with_wrong_error
from autograder.judging.diagnosis.loss_faults import WHOLE, fault_of, faulty_loss, loss_faults
from autograder.judging.diagnosis.scaling import Case, same, scaling
from autograder.judging.diagnosis.sentences import scaled_by, sentence, share, times
from autograder.judging.evidence import Evidence
from autograder.judging.findings import Finding
from autograder.questions import Exam

INTEGERS = "Are they stored in an integer array, or cast to one? That cuts off what stands behind the point."
MOST_CASES_ELEMENTS = 20_000  # larger arrays (the published data) are left out of the search for explanations


def explain_array(
    evidence: Evidence, method: str, name: str, own: Sequence[Finding], findings: Sequence[Finding]
) -> list[FaultFound]:
    """The faults of one array: by shape, then by the simplest explanation of its numbers."""
    answered = [
        each
        for each in own
        if each.actual is not None and each.wanted.size <= MOST_CASES_ELEMENTS and not each.question.moved
    ]
    wrong = [each for each in answered if not each.right]
    assignment = evidence.exam.assignment
    for part in (answered, wrong) if 0 < len(wrong) < len(answered) else (answered,):
        named = _proved(evidence.exam, method, name, part, findings) if part else []
        if named and _holds(named, [each for each in own if part is not wrong or not each.right], assignment):
            return [replace(each, says=each.says + when([f for f in own if not f.right], own)) for each in named]
    return _unexplained(method, name, own)


def _holds(named: Sequence[FaultFound], own: Sequence[Finding], assignment: Assignment) -> bool:
    """Whether what is said of an array's size holds of all that was answered, the largest and later answers too.

    A scaling is found on the smaller answers; it is printed only where none that was recorded speaks against it.
    """
    if len(named) != 1 or named[0].code not in ("sign", "factor", "mean-for-sum", "sum-for-mean"):
        return True
    if not named[0].says.startswith(f"{named[0].of} is ") and not named[0].says.startswith(f"{named[0].of} has "):
        return True
    told = [each for each in own if each.actual is not None and each.outcome in ("right", "wrong")]
    finite = [each for each in told if each.actual is not None and np.all(np.isfinite(each.actual))]
    return scaling([_case(each, assignment) for each in finite], [each.wanted for each in finite]) is not None


def _proved(
    exam: Exam, method: str, name: str, part: Sequence[Finding], findings: Sequence[Finding]
) -> list[FaultFound]:
    """The first kind of fault that explains all of a part."""
    assignment = exam.assignment
    # A known fault may give nothing but zeros, too (a relu on the output).
    zeros = not _misshapen(part) and not any(np.any(each.actual) for each in part)
    return (
        _swapped(assignment, name, part, findings)
        or _stale(name, part)
        or _exactly(exam, method, name, part, findings)
        or ([] if zeros else _hard_coded(name, part))
        or _reshaped(name, part)
        or _numbers(exam, method, name, part)
        or _by_rows(assignment, name, part)
        or changed_gradient(assignment, name, part)
        or _hard_coded(name, part)
    )


def _swapped(
    assignment: Assignment, name: str, part: Sequence[Finding], findings: Sequence[Finding]
) -> list[FaultFound]:
    if name not in assignment.gradients:
        return []
    by_call = {(each.question.id, each.call, each.name): each for each in findings}
    for other in assignment.gradients:
        partners = [by_call.get((each.question.id, each.call, other)) for each in part]
        if other == name or any(partner is None or partner.expected is None for partner in partners):
            continue
        if all(partner is not None and partner.right for partner in partners):
            continue  # the other stands in its own place: this one is a copy, not an exchange
        pairs = [(each.actual, partner.wanted) for each, partner in zip(part, partners, strict=True) if partner]
        if all(actual is not None and same(actual, wanted) for actual, wanted in pairs) and _tells(part):
            says, look = sentence("swapped", f"what is returned as {name} is {other}: it")
            return [FaultFound("swapped", name, says[0].upper() + says[1:], look)]
    return []


def _all_zero(name: str, findings: Sequence[Finding]) -> bool:
    own = [each.actual for each in findings if each.name == name]
    return bool(own) and not any(each is None or np.any(each) for each in own)


def _exactly(
    exam: Exam, method: str, name: str, part: Sequence[Finding], findings: Sequence[Finding]
) -> list[FaultFound]:
    """A known fault that gives these very numbers; zeros have no scaling, but a fault may explain them."""
    if method != "dloss_dw" or any(np.any(each.actual) for each in part if each.actual is not None):
        return []
    zero = {of for of in exam.assignment.gradients if _all_zero(of, findings)}
    # What explains all the arrays that are zero comes before what explains this one alone.
    known = sorted(exam.assignment.faults, key=lambda fault: set(fault.of) != zero)
    for fault in known:
        if name in fault.of and "forward" not in fault.of:
            bases = [_base(exam, method, name, each, frozenset({fault.name})) for each in part]
            if all(each.actual is not None and same(each.actual, base) for each, base in zip(part, bases, strict=True)):
                return [FaultFound(fault.code, name, f"{name}: {fault.says}", fault.look)]
    return []


def _hard_coded(name: str, part: Sequence[Finding]) -> list[FaultFound]:
    """The same numbers for different questions, whether in one shape or in each question's own."""
    if len({each.question.id for each in part}) < 3 or not _tells(part):
        return []
    values = [each.actual.ravel() for each in part if each.actual is not None]
    filled = [value for value in values if value.size]
    constant = len(filled) > 2 and all(np.all(value == filled[0][0]) for value in filled)
    equal = all(value.shape == values[0].shape and np.array_equal(value, values[0]) for value in values)
    if constant or equal:
        says, look = sentence("hard-coded" if any(np.any(value) for value in filled) else "zero", name)
        return [FaultFound("hard-coded", name, says, look)]
    return []


def _misshapen(part: Sequence[Finding]) -> bool:
    return any(each.actual is not None and each.actual.shape != each.wanted.shape for each in part)


def _by_rows(assignment: Assignment, name: str, part: Sequence[Finding]) -> list[FaultFound]:
    """One row of a gradient with a scaling of its own: a bias's row, or those of the inputs beside a right bias."""
    if name not in assignment.gradients or not _tells(part) or _misshapen(part):
        return []
    weight = dict(zip(assignment.gradients, assignment.weights, strict=True))[name]
    cases = [_case(each) for each in part]
    if any(case.actual.ndim != 2 or len(case.actual) < 2 for case in cases):
        return []
    halves = (("[0]", slice(0, 1), slice(1, None)), ("[1:]", slice(1, None), slice(0, 1)))
    for of, wrong, right in halves:
        if not all(same(case.actual[right], each.wanted[right]) for case, each in zip(cases, part, strict=True)):
            continue
        found = scaling(
            [replace(case, actual=case.actual[wrong]) for case in cases], [each.wanted[wrong] for each in part]
        )
        if found is None or not found.codes:
            return []
        bias = weight in assignment.bias_rows
        parts = scaled_by(found.codes, f"{name}{of}", found.words, found.factor, assignment.averages)
        named = [FaultFound(code, name, says, look) for code, says, look in parts]
        if bias and of == "[0]":
            says = f"Only the bias's row of {name} is wrong."
            named.insert(
                0, FaultFound("bias", name, says, "Row 0 belongs to the column of ones: what is summed up there?")
            )
        return named
    return []


def _reshaped(name: str, part: Sequence[Finding]) -> list[FaultFound]:
    """Right numbers in the wrong shape, or a shape that says nothing about the numbers."""
    odd = [each for each in part if each.actual is not None and each.actual.shape != each.wanted.shape]
    if not odd:
        turned = [each for each in part if each.actual is not None and each.wanted.ndim == 2]
        if turned and len(turned) == len(part) and _tells(part):
            flips = [each.actual is not None and same(each.actual, each.wanted.T) for each in turned]
            if all(flips):
                says, look = sentence("transposed", name)
                return [FaultFound("transposed", name, says, look)]
        return []
    pairs = [(each.actual, each.wanted) for each in part if each.actual is not None]
    if all(actual.ndim == 2 and same(actual, wanted.T) for actual, wanted in pairs):
        says, look = sentence("transposed", name)
        return [FaultFound("transposed", name, says, look)]
    worst = max(odd, key=lambda each: each.actual.size if each.actual is not None else 0)
    assert worst.actual is not None
    asked = worst.wanted.shape if worst.wanted.ndim else "one number"
    words = f"{worst.actual.shape} where {asked} is asked"
    hint, look = "", ""
    samples = _case(worst).samples
    if all(actual.size == wanted.size and same(actual.ravel(), wanted.ravel()) for actual, wanted in pairs):
        hint = " The numbers are right."
    elif (
        samples > 1 and worst.actual.shape[-2:] == (samples, samples) and worst.wanted.shape[-2:] != (samples, samples)
    ):
        hint = " An array (n,) met an array (n, 1): together they broadcast to (n, n)."
    if not worst.wanted.ndim and worst.actual.shape == (samples,) and samples > 1:
        hint = " There is one number for each sample."
        look = "What is averaged? In a * b.mean() it is b alone: form the whole product first."
    says, usual = sentence("wrong-shape", name, words)
    return [FaultFound("wrong-shape", name, says + hint, look or usual)]


def _numbers(exam: Exam, method: str, name: str, part: Sequence[Finding]) -> list[FaultFound]:
    """The simplest combination of faults and scaling that predicts every number."""
    assignment = exam.assignment
    finite = [each for each in part if each.actual is not None and np.all(np.isfinite(each.actual))]
    if not finite or not _tells(finite) or not any(np.any(each.actual) for each in finite):
        return []  # zeros have no scaling
    cases = [_case(each, assignment) for each in finite]
    best: tuple[int, list[FaultFound]] | None = None
    for faults in _candidates(assignment, name):
        if scaling(cases[:1], [_base(exam, method, name, finite[0], faults)], proof=False) is None:
            continue
        bases = [_base(exam, method, name, each, faults) for each in finite]
        if faults and all(same(base, each.wanted) for base, each in zip(bases, finite, strict=True)):
            continue
        found = scaling(cases, bases)
        if found is None or (not faults and not found.codes):
            continue
        if found.codes and len({case.samples for case in cases}) < 2 and len(part) < 3:
            continue  # one question proves no constant
        cost = 10 * (len(faults) + len(found.codes)) + (5 if "factor" in found.codes else 0)
        known = [error_fault(each) or fault_of(assignment, each) for each in sorted(faults)]
        named = [FaultFound(fault.code, name, f"{name}: {fault.says}", fault.look) for fault in known]
        parts = scaled_by(found.codes, name, found.words, found.factor, assignment.averages, beside=bool(known))
        named += [FaultFound(code, name, says, look) for code, says, look in parts]
        if best is None or cost < best[0]:
            best = (cost, named)
        if best[0] <= 10:
            break
    return best[1] if best else []


def _candidates(assignment: Assignment, name: str) -> Iterator[Faults]:
    """No fault, single faults, pairs of faults that show in this array."""
    yield frozenset()
    own = tuple(fault.name for fault in assignment.faults if name in fault.of)
    if name == "loss" and assignment.squared:
        own += loss_faults()
    if name in assignment.gradients:
        own += error_faults(assignment)
    for single in own:
        yield frozenset({single})
    own = tuple(each for each in own if error_fault(each) is None)
    for pair in itertools.combinations(own, 2) if name != "loss" else ():
        yield frozenset(pair)


def _reduction(assignment: Assignment, y: Array) -> float:
    """What the loss makes of a sum of squares of this size: where no error is to be seen, it is asked about ones."""
    return assignment.model.loss(y + 1.0, y, frozenset()) / max(int(np.size(y)), 1)


def _base(exam: Exam, method: str, name: str, finding: Finding, faults: Faults) -> Array:
    """What the model with these faults would give where a finding was made."""
    if not faults:
        return finding.wanted
    args = finding.question.calls[finding.call].args
    if method == "loss":
        (fault,) = faults  # losses are explained by one fault at a time
        if fault in loss_faults():
            errors = float(np.sum((args[0] - args[1]) ** 2))
            # The asked loss's own mean or half belongs to the fault's as well: only what is wrong is to be told.
            reduction = float(finding.wanted) / errors if errors > 0.0 else _reduction(exam.assignment, args[1])
            reduction = 1.0 if fault in WHOLE else reduction
            return faulty_loss(fault, *args) * reduction
        prediction, y = args
        with np.errstate(all="ignore"):
            return np.asarray(exam.assignment.model.loss(prediction, y, faults), dtype=float)
    key = (faults, method, finding.question.asks, finding.call)
    answers = exam.model_answers.get(key, lambda: _with_faults(exam.assignment, finding, faults))
    position = 0 if method == "forward" else exam.assignment.gradients.index(name)
    return np.asarray(answers[position], dtype=float)


def _with_faults(assignment: Assignment, finding: Finding, faults: Faults) -> tuple[Array, ...]:
    """What the model with these faults gives for the call of a finding: a prediction, or all gradients."""
    call, weights = finding.question.calls[finding.call], finding.question.weights_at(finding.call)
    with np.errstate(all="ignore"):
        if call.method == "forward":
            return (assignment.model.predict(weights, call.args[0], faults),)
        if len(faults) == 1 and error_fault(min(faults)) is not None:
            return tuple(with_wrong_error(assignment, min(faults), weights, call.args))
        return tuple(assignment.model.gradients(weights, call.args[0], call.args[1], faults))


def _unexplained(method: str, name: str, own: Sequence[Finding]) -> list[FaultFound]:
    wrong = [each for each in own if not each.right]
    infinite = [each for each in wrong if each.actual is not None and not np.all(np.isfinite(each.actual))]
    if infinite and len(infinite) == len(wrong):
        says, look = sentence("not-finite", name)
        return [FaultFound("not-finite", name, says + when(infinite, own), look)]
    if all(each.right or len(each.question.calls) > 1 for each in own):
        says = f"{name} is right on a fresh object, but wrong after the object has been used before."
        return [FaultFound("different", name, says, "What does the object keep from one call to the next?")]
    worst = max(wrong, key=lambda each: (each.question.plain, each.difference.error if each.difference else 0.0))
    difference = worst.difference
    where = f", most at index {difference.worst}" if difference is not None and difference.worst else ""
    off = difference.error if difference else np.inf
    size = f" by {share(off)} of its largest number{where}" if off < 1e3 else " widely"
    says = f"{name} differs from the right answer{size} ({worst.question.situation})."
    ratio = _largest_ratio(worst)
    if ratio is not None:
        says = f"The largest number of {name} is {times(ratio)} ({worst.question.situation})."
        off = np.inf  # told by itself, not beside others' shares
    look = "Work out one small example by hand (two samples, whole numbers) and compare every intermediate result."
    if _whole(own):
        says += " All numbers that came are whole."
        return [FaultFound("different", name, says + when(wrong, own), INTEGERS, off=off)]
    if method == "dloss_dw":
        look = "Check it against finite differences of your own loss, weight by weight, to see which factor is off."
    return [FaultFound("different", name, says + when(wrong, own), look, off=off)]


def _largest_ratio(worst: Finding) -> float | None:
    """Its largest number over the one that is asked, where these lie far apart."""
    if worst.actual is None or worst.actual.shape != worst.wanted.shape:
        return None
    came, asked = (float(np.abs(each).max(initial=0.0)) for each in (worst.actual, worst.wanted))
    if not (np.isfinite(came) and came > 0.0 and asked > 0.0) or 0.2 < came / asked < 5.0:
        return None
    return came / asked


def _whole(own: Sequence[Finding]) -> bool:
    """Whether only whole numbers came, not all zero, where others are asked."""
    came = [each.actual for each in own if each.actual is not None and np.all(np.isfinite(each.actual))]
    wanted = [each.wanted for each in own if each.actual is not None]
    return (
        sum(array.size for array in came) > 5
        and any(np.any(array) for array in came)
        and all(np.array_equal(array, np.round(array)) for array in came)
        and not all(np.array_equal(array, np.round(array)) for array in wanted)
    )


def _stale(name: str, part: Sequence[Finding]) -> list[FaultFound]:
    """The answer to the first batch, or at the first weights, again, whatever is asked second."""
    by_call = {(each.question.id, each.call): each for each in part}
    for each in part:
        earlier = by_call.get((each.question.id, each.call - 1))
        if earlier is None or each.right or each.actual is None or earlier.actual is None or not earlier.right:
            continue
        if earlier.actual.size and np.array_equal(each.actual, earlier.actual):
            says = f"On a second batch {name} still gives the answer to the first one."
            if each.question.by_weights or each.question.moved:
                says = f"At other weights {name} still gives the answer that was right before."
            return [FaultFound("different", name, says, "What does the object keep from one call to the next?")]
    return []


def _tells(part: Sequence[Finding]) -> bool:
    return any(not each.right for each in part)


def _case(finding: Finding, assignment: Assignment | None = None) -> Case:
    args = finding.question.calls[finding.call].args
    y = args[1] if len(args) > 1 else args[0]
    assert finding.actual is not None
    sizes: dict[str, int] = {}
    if assignment is not None:
        for symbols, weight in zip(assignment.weights.values(), finding.question.init, strict=True):
            sizes |= {
                symbol: size for symbol, size in zip(symbols, weight.shape, strict=True) if isinstance(symbol, str)
            }
    return Case(finding.actual, samples=len(y), elements=int(np.size(y)), sizes=tuple(sizes.items()))


def when(some: Sequence[Finding], findings: Sequence[Finding]) -> str:
    """In which situations, if not in all."""
    hurt = {each.question.situation for each in some}
    fine = {each.question.situation for each in findings if each.right} - hurt
    if not fine or not hurt or len(hurt) > 4:
        return ""
    return f" (Seen only here: {', '.join(sorted(hurt))}.)"
