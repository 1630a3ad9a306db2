"""An exam of a declared assignment: the questions, the reference's answers and the tolerance of each number."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from autograder.callables.changes import Note
from autograder.callables.families import Families
from autograder.callables.question import OWN_DATA, CallsQuestion, From, Step
from autograder.callables.reference import Reference, Watcher
from autograder.callables.situations import Draft, drafts, drawn, steps_for
from autograder.core import AutograderError, id_by
from autograder.observe import arrays_in, probe

Array = np.ndarray
Arrays = dict[str, Array]
# As in the lessons' exams: RTOL of an element, ATOL of the largest, SPREAD times what shaking all real inputs by
# PERTURBATION (the rounding of float32) does.
RTOL, ATOL, SPREAD, PERTURBATION = 1e-5, 1e-6, 10.0, 6e-8
LEAST = 1e-13  # where a function saturates, one way to write it gives 0 and another 1e-40
ROUNDING = 30.0  # times what the reference's own rounding does to a result
LOOSEST = 1e-3  # of an array's largest element; a question with a larger tolerance cannot tell right from wrong
ATTEMPTS = 25
MOST_RECORDED = 400_000  # elements in a table of recorded answers
RECORDED = "recorded"
STEP = 1e-5  # of a central difference, relative to the largest number of the argument
MOODY = (
    "the solution answers the same question in two ways; does it draw random numbers? Let it take what is drawn (a "
    "mask, an order, a seed) as an argument"
)


class UnfitExam(AutograderError):
    """The assignment cannot be asked as it is declared; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a scored call must give: arrays by result name, and for each element how far an answer may be."""

    arrays: Arrays
    tolerance: Arrays


@dataclass(frozen=True, slots=True)
class Fit:
    """Two calls of `after` whose difference tells what the slope `by` of a callable must be, along one direction.

    The question `id` holds both calls; the slope is that of the question `of`.
    """

    id: str
    of: str
    by: str
    times: Any
    direction: Array
    step: float


class Exam:
    """The questions for the callables `asked` of one reference and salt; a plain one that cannot be asked raises
    UnfitExam, a special one is left out and stands in `left_out` with the reason."""

    def __init__(self, reference: Reference, asked: Sequence[str], salt: str = ""):
        self.reference, self.asked, self.salt = reference, tuple(asked), salt
        self.left_out: dict[str, str] = {}
        self._expected: dict[tuple[str, int], Expected] = {}
        self._standing: dict[str, CallsQuestion | None] = {}

    @cached_property
    def questions(self) -> dict[str, CallsQuestion]:
        """All questions that are put to a submission as it stands, by id; those that score nothing come last."""
        self._see_changes()
        found: dict[str, CallsQuestion] = {}
        for name in self.asked:
            for key, draft in drafts(self.reference, name):
                question = self._fitting(key, draft)
                if question is not None:
                    found[key] = question
        return found | {question.id: question for question, _ in self._fits(found)}

    @cached_property
    def fits(self) -> dict[str, list[Fit]]:
        """By callable: what its slopes must be, by differences of the one that it follows, whatever that one is."""
        by_name: dict[str, list[Fit]] = {}
        scoring = {key: question for key, question in self.questions.items() if question.scores}
        for _, fit in self._fits(scoring):
            by_name.setdefault(self.questions[fit.of].method, []).append(fit)
        return by_name

    @cached_property
    def uses(self) -> dict[str, tuple[str, ...]]:
        """By callable: the other callables that the reference calls on its way, directly."""
        found: dict[str, set[str]] = {name: set() for name in self.asked}
        for question in self.questions.values():
            if question.scores and question.plain:
                watcher = self._watched(question)
                found[question.method] |= watcher.made.get(question.method, set())
        return {name: tuple(sorted(others - {name})) for name, others in found.items()}

    @cached_property
    def families(self) -> Families:
        """What wrong answers are called, by small changes of the reference."""
        small: dict[str, str] = {}
        for name in self.asked:
            plain = [each for each in self.nameable(name) if each.plain]
            if plain:
                small[name] = min(plain, key=lambda each: sum(each.counts.values())).id
        signatures = [self.reference.signatures[name] for name in small]
        sizes = {question.id: question.counts for question in self.questions.values()}
        notes = [
            Note(each.callable, each.replace, each.by, each.says, each.look)
            for each in self.reference.declaration.notes
        ]
        return Families(self.reference.source, signatures, self.answer_of, small, notes, sizes)

    def nameable(self, name: str) -> tuple[CallsQuestion, ...]:
        """The questions of a callable that faults are named by: one scored call each, no large data."""
        return tuple(each for each in self.of(name) if len(each.scored) == 1 and each.situation != OWN_DATA)

    def answer_of(self, namespace: dict[str, Any], key: str) -> Arrays | None:
        """What a changed reference answers to a question, None where it raises."""
        question = self.questions[key]
        replies: list[dict[str, Any]] = []
        probe.ask_calls(namespace, question.to_tree(), replies.append)
        call = question.scored[0]
        if len(replies) <= call or replies[call]["outcome"] != "returned":
            return None
        return arrays_in(self.reference.signature(question.method).results, replies[call].get("parts", {}))

    @cached_property
    def digest(self) -> str:
        """Changes whenever a question changes."""
        trees = [question.to_tree() for question in self.questions.values()]
        return hashlib.sha256(probe.pack(trees)).hexdigest()[:16]

    @property
    def large(self) -> tuple[Array, ...]:
        """The reference's answers about the lesson's own data: what most of the large right answers are near."""
        own = [question for question in self.questions.values() if question.situation == OWN_DATA]
        return tuple(a for q in own for call in q.scored for a in self.expected(q, call).arrays.values())

    def of(self, name: str) -> tuple[CallsQuestion, ...]:
        """The questions that score a callable."""
        return tuple(each for each in self.questions.values() if each.method == name and each.scores)

    def expected(self, question: CallsQuestion, call: int) -> Expected:
        """What the scored call must give, stand-ins or not."""
        base = self.questions[question.asks]
        key = (base.id, base.scored[question.scored.index(call)])
        if key not in self._expected:
            self._expected[key] = self._expect(base, key[1])
        return self._expected[key]

    def names(self, name: str) -> tuple[str, ...]:
        """The results of a callable that are compared, as the plain questions show them."""
        found: dict[str, None] = {}
        for question in self.of(name):
            for call in question.scored:
                found |= dict.fromkeys(self.expected(question, call).arrays)
        return tuple(found)

    # ------------------------------------------------------------------------------------------------- stand-ins

    def standing(self, name: str) -> tuple[CallsQuestion, ...]:
        """The callable's questions with the others that it calls answering from the reference's recorded run."""
        return tuple(found for each in self.of(name) if (found := self._stood_in(each)) is not None)

    def given(self, name: str) -> tuple[CallsQuestion, ...]:
        """The callable's questions with the reference's own results handed on to it, where it follows another one."""
        return tuple(found for each in self.of(name) if (found := self._handed(each)) is not None)

    def partners(self, name: str) -> tuple[str, ...]:
        """The asked callables that this one calls or follows."""
        followed = {each.after for each in self.reference.declaration.follows if each.callable == name}
        return tuple(other for other in self.asked if other in followed or other in self.uses.get(name, ()))

    def must_be_repeated(self, name: str) -> frozenset[str]:
        """The everyday questions but those on the lesson's own data, whose record may be too large to send along."""
        return frozenset(each.id for each in self.of(name) if each.plain and each.situation != OWN_DATA)

    def _handed(self, question: CallsQuestion) -> CallsQuestion | None:
        key = id_by(question.id, "given")
        if key not in self._standing:
            self._standing[key] = self._with_given(question, key)
        return self._standing[key]

    def _with_given(self, question: CallsQuestion, key: str) -> CallsQuestion | None:
        """Nothing of another callable is asked then; None where what is handed on is no container of numbers."""
        scored = [question.calls[k] for k in question.scored]
        handed = any(
            isinstance(arg, From) and question.calls[arg.call].name != step.name for step in scored for arg in step.args
        )
        if not handed:
            return None
        watcher = self._watched(question)
        calls: list[Step] = []
        moved: dict[int, int] = {}
        for position, step in enumerate(question.calls):
            if step.makes is None and position not in question.scored:
                continue
            args = list(step.args)
            for place, arg in enumerate(args):
                if isinstance(arg, From) and question.calls[arg.call].name != step.name:
                    try:
                        args[place] = probe.encoded(_part(watcher.top[arg.call], arg.path))
                    except TypeError:
                        return None
                elif isinstance(arg, From):
                    args[place] = From(moved[arg.call], arg.path)
            moved[position] = len(calls)
            calls.append(replace(step, args=tuple(args)))
        return replace(question, id=key, calls=tuple(calls), first=0, repeats=question.asks)

    def _stood_in(self, question: CallsQuestion) -> CallsQuestion | None:
        if question.id not in self._standing:
            self._standing[question.id] = self._with_tables(question)
        return self._standing[question.id]

    def _with_tables(self, question: CallsQuestion) -> CallsQuestion | None:
        try:
            calls = self._watched(question).calls
        except TypeError:  # arguments or results that no table holds
            return None
        calls = [each for each in calls if each.name in self.asked]
        tables: dict[str, Any] = {}
        for each in calls:
            table = tables.setdefault(each.name, {"labels": list(each.labels), "rows": []})
            row = {"args": list(each.args), "value": each.value}
            row |= {
                key: [list(pair) for pair in got]
                for key, got in (("state", each.state), ("changes", each.changes))
                if got
            }
            table["rows"].append(row)
        if not tables or _elements(tables) > MOST_RECORDED:
            return None
        return replace(question, id=id_by(question.id, RECORDED), stand_in=tables, repeats=question.asks)

    def _watched(self, question: CallsQuestion) -> Watcher:
        names = tuple(name for name in self.reference.signatures if not name.endswith("__init__"))
        watcher = Watcher(self.reference, names)
        self.reference.answers(question, watching=watcher)
        return watcher

    # ------------------------------------------------------------------------------------------------- slopes that fit

    def _fits(self, questions: Mapping[str, CallsQuestion]) -> Iterator[tuple[CallsQuestion, Fit]]:
        declared = self.reference.declaration
        for slope in declared.slopes:
            after = getattr(slope.of, "__qualname__", "")
            if slope.callable not in self.asked or not slope.times or after not in self.reference.signatures:
                continue
            plain = [q for q in questions.values() if q.method == slope.callable and q.plain and len(q.scored) == 1]
            for question in plain:
                if question.situation == OWN_DATA:
                    continue
                for by, wrt in zip(slope.by, slope.wrt, strict=True):
                    made = self._pair(question, after, slope.times, by, wrt)
                    if made is not None:
                        yield made

    def _pair(
        self, question: CallsQuestion, after: str, times: str, by: str, wrt: str
    ) -> tuple[CallsQuestion, Fit] | None:
        """The two calls of `after` on both sides of a question's argument `wrt`."""
        position = next((k for k, step in enumerate(question.calls) if step.name == after), None)
        last = question.calls[question.scored[0]]
        if position is None or wrt not in question.calls[position].labels or times not in last.labels:
            return None
        base, place = question.calls[position], question.calls[position].labels.index(wrt)
        value = base.args[place]
        weights = last.args[last.labels.index(times)]
        if not isinstance(value, np.ndarray):
            return None
        rng = _generator(f"{self.salt}|{self.reference.name}|{question.id}|{wrt}", 0)
        direction: Array = np.asarray(rng.normal(size=value.shape))
        step = STEP * max(1.0, float(np.abs(value).max(initial=0.0)))
        before = question.calls[:position]
        pair = []
        for sign in (1.0, -1.0):
            args = tuple(value + sign * step * direction if k == place else arg for k, arg in enumerate(base.args))
            pair.append(replace(base, args=args))
        key = f"{after}/beside {question.id} {wrt}"
        beside = replace(
            question, id=key, method=after, calls=(*before, *pair), first=len(before), plain=False, scores=False
        )
        return beside, Fit(key, question.id, by, probe.decoded(weights), direction, step)

    # ------------------------------------------------------------------------------------------------ fit to be asked

    def _see_changes(self) -> None:
        """Run each callable once, to see which arguments it writes into."""
        for name in self.asked:
            rng = _generator(f"{self.salt}|{self.reference.name}|{name}", 0)
            values = drawn(self.reference, rng, self.reference.declaration.sizes[-1])
            question = CallsQuestion(name, name, "", steps_for(self.reference, name, values))
            replies = self.reference.answers(question)
            self.reference.seen_to_change(name, tuple(replies[-1].get("mutated", ())))

    def _fitting(self, key: str, draft: Draft) -> CallsQuestion | None:
        """The first draw that is finite and tells right from wrong; None, with the reason kept, where there is none."""
        why = ""
        for attempt in range(ATTEMPTS):
            question = draft(_generator(f"{self.salt}|{self.reference.name}|{key}", attempt))
            try:
                expected = {call: self._expect(question, call) for call in question.scored}
            except _NoAnswer as error:
                why = str(error)
                if attempt >= 3:  # it raises whatever is drawn
                    break
                continue
            why = next((reason for each in expected.values() if (reason := _unfit(each))), "")
            if not why:
                self._expected |= {(key, call): each for call, each in expected.items()}
                return question
            if question.situation == OWN_DATA:
                break
        if question.plain:
            why = self.moody(question) or why
            raise UnfitExam(
                f"{self.reference.name}: {question.method} cannot be asked with {question.situation}: {why}"
            )
        self.left_out[key] = why
        return None

    def moody(self, question: CallsQuestion) -> str:
        """Why a reference that answers one question in two ways cannot be asked; empty where it does not."""
        try:
            once, again = (self._numbers(question, question.scored[-1]) for _ in range(2))
        except _NoAnswer:
            return ""
        same = once.keys() == again.keys() and all(np.array_equal(once[n], again[n], equal_nan=True) for n in once)
        return "" if same else MOODY

    def _expect(self, question: CallsQuestion, call: int) -> Expected:
        exact = self._numbers(question, call)
        spread = {name: np.zeros_like(array) for name, array in exact.items()}
        rng = np.random.default_rng(0)
        for _ in range(3):
            shaken = self._numbers(_shaken(rng, question, self.reference), call)
            for name, array in exact.items():
                if name not in shaken or shaken[name].shape != array.shape:
                    spread[name] = np.full_like(array, np.inf)
                else:
                    with np.errstate(all="ignore"):
                        spread[name] = np.maximum(spread[name], np.abs(shaken[name] - array))
        tolerance = {
            name: LEAST
            + RTOL * np.abs(array)
            + (ATOL * np.abs(array).max() + SPREAD * spread[name].max() if array.size else 0.0)
            for name, array in exact.items()
        }
        for name, own in self._rounding(question, call, exact).items():
            tolerance[name] = tolerance[name] + ROUNDING * own
        return Expected(exact, tolerance)

    def _rounding(self, question: CallsQuestion, call: int, exact: Arrays) -> dict[str, float]:
        """By result: what the reference's own rounding does to it, measured by a run with longer numbers.

        Where large terms cancel, other algebra that is as right gives other digits.
        """
        try:
            longer = self._numbers(question, call, np.longdouble)
        except (_NoAnswer, TypeError, ValueError):  # it takes no such numbers
            return {}
        found = {}
        for name, array in exact.items():
            if name in longer and longer[name].shape == array.shape and array.size:
                with np.errstate(all="ignore"):
                    far = float(np.abs(longer[name] - array).max())
                found[name] = far if np.isfinite(far) else 0.0
        return found

    def _numbers(self, question: CallsQuestion, call: int, kind: type = float) -> Arrays:
        replies = self.reference.answers(question, kind=kind)
        if len(replies) <= call or replies[call]["outcome"] != "returned":
            error = replies[-1].get("error")
            said = f"{error['type']}: {error['text']}" if error else replies[-1]["outcome"]
            raise _NoAnswer(f"the solution gives no answer ({said}); are its arguments drawn as its docstring says?")
        return arrays_in(self.reference.signature(question.method).results, replies[call].get("parts", {}))


