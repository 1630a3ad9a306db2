"""Sentences held against the answers that a submission gave: each is measured again, by other means.

What is said by numbers alone is worked out anew from what came and what is right. What is said by a change of the
solution is tried on the solution's text with that change in it, run as any text is.
"""

from __future__ import annotations

import ast
import contextlib
import io
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np

from autograder.callables import Evidence, Exam
from autograder.callables.asked.question import CallsQuestion
from autograder.callables.declared.functions import functions
from autograder.callables.faults.edits import Change, applied
from autograder.callables.faults.families import BESIDES, Families
from autograder.callables.faults.operators import NUMBER, STARTS
from autograder.callables.faults.unknown import solve
from autograder.callables.faults.words import KINDS
from autograder.callables.judged.findings import Finding
from autograder.callables.judged.items import Item
from autograder.core import CheckResult
from autograder.observe import probe
from tests.judging.naming import measures, visited

Array = np.ndarray
NAME = r"[A-Za-z_][\w.]*(?:\[\d+\])?"
NAMES = rf"{NAME}(?:(?:, | and ){NAME})*"
MOST_TRIED = 6  # changes of one sentence that are run again


@dataclass(frozen=True)
class Told:
    """What came of one item by one route; `of` are the results that a sentence is about, all that are wrong where it
    names none."""

    evidence: Evidence
    item: Item
    findings: tuple[Finding, ...]

    @property
    def exam(self) -> Exam:
        """The exam that it was asked in."""
        return self.evidence.exam

    @cached_property
    def wrong(self) -> list[str]:
        """The results that are wrong somewhere."""
        return list(dict.fromkeys(each.name for each in self.findings if not each.right))

    def names(self, text: str | None) -> list[str]:
        """The results that a text names; a list by its own name means its parts that are wrong."""
        if not text:
            return self.wrong
        heads = re.split(r", | and ", text)
        return [name for name in self.wrong if name in heads or name.partition(".")[0] in heads]

    def pairs(self, name: str, *, named: bool = True) -> measures.Pairs:
        """What came and what is right of a result in the questions that faults are named by, or in all."""
        keys = {each.id for each in self.exam.nameable(self.item.callable)}
        return [
            (each.actual, each.wanted)
            for each in self.findings
            if each.name == name and each.actual is not None and (not named or each.question.asks in keys)
        ]

    def counts(self, name: str) -> list[dict[str, int]]:
        """The sizes of these questions."""
        keys = {each.id for each in self.exam.nameable(self.item.callable)}
        return [
            dict(each.question.counts)
            for each in self.findings
            if each.name == name and each.actual is not None and each.question.asks in keys
        ]

    def asked(self, name: str, situation: str) -> list[Finding]:
        """What came of a result in one situation, where it is wrong."""
        words = situation.removeprefix("asked with ")
        return [
            each
            for each in self.findings
            if each.name == name and not each.right and each.question.situation.removeprefix("asked with ") == words
        ]


Holds = Callable[[Told, re.Match[str]], bool]


def untrue(evidence: Evidence, item: Item, check: CheckResult, heard: Sequence[Heard]) -> Iterator[str]:
    """The sentences of a check's rationale that no route's answers bear out, and those that nobody measures."""
    left = check.rationale
    if not left or re.search(r" raised | is still to be written\.$", left):  # what Python says, in its own words
        return
    every = [Told(evidence, item, findings) for findings in evidence.routes[item.callable].values()]
    for says in dict.fromkeys(each.says for each in heard if each.callable == item.callable and each.says in left):
        families = [each for each in heard if each.callable == item.callable and each.says == says]
        if not any(_borne_out(families, told, check.rationale) for told in every):
            yield says
        left = re.sub(rf"(?:(?P<of>{NAMES}): (?:each )?)?{re.escape(says)}(?:{BESIDE})?", "", left)
    for pattern, holds in SENTENCES:
        for match in re.finditer(pattern, left):
            if not any(holds(told, match) for told in every):
                yield match[0]
        left = re.sub(pattern, "", left)
    left = re.sub("|".join(map(re.escape, UNMEASURED)), "", left)
    if left.strip():
        yield f"not measured: {left.strip()}"


# Said of what is proved elsewhere, and without a number.
UNMEASURED = (BESIDES,)


# ---------------------------------------------------------------------------------------- by a change of the solution


