"""How submissions are packed: ever fewer together, giants apart, each assignment by itself, none left behind."""

from __future__ import annotations

import pytest

from autograder.grading.workers import packing
from autograder.grading.workers.kit import Kit
from autograder.grading.workers.packing import Packing
from autograder.grading.workers.parcel import Item, Parcel

KITS = {name: Kit(name, b"", b"", "", "namespaces", "") for name in ("one", "two")}


def packed(names: list[str], most: int = 16, workers: int = 2, content: bytes = b"x") -> list[Parcel]:
    """The parcels of a class whose submissions are for these assignments."""
    made, parcels = Packing(KITS, most, workers, papers=True), []
    for number, name in enumerate(names):
        item = Item(number, str(number), None, content)
        parcels += made.add(name, item, after=len(names) - number - 1)
    return [*parcels, *made.rest()]


def numbers(parcels: list[Parcel]) -> list[int]:
    return [item.number for parcel in parcels for item in parcel.items]


def test_parcels_become_ever_smaller() -> None:
    sizes = [len(parcel.items) for parcel in packed(["one"] * 200)]
    assert sizes == sorted(sizes, reverse=True)
    assert (sizes[0], sizes[-1], sum(sizes)) == (16, 1, 200)
    assert all(parcel.papers for parcel in packed(["one"]))


def test_each_assignment_travels_by_itself_and_everybody_does() -> None:
    parcels = packed(["one", "two", "one"] * 7)
    assert sorted(numbers(parcels)) == list(range(21))
    for parcel in parcels:
        assert {item.number % 3 == 1 for item in parcel.items} == {parcel.kit.assignment == "two"}


def test_giants_do_not_travel_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "MOST_BYTES", 99)
    assert [len(parcel.items) for parcel in packed(["one"] * 90, content=b"x" * 40)][:3] == [3, 3, 3]
