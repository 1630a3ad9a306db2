"""An exam of a declared assignment: the questions, the reference's answers and the tolerance of each number."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from autograder.callables.asked import stored
from autograder.callables.asked.copies import made_with_copies
from autograder.callables.asked.expected import Arrays, Expected, expect
from autograder.callables.asked.fits import Fit, slope_fits
from autograder.callables.asked.fitting import fitting, see_changes
from autograder.callables.asked.ladders import Steps, steps_of
from autograder.callables.asked.question import OWN_DATA, CallsQuestion, Step
from autograder.callables.asked.repeated import Repeated
from autograder.callables.asked.situations import FAR_OUT, STATE_SET, drafts, sizes_used
from autograder.callables.declared.reference import Reference
from autograder.callables.faults.candidates import Candidates, Shared
from autograder.callables.faults.changes import Note
from autograder.callables.faults.families import Families
from autograder.callables.faults.roles import roles_of
from autograder.core import Conclusions, Recent
from autograder.observe import KnownReplies, arrays_in, ask_trusted, probe

MOST_SEALED, LARGEST_SEALED = 32 << 20, 16 << 20  # bytes of questions as the probe reads them: of all, of one
UNNAMED = FAR_OUT | {"alike apart", "equal", "after others", "at the end", STATE_SET}


class Exam:
    """The questions for the callables `asked` of one reference and salt; a plain one that cannot be asked raises
    UnfitExam, a special one is left out and stands in `left_out` with the reason.

    What is drawn, and what changes of the reference answer, is `shared` with all who ask the same."""

    def __init__(self, reference: Reference, asked: Sequence[str], salt: str = "", shared: Shared | None = None):
        self.reference, self.asked, self.salt, self.shared = reference, tuple(asked), salt, shared
        self.left_out: dict[str, str] = {}
        self._expected: dict[tuple[str, int], Expected] = {}
        self._still: dict[str, frozenset[str]] = {}
        self._names: dict[str, tuple[str, ...]] = {}
        self._changing: dict[str, frozenset[str]] = {}
        self._copies: dict[str, bool] = {}
        # What submissions sent, and what was concluded from it: most of it comes again.
        self.known_replies = KnownReplies()
        self.conclusions = Conclusions()
        self._sealed: Recent[int, tuple[CallsQuestion, bytes]] = Recent(MOST_SEALED, LARGEST_SEALED)

    @cached_property
    def repeated(self) -> Repeated:
        """The questions by other routes than as a submission stands."""
        return Repeated(self.reference, self.asked, self.of, self.shared)

    @cached_property
    def questions(self) -> dict[str, CallsQuestion]:
        """All questions that are put to a submission as it stands, by id; those that score nothing come last."""
        see_changes(self.reference, self.asked)
        made = stored.drawn(self.shared, f"questions about {', '.join(self.asked)}", self._drawn)
        self._expected |= made.expected
        self.left_out |= made.left_out
        return made.questions

    def _drawn(self) -> stored.Drawn:
        asked_for: dict[str, CallsQuestion] = {}
        right: stored.Answers = {}
        left_out: dict[str, str] = {}
        for name in self.asked:
            for key, draft in drafts(self.reference, name, self.asked):
                fit = fitting(self.reference, self.salt, key, draft)
                if not isinstance(fit, str):
                    asked_for[key], expected = fit
                    right |= {(key, call): each for call, each in expected.items()}
                elif fit:
                    left_out[key] = fit
        asked_for = dict(sorted(asked_for.items(), key=lambda pair: pair[1].late))
        beside = slope_fits(self.reference, self.asked, self.salt, asked_for)
        return stored.Drawn(asked_for | {question.id: question for question, _ in beside}, right, left_out)

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
        key = f"steps of {', '.join(self.asked)}"
        for each in stored.steps(self.shared, key, lambda: [*steps_of(self.reference, self.asked, self.salt)]):
            by_name[each.callable] = (*by_name.get(each.callable, ()), each)
        return by_name

    @cached_property
    def of_steps(self) -> dict[str, CallsQuestion]:
        """The questions of these steps by id."""
        several = (each for of_callable in self.steps.values() for each in of_callable)
        return {question.id: question for each in several for question in (*each.first, *each.others)}

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
        of_reference = (self.reference.source, signatures, self.answer_of, small)
        candidates = Candidates(*of_reference, numbers, self.shared)
        return Families(candidates, notes, sizes, roles_of(candidates.source, self.reference.declaration, numbers))

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
        return self.answers_to(namespace, question).get(question.scored[0])

    def answers_to(self, namespace: dict[str, Any], question: CallsQuestion) -> dict[int, Arrays]:
        """By scored call, what a changed reference answers to a question; without those that it does not come to."""
        replies = ask_trusted(namespace, question.to_tree())
        results = self.reference.signature(question.method).results
        return {
            call: arrays_in(results, replies[call].get("parts", {}))
            for call in question.scored
            if call < len(replies) and replies[call]["outcome"] == "returned"
        }

    @cached_property
    def classes(self) -> dict[str, list[str]]:
        """The classes whose methods are called, by name, with these methods."""
        called = dict.fromkeys(call.name for question in self.questions.values() for call in question.calls)
        classes: dict[str, list[str]] = {}
        for owner, dot, method in (name.rpartition(".") for name in called):
            if dot:
                classes.setdefault(owner, []).append(method)
        return classes

    def sealed(self, question: CallsQuestion) -> bytes:
        """A question as the probe reads it, written once for all submissions. Its tables hold what others answered in
        the reference's run, never its own answers; nothing expected is in it."""
        kept = self._sealed.held(id(question))
        if kept is None:
            written = probe.seal(question.to_tree())
            kept = self._sealed.keep(id(question), (question, written), len(written))
        return kept[1]

    @cached_property
    def digest(self) -> str:
        """Changes whenever a question changes."""
        trees = [question.to_tree() for question in (*self.questions.values(), *self.of_steps.values())]
        return hashlib.sha256(probe.pack(trees)).hexdigest()[:16]

    @property
    def large(self) -> tuple[np.ndarray, ...]:
        """The reference's answers about the lesson's own data: what most of the large right answers are near."""
        of_own_data = [question for question in self.questions.values() if question.situation == OWN_DATA]
        return tuple(a for q in of_own_data for call in q.scored for a in self.expected(q, call).arrays.values())

    def of(self, name: str) -> tuple[CallsQuestion, ...]:
        """The questions that score a callable."""
        return self._by_callable.get(name, ())

    @cached_property
    def _by_callable(self) -> dict[str, tuple[CallsQuestion, ...]]:
        scoring = [each for each in self.questions.values() if each.scores]
        return {name: tuple(each for each in scoring if each.method == name) for name in self.asked}

    def expected(self, question: CallsQuestion, call: int) -> Expected:
        """What the scored call must give, stand-ins or not."""
        base = self.questions[question.asks]
        key = (base.id, base.scored[question.scored.index(call)] if call in question.scored else call)
        if key not in self._expected:
            self._expected[key] = expect(self.reference, base, key[1])
        return self._expected[key]

    def names(self, name: str) -> tuple[str, ...]:
        """The results of a callable that are compared, as the plain questions show them."""
        if name not in self._names:
            asked = ((question, call) for question in self.of(name) for call in question.scored)
            self._names[name] = tuple(
                dict.fromkeys(each for q, call in asked for each in self.expected(q, call).arrays)
            )
        return self._names[name]

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
                if question.calls[call].sets:  # from outside
                    continue
                look = Step(f"{signature.owner}.__class__", (), (), on=question.calls[call].on, read=True)
                replies = self.reference.answers(replace(question, calls=(*question.calls[:call], look)))
                pairs.append((arrays_in((), replies[-1].get("parts", {})), self.expected(question, call).arrays))
        for each in of_state:
            both = [(before[each], after[each]) for before, after in pairs if each in before and each in after]
            missing = any(each in after and each not in before for before, after in pairs)
            if not missing and all(np.array_equal(one, two, equal_nan=True) for one, two in both):
                yield each

    def keeps_copies(self, name: str) -> bool:
        """Whether a method's objects keep copies of what they are made with, as students are told, so that nothing it
        does changes that."""
        if name not in self._copies:
            questions = [each for each in self.of(name) if each.plain and len(each.scored) == 1]
            kept = (made_with_copies(self.reference, each) for each in questions)
            self._copies[name] = self.reference.promises_copies(name) and all(kept)
        return self._copies[name]

    def changing(self, name: str) -> frozenset[str]:
        """The results of a callable that hold other keys from question to question, as counts of words do: there a
        key more is no remark of the author's own, but wrong."""
        if name not in self._changing:
            self._changing[name] = frozenset(self._changes_keys(name))
        return self._changing[name]

    def _changes_keys(self, name: str) -> Iterator[str]:
        asked = [(q, call) for q in self.of(name) for call in q.scored]
        keys = [frozenset(self.expected(q, call).arrays) | self.expected(q, call).others for q, call in asked]
        heads = {each.partition(".")[0] for names in keys for each in names if "." in each}
        by_head = {
            head: {frozenset(n for n in names if n.partition(".")[0] == head) for names in keys} for head in heads
        }
        return (head for head, variants in by_head.items() if len(variants) > 1)
