"""What a callable takes and gives, by name: read from the solution's syntax tree and docstrings, nothing is run."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from autograder.callables.declared.functions import inherited
from autograder.callables.declared.lengths import is_length

_NAME = re.compile(r"[^\W\d]\w*")
_SHAPE = re.compile(r"\s*\(((?:[^()]|\([^()]*\))*)\)")  # brackets in it: `(N, (H-K)//S+1)`
_RESULT = re.compile(r"[\s`*]*[^\W\d]\w*[`*]*\s*(?:$|[(:,.=]\s|\(|an?\b|the\b)")  # a name with its shape, or alone
_REMARKS = frozenset(  # what begins no result's name
    (
        *(
            "a",
            "all",
            "an",
            "and",
            "as",
            "at",
            "both",
            "by",
            "each",
            "every",
            "for",
            "from",
            "if",
            "in",
            "it",
            "its",
            "no",
        ),
        *("of", "on", "one", "or", "so", "some", "that", "the", "then", "these", "this", "those", "to", "what"),
        *("where", "which", "with"),
    )
)
_CHANGES = re.compile(r"\bchanges\s+([^;.\n]+)")


@dataclass(frozen=True, slots=True)
class Signature:
    """A function, or a method of the class `owner`: its arguments (self left out) and results by name, in order.

    `changes` are arguments that it says it writes into. `shapes` are those that the docstring gives, by name, in
    symbols such as ("N", "H+1"); () is a number. `defaults` are the arguments that may be left out; `named`, the last
    ones, are those that a call must name. A property is `read`, and not called. `nameless` is what stands among the
    results of the docstring without a name, `bare` are the results of which no brackets say what they hold. `kinds` are
    what else is said of arguments by name, such as "a count".
    """

    name: str
    owner: str
    arguments: tuple[str, ...]
    results: tuple[str, ...]
    changes: tuple[str, ...] = ()
    shapes: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    defaults: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    read: bool = False
    nameless: tuple[str, ...] = ()
    bare: tuple[str, ...] = ()
    kinds: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def full_name(self) -> str:
        """`softmax_loss`, or `Net.forward`."""
        return f"{self.owner}.{self.name}" if self.owner else self.name


def signatures(source: str) -> dict[str, Signature]:
    """Every function and method that a module defines at its top level, by full name, in order; constructors too, and
    what a class has from another."""
    by_name = {}
    tree = ast.parse(source)
    for owner, node in _functions(tree):
        signature = _signature(owner, node)
        by_name[signature.full_name] = signature
    return by_name | {name: replace(by_name[of], owner=name.partition(".")[0]) for name, of in inherited(tree).items()}


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield "", node
        elif isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, ast.FunctionDef) and not _sets(part):
                    yield node.name, part


def _sets(node: ast.FunctionDef) -> bool:
    """Whether it is what a property does when it is set or deleted."""
    return any(isinstance(each, ast.Attribute) and each.attr in ("setter", "deleter") for each in node.decorator_list)


def _signature(owner: str, node: ast.FunctionDef) -> Signature:
    parameters = [*node.args.posonlyargs, *node.args.args]
    static = any(isinstance(each, ast.Name) and each.id == "staticmethod" for each in node.decorator_list)
    if owner and not static:
        parameters = parameters[1:]
    arguments = tuple(each.arg for each in (*parameters, *node.args.kwonlyargs))
    optional = tuple(each.arg for each in parameters[len(parameters) - len(node.args.defaults) :])
    optional += tuple(
        each.arg for each, value in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if value is not None
    )
    words = (ast.get_docstring(node) or "").split("\n\n")[0].replace("\n", " ")
    takes, arrow, gives = words.partition("->")
    said = _CHANGES.search(gives) or _CHANGES.search(takes)
    changes = tuple(name for name in _NAME.findall(said[1]) if name in arguments) if said else ()
    gives = _without_remarks(_CHANGES.split(gives)[0])
    count = _count(node)
    gives = _without_brackets(gives, count)
    names = tuple(name for part in _parts(gives) if (name := _first_name(part))) if arrow else ()
    if count is not None and len(names) > max(count, 1):  # a remark with a comma in it reads like further results
        sure = tuple(_first_name(part) for part in _parts(gives) if _is_result(part))
        names = sure if len(sure) == max(count, 1) and sure[0] == names[0] else names
    results = names or _returned(node) or (node.name,)
    if len(set(results)) < len(results):
        results = tuple(f"{node.name}[{k}]" for k in range(len(results)))
    shapes = _shapes(takes, arguments) | _shapes(gives, results)
    named = tuple(each.arg for each in node.args.kwonlyargs)
    read = any(ast.unparse(each).rpartition(".")[2] in ("property", "cached_property") for each in node.decorator_list)
    nameless = tuple(text for part in _parts(gives) if (text := part.strip()) and not _first_name(part))
    bare = tuple(_first_name(part) for part in _parts(gives) if "(" not in part) if arrow else results
    return Signature(
        node.name, owner, arguments, results, changes, shapes, optional, named, read, nameless, bare,
        _kinds(takes, arguments),
    )  # fmt: skip


def _without_remarks(gives: str) -> str:
    """Results as they are listed, without what is said of them behind a semicolon: `losses (epochs,); moves self.W`."""
    first, *clauses = gives.split(";")
    kept = itertools.takewhile(_RESULT.match, clauses)
    return ";".join([first, *kept])


def _without_brackets(gives: str, count: int | None) -> str:
    """Results as they are listed, without brackets around all of them: `(loss, dW)` where two are returned."""
    whole = re.fullmatch(r"\s*\((.*)\)[\s.]*", gives)
    parts = _parts(whole[1]) if whole else []
    return whole[1] if whole and len(parts) == count and all(map(_first_name, parts)) else gives


def _is_result(part: str) -> bool:
    """Whether a part of a list is a result with its shape or kind, and no remark on the one before it."""
    return bool(_RESULT.match(part)) and _first_name(part).lower() not in _REMARKS


def _count(node: ast.FunctionDef) -> int | None:
    """How many results the return statements show; 1 for a name or a call, which may stand for more, None for none."""
    values = [each.value for each in _own_returns(node) if each.value is not None]
    counts = {len(value.elts) if isinstance(value, ast.Tuple) else 1 for value in values}
    return counts.pop() if len(counts) == 1 else None


def _parts(text: str) -> list[str]:
    """A list in words, cut at its commas and semicolons outside brackets, up to the end of the sentence."""
    parts, depth = [""], 0
    for position, letter in enumerate(text):
        depth += (letter in "([{") - (letter in ")]}")
        if depth == 0 and letter == "." and text[position + 1 : position + 2] in ("", " "):
            break
        if depth == 0 and letter in ",;":
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _first_name(part: str) -> str:
    match = _NAME.match(part.strip().strip("`*"))
    return match[0] if match else ""


def _returned(node: ast.FunctionDef) -> tuple[str, ...]:
    """The names in `return a, b`, where every return statement says the same ones; () where they are none."""
    returns: set[tuple[str, ...]] = set()
    for each in _own_returns(node):
        value = each.value
        parts = value.elts if isinstance(value, ast.Tuple) else [value]
        names = [_named(part) for part in parts]
        if len(names) == 1 and not isinstance(value, ast.Name):
            names = [node.name]
        returns.add(tuple(name or f"{node.name}[{k}]" for k, name in enumerate(names)))
    return returns.pop() if len(returns) == 1 else ()


def _named(node: ast.expr | None) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) else ""


def _own_returns(node: ast.FunctionDef) -> Iterator[ast.Return]:
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        each = waiting.pop(0)
        if isinstance(each, ast.Return):
            yield each
        elif not isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            waiting += ast.iter_child_nodes(each)


def _shapes(text: str, names: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """`X (N, D)` -> {"X": ("N", "D")}; `reg a number` -> {"reg": ()}; of words that are no shape, nothing."""
    shapes: dict[str, tuple[str, ...]] = {}
    for part in _parts(text):
        name = _first_name(part)
        if name not in names:
            continue
        rest = part.strip().strip("`*")[len(name) :].lstrip("`*")
        shape = _SHAPE.match(rest)
        if shape:
            symbols = tuple(each.strip() for each in shape[1].split(",") if each.strip())
            if all(is_length(symbol) for symbol in symbols):
                shapes[name] = symbols
        elif re.match(r"\s*(is )?a (number|float|scalar)\b", rest):
            shapes[name] = ()
    return shapes


def _kinds(text: str, names: tuple[str, ...]) -> dict[str, str]:
    """`t a count` -> {"t": "a count"}; what is said in the plural, `batch, epochs counts`, of those before as well."""
    kinds: dict[str, str] = {}
    alone: list[str] = []
    for part in _parts(text):
        name = _first_name(part)
        if name not in names:
            continue
        words = _SHAPE.sub("", part.strip().strip("`*")[len(name) :].lstrip("`*")).strip()
        alone.append(name)
        if words:
            kinds |= dict.fromkeys(alone if words.endswith("s") else [name], words)
            alone = []
    return kinds
