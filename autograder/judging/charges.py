"""What a method is charged with by a route: what went wrong by it, and what the route does not ask."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from autograder.core import BY_WEIGHTS, CallAnswer, Question
from autograder.judging.findings import Finding
from autograder.judging.routes import AS_IT_STANDS, PARTNERS
from autograder.questions import Exam


@dataclass(frozen=True)
class Charges:
    """The findings on all methods by all routes that were taken, out of which it is told what is whose fault."""

    exam: Exam
    answers: Mapping[str, tuple[CallAnswer, ...]]
    routes: Mapping[str, Mapping[str, tuple[Finding, ...]]]

    def on(self, method: str, route: str, repeated: Collection[str]) -> tuple[Finding, ...]:
        """A route's findings and, where nothing but the method itself can be at fault, what the route does not ask.

        A route repeats a part of the questions. Where the numbers of all collaborators are right in the others, and an
        array of the method is right in the repeated ones as it stands, so that nothing that collaborators leave behind
        or change stands in its way, what goes wrong in the others is its own fault. So is what every other route that
        asks it finds wrong. Time that it took is not: its collaborators may have taken it.

        `repeated` are the ids of the questions that the route asks again.
        """
        by_it = tuple(each for each in self.routes[method][route] if not self._kept_in_step(method, each))
        if route == AS_IT_STANDS:
            return by_it
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
        return (*by_it, *elsewhere, *self._wrong_by_all_others(method, route, repeated))

    def _numbers_right(self, partner: str, question: Question) -> bool:
        """Whether a collaborator answers right in the question's situation, or everywhere where it is not asked."""
        findings = self.routes[partner][AS_IT_STANDS]
        same = [each for each in findings if each.question.situation == question.situation]
        return all(each.right for each in same or findings)

    def _wrong_by_all_others(self, method: str, route: str, repeated: Collection[str]) -> tuple[Finding, ...]:
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
        answers = self.answers
        return any(
            call.method == "train" and answer.outcome == "returned" and len(answer.unmoved) < len(question.init)
            for question in self.exam.of(method)
            if question.moved
            for call, answer in zip(question.calls, answers.get(question.id, ()), strict=False)
        )
