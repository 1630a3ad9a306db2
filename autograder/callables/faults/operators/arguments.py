"""Arguments that are changed before a function's first line, one alone or all together."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from autograder.callables.declared.functions import Function
from autograder.callables.faults.edits import Change, Edit
from autograder.callables.faults.operators.texts import APPLIED

ENTRY = {
    "last row ignored": "{0}[:-1]", "first row ignored": "{0}[1:]", "sorted first": "np.sort({0}, axis=0)",
    "squared first": "{0} ** 2", "argument idle": "np.ones_like({0})",
    "centred first": "{0} - np.mean({0}, axis=0)",
    "standardised first": "({0} - np.mean({0}, axis=0)) / np.std({0}, axis=0)",
    "made positive first": "np.abs({0})", "cut at zero first": "np.maximum({0}, 0)", "turned round first": "{0}[::-1]",
    "rounded first": "np.round({0})", "last column ignored": "{0}[..., :-1]", "first column ignored": "{0}[..., 1:]",
}  # fmt: skip
FACTORS = ("0.5", "2", "0.1", "10", "0.01", "100", "(1 / 255)", "(1 / 3)", "3", "0.25", "4", "0.2", "5")
CUTS = (1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 250, 300, 500, 600, 700, 709)  # where numbers are cut off
LEADS = (("",), (":, ",), (":, :, ",), ("..., ",), (":, :, ", "..., "), ("", ":, "))  # the axes before a place
FEW = 8  # arguments of a function that are taken one by one or in pairs


def arguments(function: Function) -> Iterator[Change]:
    """Changes at a function's entry; none of a lambda's."""
    if isinstance(function.node, ast.Assign):
        return
    groups = [[name] for name in function.arguments]
    for one, two in itertools.combinations(function.arguments, 2):
        new = f"{one}, {two} = {two}, {one}"
        yield _at_entry(function, "arguments exchanged", "", new)
    signature = getattr(function.node, "args", None)
    if isinstance(signature, ast.arguments):
        first = len(signature.args) - len(signature.defaults)
        pairs = [*zip(signature.args[first:], signature.defaults, strict=True)]
        pairs += [(a, d) for a, d in zip(signature.kwonlyargs, signature.kw_defaults, strict=True) if d is not None]
        for named, default in pairs:
            new = f"{named.arg} = {ast.unparse(default)}"
            yield _at_entry(function, "argument by default", named.arg, new)
    yield from _in_part(function)
    yield from _as_another(function)
    yield from _from_zero(function)
    counts = _counts(function)
    cuts = [("cut off first", f"np.clip({{0}}, -{bound}, {bound})") for bound in CUTS]
    cuts += [("scaled first", f"{{0}} * {factor}") for factor in FACTORS]
    for kind, template in (*ENTRY.items(), *cuts):
        for group in groups if len(groups) < 2 else [*groups, groups[0] + groups[1]]:
            if kind == "scaled first" and counts & {*group}:
                continue  # other rounds than are asked: that is told as it is
            new = "\n".join(f"{name} = {template.format(name)}" for name in group)
            yield _at_entry(function, kind, group[0] if len(group) == 1 else "", new)


def _counts(function: Function) -> set[str]:
    """The arguments that say how many rounds a loop has."""
    ranges = (
        node
        for node in ast.walk(function.node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range"
    )
    return {each.id for node in ranges for each in node.args if isinstance(each, ast.Name)} & {*function.arguments}


def _in_part(function: Function) -> Iterator[Change]:
    """Arguments of which only what is first or last along an axis counts, or all but that: the rest is zero."""
    for name in function.arguments[:FEW]:
        for place, leads in itertools.product((":1", "-1:"), LEADS):
            where = [f"{lead}{place}" for lead in leads]
            end = "first" if place == ":1" else "last"
            only = [f"_only = np.zeros_like({name})", *(f"_only[{each}] = {name}[{each}]" for each in where)]
            if len(leads) == 1:
                yield _at_entry(function, f"{end} counts", name, "\n".join([*only, f"{name} = _only"]))
            gone = [f"{name} = np.array({name})", *(f"{name}[{each}] = 0" for each in where)]
            yield _at_entry(function, f"{end} ignored", name, "\n".join(gone))


def _as_another(function: Function) -> Iterator[Change]:
    """A function of one argument as another one altogether."""
    for kind, name, template in APPLIED if len(function.arguments) == 1 else ():
        new = f"return {template.format(function.arguments[0])}"
        yield _at_entry(function, kind, name, new)


def _from_zero(function: Function) -> Iterator[Change]:
    """Arguments set to zero before the first line: one, two, or what the function moves."""
    names = function.arguments[:FEW]
    moved = tuple(name for name in function.arguments if name in function.stored)
    groups = [*((name,) for name in names), *itertools.combinations(names, 2), *([moved] if len(moved) > 2 else ())]
    for group in groups:
        subject = group[0] if len(group) == 1 else ""
        for template in ("{0} = np.zeros_like({0})", "{0} *= 0"):  # a new array, and the one that was handed in
            new = "\n".join(template.format(name) for name in group)
            yield _at_entry(function, "zero first", subject, new)


def _at_entry(function: Function, kind: str, subject: str, new: str) -> Change:
    return Change((Edit(function.name, ("body", 0), "before", new),), kind, subject)
