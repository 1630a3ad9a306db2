"""What the object keeps, moved by its own slope while the other slopes are still worked out."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.callables.declared.functions import Function, Source
from autograder.callables.faults.edits import Change, Edit
from autograder.callables.faults.operators.steps import target
from autograder.callables.faults.operators.training import Loop, updates
from autograder.callables.faults.sites import blocks, sites

RATE = "self._autograder_rate"  # under which a method that moves the object tells another one how far


def moved_within(function: Function, source: Source) -> Iterator[Change]:
    """Of a loop that moves what the object keeps by slopes which another method gives: each of them, or all, moved as
    soon as its slope is there. So does who writes the formulas of both methods into the loop, an update behind each."""
    if isinstance(function.node, ast.Assign):
        return
    for path, block in blocks(function):
        for k, loop in enumerate(block):
            if not isinstance(loop, Loop):
                continue
            steps = [step for _, update in updates(function, (*path, k)) for _, step, _ in update]
            rates = {part.strip("() ") for step in steps for part in step.split("*")} & {*function.arguments}
            called = {f"{function.owner}.{each.attr}" for each in ast.walk(loop) if isinstance(each, ast.Attribute)}
            for name in sorted(called & source.functions.keys() - {function.name}) if len(rates) == 1 else ():
                tell = Edit(function.name, ("body", 0), "before", f"{RATE} = {rates.copy().pop()}")
                within = less_their_steps(source.functions[name], RATE)
                yield from (Change((tell, *edits), "moved within", of) for of, edits in within)


def less_their_steps(slopes: Function, rate: str) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    """Wherever an attribute is read behind its own slope, less as much of that: one of them, by its name, or all."""
    every: dict[str, tuple[Edit, ...]] = {}
    for path, block in blocks(slopes):
        end, last = block[-1], len(block) - 1
        several = end.value.elts if isinstance(end, ast.Return) and isinstance(end.value, ast.Tuple) else []
        if len(several) != len(slopes.attributes):
            continue
        for number, (slope, name) in enumerate(zip(several, slopes.attributes, strict=True)):
            read = {each.id for each in ast.walk(slope) if isinstance(each, ast.Name)}
            itself = (*path, last, "value", "elts", number)
            given = [k + 1 for k, each in enumerate(block) if target(each) in read]
            behind = (*path, given[-1] if given else last)
            edits = tuple(
                Edit(slopes.name, site.path, "put", f"(self.{name} - {rate} * ({ast.unparse(slope)}))")
                for site in sites(slopes)
                if ast.unparse(site.node) == f"self.{name}"
                and site.path[: len(behind)] >= behind
                and site.path[: len(itself)] != itself
            )
            every |= {f"self.{name}": edits} if edits else {}
    yield from every.items()
    if len(every) > 1:
        yield "", tuple(edit for edits in every.values() for edit in edits)