@dataclass(frozen=True)
class Heard:
    """What was said of a family of changes that all give what a callable answered."""

    callable: str
    family: Sequence[Change]
    says: str

    def bears_out(self, told: Told, names: Sequence[str], rationale: str) -> bool:
        """Whether changes that are called so give what came of some results, each run as a text of its own."""
        called = [c for c in self.family if _called(c, self.says) or _of_a_slope(told.exam, c, self.says)]
        beside = re.search(BESIDE, rationale)
        every = (self._gives(told, change, names, BESIDES in rationale, beside) for change in called[:MOST_TRIED])
        return bool(called) and all(every)

    def _gives(
        self, told: Told, change: Change, names: Sequence[str], everyday: bool, beside: re.Match[str] | None
    ) -> bool:
        """Whether the changed solution gives what came, or what is told to be beside it by a sign, a factor, a size."""
        space = _with(told.exam, change)
        cases = list(_cases(told, names, everyday))
        if NUMBER in "".join(edit.new for edit in change.edits):
            number = _number(told, space, cases)
            if number is None:
                return False
            space[NUMBER] = number
        pairs: dict[str, list[tuple[Array, Array]]] = {}
        for question, came in cases:
            answer = _answer(told.exam, space, question)
            for name, array in came.items():
                if name not in answer:
                    return False
                pairs.setdefault(name, []).append((array, answer[name]))
        if beside is None:
            return bool(cases) and all(measures.same(*pair) for of in pairs.values() for pair in of)
        sizes = [dict(question.counts) for question, _ in cases]
        return bool(cases) and all(_beside(of, sizes, beside) for of in pairs.values())


BESIDE = (
    r" Beside that: (?:it|each result) (?:(?P<sign>has the opposite sign)|is off by one and the same constant "
    r"(?P<factor>factor)(?P<turned>, and has the opposite sign)?|comes out (?P<how>(?:multiplied|divided) by [^.,]+)"
    r"(?P<also>, with another sign)?)\."
)


def _beside(pairs: measures.Pairs, sizes: Sequence[dict[str, int]], told: re.Match[str]) -> bool:
    """Whether numbers are those of a change, but for what is told beside it."""
    if told["sign"]:
        return measures.opposite(pairs)
    if told["factor"]:
        return measures.one_factor(pairs, negative=told["turned"] is not None)
    return measures.by_sizes(pairs, sizes, told["how"], told["also"] or "")


def _borne_out(families: Sequence[Heard], told: Told, rationale: str) -> bool:
    """Whether all results that a sentence is about are given by changes that are called so: by the same ones, or each
    by its own."""
    prefix = re.search(rf"({NAMES}): (?:each )?{re.escape(families[0].says)}", rationale)
    names = told.names(prefix[1] if prefix else None)
    if any(each.bears_out(told, names, rationale) for each in families):
        return bool(names)
    return bool(names) and all(any(each.bears_out(told, (name,), rationale) for each in families) for name in names)


@contextlib.contextmanager
def listening() -> Iterator[list[Heard]]:
    """What is said by changes of the solution while a report is made."""
    real, heard = Families._words, []

    def words(self: Families, callable: str, family: Sequence[Change], written: str) -> Any:
        found = real(self, callable, family, written)
        if found is not None:
            heard.append(Heard(callable, tuple(family), found[1]))
        return found

    Families._words = words  # type: ignore[method-assign]
    try:
        yield heard
    finally:
        Families._words = real  # type: ignore[method-assign]


def _called(change: Change, text: str) -> bool:
    """Whether each of a change's kinds is told in a text by its own words, by what it is about or by its group."""
    for kind in change.kind.split(" + "):
        words = KINDS[kind]
        options = [re.escape(words.says.rstrip(".")), *(re.escape(group.rstrip(".")) for group in words.group)]
        if words.about:
            options.append(re.escape(words.about.rstrip(".")).replace(r"\{0\}", r"[\w. ]+"))
        if not re.search("|".join(options), text, re.IGNORECASE):
            return False
    return True


def _of_a_slope(exam: Exam, change: Change, text: str) -> bool:
    """Whether a text says that a slope is another, and each edit of a change is of a factor beside the slope of a
    sigmoid, or in it."""
    if KINDS["slope of another"].says not in text:
        return False
    trees: dict[str, ast.AST] = {name: each.node for name, each in functions(exam.reference.source).functions.items()}
    for edit in change.edits:
        node: Any = trees[edit.function]
        for step in edit.path[:-1]:  # the product that a factor is one of
            node = node[step] if isinstance(step, int) else getattr(node, step)
        if not re.search(r"(?P<value>\w+) \* \(1 - (?P=value)\)", ast.unparse(node)):
            return False
    return True


def _with(exam: Exam, change: Change) -> dict[str, Any]:
    """The solution's names, its definitions run from their text with a change made; memory that nothing was written
    to holds zeros there, as in what changes are tried on."""
    source = functions(exam.reference.source)
    trees: dict[str, ast.AST] = {name: function.node for name, function in source.functions.items()}
    with applied(trees, change.edits):
        text = "\n\n".join(
            ast.unparse(node) for node in source.tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)
        )
    space = dict(exam.reference.namespace)
    exec(text.replace("np.empty", "np.zeros"), space)
    return space


def _answer(exam: Exam, space: dict[str, Any], question: CallsQuestion) -> dict[str, Array]:
    with np.errstate(all="ignore"), contextlib.redirect_stdout(io.StringIO()):
        found = exam.answer_to(space, question)
    return {} if found is None else {name: np.asarray(array, dtype=float) for name, array in found.items()}


