"""The rubric: what part of a function's points is for what, read from rubric.toml.

Context: it stands in the course's folder, where a slip is easily made. Choice: the whole file is checked before
anything is graded, and every mistake is told with its line. Cost: a word that means nothing here is refused.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from autograder.core import AutograderError, in_words, read_regular

FILE_NAME = "rubric.toml"
PACKAGED = Path(__file__).parent / FILE_NAME
LARGEST = 1 << 20  # bytes
PARTS = ("plain_part", "numerical_part")
LATER = {"pure_part": 0.125}  # parts that a rubric of an older course does not name, and what they are there
SHARES = "share"  # what an older rubric had for the methods of lessons, and declarations have now
_LINE = re.compile(r'\s*(?:\[(?P<table>[^\]]+)\]|"?(?P<key>[\w-]+)"?\s*=)')


class RubricError(AutograderError):
    """The rubric is not as it must be: a line for each mistake, with its place."""


@dataclass(frozen=True)
class Rubric:
    """Parts from 0 to 1: `plain_part` and `numerical_part` of what a result earns, `pure_part` of a function's points
    where its declaration says nothing else."""

    plain_part: float
    numerical_part: float
    pure_part: float


def rubric_of(folder: Path) -> Rubric:
    """The rubric in a course's folder, the package's where there is none; raises RubricError."""
    path = folder / FILE_NAME
    try:
        text = read_regular(path, LARGEST).decode("utf-8")
    except FileNotFoundError:
        return packaged()
    except OSError as error:
        raise RubricError(f"{in_words(error)}, or remove it for the usual rubric") from None
    except UnicodeDecodeError as error:
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
    problems = [f"{place}:{lines.get(key, 1)}: {said}" for key, said in _mistakes(read)]
    if problems:
        raise RubricError("\n".join(problems))
    read = {**LATER, **read}
    return Rubric(float(read["plain_part"]), float(read["numerical_part"]), float(read["pure_part"]))


def _mistakes(read: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The key that is wrong, or that is missing, and what is wrong with it."""
    for name in PARTS:
        if name not in read:
            yield name, f"{name} is missing: a number from 0 to 1"
    for name, value in read.items():
        if name == SHARES:
            yield (
                name,
                (
                    f"{name}: how a function's points are shared out stands in its assignment's declaration now, as in "
                    f"rubric(Net.train, pure=0.1, …); remove the tables of {name} here"
                ),
            )
        elif name not in (*PARTS, *LATER):
            yield name, f"{name} means nothing here; there are {', '.join((*PARTS, *LATER))}"
        elif not _is_part(value):
            yield name, f"{name} is {value!r}, and must be a number from 0 to 1"


def _is_part(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0.0 <= value <= 1.0


def _lines(text: str) -> dict[str, int]:
    """The line on which each key stands first; a table is the key that it is in, `share` of `[share.train]`."""
    lines: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        match = _LINE.match(line)
        if match:
            key = match["key"] or match["table"].partition(".")[0].strip().strip('"')
            lines.setdefault(key, number)
    return lines
