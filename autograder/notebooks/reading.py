"""A notebook file as plain data, whatever state it is in; nothing of it is executed."""

from __future__ import annotations

import codecs
import json
import os
import stat
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.notebooks.script import script_cells

LARGEST_BYTES = 100 << 20  # a larger file is not read
LONGEST_CELL = 2 << 20  # characters of one code cell; a longer one is left out
MOST_CELLS = 200_000
# A megabyte of `[],` would be read into twenty of objects. The largest notebooks have long texts, not many parts.
MOST_PARTS, MOST_COMMAS = 3_000_000, 12_000_000
CELL_TYPES = ("code", "markdown", "raw")


class UnreadableNotebook(Exception):
    """A file's own bytes hold no notebook; the message says why, in one line."""


class ClosedFile(Exception):
    """The grader could not get at a file's bytes, so nothing is known of the work; the message says why, in one line.

    Never a mark: what a student handed in is not to blame.
    """


@dataclass(frozen=True, slots=True)
class RawCell:
    """One cell as it was found: position, type, text, nbgrader's metadata, tags."""

    index: int
    cell_type: str
    source: str
    nbgrader: dict[str, Any]
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RawNotebook:
    """All cells of a notebook, its tree as it was read, and what had to be mended."""

    cells: tuple[RawCell, ...]
    tree: dict[str, Any]
    notes: tuple[str, ...]


def read(path: Path) -> RawNotebook:
    """The notebook in a file; raises UnreadableNotebook and ClosedFile."""
    return parse(content(path))


