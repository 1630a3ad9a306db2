"""Searches for the changes that give what came: one, one but for a factor, one for each result, two, one with a number.

Each gives the changes that it finds, and what is told beside.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.callables.faults.candidates import PAIRED, VERIFIED, Candidates
from autograder.callables.faults.case import Case, numbers
from autograder.callables.faults.edits import Change
from autograder.callables.faults.generic import BY_A_CONSTANT
from autograder.callables.faults.generic import scaled as by_a_scale
from autograder.callables.faults.operators import NUMBER, STARTS
from autograder.callables.faults.scopes import joined
from autograder.callables.faults.unknown import solve
from autograder.callables.faults.words import Sentence, rank
from autograder.core import Code

Array = np.ndarray
Family = tuple[list[Change], str]
FACTORLESS = frozenset(
    {
        "term left out", "function left out", "function other", "slope left out", "slope of another", "transpose",
        "power left out", "reduction", "squares apart",
    }
)  # fmt: skip
FACTORS = frozenset({"factor left out"})
FIRST, SECOND = 5, 150  # changes that give a part of what came, and what each of them is joined with
SELDOM = 2  # the rank from which on a kind of change is not what people do as a rule
TAKEN = frozenset({"weights decay", "squares added", "penalty last"})  # kinds that say of which sign their number is
EACH = 12  # candidates for one wrong array that are joined with those for another


def exactly(known: Candidates, callable: str, case: Case, right: Collection[str]) -> Family:
    """Stage by stage: the likeliest that give the numbers decide what is told, so nobody asks the others. What
    people seldom do is not looked for in functions that the submission has right."""
    sound = {known.source.own(each) for each in right}
    stages = (
        stage
        for stage, of_stage in known.stages(callable).items()
        if not stage[1] or stage[0][1] < SELDOM or any(each.edits[0].function not in sound for each in of_stage)
    )
    families = (known.family(known.answering(callable, stage, case), case) for stage in stages)
    return next(filter(None, families), []), ""


def scaled(known: Candidates, callable: str, case: Case) -> Family:
    """Wrong arrays that are a change's but for one sign, factor or size of them all, where the change takes none
    away; of a factor that is left out, but for the sign."""
    question = known.telling(callable, case)
    if question not in case.questions or not case.even or not case.wrong:
        return [], ""
    which, table = known.table(callable, FACTORLESS | FACTORS, question)
    near = set(range(len(which)))
    for name, array in case.looked_up(question):
        near &= table.scaled(name, array) if name in case.wrong else table.equal(name, array)
    sizes = case.sizes_asked()
    by_sentence: dict[Sentence, list[Change]] = {}
    for change in sorted((which[k] for k in near), key=rank)[:VERIFIED]:
        predicted = known.predicted(change, case, besides=case.wrong)
        by = {
            by_a_scale(case.of(name)[0], [each[name] for each in predicted], sizes) if predicted else None
            for name in case.wrong
        }
        (one, *others) = by
        if one is not None and BY_A_CONSTANT in one[1]:
            continue  # a size, a number that nobody knows and another formula: that is said of too much
        if one is not None and not others and (change.kind not in FACTORS or one[0] == Code.SIGN):
            by_sentence.setdefault(one, []).append(change)
    if not by_sentence:
        return [], ""
    by_all, family = min(by_sentence.items(), key=lambda each: min(map(rank, each[1])))
    what = "each result" if len(case.wrong) > 1 else "it"
    return family, f" Beside that: {what}{by_all[1].removeprefix('It')}"


def one_each(known: Candidates, callable: str, case: Case) -> Family:
    """A change for each wrong array, held together against all."""
    question = known.telling(callable, case)
    if not 1 < len(case.wrong) < 4 or question not in case.questions or not case.even:
        return [], ""
    options: dict[str, list[Change]] = {name: [] for name in case.wrong}
    for stage in known.stages(callable):
        which, table = known.table(callable, stage, question)
        right = {name: table.equal(name, array) for name, array in case.looked_up(question)}
        untouched = {name: table.equal(name, case.expected[question][name]) for name in case.wrong}
        for name, fitting in options.items():
            places = set.intersection(right[name], *(untouched[other] for other in case.wrong if other != name))
            places = places.intersection(*(right[other] for other in right if other not in case.wrong))
            fitting += [which[k] for k in sorted(places)][: EACH - len(fitting)]
        if all(len(fitting) == EACH for fitting in options.values()):
            break
    wholes = (_whole(parts) for parts in itertools.product(*options.values()))
    return [whole for whole in wholes if whole is not None and known.gives(whole, case)], ""


def in_pairs(known: Candidates, callable: str, case: Case) -> Family:
    return known.family(known.answering(callable, PAIRED, case), case), ""


def in_two_steps(known: Candidates, callable: str, case: Case) -> Family:
    """Two changes of the callable itself, of which one alone gives some of what came already."""
    question = known.telling(callable, case)
    if question not in case.questions:
        return [], ""
    near: list[tuple[int, Change]] = []
    natural: list[Change] = []
    for stage, of_stage in known.stages(callable).items():
        if stage[1] or stage[0] > (1, 1, 1):
            continue
        natural += [each for each in of_stage if each.scope == "here"]
        which, table = known.table(callable, stage, question)
        right = case.expected[question]
        counts = table.nearer(
            {name: (case.answers[question][name], right[name]) for name in case.wrong if name in right}
        )
        near += [(count, which[k]) for k, count in counts.items()]
    near.sort(key=lambda each: (-each[0], rank(each[1])))
    telling = replace(case, questions=[question])
    fitting = []
    for _, first in near[:FIRST]:
        for second in natural[:SECOND]:
            both = joined(first, second)
            if both is not None and known.gives(both, telling) and known.gives(both, case):
                fitting.append(both)
    return fitting, ""


def solved(known: Candidates, callable: str, case: Case) -> Family:
    """A change whose number one question tells, and all others bear out."""
    differing = [each for each in case.questions if case.differs_in(each)]
    if not case.even or not differing:
        return [], ""
    telling = max(differing, key=lambda each: sum(a.size for a in case.answers[each].values()))
    reached = set(known.source.reach(callable))
    fitting = []
    for change in known.open:
        if change.kind.startswith("number fixed") and change.subject.removeprefix("self.") not in known.numbers:
            continue  # an array
        names = known.reference.tried(change) if change.edits[0].function in reached else None
        number = None if names is None else _number(known, names, telling, case)
        if number is not None and number < 0.0 and change.kind in TAKEN:
            continue  # what is put on is not taken off
        if names is not None and number is not None and known.bears_out(names, number, case):
            fitting.append(change)
    return fitting, ""


def _number(known: Candidates, names: dict[str, Any], question: str, case: Case) -> float | None:
    """The number by which a change gives what came in one question; None where there is none."""
    wanted = np.concatenate([np.ravel(case.answers[question][name]) for name in case.wrong])
    scale = float(np.abs(wanted).max(initial=0.0)) + 1e-300

    def off(number: float) -> Array | None:
        names[NUMBER] = number
        answer = known.asked(names, question)
        arrays = None if answer is None else numbers(answer)
        if arrays is None or any(name not in arrays for name in case.wrong):
            return None
        came = np.concatenate([np.ravel(arrays[name]) for name in case.wrong])
        fits = came.size == wanted.size and bool(np.isfinite(came).all())
        return (came - wanted) / scale if fits else None

    return solve(off, STARTS)


def _whole(parts: Sequence[Change]) -> Change | None:
    """All changes as one; None where they meet."""
    whole: Change | None = parts[0]
    for part in parts[1:]:
        whole = None if whole is None else joined(whole, part)
    return whole
