"""A list of people in whatever form the instructor has it.

nbgrader's students.csv, a Canvas or a Moodle export, a list made by hand: with commas, semicolons or tabs, any order of
columns, with or without a header. The column of the ids is the one in which students of the course stand, whatever it
is called; the file is refused where nobody of the course stands in it, or where the first line may be a header or not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.reporting.export import canvas, sheet
from autograder.reporting.export.moodle_words import of_role, plain
from autograder.reporting.export.people import Matched, Person, key, match
from autograder.reporting.export.plan import ExportError
from autograder.reporting.export.sheet import Row, Sheet
from autograder.reporting.feedback.text import one_line
from autograder.reporting.feedback.words import listed

_TITLES = {
    "name": {"name", "names", "student name", "full name", "display name"},
    "first": {"first name", "firstname", "first", "given name", "given names", "forename"},
    "last": {"last name", "lastname", "last", "surname", "family name"},
    "email": {"email", "e-mail", "mail", "email address", "e-mail address"},
    "id": {
        *("id", "student", "student id", "studentid", "student number", "user", "user id", "userid", "user name"),
        *("username", "login", "login id", "netid", "matrikel", "matrikelnummer", "matriculation number", "kennung"),
        *("sis user id", "sis login id", "integration id", "lms user id", "idnumber", "id number"),
    },
    "elsewhere": {"github username", "github login", "github user name"},
    "other": {"section", "sections", "notes", "group", "root account"},
}
_MOODLE = {
    "name": ("fullname",),
    "first": ("firstname",),
    "last": ("lastname",),
    "email": ("email",),
    "id": ("idnumber", "username", "identifier"),
    "elsewhere": (),
    "other": ("status", "about", "grade", "maximum", "scale", "changeable", "submitted", "graded", "comments"),
}
_NO_IDS = ("name", "first", "last", "elsewhere", "other")  # nobody of ours is looked for by a login of elsewhere
_ENCODINGS = {"utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "cp1252": "Windows-1252"}
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True, slots=True)
class Roster:
    """Who stands in the file, each with the course's id where the course knows them; `how_read` is a sentence."""

    people: tuple[Person, ...]
    how_read: str


@dataclass(frozen=True, slots=True)
class _Table:
    """The file's people: `roles` are the columns' meanings by place, `header` the line of titles or None."""

    file: Sheet
    header: Row | None
    body: tuple[Row, ...]
    roles: Mapping[int, str]

    def title(self, place: int) -> str:
        return f"“{one_line(self.header.cell(place), 40)}”" if self.header else f"column {place + 1}"


def read(path: Path | str, known: Sequence[Person]) -> Roster:
    """The people in a file; `known` are the students of the course.

    Raises ExportError where nobody known stands in it, or where it can be understood in two ways.
    """
    file = sheet.read(path)
    rows = [row for row in file.rows if not row.blank and not _names_the_delimiter(row)]
    if not rows:
        raise ExportError(f"{file.path} is empty")
    table = _table(file, rows, known)
    places = _id_places(table, known)
    matched = match(known, table.body, places)
    if not matched.rows or matched.place is None:
        raise ExportError(_nobody(table, known))
    return _roster(table, matched, known)


def _table(file: Sheet, rows: Sequence[Row], known: Sequence[Person]) -> _Table:
    """The file by its titles where it has some, else by what stands in its columns."""
    titles = {i: role for i, title in enumerate(rows[0].cells) if (role := _role(title))}
    for place, title in enumerate(rows[0].cells):  # an id for nbgrader, a name where Canvas has ids beside it
        if plain(title) == "student" and list(titles.values()).count("id") > 1:
            titles[place] = "name"
    ours = {key(text) for person in known for text in (person.id, person.email, person.lms_user_id) if text}
    if titles and not any(key(cell) in ours for cell in rows[0].cells):
        body = tuple(row for row in rows[1:] if canvas.is_student(row))
        return _Table(file, rows[0], body, titles)
    headed = _headed(file, rows, ours)
    body = tuple(rows[1:] if headed else rows)
    return _Table(file, rows[0] if headed else None, body, _by_content(body, ours))


def _role(title: str) -> str | None:
    """What a column of this title holds."""
    text = re.sub(r"[_\s]+", " ", plain(title))
    for role, words in _TITLES.items():
        if text in words or any(text in of_role(moodle) for moodle in _MOODLE[role]):
            return role
    return None


def _headed(file: Sheet, rows: Sequence[Row], ours: set[str]) -> bool:
    """Whether the first line, which holds no word that we know, is a header; raises ExportError if it may be either."""
    first = rows[0]
    if len(rows) == 1 or any(key(cell) in ours or "@" in cell for cell in first.cells):
        return False
    place = _most(rows[1:], ours)
    if place is None:
        return False
    looks = {_shape(row.cell(place)) for row in rows[1:]}
    if _shape(first.cell(place)) not in looks:
        return True
    if any(char.isdigit() for char in first.cell(place)):
        return False
    raise ExportError(
        f"{file.path.name}, line {first.line}: “{one_line(first.cell(place), 40)}” may be a title or a student; "
        "put a line such as id,name on top"
    )


