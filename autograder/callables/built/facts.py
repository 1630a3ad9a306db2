"""What a release may state openly of a declared assignment, for the students' self-check.

Nothing of it is the solution's: names, shapes and results are those of the text that students get; what the declaration
says is told in literals. Two things are found by running the solution: which arguments it writes into, and whether it
returns anything at all.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.callables.asked.situations import seen_in
from autograder.callables.asked.sloped import slope_argument
from autograder.callables.asked.steps import NotDrawn
from autograder.callables.built.invariants import kept
from autograder.callables.declared.declaration import Slope
from autograder.callables.declared.draws import Draw
from autograder.callables.declared.functions import functions
from autograder.callables.declared.reference import Reference
from autograder.callables.declared.signatures import Signature, signatures

Facts = dict[str, Any]
NOTHING = ("nothing", "None", "self")  # as a result: `X (N, D) -> nothing`, and `return self` beside it
# What a stated lambda may be made of; the self-check reads no more.
_STRUCTURE = (
    ast.Lambda,
    ast.arguments,
    ast.arg,
    ast.Call,
    ast.keyword,
    ast.Name,
    ast.Load,
    ast.Subscript,
    ast.Constant,
    ast.NamedExpr,
    ast.Store,
    ast.Attribute,
)


def facts(reference: Reference, open_text: str, cells: Sequence[str]) -> Facts:
    """What may be stated of the callables that `open_text` (the code that students get) defines, as one literal.

    `cells` are the full names that have a check, `softmax_loss` or `softmax_loss.dW`. What cannot be said as a literal,
    such as a draw by a function of the author's, is left out.
    """
    declared = reference.declaration
    known = signatures(open_text)
    wanted = _wanted(reference, [name for name in known if name in reference.signatures], cells)
    stated = {name: _callable(reference, known[name], open_text, cells) for name in wanted}
    draws = {name: fact for name, draw in declared.draws.items() if (fact := _draw(draw)) is not None}
    attributes = kept(reference, stated)
    return {
        "sizes": {name: tuple(sizes[name] for sizes in declared.sizes) for name in declared.sizes[0]},
        "draws": draws,
        "callables": stated,
        "given": tuple(_whole(reference, open_text, stated)),
        "cells": tuple(cells),
        "slopes": tuple(_slopes(reference, stated, draws, attributes)),
        "follows": _follows(reference, stated),
        "repeats": {
            name: {"times": each.times, "back": dict(each.back)}
            for name, each in declared.repeats.items()
            if name in stated and len(stated[name]["gives"]) > max(each.back.values(), default=0)
        },
        "state": tuple(declared.state),
        "kept": attributes,
        "invariants": (),  # which of them hold, the build tries
        "seed": 0,
    }


def _wanted(reference: Reference, known: Sequence[str], cells: Sequence[str]) -> list[str]:
    """The callables that checks, slopes and what is handed on are about, and the constructors of their objects."""
    declared = reference.declaration
    lambdas = [_lambda(reference.declared_text, slope) for slope in declared.slopes]
    text = " ".join((*cells, *lambdas))
    named = {name for name in known if re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", text)}
    named |= {name for name in known for each in lambdas if _calls_method(each, name)}
    named |= {getattr(slope.of, "__qualname__", "") for slope in declared.slopes}
    named |= {each for follows in declared.follows for each in (follows.callable, follows.after)}
    named |= {f"{name.partition('.')[0]}.__init__" for name in named if "." in name}
    return [name for name in known if name in named]


def _whole(reference: Reference, open_text: str, names: Iterable[str]) -> Iterator[str]:
    """Those that students get whole, and do not write."""
    theirs, whole = functions(open_text).functions, functions(reference.source).functions
    for name in names:
        if name in theirs and name in whole and ast.dump(theirs[name].node) == ast.dump(whole[name].node):
            yield name


def _callable(reference: Reference, open_signature: Signature, open_text: str, cells: Sequence[str]) -> Facts:
    """What a callable takes, gives and changes; a result whose name only the solution knows is called by its place.

    Arguments are `free` to be changed where the solution changes them beside what it returns, and nothing says so.
    """
    name = open_signature.full_name
    whole = reference.signatures[name]
    changes, nothing = _seen(reference, name)
    open_words = re.findall(r"\w+", " ".join((open_text, *cells)))
    gives: dict[str, tuple[str, ...] | None] = {}
    results = [each for each in whole.results if each not in NOTHING or each in whole.shapes]
    for place, result in enumerate(() if nothing else results):
        label = result if result in open_signature.results or result in open_words else f"result {place + 1}"
        gives[label] = open_signature.shapes.get(result)
    takes, fixed = _arguments(reference, whole)
    changes = tuple(label for label in takes if label in {*whole.changes, *changes})
    free = tuple(label for label in changes if gives and label not in whole.changes)
    drawn_as = {label: key for label in takes if (key := reference.declaration.drawn_as(name, label)) != label}
    named = tuple(label for label in takes if label in whole.named)
    more: Facts = {"fixed": fixed, "drawn": drawn_as, "named": named, "read": whole.read, "free": free}
    return {"takes": takes, "gives": gives, "changes": changes} | {key: each for key, each in more.items() if each}


def _arguments(reference: Reference, signature: Signature) -> tuple[tuple[str, ...], Facts]:
    """The arguments that a question gives, and the values of those in between that nobody draws."""
    declared = reference.declaration
    name = signature.full_name
    known = {label for label in signature.arguments if declared.drawn_as(name, label) in declared.draws}
    known |= {*declared.handed_on(name)}
    takes = list(signature.arguments)
    while takes and takes[-1] not in known and takes[-1] in signature.defaults:
        takes.pop()
    fixed = {}
    for label in takes:
        if label not in known and label in signature.defaults:
            default = _literal(reference.default(signature.full_name, label))
            if default is not None:
                fixed[label] = default[0]
    return tuple(takes), fixed


def _seen(reference: Reference, name: str) -> tuple[tuple[str, ...], bool]:
    """In its runs: the arguments that a callable writes into, and whether it returns None."""
    if name.endswith("__init__"):
        return (), True
    changes: dict[str, None] = {}
    nothing: list[bool] = []
    try:
        for question in seen_in(reference, name):
            last = reference.answers(question)[-1]
            returned = [part["kind"] for path, part in last.get("parts", {}).items() if path[:1].isdigit()]
            changes |= dict.fromkeys(last.get("mutated", ()))
            nothing.append(last["outcome"] == "returned" and returned == ["none"])
    except NotDrawn:
        return (), False
    return tuple(changes), all(nothing)


def _draw(draw: Draw) -> Any:
    """How an argument is drawn, as a literal; None where it cannot be said."""
    if draw.kind in ("dict", "list"):
        parts = {key: _draw(part) for key, part in draw.inside.items()}
        if None in parts.values() or "times" in draw.how:
            return None
        return (draw.kind, parts if draw.kind == "dict" else tuple(parts.values()))
    if draw.kind == "one_of":
        choices = [_literal(choice) for choice in draw.choices if not isinstance(choice, Draw)]
        return None if None in choices or not choices else ("one_of", tuple(choice[0] for choice in choices if choice))
    if draw.kind == "rows_of":
        return ("rows_of", draw.of, draw.symbols[0])
    return (draw.kind, draw.symbols, dict(draw.how)) if draw.how else (draw.kind, draw.symbols)


def _literal(value: Any) -> tuple[Any] | None:
    """A value in a tuple of one where its text gives it again, else None."""
    if isinstance(value, np.generic):
        value = value.item()
    try:
        return (value,) if ast.literal_eval(repr(value)) == value else None
    except (ValueError, SyntaxError, TypeError):
        return None


def _slopes(
    reference: Reference, stated: Mapping[str, Facts], draws: Facts, attributes: Mapping[str, str]
) -> list[Facts]:
    """Declared slopes, one by one; those of a function that students do not have are left out. What a constructor keeps
    of an argument is told by its attribute's name."""
    stated_slopes = []
    for slope in reference.declaration.slopes:
        of = _of(slope, stated, reference)
        gives = stated[slope.callable]["gives"] if slope.callable in stated else {}
        for by, wrt in zip(slope.by, slope.wrt, strict=True):
            drawn_as = slope_argument(reference, slope, wrt)
            if of and by.partition(".")[0] in gives and drawn_as.partition(".")[0] in draws:
                fact = {"callable": slope.callable, "by": by, "of": of, "wrt": drawn_as}
                if "." in slope.callable and drawn_as in attributes:
                    fact["words"] = attributes[drawn_as]
                times = slope_argument(reference, slope, slope.times)
                stated_slopes.append(fact | ({"times": times} if slope.times else {}))
    return stated_slopes


