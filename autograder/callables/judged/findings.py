"""What of an answer is right and what is not, result by result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograder.callables.asked.exam import Exam
from autograder.callables.asked.expected import Expected
from autograder.callables.asked.question import OWN_DATA, CallsQuestion
from autograder.callables.asked.situations import MANY_SAMPLES
from autograder.core import CallAnswer, Difference, Failure, Value, compare
from autograder.observe import arrays_in, result_named


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of one scored call: right, or why not.

    `outcome` is that of the call, or of the call before it that gave nothing; `at` names the callable whose call that
    was. `kind` is what came instead of an array of the right shape; `more` is a part that came and is not asked, in the
    list or dict that the result is a part of.
    """

    question: CallsQuestion
    call: int
    name: str
    right: bool
    outcome: str
    at: str
    wanted: np.ndarray
    actual: np.ndarray | None = None
    difference: Difference | None = None
    kind: str = ""
    failure: Failure | None = None
    more: str = ""

    @property
    def later(self) -> bool:
        """Whether something else than a constructor was called before, in the same question."""
        return any(step.makes is None for step in self.question.calls[: self.call])

    @property
    def read_only(self) -> bool:
        """Whether the call raised since it wrote into an array that it may only read."""
        raised = self.outcome == "raised" and self.at == self.question.method and self.failure is not None
        return raised and self.failure is not None and self.failure.text.endswith("is read-only")


def find(
    exam: Exam, questions: Sequence[CallsQuestion], answers: Mapping[str, tuple[CallAnswer, ...]]
) -> tuple[Finding, ...]:
    """The findings on all scored calls of these questions; a question without an answer is as one that died."""
    return tuple(each for question in questions for each in _found(exam, question, answers.get(question.id, ())))


def _found(exam: Exam, question: CallsQuestion, answers: tuple[CallAnswer, ...]) -> tuple[Finding, ...]:
    """The findings on a question; the same ones for answers that came before, as right ones mostly did."""
    return exam.conclusions.drawn(
        ("a question",), (question, *answers), lambda: tuple(_of_question(exam, question, answers)), answers
    )


def _of_question(exam: Exam, question: CallsQuestion, answers: tuple[CallAnswer, ...]) -> Iterator[Finding]:
    changing = exam.changing(question.method)
    for call in question.scored:
        if question.others and not _led_up_to(exam, question, call, answers):
            return
        expected = exam.expected(question, call)
        reached = call < len(answers)
        answer = answers[call] if reached else (answers[-1] if answers else CallAnswer("died"))
        at = question.calls[min(call, max(len(answers) - 1, 0))].name
        values = {
            result_named(exam.reference.signature(question.method).results, path): value
            for path, value in answer.parts.items()
            if path not in expected.absent
        }
        if _beyond(question, values, expected):
            continue
        more = _not_asked(values, expected, changing)
        for name, wanted in expected.arrays.items():
            base: dict[str, Any] = {"question": question, "call": call, "name": name, "at": at, "wanted": wanted}
            if not reached or answer.outcome != "returned":
                outcome = answer.outcome if answer.outcome != "returned" else "died"
                if question.late and question.situation != OWN_DATA and outcome in ("timed_out", "died"):
                    continue  # a right answer may be slow, too
                yield Finding(**base, right=False, outcome=outcome, failure=answer.failure)
                continue
            value = values.get(name) or _part(values, name)
            if value is None or value.array is None:
                yield Finding(**base, right=False, outcome="returned", kind=_kind(value, values, name))
                continue
            difference = compare(value.array, wanted, expected.tolerance[name])
            besides = next((part for within, part in more.items() if name.startswith(f"{within}.")), "")
            right = difference.same_shape and difference.within and not besides
            came: dict[str, Any] = {"actual": value.array, "difference": difference, "kind": value.dtype}
            yield Finding(**base, right=right, outcome="returned", **came, more=besides)
        for within, part in more.items():
            if not any(name.startswith(f"{within}.") for name in expected.arrays):  # an empty one is asked
                base = {"question": question, "call": call, "at": at, "wanted": np.zeros(0)}
                of = [name for name in exam.names(question.method) if name.startswith(f"{within}.")]
                yield from (Finding(**base, name=n, right=False, outcome="returned", more=part) for n in of)


def _beyond(question: CallsQuestion, values: Mapping[str, Value], expected: Expected) -> bool:
    """Whether a question about a thousand samples led beyond all numbers, as a product of so many shares does, which is
    right with fewer: of that nothing is held against it."""
    if not question.asks.endswith(f"/{MANY_SAMPLES}"):
        return False
    came = (values[name].array for name in expected.arrays if name in values)
    return any(array is not None and not np.all(np.isfinite(array)) for array in came)


