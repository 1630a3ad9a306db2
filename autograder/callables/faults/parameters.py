"""The names, function by function, under which a source has what slopes are taken by: followed from the declared
arguments through constructors, assignments, loops and calls."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from autograder.callables.declared.functions import Function, Source
from autograder.callables.faults.sites import assigned, is_value

ROUNDS = 4  # calls that a parameter is followed through, one inside the other
PASSED_ON = ("zip", "enumerate", "reversed", "list", "tuple")  # what a loop over a parameter may be written with
Names = dict[str, set[str]]


def parameters(source: Source, wrt: Collection[str]) -> Names:
    """By function: arguments, locals and attributes (`self.w`) that hold a parameter; `wrt` are arguments' names."""
    known: Names = {name: {*each.arguments} & {*wrt} for name, each in source.functions.items()}
    for _ in range(ROUNDS):
        for name, function in source.functions.items():
            _follow(function, known[name], made=name.endswith(".__init__"))
        _share_attributes(source, known)
        _hand_over(source, known)
    return known


def held_as(source: Source, wrt: str) -> set[str]:
    """The names of one parameter, `start.0` say, where it has one of its own: the argument, or the attribute that a
    constructor makes of it."""
    head, _, key = wrt.partition(".")
    names = set() if key else {head}
    for name, function in source.functions.items():
        if not name.endswith(".__init__") or head not in function.arguments:
            continue
        of = {f"{head}[{key}]", f"{head}['{key}']"} if key else {head}
        for node in ast.walk(function.node):
            for to, value in assigned(node):
                unpacked = isinstance(to, ast.Tuple) and ast.unparse(value) == head and key.isdecimal()
                if unpacked and isinstance(to, ast.Tuple) and int(key) < len(to.elts):
                    of.add(ast.unparse(to.elts[int(key)]))
                elif any(ast.unparse(each) in of for each in ast.walk(value)):
                    names |= {each for each in _targets(to) if each.startswith("self.")}
    return names


def _follow(function: Function, names: set[str], *, made: bool) -> None:
    """Add what is given a parameter, or a part of one; in a constructor, what is made of one."""
    for node in ast.walk(function.node):
        if isinstance(node, ast.For):
            names |= {*_of_loop(node, names)}
        for to, value in assigned(node):
            if _holds(value, names) or (made and any(_holds(each, names) for each in ast.walk(value))):
                names |= {*_targets(to)}


def _of_loop(node: ast.For, names: set[str]) -> Iterator[str]:
    """What a loop over parameters gives its rounds."""
    over = node.iter
    called = isinstance(over, ast.Call) and isinstance(over.func, ast.Name) and over.func.id in PASSED_ON
    parts = over.args if isinstance(over, ast.Call) and called else [over]
    targets = node.target.elts if isinstance(node.target, ast.Tuple) and len(parts) > 1 else [node.target]
    for to, part in zip(targets, parts, strict=False):
        if _holds(part, names):
            yield from _targets(to)


def _holds(node: ast.AST, names: set[str]) -> bool:
    """Whether it is a parameter or an element of one."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return is_value(node) and ast.unparse(node) in names


def _targets(node: ast.AST) -> Iterator[str]:
    for each in node.elts if isinstance(node, ast.Tuple | ast.List) else [node]:
        if is_value(each):
            yield ast.unparse(each)


def _share_attributes(source: Source, known: Names) -> None:
    """What one method's object holds, that of all methods of the class and of those that have them from it does."""
    owners = {full.rpartition(".")[0]: of.rpartition(".")[0] for full, of in source.inherited.items()}
    for name, function in source.functions.items():
        if function.owner and name.endswith(".__init__"):
            kept = {each for each in known[name] if each.startswith("self.")}
            family = {
                function.owner,
                owners.get(function.owner, ""),
                *(k for k, v in owners.items() if v == function.owner),
            }
            for other, method in source.functions.items():
                if method.owner in family:
                    known[other] |= kept


def _hand_over(source: Source, known: Names) -> None:
    """A parameter that is handed to a function of the source is one under the argument's name there."""
    by_last: dict[str, list[str]] = {}
    for name in source.functions:
        by_last.setdefault(name.rpartition(".")[2], []).append(name)
    for name, function in source.functions.items():
        for node in ast.walk(function.node):
            if not isinstance(node, ast.Call):
                continue
            for called in by_last.get(ast.unparse(node.func).rpartition(".")[2], ()):
                arguments = source.functions[called].arguments
                handed = dict(zip(arguments, node.args, strict=False)) | {
                    k.arg: k.value for k in node.keywords if k.arg
                }
                known[called] |= {label for label, value in handed.items() if _holds(value, known[name])}