def _cases(told: Told, names: Sequence[str], everyday: bool) -> Iterator[tuple[CallsQuestion, dict[str, Array]]]:
    """The questions that faults are named by, with what came of some results; of those beyond all numbers none."""
    for question in told.exam.nameable(told.item.callable):
        of = [each for each in told.findings if each.question.asks == question.id and each.actual is not None]
        if not of or (everyday and not question.plain) or not all(np.isfinite(each.actual).all() for each in of):
            continue
        yield question, {each.name: each.actual for each in of if each.name in names}


def _number(told: Told, space: dict[str, Any], cases: Sequence[tuple[CallsQuestion, dict[str, Array]]]) -> float | None:
    """The number that stands in the place of one that nobody knows, by the first question that tells it."""

    def off(number: float) -> Array | None:
        space[NUMBER] = number
        answer = _answer(told.exam, space, question)
        if any(name not in answer or answer[name].shape != array.shape for name, array in came.items()):
            return None
        gap = np.concatenate([np.ravel(answer[name] - array) for name, array in came.items()])
        largest = max(float(np.abs(array).max(initial=0.0)) for array in came.values())
        return gap / (largest + 1e-300) if np.isfinite(gap).all() else None

    for question, came in sorted(cases, key=lambda case: -sum(array.size for array in case[1].values())):
        right = _answer(told.exam, told.exam.reference.namespace, question)
        if any(not measures.same(array, right[name]) for name, array in came.items()):
            number = solve(off, STARTS)
            if number is not None:
                return number
    return None


# --------------------------------------------------------------------------------------------------- by numbers alone


def _each(measure: Callable[[measures.Pairs], bool]) -> Holds:
    """A claim on each of the results that are named."""

    def holds(told: Told, match: re.Match[str]) -> bool:
        names = told.names(match["of"])
        return bool(names) and all(bool(told.pairs(name)) and measure(told.pairs(name)) for name in names)

    return holds


def _by_sizes(told: Told, match: re.Match[str]) -> bool:
    """Multiplied or divided by products of sizes; by which of them where one is named."""
    names = told.names(match["of"])
    return bool(names) and all(
        measures.by_sizes(told.pairs(name), told.counts(name), match["how"], match["also"] or "") for name in names
    )


def _crossed(told: Told, match: re.Match[str]) -> bool:
    one, two = told.pairs(match["one"]), told.pairs(match["two"])
    both = list(zip(one, two, strict=True))
    return bool(both) and all(
        measures.same(first[0], second[1]) and measures.same(second[0], first[1]) for first, second in both
    )


def _differs(told: Told, match: re.Match[str]) -> bool:
    """A share of the largest number by which a result is off, or that it is ten times that and more."""
    for each in told.asked(match["name"], match["asked"]):
        error = measures.error(each.actual, each.wanted)
        share = match["share"]
        if (share is None and error >= 9.9) or (share is not None and measures.told(share, 100 * error)):
            return True
    return False


def _differ(told: Told, match: re.Match[str]) -> bool:
    names = re.split(r", | and ", match["names"])
    shares = re.findall(r"[\d.e+-]+(?= %)", match["shares"])
    return len(names) == len(shares) and all(
        any(
            measures.told(share, 100 * measures.error(each.actual, each.wanted))
            for each in told.asked(name, match["asked"])
        )
        for name, share in zip(names, shares, strict=True)
    )


def _more_differ(told: Told, match: re.Match[str]) -> bool:
    return len(told.wrong) > int(match["count"])


def _shape(told: Told, match: re.Match[str]) -> bool:
    return any(
        str(each.actual.shape) == match["came"] and str(each.wanted.shape) == match["shape"]
        for each in told.asked(match["name"], match["asked"])
        if each.actual is not None
    )


def _bare(told: Told, match: re.Match[str]) -> bool:
    """An array of that shape, where one array of the other shape is asked and all of it stands in a list of one."""
    return any(
        str(each.actual.shape) == match["came"] and str(each.wanted.shape[1:]) == match["inside"]
        for each in told.asked(match["name"], match["asked"])
        if each.actual is not None and each.wanted.shape[:1] == (1,)
    )


def _not_finite(told: Told, match: re.Match[str]) -> bool:
    of = (each.actual for each in told.asked(match["name"], match["asked"]) if each.actual is not None)
    measure = np.isnan if match["kind"] == "nan" else np.isinf
    return any(bool(measure(array).any()) for array in of)


def _no_array(told: Told, match: re.Match[str]) -> bool:
    """Where something else than an array of numbers came in the place of a result, or of all."""
    names = [match["name"]] if match["name"] else told.wrong
    return any(each.actual is None for name in names for each in told.asked(name, match["asked"]))


