"""Functions that this Python cannot parse: they are left out, so that the rest of their cell can be run.

Context: the grader's Python is older than some students', and one f-string that it cannot read would take all four
methods along. Choice: a function that holds what cannot be read becomes one that raises the syntax error when it is
called, with the student's own line; the line numbers of the rest stay. Cost: a cell that no Python can read is graded
by what can be read of it.
"""

from __future__ import annotations

import ast
import platform
import re
import warnings
from dataclasses import dataclass

MOST = 12  # functions of a cell that are left out; where there are more, none is
DEF = re.compile(r"([ \t]*)(?:async[ \t]+)?def[ \t]+(\w+)")


@dataclass(frozen=True)
class Block:
    """A function in a text: its lines (from, up to and not including), its indentation, its name."""

    start: int
    end: int
    indent: str
    name: str


def readable(index: int, source: str, notes: list[str]) -> str:
    """The cell with those functions left out that keep it from being parsed; as it is where that does not help."""
    error = _error(source)
    lines = source.split("\n")
    left_out: list[str] = []
    while error is not None and len(left_out) < MOST:
        blocks = [block for block in _blocks(lines) if ": raise SyntaxError(" not in lines[block.start]]
        inside = [block for block in blocks if block.start < (error.lineno or 0) <= block.end]
        ways = [(block, _without(lines, block, index, error)) for block in [*reversed(inside), *blocks][:50]]
        errors = [(block, way, _error("\n".join(way))) for block, way in ways]
        better = [each for each in errors if each[2] is None] or [
            each for each in errors if each[0] in inside and (each[2] is None or each[2].lineno != error.lineno)
        ]
        if not better:
            return source
        block, lines, error = better[0]
        left_out.append(block.name)
    if error is not None or not left_out:
        return source
    notes.append(
        f"cell {index}: Python {platform.python_version()}, which grades this, cannot read "
        f"{', '.join(dict.fromkeys(left_out))}; the rest of the cell was run without"
    )
    return "\n".join(lines)


def _error(source: str) -> SyntaxError | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source)
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError):
        return SyntaxError("cannot be read")
    return None


def _blocks(lines: list[str]) -> list[Block]:
    """The functions by their indentation, outer ones before inner ones."""
    found = []
    for k, line in enumerate(lines):
        head = DEF.match(line)
        if head:
            deeper = len(head[1].expandtabs())
            end = next(
                (j for j in range(k + 1, len(lines)) if lines[j].strip() and _indent(lines[j]) <= deeper and not
                 lines[j].lstrip().startswith((")", "]", "}"))),
                len(lines),
            )  # fmt: skip
            found.append(Block(k, end, head[1], head[2]))
    return found


def _indent(line: str) -> int:
    return len(line.expandtabs()) - len(line.expandtabs().lstrip())


def _without(lines: list[str], block: Block, index: int, error: SyntaxError) -> list[str]:
    """The lines with the block's function raising `error` when it is called."""
    at = error.lineno or 0
    if not block.start < at <= block.end:
        at = block.start + 1
    said = f"Python {platform.python_version()}, which grades this, cannot read it: {error.msg}"
    place = (f"<cell {index}>", at, None, lines[at - 1].strip()[:200])
    stub = f"{block.indent}def {block.name}(*args, **kwargs): raise SyntaxError({said!r}, {place!r})"
    return [*lines[: block.start], stub, *[""] * (block.end - block.start - 1), *lines[block.end :]]
