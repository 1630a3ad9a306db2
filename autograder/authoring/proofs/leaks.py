"""What of a solution or a check can be found in a release.

Context: a solution line such as `return loss` stands in half of all given text, while `w -= lr * g` gives an answer
away wherever it stands. Choice: lines are compared without white space, comments or quotes. A line with a formula in
it (an operator, an indexing, a call with arguments worth reading) may stand nowhere in a release, not even where the
author put it as given text; a line of plain plumbing may stand where the source gives it, and nowhere else; lines too
short to tell anything (`return`, `pass`, `else:`, imports) are not looked for. Cost: an author who shows a formula of
the solution in Python beside the task has to write it in mathematics instead, which is what the proof is for.
"""

from __future__ import annotations

import ast
import base64
import binascii
import io
import json
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MARKERS = ("BEGIN SOLUTION", "END SOLUTION", "BEGIN HIDDEN TESTS", "END HIDDEN TESTS", "BEGIN MARK SCHEME")
SHORTEST_PLUMBING = 12  # characters without white space; `return loss` has 10
SHORTEST_FORMULA = 8  # `w-=lr*g` has 7: with the names that solutions use, a telling line is longer
SHORTEST_PROSE = 24  # an official answer or a comment: shorter runs of words occur by chance
_OPERATORS = (ast.BinOp, ast.AugAssign, ast.Compare, ast.Subscript)
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]{40,}={0,2}")


@dataclass(frozen=True, slots=True)
class Leak:
    """One line found where it must not be: what it is part of, the line, and the place."""

    kind: str
    line: str
    place: str

    def __str__(self) -> str:
        line = self.line if len(self.line) <= 90 else self.line[:89] + "…"
        return f"{self.place} shows a line of {self.kind}: {line}"


@dataclass(frozen=True, slots=True)
class Secret:
    """One line to look for: its plain form, and whether the source may give it openly."""

    kind: str
    line: str
    needle: str
    plumbing: bool


def code_secrets(kind: str, lines: Iterable[str]) -> list[Secret]:
    """The lines of code that tell something, and the comments among them."""
    secrets: dict[str, Secret] = {}
    for line in lines:
        code, comment = _split_comment(line)
        squeezed = squeeze(code)
        formula = _is_formula(code)
        shortest = SHORTEST_FORMULA if formula else SHORTEST_PLUMBING
        if len(squeezed) >= shortest and not _is_import(code):
            secrets.setdefault(squeezed, Secret(kind, line.strip(), squeezed, plumbing=not formula))
        for part in _expressions(code):
            secrets.setdefault(part, Secret(kind, line.strip(), part, plumbing=False))
        if len(squeeze(comment)) >= SHORTEST_PROSE:
            secrets.setdefault(squeeze(comment), Secret(kind, line.strip(), squeeze(comment), plumbing=False))
    return list(secrets.values())


def prose_secrets(kind: str, lines: Iterable[str]) -> list[Secret]:
    """The lines of official answers that are long enough to be recognised."""
    needles = {squeeze(line): line.strip() for line in lines}
    return [
        Secret(kind, line, needle, plumbing=False) for needle, line in needles.items() if len(needle) >= SHORTEST_PROSE
    ]


def find(folder: Path, secrets: Iterable[Secret], open_text: str = "") -> list[Leak]:
    """Every secret that is found in a file of `folder`; `given` is the squeezed text that the source shows openly."""
    wanted = [secret for secret in secrets if not (secret.plumbing and secret.needle in open_text)]
    leaks: dict[tuple[str, str], Leak] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_dir():
            continue
        name = path.relative_to(folder).as_posix()
        for place, text in _texts(path, name):
            for marker in MARKERS:
                if name.endswith(".ipynb") and marker in text:
                    leaks.setdefault((marker, name), Leak("markers", marker, place))
            plain = squeeze(text)
            for secret in wanted:
                if secret.needle in plain:
                    leaks.setdefault((secret.needle, name), Leak(secret.kind, secret.line, place))
    return list(leaks.values())


def squeeze(text: str) -> str:
    """`text` in small letters without white space, quotes or comment signs, so that no re-wrapping hides a line."""
    return re.sub(r"[\s'\"`#>]+", "", text).casefold()


def _texts(path: Path, name: str) -> Iterator[tuple[str, str]]:
    """Every text in a file, with its place: for a notebook every string in it, base64 data decoded as well."""
    data = path.read_bytes()
    text = data.decode("utf-8", "replace")
    if name.endswith(".ipynb"):
        try:
            notebook = json.loads(text)
        except ValueError:
            notebook = None
        if notebook is not None:
            for place, string in _strings(notebook, name):
                yield place, string
                yield from ((place, decoded) for decoded in _decoded(string))
            return
    yield name, text
    yield from ((name, decoded) for decoded in _decoded(text))


def _strings(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, list):
        if value and all(isinstance(part, str) for part in value):
            yield place, "".join(value)
        else:
            for number, part in enumerate(value):
                yield from _strings(part, f"{place}[{number}]")
    elif isinstance(value, dict):
        for key, part in value.items():
            yield place, str(key)
            yield from _strings(part, f"{place}.{key}" if place.endswith("]") else f"{place} {key}")


def _decoded(text: str) -> Iterator[str]:
    for block in _BASE64.findall(text):
        packed = re.sub(r"\s+", "", block).rstrip("=")
        try:
            yield base64.b64decode(packed + "=" * (-len(packed) % 4)).decode("latin-1")
        except (binascii.Error, ValueError):
            continue


def _split_comment(line: str) -> tuple[str, str]:
    """A line's code and its comment. A line that Python cannot read alone is cut at the first sign."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(line.strip()).readline):
            if token.type == tokenize.COMMENT:
                return line.strip()[: token.start[1]], token.string.lstrip("#")
    except (tokenize.TokenError, IndentationError, SyntaxError):
        code, _, comment = line.strip().partition("#")
        return code, comment
    return line.strip(), ""


def _statement(code: str) -> ast.stmt | None:
    """The statement that a line is or begins; None for the middle of a longer one."""
    code = code.strip()
    for attempt in (code, f"{code} pass", f"if True: pass\n{code} pass", f"try: pass\n{code} pass"):
        try:
            body = ast.parse(attempt).body
        except SyntaxError:
            continue
        return body[0] if body else None
    try:
        return ast.parse(f"def method():\n    {code}").body[0]
    except SyntaxError:
        return None


def _is_import(code: str) -> bool:
    return isinstance(_statement(code), (ast.Import, ast.ImportFrom))


def _is_formula(code: str) -> bool:
    """Whether a line computes something: an operator, an indexing, a transpose, a call on more than plain names."""
    statement = _statement(code)
    if statement is None:  # part of a longer statement: told by its signs
        return bool(re.search(r"[-+*/@]|\*\*|\[.*\]", code))
    for node in ast.walk(statement):
        if isinstance(node, _OPERATORS) or (isinstance(node, ast.Attribute) and node.attr == "T"):
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _root(node.func) == "np":
            return True
    return False


def _expressions(code: str) -> Iterator[str]:
    """The right sides of formula lines, squeezed, where they tell something by themselves (two operators or more)."""
    statement = _statement(code)
    value = getattr(statement, "value", None)
    if isinstance(statement, (ast.Return, ast.Assign, ast.AnnAssign, ast.AugAssign)) and value is not None:
        operators = sum(isinstance(node, ast.BinOp) for node in ast.walk(value))
        segment = ast.get_source_segment(code.strip(), value)
        if operators >= 2 and segment and len(squeeze(segment)) >= SHORTEST_FORMULA:
            yield squeeze(segment)


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