def parse(raw: bytes) -> RawNotebook:
    """The notebook that a file's bytes hold; raises UnreadableNotebook."""
    notes: list[str] = []
    text = _text(raw, notes)
    script = script_cells(text)
    if script is not None:
        notes.append("the file is a Python script, not a notebook; it was read as a notebook saved as a script")
        tree = {"cells": script, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    else:
        tree = _tree(text, notes)
    return RawNotebook(tuple(_cells(tree, notes)), tree, tuple(notes))


def content(path: Path) -> bytes:
    """The file's bytes: a regular file only, no link followed, no waiting for a pipe.

    Raises ClosedFile when the grader cannot get at them, UnreadableNotebook when they are too many.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise ClosedFile(_why_closed(path, error)) from None
    try:
        state = os.fstat(handle)
        if stat.S_ISDIR(state.st_mode):
            raise ClosedFile("a folder stands in the notebook's place; look what is in it")
        if not stat.S_ISREG(state.st_mode):
            raise ClosedFile("what stands in the notebook's place is no regular file; put the notebook there")
        if state.st_size > LARGEST_BYTES:
            raise UnreadableNotebook(
                f"the file has {state.st_size >> 20} MB; more than {LARGEST_BYTES >> 20} are not read"
            )
        with open(handle, "rb", closefd=False) as file:
            return file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise ClosedFile(f"the file cannot be read: {error.strerror}; look after the disk") from None
    finally:
        os.close(handle)


def _why_closed(path: Path, error: OSError) -> str:
    """Why a file could not be opened, and what to do."""
    if isinstance(error, FileNotFoundError):
        return "there is no such file any more; look whether its folder was moved"
    if isinstance(error, PermissionError):
        return "the file may not be read: its permissions are closed; let the grader read it"
    if os.path.islink(path):
        return "a symbolic link stands in the notebook's place; put the notebook itself there"
    return f"the file cannot be opened: {error.strerror}; look after the disk"


def _text(raw: bytes, notes: list[str]) -> str:
    if not raw.strip(b" \t\r\n\0"):
        raise UnreadableNotebook("the file is empty")
    for mark, encoding in (  # the mark of UTF-32 begins with that of UTF-16
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if raw.startswith(mark):
            notes.append(f"the file began with a byte-order mark ({encoding})")
            return raw.decode(encoding, "replace").lstrip("\ufeff")
    for encoding in ("utf-16-le", "utf-16-be"):
        first = "{".encode(encoding)
        if raw.lstrip(b" \t\r\n").startswith(first):
            notes.append(f"the file was read as {encoding}")
            return raw.decode(encoding, "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        notes.append("the file holds bytes that are not UTF-8; they were replaced")
        return raw.decode("utf-8", "replace")


def _tree(text: str, notes: list[str]) -> dict[str, Any]:
    if "\0" in text:
        notes.append("NUL characters were removed")
        text = text.replace("\0", "")
    if text.count("[") + text.count("{") > MOST_PARTS or text.count(",") > MOST_COMMAS:
        raise UnreadableNotebook("the file has millions of parts; clear the outputs and hand it in once more")
    try:
        tree = _json(text, notes)
    except RecursionError:
        raise UnreadableNotebook("the file is nested too deeply to be a notebook") from None
    except ValueError as error:
        cut = "; it seems to be cut off" if text.lstrip().startswith("{") and not text.rstrip().endswith("}") else ""
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise UnreadableNotebook(
            f"the file is not JSON{where}{cut}; save the notebook again and hand it in once more"
        ) from None
    if not isinstance(tree, dict):
        raise UnreadableNotebook(f"the file holds JSON, but no notebook: a {type(tree).__name__} at the top")
    if "worksheets" in tree and "cells" not in tree:
        tree = _upgraded(tree)
        notes.append("an old notebook format (3) was converted")
    elif tree.get("nbformat") != 4:
        said = ascii(tree.get("nbformat"))[:20]  # the file's own word: it may hold what no encoding takes
        notes.append(f"the notebook's format is said to be {said}; it was read as format 4")
    if not isinstance(tree.get("cells"), list):
        raise UnreadableNotebook("the file holds JSON, but no notebook: it has no list of cells")
    return tree


def _json(text: str, notes: list[str]) -> Any:
    try:
        return json.loads(text, strict=False)
    except json.JSONDecodeError:
        raise
    except ValueError:  # a whole number of more digits than Python converts
        notes.append("numbers of thousands of digits were replaced by 0")
        return json.loads(text, strict=False, parse_int=lambda digits: int(digits) if len(digits) < 400 else 0)


def _upgraded(tree: dict[str, Any]) -> dict[str, Any]:
    import nbformat

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return dict(nbformat.convert(nbformat.from_dict(tree), 4))
    except Exception:  # nbformat raises all sorts for a damaged tree; the cells may be whole all the same
        sheets = tree["worksheets"] if isinstance(tree["worksheets"], list) else []
        lists = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
        cells = [cell for each in lists if isinstance(each, list) for cell in each]
        if not cells:
            raise UnreadableNotebook("the notebook is of an old format (3) and damaged") from None
        return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def as_written(cell: Mapping[str, Any]) -> Any:
    """A cell's text as it stands in the file, its lines joined; whatever stands there where that is no text."""
    source = cell.get("source", cell.get("input", ""))
    return "".join(line for line in source if isinstance(line, str)) if isinstance(source, list) else source


def _cells(tree: dict[str, Any], notes: list[str]) -> list[RawCell]:
    cells: list[RawCell] = []
    damaged = long = nul = 0
    for index, cell in enumerate(tree["cells"][:MOST_CELLS]):
        if not isinstance(cell, dict):
            damaged += 1
            continue
        source = as_written(cell)
        if not isinstance(source, str):
            damaged += 1
            continue
        if len(source) > LONGEST_CELL:
            long += 1
            continue
        nul += "\0" in source
        metadata = cell.get("metadata")
        nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
        cell_type = cell.get("cell_type")
        if cell_type not in CELL_TYPES:
            damaged += 1
            cell_type = "code" if "outputs" in cell else "raw"
        clean = (
            source.removeprefix("\ufeff")
            .replace("\0", "")
            .replace("\r\n", "\n")
            .replace("\r", "\n")
            .encode("utf-8", "replace")
            .decode("utf-8")
        )
        tags = metadata.get("tags") if isinstance(metadata, dict) else None
        named = frozenset(each for each in tags if isinstance(each, str)) if isinstance(tags, list) else frozenset()
        cells.append(RawCell(index, cell_type, clean, nbgrader if isinstance(nbgrader, dict) else {}, named))
    if len(tree["cells"]) > MOST_CELLS:
        notes.append(f"of {len(tree['cells'])} cells the first {MOST_CELLS} were read")
    if nul and "NUL characters were removed" not in notes:
        notes.append("NUL characters were removed")
    if damaged:
        notes.append(f"{damaged} damaged cell{'s' * (damaged > 1)} mended or left out")
    if long:
        notes.append(f"{long} cell{'s' * (long > 1)} of more than two million characters left out")
    return cells


def trusted_notebook(path: Path) -> dict[str, Any]:
    """A notebook of the course's own as plain data; raises OSError or ValueError."""
    notebook: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return notebook
