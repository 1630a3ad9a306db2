"""An exam of a declared assignment: the questions, the reference's answers and the tolerance of each number."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from autograder.callables.asked.drafted import Draft
from autograder.callables.asked.expected import Arrays, Expected, NoAnswer, expect, moody, unfit
from autograder.callables.asked.fits import Fit, slope_fits
from autograder.callables.asked.ladders import Steps, steps_of
from autograder.callables.asked.neighbours import twins
from autograder.callables.asked.question import OWN_DATA, CallsQuestion, Step, Unasked
from autograder.callables.asked.records import grows, rises
from autograder.callables.asked.situations import FAR_OUT, drafts, seen_in, sizes_used
from autograder.callables.asked.standing import (
    GIVEN,
    KEPT,
    in_part,
    run_first,
    watched,
    with_given,
    with_kept,
    with_tables,
)
from autograder.callables.declared.draws import generator
from autograder.callables.declared.reference import Reference
from autograder.callables.faults.changes import Note
from autograder.callables.faults.families import Families
from autograder.core import AutograderError, id_by
from autograder.observe import arrays_in, probe

ATTEMPTS, FEW = 25, 6
OWN = 1  # how late the lesson's own data are asked, where these are long: of what comes later there are no tables
UNNAMED = FAR_OUT | {"alike apart", "equal", "after others", "at the end"}


class UnfitExam(AutograderError):
    """The assignment cannot be asked as it is declared; the message says what to change."""


class Exam:
    """The questions for the callables `asked` of one reference and salt; a plain one that cannot be asked raises
    UnfitExam, a special one is left out and stands in `left_out` with the reason."""

    def __init__(self, reference: Reference, asked: Sequence[str], salt: str = ""):
        self.reference, self.asked, self.salt = reference, tuple(asked), salt
        self.left_out: dict[str, str] = {}
        self._expected: dict[tuple[str, int], Expected] = {}
        self._standing: dict[str, CallsQuestion | None] = {}
        self._still: dict[str, frozenset[str]] = {}
        self._alone: dict[str, tuple[str, ...]] = {}
        self._in_part: dict[tuple[str, tuple[str, ...]], tuple[CallsQuestion, ...]] = {}
        self._kept_ways: dict[tuple[str, bool], dict[str, tuple[CallsQuestion, ...]]] = {}

    @cached_property
    def questions(self) -> dict[str, CallsQuestion]:
        """All questions that are put to a submission as it stands, by id; those that score nothing come last."""
        self._see_changes()
        asked_for: dict[str, CallsQuestion] = {}
        for name in self.asked:
            for key, draft in drafts(self.reference, name, self.asked):
                question = self._fitting(key, draft)
                if question is not None:
                    asked_for[key] = question
        asked_for = dict(sorted(asked_for.items(), key=lambda pair: pair[1].late))
        beside = slope_fits(self.reference, self.asked, self.salt, asked_for)
        return asked_for | {question.id: question for question, _ in beside}

    @cached_property
    def fits(self) -> dict[str, list[Fit]]:
        """By callable: what its slopes must be, by differences of the one that it follows, whatever that one is."""
        by_name: dict[str, list[Fit]] = {}
        scoring = {key: question for key, question in self.questions.items() if question.scores}
        for _, fit in slope_fits(self.reference, self.asked, self.salt, scoring):
            by_name.setdefault(self.questions[fit.of].method, []).append(fit)
        return by_name

    @cached_property
    def steps(self) -> dict[str, tuple[Steps, ...]]:
        """By callable: what tells whether its slopes are derivatives; none of it scores."""
        by_name: dict[str, tuple[Steps, ...]] = {}
        for each in steps_of(self.reference, self.asked, self.salt):
            by_name[each.callable] = (*by_name.get(each.callable, ()), each)
        return by_name

    @cached_property
    def uses(self) -> dict[str, tuple[str, ...]]:
        """By callable: the other callables that the reference calls on its way, directly."""
        used: dict[str, set[str]] = {name: set() for name in self.asked}
        for question in self.questions.values():
            if question.scores and question.plain:
                watcher = watched(self.reference, question)
                used[question.method] |= watcher.made.get(question.method, set())
        return {name: tuple(sorted(others - {name})) for name, others in used.items()}

    @cached_property
    def families(self) -> Families:
        """What wrong answers are called, by small changes of the reference."""
        small: dict[str, str] = {}
        for name in self.asked:
            plain = [each for each in self.nameable(name) if each.plain]
            if plain:
                small[name] = min(plain, key=lambda each: sum(each.counts.values())).id
        signatures = [self.reference.signatures[name] for name in small]
        sizes = {q.id: sizes_used(self.reference, q.method, q.counts) for q in self.questions.values()}
        notes = [
            Note(each.callable, each.replace, each.by, each.says, each.look)
            for each in self.reference.declaration.notes
        ]
        numbers = {
            label
            for question in self.questions.values()
            for step in question.calls
            for label, arg in zip(step.labels, step.args, strict=True)
            if isinstance(arg, dict) and "v" in arg
        }
        return Families(self.reference.source, signatures, self.answer_of, small, notes, sizes, numbers)

    def nameable(self, name: str) -> tuple[CallsQuestion, ...]:
        """The questions of a callable that faults are named by: one scored call each, no large data, and none of those
        that show what is rare; each more costs a run of all changes of the reference."""
        every = (each for each in self.of(name) if each.id.rpartition("/")[2] not in UNNAMED)
        return tuple(each for each in every if len(each.scored) == 1 and each.situation != OWN_DATA)

    def answer_of(self, namespace: dict[str, Any], key: str) -> Arrays | None:
        """What a changed reference answers to a question of its own, None where it raises."""
        return self.answer_to(namespace, self.questions[key])

    def answer_to(self, namespace: dict[str, Any], question: CallsQuestion) -> Arrays | None:
        """What a changed reference answers to any question, None where it raises."""
        replies: list[dict[str, Any]] = []
        probe.ask_calls(namespace, question.to_tree(), replies.append)
        call = question.scored[0]
        if len(replies) <= call or replies[call]["outcome"] != "returned":
            return None
        return arrays_in(self.reference.signature(question.method).results, replies[call].get("parts", {}))

    @cached_property
    def digest(self) -> str:
        """Changes whenever a question changes."""
        of_steps = (q for several in self.steps.values() for each in several for q in (*each.first, *each.others))
        trees = [question.to_tree() for question in (*self.questions.values(), *of_steps)]
        return hashlib.sha256(probe.pack(trees)).hexdigest()[:16]

    @property
    def large(self) -> tuple[np.ndarray, ...]:
        """The reference's answers about the lesson's own data: what most of the large right answers are near."""
        of_own_data = [question for question in self.questions.values() if question.situation == OWN_DATA]
        return tuple(a for q in of_own_data for call in q.scored for a in self.expected(q, call).arrays.values())

    def of(self, name: str) -> tuple[CallsQuestion, ...]:
        """The questions that score a callable."""
        return tuple(each for each in self.questions.values() if each.method == name and each.scores)

    def expected(self, question: CallsQuestion, call: int) -> Expected:
        """What the scored call must give, stand-ins or not."""
        base = self.questions[question.asks]
        key = (base.id, base.scored[question.scored.index(call)] if call in question.scored else call)
        if key not in self._expected:
            self._expected[key] = expect(self.reference, base, key[1])
        return self._expected[key]

    def _is(self, how: Callable[..., bool], question: CallsQuestion, expected: Mapping[int, Expected]) -> bool:
        """Whether what is recorded round by round `grows` much, which is no everyday run, or `rises` anywhere."""
        return any(how(self.reference, question.method, each.arrays) for each in expected.values())

    def names(self, name: str) -> tuple[str, ...]:
        """The results of a callable that are compared, as the plain questions show them."""
        names: dict[str, None] = {}
        for question in self.of(name):
            for call in question.scored:
                names |= dict.fromkeys(self.expected(question, call).arrays)
        return tuple(names)

    def still(self, name: str) -> frozenset[str]:
        """The state that a method leaves as it was, whatever is asked: no work of its own, and to be left alone; empty
        where it gives nothing else."""
        if name not in self._still:
            kept = {*self._kept(name)}
            self._still[name] = frozenset(kept) if kept < {*self.names(name)} else frozenset()
        return self._still[name]

    def _kept(self, name: str) -> Iterator[str]:
        signature, state = self.reference.signature(name), self.reference.declaration.state
        named = {*signature.results, *self.reference.changes(name)}
        of_state = [
            each for each in self.names(name) if (head := each.partition(".")[0]) in state and head not in named
        ]
        if not signature.owner or not of_state:
            return
        pairs = []
        for question in self.of(name):
            for call in question.scored:
                look = Step(f"{signature.owner}.__class__", (), (), on=question.calls[call].on, read=True)
                replies = self.reference.answers(replace(question, calls=(*question.calls[:call], look)))
                pairs.append((arrays_in((), replies[-1].get("parts", {})), self.expected(question, call).arrays))
        for each in of_state:
            both = [(before[each], after[each]) for before, after in pairs if each in before and each in after]
            missing = any(each in after and each not in before for before, after in pairs)
            if not missing and all(np.array_equal(one, two, equal_nan=True) for one, two in both):
                yield each

    def changing(self, name: str) -> frozenset[str]:
        """The results of a callable that hold other keys from question to question, as counts of words do: there a
        key more is no remark of the author's own, but wrong."""
        asked = [(q, call) for q in self.of(name) for call in q.scored]
        keys = [frozenset(self.expected(q, call).arrays) | self.expected(q, call).others for q, call in asked]
        heads = {each.partition(".")[0] for names in keys for each in names if "." in each}
        by_head = {
            head: {frozenset(n for n in names if n.partition(".")[0] == head) for names in keys} for head in heads
        }
        return frozenset(head for head, variants in by_head.items() if len(variants) > 1)

    # ------------------------------------------------------------------------------------------------- stand-ins

    def standing(self, name: str) -> tuple[CallsQuestion, ...]:
        """The callable's questions with the others that it calls answering from the reference's recorded run."""
        return tuple(stood_in for each in self.of(name) if (stood_in := self._stood_in(each)) is not None)

    def in_part(self, name: str, wrong: tuple[str, ...]) -> tuple[CallsQuestion, ...]:
        """The same, with only those answering so that are `wrong`: who calls the others in another order, or about
        other numbers, is answered by them."""
        if (name, wrong) not in self._in_part:
            own = {self.reference.own(each) for each in wrong}
            some = (in_part(self.reference, each, own) for each in self.standing(name))
            self._in_part[name, wrong] = tuple(each for each in some if each is not None)
        return self._in_part[name, wrong]

    def run_first(self, name: str) -> tuple[CallsQuestion, ...]:
        """The same, after the submission's own callables have run, for what they keep on the object."""
        return tuple(run_first(each) for each in self.standing(name)) if "." in name else ()

    def kept(self, name: str, unlike: bool) -> dict[str, tuple[CallsQuestion, ...]]:
        """By route, the same with what they keep replaced by what the reference works out, where it may stand for it;
        with `unlike` where the two are not alike as well."""
        if (name, unlike) not in self._kept_ways:
            ways = [with_kept(self.reference, each, unlike) for each in (self.standing(name) if "." in name else ())]
            of_route = {route: tuple(way[k] for way in ways if way) for k, route in enumerate(KEPT)}
            self._kept_ways[name, unlike] = {route: questions for route, questions in of_route.items() if questions}
        return self._kept_ways[name, unlike]

    def given(self, name: str) -> tuple[CallsQuestion, ...]:
        """The callable's questions with the reference's own results handed on to it, where it follows another one."""
        return tuple(handed for each in self.of(name) if (handed := self._handed(each)) is not None)

    def partners(self, name: str) -> tuple[str, ...]:
        """The asked callables that this one follows, or calls or may call."""
        followed = {each.after for each in self.reference.declaration.follows if each.callable == name}
        defined = self.reference.own
        used = {defined(other) for other in self.uses.get(name, ())}
        used |= {defined(other) for each in self.standing(name) for other in each.stand_in or ()}
        others = (other for other in self.asked if other != name)
        return tuple(other for other in others if other in followed or defined(other) in used)

    def must_be_repeated(self, name: str) -> frozenset[str]:
        """The everyday questions but those on the lesson's own data, whose record may be too large to send along."""
        return frozenset(each.id for each in self.of(name) if each.plain and each.situation != OWN_DATA)

    def _beside(self, name: str) -> tuple[str, ...]:
        """The callables that may stand in for a submission's though the reference does not call them: none that gives
        what is asked of this one, else who writes neither would be told the answer."""
        if name not in self._alone:
            others = [each for each in self.asked if each != name]
            plain = [each for each in self.of(name) if each.plain and each.situation != OWN_DATA]
            telling = frozenset().union(*(twins(self.reference, others, each) for each in plain))
            self._alone[name] = tuple(each for each in others if each not in telling)
        return self._alone[name]

    def _handed(self, question: CallsQuestion) -> CallsQuestion | None:
        key = id_by(question.id, GIVEN)
        if key not in self._standing:
            self._standing[key] = with_given(self.reference, question)
        return self._standing[key]

    def _stood_in(self, question: CallsQuestion) -> CallsQuestion | None:
        if (
            question.others or question.late > OWN
        ):  # who is called before would be answered for; tables would be too large
            return None
        if question.id not in self._standing:
            self._standing[question.id] = with_tables(
                self.reference, self.asked, question, self._beside(question.method)
            )
        return self._standing[question.id]

    # ------------------------------------------------------------------------------------------------ fit to be asked

    def _see_changes(self) -> None:
        """Run each callable, to see which arguments it writes into: some only with one value of another."""
        for name in self.asked:
            for number, question in enumerate(seen_in(self.reference, name)):
                reply = self.reference.answers(question)[-1]
                if not number:
                    self._must_give_as_many(name, reply)
                self.reference.seen_to_change(name, tuple(reply.get("mutated", ())))

    def _must_give_as_many(self, name: str, reply: dict[str, Any]) -> None:
        """Raises UnfitExam where the docstring names other results than the solution returns."""
        signature = self.reference.signature(name)
        results, parts = signature.results, reply.get("parts", {})
        if reply["outcome"] != "returned":
            return
        several = "" in parts or (len(results) == 1 and any(path.startswith("0.") for path in parts))
        several |= any("[" in result for result in results)  # names made up for want of better ones
        if several and signature.nameless:
            raise UnfitExam(
                f"{self.reference.name}: the docstring of {name} has `{signature.nameless[0]}` after `->` without a "
                "name, and the solution returns several results: write each with its name first, as in "
                "`-> loss a number, dW (D, C)`, and one that is a tuple itself as in `pair a tuple of 2`"
            )
        if "" in parts:
            raise UnfitExam(
                f"{self.reference.name}: the docstring of {name} names {len(results)} results after `->` "
                f"({', '.join(results)}), and the solution does not return as many; behind a comma stands the next "
                "result, so write what else is to be said in brackets, or in a line of its own after an empty one"
            )

    def _fitting(self, key: str, draft: Draft) -> CallsQuestion | None:
        """The first draw that is finite and tells right from wrong; None, with the reason kept, where there is none."""
        why = ""
        for attempt in range(FEW if key.rpartition("/")[2] in FAR_OUT else ATTEMPTS):
            try:
                question = draft(generator(f"{self.salt}|{self.reference.name}|{key}", attempt))
            except Unasked:
                return None
            try:
                expected = {call: expect(self.reference, question, call) for call in question.scored}
            except NoAnswer as error:
                why = str(error)
                if attempt >= 3:  # it raises whatever is drawn
                    break
                continue
            why = next((reason for each in expected.values() if (reason := unfit(each))), "")
            if not why and question.plain:
                if attempt < FEW and question.situation != OWN_DATA and self._is(rises, question, expected):
                    continue
                question = replace(question, plain=not self._is(grows, question, expected))
            if not why:
                self._expected |= {(key, call): each for call, each in expected.items()}
                return question
            if question.situation == OWN_DATA:
                break
        if question.plain:
            why = moody(self.reference, question) or why
            raise UnfitExam(
                f"{self.reference.name}: {question.method} cannot be asked with {question.situation}: {why}"
            )
        self.left_out[key] = why
        return None
