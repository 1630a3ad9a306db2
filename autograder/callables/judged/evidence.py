"""The evidence on one submission of a declared assignment: its answers held against the exam, route by route."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from autograder.callables.asked.exam import Exam
from autograder.callables.asked.question import CallsQuestion
from autograder.callables.asked.records import rounds_of
from autograder.callables.asked.standing import AS_FAR, GIVEN, IN_PART, KEPT, RECORDED, RUN
from autograder.callables.judged.as_it_stands import AsItStands, without_what_is_set
from autograder.callables.judged.consequences import as_consequence
from autograder.callables.judged.findings import Finding, find
from autograder.callables.judged.fitted import fits
from autograder.callables.judged.items import Item, items
from autograder.callables.judged.named import named
from autograder.core import CallAnswer, Observation, same_as
from autograder.judging import Rubric, earned
from autograder.notebooks import Submission

AS_IT_STANDS, FITTING, CONSEQUENCE = "as it stands", "fitting", "consequence"
ROUTE_WORDS = {
    AS_IT_STANDS: "as it stands",
    RECORDED: "with right results from what it calls",
    AS_FAR: "with right results from what it calls, as far as it asks for these",
    IN_PART: "with right results from what it calls and is wrong",
    GIVEN: "with right results handed on to it",
    RUN: "with what it calls run, and right results in the place of its answers",
    **dict.fromkeys(KEPT, "with right values in the place of what others keep on the object"),
    FITTING: "against differences of what it follows",
    CONSEQUENCE: "against the solution with the same fault in what it calls or follows",
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
    def stands(self) -> AsItStands:
        """What the callables answer by themselves."""
        return AsItStands(self.exam, self.answers)

    @cached_property
    def routes(self) -> dict[str, dict[str, tuple[Finding, ...]]]:
        """Per callable and route, the findings; a route that was not taken is not there."""
        by_callable: dict[str, dict[str, tuple[Finding, ...]]] = {}
        for name in self.exam.asked:
            by_callable[name] = {AS_IT_STANDS: self.stands.findings[name]}
            further = self.further(name)
            for route, questions in further.items():
                asked = any(question.id in self.answers for question in questions)
                if asked and (route not in KEPT or self._mends(questions, further[RUN])):
                    by_callable[name][route] = self._with_the_rest(name, questions)
            if fitted := self._fitted(name):
                by_callable[name][FITTING] = fitted
            right = any(all(each.right for each in findings) for findings in by_callable[name].values())
            if not right and (of_fault := as_consequence(self.stands, name, self.submission.cells)):
                by_callable[name][CONSEQUENCE] = of_fault
        return by_callable

    def follow_ups(self, put: Collection[str] = ()) -> tuple[CallsQuestion, ...]:
        """Questions by further routes that are still to be put, without those that were `put` and got no answer: for
        callables that are wrong as they stand."""
        waiting = [question for name in self.in_doubt() for question in self._left(name, put)]
        return (*waiting, *(question for question in self.stands.steps_to_ask() if question.id not in put))

    def in_doubt(self) -> tuple[str, ...]:
        """The callables that are wrong as they stand, or change what they are to leave alone."""
        return tuple(name for name in self.exam.asked if not self.stands.is_right(name) or self.stands.changed(name))

    def to_settle(self, name: str) -> tuple[list[CallsQuestion], ...]:
        """Questions by the simplest routes, some first and then the rest, that most likely settle what a callable is
        worth that is wrong as it stands: beside a wrong partner all of them, for one with a fault of its own the
        everyday ones; nothing where it changes what it is to leave alone, or neither is known."""
        early, late = self.exam.repeated.simplest(name)
        if self.stands.changed(name):
            return ()
        if self.stands.wrong_partners(name):
            return early, late
        return ([question for question in early if question.plain],) if self._at_fault(name) else ()

    def settled(self, name: str) -> bool:
        """Whether a callable is right in all that it was asked by the simplest routes, or wrong by its own fault by
        these as well: no further route could better that."""
        routes = (self.exam.repeated.standing(name), self.exam.repeated.given(name))
        asked = [tuple(each for each in questions if each.id in self.answers) for questions in routes]
        findings = [self._with_the_rest(name, questions) for questions in asked if questions]
        right = bool(findings) and all(each.right for of_route in findings for each in of_route)
        return right or self._wrong_anyway(name)

    def _wrong_anyway(self, name: str) -> bool:
        """Whether a callable with a fault of its own answers the everyday questions by a further route as it does
        without; or raises, as does who asks others what the solution never asks them."""
        plain = [each for each in self.exam.repeated.standing(name) if each.plain and not each.late]
        if not plain or any(each.id not in self.answers for each in plain) or not self._at_fault(name):
            return False
        stands = {(each.question.id, each.call, each.name): each.actual for each in self.stands.findings[name]}
        for each in find(self.exam, plain, self.answers):
            base = self.exam.questions[each.question.asks]
            before = stands.get((base.id, base.scored[each.question.scored.index(each.call)], each.name))
            same = before is not None and each.actual is not None and same_as(each.actual, before)
            if not same and each.outcome != "raised":
                return False
        return True

    def _at_fault(self, name: str) -> bool:
        """Whether a callable is wrong all by itself, beside partners that are right: the solution with a fault in it
        gives all its numbers, and what is wrong is so in everyday questions."""
        key = f"at fault: {name}"
        if key not in self.memo:
            self.memo[key] = self._has_a_fault(name)
        return bool(self.memo[key])

    def _has_a_fault(self, name: str) -> bool:
        findings = self.stands.findings[name]
        plain = [each for each in findings if each.question.plain]
        if self.stands.wrong_partners(name) or self.stands.changed(name) or self.exam.repeated.given(name):
            return False
        if not all(each.actual is not None and np.all(np.isfinite(each.actual)) for each in plain):
            return False
        if not {each.name for each in findings if not each.right} <= {each.name for each in plain if not each.right}:
            return False
        sound = {self.exam.reference.own(each) for each in self.stands.right}
        changes = self.stands.changes_that_give(name)
        return any(sound.isdisjoint(edit.function for edit in change.edits) for change in changes)

    def _left(self, name: str, put: Collection[str]) -> list[CallsQuestion]:
        """The next questions by further routes about one callable. Late ones are work: they come when all others of
        their route are answered, and only where something hangs on them."""
        left: list[CallsQuestion] = []
        if self._wrong_anyway(name):
            return left
        for route, questions in self.further(name).items():
            if left and route in (IN_PART, *KEPT):
                break  # whether these are needed is not known yet
            waiting = [each for each in questions if each.id not in self.answers and each.id not in put]
            early = [each for each in waiting if not each.late]
            left += early or (waiting if waiting and self._may_count(name, questions) else [])
        return left

    def _may_count(self, name: str, questions: Sequence[CallsQuestion]) -> bool:
        """Whether more answers by a route may earn something: not where everyday questions have no answer, or a wrong
        one, for all that is scored. Who is to leave something alone is asked everything."""
        early = [each for each in questions if not each.late or each.id in self.answers]
        wrong = {each.name for each in find(self.exam, early, self.answers) if each.question.plain and not each.right}
        scored = {result for item in self.items if item.callable == name for result in item.results}
        return not scored or not scored <= wrong or bool(self.stands.changed(name))

    def further(self, name: str) -> dict[str, tuple[CallsQuestion, ...]]:
        """Per route, its questions; cheap where the exam has made them before."""
        further = {RECORDED: self.exam.repeated.standing(name), GIVEN: self.exam.repeated.given(name)}
        if any(question.id in self.answers for question in further[RECORDED]) and not self._right_by(further[RECORDED]):
            further[IN_PART] = self.exam.repeated.in_part(name, self.stands.wrong_partners(name))
            if self._leaves_the_record(name, further[RECORDED]):
                further[AS_FAR] = tuple(map(self._as_far, further[RECORDED]))
        if self._leans_on_others(name):
            further[RUN] = self.exam.repeated.run_first(name)
            if any(question.id in self.answers for question in further[RUN]) and not self._right_by(further[RUN]):
                unlike = all(self._keeps_another(each) for each in self.stands.wrong_partners(name))
                further |= self.exam.repeated.kept(name, unlike)
        return {route: questions for route, questions in further.items() if questions}

    def _leaves_the_record(self, name: str, questions: Sequence[CallsQuestion]) -> bool:
        """Whether a callable of several results, and without rounds, asks somewhere for what is not on record, beside a
        partner that is wrong: what it gives that does not hang on that may be right."""
        several = len(self.exam.names(name)) > 1 and not rounds_of(self.exam.reference, name)
        if not several or not self.stands.wrong_partners(name):
            return False
        return any(self._is_off(each) for each in questions)

    def _is_off(self, question: CallsQuestion) -> bool:
        return any(answer.unrecorded is not None for answer in self.answers.get(question.id, ()))

    def _as_far(self, question: CallsQuestion) -> CallsQuestion:
        """A question with recorded answers, as far as these go where that is not to its end."""
        return self.exam.repeated.as_far(question) if self._is_off(question) else question

    def _mends(self, questions: Sequence[CallsQuestion], others: Sequence[CallsQuestion]) -> bool:
        """Whether one of these questions is right where the same by another route is not: else what is kept is not what
        is wrong, and that the large ones cannot be asked so must not count."""
        right = {each.asks for each in questions if self._right_by((each,))}
        return any(each.asks in right and not self._right_by((each,)) for each in others)

    def _leans_on_others(self, name: str) -> bool:
        """Whether a method raises where recorded answers stand in for what it calls, beside a partner that is wrong:
        it may read what that one keeps on the object."""
        if "." not in name or not self.stands.wrong_partners(name):
            return False
        standing = self.exam.repeated.standing(name)
        return any(answer.outcome == "raised" for q in standing for answer in self.answers.get(q.id, ()))

    def _keeps_another(self, name: str) -> bool:
        """Whether a callable is wrong by a function left out or exchanged on its way, so that what it keeps may be of
        another kind than its place is for: a layer without its activation, say. Of a fault at its end, such as a sign,
        this would hide that the one who reads it takes one value for another."""
        if name not in self.memo:
            fault = named(self.exam, name, self.stands.findings[name])
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
        evidence = replace(self, observation=observation, memo={})
        if more.answers.keys().isdisjoint(self.exam.questions):
            vars(evidence)["stands"] = self.stands.beside(evidence.answers)  # as found before: nothing new of these
        return evidence

    def after(self, cpu_s: float, wall_s: float) -> Evidence:
        """This evidence with what its observation took in all."""
        evidence = replace(self, observation=replace(self.observation, cpu_s=cpu_s, wall_s=wall_s))
        vars(evidence)["stands"] = self.stands
        return evidence

    def pure_share(self, item: Item) -> float:
        """The part of an item's points for leaving alone what it must only read: as the declaration says, else as the
        rubric does; 0 where another cell of the callable has it."""
        declared = self.exam.reference.declaration.shares.get(item.callable)
        if not item.pure:
            return 0.0
        return self.rubric.pure_part if declared is None else declared.pure

    def best(self, item: Item) -> tuple[str, float]:
        """The route by which an item earns most, and its share; the simplest of equals."""
        shares = {route: self.share(item, route) for route in self.routes[item.callable]}
        best = max(shares, key=lambda route: (shares[route], route == AS_IT_STANDS))
        return best, shares[best]

    def share(self, item: Item, route: str) -> float:
        """The share of its points that an item earns by a route."""
        return self._earned(item, self.routes[item.callable][route])

    def _earned(self, item: Item, findings: Sequence[Finding]) -> float:
        """The share of an item, each of its results by its part: a dict whose keys are the answer is right as a whole
        or not at all, and a slope that was found by numbers keeps the rubric's part."""
        whole = self.exam.changing(item.callable)
        of_dicts = {name: name.partition(".")[0] for name in item.results if _keyed(name)}
        as_one = {name: head for name, head in of_dicts.items() if head in whole}
        if as_one:
            findings = [replace(f, name=as_one.get(f.name, f.name)) for f in findings if f.name in item.results]
        names = tuple(dict.fromkeys(as_one.get(name, name) for name in item.results))
        numeric = {name for name in names if (item.callable, name) in self.stands.numeric}
        parts = self._parts(item.callable, names)
        of_names = {
            name: self.rubric.numerical_part if name in numeric else earned(findings, (name,), self.rubric)
            for name in names
        }
        return sum(parts[name] * of_names[name] for name in names) / sum(parts.values())

    def _parts(self, callable: str, names: tuple[str, ...]) -> dict[str, float]:
        """By result, how much it counts beside the others: all alike, or what the declaration says of the whole that it
        is a part of."""
        declared = self.exam.reference.declaration.shares.get(callable)
        heads = [name.partition(".")[0] for name in names]
        if declared is None or not declared.results:
            return dict.fromkeys(names, 1.0)
        return {name: declared.results[head] / heads.count(head) for name, head in zip(names, heads, strict=True)}

    def _with_the_rest(self, name: str, questions: tuple[CallsQuestion, ...]) -> tuple[Finding, ...]:
        """A route's findings, and those on questions that it does not repeat: these count as they stand, unless a
        partner that is wrong, or changes what it must only read, may be at fault."""
        findings = self.stands.without_what_is_told(name, find(self.exam, questions, self.answers))
        findings = without_what_is_set(findings, self.stands.kept_in_step(name))
        repeated = {question.asks for question in questions}
        rest = [each for each in self.stands.findings[name] if each.question.id not in repeated]
        if self.stands.wrong_partners(name) or any(map(self.stands.changed, self.exam.repeated.partners(name))):
            rest = [
                each
                for each in rest
                if each.question.plain and each.question.id in self.exam.repeated.must_be_repeated(name)
            ]
        return (*findings, *rest)

    def _fitted(self, name: str) -> tuple[Finding, ...]:
        """Findings on slopes that are held against what the submission's own way forward gives, where that is wrong.

        All slopes of the callable must be declared and all fit, else nothing is said.
        """
        known = self.exam.fits.get(name, [])
        names = {*self.exam.names(name)} - self.exam.still(name) if known else ()
        if not known or {fit.by for fit in known} != names or not self.stands.wrong_partners(name):
            return ()
        by_question: dict[str, list[bool]] = {}
        for fit in known:
            by_question.setdefault(fit.by, []).append(fits(self.exam, fit, self.stands.findings[name], self.answers))
        if not all(all(good) for good in by_question.values()):
            return ()
        plain = {fit.of for fit in known}
        return tuple(replace(each, right=True) for each in self.stands.findings[name] if each.question.id in plain)


def _keyed(name: str) -> bool:
    """Whether a part of a result is that of a key, `counts.dog`, and not of a place, `batches.0`."""
    _, dot, key = name.partition(".")
    return bool(dot) and not key.partition(".")[0].isdecimal()
