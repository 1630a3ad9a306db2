"""The same change at several places, and pairs of changes that people make together."""

from __future__ import annotations

import itertools
import keyword
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from autograder.callables.declared.functions import Source
from autograder.callables.faults.edits import Change, Edit, apart
from autograder.callables.faults.words import NATURAL, rank

MOST = 6  # places that one change is made in at once
LEFT_OUT = "function left out"
APPLIED = ("function other", "function form")
THROUGHOUT = ("sum for mean", "mean for sum")  # who takes the one for the other does so wherever it stands
FORGOTTEN = ("factor left out", "term left out")  # kinds that people forget at some places of several
MOST_SOME = 4  # places of which any may be forgotten
PAIRS = 60  # changes of one statement that are paired; more of them are no plain statement
KNOWN = re.compile(r"(?<![\w.])(?:self\.)?[A-Za-z_]\w*(?!\s*\()(?=\W|$)")
AXIS = re.compile(r"axis=(?:-?\d|\([^)]*\))")
FIXED = frozenset(keyword.kwlist) | {
    "np",
    "numpy",
    "math",
    "self",
    "T",
    "len",
    "range",
    "axis",
    "keepdims",
    "bool",
    "dtype",
}


@dataclass(frozen=True, slots=True)
class Drafted:
    """A change in one place, with the text that stands there and the text that would."""

    change: Change
    before: str
    after: str


def widened(drafted: Sequence[Drafted], source: Source) -> Iterator[Change]:
    """Each change wherever the same text stands, and wherever the text is the same but for names."""
    groups: dict[tuple[str, ...], list[Drafted]] = defaultdict(list)
    for one in drafted:
        if one.before:
            groups["everywhere", one.change.kind, one.before, one.after].append(one)
            if one.change.kind == "axis" and "axis=" in one.before:
                axis = AXIS.search(one.after)  # none where it runs over everything
                groups["everywhere", "axis", one.change.edits[0].function, axis[0] if axis else ""].append(one)
                was = AXIS.search(one.before)
                if was and axis:
                    groups["everywhere", "axis", one.change.edits[0].function, was[0], axis[0]].append(one)
            if one.change.kind in THROUGHOUT:
                groups["everywhere", one.change.kind, one.change.edits[0].function].append(one)
            groups["every layer", one.change.kind, *_shape(one, source)].append(one)
    had: set[frozenset[Change]] = set()
    for (scope, *_), group in groups.items():
        for part in (group, *_split(group, 0), *_split(group, 1), *_some(group)):
            key = frozenset(each.change for each in part)
            edits = tuple(edit for each in part for edit in each.change.edits)
            if 1 < len(part) <= MOST and key not in had and apart(edits):
                had.add(key)
                subjects = {each.change.subject for each in part}
                yield Change(edits, part[0].change.kind, subjects.pop() if len(subjects) == 1 else "", scope)


def _split(group: Sequence[Drafted], finer: int) -> list[list[Drafted]]:
    """By function, or finer by the part of a statement that they stand in."""
    of: dict[tuple[object, ...], list[Drafted]] = defaultdict(list)
    for one in group:
        edit = one.change.edits[0]
        place = _statement(edit.path)
        of[edit.function, edit.path[: len(place) + 1] if finer else ()].append(one)
    return list(of.values()) if len(of) > 1 else []


def _some(group: Sequence[Drafted]) -> Iterator[list[Drafted]]:
    """Two and more of the places in one statement where a factor, a term or a sign is forgotten."""
    if group[0].change.kind in FORGOTTEN and len(_split(group, 0)) < 2:
        for count in range(2, len(group)) if len(group) <= MOST_SOME else ():
            yield from map(list, itertools.combinations(group, count))


def _shape(one: Drafted, source: Source) -> tuple[str, str]:
    """Both texts with their names numbered, but for those of functions; whether a layer joins its input by `*` or by
    `@` makes no difference."""
    names: dict[str, str] = {}

    def numbered(match: re.Match[str]) -> str:
        name = match[0]
        if name in FIXED or name in source.functions:
            return name
        return names.setdefault(name, f"v{len(names)}")

    return KNOWN.sub(numbered, one.before.replace("@", "*")), KNOWN.sub(numbered, one.after.replace("@", "*"))


def pairs(of: Sequence[Change]) -> Iterator[Change]:
    """Two plain changes of one statement at a time, or of one function that has few."""
    yield from _function_moved(of)
    yield from _slope_as_well(of)
    places: dict[tuple[object, ...], list[Change]] = defaultdict(list)
    for change in of:
        edit = change.edits[0]
        if change.scope == "here" and edit.operator == "put" and change.kind in NATURAL:
            places[edit.function, _statement(edit.path)].append(change)
    had: set[tuple[Edit, ...]] = set()
    of_functions: dict[object, list[Change]] = defaultdict(list)
    for place, group in places.items():
        of_functions[place[0]] += group
        outermost = len(place[1]) == 2  # type: ignore[arg-type]
        if len(group) <= PAIRS or outermost:
            yield from _paired(sorted(group, key=rank)[:PAIRS], had)
    for group in of_functions.values():
        if len(group) <= PAIRS:
            yield from _paired(group, had)


def _paired(group: Sequence[Change], had: set[tuple[Edit, ...]]) -> Iterator[Change]:
    """Any two changes of a group, those alone that are not had already."""
    for one, two in itertools.combinations(group, 2):
        both = joined(one, two)
        if both is not None and both.edits not in had:
            had.add(both.edits)
            yield both


def _function_moved(of: Sequence[Change]) -> Iterator[Change]:
    """A function left out here and applied elsewhere."""
    for gone in of:
        for added in of if gone.kind == "function left out" and gone.scope == "here" else ():
            near = added.kind == "function added" and added.subject == gone.subject and added.scope == "here"
            if near and added.edits[0].function == gone.edits[0].function and apart((*gone.edits, *added.edits)):
                yield Change((*gone.edits, *added.edits), "function moved", gone.subject, "pair")


def _slope_as_well(of: Sequence[Change]) -> Iterator[Change]:
    """Another function, and on the way back its slope; or none, and no slope of it."""
    for other in of:
        kind = "slope of another" if other.kind in APPLIED else "slope left out" if other.kind == LEFT_OUT else ""
        for slope in of if kind and other.scope == "here" else ():
            alike = slope.kind == kind and slope.subject == other.subject and slope.scope == "here"
            both = joined(other, slope) if alike and _together(other, slope) else None
            if both is not None:
                yield replace(both, kind=other.kind, subject=other.subject) if kind == "slope of another" else both


def _together(one: Change, two: Change) -> bool:
    return one.edits[0].function == two.edits[0].function


def joined(one: Change, two: Change) -> Change | None:
    """Both changes as one; None where they meet."""
    edits = (*one.edits, *two.edits)
    if any(not apart((a, b)) for a in one.edits for b in two.edits):
        return None
    return Change(edits, f"{one.kind} + {two.kind}", f"{one.subject}; {two.subject}", "pair")


def _statement(path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The part of a path that leads to its statement."""
    ends = [k + 2 for k in range(0, len(path) - 1, 2) if path[k] in ("body", "orelse") and isinstance(path[k + 1], int)]
    return path[: ends[-1]] if ends else ()
