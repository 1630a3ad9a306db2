"""What a submission was seen to do: values, failures, answers to calls, all of them together."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True, slots=True)
class Value:
    """A result, or a part of one: `kind` is `array`, `ragged`, `none`, `text`, `dict`, `complex`, `object`, `function`,
    `too large`; `array` is float64 where it makes one, `dtype` what its numbers were."""

    kind: str
    array: np.ndarray | None = None
    dtype: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception: its type and text, and the line of the student's own cell that it passed through last."""

    type: str
    text: str
    place: str


@dataclass(frozen=True, slots=True, weakref_slot=True)
class CallAnswer:
    """What one call of a question gave: a claim about numbers, checked for form only.

    `outcome` is `returned`, `raised`, `missing`, `timed_out` or `died`; `failure` is what was raised, by the call or,
    of what is missing, by the cell that was to define it. `mutated` are the arguments that the call changed, `lent`
    those of the object's constructor; `complexes` the complex numbers that were seen in a call that was listened to,
    each array's real parts and then its imaginary ones, (2, …). `parts` are the results, flat, by path. `unrecorded` is
    what ended the call since no recorded answer is for it: whom it asked, and with which arguments and state, flat.
    """

    outcome: str
    failure: Failure | None = None
    mutated: tuple[str, ...] = ()
    complexes: tuple[np.ndarray, ...] = ()
    parts: dict[str, Value] = field(default_factory=dict)
    lent: tuple[str, ...] = ()
    unrecorded: tuple[str, dict[str, Value]] | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """All answers of one submission: question id -> one CallAnswer per call that was put."""

    answers: dict[str, tuple[CallAnswer, ...]]
    notes: tuple[str, ...] = ()
    cpu_s: float = 0.0
    wall_s: float = 0.0

    @property
    def array_bytes(self) -> int:
        """The bytes of all arrays in the answers' results, and of the complex numbers that were listened to."""
        answers = [each for several in self.answers.values() for each in several]
        heard = sum(array.nbytes for each in answers for array in each.complexes)
        parts = (part.array for each in answers for part in each.parts.values())
        return heard + sum(array.nbytes for array in parts if array is not None)