class _NoAnswer(RuntimeError):
    """The reference raises where it is asked."""


def _generator(text: str, attempt: int) -> np.random.Generator:
    return np.random.default_rng([zlib.crc32(text.encode()), attempt])


def _unfit(expected: Expected) -> str:
    """Why an answer cannot tell right from wrong, empty when it can."""
    for name, array in expected.arrays.items():
        if not np.all(np.isfinite(array)) or not np.all(np.isfinite(expected.tolerance[name])):
            return f"the solution's {name} is not finite there, or jumps"
        largest = np.abs(array).max() if array.size else 0.0
        if largest > 1e3 * LEAST and expected.tolerance[name].max() > LOOSEST * largest:
            return f"rounding of the arguments changes {name} by too much of its size ({largest:.1e})"
    return ""


def _shaken(rng: np.random.Generator, question: CallsQuestion, reference: Reference) -> CallsQuestion:
    """The question with all real numbers that were drawn shaken a little, zeros too; what is shared stays shared."""
    known: dict[int, Any] = {}

    def shake(tree: Any) -> Any:
        if isinstance(tree, np.ndarray):
            if id(tree) not in known:
                scale = float(np.abs(tree).max(initial=0.0)) or 1.0
                relative = tree * (1.0 + PERTURBATION * rng.uniform(-1.0, 1.0, tree.shape))
                known[id(tree)] = relative + 1e-3 * PERTURBATION * scale * rng.uniform(-1.0, 1.0, tree.shape)
            return known[id(tree)]
        if isinstance(tree, dict):
            (kind, inside), *_ = tree.items()
            if kind == "d":
                return {"d": [[key, shake(each)] for key, each in inside]}
            if kind in ("l", "t"):
                return {kind: [shake(each) for each in inside]}
        return tree

    def of_step(step: Step) -> Step:
        draws = reference.declaration.draws
        args = tuple(
            shake(arg) if label not in draws or draws[label].real else arg
            for label, arg in zip(step.labels, step.args, strict=True)
        )
        return replace(step, args=args)

    return replace(question, calls=tuple(of_step(step) for step in question.calls))


def _part(value: Any, path: tuple[int | str, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def _elements(tree: Any) -> int:
    if isinstance(tree, np.ndarray):
        return tree.size
    if isinstance(tree, dict):
        return sum(_elements(each) for each in tree.values())
    if isinstance(tree, (list, tuple)):
        return sum(_elements(each) for each in tree)
    return 1
