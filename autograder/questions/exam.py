"""An exam: the questions of one assignment with the reference's answers and the tolerance of each number."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Hashable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from autograder.assignments import NO_FAULTS, Array, Assignment
from autograder.core import PUBLISHED, Conclusions, LinearRun, Question, Recent, Refill, RunStep, StandIn
from autograder.observe import KnownReplies, probe
from autograder.questions.drafts import ATTEMPTS, drafts, generator, near_kink
from autograder.questions.expected import Expected, expect, trajectory, unfit
from autograder.questions.situations import MARGIN, NoSuchData
from autograder.questions.steps import step_questions
from autograder.questions.training_drafts import NEARLY_THERE

MOST_RECORDED = 60_000  # elements of weights and data, times epochs, of a run whose record is sent along
MOST_IN_ONE_STEP = 1_000_000  # the same, where nothing is trained
MOST_MADE_UP = 5_000_000  # the same, of a run with made-up functions, of which nothing is sent

STILL = 5e-6  # changes of a loss, relative to its largest, that end a run for who stops it by a small tolerance
MOST_KEPT = 32 << 20  # bytes of each kind of answers that known faults give
MOST_SEEN = 2 << 20  # bytes of what must come at weights that were seen


class UnfitQuestion(RuntimeError):
    """No draw of the question with this id was fit to be asked: the assignment's data or rates must be changed."""

    def __init__(self, assignment: str, question: str, why: str):
        super().__init__(f"{assignment}: no draw of question {question!r} is fit to be asked: {why}")
        self.question = question