def _times(told: Told, match: re.Match[str]) -> bool:
    factor = -1.0 if not match["factor"] else float(match["factor"])
    pairs = told.pairs(match["name"], named=False)
    return bool(pairs) and all(measures.same(came, factor * right, 1e-3) for came, right in pairs)


def _rounds(told: Told, match: re.Match[str]) -> bool:
    """What a right run of so many rounds leaves: the solution itself, run as long."""
    count = 1 if match["rounds"] == "one" else int(match["rounds"])
    for each in told.asked(told.names(match["names"])[0], match["asked"]):
        space = told.exam.reference.fresh()
        values: dict[int, Any] = {}
        for place, step in enumerate(each.question.calls[: each.call + 1]):
            args = [probe.decoded(arg) for arg in step.args]
            if place == each.call:
                args = [count if label == "n_ep" else arg for label, arg in zip(step.labels, args, strict=True)]
            owner, _, method = step.name.rpartition(".")
            if step.makes is not None:
                values[step.makes] = space[owner or step.name](*args)
            else:
                getattr(values[step.on], method)(*args)
        made = values[each.question.calls[each.call].on]
        ends = [f for f in told.findings if f.question is each.question and f.call == each.call]
        named = [f for f in ends if f.name in re.split(r", | and ", match["names"]) and hasattr(made, f.name)]
        if named and all(measures.same(f.actual, np.asarray(getattr(made, f.name))) for f in named):
            return True
    return False


def _later(told: Told, match: re.Match[str]) -> bool:
    """Runs of one round are right and a longer one is not (steps of next to nothing do not tell), with the solution's
    methods in the place of all others: the submitted text, run once more."""
    space = _with_right_others(told, match["name"])
    rounds: dict[bool, list[bool]] = {True: [], False: []}
    for question in _everyday(told):
        step = question.calls[question.scored[-1]]
        one = probe.decoded(step.args[step.labels.index("n_ep")]) == 1
        came, wanted = (_answer(told.exam, each, question) for each in (space, told.exam.reference.namespace))
        rounds[one].append(all(name in came and measures.same(came[name], wanted[name]) for name in wanted))
    return bool(rounds[True]) and all(rounds[True]) and not all(rounds[False])


def _with_right_others(told: Told, name: str) -> dict[str, Any]:
    source = "\n\n".join(cell.source for cell in told.evidence.submission.cells)
    return visited.with_right_others(source, told.exam.reference.fresh(), *name.rsplit(".", 1))


def _everyday(told: Told) -> list[CallsQuestion]:
    return [each for each in told.exam.of(told.item.callable) if each.plain and not each.stand_in]


def _runs(told: Told, name: str, of: Sequence[str]) -> Iterator[tuple[list[visited.Visit], list[visited.Visit]]]:
    """Question by question and for each of some methods, the calls of it that the submitted text makes with right
    others, and those of the solution."""
    owner = name.rpartition(".")[0]
    for question in _everyday(told):
        for method in of:
            arguments = told.exam.reference.signature(f"{owner}.{method}").arguments
            spaces = (_with_right_others(told, name), told.exam.reference.fresh())
            came, right = (
                [*visited.visits(
                    partial(_answer, told.exam, space, question), space[owner], method, arguments,
                    tuple(told.exam.reference.declaration.state),
                )]
                for space in spaces
            )  # fmt: skip
            yield came, right


def _others(told: Told, name: str) -> list[str]:
    owner = name.rpartition(".")[0]
    return [each.rpartition(".")[2] for each in told.exam.asked if each != name and each.startswith(f"{owner}.")]


def _steps(told: Told, match: re.Match[str]) -> bool:
    """Some right steps, and then one of another length, or with a part of the one before."""
    steps = 1 if match["steps"] == "one step" else int(match["steps"].split()[0])
    names = re.split(r", | and ", match["names"])
    times, before = (float(match["times"]), 0.0) if match["times"] else (1.0, float(match["before"]))
    return any(
        visited.goes_on(visited.stations(came), visited.stations(right), steps, names, times, before)
        for came, right in _runs(told, match["name"], _others(told, match["name"]))
    )


def _other_way(told: Told, match: re.Match[str]) -> bool:
    """A first step that is the right one with its sign turned."""
    names = re.split(r", | and ", match["names"])
    return any(
        len(there) > 1
        and len(right) > 1
        and {*names} == {*visited.moved(right[0], right[1])}
        and all(visited.near(there[1][n] - there[0][n], right[0][n] - right[1][n]) for n in names)
        for came, of_right in _runs(told, match["name"], _others(told, match["name"]))
        for there, right in [(visited.stations(came), visited.stations(of_right))]
    )


def _midst(told: Told, match: re.Match[str]) -> bool:
    """A call while a part of the state is moved and another is not yet."""
    ahead, behind = (re.split(r", | and ", match[key]) for key in ("ahead", "behind"))
    return any(
        visited.in_the_midst(came, visited.stations(right), ahead, behind)
        for came, right in _runs(told, match["name"], _others(told, match["name"]))
    )


