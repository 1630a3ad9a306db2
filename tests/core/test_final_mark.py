"""What a page shows of a mark has a name that changes with it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, fields, replace

from autograder.core.final_mark import FinalMark, Part

MARK = FinalMark(
    (Part("forward", 2.0, 1.5), Part("loss", 1.0, None, 0.5, 0.25, again=True)),
    3.0, 2.25, 0.5, (("forward", "well done"),), "Ann Lee",
)  # fmt: skip


def test_the_name_is_of_all_that_a_mark_holds() -> None:
    """Of each field of it and of its parts, under the field's own name."""
    whole = json.dumps(asdict(MARK), sort_keys=True).encode()
    assert MARK.digest == hashlib.sha256(whole).hexdigest()[:24]


def test_it_changes_with_each_field() -> None:
    others = {
        "parts": MARK.parts[:1], "max_score": 4.0, "score": 2.0, "penalty": 0.0, "comments": (), "person": "",
        "absent": True, "tested": True,
    }  # fmt: skip
    assert set(others) == {each.name for each in fields(FinalMark)}
    made = [MARK, *(replace(MARK, **{name: value}) for name, value in others.items())]  # type: ignore[arg-type]
    made += [replace(MARK, parts=(replace(MARK.parts[0], auto=None), MARK.parts[1]))]
    assert len({mark.digest for mark in made}) == len(made)