class Exam:
    """The questions for one assignment and salt; answers are computed by the reference when first asked for.

    Context: grading compares two observations. Choice: the reference answers through the probe's own `ask`, in this
    trusted process. Cost: the reference must not keep state between objects, which `autograder build` proves.
    """

    def __init__(self, assignment: Assignment, reference: type, salt: str = "", draws: Mapping[str, int] | None = None):
        self.assignment, self.reference, self.salt = assignment, reference, salt
        self.draws = dict(draws or {})  # how often the questions of a method were drawn again
        self._expected: dict[tuple[str, int], Expected] = {}
        self._stood_in: dict[tuple[str, str, str, bool], tuple[Question, ...]] = {}
        self._runs: dict[str, tuple[RunStep, ...]] = {}
        # What known faults give, the same for all submissions: the model's answers by faults and question, runs by
        # hypothesis and question, the weights of a right run by question.
        self.model_answers: Recent[Hashable, tuple[Array, ...]] = Recent(MOST_KEPT)
        self.runs: Recent[Hashable, dict[tuple[int, str], Array] | None] = Recent(MOST_KEPT)
        self.traces: Recent[str, list[list[Array]]] = Recent(MOST_KEPT)
        # What must come at weights that were seen: those that a right run leaves are mostly the same to the last bit.
        self._expected_at: Recent[Hashable, Expected] = Recent(MOST_SEEN)
        # What submissions sent, and what was concluded from it: most of it comes again.
        self.known_replies = KnownReplies()
        self.conclusions = Conclusions()

    @cached_property
    def questions(self) -> dict[str, Question]:
        """All questions that are put to a submission as it stands, by id."""
        return {name: self._fit(name, draft) for name, draft in drafts(self.assignment)}

    def drawn_again(self, methods: Collection[str]) -> Exam:
        """The exam with other questions about these methods."""
        draws = {method: self.draws.get(method, 0) + 1 for method in methods}
        return Exam(self.assignment, self.reference, self.salt, {**self.draws, **draws})

    @cached_property
    def steps(self) -> tuple[Question, ...]:
        """Questions that score nothing, and tell a derivative from a difference."""
        rng = generator(f"{self.salt}|{self.assignment.name}|steps", 0)
        return step_questions(rng, self.assignment, MARGIN)

    @cached_property
    def digest(self) -> str:
        """Changes whenever a question changes."""
        trees = [question.to_tree() for question in (*self.questions.values(), *self.steps)]
        return hashlib.sha256(probe.pack(trees)).hexdigest()[:16]

    def of(self, method: str) -> tuple[Question, ...]:
        """The questions that score a method."""
        return tuple(question for question in self.questions.values() if question.method == method)

    def expected(self, question: Question, call: int, weights: tuple[Array, ...] | None = None) -> Expected:
        """What the scored call must give; for a moved question, at the weights that the object was seen to have."""
        if weights is not None:
            only = replace(question.calls[call], on=0, weights=None, into=False)
            asked = Question(question.id, question.method, question.situation, weights, (only,))
            at = (question.id, call, *(weight.tobytes() for weight in weights))
            return self._expected_at.get(at, lambda: expect(self.assignment, self.reference, asked, 0))
        if question.stand_in and question.stand_in.mode != "made up":
            question = self.questions[question.asks]  # recorded collaborators change nothing for a right answer
        key = (question.id, call)
        if key not in self._expected:
            if question.stand_in:  # the reference keeps to the contract, whatever form the student's gradients have
                question = replace(question, stand_in=replace(question.stand_in, container="tuple"))
            self._expected[key] = expect(self.assignment, self.reference, question, call)
        return self._expected[key]

    @cached_property
    def large(self) -> tuple[Array, ...]:
        """The reference's answers to questions on the published data: what most of the large right answers are near."""
        return tuple(
            array
            for question in self.questions.values()
            if question.situation == PUBLISHED
            for call in question.scored
            for array in self.expected(question, call).arrays.values()
        )

    # ------------------------------------------------------------------------------------------------- stand-ins

    def stand_ins(self, method: str, mode: str, container: str = "tuple", unlike: bool = False) -> tuple[Question, ...]:
        """The same questions with collaborators standing in: `recorded`, `side effects` or `made up`.

        `unlike` lets a right array stand in the place of any that forward keeps, even where the two are not alike.
        """
        key = (method, mode, container, unlike)
        if key not in self._stood_in:
            self._stood_in[key] = self._stand_ins(method, mode, container, unlike)
        return self._stood_in[key]

    def _stand_ins(self, method: str, mode: str, container: str, unlike: bool) -> tuple[Question, ...]:
        if mode == "made up":
            # A made-up run is nowhere near its end, so that a start near the best weights shows nothing.
            small = [each for each in self.of("train") if each.one_run and _simple(each, MOST_MADE_UP)]
            return tuple(self._made_up(each, container) for each in small if each.id != NEARLY_THERE)
        partners: tuple[str, ...] = ("forward",) if method == "dloss_dw" else ("forward", "loss", "dloss_dw")
        if mode.startswith("caches"):
            return tuple(
                self._caches(question, mode, unlike)
                for question in self.of(method)
                if len(question.calls) == 1 and _simple(question) and _told_apart(self.assignment, question)
            )
        if mode == "side effects":
            partners = tuple(partner for partner in partners if partner != "dloss_dw")
        return tuple(
            self._recorded(question, mode, partners, container)
            for question in self.of(method)
            if _simple(question, MOST_RECORDED if method == "train" else MOST_IN_ONE_STEP)
            and (question.one_run or method != "train")
        )

    def _recorded(self, question: Question, mode: str, partners: tuple[str, ...], container: str) -> Question:
        if question.method == "train":  # one run, which a second call goes on with
            x, y = question.calls[0].x, question.calls[0].y_true
            steps = self._run_of(question)
        else:  # a table of all samples that are asked about; forward is looked up in it sample by sample
            x = np.concatenate([call.x for call in question.calls])
            targets = next(call.y_true for call in question.calls if call.method == "dloss_dw")
            y = np.zeros((len(x), *targets.shape[1:]))
            known = {id(weights): weights for weights in map(question.weights_at, range(len(question.calls)))}
            starts = (trajectory(self.assignment, self.reference, each, x, y, 0.0, 0) for each in known.values())
            steps = tuple(start[0] for start in starts)
        return question.by(mode, StandIn(mode, partners, x, y, container, steps))

    def _run_of(self, question: Question) -> tuple[RunStep, ...]:
        """The reference's run, one and the same for whoever stands in."""
        if question.id not in self._runs:
            first = question.calls[0]
            self._runs[question.id] = trajectory(
                self.assignment, self.reference, question.init, first.x, first.y_true, first.lr, question.epochs
            )
        return self._runs[question.id]

    def _caches(self, question: Question, mode: str, unlike: bool) -> Question:
        """forward runs, and of what it leaves on the object the arrays of a recorded kind are replaced by right ones.

        Which array stands for which is not known: `choice` counts through the ways that keep their order.
        """
        base = self._recorded(question, mode, ("forward",), "tuple")
        assert base.stand_in is not None
        assert self.assignment.model.intermediates is not None
        kinds: dict[str, list[Array]] = {}
        for label, array in self.assignment.model.intermediates(question.init, question.calls[0].x):
            kinds.setdefault(label, []).append(np.asarray(array, dtype=float))
        choice = int(mode.split()[1]) - 1
        refill = Refill(choice, tuple(map(tuple, kinds.values())), unlike)
        return question.by(mode, replace(base.stand_in, mode="caches", refill=refill))

    def _made_up(self, question: Question, container: str) -> Question:
        y = question.calls[0].y_true
        ramp = np.linspace(0.1, 0.7, y.size).reshape(y.shape)
        linear = LinearRun(target=0.3, coupling=0.5, offset=0.25, ramp=ramp)
        partners = ("forward", "loss", "dloss_dw")
        return question.by("made up", StandIn("made up", partners, question.calls[0].x, y, container, linear=linear))

    # ------------------------------------------------------------------------------------------------ fit to be asked

    def _fit(self, name: str, draft: Any) -> Question:
        """The first draw that keeps clear of kinks, stays finite and tells right from wrong.

        Of the published data, which are what they are, one array has to tell: from a start at zero, a gradient may
        vanish but for rounding.
        """
        last = ""
        draw = self.draws.get(name.partition("/")[0], 0)
        seed_text = f"{self.salt}|{self.assignment.name}|{name}" + f"|{draw}" * (draw > 0)
        for attempt in range(ATTEMPTS):
            try:
                question = draft(generator(seed_text, attempt))
            except NoSuchData:
                last = "the data do not lead to the situation"
                continue
            if near_kink(self.assignment, question):
                last = "a sample lies too near a kink of the activation"
                continue
            if not self.assignment.squared and not _loss_exists(self.assignment, question):
                last = "the loss is not finite there, so a right gradient need not be"
                continue
            with np.errstate(all="ignore"):
                expected = [expect(self.assignment, self.reference, question, call) for call in question.scored]
            if question.plain and question.method == "train" and any(map(_stands_still, expected)):
                last = "an everyday run stands still on its way"
                continue
            reasons = [unfit(each, lenient=question.situation == PUBLISHED) for each in expected]
            last = next((reason for reason in reasons if reason), "the run passes too near a kink of the activation")
            if not any(reasons) and not self._kink_on_the_way(question):
                self._expected |= {(name, call): each for call, each in zip(question.scored, expected, strict=True)}
                return question
        raise UnfitQuestion(self.assignment.name, name, last)

    def _kink_on_the_way(self, question: Question) -> bool:
        """Whether a training run passes so near a kink that other algebra could fall on its other side."""
        margin = self.assignment.margin
        if margin is None or question.method != "train" or question.situation == PUBLISHED:
            return False
        models = [self.reference(list(weights)) for weights in (question.init, *question.others)]
        for call in question.calls:
            model = models[call.on]
            x, y, lr, n_ep = call.args if call.method == "train" else (None, None, 0.0, 0)
            for _ in range(n_ep):
                weights = tuple(np.asarray(getattr(model, key), dtype=float) for key in self.assignment.weights)
                if margin(weights, x) < 1e-5 * max(1.0, float(np.abs(weights[0]).max())):
                    return True
                model.train(x, y, lr, 1)
        return False


