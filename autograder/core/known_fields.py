"""Records that are written field by field: one that is added and forgotten there would be lost silently."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping


def known_fields(records: Mapping[type, str]) -> None:
    """Raises TypeError unless each record has just these fields, in this order."""
    for record, names in records.items():
        fields = [each.name for each in dataclasses.fields(record)]
        if fields != names.split():
            raise TypeError(f"{record.__name__} has the fields {fields}, and is written as {names.split()}")
