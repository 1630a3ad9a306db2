"""What may hold of every right answer, whatever the formula: candidates, which the build tries on the solution.

Context: names, shapes and slopes tell the self-check nothing of a `forward` without one of its weights, or of a `train`
that ignores its rate. Choice: what such functions most often obey is proposed here from what is stated anyway (how
arguments are drawn, which results are slopes), and stated where the solution obeys it by far more than rounding could
make up; nothing has to be declared, and no number of the solution's is stated. Cost: that a loss is a mean, or even,
stands in the release for who looks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from autograder.callables.asked.records import rate_of, record_name, rounds_of
from autograder.callables.asked.situations import leaves_of_state
from autograder.callables.asked.steps import NotDrawn, drawn
from autograder.callables.declared.reference import Reference

Facts = dict[str, Any]
ARGUMENTS = ("feels", "each", "ignores", "hair", "again")  # kinds that say which arguments a result hangs on
WHOLE = ("simplex", "one_hot", "mask", "booleans")  # draws whose last axis is of one piece: shares add up to 1
REAL = ("normal", "positive", "uniform", "probabilities", "signs")  # draws of which each number may be another one


def kept(reference: Reference, names: Iterable[str]) -> dict[str, str]:
    """By argument, or entry of one: the attribute of the declared state that a constructor keeps it in."""
    sizes = reference.declaration.sizes[-1]
    for name in names:
        if "." in name and not name.endswith("__init__"):
            try:
                leaves = leaves_of_state(reference, name, drawn(reference, np.random.default_rng(0), sizes), sizes)
            except (NotDrawn, LookupError):
                continue
            if leaves:
                return {leaf: attribute for attribute, leaf in leaves.items()}
    return {}


def invariants(reference: Reference, facts: Mapping[str, Any], holds: Callable[[Facts], bool]) -> tuple[Facts, ...]:
    """The facts, as the self-check reads them, that hold of the solution; `holds` tries one as the self-check does."""
    stated: list[Facts] = []
    for group in _candidates(reference, facts):
        fact = next((each for each in group if _leans_on(each, stated) and holds(each)), None)
        if fact is not None:
            stated.append(fact)
    led = {(each["callable"], each["result"]) for each in stated if each["kind"] in ("records", "path")}
    rest = [each for each in stated if each["kind"] not in ARGUMENTS or (each["callable"], each["result"]) not in led]
    return tuple(_together(rest))


def _leans_on(fact: Facts, stated: Sequence[Facts]) -> bool:
    """Whether what a fact leans on holds: of two arguments that make no distance, nothing is said."""
    if "pair" not in fact or fact["kind"] == "zero":
        return True
    return any(each["kind"] == "zero" and each["pair"] == fact["pair"] for each in stated)


def _together(facts: Sequence[Facts]) -> Iterator[Facts]:
    """The facts, those that differ in their arguments alone as one."""
    by_rest: dict[str, Facts] = {}
    for fact in facts:
        rest = repr({key: value for key, value in fact.items() if key != "on"})
        earlier = by_rest.get(rest)
        by_rest[rest] = {**fact, "on": (*earlier["on"], *fact["on"])} if earlier and "on" in fact else fact
    yield from by_rest.values()


def _candidates(reference: Reference, facts: Mapping[str, Any]) -> Iterator[tuple[Facts, ...]]:
    """What may hold, in groups: of each, the first that holds is meant."""
    for name, of in facts["callables"].items():
        if name.endswith("__init__") or name in facts["given"]:
            continue
        known = _Known(reference, facts, name)
        yield from known.keeping()
        for result in of["gives"]:
            if of["gives"][result] is None:
                continue
            yield from known.again(result)
            if known.is_slope(result):
                continue
            yield from known.felt(result)
            yield from known.of_samples(result)
            if of["gives"][result] == ():
                yield from known.of_differences(result)
        yield from known.of_runs()


class _Known:
    """What is stated of one callable, as far as invariants hang on it."""

    def __init__(self, reference: Reference, facts: Mapping[str, Any], name: str):
        self.reference, self.facts, self.name = reference, facts, name
        self.gives: Mapping[str, tuple[str, ...] | None] = facts["callables"][name]["gives"]
        self.takes = tuple(self._drawn_as(name).values())
        self.draws = self._draws()
        self.rounds = rounds_of(reference, name)
        self.rate = rate_of(reference, name, self.rounds)

    def is_slope(self, result: str) -> bool:
        """Whether a result is held against differences anyway."""
        slopes = (each for each in self.facts["slopes"] if each["callable"] == self.name)
        return any(each["by"].partition(".")[0] == result for each in slopes)

    def felt(self, result: str) -> Iterator[tuple[Facts, ...]]:
        """A result hangs on each argument, a number on each element of it; or not on what the constructor took."""
        fact, number = {"callable": self.name, "result": result}, self.gives[result] == ()
        for leaf, draw in self.draws.items():
            kinds = ["each"] if number and draw[0] in REAL else []
            kinds += ["feels"] if self._is_taken(leaf) or not number else ["feels", "ignores"]
            yield tuple({**fact, "kind": kind, "on": (leaf,)} for kind in kinds)
        real = tuple(leaf for leaf, draw in self.draws.items() if draw[0] == "normal")
        if real and self.gives[result]:
            yield ({**fact, "kind": "hair", "on": real},)

    def keeping(self) -> Iterator[tuple[Facts, ...]]:
        """A method leaves what its object keeps as it was."""
        state = tuple(self.facts["state"])
        if state and "." in self.name:
            yield ({"callable": self.name, "result": f"self.{state[0]}", "kind": "keeps", "on": state},)

    def again(self, result: str) -> Iterator[tuple[Facts, ...]]:
        """A method gives the same on an object that was asked about other arguments before."""
        taken = tuple(leaf for leaf, draw in self.draws.items() if self._is_taken(leaf) and draw[0] in REAL)
        if taken and "." in self.name:
            yield ({"callable": self.name, "result": result, "kind": "again", "on": taken},)

    def of_samples(self, result: str) -> Iterator[tuple[Facts, ...]]:
        """Along a size that arguments share: each alone, in another order, twice over."""
        shape = self.gives[result] or ()
        for along in self.facts["sizes"]:
            axes = {leaf: draw[1].index(along) for leaf, draw in self.draws.items() if _shaped(draw, along)}
            whole = [leaf for leaf, draw in self.draws.items() if along in re.findall(r"\w+", repr(draw))]
            if [*axes] != whole or not any(map(self._is_taken, axes)):
                continue
            fact = {"callable": self.name, "result": result, "along": along, "axes": axes}
            if along in shape and 1 in self.facts["sizes"][along]:  # else nobody has to answer for one alone
                yield ({**fact, "kind": "alone", "axis": shape.index(along)},)
            if not shape:
                yield ({**fact, "kind": "order"},)
                yield ({**fact, "kind": "twice", "times": 1}, {**fact, "kind": "twice", "times": 2})

    def of_differences(self, result: str) -> Iterator[tuple[Facts, ...]]:
        """Of a number made of two arguments that are drawn alike: what their difference does to it."""
        real = [leaf for leaf, draw in self.draws.items() if draw[0] == "normal" and self._is_taken(leaf)]
        for pair in combinations(real, 2):
            if self.draws[pair[0]][1] != self.draws[pair[1]][1]:
                continue
            fact = {"callable": self.name, "result": result, "pair": pair}
            yield ({**fact, "kind": "zero"},)
            yield ({**fact, "kind": "positive"},)
            yield ({**fact, "kind": "even"},)
            yield ({**fact, "kind": "power", "times": 4}, {**fact, "kind": "power", "times": 2})
            yield ({**fact, "kind": "grows"},)

    def of_runs(self) -> Iterator[tuple[Facts, ...]]:
        """Of a run of so many rounds at a rate: where the slopes of another callable lead, and what is recorded."""
        if not (self.rounds and self.rate):
            return
        for slopes in dict.fromkeys(each["callable"] for each in self.facts["slopes"]):
            moves = {each["wrt"]: each["by"] for each in self.facts["slopes"] if each["callable"] == slopes}
            if slopes == self.name or any("." in by for by in moves.values()):
                continue
            base = {"callable": self.name, "rounds": self.rounds, "rate": self.rate, "slopes": slopes, "moves": moves}
            for ends in self._ends(moves):
                yield ({**base, "kind": "steps", "result": next(iter(ends.values())), "ends": ends},)
            record = record_name(self.reference, self.name)
            if record in self.gives:
                fact = {**base, "kind": "records", "result": record, "height": self._height_words(slopes)}
                yield ({**fact, "late": 0}, {**fact, "late": 1})
            for result in self.gives:
                if result != record and (self.gives[result] or ())[:1] == (self.rounds,):
                    fact = {**base, "kind": "path", "result": result}
                    yield ({**fact, "late": 1}, {**fact, "late": 0})

    def _ends(self, moves: Mapping[str, str]) -> Iterator[dict[str, str]]:
        """Where the ends of a run may stand, by argument: in the object's state, in arguments that it changes, in
        results of their shapes."""
        attributes = self.facts["kept"]
        if "." in self.name and {*moves} <= {*attributes}:
            yield {leaf: f"self.{attributes[leaf]}" for leaf in moves}
        changes = self.facts["callables"][self.name]["changes"]
        if {*moves} <= {*changes}:
            yield {leaf: leaf for leaf in moves}
        shapes = {leaf: self.draws[leaf][1] for leaf in moves if leaf in self.draws and self.draws[leaf][0] in REAL}
        alike = [[r for r, shape in self.gives.items() if shape == shapes.get(leaf, "none")] for leaf in moves]
        if all(len(each) == 1 for each in alike) and len({each[0] for each in alike}) == len(moves):
            yield {leaf: each[0] for leaf, each in zip(moves, alike, strict=True)}

    def _height_words(self, slopes: str) -> str:
        """What the slopes are the slopes of, by the name of its outermost call."""
        of = str(next(each["of"] for each in self.facts["slopes"] if each["callable"] == slopes))
        called: Sequence[str] = re.findall(r"(\w+)\(", of.partition(": ")[2] or of)
        own = [name.rpartition(".")[2] for name in self.facts["callables"]]
        return next((name for name in called if name in own), of.strip("()"))

    def _is_taken(self, leaf: str) -> bool:
        """Whether the callable itself takes an argument, and not the constructor of its object."""
        return leaf.partition(".")[0] in self.takes

    def _drawn_as(self, name: str) -> dict[str, str]:
        """By argument of a callable: the name that it is drawn under."""
        of = self.facts["callables"].get(name, {"takes": ()})
        return {label: of.get("drawn", {}).get(label, label) for label in of["takes"]}

    def _draws(self) -> dict[str, tuple[Any, ...]]:
        """How each argument that it hangs on is drawn, its constructor's too; entries of lists and dicts by theirs."""
        keys = [*self.takes, *self._drawn_as(f"{self.name.rpartition('.')[0]}.__init__").values()]
        known = self.facts["draws"]
        return {path: draw for key in keys if key in known for path, draw in _leaves(key, known[key])}


def _leaves(path: str, draw: tuple[Any, ...]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """(path, draw) of each array of an argument."""
    if draw[0] in ("list", "dict"):
        for key, part in draw[1].items() if draw[0] == "dict" else enumerate(draw[1]):
            yield from _leaves(f"{path}.{key}", part)
    else:
        yield path, draw


def _shaped(draw: tuple[Any, ...], size: str) -> bool:
    """Whether an argument has an axis of that size, and is as it must be with some of it alone."""
    if draw[0] in ("one_of", "rows_of", "size", "permutation") or list(draw[1]).count(size) != 1:
        return False
    return not (draw[0] in WHOLE and draw[1][-1] == size)
