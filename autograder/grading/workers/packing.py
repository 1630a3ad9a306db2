"""Submissions packed into parcels as they come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from autograder.grading.workers.kit import Kit
from autograder.grading.workers.parcel import Item, Parcel

MOST_BYTES = 16 << 20  # of submissions in one parcel, so that a few giants do not travel together


class Packing:
    """One parcel of each assignment is open at a time, of at most `most` submissions; `papers` as parcels have it.

    Parcels become ever smaller, so that at the end none of the `workers` waits long for another.
    """

    def __init__(self, kits: Mapping[str, Kit], most: int, workers: int, *, papers: bool):
        self._kits, self._most, self._workers, self._papers = kits, most, workers, papers
        self._open: dict[str, list[Item]] = {assignment: [] for assignment in kits}

    def add(self, assignment: str, item: Item, after: int) -> Iterator[Parcel]:
        """The parcel that one more submission fills, if it does; `after` it at most so many are to come."""
        items = self._open[assignment]
        items.append(item)
        enough = min(self._most, -(-(after + len(items)) // (3 * self._workers)))
        if len(items) >= enough or sum(len(each.content) for each in items) > MOST_BYTES:
            yield self._closed(assignment)

    def rest(self) -> Iterator[Parcel]:
        """What is still open."""
        return (self._closed(assignment) for assignment, items in self._open.items() if items)

    def _closed(self, assignment: str) -> Parcel:
        items, self._open[assignment] = tuple(self._open[assignment]), []
        return Parcel(self._kits[assignment], items, papers=self._papers)