def _a_part(told: Told, match: re.Match[str]) -> bool:
    """A call at which some numbers are those after a step and the others those before it."""
    names = re.split(r", | and ", match["ahead"])
    return any(
        all(visited.in_part(each[name], here[name], there[name]) for name in names)
        for came, right in _runs(told, match["name"], _others(told, match["name"]))
        for here, there in itertools.pairwise(visited.stations(right))
        for each in came
    )


def _from_two_steps(told: Told, match: re.Match[str]) -> bool:
    """A call in which a part is as in one of the solution's calls, and the rest as in the one before."""
    ahead, behind = (re.split(r", | and ", match[key]) for key in ("ahead", "behind"))
    return any(
        all(visited.near(each[name], there[name]) and not np.array_equal(there[name], here[name]) for name in ahead)
        and all(visited.near(each[name], here[name]) and not visited.near(each[name], there[name]) for name in behind)
        for came, right in _runs(told, match["name"], [match["other"].rpartition(".")[2]])
        for here, there in itertools.pairwise(visited.stations(right))
        for each in came
    )


def _hands(told: Told, match: re.Match[str]) -> bool:
    """A call with an argument of a shape, or with numbers, that no right call has."""
    label = match["label"]
    for came, right in _runs(told, match["name"], [match["other"].rpartition(".")[2]]):
        for each in came:
            if match["came"]:
                shapes = str(each[label].shape) == match["came"], {str(one[label].shape) for one in right}
                if shapes == (True, {match["wanted"]}):
                    return True
            elif not any(visited.near(each[label], one[label]) for one in right):
                return True
    return False


def _moved_a_little(told: Told, match: re.Match[str]) -> bool:
    """A call with one number of the state moved by so little."""
    path = match["path"]
    for came, _ in _runs(told, match["name"], [match["other"].rpartition(".")[2]]):
        for each in came:
            off = each[path] - np.median([one[path] for one in came], axis=0)
            if np.count_nonzero(off) == 1 and np.isclose(off.sum(), float(match["by"]), rtol=0.06):
                return True
    return False


def _idle(told: Told, match: re.Match[str]) -> bool:
    """Two answers about the same data, between which other numbers were set: they are the same."""
    key = next(key for key in told.exam.questions if key.startswith(f"{told.item.callable}/") and key.endswith("set"))
    names = re.split(r", | and ", match["names"])
    of = [[f.actual for f in told.evidence.stands.findings[told.item.callable]
           if f.question.id == key and f.name == name] for name in names]  # fmt: skip
    return all(len(arrays) == 2 and np.array_equal(*arrays) for arrays in of)


def _wherever(told: Told, match: re.Match[str]) -> bool:
    """In everyday questions, right where an argument has a value or reaches a size, and wrong everywhere else."""
    seen: dict[str, tuple[bool, bool]] = {}
    for each in told.findings:
        if not each.question.plain or each.name not in told.item.results or not each.question.counts:
            continue
        step = each.question.calls[each.question.scored[-1]]
        if match["label"] not in step.labels:
            return False
        value = probe.decoded(step.args[step.labels.index(match["label"])])
        at_least = match["value"] in each.question.counts
        here = value >= each.question.counts[match["value"]] if at_least else value == ast.literal_eval(match["value"])
        seen[each.question.id] = here, seen.get(each.question.id, (here, True))[1] and each.right
    return bool(seen) and all(here == right for here, right in seen.values())


def _again(told: Told, match: re.Match[str]) -> bool:
    names = re.split(r", | and ", match["names"])
    arrays = [
        [
            part.array
            for answer in told.evidence.answers[key]
            for part in answer.parts.values()
            if part.array is not None
        ]
        for key in told.evidence.answers
    ]
    return all(
        any(
            sum(np.array_equal(each.actual, other) for other in of) > 1
            for each in told.asked(name, match["asked"])
            for of in arrays
        )
        for name in names
    )


def _entries(told: Told, match: re.Match[str]) -> bool:
    """Right entries as far as two records of other lengths go, from the first on or from the last."""
    last = match["which"].startswith("Its last")
    records = [told.pairs(name) for name in ([match["name"]] if match["name"] else told.item.results)]
    other = [pairs for pairs in records if any(right.ndim and len(came) != len(right) for came, right in pairs)]
    return bool(other) and all(measures.as_far_as_they_go(came, right, last) for of in other for came, right in of)


def _of_length(told: Told, match: re.Match[str]) -> bool:
    """Such entries, of a result of that shape where one is told."""
    return _entries(told, match) and (match["name"] is None or _shape(told, match))


def _changes(told: Told, match: re.Match[str]) -> bool:
    """An argument that is not, after some call, what it was before it."""
    labels = set(re.findall(r"`(\w+)`", match["labels"]))
    mutated = {label for of in told.evidence.answers.values() for answer in of for label in answer.mutated}
    return labels <= mutated


