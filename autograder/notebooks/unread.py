"""Code that this Python cannot parse: it is left out, so that the rest of its cell can be run.

Context: the grader's Python is older than some students', and one f-string that it cannot read would take all four
methods along. Choice: what only newer Pythons know and what makes no difference when it runs (type parameters, a lazy
import) is written as the older one has it. A function that holds what cannot be read becomes one that raises the syntax
error when it is called, with the student's own line; outside of functions the statement gives way to `pass`. The line
numbers of the rest stay, and a note tells each. Cost: a cell that no Python can read is graded by what can be read of
it.
"""

from __future__ import annotations

import ast
import platform
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

MOST = 12  # functions and statements of a cell that are left out; where there are more, none is
TRIED = 50  # ways to leave something out, at each step
PATIENCE = 4_000_000  # characters parsed in looking for what to leave out, in all cells of a submission: some 2 s
DEF = re.compile(r"([ \t]*)(?:async[ \t]+)?def[ \t]+(\w+)")
HEAD = re.compile(r"[ \t]*(?:class|def|async[ \t]+def|@)")
GOES_ON = re.compile(r"[ \t]*(?:[)\]}]|(?:else|elif|except|finally|case)\b)")
# What newer Pythons write in addition; nothing but the group is left of it.
NEWER = {
    "type parameters": re.compile(
        r"^([ \t]*(?:class|(?:async[ \t]+)?def)[ \t]+\w+)[ \t]*\[[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*\]"
    ),
    "lazy imports": re.compile(r"^([ \t]*)lazy[ \t]+(?=(?:import|from)\b)"),
}
RAISES = ": raise SyntaxError("


@dataclass
class Patience:
    """How much may still be tried, in characters that are parsed: a notebook made for it would take hours else."""

    characters: int = PATIENCE


@dataclass(frozen=True)
class Block:
    """A function or a statement in a text: its lines (from, up to and not including), its indentation, its name."""

    start: int
    end: int
    indent: str
    name: str


def readable(index: int, source: str, notes: list[str], patience: Patience | None = None) -> str:
    """The cell without what keeps it from being parsed; as it is where that does not help, or would take too long."""
    patience = patience or Patience()
    lines = source.split("\n")
    error = _error(lines, patience)
    functions: list[str] = []
    statements: list[str] = []
    newer: list[str] = []
    for _ in range(MOST):
        if error is None or patience.characters < 0:
            break
        if (older := _as_older(lines, error, patience)) is not None:
            name, lines, error = older
            newer.append(name)
        elif (without := _without_function(lines, error, index, patience)) is not None:
            name, lines, error = without
            functions.append(name)
        elif (without := _without_statement(lines, error, patience)) is not None:
            name, lines, error = without
            statements.append(name)
        else:
            return source
    if error is not None or not _does_anything(lines):
        return source
    version = f"cell {index}: Python {platform.python_version()}, which grades this,"
    if newer:
        notes.append(f"{version} does not know {' and '.join(dict.fromkeys(newer))}; it was run without")
    if left_out := [*dict.fromkeys(functions), *statements]:
        notes.append(f"{version} cannot read {', '.join(left_out)}; the rest of the cell was run without")
    return "\n".join(lines)


Left = tuple[str, list[str], "SyntaxError | None"]  # what was left out, the lines without it, their error


def _error(lines: list[str], patience: Patience) -> SyntaxError | None:
    """What keeps the lines from being parsed; the same once patience is at its end, so that nothing seems to help."""
    source = "\n".join(lines)
    patience.characters -= len(source)
    if patience.characters < 0:
        return SyntaxError("cannot be read")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source)
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError):
        return SyntaxError("cannot be read")
    return None


def _as_older(lines: list[str], error: SyntaxError, patience: Patience) -> Left | None:
    """With the line of the error as an older Python has it; None where it is nothing of that kind."""
    at = (error.lineno or 0) - 1
    for name, newer in NEWER.items():
        if 0 <= at < len(lines) and (line := newer.sub(r"\1", lines[at])) != lines[at]:
            way = [*lines[:at], line, *lines[at + 1 :]]
            return name, way, _error(way, patience)
    return None