def _led_up_to(exam: Exam, question: CallsQuestion, call: int, answers: tuple[CallAnswer, ...]) -> bool:
    """Whether all that others were asked before a call came back right, and left what it must."""
    for before, step in enumerate(question.calls[:call]):
        if step.makes is not None or step.name == question.method:
            continue
        if before >= len(answers) or answers[before].outcome != "returned" or answers[before].mutated:
            return False
        expected = exam.expected(question, before)
        came = arrays_in(exam.reference.signature(step.name).results, answers[before].parts)
        if not all(
            name in came and compare(came[name], wanted, expected.tolerance[name]).within
            for name, wanted in expected.arrays.items()
        ):
            return False
    return True


def _not_asked(values: Mapping[str, Value], expected: Expected, changing: frozenset[str]) -> dict[str, str]:
    """By the list or dict that holds it, a part that came and is not asked: one more of a list, a key of a dict whose
    keys are the answer. A key beside those of a dict that always has the same ones may be there."""
    known = {*expected.arrays, *expected.others}
    more: dict[str, str] = {}
    for name, value in values.items():
        inside = {each[len(name) + 1 :] for each in expected.arrays if each.startswith(f"{name}.")}
        places = bool(inside) and all(each.isdecimal() for each in inside)
        if places and value.array is not None and np.shape(value.array)[:1] > (len(inside),):
            more[name] = f"{name}.{len(inside)}"  # a list whose parts make one array, with one part more
        pieces = name.split(".")
        for depth in range(1, len(pieces)):
            within, part = ".".join(pieces[:depth]), pieces[depth]
            inside = {each[len(within) + 1 :].partition(".")[0] for each in known if each.startswith(f"{within}.")}
            if part in inside:
                continue
            listed = part.isdecimal() and bool(inside) and all(each.isdecimal() for each in inside)
            if within not in known and (listed or (pieces[0] in changing and (inside or depth == 1))):
                more.setdefault(within, ".".join(pieces[: depth + 1]))
            break
    return more


def _part(values: Mapping[str, Value], name: str) -> Value | None:
    """A part of a list that came as one array, `train.0`: a list whose parts are all as long makes one."""
    head, dot, place = name.rpartition(".")
    whole = values[head].array if dot and head in values else None
    if whole is None or not place.isdecimal() or not whole.ndim or int(place) >= len(whole):
        return None
    return replace(values[head], array=whole[int(place)])


def _kind(value: Value | None, values: Mapping[str, Value], name: str) -> str:
    """What came in the place of an array."""
    if value is not None:
        return value.kind
    inside = [key.removeprefix(f"{name}.").partition(".")[0] for key in values if key.startswith(f"{name}.")]
    if inside:
        return "sequence" if all(key.isdecimal() for key in inside) else "dict"
    whole = values.get("everything returned")
    return "not there" if whole is None else f"one {whole.kind}"


def given_before(exam: Exam, finding: Finding, answers: tuple[CallAnswer, ...]) -> bool:
    """Whether a result is what an earlier call of the same callable gave, number for number, where the two must differ.

    Whole numbers may come again by chance.
    """
    question, came = finding.question, finding.actual
    if came is None or not np.any(came != np.round(came)):
        return False
    results = exam.reference.signature(question.method).results
    for call in (each for each in question.scored if each < min(finding.call, len(answers))):
        before = arrays_in(results, answers[call].parts).get(finding.name)
        wanted = exam.expected(question, call).arrays.get(finding.name)
        if before is not None and wanted is not None and np.array_equal(before, came):
            return not np.array_equal(wanted, finding.wanted)
    return False


def given_to_another(finding: Finding, findings: Sequence[Finding]) -> bool:
    """Whether a result of another shape than is asked is, number for number, what was right for another question: it
    cannot have been worked out from what this one asks. Whole numbers may come again by chance."""
    came = finding.actual
    if came is None or came.shape == finding.wanted.shape or not np.any(came != np.round(came)):
        return False
    others = (each.actual for each in findings if each.right and each.name == finding.name)
    return any(other is not None and np.array_equal(other, came) for other in others)


def lent_changed(exam: Exam, question: CallsQuestion, answers: tuple[CallAnswer, ...]) -> Iterator[str]:
    """What the objects of scored calls were made with and these calls changed, `Net(weights)`, where the solution keeps
    copies."""
    owner = question.method.rpartition(".")[0]
    labels = [f"{owner}({label})" for call in question.scored if call < len(answers) for label in answers[call].lent]
    return iter(labels if labels and exam.keeps_copies(question.method) else ())


def impure(question: CallsQuestion, answers: tuple[CallAnswer, ...]) -> Iterator[tuple[int, str]]:
    """The arguments that scored calls changed and were to leave alone."""
    for call in question.scored:
        if call < len(answers):
            step = question.calls[call]
            yield from ((call, label) for label in answers[call].mutated if label not in step.changes)
