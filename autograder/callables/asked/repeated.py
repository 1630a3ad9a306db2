"""Questions repeated by other routes: with recorded answers of other callables, with results handed on."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import cached_property

from autograder.callables.asked import stored
from autograder.callables.asked.neighbours import twins
from autograder.callables.asked.question import OWN_DATA, CallsQuestion
from autograder.callables.asked.situations import MANY_SAMPLES
from autograder.callables.asked.standing import (
    GIVEN,
    KEPT,
    RECORDED,
    as_far,
    in_part,
    run_first,
    watched,
    with_given,
    with_kept,
    with_tables,
)
from autograder.callables.declared.reference import Reference
from autograder.callables.faults.candidates import Shared

OWN = 1  # how late the lesson's own data are asked, where these are long: of what comes later there are no tables


class Repeated:
    """An exam's questions by these routes, made when they are first asked for; `of` gives those that score a callable.

    `asked` are the full names of the callables that grade cells score; what is made is `shared`.
    """

    def __init__(
        self,
        reference: Reference,
        asked: tuple[str, ...],
        of: Callable[[str], tuple[CallsQuestion, ...]],
        shared: Shared | None = None,
    ):
        self.reference, self.asked, self._of, self._shared = reference, asked, of, shared
        self._alone: dict[str, tuple[str, ...]] = {}
        self._in_part: dict[tuple[str, tuple[str, ...]], tuple[CallsQuestion, ...]] = {}
        self._as_far: dict[str, CallsQuestion] = {}
        self._run_first: dict[str, tuple[CallsQuestion, ...]] = {}
        self._kept_ways: dict[tuple[str, bool], dict[str, tuple[CallsQuestion, ...]]] = {}
        self._by_tables: dict[str, tuple[CallsQuestion, ...]] = {}
        self._by_what_is_given: dict[str, tuple[CallsQuestion, ...]] = {}
        self._partners: dict[str, tuple[str, ...]] = {}

    @cached_property
    def uses(self) -> dict[str, tuple[str, ...]]:
        """By callable: the other callables that the reference calls on its way, directly."""
        used: dict[str, set[str]] = {name: set() for name in self.asked}
        for question in itertools.chain.from_iterable(map(self._of, self.asked)):
            if question.plain:
                watcher = watched(self.reference, question)
                used[question.method] |= watcher.made.get(question.method, set())
        return {name: tuple(sorted(others - {name})) for name, others in used.items()}

    def standing(self, name: str) -> tuple[CallsQuestion, ...]:
        """The callable's questions with the others that it calls answering from the reference's recorded run."""
        if name not in self._by_tables:
            key, of = f"{RECORDED}: {name} of {', '.join(self.asked)}", self._of(name)
            self._by_tables[name] = stored.repeated(
                self._shared, key, lambda: [each for each in map(self._stood_in, of) if each is not None]
            )
        return self._by_tables[name]

    def in_part(self, name: str, wrong: tuple[str, ...]) -> tuple[CallsQuestion, ...]:
        """The same, with only those answering so that are `wrong`: who calls the others in another order, or about
        other numbers, is answered by them."""
        if (name, wrong) not in self._in_part:
            own = {self.reference.own(each) for each in wrong}
            some = (in_part(self.reference, each, own) for each in self.standing(name))
            self._in_part[name, wrong] = tuple(each for each in some if each is not None)
        return self._in_part[name, wrong]

    def as_far(self, question: CallsQuestion) -> CallsQuestion:
        """A question with recorded answers, and NaN for what is not on record."""
        if question.id not in self._as_far:
            self._as_far[question.id] = as_far(question)
        return self._as_far[question.id]

    def run_first(self, name: str) -> tuple[CallsQuestion, ...]:
        """The same, after the submission's own callables have run, for what they keep on the object."""
        if name not in self._run_first:
            self._run_first[name] = tuple(run_first(each) for each in self.standing(name)) if "." in name else ()
        return self._run_first[name]

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
        if name not in self._by_what_is_given:
            key, of = f"{GIVEN}: {name} of {', '.join(self.asked)}", self._of(name)
            self._by_what_is_given[name] = stored.repeated(
                self._shared, key, lambda: [each for each in map(self._handed, of) if each is not None]
            )
        return self._by_what_is_given[name]

    def simplest(self, name: str) -> tuple[list[CallsQuestion], list[CallsQuestion]]:
        """The callable's questions by these two routes, in which nothing of the others runs; apart, those that come
        late and are work."""
        every = (*self.standing(name), *self.given(name))
        return [each for each in every if not each.late], [each for each in every if each.late]

    def partners(self, name: str) -> tuple[str, ...]:
        """The asked callables that this one follows, or calls or may call."""
        if name not in self._partners:
            self._partners[name] = self._all_partners(name)
        return self._partners[name]

    def _all_partners(self, name: str) -> tuple[str, ...]:
        followed = {each.after for each in self.reference.declaration.follows if each.callable == name}
        defined = self.reference.own
        used = {defined(other) for other in self.uses.get(name, ())}
        used |= {defined(other) for each in self.standing(name) for other in each.stand_in or ()}
        others = (other for other in self.asked if other != name)
        return tuple(other for other in others if other in followed or defined(other) in used)

    def must_be_repeated(self, name: str) -> frozenset[str]:
        """The everyday questions but those on the lesson's own data, whose record may be too large to send along."""
        return frozenset(each.id for each in self._of(name) if each.plain and each.situation != OWN_DATA)

    def _beside(self, name: str) -> tuple[str, ...]:
        """The callables that may stand in for a submission's though the reference does not call them: none that gives
        what is asked of this one, else who writes neither would be told the answer."""
        if name not in self._alone:
            others = [each for each in self.asked if each != name]
            plain = [each for each in self._of(name) if each.plain and each.situation != OWN_DATA]
            telling = frozenset().union(*(twins(self.reference, others, each) for each in plain))
            self._alone[name] = tuple(each for each in others if each not in telling)
        return self._alone[name]

    def _handed(self, question: CallsQuestion) -> CallsQuestion | None:
        return with_given(self.reference, question)

    def _stood_in(self, question: CallsQuestion) -> CallsQuestion | None:
        # Who is called before would be answered for; tables of what is asked late would be too large, but for those of
        # many samples, which are few numbers.
        if question.others or (question.late > OWN and not question.id.endswith(f"/{MANY_SAMPLES}")):
            return None
        return with_tables(self.reference, self.asked, question, self._beside(question.method))
