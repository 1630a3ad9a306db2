"""The Jinja environment of the pages: everything put into a page is made plain, then escaped.

A page's policy forbids every script but the one that sorts and filters tables, which is known by its hash.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from autograder.reporting.feedback import mark_words, method_words, words
from autograder.reporting.feedback.text import html, one_line, plain

TEMPLATES = Path(__file__).parent / "templates"


def render(template: str, **values: Any) -> str:
    """The page that `template` makes of `values`."""
    return compiled(template).render(**values)


def compiled(template: str) -> Template:
    """A template, ready to be filled; it is kept."""
    return _environment().get_template(template)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["line"] = one_line
    environment.filters["paragraphs"] = _paragraphs
    environment.filters["date"] = _date
    environment.globals |= {"words": words, "method_words": method_words, "mark_words": mark_words}
    environment.globals["css"] = Markup((TEMPLATES / "page.css").read_text(encoding="utf-8"))
    script = (TEMPLATES / "tables.js").read_text(encoding="utf-8")
    environment.globals["script"] = Markup(script)
    environment.globals["script_hash"] = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return environment


def _finalize(value: Any) -> Any:
    """Text made plain before autoescape sees it; markup of our own and numbers as they are."""
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _paragraphs(text: str) -> Markup:
    """Escaped text, line breaks kept as elements."""
    return Markup(str(html(text)).replace("\n", "<br>"))


def _date(time: datetime) -> str:
    """`28 November 2026, 10:31 UTC`, whatever language the machine speaks."""
    zone = time.tzname() or ""
    return f"{time.day} {_MONTHS[time.month - 1]} {time.year}, {time:%H:%M} {zone}".rstrip()


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
