"""Where a run of the submitted text goes, with the solution's methods in the place of all others: each call that it
makes of them, with its arguments and the object's state, beside the calls of the solution's own run."""

from __future__ import annotations

import contextlib
import io
import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

Array = np.ndarray
Visit = Mapping[str, Array]  # of one call: its arguments by name and the state, `self.w`, as arrays
NEAR = 1e-5


def with_right_others(source: str, solution: Mapping[str, Any], owner: str, method: str) -> dict[str, Any]:
    """A submission's names, its class with the solution's methods but for one."""
    space: dict[str, Any] = {"__name__": "submission"}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(source, space)
    for name, right in vars(solution[owner]).items():
        if callable(right) and name not in ("__init__", method):
            setattr(space[owner], name, right)
    return space


def visits(
    ask: Callable[[], object], cls: type, of: str, arguments: tuple[str, ...], state: tuple[str, ...]
) -> Iterator[Visit]:
    """The calls of a class's method `of` while something is asked, in order."""
    method, seen = vars(cls)[of], []

    def heard(model: Any, *args: Any) -> Any:
        given = dict(zip(arguments, args, strict=True)) | {f"self.{name}": getattr(model, name) for name in state}
        seen.append({name: np.array(each, dtype=float) for name, each in given.items()})
        return method(model, *args)

    setattr(cls, of, heard)
    try:
        ask()
    finally:
        setattr(cls, of, method)
    return iter(seen)


def stations(seen: list[Visit]) -> list[Visit]:
    """The calls in which the state is another one than in the call before."""
    return [each for k, each in enumerate(seen) if not k or any(moved(seen[k - 1], each))]


def moved(here: Visit, there: Visit) -> Iterator[str]:
    """What of the state differs between two calls."""
    return (name for name in here if name.startswith("self.") and not np.array_equal(here[name], there[name]))


def near(one: Array, other: Array, step: Array | None = None) -> bool:
    """The same numbers, as nearly as a step is long."""
    size = np.abs(other if step is None else step).max(initial=0.0)
    return one.shape == other.shape and bool(np.abs(one - other).max(initial=0.0) <= NEAR * size + 1e-15)


def goes_on(came: list[Visit], right: list[Visit], steps: int, names: list[str], times: float, before: float) -> bool:
    """Whether, after so many right steps, what is named moves `times` as far as in the right run, and `before` times
    the step before as well."""
    if min(len(came), len(right)) < steps + 2 or {*names} != {*moved(right[steps], right[steps + 1])}:
        return False
    for name in names:
        if not all(near(came[k][name], right[k][name]) for k in range(steps + 1)):
            return False
        step, last = (right[steps + k][name] - right[steps + k - 1][name] for k in (1, 0))
        if not np.allclose(
            came[steps + 1][name] - came[steps][name],
            times * step + before * last,
            rtol=1e-3,
            atol=1e-3 * np.abs(step).max(),
        ):
            return False
    return True


def in_the_midst(came: list[Visit], right: list[Visit], ahead: list[str], behind: list[str]) -> bool:
    """Whether some call is made where a part of the state is as after a right step and the rest as before it."""
    return any(
        {*ahead, *behind} == {*moved(here, there)}
        and all(near(each[name], there[name], there[name] - here[name]) for name in ahead)
        and all(near(each[name], here[name], there[name] - here[name]) for name in behind)
        for here, there in itertools.pairwise(right)
        for each in came
    )


def in_part(each: Array, here: Array, there: Array) -> bool:
    """Whether some numbers are those of one station, and all others those of the other."""
    close = NEAR * np.abs(there - here).max(initial=0.0) + 1e-15
    at_here, at_there = (np.abs(each - other) <= close for other in (here, there))
    return bool(np.all(at_here | at_there) and not np.all(at_here) and not np.all(at_there))