def _state(told: Told, match: re.Match[str]) -> bool:
    """State that is not, after a call of the method alone, what the object was made with."""
    labels = re.findall(r"`self\.(\w+)`", match["labels"])
    seen: set[str] = set()
    for question in told.exam.of(told.item.callable):
        for call, answer in enumerate(told.evidence.answers.get(question.id, ())):
            if call not in question.scored:
                continue
            right = told.exam.expected(question, call).arrays
            for label in labels:
                part = answer.parts.get(f"self.{label}")
                if part is not None and part.array is not None and label in right:
                    seen |= {label} if not np.array_equal(part.array, right[label]) else set()
    return {*labels} <= seen


def _proved(told: Told, match: re.Match[str]) -> bool:
    """Answers beside one another that part where what is asked grows, and the solution's do not."""
    for steps in told.exam.steps[told.item.callable]:
        for ladder in steps.ladders:
            if ladder.label != match["label"]:
                continue
            place = steps.by.index(match["name"])
            rough = []
            for rung in ladder.rungs:
                came = [np.atleast_1d(told.evidence.answers[q.id][-1].parts[str(place)].array) for q in rung]
                largest = max(float(np.abs(each).max()) for each in came)
                rough.append(max(float(np.abs(each - came[0]).max()) for each in came) / (largest or 1.0))
            if rough[0] < 1e-6 and max(rough) > 1e-4:
                return True
    return False


def _complex(told: Told, match: re.Match[str]) -> bool:
    return any(answer.complexes for of in told.evidence.answers.values() for answer in of)


def _ends(told: Told, match: re.Match[str]) -> bool:
    """Right entries and then zeros; how many of them where that is told."""
    count = match["count"]
    number = None if not count else 1 if count == "entry" else int(count.split()[0])
    names = told.names(match["of"])
    return bool(names) and all(measures.ends_early(told.pairs(name), number) for name in names)


def _lacks_its_end(told: Told, match: re.Match[str]) -> bool:
    """Right entries, but for some last ones that are zero."""
    number = int(match["last"] or 1)
    names = told.names(match["of"])
    return bool(names) and all(measures.lacks_its_end(told.pairs(name), number) for name in names)


def _bound(told: Told, match: re.Match[str]) -> bool:
    """Some question in which nothing comes beyond a number that is asked beyond, and all that is wrong is that."""
    bound = float(match["bound"])
    for name in told.wrong:
        for came, right in told.pairs(name, named=False):
            off = ~np.isclose(came, right, rtol=1e-6, atol=0.0) if came.shape == right.shape else np.zeros(1, bool)
            if off.any() and np.allclose(np.abs(came[off]), bound) and np.all(np.abs(right[off]) > bound):
                return True
    return False


def _wrong_as_well(told: Told, match: re.Match[str]) -> bool:
    """Each of the results is wrong somewhere; in the situation, where one is named."""
    names = told.names(match["names"])
    asked = match["asked"]
    return bool(names) and (asked is None or any(told.asked(name, asked) for name in names))


OF = rf"(?:(?P<of>{NAMES}): )?(?:It|[Ee]ach(?: result)?|it)"
ASKED = r"(?P<asked>asked [^%]*?|[^()%]*?)"


def _begun(told: Told, match: re.Match[str]) -> bool:
    """The line of the submitted text is the stub's own, and the function around it holds more than a stub does."""
    (source,) = (cell.source for cell in told.evidence.submission.cells if cell.index == int(match["cell"]))
    line = int(match["line"])
    raised = source.splitlines()[line - 1].strip().startswith("raise NotImplementedError")
    around = [
        each
        for each in ast.walk(ast.parse(source))
        if isinstance(each, ast.FunctionDef)
        and each.name == match["name"].rpartition(".")[2]
        and each.lineno <= line <= (each.end_lineno or 0)
    ]
    return raised and any(
        not isinstance(part, ast.Expr | ast.Raise | ast.Pass) for function in around for part in function.body
    )


