"""Students and the rows of a list that are theirs.

A student is known by the id that the course has, by the address and by the number that the platform has (both from the
gradebook or a roster). Ids are looked for in the one column that finds the most of them, and in the others where they
are no mere numbers: a platform's own numbers would meet somebody else's by accident. An address may stand anywhere.
Context: a row that two students claim, or a student with two rows. Choice: nobody gets such a row, and it is said.
Cost: the instructor has to name a column.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from autograder.reporting.export.sheet import Row


@dataclass(frozen=True, slots=True)
class Person:
    """A student as the course knows them: `id` is the name of the folder in submitted/."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""
    others: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.first_name, self.last_name)))


@dataclass(frozen=True, slots=True)
class Matched:
    """Which row is whose: `rows` by student's id; `refused` says who could not be told apart, a sentence each.

    `place` is the column that most ids were found in, None where nothing was found. `claimed` are the lines that
    somebody may be meant by, refused ones too.
    """

    rows: dict[str, Row] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    place: int | None = None
    claimed: frozenset[int] = frozenset()


def key(text: str) -> str:
    """An id for comparison: platforms treat logins and mail addresses alike in either case."""
    return unicodedata.normalize("NFC", text).strip().casefold()


def match(
    people: Sequence[Person], rows: Sequence[Row], places: Sequence[int], normal: Callable[[str], str] = str.strip
) -> Matched:
    """Who stands in which of `rows`, looked for in the columns `places`."""
    index = {place: _index(rows, place, normal) for place in places}
    ids = [normal(person.id) for person in people]
    best = _best(index, ids)
    number_place = _best(index, [person.lms_user_id for person in people])
    claims: dict[str, dict[int, Row]] = {}
    for person, id_ in zip(people, ids, strict=True):
        lines = claims.setdefault(person.id, {})
        for place, known in index.items():
            wanted = {key(person.email)} | {key(other) for other in person.others}
            if place == best or not key(id_).isdigit():
                wanted.add(key(id_))
            if place == number_place or not key(person.lms_user_id).isdigit():
                wanted.add(key(person.lms_user_id))
            for text in wanted - {""}:
                lines |= {row.line: row for row in known.get(text, ())}
        if best is not None and key(id_).isdigit() and lines:  # the same number elsewhere is a contradiction
            for known in index.values():
                lines |= {row.line: row for row in known.get(key(id_), ())}
    return _settle(claims, best if best is not None else number_place, places)


def _settle(claims: dict[str, dict[int, Row]], best: int | None, places: Sequence[int]) -> Matched:
    """The claims that nothing contradicts."""
    owners: dict[int, list[str]] = {}
    for who, lines_of in claims.items():
        for line in lines_of:
            owners.setdefault(line, []).append(who)
    rows: dict[str, Row] = {}
    refused: dict[str, str] = {}
    for who, lines_of in claims.items():
        rivals = sorted({other for line in lines_of for other in owners[line]} - {who})
        if rivals:
            lines = " and ".join(str(line) for line in sorted(lines_of))
            refused[who] = f"{who} and {', '.join(rivals)} may both be meant by line {lines}"
        elif len(lines_of) > 1:
            refused[who] = f"{who} stands on lines {' and '.join(str(line) for line in sorted(lines_of))}"
        elif lines_of:
            (rows[who],) = lines_of.values()
    place = best
    if place is None and rows:
        place = places[0] if len(places) == 1 else None
    return Matched(rows, refused, place, frozenset(owners))


def _index(rows: Iterable[Row], place: int, normal: Callable[[str], str]) -> dict[str, list[Row]]:
    index: dict[str, list[Row]] = {}
    for row in rows:
        if text := key(normal(row.cell(place))):
            index.setdefault(text, []).append(row)
    return index


def _best(index: dict[int, dict[str, list[Row]]], wanted: Iterable[str]) -> int | None:
    """The column in which most of the texts stand; None when none does."""
    texts = {key(text) for text in wanted} - {""}
    counts = {place: len(texts & known.keys()) for place, known in index.items()}
    place = max(counts, key=lambda place: counts[place], default=None)
    return place if place is not None and counts[place] else None
