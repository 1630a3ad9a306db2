"""A spreadsheet file as text cells, kept so exactly that what nobody changed comes back byte for byte."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from autograder.core import read_regular
from autograder.reporting.export.plan import ExportError

MAX_BYTES = 64 << 20
_LOOKED_AT = 200  # lines, for the delimiter
_DELIMITERS = (",", ";", "\t", "|")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


@dataclass(frozen=True, slots=True)
class Row:
    """One record: `raw` are its cells as they stand in the file (quotes included), `end` its line end."""

    line: int
    raw: tuple[str, ...]
    end: str

    @property
    def cells(self) -> list[str]:
        """The cells' values."""
        return [value(raw) for raw in self.raw]

    @property
    def blank(self) -> bool:
        return not any(raw.strip() for raw in self.raw)

    def cell(self, place: int) -> str:
        """The value at `place`, "" beyond the end of a short row."""
        return value(self.raw[place]) if place < len(self.raw) else ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole file: the header is `rows[0]`."""

    path: Path
    bom: bytes
    encoding: str
    delimiter: str
    rows: tuple[Row, ...]

    @property
    def header(self) -> list[str]:
        return [name.strip() for name in self.rows[0].cells]

    def column(self, name: str) -> int | None:
        """The place of the column called `name`, ignoring case where that is unambiguous; None without one."""
        exact = [i for i, title in enumerate(self.header) if title == name]
        loose = [i for i, title in enumerate(self.header) if title.casefold() == name.casefold()]
        if len(exact) == 1 or (not exact and len(loose) == 1):
            return (exact or loose)[0]
        if exact or loose:
            raise ExportError(f"{self.path.name} has {len(exact or loose)} columns called “{name}”; rename all but one")
        return None

    def filled(self, row: Row, changes: dict[int, str]) -> Row:
        """`row` with new values in some cells, quoted as the file quotes; a short row is lengthened."""
        raw = [*row.raw, *[""] * (max(changes, default=-1) + 1 - len(row.raw))]
        everywhere = all(cell.startswith('"') for cell in self.rows[0].raw)
        for i, text in changes.items():
            must = any(mark in text for mark in (self.delimiter, '"', "\n", "\r")) or text != text.strip()
            quoted = must or everywhere or raw[i].startswith('"')
            raw[i] = '"' + text.replace('"', '""') + '"' if quoted else text
        return Row(row.line, tuple(raw), row.end)

    def to_bytes(self, rows: Iterable[Row]) -> bytes:
        """`rows` as a file like this one; what its encoding cannot hold is written as a question mark."""
        # The last row of a file may have no line end: when it is no longer last, it needs one.
        chosen, usual = list(rows), self.rows[0].end or "\n"
        last = len(chosen) - 1
        lines = [
            self.delimiter.join(row.raw) + (row.end or ("" if i == last else usual)) for i, row in enumerate(chosen)
        ]
        return self.bom + "".join(lines).encode(self.encoding, "replace")


def read(path: Path | str) -> Sheet:
    """The sheet in a file; raises ExportError, naming the line, for one that cannot be read for certain, NotRead."""
    path = Path(path)
    try:
        data = read_regular(path, MAX_BYTES)
    except OSError as error:
        raise ExportError(f"{path} cannot be read: {error.strerror}") from None
    if data.startswith(b"PK\x03\x04"):
        raise ExportError(f"{path} is an Excel workbook; export it as CSV")
    bom, encoding = next(((mark, name) for mark, name in _BOMS if data.startswith(mark)), (b"", _unmarked(data)))
    body = data[len(bom) :]
    for name in (encoding, "cp1252", "latin-1") if encoding == "utf-8" and not bom else (encoding,):
        try:
            text = body.decode(name)
        except UnicodeDecodeError:
            continue
        encoding = name
        break
    else:
        raise ExportError(f"{path} is not {encoding} text, though it begins as such")
    if not text.strip():
        raise ExportError(f"{path} is empty")
    if "\0" in text:
        raise ExportError(f"{path} is not a text file")
    delimiter = max(_DELIMITERS, key=lambda mark: _fits(text, mark))
    rows = tuple(_records(text, delimiter, path))
    return Sheet(path, bom, encoding, delimiter, rows)


def _unmarked(data: bytes) -> str:
    """The encoding of a file without a byte order mark: in UTF-16 every other byte of plain letters is zero."""
    start = data[:2000]
    if start[1::2].count(0) > len(start) // 4:
        return "utf-16-le"
    return "utf-16-be" if start[::2].count(0) > len(start) // 4 else "utf-8"


def value(raw: str) -> str:
    """The value of a cell as it stands in the file."""
    return raw[1:-1].replace('""', '"') if len(raw) > 1 and raw.startswith('"') else raw


def _fits(text: str, delimiter: str) -> tuple[float, float, int]:
    """How well `delimiter` divides the first lines: those as long as the first, cells without a space, cells.

    A comma within a name is followed by a space, a comma between two cells is not.
    """
    try:
        rows = list(islice(_records(text, delimiter, Path("header")), _LOOKED_AT))
    except ExportError:
        return (0.0, 0.0, 0)
    width = len(rows[0].raw)
    filled = [row for row in rows if not row.blank]
    if width == 1 or not filled:
        return (0.0, 0.0, width)
    cells = [cell for row in filled for cell in row.raw[1:]]
    same = sum(len(row.raw) == width for row in filled) / len(filled)
    return (same, sum(not cell.startswith(" ") for cell in cells) / max(1, len(cells)), width)


def _records(text: str, delimiter: str, path: Path) -> Iterator[Row]:
    """The records of `text` one by one (RFC 4180, any line end)."""
    at, line, size = 0, 1, len(text)
    while at < size:
        raw: list[str] = []
        started = line
        while True:
            start = at
            if text.startswith('"', at):
                at = _closing_quote(text, at, path, started)
            else:
                while at < size and text[at] not in "\r\n" and text[at] != delimiter:
                    at += 1
            cell = text[start:at]
            raw.append(cell)
            line += cell.count("\n")
            if at < size and text[at] == delimiter:
                at += 1
                continue
            end = "\r\n" if text.startswith("\r\n", at) else text[at : at + 1]
            if end not in ("", "\n", "\r", "\r\n"):
                raise ExportError(f"{path.name}, line {started}: text after a closing quote")
            at += len(end)
            line += 1
            yield Row(started, tuple(raw), end)
            break


def _closing_quote(text: str, at: int, path: Path, line: int) -> int:
    """The place after the quote that closes the cell opened at `at`."""
    place = at + 1
    while True:
        place = text.find('"', place)
        if place < 0:
            raise ExportError(f"{path.name}, line {line}: a quoted cell is never closed")
        if not text.startswith('""', place):
            return place + 1
        place += 2