def _of(slope: Slope, stated: Mapping[str, Facts], reference: Reference) -> str:
    """`loss` (a result), `step_forward()` (a callable), the text of a lambda of these; empty where nothing is said."""
    if isinstance(slope.of, str):
        return slope.of if slope.of in stated.get(slope.callable, {"gives": ()})["gives"] else ""
    name = getattr(slope.of, "__qualname__", "")
    if name in stated:
        return f"{name}()"
    text = _lambda(reference.declared_text, slope) if name.endswith("<lambda>") else ""
    return text if text and _only_calls(text, stated) else ""


def _lambda(declaration: str, slope: Slope) -> str:
    """The text of the lambda that a slope was declared with."""
    code = getattr(slope.of, "__code__", None)
    for node in ast.walk(ast.parse(declaration)):
        if isinstance(node, ast.Lambda) and code is not None and node.lineno == code.co_firstlineno:
            names = tuple(each.arg for each in node.args.args)
            if names == code.co_varnames[: code.co_argcount]:
                return ast.unparse(node)
    return ""


def _calls_method(text: str, name: str) -> bool:
    """Whether a lambda makes an object of a class and calls this method of it, or of another one."""
    owner, dot, method = name.partition(".")
    return bool(dot) and re.search(rf"(?<![\w.]){owner}\(", text) is not None and f".{method}(" in text


def _only_calls(text: str, stated: Mapping[str, Facts]) -> bool:
    """Whether a lambda does no more than call functions that students write, and methods of objects of their classes:
    no operator, no function of others."""
    tree = ast.parse(text, mode="eval").body
    assert isinstance(tree, ast.Lambda)
    nodes = list(ast.walk(tree))
    methods = {name.rpartition(".")[2] for name in stated if "." in name}
    classes = {name.partition(".")[0] for name in stated if "." in name}
    arguments = {each.arg for each in tree.args.args}
    objects = {node.target.id for node in nodes if isinstance(node, ast.NamedExpr)}
    functions = [node.func for node in nodes if isinstance(node, ast.Call)]
    called = {each.id for each in functions if isinstance(each, ast.Name)}
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    plain = all(isinstance(node, _STRUCTURE) for node in nodes)
    of_theirs = called <= {*stated} | classes and attributes <= methods and names <= arguments | called | objects
    return (
        plain and all(isinstance(each, ast.Name | ast.Attribute) for each in functions) and of_theirs and bool(called)
    )


def _follows(reference: Reference, stated: Mapping[str, Facts]) -> dict[str, dict[str, str]]:
    follows: dict[str, dict[str, str]] = {}
    for each in reference.declaration.follows:
        if each.callable in stated and each.after in stated:
            follows.setdefault(each.callable, {})[each.by] = each.after
    return follows
