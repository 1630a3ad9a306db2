"""What is known of each function to write: its text, what its docstring says, what it was given in the run."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any

from autograder import callables
from autograder.authoring.drafting.docstrings import Said, said
from autograder.authoring.drafting.existing import Existing, defined, plain
from autograder.authoring.drafting.run import Call, Description, Run


@dataclass
class Function:
    """One function or method: `results` by name, in order; `open` says that its docstring has our first line already.

    `stated` are shapes of that line; `indexes` are arguments that index arrays, `logged` those under a root or a
    logarithm, `rooted` those of which sums and products are. A default that is no literal is `...`.
    """

    name: str
    node: ast.FunctionDef
    arguments: tuple[str, ...]
    defaults: dict[str, Any]
    results: tuple[str, ...]
    said: Said
    calls: tuple[Call, ...]
    open: bool
    stated: dict[str, tuple[str, ...]] = field(default_factory=dict)
    indexes: frozenset[str] = frozenset()
    logged: frozenset[str] = frozenset()
    rooted: frozenset[str] = frozenset()
    random: bool = False

    @property
    def owner(self) -> str:
        """The class of a method."""
        return self.name.rpartition(".")[0]

    @property
    def changes(self) -> tuple[str, ...]:
        """Arguments that it was seen to write into."""
        return tuple(name for name in self.arguments if any(name in call.changes for call in self.calls))

    def seen(self, argument: str) -> list[Description]:
        """What an argument was in each call."""
        return [call.arguments[argument] for call in self.calls if argument in call.arguments]

    def gave(self, place: int) -> list[Description]:
        """What a result was in each call."""
        return [call.results[place] for call in self.calls if len(call.results) == len(self.results)]


def functions(notebook: Existing, run: Run) -> dict[str, Function]:
    """The functions to write by full name; the constructors of their classes too, written or given."""
    by_name: dict[str, Function] = {}
    wanted = set(notebook.functions)
    wanted |= {f"{name.partition('.')[0]}.__init__" for name in wanted if "." in name}
    for cell in notebook.cells:
        if cell.role not in ("solution", "other") or not cell.code:
            continue
        text = plain(cell.text)
        known = callables.signatures(text)
        for name, node in defined(ast.parse(text)):
            if name in wanted:
                by_name[name] = _function(name, node, known[name], run)
    return by_name


def _function(name: str, node: ast.FunctionDef, signature: callables.Signature, run: Run) -> Function:
    docstring = ast.get_docstring(node) or ""
    first = docstring.split("\n\n")[0]
    words = said(docstring, signature.arguments)
    ours = "->" in first and (not signature.arguments or any(each in first for each in signature.arguments))
    calls = run.of(name)
    return Function(
        name, node, signature.arguments, _defaults(node), _results(node, signature, words, calls, ours), words, calls,
        ours, dict(signature.shapes) if ours else {}, frozenset(_indexes(node)), frozenset(_logged(node)),
        frozenset(_rooted(node)), any(call.random for call in calls),
    )  # fmt: skip


def _defaults(node: ast.FunctionDef) -> dict[str, Any]:
    named = [*node.args.posonlyargs, *node.args.args]
    pairs = list(zip(named[len(named) - len(node.args.defaults) :], node.args.defaults, strict=True))
    pairs += [(a, d) for a, d in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if d is not None]
    defaults: dict[str, Any] = {}
    for argument, default in pairs:
        try:
            defaults[argument.arg] = ast.literal_eval(default)
        except ValueError:
            defaults[argument.arg] = ...
    return defaults


def _results(
    node: ast.FunctionDef, signature: callables.Signature, words: Said, calls: tuple[Call, ...], ours: bool
) -> tuple[str, ...]:
    """Names of the results: as the docstring's line of ours has them, the return statement, the docstring's list."""
    counts = {len(call.results) for call in calls}
    nothing = calls and all(len(c.results) == 1 and c.results[0] == {"kind": "choice", "value": None} for c in calls)
    itself = calls and all(len(call.results) == 1 and call.results[0]["kind"] == "object" for call in calls)
    if nothing or itself or not any(isinstance(each, ast.Return) and each.value is not None for each in ast.walk(node)):
        return ()
    if ours and counts <= {len(signature.results)}:
        return signature.results
    names = list(signature.results)
    named = [name for name, _ in words.gives if name.isidentifier()]
    count = counts.pop() if len(counts) == 1 else max(len(names), 1)
    if len(named) == count and (len(names) != count or any(n == node.name or "[" in n for n in names)):
        names = named
    if len(names) != count or any("[" in each for each in names):
        base = names if len(names) == count else [""] * count
        names = [n if n.isidentifier() else f"{'out' if count > 1 else node.name}{k + 1 if count > 1 else ''}"
                 for k, n in enumerate(base)]  # fmt: skip
    return tuple(names) if len(set(names)) == len(names) else tuple(f"out{k + 1}" for k in range(len(names)))


def _indexes(node: ast.FunctionDef) -> set[str]:
    """Names that stand in an array's index, or are held against a value as labels are."""
    compared = {
        each.left.id
        for each in ast.walk(node)
        if isinstance(each, ast.Compare) and isinstance(each.left, ast.Name) and isinstance(each.ops[0], ast.Eq)
    }
    return compared | {
        name.id
        for each in ast.walk(node)
        if isinstance(each, ast.Subscript)
        for name in ast.walk(each.slice)
        if isinstance(name, ast.Name) and not _sliced(each.slice, name)
    } - {each.target.id for each in ast.walk(node) if isinstance(each, ast.For) and isinstance(each.target, ast.Name)}


def _sliced(index: ast.expr, name: ast.Name) -> bool:
    """Whether a name is only a bound of a slice, or stands in a comparison (then it is a mask)."""
    inside = (each for each in ast.walk(index) if isinstance(each, (ast.Slice, ast.Compare)))
    return any(name is part for each in inside for part in ast.walk(each))


def _logged(node: ast.FunctionDef) -> set[str]:
    names = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Call) and ast.unparse(each.func).rpartition(".")[2] in ("log", "log2", "log10", "sqrt"):
            inside = each.args[0] if each.args else each
            if not any(isinstance(part, ast.Call) for part in ast.walk(inside)):
                names |= {part.id for part in ast.walk(inside) if isinstance(part, ast.Name)}
    return names


def _rooted(node: ast.FunctionDef) -> set[str]:
    """Names of whose sums, products and powers a root or a logarithm is taken, over several lines too."""
    names, waiting = set(), [*_logged(node)]
    made: dict[str, set[str]] = {}
    for each in ast.walk(node):
        if isinstance(each, ast.Assign) and len(each.targets) == 1 and isinstance(each.targets[0], ast.Name):
            parts = [*ast.walk(each.value)]
            if not any(isinstance(part, (ast.Call, ast.MatMult)) for part in parts):
                made.setdefault(each.targets[0].id, set()).update(p.id for p in parts if isinstance(p, ast.Name))
    while waiting:
        name = waiting.pop()
        if name not in names:
            names.add(name)
            waiting += made.get(name, ())
    return names
