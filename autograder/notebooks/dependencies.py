"""Which cells of a notebook must be run for its class: the student's own, and what the given ones define.

Context: the lesson's own training and drawing cells cost far more than the questions, and bind nothing that the class
needs. Choice: of an unchanged given cell only the definitions are run (imports, functions, classes, constants), unless
a cell of the student's own reads, when it is run, another name that the given one binds. Cost: an own cell that relies
on a given cell's other effects finds them missing; it is a note.
"""

from __future__ import annotations

import ast
import re
import symtable
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from autograder.notebooks.records import Cell
from autograder.notebooks.tree import KEPT, LARGEST_KEPT, tree_of

MOST_RUN = 5_000  # code cells that are run; of more, those that only define something
LONG = 100_000  # characters; what a longer cell reads is not found out by its syntax
NAME = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Names:
    """What a cell says of names.

    `only_defines`: nothing in it takes time or draws. `binds`: names that running it binds by more than a definition;
    `bound`: all that it binds at its top level. `uses`: those that it reads anywhere, in its functions too.
    """

    only_defines: bool = False
    binds: frozenset[str] = frozenset()
    bound: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset()


class Syntax:
    """A cell's text with what it says of names: which it binds, which it reads at once, what it only defines."""

    def __init__(self, source: str):
        self.source = source

    @property
    def tree(self) -> ast.Module | None:
        """The cell's syntax tree, None where it does not parse; shared, and not to be changed."""
        return tree_of(self.source)

    @cached_property
    def definitions(self) -> str:
        """The cell with everything blanked that does more than define, line numbers kept."""
        tree = self.tree
        if tree is None:
            return self.source
        lines = self.source.splitlines()
        kept = {
            line
            for node in tree.body
            if _defines(node)
            for line in range(_first_line(node), (node.end_lineno or node.lineno) + 1)
        }
        kept -= {
            line
            for node in tree.body
            if not _defines(node)
            for line in range(_first_line(node), (node.end_lineno or node.lineno) + 1)
        }
        return "\n".join(line if k in kept else "" for k, line in enumerate(lines, 1))

    @cached_property
    def of_names(self) -> Names:
        """What the cell says of names, all that its tree tells, from one reading."""
        tree = self.tree
        if tree is None:
            uses = frozenset(NAME.findall(self.source)) if len(self.source) > LONG else frozenset()
            return Names(uses=uses)
        long = len(self.source) > LONG
        binds, used = set[str](), set(NAME.findall(self.source)) if long else set[str]()
        only_defines = True
        for node in tree.body:
            doing = not _defines(node)
            only_defines = only_defines and not doing
            if long and not doing:
                continue
            for each in ast.walk(node):
                if isinstance(each, ast.Name):
                    if not long and isinstance(each.ctx, ast.Load):
                        used.add(each.id)
                    elif doing and isinstance(each.ctx, ast.Store):
                        binds.add(each.id)
            if doing and isinstance(node, ast.FunctionDef):
                binds.add(node.name)
        bound = frozenset().union(binds, *map(_bound_by, tree.body))
        return Names(only_defines, frozenset(binds), bound, frozenset(used))

    @cached_property
    def reads(self) -> frozenset[str]:
        """Names that running the cell reads at once; what only its functions would read when called is not among them:
        a method that leans on a notebook's leftover variable must be seen to."""
        if len(self.source) > LONG:
            return frozenset(NAME.findall(self.source))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return frozenset(_read_at_once(symtable.symtable(self.source, "cell", "exec")))
        except (SyntaxError, ValueError, RecursionError, MemoryError):  # it cannot be run either, and reads nothing
            return frozenset()


@dataclass(frozen=True)
class Parsed:
    """A code cell in its place, and whether it is an unchanged given one."""

    index: int
    source: str
    given: bool

    @cached_property
    def syntax(self) -> Syntax:
        """What the cell's text says; of given cells, which all submissions share, it is kept."""
        return _shared(self.source) if self.given else syntax_of(self.source)


def needed(cells: Sequence[Parsed], notes: list[str]) -> list[Cell]:
    """The cells to run, in order."""
    syntax = {cell.index: cell.syntax for cell in cells}
    whole = {cell.index for cell in cells if not cell.given}
    while True:
        read = frozenset().union(*(syntax[index].reads for index in whole))
        more = {cell.index for cell in cells if cell.index not in whole and syntax[cell.index].of_names.binds & read}
        if not more:
            break
        whole |= more
    run = []
    for cell in cells:
        source = cell.source if cell.index in whole else syntax[cell.index].definitions
        if source.strip():
            run.append(Cell(cell.index, source, cell.given))
    if len(run) > MOST_RUN:
        notes.append(f"of {len(run)} code cells those were run that only define something")
        run = [cell for cell in run if syntax[cell.index].of_names.only_defines][:MOST_RUN]
    return run


def syntax_of(source: str) -> Syntax:
    """What a cell's text says of names; kept while a notebook is read, in which it is asked for several times."""
    return _lately(source) if len(source) <= LARGEST_KEPT else Syntax(source)


_shared, _lately = lru_cache(maxsize=1024)(Syntax), lru_cache(maxsize=KEPT)(Syntax)


def _defines(node: ast.stmt) -> bool:
    """Imports, functions, classes, constants and magics."""
    if isinstance(node, ast.FunctionDef):  # its defaults are computed at once
        defaults = [each for each in (*node.args.defaults, *node.args.kw_defaults) if each is not None]
        return all(isinstance(each, ast.Constant) for each in defaults)
    if isinstance(node, (ast.Import, ast.ImportFrom, ast.ClassDef)):
        return True
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        try:
            return all(_name(target) for target in targets) and _literal(node.value)
        except RecursionError:
            return False
    return isinstance(node, ast.Expr) and (isinstance(node.value, ast.Constant) or _magic(node.value))


def _bound_by(node: ast.stmt) -> set[str]:
    """The names that a statement of a cell's top level binds by defining them."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return {node.name}
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    if isinstance(node, (ast.Assign, ast.AnnAssign)) and _defines(node):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}
    return set()


def _magic(node: ast.expr) -> bool:
    """A call of something of get_ipython()."""
    while isinstance(node, (ast.Call, ast.Attribute)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return isinstance(node, ast.Name) and node.id == "get_ipython"


def _name(target: ast.expr) -> bool:
    """A name or names; an element or an attribute belongs to something that may not be there."""
    return isinstance(target, ast.Name) or (isinstance(target, ast.Tuple) and all(_name(part) for part in target.elts))


def _literal(node: ast.expr | None) -> bool:
    """A constant, or arithmetic, a list or a dict of constants."""
    if node is None or isinstance(node, ast.Constant):
        return True
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        return all(_literal(item) for item in node.elts)
    if isinstance(node, ast.Dict):
        return all(_literal(item) for item in (*node.keys, *node.values))
    if isinstance(node, ast.UnaryOp):
        return _literal(node.operand)
    plain = isinstance(node, ast.BinOp) and not isinstance(node.op, (ast.Pow, ast.LShift, ast.Mult))
    return plain and _literal(node.left) and _literal(node.right)  # type: ignore[attr-defined]


def _first_line(node: ast.stmt) -> int:
    decorators = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _read_at_once(table: symtable.SymbolTable) -> Iterator[str]:
    yield from (symbol.get_name() for symbol in table.get_symbols() if symbol.is_referenced())
    for child in table.get_children():
        if child.get_type() == "class" or child.get_name() in ("listcomp", "setcomp", "dictcomp", "genexpr"):
            yield from _read_at_once(child)
