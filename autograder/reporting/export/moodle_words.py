"""The columns of a Moodle file, found by the words of whatever language it was downloaded in.

The words stand in `moodle_words.toml`. Where a language pack lacks one, Moodle writes it in English, so that English is
looked for beside the file's own language; a column that has been missed so far is looked for in all languages.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder.reporting.export.plan import ExportError

# What a worksheet has and no other file: these decide about the language, and the last three about the marks.
WORKSHEET = ("identifier", "grade", "graded")
COLUMNS = (
    *("identifier", "fullname", "firstname", "lastname", "idnumber", "email", "username", "status", "about"),
    *("grade", "maximum", "scale", "changeable", "submitted", "graded", "comments"),
)


@dataclass(frozen=True, slots=True)
class Columns:
    """The places of a file's columns by what they hold: `places["maximum"]`; a role that is not there has none."""

    places: Mapping[str, tuple[int, ...]]

    def one(self, role: str, file: str) -> int | None:
        """The place of the one column of `role`, None without one; raises ExportError where there are more."""
        places = self.places.get(role, ())
        if len(places) > 1:
            raise ExportError(f"{file} has {len(places)} columns that can be the {role}; rename all but one")
        return places[0] if places else None

    @property
    def worksheet(self) -> bool:
        """Whether this is an offline grading worksheet."""
        return all(role in self.places for role in WORKSHEET)


def columns(header: Iterable[str]) -> Columns:
    """The columns of a Moodle file by its header."""
    titles = [plain(title) for title in header]
    languages = words()
    by_language = [_places(titles, {**languages["en"], **language}) for language in languages.values()]
    best = max(by_language, key=lambda places: (sum(role in places for role in WORKSHEET), len(places)))
    english = _places(titles, languages["en"])
    taken = {place for places in best.values() for place in places}
    for role in COLUMNS:
        others = [english, *by_language]
        more = next((p[role] for p in others if role in p and not taken & set(p[role])), ())
        if role not in best and more:
            best[role] = more
            taken |= set(more)
    return Columns(best)


def is_word_for(role: str, text: str) -> bool:
    """Whether `text` is a word for `role` ("yes", "no", "percentage", "letter") in any language."""
    return plain(text) in {word for language in words().values() for word in language.get(role, ())}


def of_role(role: str) -> set[str]:
    """All words for a role, in the form of `plain`."""
    return {word for language in words().values() for word in language.get(role, ())}


@cache
def words() -> dict[str, dict[str, tuple[str, ...]]]:
    """The words by language and role, in the form of `plain`."""
    text = Path(__file__).with_name("moodle_words.toml").read_text(encoding="utf-8")
    return {
        language: {role: tuple(plain(word) for word in listed) for role, listed in roles.items()}
        for language, roles in tomllib.loads(text).items()
    }


def plain(title: str) -> str:
    """A title for comparison: whatever its case, its apostrophes, its spaces and its markup."""
    title = re.sub(r"<[^>]*>", " ", title).replace("’", "'")
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", title)).strip().rstrip(".").casefold()


def _places(titles: list[str], language: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[int, ...]]:
    places: dict[str, tuple[int, ...]] = {}
    taken: set[int] = set()
    for role in COLUMNS:
        of_role = tuple(i for i, title in enumerate(titles) if title in language.get(role, ()) and i not in taken)
        if of_role:
            places[role] = of_role
            taken |= set(of_role)
    return places
