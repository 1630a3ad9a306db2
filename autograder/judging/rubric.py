"""The rubric: how a method's points are shared out among its checks, read from rubric.toml.

Context: it stands in the course's folder, where a slip is easily made. Choice: the whole file is checked before
anything is graded, and every mistake is told with its line. Cost: a share for a check that does not exist is refused.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from autograder.core import AutograderError

FILE_NAME = "rubric.toml"
PACKAGED = Path(__file__).parent / FILE_NAME
PARTS = ("plain_part", "numerical_part")
LATER = {"pure_part": 0.125}  # parts that a rubric of an older course does not name, and what they are there
# The checks that points can be given for, by method: the tests in checks/.
CHECKS: Mapping[str, tuple[str, ...]] = {
    "forward": ("values", "pure"),
    "loss": ("values", "pure"),
    "dloss_dw": ("values", "pure"),
    "train": ("records", "weights", "pure"),
}
_LINE = re.compile(r'\s*(?:\[(?P<table>[^\]]+)\]|"?(?P<key>[\w-]+)"?\s*=)')


class RubricError(AutograderError):
    """The rubric is not as it must be: a line for each mistake, with its place."""


@dataclass(frozen=True)
class Rubric:
    """`share[method][kind]` are parts of a method's points that add up to 1; `plain_part` and `numerical_part` are
    parts of what `values` earns, from 0 to 1; `pure_part` is the share of `pure` in a declared assignment."""

    share: Mapping[str, Mapping[str, float]]
    plain_part: float
    numerical_part: float
    pure_part: float


def rubric_of(folder: Path) -> Rubric:
    """The rubric in a course's folder, the package's where there is none; raises RubricError."""
    path = folder / FILE_NAME
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return packaged()
    except (OSError, UnicodeDecodeError) as error:
        raise RubricError(f"{path}: cannot be read ({error}); mend it, or remove it for the usual rubric") from None
    return parse(text, str(path))


@cache
def packaged() -> Rubric:
    """The rubric that counts where the course has none."""
    return parse(PACKAGED.read_text(encoding="utf-8"), str(PACKAGED))


def parse(text: str, place: str) -> Rubric:
    """The rubric in `text`; raises RubricError with a line for each mistake, each beginning with `place:line`."""
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"\(at line (\d+)", str(error))
        line = at[1] if at else str(text.count("\n") + 1)
        raise RubricError(f"{place}:{line}: this is no TOML: {str(error).partition(' (at ')[0]}") from None
    lines = _lines(text)
    problems = [
        f"{place}:{_line_of(lines, table, key)}: {said}" for table, key, said in (*_parts(read), *_shares(read))
    ]
    if problems:
        raise RubricError("\n".join(problems))
    share = {method: {kind: float(part) for kind, part in read["share"][method].items()} for method in CHECKS}
    read = {**LATER, **read}
    return Rubric(share, float(read["plain_part"]), float(read["numerical_part"]), float(read["pure_part"]))


Mistake = tuple[str, str, str]  # the table ("" for the file's beginning), the key ("" for the table), what is wrong


def _parts(read: Mapping[str, Any]) -> Iterator[Mistake]:
    """What is wrong outside the shares."""
    for name in PARTS:
        if name not in read:
            yield "", name, f"{name} is missing: a number from 0 to 1"
    for name, value in read.items():
        if name in (*PARTS, *LATER) and not _is_part(value):
            yield "", name, f"{name} is {value!r}, and must be a number from 0 to 1"
        elif name not in (*PARTS, *LATER, "share"):
            yield "", name, f"{name} means nothing here; there are {', '.join((*PARTS, *LATER))} and share"


def _shares(read: Mapping[str, Any]) -> Iterator[Mistake]:
    """What is wrong with the shares of methods."""
    shares = read.get("share", {})
    if not isinstance(shares, dict):
        yield "", "share", "share holds a table for each method, such as [share.forward]"
        return
    for method in shares:
        if method not in CHECKS:
            yield f"share.{method}", "", f"there is no method {method}; there are {', '.join(CHECKS)}"
    for method, kinds in CHECKS.items():
        table = f"share.{method}"
        of_method = shares.get(method)
        if not isinstance(of_method, dict):
            yield table, "", f"[{table}] is missing, with {' and '.join(kinds)}"
            continue
        yield from _one(table, of_method, kinds)


def _one(table: str, of_method: Mapping[str, Any], kinds: tuple[str, ...]) -> Iterator[Mistake]:
    """What is wrong with the shares of one method."""
    mistaken = False
    for kind, part in of_method.items():
        if kind not in kinds:
            mistaken = True
            yield table, kind, f"[{table}] has no check {kind}; there are {', '.join(kinds)}"
        elif not _is_part(part):
            mistaken = True
            yield table, kind, f"{kind} is {part!r}, and must be a number from 0 to 1"
    for kind in kinds:
        if kind not in of_method:
            mistaken = True
            yield table, "", f"[{table}] lacks {kind}: a number from 0 to 1"
    if not mistaken and abs(sum(of_method.values()) - 1.0) > 1e-9:
        yield table, "", f"the shares in [{table}] add up to {sum(of_method.values()):.6g}, and must add up to 1"


def _is_part(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0.0 <= value <= 1.0


def _lines(text: str) -> dict[tuple[str, str], int]:
    """The line on which each table and each key stands."""
    lines: dict[tuple[str, str], int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        match = _LINE.match(line)
        if match and match["table"]:
            table = ".".join(part.strip().strip('"') for part in match["table"].split("."))
            lines.setdefault((table, ""), number)
        elif match:
            lines.setdefault((table, match["key"]), number)
    return lines


def _line_of(lines: Mapping[tuple[str, str], int], table: str, key: str) -> int:
    """The line of a key, of its table where it is missing, the first where both are."""
    return lines.get((table, key)) or lines.get((table, "")) or 1