SENTENCES: tuple[tuple[str, Holds], ...] = (
    (rf"{OF} stands on its side\.", _each(measures.on_its_side)),
    (rf"{OF} has the opposite sign\.", _each(measures.opposite)),
    (rf"{OF} is off by one and the same constant factor(?P<also>, and has the opposite sign)?\.",
     lambda told, match: all(
         measures.one_factor(told.pairs(name), negative=match["also"] is not None) for name in told.names(match["of"])
     )),
    (rf"{OF} comes out (?P<how>(?:multiplied|divided) by [^.,]+?)(?P<also>, with another sign|, and by a constant)?\.",
     _by_sizes),
    (rf"{OF} lies the other way round: what is asked first along an axis comes last\.", _each(measures.turned_round)),
    (rf"{OF} is off by one and the same number everywhere\.", _each(measures.shifted)),
    (rf"{OF} is zero, whatever is asked\.", _each(lambda pairs: all(not came.any() for came, _ in pairs))),
    (rf"{OF} is one and the same number, whatever is asked\.", _each(measures.one_number)),
    (rf"{OF} is added up: each entry holds those before it, too\.", _each(measures.added_up)),
    (rf"{OF} has lost what stands behind the decimal point\.", _each(measures.whole)),
    (rf"{OF} is zero in (?:its last entry|each of its last (?P<last>\d+) entries), however many are asked, and right "
     r"before\.", _lacks_its_end),
    (rf"{OF} holds its first entries only, and zeros from some place on\.(?P<count>)?", _ends),
    (rf"(?:(?P<of>{NAMES}): )?(?:Its|of each the) first (?P<count>entry|\d+ entries) alone (?:is|are) there, and zeros "
     r"after, however many more are asked\.", _ends),
    (rf"(?:(?P<of>{NAMES}): )?What lies beyond a bound is cut off\.", _each(measures.cut_off)),
    (rf"(?P<one>{NAME}) and (?P<two>{NAME}) stand in each other's place\.", _crossed),
    (rf"(?:(?P<of>{NAMES}): )?(?:It|[Ee]ach) holds the right numbers, in other places than they belong\.",
     _each(measures.in_other_places)),
    (rf"(?:(?P<of>{NAMES}): )?(?:Its|of each the) first number is right, and it goes wrong after that\.",
     _each(lambda pairs: all(np.allclose(came[0], right[0], rtol=1e-8) for came, right in pairs))),
    (rf"(?:(?P<of>{NAMES}): )?Only the first (?:row|number) is wrong\.", _each(lambda p: measures.only(p, 0, 0))),
    (rf"(?:(?P<of>{NAMES}): )?Only the last (?:row|number) is wrong\.", _each(lambda p: measures.only(p, 0, -1))),
    (rf"(?:(?P<of>{NAMES}): )?Only the first column is wrong\.", _each(lambda p: measures.only(p, 1, 0))),
    (rf"(?:(?P<of>{NAMES}): )?Only the last column is wrong\.", _each(lambda p: measures.only(p, 1, -1))),
    (rf"(?:(?P<of>{NAMES}): )?Each row is the right one multiplied by a number of its own\.",
     _each(lambda p: measures.lines_scaled(p, 1))),
    (rf"(?:(?P<of>{NAMES}): )?In each answer all numbers are the right ones multiplied by one and the same number\.",
     _each(measures.each_scaled)),
    (rf"(?:(?P<of>{NAMES}): )?Each (?P<line>row|column) adds up to 1, where each (?:row|column) has to\.",
     lambda told, match: all(
         measures.adds_up(told.pairs(name), int(match["line"] == "row")) for name in told.names(match["of"])
     )),
    (rf" ?Not right either: (?P<names>{NAMES})(?: \({ASKED}\))?\.", _wrong_as_well),
    (rf"(?:(?P<of>{NAMES}): )?Each column is the right one multiplied by a number of its own\.",
     _each(lambda p: measures.lines_scaled(p, 0))),
    (rf"(?:(?P<of>{NAMES}): )?Only what should be (?P<side>negative|positive|0) is wrong\.",
     lambda told, match: all(
         measures.only_side(told.pairs(name), match["side"]) for name in told.names(match["of"])
     )),
    (rf"(?P<name>{NAME}) differs when {ASKED}(?:: by (?P<share>[\d.e+-]+) % of the largest number|: it is far too "
     r"large)\.", _differs),
    (rf"(?P<names>{NAMES}) differ when {ASKED}: by (?P<shares>[^%]+ %(?:(?:, | and )[\d.e+-]+ %)*) of the largest "
     r"number in each\.", _differ),
    (r"(?P<count>\d+) more of its results differ as well\.", _more_differ),
    (rf"(?:(?P<name>{NAME}) of {NAME} has shape (?P<came>\([\d, ]*\)) where (?P<shape>\([\d, ]*\)) is asked "
     rf"\({ASKED}\)\. )?(?P<which>Its first entries are right, and there are more of them|All its entries are right, "
     r"and there are fewer|Its entries are right as far as they go, and there is another number of them|Its last "
     r"entries are right, and there are more before them) than (?:is|are) asked\.", _of_length),
    (rf"(?P<name>{NAME}) of {NAME} has shape (?P<came>\([\d, ]*\)) where (?P<shape>\([\d, ]*\)) is asked \({ASKED}\)\.",
     _shape),
    (rf"(?P<name>{NAME}) of {NAME} comes with shape (?P<came>\([\d, ]*\)) where a tuple or a list is asked, with one "
     rf"array of shape (?P<inside>\([\d, ]*\)) in it \({ASKED}\)\.", _bare),
    (rf"(?P<name>{NAME}) of {NAME} holds (?P<kind>nan|inf) \({ASKED}\)\.", _not_finite),
    (rf"{NAME} gives .+? as (?P<name>{NAME}) \({ASKED}\)\.", _no_array),
    (rf"{NAME} returns [^.]+ where \d+ results are asked \({ASKED}\)(?P<name>)?\.", _no_array),
    (rf"(?P<name>{NAME}) is (?P<factor>[-\d.e+]+) times what is asked\.", _times),
    (rf"(?P<name>{NAME}) has the wrong sign(?P<factor>)\.", _times),
    (rf"(?P<names>{NAMES}) (?:is|are) what (?P<rounds>one|\d+) rounds? comes? to when {ASKED}: (?:the run goes no "
     r"further|it is not the last round that counts)\.", _rounds),
    (rf"With right results from what it calls, (?P<name>{NAME}) does one round right; in later ones it goes another "
     r"way\.", _later),
    (rf"With right results from what it calls, (?P<name>{NAME}) does (?P<steps>one step|\d+ steps) right; the next one "
     rf"moves (?P<names>{NAMES}) (?:(?P<times>[-\d.e+]+) times as far as it should|by (?P<before>[-\d.e+]+) times the "
     r"step before as well)\.", _steps),
    (rf"With right results from what it calls, (?P<name>{NAME}) moves (?P<names>{NAMES}) the other way in its first "
     r"step\.", _other_way),
    (rf"With right results from what it calls, (?P<name>{NAME}) asks once more in the midst of a step: "
     rf"(?P<ahead>{NAMES}) (?:has|have) been moved, and (?P<behind>{NAMES}) not yet\.", _midst),
    (rf"With right results from what it calls, (?P<name>{NAME}) asks once more in the midst of a step: a part of "
     rf"(?P<ahead>{NAMES}) has been moved, and the rest not yet\.", _a_part),
    (rf"With right results from what it calls, (?P<name>{NAME}) asks (?P<other>{NAME}) with (?P<ahead>{NAMES}) from "
     rf"after a step and (?P<behind>{NAMES}) from before it\.", _from_two_steps),
    (rf"With right results from what it calls, (?P<name>{NAME}) hands (?P<other>{NAME}) (?P<label>{NAME}) of shape "
     r"(?P<came>\([\d, ]*\)), where a right run hands it one of shape (?P<wanted>\([\d, ]*\))\.", _hands),
    (rf"With right results from what it calls, (?P<name>{NAME}) hands (?P<other>{NAME}) another (?P<label>{NAME}) than "
     r"a right run does\.(?P<came>)?", _hands),
    (rf"With right results from what it calls, (?P<name>{NAME}) asks (?P<other>{NAME}) with one number of "
     rf"(?P<path>{NAME}) moved by (?P<by>[-\d.e+]+), as one does to find slopes by differences\.", _moved_a_little),
    (rf"(?P<names>{NAMES}) comes? the same, number for number, when other numbers are set as [^.]+ of the object\.",
     _idle),
    (r"In the everyday questions it is right wherever (?P<label>\w+) is (?:at least )?(?P<value>[\w.+-]+), and nowhere "
     r"else\.", _wherever),
    (rf"What an earlier call gave comes once more, number for number, as (?P<names>{NAMES}) when {ASKED}\.$", _again),
    (rf"{NAME} changes its arguments? (?P<labels>`\w+`(?:(?:, | and )`\w+`)*)\.", _changes),
    (rf"After {NAME}, (?P<labels>`[\w.]+`(?:(?:, | and )`[\w.]+`)*) (?:is|are) not as (?:it has|they have) to be\.",
     _state),
    (rf"{NAME} gives its gradient by a numeric trick \(finite differences or the like\); the derivative by the chain "
     rf"rule is asked\. As (?P<label>[^.]+?) grows, (?P<name>{NAME}) loses its digits one after the other, as a "
     r"difference does\.", _proved),
    (rf"{NAME} gives its gradient by a numeric trick \(finite differences or the like\); the derivative by the chain "
     r"rule is asked\. While it ran, the number was computed with a tiny imaginary part, which is the slope \(complex "
     r"step\)\.", _complex),
    (rf"(?P<name>{NAME})(?:, which {NAME} uses,|, before {NAME} was asked,)? stopped in cell (?P<cell>\d+), line "
     rf"(?P<line>\d+)(?:: .+?)? \({ASKED}\)\.", _begun),
    (r" ?There it stays at (?P<bound>[\d.e+-]+) where numbers farther from 0 are asked: is there a bound\?", _bound),
    (r" ?There only the (?P<end>first|last) (?P<line>row|column|number) is wrong\.",
     lambda told, match: any(
         measures.only([pair], int(match["line"] == "column"), 0 if match["end"] == "first" else -1)
         for name in told.wrong for pair in told.pairs(name, named=False)
     )),
)  # fmt: skip
