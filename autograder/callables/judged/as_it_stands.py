"""What a submission's callables answer as they stand: who is right, who changes what is to be left alone, whose slopes
were found by numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property, partial

import numpy as np

from autograder.callables.asked.exam import Exam
from autograder.callables.asked.question import CallsQuestion, From
from autograder.callables.asked.situations import STATE_SET
from autograder.callables.faults.edits import Change
from autograder.callables.judged.findings import Finding, find, impure, lent_changed
from autograder.callables.judged.named import changes_that_give
from autograder.callables.judged.numeric import Answered, near_the_right_one
from autograder.core import CallAnswer


class AsItStands:
    """The answers, by question, that a submission gave by itself, held against the exam."""

    def __init__(self, exam: Exam, answers: Mapping[str, tuple[CallAnswer, ...]]):
        self.exam, self.answers = exam, answers
        self._impure: dict[str, tuple[str, ...]] = {}
        self._changed: dict[str, tuple[str, ...]] = {}
        self._changes: dict[str, Sequence[Change]] = {}

    def beside(self, answers: Mapping[str, tuple[CallAnswer, ...]]) -> AsItStands:
        """The same where further questions are answered beside: what was found of the exam's own stays."""
        stands = AsItStands(self.exam, answers)
        stands.findings, stands.right = self.findings, self.right
        stands._impure, stands._changed, stands._changes = self._impure, self._changed, self._changes
        if "numeric" in vars(self) and all(key in self.answers or key not in self.exam.of_steps for key in answers):
            stands.numeric = self.numeric
        return stands

    @cached_property
    def findings(self) -> dict[str, tuple[Finding, ...]]:
        """Per callable, the findings on the questions that score it."""
        every = {name: find(self.exam, self.exam.of(name), self.answers) for name in self.exam.asked}
        every = {name: self.without_what_is_told(name, findings) for name, findings in every.items()}
        return {name: without_what_is_set(of, any(map(_after_a_move, of))) for name, of in every.items()}

    def without_what_is_told(self, name: str, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """Findings without those that tell once more what the callable loses points for anyway: on arrays that may not
        be written into, where it writes into its arguments elsewhere, on later calls on an object whose state it has
        changed and must not, and on calls that its own wrong results are handed back to."""
        writes = bool(self._written_into(name))
        still = self.exam.still(name)
        moved: dict[tuple[str, int | None], int] = {}
        wrong: set[tuple[str, int]] = set()
        for each in findings:
            if each.name in still and each.outcome == "returned" and not each.right:
                moved.setdefault((each.question.id, each.question.calls[each.call].on), each.call)
            if not each.right:
                wrong.add((each.question.id, each.call))

        def after(each: Finding) -> bool:
            first = moved.get((each.question.id, each.question.calls[each.call].on))
            return first is not None and each.call > first and each.name not in still

        def told(each: Finding) -> bool:
            return (writes and each.read_only) or after(each) or (bool(wrong) and _is_fed(each, wrong))

        return tuple(each for each in findings if not told(each))

    @cached_property
    def right(self) -> frozenset[str]:
        """The callables that are right as they stand."""
        return frozenset(name for name, of in self.findings.items() if all(each.right for each in of))

    def is_right(self, name: str) -> bool:
        """Whether a callable is right in all that scores it; one that is not asked is."""
        return name in self.right or name not in self.findings

    def wrong_partners(self, name: str) -> tuple[str, ...]:
        """The other callables that this one calls or follows, and that are wrong somewhere as they stand, or as exact
        as differences are."""
        rough = {callable for callable, _ in self.numeric}
        return tuple(other for other in self.exam.repeated.partners(name) if other in rough or not self.is_right(other))

    def changed(self, name: str) -> tuple[str, ...]:
        """Arguments and state, `self.w`, that a callable changes and is to leave alone."""
        if name not in self._changed:
            self._changed[name] = self._found_to_change(name)
        return self._changed[name]

    def changes_that_give(self, name: str) -> Sequence[Change]:
        """The changes of the solution that give what a callable answers, as `named` finds them."""
        if name not in self._changes:
            self._changes[name] = changes_that_give(self.exam, name, self.findings[name], self.right)
        return self._changes[name]

    def _written_into(self, name: str) -> tuple[str, ...]:
        """Arguments that a callable changes and is to leave alone."""
        if name not in self._impure:
            answered = ((q, self.answers.get(q.id, ())) for q in self.exam.of(name))
            self._impure[name] = tuple(label for q, answers in answered for _, label in impure(q, answers))
        return self._impure[name]

    def _found_to_change(self, name: str) -> tuple[str, ...]:
        labels = self._written_into(name)
        lent = (each for q in self.exam.of(name) for each in lent_changed(self.exam, q, self.answers.get(q.id, ())))
        free = self.exam.reference.may_change(name)
        moved = (*self.moved(name, self.findings[name]), *self._crept(name))
        return tuple(label for label in dict.fromkeys((*labels, *lent, *moved)) if label not in free)

    def moved(self, name: str, findings: Sequence[Finding]) -> Iterator[str]:
        """State that a method has to leave as it was, `self.w`, and that is otherwise afterwards, where no constructor
        of another object may have done it."""
        still = self.exam.still(name)
        wrong = (each for each in findings if each.name in still and each.outcome == "returned" and not each.right)
        alone = (each for each in wrong if not _another_made(each.question, each.call))
        return (f"self.{each.name.partition('.')[0]}" for each in alone)

    def _crept(self, name: str) -> Iterator[str]:
        """State that a method has to leave as it was, and that is not, bit for bit, the same after its next call, with
        no constructor of another object in between."""
        still = self.exam.still(name)
        for question in self.exam.of(name) if still else ():
            answers = self.answers.get(question.id, ())
            yield from self.exam.conclusions.drawn(
                ("what creeps",), (question, *answers), partial(_crept_in, question, answers, still), answers
            )

    def kept_in_step(self, name: str) -> bool:
        """Whether answers after another method has moved the state are right, or would be but for partners that are
        wrong before as well."""
        moved = [each for each in self.findings[name] if _after_a_move(each)]
        others = (each for partner in self.wrong_partners(name) for each in self.findings[partner])
        wrong_before = any(
            not each.right and not _after_a_move(each) and not each.question.id.endswith(f"/{STATE_SET}")
            for each in others
        )
        return bool(moved) and (wrong_before or all(each.right for each in moved))

    def steps_to_ask(self) -> tuple[CallsQuestion, ...]:
        """Questions that tell whether slopes were found by numbers, and that are still to be put."""
        return tuple(question for answered in self._answered_steps() for question in answered.waiting())

    def _answered_steps(self) -> Iterator[Answered]:
        """The steps of all slopes that may have been found by numbers, with what was answered to them."""
        for name, several in self.exam.steps.items():
            alone = all(self.is_right(other) for other in self.exam.repeated.partners(name))
            for steps in several:
                if near_the_right_one(steps, self.findings[name], alone):
                    yield Answered(self.exam.reference, steps, self.answers)

    @cached_property
    def numeric(self) -> dict[tuple[str, str], str]:
        """By callable and result: what proves that it was found by numbers and not derived, in a sentence."""
        proofs = [(each.steps, proof) for each in self._answered_steps() if (proof := each.proof())]
        return {(steps.callable, name): proof for steps, proof in proofs for name in steps.by}


def _crept_in(question: CallsQuestion, answers: Sequence[CallAnswer], still: Collection[str]) -> tuple[str, ...]:
    crept: list[str] = []
    last: dict[int | None, CallAnswer] = {}
    for step, answer in zip(question.calls, answers, strict=False):
        if step.makes is not None:
            last.clear()
        before = last.get(step.on)
        if step.name == question.method and not step.sets and before is not None and answer.outcome == "returned":
            crept += [f"self.{each}" for each in still if _differ(before, answer, each)]
        if step.on is not None:
            last[step.on] = answer
    return tuple(crept)


def _is_fed(finding: Finding, wrong: Collection[tuple[str, int]]) -> bool:
    """Whether a call is handed results of one before it that is about the same, and wrong, or fed by one that is."""
    calls, waiting = finding.question.calls, [finding.call]
    while waiting:
        for arg in calls[waiting.pop()].args:
            if isinstance(arg, From) and calls[arg.call].name == finding.question.method:
                if (finding.question.id, arg.call) in wrong:
                    return True
                waiting.append(arg.call)
    return False


def _another_made(question: CallsQuestion, call: int) -> bool:
    """Whether another object was made after the one that a call is on."""
    made = [step.makes for step in question.calls[:call] if step.makes is not None]
    return bool(made) and made[-1] != question.calls[call].on


def _after_a_move(finding: Finding) -> bool:
    """Whether it was asked after another method had moved the state."""
    return bool(finding.question.others) and finding.question.late > 0


def without_what_is_set(findings: tuple[Finding, ...], in_step: bool) -> tuple[Finding, ...]:
    """Findings without those after the state was set from outside, where it is kept in a second place as well that its
    own methods keep `in_step`, or where it does not let itself be set."""
    return tuple(
        each
        for each in findings
        if not each.question.asks.endswith(f"/{STATE_SET}") or not (in_step or each.outcome == "raised")
    )


def _differ(before: CallAnswer, after: CallAnswer, name: str) -> bool:
    """Whether an attribute is told after both calls and is not the same."""
    one, two = (answer.parts.get(f"self.{name}") for answer in (before, after))
    if one is None or two is None or one.array is None or two.array is None:
        return False
    return not np.array_equal(one.array, two.array, equal_nan=True)
