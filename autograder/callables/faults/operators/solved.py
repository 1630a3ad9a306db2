"""Changes with a number that nobody knows beforehand: one answer tells it, all others have to bear it out."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.callables.declared.functions import Function
from autograder.callables.faults.edits import Change, Edit
from autograder.callables.faults.operators.moved_within import less_their_steps
from autograder.callables.faults.operators.training import Loop, rewritten, updates
from autograder.callables.faults.sites import blocks, is_value, sites
from autograder.callables.faults.words import RATES

NUMBER = "_autograder_number"  # the name under which a change reads its number
STARTS = (1e-3, 0.01, 0.1, 0.5, 0.9, 1.1, 2.0, 10.0)  # where the search for it begins


def solved(function: Function) -> Iterator[Change]:
    """Changes of a function whose number is to be found; none of a lambda's."""
    if isinstance(function.node, ast.Assign):
        return
    yield from _fixed(function)
    rates = [name for name in function.arguments if name in RATES]
    for rate in rates:
        yield _entry(function, "rate fixed", rate, NUMBER)
        yield _entry(function, "rate scaled", rate, f"{rate} * {NUMBER}")
    yield from (Change(edits, "moved within", of) for of, edits in less_their_steps(function, NUMBER))
    for path, block in blocks(function):
        for k, loop in enumerate(block):
            if isinstance(loop, Loop):
                yield from _in_loop(function, (*path, k), loop, rates)
            if isinstance(loop, ast.Return):
                yield from _penalty(function, (*path, k), loop)
            if isinstance(loop, ast.Return) and loop.value is not None and not isinstance(loop.value, ast.Tuple):
                for name in (*function.arguments, *(f"self.{each}" for each in function.attributes)):
                    new = f"({ast.unparse(loop.value)}) + {NUMBER} * np.sum(np.square({name}))"
                    yield Change((Edit(function.name, (*path, k, "value"), "put", new),), "squares added", name)


def _fixed(function: Function) -> Iterator[Change]:
    """A number in the place of an argument, an attribute or a dict's entry: everywhere, or wherever it stands in the
    same text."""
    of: dict[tuple[str, str, str], dict[str, list[Edit]]] = {}
    for site in sites(function):
        kind, subject = ("", "") if site.index else _fixable(site.node, function)
        if kind:
            edits = of.setdefault((kind, subject, ast.unparse(site.node)), {})
            edits.setdefault(ast.unparse(site.parent), []).append(Edit(function.name, site.path, "put", NUMBER))
    for (kind, subject, _), edits in of.items():
        if kind == "entry fixed" or subject not in RATES:  # a rate is one whatever it is called elsewhere
            yield Change(tuple(edit for each in edits.values() for edit in each), kind, subject)
        for each in edits.values() if len(edits) > 1 else ():
            yield Change(tuple(each), "number fixed here" if kind == "number fixed" else kind, subject)


def _fixable(node: ast.expr, function: Function) -> tuple[str, str]:
    """The kind of change, and of what, where a number of its own may stand; empty for other expressions."""
    text = ast.unparse(node)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
        of = ast.unparse(node.value)
        return ("entry fixed", of) if of in function.arguments and isinstance(node.ctx, ast.Load) else ("", "")
    known = (*function.arguments, *(f"self.{each}" for each in function.attributes))
    return ("number fixed", text) if is_value(node) and text in known else ("", "")


def _entry(function: Function, kind: str, name: str, new: str) -> Change:
    return Change((Edit(function.name, ("body", 0), "before", f"{name} = {new}"),), kind, name)


def _in_loop(function: Function, place: tuple[str | int, ...], loop: Loop, rates: list[str]) -> Iterator[Change]:
    """A rate that is another one in each round; an update that also takes off a part of what it moves; a start of its
    own."""
    yield from _own_start(function, place)
    first = (*place, "body", 0)
    for rate in rates:
        after = Edit(function.name, (*place, "body", len(loop.body) - 1), "after", f"{rate} = {rate} * {NUMBER}")
        yield Change((after,), "rate changes", rate)
        begin = Edit(function.name, place, "before", f"_rate, _round = {rate}, -1")
        for new in (f"_rate / (1 + {NUMBER} * _round)", f"_rate * (1 + {NUMBER} * _round)"):
            text = f"_round = _round + 1\n{rate} = {new}"
            yield Change((begin, Edit(function.name, first, "before", text)), "rate changes", rate)
    moved = updates(function, place)
    for share in (*(f"{rate} * {NUMBER}" for rate in rates), NUMBER):
        edits: list[Edit] = []
        for where, update in moved:
            lines = [_taken_off(name, f"{step} + {share} * {name}", in_place) for name, step, in_place in update]
            edits += rewritten(function, where, lines)
        if edits:
            yield Change(tuple(edits), "weights decay")


def _penalty(function: Function, place: tuple[str | int, ...], end: ast.Return) -> Iterator[Change]:
    """A multiple of what the object keeps is added to what comes back, each to its own result."""
    several = end.value.elts if isinstance(end.value, ast.Tuple) else [end.value] if end.value is not None else []
    if several and len(several) == len(function.attributes):
        edits = []
        for k, (each, name) in enumerate(zip(several, function.attributes, strict=True)):
            where = (*place, "value", "elts", k) if isinstance(end.value, ast.Tuple) else (*place, "value")
            edits.append(Edit(function.name, where, "put", f"(({ast.unparse(each)}) + {NUMBER} * self.{name})"))
        yield Change(tuple(edits), "weights added")


def _own_start(function: Function, place: tuple[str | int, ...]) -> Iterator[Change]:
    """All that a loop moves on the object is set to one number before it."""
    names = dict.fromkeys(name for _, update in updates(function, place) for name, *_ in update)
    kept = [name for name in names if name.startswith("self.")]
    if kept:
        lines = "\n".join(f"{name} = {name} * 0.0 + {NUMBER}" for name in kept)
        yield Change((Edit(function.name, ("body", 0), "before", lines),), "own start")


def _taken_off(name: str, step: str, in_place: bool) -> str:
    return f"{name} -= {step}" if in_place else f"{name} = {name} - ({step})"
