"""What a callable records round by round: how many rounds it runs, at which rate, and whether the record grows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from autograder.callables.declared.reference import Reference


def rounds_of(reference: Reference, name: str) -> str:
    """The argument that says how many rounds a callable runs: whole numbers are drawn for it, and a result has as many
    rows; empty where there is none. By the name of its draw."""
    signature, declared = reference.signature(name), reference.declaration
    heads = {shape[0] for result, shape in signature.shapes.items() if shape and result in signature.results}
    for label in signature.arguments:
        draw = declared.draws.get(declared.drawn_as(name, label))
        if label in heads and draw is not None and draw.choices and all(type(each) is int for each in draw.choices):
            return declared.drawn_as(name, label)
    return ""


def rate_of(reference: Reference, name: str, count: str) -> str:
    """The one other argument of which real numbers are drawn by choice."""
    declared = reference.declaration
    labels = [declared.drawn_as(name, label) for label in reference.signature(name).arguments]
    of_choice = [label for label in labels if label in declared.draws and declared.draws[label].choices]
    real = [each for each in of_choice if any(isinstance(c, float) for c in declared.draws[each].choices)]
    return real[0] if len(real) == 1 and count else ""


def record_name(reference: Reference, name: str) -> str:
    """The result that has one number a round."""
    signature, count = reference.signature(name), rounds_of(reference, name)
    label = next((each for each in signature.arguments if reference.declaration.drawn_as(name, each) == count), "")
    shaped = (result for result in signature.results if signature.shapes.get(result) == (label,))
    return next(shaped, "") if label else ""


def grows(reference: Reference, name: str, arrays: Mapping[str, np.ndarray]) -> bool:
    """Whether what a callable records round by round ends far higher than it began."""
    record = arrays.get(record_name(reference, name))
    return record is not None and record.ndim == 1 and len(record) > 1 and bool(record[-1] > 2.0 * abs(record[0]))


def rises(reference: Reference, name: str, arrays: Mapping[str, np.ndarray]) -> bool:
    """Whether what a callable records rises anywhere."""
    record = arrays.get(record_name(reference, name))
    if record is None or record.ndim != 1:
        return False
    with np.errstate(invalid="ignore"):  # a run beyond all numbers records them
        return bool(np.any(np.diff(record) > 1e-6 * np.abs(record[:-1])))
