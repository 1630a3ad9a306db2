"""What a submission was seen to do: values, failures, answers to calls, all of them together."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True, slots=True)
class Value:
    """What a method returned: `kind` is `array`, `ragged`, `none`, `text`, `dict`, `complex`, `object`,
    `function`, `too large`.

    `array` is float64 where the whole value makes one; `items` are the parts of a short list or tuple, `sequence` its
    type and `length` its length.
    """

    kind: str
    array: np.ndarray | None = None
    items: tuple[Value, ...] | None = None
    sequence: str = ""
    length: int = 0
    dtype: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception: its type and text, and the line of the student's own cell that it passed through last."""

    type: str
    text: str
    place: str


@dataclass(frozen=True, slots=True)
class CallAnswer:
    """What one call of a question gave: a claim about numbers, checked for form only.

    `outcome` is `returned`, `raised`, `missing`, `timed_out` or `died`. `weights` are the object's after the call but
    for those named in `unmoved`, which are as the question gave them to the constructor; `built` are those that the
    constructor itself made otherwise, told with the first answer. `mutated` are the arguments that the call changed;
    `complexes` the complex numbers that were seen in a call that was listened to, each array's real parts and then its
    imaginary ones, (2, …). `in_init` says that already the constructor raised. `parts` are the results of a declared
    assignment's callable, flat, by path; `value` is not used then. `lent` are the arguments of the object's constructor
    that the call changed.
    """

    outcome: str
    value: Value | None = None
    failure: Failure | None = None
    weights: dict[str, np.ndarray | None] = field(default_factory=dict)
    unmoved: tuple[str, ...] = ()
    built: dict[str, np.ndarray | None] = field(default_factory=dict)
    mutated: tuple[str, ...] = ()
    complexes: tuple[np.ndarray, ...] = ()
    in_init: bool = False
    parts: dict[str, Value] = field(default_factory=dict)
    lent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Observation:
    """All answers of one submission: question id -> one CallAnswer per call that was put."""

    answers: dict[str, tuple[CallAnswer, ...]]
    notes: tuple[str, ...] = ()
    cpu_s: float = 0.0
    wall_s: float = 0.0