def _by_content(body: Sequence[Row], ours: set[str]) -> dict[int, str]:
    """The roles of columns without titles: ids are ours, addresses have an @, names have letters only."""
    roles: dict[int, str] = {}
    ids = _most(body, ours)
    for place in range(max((len(row.raw) for row in body), default=0)):
        cells = [text for row in body if (text := row.cell(place).strip())]
        if place == ids:
            roles[place] = "id"
        elif cells and all("@" in text for text in cells):
            roles[place] = "email"
        elif cells and not any(char.isdigit() for text in cells for char in text):
            roles[place] = "name"
    return roles


def _most(rows: Sequence[Row], ours: set[str]) -> int | None:
    """The column in which most of ours stand."""
    width = max((len(row.raw) for row in rows), default=0)
    counts = [sum(key(row.cell(place)) in ours for row in rows) for place in range(width)]
    return max(range(width), key=lambda place: counts[place]) if any(counts) else None


def _shape(text: str) -> str:
    """A text's kind of characters: s00001 and S12345678 are alike."""
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", text.strip()))


def _id_places(table: _Table, known: Sequence[Person]) -> list[int]:
    """The columns that may identify somebody: where the titles say so, else any that holds no names."""
    said = [place for place, role in table.roles.items() if role in ("id", "email")]
    width = max((len(row.raw) for row in table.body), default=0)
    if said and match(known, table.body, said).rows:
        return said
    return [place for place in range(width) if table.roles.get(place) not in _NO_IDS]


def _roster(table: _Table, matched: Matched, known: Sequence[Person]) -> Roster:
    """The rows as people: with the course's id where they are known, with the file's own where not."""
    by_id = {person.id: person for person in known}
    owner = {row.line: student for student, row in matched.rows.items()}
    place = matched.place if matched.place is not None else 0
    people: dict[str, Person] = {}
    doubtful: list[str] = list(matched.refused.values())
    for row in table.body:
        student = owner.get(row.line)
        if student is None and row.line in matched.claimed:
            continue
        student = student or row.cell(place).strip() or _first(table, row, "email")
        if not student:
            doubtful.append(f"line {row.line} has no id")
        elif student in people:
            doubtful.append(f"{one_line(student, 40)} stands on line {row.line} again")
        else:
            people[student] = _person(table, row, by_id.get(student, Person(student)), place)
    for student in matched.refused:  # on the list all the same: only which line is theirs is not known
        people.setdefault(student, by_id[student])
    return Roster(tuple(people.values()), _how_read(table, place, (len(people), len(matched.rows)), doubtful))


def _person(table: _Table, row: Row, person: Person, place: int) -> Person:
    first, last, name = (_first(table, row, role) for role in ("first", "last", "name"))
    if not (first or last):
        first, last = name, ""
        if table.header is None:  # names without titles, in the order in which they stand
            first = " ".join(row.cell(i).strip() for i in _places(table, "name")[:2]).strip()
    elsewhere = _places(table, "elsewhere")
    others = [row.cell(i).strip() for i in [*_places(table, "id"), *elsewhere] if i != place]
    return replace(
        person,
        first_name=first or ("" if last else person.first_name),
        last_name=last or ("" if first else person.last_name),
        email=_first(table, row, "email") or person.email,
        others=tuple(dict.fromkeys(filter(None, (*others, row.cell(place).strip(), person.email)))),
    )


def _places(table: _Table, role: str) -> list[int]:
    return sorted(place for place, meaning in table.roles.items() if meaning == role)


def _first(table: _Table, row: Row, role: str) -> str:
    return next((text for i in _places(table, role) if (text := row.cell(i).strip())), "")


def _names_the_delimiter(row: Row) -> bool:
    """Excel's own first line, sep=;"""
    return row.line == 1 and re.fullmatch(r"sep=.?", row.raw[0].strip(), re.IGNORECASE) is not None


def _how_read(table: _Table, place: int, counts: tuple[int, int], doubtful: Sequence[str]) -> str:
    """How the file was understood, for a terminal."""
    file = table.file
    names = [table.title(i) for role in ("first", "last", "name") for i in _places(table, role) if i != place]
    emails = [table.title(i) for i in _places(table, "email") if i != place]
    parts = [
        f"{_DELIMITERS[file.delimiter]}, {_ENCODINGS.get(file.encoding, file.encoding)}",
        "with a header" if table.header else "without a header",
        f"ids in {table.title(place)}",
        f"names in {listed(names)}" if names else "no names",
        *([f"e-mail addresses in {listed(emails)}"] if emails else []),
    ]
    people, ours = counts
    out = [f"{file.path.name}: {'; '.join(parts)}", f"  {people} people, {ours} of them known to the course"]
    return "\n".join([*out, *(f"  ! {one_line(text, 120)}" for text in doubtful)])


def _nobody(table: _Table, known: Sequence[Person]) -> str:
    """Why a file is refused in which nobody of the course stands."""
    there = [one_line(" ".join(row.cells), 40) for row in table.body[:2]]
    ids = [person.id for person in known[:3]]
    return (
        f"nobody in {table.file.path.name} is a student of the course: it was read with "
        f"{_DELIMITERS[table.file.delimiter]}, its first lines are {listed(f'“{text}”' for text in there) or 'empty'}, "
        f"and our ids are like {listed(ids) or 'none yet'}. It needs a column of ids or e-mail addresses that "
        "the course knows"
    )
