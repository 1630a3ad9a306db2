"""What a docstring of any style says of arguments and results: shapes, and of which kind they are.

Read are NumPy's sections, Google's, reST's fields, the lists of CS231n (`- x: A numpy array of shape (N, D)`) and of
others (`x -- input of size (n, m)`), and one line of ours (`X (N, D) -> p (N,)`). Nothing is taken for certain: what a
run shows is held against it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

Shape = tuple[str | int, ...]
_NAMES = r"[`*]{0,2}([A-Za-z_]\w*(?:\s*,\s*[A-Za-z_]\w*)*)[`*]{0,2}"
_ENTRY = re.compile(
    rf"^\s*(?:[-*•+]\s+)?{_NAMES}\s*(\([^)]*\))?\s*(?:--|—|–|:|-\s|=\s|\bas\b|,?\s*(?=of shape\b))(.*)$"
)
_BULLET = re.compile(r"^\s*[-*•+]\s+(.*)$")
_FIELD = re.compile(r"^\s*:(param|parameter|arg|type|returns?|rtype)\b\s*(?:\w+\s+)??([A-Za-z_]\w*)?\s*:\s*(.*)$")
_TAKES = re.compile(
    r"^\s*(?:the\s+)?(inputs?|parameters|params|args|arguments|keyword arguments|takes)\b[^:]{0,30}:?\s*$", re.I
)
_GIVES = re.compile(r"^\s*(returns?|outputs?|results?|gives|yields)\b\s*(.*)$", re.I)
_UNDER = re.compile(r"^\s*[-=~]{3,}\s*$")
_SHAPED = re.compile(r"(?:shape|size|dimensions?|dims?)\s*(?:is|of|[:=])?\s*`*\s*[(\[]([^()\[\]]*)[)\]]", re.I)
_PLAIN = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_TIMES = re.compile(
    r"\b([A-Za-z]\w*|\d+)\s*(?:x|×|by|-by-)\s*([A-Za-z]\w*|\d+)\b(?=.*\b(?:array|matrix)\b)|(?:array|matrix)\b.*?\b([A-Za-z]\w*|\d+)\s*[x×]\s*([A-Za-z]\w*|\d+)\b",
    re.I,
)
_LENGTH = re.compile(r"\b(?:length|dimension)\s+([A-Za-z]\w*)\b|\b([A-Z]\w?)-dimensional|\bvector of ([A-Z])\b")
_LIKE = re.compile(
    r"(?:same|identical)\s+(?:shape|size|dimensions?)\s+(?:as|like|to)\s+(?:the\s+)?`*([A-Za-z_]\w*)", re.I
)
_NUMBER = re.compile(r"\b(scalar|float|a number|real number|single float|int|integer|number)\b", re.I)
_LABELS = re.compile(
    r"\blabel|\bclass(?:es)? (?:index|indices|of)|<=\s*\w+\[?\w*\]?\s*<\s*(\w+)|\bground.?truth class", re.I
)
_BELOW = re.compile(
    r"<=\s*\w+(?:\[\w+\])?\s*<\s*([A-Za-z]\w*)|\[\s*0\s*,\s*([A-Za-z]\w*)\s*\)|\{0,.*?,\s*([A-Za-z]\w*)\s*-\s*1\s*\}|0\s*(?:to|\.\.\.?|…)\s*([A-Za-z]\w*)\s*-\s*1"
)
_SYMBOL = re.compile(r"\w+(\s*[+*-]\s*\w+)*")


@dataclass
class Word:
    """What is said of one argument or result; `shape` is None where nothing is, `like` names another of its shape."""

    text: str = ""
    shape: Shape | None = None
    like: str = ""
    below: str = ""  # labels are whole numbers from 0 up to this

    @property
    def labels(self) -> bool:
        """Whether they are said to be integer labels."""
        return bool(self.below or _LABELS.search(self.text))


@dataclass
class Said:
    """What a docstring says of its function."""

    takes: dict[str, Word] = field(default_factory=dict)
    gives: list[tuple[str, Word]] = field(default_factory=list)


def said(docstring: str, arguments: Sequence[str]) -> Said:
    """The words on each argument, and on results in their order with the names they have (`""` for none)."""
    entries = Said()
    for section, name, text in _entries(docstring, arguments):
        if section == "takes":
            for each in re.split(r"\s*,\s*", name):
                if each in arguments and each not in entries.takes:
                    entries.takes[each] = word(text)
        else:
            entries.gives += [(each, word(text)) for each in re.split(r"\s*,\s*", name)]
    listed = [*entries.takes.values(), *(each for _, each in entries.gives)]
    for each in listed:  # `cache: (x, w, b)` is no shape
        if each.shape and len(each.shape) > 1 and set(each.shape) <= set(arguments):
            each.shape = None
    for name in arguments:
        if name not in entries.takes:
            inline = re.search(
                rf"(?<![\w.]){re.escape(name)}`*\s*(?::|,)?\s*((?:[^\n(]{{0,60}}shape\s*)?\([^()]*\))", docstring
            )
            if inline and (shape := _symbols(_PLAIN.search(inline[1])[1])) is not None:  # type: ignore[index]
                entries.takes[name] = Word(inline[0], shape)
    return entries


def word(text: str) -> Word:
    """What one entry says."""
    like = _LIKE.search(text)
    below = _BELOW.search(text)
    limit = next((each for each in below.groups() if each), "") if below else ""
    return Word(text, _shape(text), like[1] if like else "", limit)


def _entries(docstring: str, arguments: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """(section, name, text) of each entry, lines that go on joined."""
    section, entry, depth = "", None, 0
    for line in [*docstring.split("\n"), ""]:
        head = _heading(line, arguments)
        starts = None if head else _starts(line, section, arguments)
        indent = len(line) - len(line.lstrip())
        if entry and (head or (starts and indent <= depth) or not line.strip()):
            yield entry
            entry = None
        if head:
            section = head[0]
            if head[1] and (inner := _starts(head[1], section, arguments)):
                entry, depth = inner, indent
            elif head[1] and _informs(head[1]):
                entry, depth = (section, "", head[1]), indent
        elif entry and line.strip() and not (starts and indent <= depth) and not _UNDER.match(line):
            entry = (entry[0], entry[1], f"{entry[2]} {line.strip()}")
        elif starts:
            entry, depth = starts, indent
    if entry:
        yield entry


def _heading(line: str, arguments: Sequence[str]) -> tuple[str, str] | None:
    if _TAKES.match(line):
        return "takes", ""
    inline = re.match(r"^\s*(inputs?|args|arguments|parameters)\s*:\s*(\S.*)$", line, re.I)
    if inline:
        return "takes", inline[2]
    match = _GIVES.match(line)
    if match and match[1] not in arguments:
        rest = re.sub(
            r"^\s*(?:a |an |the )?(?:tuples?|dictionary|dict|list)?(?:\s*\(\w+,[^)]*\))?\s*(?:of)?\s*:?\s*$",
            "",
            match[2],
        )
        return "gives", rest.lstrip(": ")
    return None


def _informs(text: str) -> bool:
    return bool(_SHAPED.search(text) or _NUMBER.search(text) or _LIKE.search(text))


def _starts(line: str, section: str, arguments: Sequence[str]) -> tuple[str, str, str] | None:
    """The entry that a line begins, if any."""
    by_field = _FIELD.match(line)
    if by_field:
        kind = "takes" if by_field[1] in ("param", "parameter", "arg", "type") else "gives"
        return kind, by_field[2] or "", by_field[3]
    match = _ENTRY.match(line)
    if match:
        names = re.split(r"\s*,\s*", match[1])
        text = f"{match[2] or ''} {match[3]}".strip()
        if all(name in arguments for name in names) and section != "gives":
            return "takes", match[1], text
        if section == "gives":
            return "gives", match[1], text
    bullet = _BULLET.match(line)
    if section == "gives" and bullet:
        slope = re.search(
            r"gradients?.*?(?:respect to|w\.?r\.?t\.?)\s*(?:weights?|biases|inputs?|the)?\s*`?([A-Za-z_]\w*)",
            bullet[1],
            re.I,
        )
        return "gives", f"d{slope[1]}" if slope else "", bullet[1]
    return None


def _shape(text: str) -> Shape | None:
    for match in (_SHAPED.search(text), *(_PLAIN.finditer(text))):
        if match and (shape := _symbols(match[1])) is not None and (match.re is _SHAPED or "," in match[1]):
            return shape
    times = _TIMES.search(text)
    if times:
        pair = [each for each in times.groups() if each]
        return tuple(int(each) if each.isdigit() else each for each in pair)
    long = _LENGTH.search(text)
    if long:
        return (next(each for each in long.groups() if each),)
    if (
        not _SHAPED.search(text)
        and _NUMBER.search(text)
        and not re.search(r"array|matrix|vector|list|labels", text, re.I)
    ):
        return ()
    return None


def _symbols(inside: str) -> Shape | None:
    """`N, D` -> ("N", "D"); words are joined, `number of examples` -> number_of_examples; None for what is no shape."""
    parts = [each.strip(" `'\"") for each in inside.split(",")]
    parts = [each for each in parts if each]
    if not parts or any(re.search(r"\.\.|…|[*/=<>:]", each) for each in parts):
        return None
    symbols: list[str | int] = []
    for each in parts:
        if each.isdigit():
            symbols.append(int(each))
        elif _SYMBOL.fullmatch(each) and not re.fullmatch(
            r"float|int|array|ndarray|optional|str|bool|dict|list|n[dp].*array", each, re.I
        ):
            symbols.append(each.replace(" ", ""))
        elif re.fullmatch(r"[A-Za-z]\w*(\s+[A-Za-z]\w*){1,4}", each) and len(parts) > 1:
            symbols.append(re.sub(r"\W+", "_", re.sub(r"\b(the|an?)\s+", "", each)))
        else:
            return None
    return tuple(symbols)
