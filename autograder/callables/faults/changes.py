"""Every small change of a reference that its callables may run, generated lazily."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from autograder.callables.declared.functions import Function, Source, functions
from autograder.callables.declared.signatures import Signature
from autograder.callables.faults.edits import Change, Edit, apart
from autograder.callables.faults.operators import (
    OPERATORS,
    arguments,
    forgotten,
    habits,
    in_a_loop,
    loops,
    moved_within,
    returns,
    rounds,
    solved,
    statements,
    training,
)
from autograder.callables.faults.scopes import Drafted, widened
from autograder.callables.faults.sites import Draft, Scope, Site, blocks, is_ones, scope, sites

ONES = {"ignored": "ones ignored", "filled": "ones ignored", "number added": "ones scaled", "sign": "ones scaled"}
MOST_PARTS = 8  # different parts of one array of which any two may be taken for each other


@dataclass(frozen=True, slots=True)
class Note:
    """An author's rewrite of `function`: wherever `replace` stands, `by` (empty: a statement is left out).

    `says` and `look` are told instead of the kit's own words.
    """

    function: str
    replace: str
    by: str
    says: str
    look: str


def changes(source: str, callables: Sequence[Signature]) -> Iterator[Change]:
    """Changes of each function that one of the callables may run, each once; raises SyntaxError."""
    read = functions(source)
    reached = dict.fromkeys(name for each in callables for name in read.reach(each.full_name))
    drafted: list[Drafted] = []
    as_given = read.given
    for name in (each for each in reached if each not in as_given):
        of_function = list(_of(read.functions[name], read))
        yield from (each.change for each in of_function)
        drafted += of_function
    yield from widened(drafted, read)


def open_changes(source: str, callables: Sequence[Signature]) -> Iterator[Change]:
    """Changes with a number that the answers have to tell, of each function that one of the callables may run."""
    read = functions(source)
    reached = dict.fromkeys(name for each in callables for name in read.reach(each.full_name))
    for name in reached:
        if name not in read.given:
            yield from solved(read.functions[name])


def noted(note: Note, source: str) -> Change:
    """The change that a note asks for; raises ValueError where nothing reads like `replace`."""
    read = functions(source)
    function = read.functions.get(read.own(note.function))
    if function is None:
        raise ValueError(f"there is no function {note.function}")
    edits = tuple(_rewrites(note, function))
    if not edits:
        raise ValueError(f"nothing in {note.function} reads `{note.replace}`")
    return Change(edits, "note", note.function)


def _rewrites(note: Note, function: Function) -> Iterator[Edit]:
    wanted = ast.unparse(ast.parse(note.replace))
    taken: list[tuple[str | int, ...]] = []
    for site in sites(function):
        inside = any(site.path[: len(each)] == each for each in taken)
        if not inside and note.by and ast.unparse(site.node) == wanted:
            taken.append(site.path)
            yield Edit(function.name, site.path, "put", f"({note.by})")
    if taken or isinstance(function.node, ast.Assign):
        return
    for path, block in blocks(function):
        for k, statement in enumerate(block):
            if ast.unparse(statement) == wanted:
                if note.by:
                    yield Edit(function.name, (*path, k), "before", note.by)
                yield Edit(function.name, (*path, k), "forget")


def _of(function: Function, source: Source) -> Iterator[Drafted]:
    """Changes of one function in one place, none twice."""
    known = scope(function, source)
    compared = {site.path for site in sites(function) if isinstance(site.node, ast.Compare)}
    for site in sites(function):
        borders = any(site.path[: len(path)] == path != site.path for path in compared)
        before = ast.unparse(site.node)
        seen = {before, f"({before})"}
        for operator in OPERATORS:
            for draft in operator(site, known):
                if draft.new not in seen:
                    seen.add(draft.new)
                    edit = Edit(function.name, site.path, "put", draft.new)
                    run_over = "iter" in site.path and operator not in (loops, habits)  # in what a loop runs over
                    kind, subject = ("other rounds", "") if run_over else _kind(site, draft, function)
                    if "iter" in site.path and (draft.kind == "order of rows" or _unordered(site, draft)):
                        kind = "order of rounds"
                    kind = _of_ones(site, kind, known)
                    if borders and kind in ("sign", "ignored", "other size"):
                        kind, subject = "condition", ""
                    yield Drafted(Change((edit,), kind, subject), before, draft.new)
    of_whole = (statements, returns, arguments, training, rounds, _old_values, _old_elements, _parts_exchanged)
    edits = itertools.chain(moved_within(function, source), *(each(function) for each in of_whole))
    yield from (Drafted(change, "", "") for change in _once(edits))


def _of_ones(site: Site, kind: str, known: Scope) -> str:
    """The kind of a draft, by name where it is one of a column of ones that is put beside an array."""
    node = site.node
    if kind == "order" and isinstance(node, ast.List | ast.Tuple):
        return "ones moved" if any(is_ones(each, known.known) for each in node.elts) and _handed(site) else kind
    inside = isinstance(site.parent, ast.List | ast.Tuple) and site.path[-4:-3] == ("args",)
    return ONES.get(kind, kind) if inside and is_ones(node, known.known) else kind


def _handed(site: Site) -> bool:
    return isinstance(site.parent, ast.Call) and site.field == "args"


def _unordered(site: Site, draft: Draft) -> bool:
    """Whether a draft leaves of `sorted(x)` or `reversed(x)` the x alone: the same rounds in another order."""
    node = site.node
    ordering = isinstance(node, ast.Call) and ast.unparse(node.func) in ("sorted", "reversed") and node.args
    return bool(ordering) and draft.new.strip("()") == ast.unparse(node.args[0])  # type: ignore[attr-defined]


def _kind(site: Site, draft: Draft, function: Function) -> tuple[str, str]:
    """The kind and the subject of a draft; `w = w` is a step that is forgotten, whatever was taken out of it."""
    statement = site.statement
    if site.parent is statement and isinstance(statement, ast.Assign):
        target = ast.unparse(statement.targets[0])
        if draft.new.strip("()") == target:
            inside = in_a_loop(function.node, site.path)
            return "update forgotten" if inside else forgotten(function, target), target
    return draft.kind, draft.subject


def _old_values(function: Function) -> Iterator[Change]:
    """An argument as it was given, where it has been given another value since."""
    for site in sites(function):
        if isinstance(site.node, ast.Name) and site.node.id in function.arguments and site.node.id in function.stored:
            kept = Edit(function.name, ("body", 0), "before", _kept(site.node.id))
            yield Change((kept, Edit(function.name, site.path, "put", "_kept")), "old value", site.node.id)


def _old_elements(function: Function) -> Iterator[Change]:
    """An array as it was before a loop that writes into it, in the place of the array as it is by then."""
    every = list(sites(function))
    for path, block in blocks(function):
        for k, loop in enumerate(block):
            place = (*path, k)
            if not isinstance(loop, ast.For | ast.While):
                continue
            written = {
                ast.unparse(node.value)
                for node in ast.walk(loop)
                if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)
            }
            for site in every:
                target = isinstance(site.parent, ast.Subscript) and isinstance(site.parent.ctx, ast.Store)
                if site.path[: len(place)] != place or target or not isinstance(site.node, ast.Name):
                    continue
                if site.node.id in written:
                    kept = Edit(function.name, place, "before", _kept(site.node.id))
                    yield Change((kept, Edit(function.name, site.path, "put", "_kept")), "old value", site.node.id)


def _parts_exchanged(function: Function) -> Iterator[Change]:
    """Two parts of one array in each other's place, wherever they stand."""
    parts: dict[str, dict[str, list[Site]]] = {}
    for site in sites(function):
        if isinstance(site.node, ast.Subscript):
            of = parts.setdefault(ast.unparse(site.node.value), {})
            of.setdefault(ast.unparse(site.node), []).append(site)
    for of in parts.values():
        for one, two in itertools.combinations(of, 2) if len(of) <= MOST_PARTS else ():
            places = [(site, two) for site in of[one]] + [(site, one) for site in of[two]]
            edits = tuple(Edit(function.name, site.path, "put", new) for site, new in places)
            if apart(edits):
                yield Change(edits, "order")


def _kept(name: str) -> str:
    """A statement that keeps what an argument is, also where it is written into."""
    return f"_kept = {name}.copy() if hasattr({name}, 'copy') else {name}"


def _once(of: Iterable[Change]) -> Iterator[Change]:
    seen = set()
    for change in of:
        if change.edits not in seen:
            seen.add(change.edits)
            yield change
