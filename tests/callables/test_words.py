"""What is told of several changes that give the same numbers."""

from __future__ import annotations

from autograder.callables.faults.edits import Change, Edit
from autograder.callables.faults.words import either, sentence_of


def change(kind: str, number: int) -> Change:
    """A change of some kind, at a place of its own."""
    return Change((Edit("f", ("body", number), "put", "0"),), kind)


ONE, TWO = change("term left out + divided by a size", 0), change("divided by a size + term left out", 1)


def test_two_changes_that_say_the_same_in_another_order_are_told_once() -> None:
    family = [ONE, TWO]
    said = sentence_of(family, "f", {})
    assert said is not None
    assert said[1] == sentence_of([ONE], "f", {})[1]  # type: ignore[index]
    assert either(family, "f") is None


def test_two_that_say_something_else_are_both_told() -> None:
    said = either([change("factor left out", 0), change("term left out", 1)], "f")
    assert said is not None
    assert said[1].startswith("Either of two faults gives just this: ")
