"""What a callable changes that it must only read, and what it hands on that is not right, in words."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.callables.judged.items import Item
from autograder.callables.judged.told import Explanation, explained, listed
from autograder.core import Code, Diagnosis


def explain_impurity(item: Item, labels: tuple[str, ...]) -> Explanation:
    """What the callable changes that it must only read."""
    lent = [label for label in labels if "(" in label]
    state = [label for label in labels if label.startswith("self.")]
    arguments = [label for label in labels if label not in (*lent, *state)]
    said: dict[str, list[str]] = {}
    if arguments:
        text = f"{item.callable} changes its argument{'s' * (len(arguments) > 1)} {_quoted(arguments)}."
        said[text] = arguments
    if lent:
        of_object = _quoted([label.partition("(")[2].rstrip(")") for label in lent])
        said[f"{item.callable} changes {of_object}, with which its object was made."] = lent
    if state:
        as_asked = "are not as they have to be" if len(state) > 1 else "is not as it has to be"
        said[f"After {item.callable}, {_quoted(state)} {as_asked}."] = state
    look = "Does a statement of it write there, or does the object keep something else from the beginning?"
    if lent:
        look = "Does the object keep what it was given, and no copy of it, and does `a -= b` write into that?"
    if arguments:
        look = "Does a statement such as `a -= b` or `a[...] = b` write into an array that was handed in?"
    diagnoses = (Diagnosis(_code_of_change(label), label, text) for text, of in said.items() for label in of)
    return Explanation(" ".join(said), look, tuple(diagnoses))


def _quoted(labels: Sequence[str]) -> str:
    return listed([f"`{label}`" for label in labels])


def _code_of_change(label: str) -> Code:
    """By whether it is the object's state, `self.w`, or an argument."""
    return Code.MUTATES_WEIGHTS if label.startswith("self.") else Code.MUTATES_ARGUMENTS


def explain_ill_served(item: Item, others: tuple[str, ...]) -> Explanation:
    """What the callable hands on, or leaves on the object, for those that follow it."""
    several = len(others) > 1
    text = (
        f"{listed([*others])} {'are' if several else 'is'} right with what a right run of {item.callable} hands on, "
        f"and not with what yours does."
    )
    reads = f"What {'do they' if several else f'does {others[0]}'} read there"
    return explained(text, f"{reads}, and is it just that which is kept?", "different", item.callable)
