"""An assignment of the class form to change: one linear layer, as a notebook with a description beside its folder."""

from __future__ import annotations

import shutil
from pathlib import Path

from autograder import assignments, selfcheck
from autograder.core.course import Course

OWN = Path(__file__).parents[1] / "authoring" / "own"
NAME, CLASS, TITLE = "linear_layer", "LinearLayer", "Linear layer"


def lay_down(course: Course, name: str, descriptions: Path | None = None) -> tuple[Path, Path]:
    """Its notebook and description under another name; `descriptions` is where that lies (default: source/)."""
    words = {NAME: name, CLASS: "".join(part.capitalize() for part in name.split("_")), TITLE: name.replace("_", " ")}
    notebook, description = course.source_notebook(name), (descriptions or course.source) / f"{name}.py"
    notebook.parent.mkdir(parents=True)
    shutil.copy(str(selfcheck.__file__), notebook.parent / "selfcheck.py")
    for path in (notebook, description):
        text = (OWN / f"{NAME}{path.suffix}").read_text(encoding="utf-8")
        for old, new in words.items():
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    assignments.described.cache_clear()
    return notebook, description