def _stands_still(expected: Expected) -> bool:
    """Whether a loss hardly changes from one epoch to the next: where that ends a run, everyday runs go on."""
    losses = expected.arrays["loss_records"]
    return bool(np.any(np.abs(np.diff(losses)) < STILL * np.abs(losses).max(initial=0.0)))


def _loss_exists(assignment: Assignment, question: Question) -> bool:
    """Whether the loss is finite wherever its gradient is asked for.

    Where a sigmoid or a softmax saturates, a logarithm has no value, and a right gradient that divides by the
    probability gives 0/0 where one that was simplified first does not.
    """
    model = assignment.model
    with np.errstate(all="ignore"):
        return all(
            np.isfinite(model.loss(model.predict(question.init, call.x, NO_FAULTS), call.y_true, NO_FAULTS))
            for call in question.calls
            if call.method == "dloss_dw"
        )


def _simple(question: Question, most: int = MOST_RECORDED) -> bool:
    """Questions small enough that their record can be sent along and looked up, at weights that are known."""
    if question.method == "train" and any(call.method != "train" for call in question.calls):
        return False
    size = sum(weight.size for weight in question.init) + sum(call.args[0].size for call in question.calls)
    epochs = question.epochs if question.method == "train" else 1
    return size * epochs <= most and not question.moved


def _told_apart(assignment: Assignment, question: Question) -> bool:
    """Whether intermediates of different kinds have different shapes in this question."""
    if assignment.model.intermediates is None:
        return False
    arrays = assignment.model.intermediates(question.init, question.calls[0].x)
    shapes = {(label, np.shape(array)) for label, array in arrays}
    return len({shape for _, shape in shapes}) == len(shapes)
