"""Small changes of a function, as edits by path that compose."""

from __future__ import annotations

import ast
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Edit:
    """One change at the node that `path` (fields and indices, from the function's own node) leads to.

    `operator` is `put` (the expression `new` stands there), or for a statement `forget`, `twice`, `before` and `after`
    (the statements `new` are put there), `move` (behind the statement of its block with the index `new`), `into` (to
    the beginning of the loop with that index), `out before` and `out after` (of the loop it stands in).
    """

    function: str
    path: Path
    operator: str
    new: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """Edits that belong together: of which `kind` (see words), of what, and how far they go.

    `scope` is `here`, `everywhere` (wherever the same text stands), `every layer` (the same text but for names) or
    `pair`, whose kinds are joined by ` + ` and whose subjects are by `; `.
    """

    edits: tuple[Edit, ...]
    kind: str
    subject: str = ""
    scope: str = "here"


def to_bytes(changes: Iterable[Change]) -> bytes:
    """Changes as bytes, exactly."""
    trees = (
        [[[e.function, e.path, e.operator, e.new] for e in each.edits], each.kind, each.subject, each.scope]
        for each in changes
    )
    return json.dumps([*trees]).encode()


def from_bytes(content: bytes) -> list[Change]:
    """The changes of which these are the bytes."""
    return [
        Change(tuple(Edit(function, tuple(path), operator, new) for function, path, operator, new in edits), *rest)
        for edits, *rest in json.loads(content)
    ]


def apart(edits: Sequence[Edit]) -> bool:
    """Whether no edit stands at or inside the place of another."""
    places = sorted((edit.function, *map(str, edit.path)) for edit in edits)
    return all(later[: len(earlier)] != earlier for earlier, later in itertools.pairwise(places))


@contextmanager
def applied(functions: dict[str, ast.AST], edits: Sequence[Edit]) -> Iterator[list[ast.AST]]:
    """The trees of `functions` with the edits made, undone on leaving; gives the nodes that were put there.

    Raises SyntaxError for a `new` that cannot be read.
    """
    undo: list[tuple[ast.AST, str, object]] = []
    put: list[ast.AST] = []
    places = [_place(functions[edit.function], edit.path) for edit in edits]  # found before anything moves
    try:
        for edit, place in zip(edits, places, strict=True):
            holder, field, index, _ = place[-1]
            new = _read(edit)
            if edit.operator == "put":
                _put(holder, field, index, new[0], undo)
            else:
                _arrange(edit, place, new, undo)
            put += new
        yield put
    finally:
        for holder, field, old in reversed(undo):
            setattr(holder, field, old)


def statement_at(root: ast.AST, path: Path) -> ast.stmt:
    """The innermost statement on the way to a place in a function."""
    return [node for *_, node in _place(root, path) if isinstance(node, ast.stmt)][-1]


def nodes_at(root: ast.AST, path: Path) -> list[ast.AST]:
    """Every node on the way to a place in a function, the one that stands there last."""
    return [node for *_, node in _place(root, path)]


Step = tuple[ast.AST, str, int | None, ast.AST]


def _place(root: ast.AST, path: Path) -> list[Step]:
    """Every (holder, field, index in its list, node) on the way."""
    steps: list[Step] = []
    node: object = root
    parts = list(path)
    while parts:
        field = str(parts.pop(0))
        holder = node
        assert isinstance(holder, ast.AST)
        node, index = getattr(holder, field), None
        if isinstance(node, list):
            index = int(parts.pop(0))
            node = node[index]
        assert isinstance(node, ast.AST)
        steps.append((holder, field, index, node))
    return steps


def _read(edit: Edit) -> list[ast.AST]:
    """What an edit puts there: an expression, or statements."""
    if edit.operator == "put":
        return [ast.parse(edit.new, mode="eval").body]
    return [*ast.parse(edit.new).body] if edit.operator in ("before", "after") else []


def _put(holder: ast.AST, field: str, index: int | None, new: ast.AST, undo: list) -> None:
    old = getattr(holder, field)
    undo.append((holder, field, old))
    setattr(holder, field, new if index is None else [*old[:index], new, *old[index + 1 :]])


def _arrange(edit: Edit, place: list[Step], new: list[ast.AST], undo: list) -> None:
    holder, field, _, statement = place[-1]
    block = list(getattr(holder, field))
    at = next((k for k, each in enumerate(block) if each is statement), None)
    if at is None:
        raise SyntaxError("two edits of one statement")
    rest = [*block[:at], *block[at + 1 :]]
    if edit.operator == "into":
        loop = block[int(edit.new)]
        _set(loop, "body", [statement, *loop.body], undo)
        _set(holder, field, rest, undo)
    elif edit.operator in ("out before", "out after"):
        outer, outer_field, _, _ = place[-2]
        around = list(getattr(outer, outer_field))
        k = next(k for k, each in enumerate(around) if each is holder)
        _set(outer, outer_field, around[:k] + _both(edit.operator, statement, holder) + around[k + 1 :], undo)
        _set(holder, field, rest or [ast.Pass(lineno=1, col_offset=0)], undo)
    else:
        _set(holder, field, _arranged(edit, block, at, rest, new), undo)


def _arranged(edit: Edit, block: list[ast.AST], at: int, rest: list[ast.AST], new: list[ast.AST]) -> list[ast.AST]:
    """The block of a statement that is forgotten, doubled, moved, or joined by others."""
    if edit.operator == "forget":
        return rest or [ast.Pass(lineno=1, col_offset=0)]
    if edit.operator == "move":
        return [*rest[: int(edit.new)], block[at], *rest[int(edit.new) :]]
    if edit.operator == "twice":
        return [*block[: at + 1], block[at], *block[at + 1 :]]
    return [*block[:at], *new, *block[at:]] if edit.operator == "before" else [*block[: at + 1], *new, *block[at + 1 :]]


def _both(operator: str, statement: ast.AST, loop: ast.AST) -> list[ast.AST]:
    return [statement, loop] if operator == "out before" else [loop, statement]


def _set(holder: ast.AST, field: str, new: list, undo: list) -> None:
    undo.append((holder, field, getattr(holder, field)))
    setattr(holder, field, new)
