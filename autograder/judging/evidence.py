"""The evidence on one submission: its answers held against the exam, method by method and route by route."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from autograder.core import METHODS, Observation, Question, compare, id_by
from autograder.judging.charges import Charges
from autograder.judging.findings import Finding, Impurity, find, impurities, names_asked
from autograder.judging.routes import AS_IT_STANDS, BY_CONTRACT, ROUTES
from autograder.judging.rubric import Rubric, packaged
from autograder.notebooks import Submission
from autograder.questions import Exam


@dataclass(frozen=True, repr=False)
class Evidence:
    """Everything that the checks may look at; made again from a kept observation, it says the same.

    `points` are those of the notebook's grade cells, the methods' and those that a person gives; `rubric` shares each
    method's out.
    """

    exam: Exam
    submission: Submission
    observation: Observation
    points: Mapping[str, float]
    isolation: str = "namespaces"
    rubric: Rubric = field(default_factory=packaged)
    # Findings on answers that were there before.
    known: Mapping[str, Mapping[str, tuple[Finding, ...]]] = field(default_factory=dict, compare=False)

    def __repr__(self) -> str:
        """Short: pytest writes the arguments of a failed check out, and these hold arrays by the hundred."""
        return f"<evidence on {self.submission.path}>"

    @cached_property
    def routes(self) -> dict[str, dict[str, tuple[Finding, ...]]]:
        """Per method and route, the findings; a route that was not taken is not there."""
        by_method: dict[str, dict[str, tuple[Finding, ...]]] = {}
        for method in METHODS:
            known = self.known.get(method, {})
            by_method[method] = {AS_IT_STANDS: self.routes_as_they_stand[method]}
            for route in ROUTES.get(method, ()):
                if route in known:
                    by_method[method][route] = known[route]
                    continue
                if not any(id_by(each.asks, route) in self.observation.answers for each in self.exam.of(method)):
                    continue
                questions = self.stand_ins(method, route)
                if any(question.id in self.observation.answers for question in questions):
                    by_method[method][route] = find(self.exam, questions, self.observation.answers)
        return by_method

    def with_more(self, more: Observation) -> Evidence:
        """This evidence with answers to further questions beside."""
        observation = Observation(
            {**self.observation.answers, **more.answers},
            tuple(dict.fromkeys((*self.observation.notes, *more.notes))),
        )
        return replace(self, observation=observation, known=self.routes)

    def after(self, cpu_s: float, wall_s: float) -> Evidence:
        """This evidence with what its observation took in all."""
        observation = replace(self.observation, cpu_s=cpu_s, wall_s=wall_s)
        return replace(self, observation=observation, known=self.routes)

    def best(self, method: str) -> tuple[str, tuple[Finding, ...]]:
        """The route by which a method earns most, the simplest of equals."""
        routes = self.judged(method)
        name = max(routes, key=lambda route: (self.share_right(routes[route], method), route == AS_IT_STANDS))
        return name, routes[name]

    def judged(self, method: str) -> dict[str, tuple[Finding, ...]]:
        """Per route, the findings that points hang on."""
        return self._charged[method]

    @cached_property
    def _charged(self) -> dict[str, dict[str, tuple[Finding, ...]]]:
        charges = Charges(self.exam, self.observation.answers, self.routes)
        return {
            method: {route: charges.on(method, route, self._repeated(method, route)) for route in taken}
            for method, taken in self.routes.items()
        }

    def _repeated(self, method: str, route: str) -> frozenset[str]:
        """The ids of the questions that a route asks again."""
        again = self.exam.of(method) if route == AS_IT_STANDS else self.stand_ins(method, route)
        return frozenset(question.asks for question in again)

    def share_right(self, findings: tuple[Finding, ...], method: str) -> float:
        """The part of the arrays asked that are right throughout."""
        names = names_asked(self.exam.assignment, method)
        return sum(all(each.right for each in findings if each.name == name) for name in names) / len(names)

    def right(self, method: str) -> bool:
        """Whether all that the method answers is right, as it stands, and it leaves alone what it must."""
        return all(each.right for each in self.judged(method)[AS_IT_STANDS]) and not self.impure(method)

    def impure(self, method: str) -> tuple[Impurity, ...]:
        """What the method changed that it must leave alone, and not only because a collaborator of its own did.

        Nothing, when some route that it went to the end shows it to leave everything alone.
        """
        return self._impurities[method]

    @cached_property
    def _impurities(self) -> dict[str, tuple[Impurity, ...]]:
        return {method: self._changed_by(method) for method in METHODS}

    def _changed_by(self, method: str) -> tuple[Impurity, ...]:
        answers = self.observation.answers
        seen: tuple[Impurity, ...] = ()
        for route in self.routes[method]:
            questions = self.exam.of(method) if route == AS_IT_STANDS else self.stand_ins(method, route)
            asked = [question for question in questions if question.id in answers]
            returned = all(answer.outcome == "returned" for each in asked for answer in answers[each.id])
            impurities_here = impurities(self.exam.assignment, asked, answers)
            if asked and returned and not impurities_here:
                return ()
            seen = seen or impurities_here
        return seen

    def stand_ins(self, method: str, route: str) -> tuple[Question, ...]:
        """The questions of a route, the stand-ins returning gradients in the container that the student's own does.

        Where that is a bare array, train may rely on it or on the contract's tuple: both are tried.
        """
        if not route.startswith(BY_CONTRACT):
            return self.exam.stand_ins(method, route, self.container, self.forward_explained)
        if self.container != "array":
            return ()
        questions = self.exam.stand_ins(method, route.removeprefix(BY_CONTRACT), "tuple")
        return tuple(question.by(route, question.stand_in) for question in questions)

    @cached_property
    def forward_explained(self) -> bool:
        """Whether forward answers as the model does with one of its known faults: what it keeps may then be of another
        kind than its place is for, a hidden layer without its activation say."""
        model = self.exam.assignment.model
        plain = [
            each
            for each in self.routes_as_they_stand["forward"]
            if each.question.plain and len(each.question.calls) == 1 and each.actual is not None
        ]
        with np.errstate(all="ignore"):
            return any(
                all(
                    compare(
                        each.actual,
                        np.asarray(
                            model.predict(each.question.init, each.question.calls[0].x, frozenset({fault.name}))
                        ),
                        each.tolerance,
                    ).within
                    for each in plain
                    if each.actual is not None
                )
                for fault in self.exam.assignment.faults
                if plain and "forward" in fault.of and not all(each.right for each in plain)
            )

    @cached_property
    def routes_as_they_stand(self) -> dict[str, tuple[Finding, ...]]:
        """Per method, the findings as it stands."""
        return {
            method: self.known.get(method, {}).get(AS_IT_STANDS)
            or find(self.exam, self.exam.of(method), self.observation.answers)
            for method in METHODS
        }

    @cached_property
    def container(self) -> str:
        """`tuple`, `list` or `array`: what the student's dloss_dw was seen to return."""
        for question in self.exam.of("dloss_dw"):
            answers = self.observation.answers.get(question.id, ())
            for answer in (answers[k] for k in question.scored if k < len(answers)):
                if answer.value is not None and answer.outcome == "returned":
                    if answer.value.sequence in ("tuple", "list"):
                        return answer.value.sequence
                    if answer.value.kind == "array" and len(self.exam.assignment.weights) == 1:
                        return "array"
        return "tuple"

    def hangs(self, method: str) -> bool:
        """Whether some call of the method gave no answer at all, so that running it for its side effects is no use."""
        return any(each.outcome in ("timed_out", "died") for each in self.routes[method][AS_IT_STANDS])
