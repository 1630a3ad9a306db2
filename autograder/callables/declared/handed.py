"""Which arguments of the functions that a callable runs are its own under the same names."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.callables.declared.functions import Function, Source


def same_names(source: Source, callable: str) -> dict[str, set[str] | None]:
    """By function that the callable runs: the arguments that every call of it hands on under their own names, from a
    function where they mean the same; None of the callable itself, where all names are its own."""
    itself = source.own(callable)
    reached = source.reach(callable)
    same: dict[str, set[str] | None] = {name: {*source.functions[name].arguments} for name in reached}
    same[itself] = None
    calls = [
        (name, caller, handed)
        for name in reached
        for caller in reached
        for handed in _calls(source.functions[caller], source.functions[name])
    ]
    for _ in reached:  # as many rounds as the longest way down has steps
        for name, caller, handed in calls:
            kept, known = same[name], same[caller]
            if kept is not None:
                same[name] = {each for each in kept if handed.get(each) == each and (known is None or each in known)}
    return same


def _calls(caller: Function, called: Function) -> Iterator[dict[str, str]]:
    """Of each call of a function in another one: argument by name, the text that is handed over."""
    for node in ast.walk(caller.node):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == called.name.rpartition(".")[2]:
            handed = dict(zip(called.arguments, map(ast.unparse, node.args), strict=False))
            yield handed | {each.arg: ast.unparse(each.value) for each in node.keywords if each.arg}
