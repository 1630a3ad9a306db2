"""The evidence on one submission: its answers held against the exam, method by method and route by route."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from autograder.core import BY_WEIGHTS, METHODS, Observation, Question, compare, id_by
from autograder.judging.findings import Finding, Impurity, find, impurities, names_asked
from autograder.judging.rubric import Rubric, packaged
from autograder.notebooks import Submission
from autograder.questions import Exam

AS_IT_STANDS = "as it stands"
# How a method may be judged apart from its collaborators, in the order in which a reader wants to hear of it.
BY_CONTRACT = "by contract "
CACHES = tuple(f"caches {k}" for k in range(1, 5))
ROUTES = {
    "dloss_dw": ("recorded", "side effects", *CACHES),
    "train": ("recorded", "side effects", "made up", f"{BY_CONTRACT}recorded", f"{BY_CONTRACT}made up"),
}
ROUTE_WORDS = {
    AS_IT_STANDS: "as it stands",
    "recorded": "with its collaborators answering from recorded data",
    "side effects": "with its collaborators run, and their answers replaced by recorded data",
    "made up": "with a made-up gradient and loss whose course is known",
    f"{BY_CONTRACT}recorded": "with its collaborators answering from recorded data, in the form that was asked",
    f"{BY_CONTRACT}made up": "with a made-up gradient and loss, in the form that was asked",
    **dict.fromkeys(CACHES, "with what forward keeps on the object replaced by recorded data"),
}
PARTNERS = {"dloss_dw": ("forward",), "train": ("forward", "loss", "dloss_dw")}


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
    memo: dict[str, Any] = field(default_factory=dict, compare=False)  # explanations found, by route
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
        return replace(self, observation=observation, memo={}, known=self.routes)

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
        return {route: self._with_the_rest(method, route) for route in self.routes[method]}

    def _with_the_rest(self, method: str, route: str) -> tuple[Finding, ...]:
        if (method, route) not in self._judged:
            self._judged[method, route] = self._found_with_the_rest(method, route)
        return self._judged[method, route]

    @cached_property
    def _judged(self) -> dict[tuple[str, str], tuple[Finding, ...]]:
        """By method and route, what was worked out already."""
        return {}

    @cached_property
    def _changed(self) -> dict[str, tuple[Impurity, ...]]:
        """By method, what was worked out already."""
        return {}

    def _found_with_the_rest(self, method: str, route: str) -> tuple[Finding, ...]:
        """A route's findings and, where nothing but the method itself can be at fault, what the route does not ask.

        A route repeats a part of the questions. Where the numbers of all collaborators are right in the others, and an
        array of the method is right in the repeated ones as it stands, so that nothing that collaborators leave behind
        or change stands in its way, what goes wrong in the others is its own fault. So is what every other route that
        asks it finds wrong. Time that it took is not: its collaborators may have taken it.
        """
        settled = tuple(each for each in self.routes[method][route] if not self._kept_in_step(method, each))
        if route == AS_IT_STANDS:
            return settled
        repeated = {question.asks for question in self.stand_ins(method, route)}
        whole = self.routes[method][AS_IT_STANDS]
        wrong = {each.name for each in whole if not each.right and each.question.asks in repeated}
        elsewhere = [
            each
            for each in whole
            if each.question.asks not in repeated
            and each.name not in wrong
            and each.outcome not in ("timed_out", "died")
            and all(self._numbers_right(partner, each.question) for partner in PARTNERS[method])
            and not self._kept_in_step(method, each)
        ]
        return (*settled, *elsewhere, *self._wrong_by_all_others(method, route, repeated))

    def _numbers_right(self, partner: str, question: Question) -> bool:
        """Whether a collaborator answers right in the question's situation, or everywhere where it is not asked."""
        findings = self.routes[partner][AS_IT_STANDS]
        same = [each for each in findings if each.question.situation == question.situation]
        return all(each.right for each in same or findings)

    def _wrong_by_all_others(self, method: str, route: str, repeated: set[str]) -> tuple[Finding, ...]:
        """Of what the route does not ask, the findings of another that are wrong in numbers there by every route."""
        by: dict[tuple[str, int, str], list[Finding]] = {}
        for other, findings in self.routes[method].items():
            for each in findings:
                if other != route and each.question.asks not in repeated:
                    by.setdefault((each.question.asks, each.call, each.name), []).append(each)
        return tuple(
            of_call[-1]
            for of_call in by.values()
            if len(of_call) > 1
            and all(each.outcome == "wrong" or self._asks_of_other_data(method, each) for each in of_call)
        )

    def _asks_of_other_data(self, method: str, finding: Finding) -> bool:
        """Whether, with made-up collaborators, a method asks them about other data than it was given, as it does not
        elsewhere: of a part of the samples, say, where there are many."""
        failure = finding.failure
        if failure is None or failure.type != "OffTheRecord" or finding.question.stand_in is None:
            return False
        mode = finding.question.stand_in.mode
        return mode == "made up" and any(each.right for each in self.routes[method].get(mode, ()))

    def _kept_in_step(self, method: str, finding: Finding) -> bool:
        """Whether a finding on weights that the grader set says nothing: the class keeps them in a second place too,
        which its own train and constructor keep in step, as answers right after both show."""
        if not finding.question.asks.endswith(f"/{BY_WEIGHTS}") or finding.right:
            return False
        findings = self.routes[method][AS_IT_STANDS]
        moved = [each for each in findings if each.question.moved and each.call > 0]
        if not moved or not self._train_moves(method):
            return False
        return all(each.right for each in moved) or any(map(self._wrong_from_the_start, PARTNERS.get(method, ())))

    def _wrong_from_the_start(self, method: str) -> bool:
        """Whether a method is wrong at weights that were never others: beside it, wrong answers at moved ones show
        nothing of who leans on it."""
        findings = self.routes[method][AS_IT_STANDS]
        return any(not each.right and not each.question.moved and not each.question.by_weights for each in findings)

    def _train_moves(self, method: str) -> bool:
        """Whether the submission's train was seen to move the weights before the method was asked again."""
        answers = self.observation.answers
        return any(
            call.method == "train" and answer.outcome == "returned" and len(answer.unmoved) < len(question.init)
            for question in self.exam.of(method)
            if question.moved
            for call, answer in zip(question.calls, answers.get(question.id, ()), strict=False)
        )

    def share_right(self, findings: tuple[Finding, ...], method: str) -> float:
        """The part of the arrays asked that are right throughout."""
        names = names_asked(self.exam.assignment, method)
        return sum(all(each.right for each in findings if each.name == name) for name in names) / len(names)

    def right(self, method: str) -> bool:
        """Whether all that the method answers is right, as it stands, and it leaves alone what it must."""
        return all(each.right for each in self.judged_as_it_stands(method)) and not self.impure(method)

    def judged_as_it_stands(self, method: str) -> tuple[Finding, ...]:
        """The findings as it stands that points hang on."""
        return self._with_the_rest(method, AS_IT_STANDS)

    def impure(self, method: str) -> tuple[Impurity, ...]:
        """What the method changed that it must leave alone, and not only because a collaborator of its own did.

        Nothing, when some route that it went to the end shows it to leave everything alone.
        """
        if method not in self._changed:
            self._changed[method] = self._found_impure(method)
        return self._changed[method]

    def _found_impure(self, method: str) -> tuple[Impurity, ...]:
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

    def follow_ups(self, method: str) -> tuple[Question, ...]:
        """Questions still to be put: a method that is not right beside a collaborator that is not right either.

        Recorded caches are tried last, for a method that the other routes left without something it reads from self.
        """
        taken = self.routes[method]
        if self.right(method):
            return ()
        alone = self._stumbles(method) or (method == "train" and self.hangs(method))
        if all(self.right(partner) for partner in PARTNERS[method]) and not alone:
            return ()
        hanging = any(self.hangs(partner) for partner in PARTNERS[method])
        if self.untried(method):
            routes = [
                route for route in ROUTES[method] if route not in CACHES and not (hanging and route == "side effects")
            ]
        elif method == "dloss_dw" and not hanging and CACHES[0] not in taken and self._lacks_a_cache(method):
            routes = list(CACHES)
        else:
            return ()
        return tuple(question for route in routes for question in self.stand_ins(method, route))

    def untried(self, method: str) -> bool:
        """Whether no route was taken yet that is for all submissions, or one alone that does not settle it."""
        taken = [route for route in self.routes[method] if route != AS_IT_STANDS]
        return not taken or (taken == ["recorded"] and self._whole(method, "recorded") and not self.settled(method))

    def _whole(self, method: str, route: str) -> bool:
        answers = self.observation.answers
        return all(
            question.id in answers and all(answer.outcome == "returned" for answer in answers[question.id])
            for question in self.stand_ins(method, route)
        )

    def settled(self, method: str) -> bool:
        """Whether by some route the method is right and leaves alone what it must: no other could better that."""
        return not self.impure(method) and self.share_right(self.best(method)[1], method) == 1.0

    def _stumbles(self, method: str) -> bool:
        """Whether the method raised as it stands: over a right answer in another form than it expects, perhaps (a list
        of predictions, say, which is right)."""
        failures = [each.failure for each in self.routes[method][AS_IT_STANDS] if each.outcome == "raised"]
        return any(failure is not None and failure.type != "NotImplementedError" for failure in failures)

    def if_misled(self) -> tuple[Question, ...]:
        """Questions for a train that goes wrong beside methods that seem right.

        It calls them hundreds of times, and one of them may be wrong in a situation that only a run brings about.
        Made-up gradients say nothing here: they are small, and hide what a run of its own does to large ones.
        """
        taken = self.routes["train"]
        if "recorded" in taken or not any(each.outcome == "wrong" for each in taken[AS_IT_STANDS]):
            return ()
        if not all(self.right(partner) for partner in PARTNERS["train"]):
            return ()
        routes = [route for route in ROUTES["train"] if not route.endswith("made up")]
        return tuple(question for route in routes for question in self.stand_ins("train", route))

    def _lacks_a_cache(self, method: str) -> bool:
        """Whether forward is wrong, and the method raised when it answered from a record, and is not right by its side
        effects. What a right forward keeps needs no replacing."""
        if self.right("forward"):
            return False
        taken = self.routes[method]
        if any(all(each.right for each in findings) for findings in taken.values()):
            return False
        # At a first call: later ones may meet what an earlier call left.
        return any(each.outcome == "raised" and len(each.question.calls) == 1 for each in taken["recorded"])

    def hangs(self, method: str) -> bool:
        """Whether some call of the method gave no answer at all, so that running it for its side effects is no use."""
        return any(each.outcome in ("timed_out", "died") for each in self.routes[method][AS_IT_STANDS])