def _without_function(lines: list[str], error: SyntaxError, index: int, patience: Patience) -> Left | None:
    """Without one function: any that mends the cell, else the innermost around the error that moves it."""
    blocks = [block for block in _functions(lines, patience) if RAISES not in lines[block.start]]
    inside = [block for block in blocks if block.start < (error.lineno or 0) <= block.end]
    ways = [(block, _raising(lines, block, index, error)) for block in [*reversed(inside), *blocks][:TRIED]]
    errors = [(block, way, _error(way, patience)) for block, way in ways]
    better = [each for each in errors if each[2] is None] or [
        each for each in errors if each[0] in inside and (each[2] is None or each[2].lineno != error.lineno)
    ]
    return None if not better else (better[0][0].name, better[0][1], better[0][2])


def _without_statement(lines: list[str], error: SyntaxError, patience: Patience) -> Left | None:
    """Without the smallest statement around the error that mends the cell, or moves the error below it."""
    for block in _statements(lines, error.lineno or 0):
        way = [*lines[: block.start], f"{block.indent}pass", *[""] * (block.end - block.start - 1), *lines[block.end :]]
        left = _error(way, patience)
        if left is None or (left.lineno or 0) > block.end:
            return block.name, way, left
    return None


def _functions(lines: list[str], patience: Patience) -> list[Block]:
    """The functions by their indentation, outer ones before inner ones."""
    blocks = []
    for k, line in enumerate(lines):
        head = DEF.match(line) if patience.characters > 0 else None
        if head:
            blocks.append(Block(k, _end(lines, k, ")]}"), head[1], head[2]))
            patience.characters -= blocks[-1].end - k
    return blocks


def _statements(lines: list[str], at: int) -> Iterator[Block]:
    """What may be the statement around a line (from 1), by indentation: from the line itself outwards."""
    least = None
    for k in range(min(at, len(lines)) - 1, max(-1, at - TRIED), -1):
        line = lines[k]
        if not line.strip() or (least is not None and _indent(line) > least):
            continue
        if HEAD.match(line):
            return
        least = _indent(line)
        blanks = line[: len(line) - len(line.lstrip())]
        shown = "".join(char if char.isprintable() else "?" for char in line.strip()[:60])
        yield Block(k, _end(lines, k, ""), blanks, f"line {k + 1} ({shown})")


def _end(lines: list[str], start: int, closing: str) -> int:
    """Where what begins in a line ends, by indentation; a line that begins with `closing`, or goes on, is of it."""
    deeper = _indent(lines[start])
    for k in range(start + 1, len(lines)):
        goes_on = lines[k].lstrip().startswith(tuple(closing)) if closing else GOES_ON.match(lines[k])
        if lines[k].strip() and _indent(lines[k]) <= deeper and not goes_on:
            return k
    return len(lines)


def _indent(line: str) -> int:
    return len(line.expandtabs()) - len(line.expandtabs().lstrip())


def _does_anything(lines: list[str]) -> bool:
    return any(line.strip() not in ("", "pass") and not line.lstrip().startswith("#") for line in lines)


def _raising(lines: list[str], block: Block, index: int, error: SyntaxError) -> list[str]:
    """The lines with the block's function raising `error` when it is called."""
    at = error.lineno or 0
    if not block.start < at <= block.end:
        at = block.start + 1
    said = f"Python {platform.python_version()}, which grades this, cannot read it: {error.msg}"
    place = (f"<cell {index}>", at, None, lines[at - 1].strip()[:200])
    stub = f"{block.indent}def {block.name}(*args, **kwargs){RAISES}{said!r}, {place!r})"
    return [*lines[: block.start], stub, *[""] * (block.end - block.start - 1), *lines[block.end :]]
