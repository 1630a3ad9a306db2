"""The evidence on one submission of a declared assignment: its answers held against the exam, route by route."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from autograder.callables.asked.exam import Exam
from autograder.callables.asked.question import CallsQuestion
from autograder.callables.asked.situations import STATE_SET
from autograder.callables.asked.standing import GIVEN, IN_PART, KEPT, RECORDED, RUN
from autograder.callables.judged.consequences import consequences
from autograder.callables.judged.findings import Finding, find, impure
from autograder.callables.judged.fitted import fits
from autograder.callables.judged.items import Item, items
from autograder.callables.judged.named import named
from autograder.callables.judged.numeric import Answered, near_the_right_one
from autograder.core import CallAnswer, Observation
from autograder.judging import Rubric, earned
from autograder.notebooks import Submission

AS_IT_STANDS, FITTING, CONSEQUENCE = "as it stands", "fitting", "consequence"
ROUTE_WORDS = {
    AS_IT_STANDS: "as it stands",
    RECORDED: "with right results from what it calls",
    IN_PART: "with right results from what it calls and is wrong",
    GIVEN: "with right results handed on to it",
    RUN: "with what it calls run, and right results in the place of its answers",
    **dict.fromkeys(KEPT, "with right values in the place of what others keep on the object"),
    FITTING: "held against differences of what it follows",
    CONSEQUENCE: "held against the solution with the same fault in what it calls or follows",
}
ANOTHER_FUNCTION = frozenset(
    {"function left out", "function other", "function of another", "before its function", "call left out"}
)  # kinds of changes by which a value on the way is another function's


@dataclass(frozen=True, repr=False)
class Evidence:
    """Everything that the checks may look at.

    `points` are those of each grade cell; `judged` the cells that checks give the points of, and no person.
    """

    exam: Exam
    submission: Submission
    observation: Observation
    points: Mapping[str, float]
    judged: tuple[str, ...]
    rubric: Rubric
    isolation: str = "namespaces"
    memo: dict[str, Any] = field(default_factory=dict, compare=False)

    def __repr__(self) -> str:
        """Short: pytest writes the arguments of a failed check out."""
        return f"<evidence on {self.submission.path}>"

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """The grade cells' items."""
        return items(self.judged, self.exam)

    @property
    def answers(self) -> Mapping[str, tuple[CallAnswer, ...]]:
        """All answers, by question."""
        return self.observation.answers

    @cached_property
    def as_it_stands(self) -> dict[str, tuple[Finding, ...]]:
        """Per callable, the findings on the questions that score it."""
        every = {name: find(self.exam, self.exam.of(name), self.answers) for name in self.exam.asked}
        every = {name: self._without_what_is_impure(name, findings) for name, findings in every.items()}
        return {name: _without_what_is_set(of, any(map(_after_a_move, of))) for name, of in every.items()}

    def _without_what_is_impure(self, name: str, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """Findings without those that tell once more what the callable loses points for anyway: on arrays that may not
        be written into, where it writes into its arguments elsewhere, and on later calls on an object whose state it
        has changed and must not."""
        writes = any(label for q in self.exam.of(name) for _, label in impure(q, self.answers.get(q.id, ())))
        still = self.exam.still(name)
        moved: dict[tuple[str, int | None], int] = {}
        for each in findings:
            if each.name in still and each.outcome == "returned" and not each.right:
                moved.setdefault((each.question.id, each.question.calls[each.call].on), each.call)

        def after(each: Finding) -> bool:
            first = moved.get((each.question.id, each.question.calls[each.call].on))
            return first is not None and each.call > first and each.name not in still

        return tuple(each for each in findings if not (writes and each.read_only) and not after(each))

    @cached_property
    def right(self) -> frozenset[str]:
        """The callables that are right as they stand."""
        return frozenset(name for name, of in self.as_it_stands.items() if all(each.right for each in of))

    @cached_property
    def routes(self) -> dict[str, dict[str, tuple[Finding, ...]]]:
        """Per callable and route, the findings; a route that was not taken is not there."""
        by_callable: dict[str, dict[str, tuple[Finding, ...]]] = {}
        for name in self.exam.asked:
            by_callable[name] = {AS_IT_STANDS: self.as_it_stands[name]}
            for route, questions in self._further(name).items():
                if any(question.id in self.answers for question in questions):
                    by_callable[name][route] = self._with_the_rest(name, questions)
            if fitted := self._fitted(name):
                by_callable[name][FITTING] = fitted
            if not any(all(each.right for each in findings) for findings in by_callable[name].values()):
                by_callable[name] |= self._as_consequence(name)
        return by_callable

    def follow_ups(self) -> tuple[CallsQuestion, ...]:
        """Questions by further routes that are still to be put: for callables that are wrong as they stand."""
        waiting: list[CallsQuestion] = []
        for name in self.exam.asked:
            if all(each.right for each in self.as_it_stands[name]) and not self._impure_as_it_stands(name):
                continue
            for questions in self._further(name).values():
                waiting += [question for question in questions if question.id not in self.answers]
        return (*waiting, *self.steps_to_ask())

    def steps_to_ask(self) -> tuple[CallsQuestion, ...]:
        """Questions that tell whether slopes were found by numbers, and that are still to be put."""
        return tuple(question for answered in self._answered_steps() for question in answered.waiting())

    def _answered_steps(self) -> Iterator[Answered]:
        """The steps of all slopes that may have been found by numbers, with what was answered to them."""
        for name, several in self.exam.steps.items():
            alone = all(self._right_as_it_stands(other) for other in self.exam.repeated.partners(name))
            for steps in several:
                if near_the_right_one(steps, self.as_it_stands[name], alone):
                    yield Answered(self.exam.reference, steps, self.answers)

    @cached_property
    def numeric(self) -> dict[tuple[str, str], str]:
        """By callable and result: what proves that it was found by numbers and not derived, in a sentence."""
        proofs = [(each.steps, proof) for each in self._answered_steps() if (proof := each.proof())]
        return {(steps.callable, name): proof for steps, proof in proofs for name in steps.by}

    def _further(self, name: str) -> dict[str, tuple[CallsQuestion, ...]]:
        """Per route, its questions; cheap where the exam has made them before."""
        further = {RECORDED: self.exam.repeated.standing(name), GIVEN: self.exam.repeated.given(name)}
        if any(question.id in self.answers for question in further[RECORDED]) and not self._right_by(further[RECORDED]):
            further[IN_PART] = self.exam.repeated.in_part(name, self.wrong_partners(name))
        if self._leans_on_others(name):
            further[RUN] = self.exam.repeated.run_first(name)
            if any(question.id in self.answers for question in further[RUN]) and not self._right_by(further[RUN]):
                unlike = all(self._keeps_another(each) for each in self.wrong_partners(name))
                further |= self.exam.repeated.kept(name, unlike)
        return {route: questions for route, questions in further.items() if questions}

    def _leans_on_others(self, name: str) -> bool:
        """Whether a method raises where recorded answers stand in for what it calls, beside a partner that is wrong:
        it may read what that one keeps on the object."""
        if "." not in name or not self.wrong_partners(name):
            return False
        standing = self.exam.repeated.standing(name)
        return any(answer.outcome == "raised" for q in standing for answer in self.answers.get(q.id, ()))

    def _keeps_another(self, name: str) -> bool:
        """Whether a callable is wrong by a function left out or exchanged on its way, so that what it keeps may be of
        another kind than its place is for: a layer without its activation, say. Of a fault at its end, such as a sign,
        this would hide that the one who reads it takes one value for another."""
        if name not in self.memo:
            fault = named(self.exam, name, self.as_it_stands[name])
            self.memo[name] = fault is not None and bool(fault.kinds) and fault.kinds <= ANOTHER_FUNCTION
        return bool(self.memo[name])

    def _right_by(self, questions: Sequence[CallsQuestion]) -> bool:
        """Whether the answers to these questions are all right."""
        return all(each.right for each in find(self.exam, questions, self.answers))

    def with_more(self, more: Observation) -> Evidence:
        """This evidence with answers to further questions beside."""
        observation = Observation(
            {**self.observation.answers, **more.answers},
            tuple(dict.fromkeys((*self.observation.notes, *more.notes))),
        )
        return replace(self, observation=observation, memo={})

    def after(self, cpu_s: float, wall_s: float) -> Evidence:
        """This evidence with what its observation took in all."""
        return replace(self, observation=replace(self.observation, cpu_s=cpu_s, wall_s=wall_s))

    def best(self, item: Item) -> tuple[str, float]:
        """The route by which an item earns most, and its share; the simplest of equals."""
        routes = self.routes[item.callable]
        shares = {route: self._earned(item, findings) for route, findings in routes.items()}
        best = max(shares, key=lambda route: (shares[route], route == AS_IT_STANDS))
        return best, shares[best]

    def _earned(self, item: Item, findings: Sequence[Finding]) -> float:
        """The share of an item: a dict whose keys are the answer is right as a whole or not at all, and a slope that
        was found by numbers keeps the rubric's part."""
        whole = self.exam.changing(item.callable)
        of_dicts = {name: name.partition(".")[0] for name in item.results if _keyed(name)}
        as_one = {name: head for name, head in of_dicts.items() if head in whole}
        if as_one:
            findings = [replace(f, name=as_one.get(f.name, f.name)) for f in findings if f.name in item.results]
        names = dict.fromkeys(as_one.get(name, name) for name in item.results)
        numeric = [name for name in names if (item.callable, name) in self.numeric]
        rest = tuple(name for name in names if name not in numeric)
        part = earned(findings, rest, self.rubric) * len(rest) if rest else 0.0
        return (part + self.rubric.numerical_part * len(numeric)) / len(names)

    def impure(self, name: str) -> tuple[str, ...]:
        """Arguments that a callable changes of itself: by every route that shows it without the others' doing."""
        labels = self._impure_as_it_stands(name)
        taken = 0
        further = self._further(name) if labels else {}
        for route in [route for route in further if route in (RECORDED, GIVEN)]:  # by the rest others run, too
            questions = further[route]
            asked = [question for question in questions if question.id in self.answers]
            if any(answer.outcome == "returned" for q in asked for answer in self.answers[q.id]):
                taken += 1
                alone = {label for question in asked for _, label in impure(question, self.answers[question.id])}
                alone |= {*self._moved(name, find(self.exam, asked, self.answers))}
                # What is handed on says nothing of arguments, nor does a call that is not answered by this route.
                silent = {label for label in labels if route == GIVEN or not self._repeats(asked, label)}
                labels = tuple(each for each in labels if each in alone or (each in silent and each[:5] != "self."))
        if labels and not taken and self.wrong_partners(name):  # these may have left the object so
            labels = tuple(label for label in labels if not label.startswith("self."))
        return labels

    def _repeats(self, asked: Sequence[CallsQuestion], label: str) -> bool:
        """Whether one of these answers a call that changed an argument as it stands."""
        for question in asked:
            base, answers = self.exam.questions[question.asks], self.answers[question.id]
            again = dict(zip(base.scored, question.scored, strict=True))
            for call, each in impure(base, self.answers.get(base.id, ())):
                if each == label and again[call] < len(answers) and answers[again[call]].outcome == "returned":
                    return True
        return False

    def _impure_as_it_stands(self, name: str) -> tuple[str, ...]:
        labels = (label for q in self.exam.of(name) for _, label in impure(q, self.answers.get(q.id, ())))
        free = self.exam.reference.may_change(name)
        moved = (*self._moved(name, self.as_it_stands[name]), *self._crept(name))
        return tuple(label for label in dict.fromkeys((*labels, *moved)) if label not in free)

    def _moved(self, name: str, findings: Sequence[Finding]) -> Iterator[str]:
        """State that a method has to leave as it was, `self.w`, and that is otherwise afterwards."""
        still = self.exam.still(name)
        wrong = (each for each in findings if each.name in still and each.outcome == "returned" and not each.right)
        return (f"self.{each.name.partition('.')[0]}" for each in wrong)

    def _crept(self, name: str) -> Iterator[str]:
        """State that a method has to leave as it was, and that is not, bit for bit, the same after its next call."""
        for question in self.exam.of(name) if self.exam.still(name) else ():
            answers = self.answers.get(question.id, ())
            last: dict[int | None, CallAnswer] = {}
            for step, answer in zip(question.calls, answers, strict=False):
                before = last.get(step.on)
                if step.name == name and not step.sets and before is not None and answer.outcome == "returned":
                    yield from (f"self.{each}" for each in self.exam.still(name) if _differ(before, answer, each))
                if step.on is not None:
                    last[step.on] = answer

    def wrong_partners(self, name: str) -> tuple[str, ...]:
        """The other callables that this one calls or follows, and that are wrong somewhere as they stand, or as exact
        as differences are."""
        rough = {callable for callable, _ in self.numeric}
        return tuple(
            other
            for other in self.exam.repeated.partners(name)
            if other in rough or not self._right_as_it_stands(other)
        )

    def _right_as_it_stands(self, name: str) -> bool:
        return all(each.right for each in self.as_it_stands.get(name, ()))

    def ill_served(self, name: str) -> tuple[str, ...]:
        """The callables that follow this one alone, and are right with what a right run of it hands on or leaves on
        the object, and wrong after its own, whose results are right: so what it hands on is not.

        A plain question with a single scored call must show it: there nothing else ran in between.
        """
        follows = self.exam.reference.declaration.follows
        if not all(each.right for each in self.as_it_stands[name]):
            return ()
        served = dict.fromkeys(each.callable for each in follows if each.after == name and each.callable in self.routes)
        return tuple(other for other in served if self._ill_served(other, {name}))

    def _ill_served(self, other: str, by: set[str]) -> bool:
        """Whether a callable that follows `by` is right with recorded data handed on to it, and only then."""
        if {each.after for each in self.exam.reference.declaration.follows if each.callable == other} != by:
            return False
        wrong = {
            each.question.id
            for each in self.as_it_stands[other]
            if not each.right and each.question.plain and len(each.question.scored) == 1
        }
        repeated = {each.asks for each in self.exam.repeated.given(other)} if wrong else set()
        handed = self.routes[other].get(GIVEN, ())
        return bool(wrong & repeated and handed) and all(each.right for each in handed)

    def perhaps_ill_served(self, name: str) -> tuple[str, ...]:
        """The callables that may have left something wrong on the object for this one, which nothing tells: with what a
        right run leaves there it gives no answer, since it keeps it under other names."""
        left = [each for each in self.exam.reference.declaration.follows if each.callable == name and not each.by]
        asked = {question.id for question in self.exam.repeated.given(name)} if left else set()
        answered = any(
            each.outcome == "returned" for each in self.routes[name].get(GIVEN, ()) if each.question.id in asked
        )
        return () if answered else tuple(dict.fromkeys(each.after for each in left))

    def _as_consequence(self, name: str) -> dict[str, tuple[Finding, ...]]:
        """The findings where a fault of one that it calls or follows gives all that is wrong; nothing where none does.

        That is looked for where no right value can take the place of the wrong one: a cache that is kept in another
        form, a helper that is asked what the solution never asks it.
        """
        for other in self._wrong_ways_down(name):
            if self._follows(name, other) or self._leans_on_answers(name):
                findings = self.as_it_stands[name]
                of_fault = consequences(self.exam, findings, other, self.as_it_stands[other], self.right)
                if of_fault:
                    return {CONSEQUENCE: of_fault}
        return {}

    def _wrong_ways_down(self, name: str) -> tuple[str, ...]:
        """The callables that are wrong among those that this one calls or follows, that these do, and so on."""
        reached = dict.fromkeys(self.wrong_partners(name))
        waiting = [*reached]
        while waiting:
            further = [each for each in self.wrong_partners(waiting.pop(0)) if each not in (name, *reached)]
            reached |= dict.fromkeys(further)
            waiting += further
        return tuple(reached)

    def _follows(self, name: str, other: str) -> bool:
        return any(each.callable == name and each.after == other for each in self.exam.reference.declaration.follows)

    def _leans_on_answers(self, name: str) -> bool:
        """Whether a callable answers otherwise, or not at all, where recorded answers stand in for what it calls: what
        calls nothing has every fault of its own making."""
        for question in self.exam.repeated.standing(name):
            base = self.exam.questions[question.asks]
            pairs = [
                (self.answers.get(base.id, ())[one : one + 1], self.answers.get(question.id, ())[two : two + 1])
                for one, two in zip(base.scored, question.scored, strict=True)
            ]
            if any(one and two and _unlike(one[0], two[0]) for one, two in pairs):
                return True
        return False

    def _with_the_rest(self, name: str, questions: tuple[CallsQuestion, ...]) -> tuple[Finding, ...]:
        """A route's findings, and those on questions that it does not repeat: these count as they stand, unless a
        partner that is wrong, or changes what it must only read, may be at fault."""
        findings = _without_what_is_set(find(self.exam, questions, self.answers), self._kept_in_step(name))
        repeated = {question.asks for question in questions}
        rest = [each for each in self.as_it_stands[name] if each.question.id not in repeated]
        if self.wrong_partners(name) or any(map(self._impure_as_it_stands, self.exam.repeated.partners(name))):
            rest = [
                each
                for each in rest
                if each.question.plain and each.question.id in self.exam.repeated.must_be_repeated(name)
            ]
        return (*findings, *rest)

    def _kept_in_step(self, name: str) -> bool:
        """Whether answers after another method has moved the state are right, or would be but for partners that are
        wrong before as well."""
        moved = [each for each in self.as_it_stands[name] if _after_a_move(each)]
        others = (each for partner in self.wrong_partners(name) for each in self.as_it_stands[partner])
        wrong_before = any(
            not each.right and not _after_a_move(each) and not each.question.id.endswith(f"/{STATE_SET}")
            for each in others
        )
        return bool(moved) and (wrong_before or all(each.right for each in moved))

    def _fitted(self, name: str) -> tuple[Finding, ...]:
        """Findings on slopes that are held against what the submission's own way forward gives, where that is wrong.

        All slopes of the callable must be declared and all fit, else nothing is said.
        """
        known = self.exam.fits.get(name, [])
        names = {*self.exam.names(name)} - self.exam.still(name) if known else ()
        if not known or {fit.by for fit in known} != names or not self.wrong_partners(name):
            return ()
        by_question: dict[str, list[bool]] = {}
        for fit in known:
            by_question.setdefault(fit.by, []).append(fits(self.exam, fit, self.as_it_stands[name], self.answers))
        if not all(all(good) for good in by_question.values()):
            return ()
        plain = {fit.of for fit in known}
        return tuple(replace(each, right=True) for each in self.as_it_stands[name] if each.question.id in plain)


def _after_a_move(finding: Finding) -> bool:
    """Whether it was asked after another method had moved the state."""
    return bool(finding.question.others) and finding.question.late > 0


def _without_what_is_set(findings: tuple[Finding, ...], in_step: bool) -> tuple[Finding, ...]:
    """Findings without those after the state was set from outside, where it is kept in a second place as well that its
    own methods keep `in_step`, or where it does not let itself be set."""
    return tuple(
        each
        for each in findings
        if not each.question.asks.endswith(f"/{STATE_SET}") or not (in_step or each.outcome == "raised")
    )


def _unlike(one: CallAnswer, two: CallAnswer) -> bool:
    """Whether two answers differ in how they ended or in any array."""
    arrays = [{path: part.array for path, part in each.parts.items() if part.array is not None} for each in (one, two)]
    return (
        one.outcome != two.outcome
        or arrays[0].keys() != arrays[1].keys()
        or any(not np.array_equal(array, arrays[1][path], equal_nan=True) for path, array in arrays[0].items())
    )


def _differ(before: CallAnswer, after: CallAnswer, name: str) -> bool:
    """Whether an attribute is told after both calls and is not the same."""
    one, two = (answer.parts.get(f"self.{name}") for answer in (before, after))
    if one is None or two is None or one.array is None or two.array is None:
        return False
    return not np.array_equal(one.array, two.array, equal_nan=True)


def _keyed(name: str) -> bool:
    """Whether a part of a result is that of a key, `counts.dog`, and not of a place, `batches.0`."""
    _, dot, key = name.partition(".")
    return bool(dot) and not key.partition(".")[0].isdecimal()
