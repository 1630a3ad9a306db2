"""Text that others typed, made safe for the place where it is shown.

Context: student names, exception messages and notebook contents end up in terminals, web pages and spreadsheets.
Choice: nothing is dropped. What would act (escape sequences, direction overrides, formulas, tags) is made visible,
so that a teaching assistant sees what was there. Cost: the odd harmless character shows as a code.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from markupsafe import Markup, escape
from rich.cells import cell_len

# Joiners stand in ordinary Persian names and in emoji; every other invisible format character is made visible.
_JOINERS = "\u200c\u200d"
_SHORT = 500  # characters of a text that is kept for the next time
_MARKS_IN_A_ROW = 4  # real scripts stack two or three marks on a letter; more is drawn over the lines around it
_FORMULA = re.compile(r"\s*[=+\-@\t\r＝＋－＠]")  # spreadsheets read the wide forms as well


def plain(text: object, *, lines: bool = True) -> str:
    """`text` with nothing in it that acts: control, direction and invisible characters become visible.

    With `lines`, line breaks stay and tabs become spaces; without, the result is one line.
    """
    raw = str(text)
    if raw.isascii() and raw.isprintable():
        return raw
    return _known(raw, lines) if len(raw) <= _SHORT else _plain(raw, lines)


def _plain(raw: str, lines: bool) -> str:
    raw = raw.replace("\r\n", "\n")
    out: list[str] = []
    marks = 0
    for char in raw:
        category = unicodedata.category(char)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks > _MARKS_IN_A_ROW:
            if marks == _MARKS_IN_A_ROW + 1:
                out.append("…")
        elif char == "\n":
            out.append("\n" if lines else " ⏎ ")
        elif char == "\t":
            out.append("    " if lines else " ")
        elif category == "Cc":
            out.append(_control_picture(char))
        elif category == "Cs":
            out.append("\ufffd")
        elif (category in ("Cf", "Zl", "Zp") and char not in _JOINERS) or ord(char) & 0xFFFE == 0xFFFE:
            out.append(f"⟨U+{ord(char):04X}⟩")
        else:
            out.append(char)
    return "".join(out)


_known = lru_cache(maxsize=2048)(_plain)  # a lesson's lines are in each student's notebook


def _control_picture(char: str) -> str:
    """A visible stand-in for a C0 control, DEL or C1 control."""
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"⟨U+{code:04X}⟩"


def one_line(text: object, limit: int = 0) -> str:
    """`plain` on a single line, cut to `limit` characters when `limit` is given."""
    line = plain(text, lines=False)
    return line if not limit or len(line) <= limit else line[: limit - 1] + "…"


def html(text: object, *, lines: bool = True) -> Markup:
    """`plain` text escaped for an HTML element or a quoted attribute."""
    return escape(plain(text, lines=lines))


def sheet_cell(text: object) -> str:
    """`plain` text that no spreadsheet takes for a formula: one that would start one gets an apostrophe before it."""
    raw = str(text)
    safe = plain(raw)
    return "'" + safe if _FORMULA.match(raw) or _FORMULA.match(safe) else safe


def wrap(text: str, width: int, first: str = "", rest: str | None = None) -> list[str]:
    """Safe `text` broken at blanks into lines of at most `width` columns; wide characters count as two.

    `first` stands before the first line, `rest` (blank of the same width by default) before the others.
    Words longer than a line are broken.
    """
    later = " " * cell_len(first) if rest is None else rest
    out: list[str] = []
    for paragraph in text.split("\n"):
        prefix = later if out else first
        if cell_len(prefix) + cell_len(paragraph) <= width:  # as it stands, so that aligned columns stay aligned
            out.append((prefix + paragraph).rstrip())
            continue
        indent = paragraph[: len(paragraph) - len(paragraph.lstrip(" "))]
        line, used = indent, len(indent)
        for word in paragraph.split():
            room = max(8, width - cell_len(later if out else first))
            if used + (used > len(indent)) + cell_len(word) > room and line.strip():
                out.append((later if out else first) + line)
                line, used = "", 0
                room = max(8, width - cell_len(later))
            while cell_len(word) > room - used:
                head = fit(word, room - used, ellipsis="")
                if not head:  # the indent alone fills the line
                    line, used = "", 0
                    continue
                out.append((later if out else first) + line + head)
                word, line, used = word[len(head) :], "", 0
            glue = " " if line.strip() else ""
            line += glue + word
            used += len(glue) + cell_len(word)
        out.append(((later if out else first) + line).rstrip())
    return out


def fit(text: str, columns: int, ellipsis: str = "…") -> str:
    """Safe `text` cut to at most `columns` terminal columns."""
    if cell_len(text) <= columns:
        return text
    room, out, used = columns - cell_len(ellipsis), [], 0
    for char in text:
        used += cell_len(char)
        if used > room:
            break
        out.append(char)
    return "".join(out) + ellipsis


def pad(text: str, columns: int) -> str:
    """Safe `text` cut or filled with blanks to exactly `columns` terminal columns."""
    cut = fit(text, columns)
    return cut + " " * (columns - cell_len(cut))
