"""Which of our students a platform's person is: by ids, by addresses, by the course's own map, at last by name."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.core import in_words, read_regular
from autograder.grading.collecting.archive import ArchiveError
from autograder.reporting import Person

_TEAM = re.compile(r"\s+\+\s+")  # between the members of a team
LARGEST_MAP = 16 << 20  # bytes
ID_MAP = "ids.csv"  # in the course's folder: a platform's id, our id
BY_MAP = f"by {ID_MAP}"
BY_ID = "by id"


def id_map(root: Path) -> dict[str, str]:
    """Our ids by the platform's, from the course's ids.csv; empty without one. A team's line names several of ours,
    `ada + jo`.

    Raises ArchiveError, with the line, for a file of other than two columns or one id with two meanings.
    """
    path = root / ID_MAP
    try:
        text = read_regular(path, LARGEST_MAP).decode("utf-8-sig")
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ArchiveError(in_words(error)) from error
    except UnicodeDecodeError as error:
        raise ArchiveError(f"{path} cannot be read ({error}); save it as UTF-8") from error
    delimiter = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    ids: dict[str, str] = {}
    for line, row in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), start=1):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if len(cells) != 2 or not all(cells):
            raise ArchiveError(f"{path}:{line}: two cells are wanted, the platform's id and ours")
        if line == 1 and {cell.casefold() for cell in cells} & {"ours", "student_id", "student"}:
            continue
        if ids.setdefault(_key(cells[0]), cells[1]) != cells[1]:
            raise ArchiveError(f"{path}:{line}: {cells[0]} stands here for {cells[1]} and above for another")
    return ids


class Matcher:
    """Finds our student for what a platform says of somebody."""

    def __init__(self, people: Sequence[Person], mapped: Mapping[str, str]):
        self.mapped = mapped
        self.by_key: dict[str, set[str]] = {}
        self.by_name: dict[str, set[str]] = {}
        self.names = {person.id: person.name for person in people}
        self.numbers = {person.id: _key(person.lms_user_id) for person in people}
        for person in people:
            for text in (person.id, person.email, person.lms_user_id, *person.others):
                if text:
                    self.by_key.setdefault(_key(text), set()).add(person.id)
            for name in (f"{person.first_name} {person.last_name}", f"{person.last_name} {person.first_name}"):
                if _letters(name):
                    self.by_name.setdefault(_letters(name), set()).add(person.id)

    def find(
        self, keys: Sequence[str], name: str, *, passing: bool = False, numbered: bool = False
    ) -> tuple[tuple[str, ...], str]:
        """Our student's id, several of a team, and by what they were found; none with the reason where nobody is meant,
        or where one or another may be. `passing` keys stand in the course's map at most; `numbered` ones are
        the platform's own numbers, which may meet an id of ours by accident."""
        for text in (*keys, name):
            if ours := self.mapped.get(_key(text)):
                return tuple(_TEAM.split(ours)), BY_MAP
        for known, wanted, how in (
            (self.by_key, [] if passing else [_key(text) for text in keys], BY_ID),
            (self.by_name, [_letters(name)], "by name"),
            (self.by_key, [_key(name)], BY_ID),
        ):
            students = {
                student
                for text in wanted
                for student in known.get(text, ())
                if not (numbered and known is self.by_key and self._by_accident(text, student, name))
            }
            if len(students) > 1:
                return (), f"{' and '.join(sorted(students))} may both be meant"
            if students:
                return tuple(students), how
        if numbered and (met := [text for text in keys if _key(text) in self.by_key]):
            return (), f"{met[0]} is an id of ours, of somebody with another name"
        return (), "nobody of the course is called so"

    def is_somebody_s(self, text: str) -> bool:
        """Whether a text is the id, the address or the number of somebody of whom more is known than an id."""
        return any(self.names[student] or self.numbers[student] for student in self.by_key.get(_key(text), ()))

    def _by_accident(self, text: str, student: str, name: str) -> bool:
        """Whether a platform's own number is an id of ours, of somebody with another name."""
        if not text.isdigit() or text == self.numbers[student] or _key(name) == text:
            return False
        return not self.may_be_called(student, name)

    def may_be_called(self, student: str, name: str) -> bool:
        """Whether a name without blanks has a part of the student's, or no name of theirs is known in our alphabet.

        Platforms leave out letters that are not of the English alphabet, or their accents.
        """
        parts = re.split(r"[\W_]+", unicodedata.normalize("NFC", self.names.get(student, "")))
        written = {form for part in parts for form in (_english(_letters(part)), _english(part)) if len(form) > 1}
        return not written or any(part in _letters(name) for part in written)


def _english(text: str) -> str:
    """The letters of the English alphabet."""
    return re.sub(r"[^a-z]", "", text.casefold())


def _key(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip().casefold()


def _letters(name: str) -> str:
    """A name as Canvas writes it in file names: letters and digits alone, without accents."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return re.sub(r"[^\w]|_", "", "".join(char for char in plain if not unicodedata.combining(char)))
