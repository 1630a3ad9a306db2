"""The chapter on assignments of one's own, tried: its notebooks are built, its words run, its refusals are said."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.authoring import declared
from autograder.authoring.build import build
from autograder.authoring.preview import preview
from autograder.authoring.proofs.leaks import Leak
from autograder.authoring.proofs.release_cells import misfits
from autograder.callables import Reference, split
from autograder.callables.declared import cell
from autograder.callables.declared.draws import Draw, Drawing, Together
from autograder.core.course import Course
from autograder.judging import packaged
from tests.authoring.refusals import (
    ALTERNATIVE,
    SLIPS,
    UNASKED,
    UNASKED_DECLARATION,
    UNASKED_SIZE_DECLARATION,
    gaps_of,
    said_by_the_self_check,
    said_of,
    said_of_alternative,
    said_of_form,
    said_of_notes,
)
from tests.support.unasked_size import WAITED

ROOT = Path(__file__).parents[2]
CHAPTER = (ROOT / "docs" / "authoring.md").read_text(encoding="utf-8")
TAGGED = "# --- the cell tagged autograder ---\n"
SIZES = {"N": 5, "D": 3, "H": 4, "C": 2, "K": 2, "T": 6, "S": 4, "V": 7}


def section(title: str) -> str:
    """The text of a section of the second level."""
    return CHAPTER.partition(f"\n## {title}")[2].partition("\n## ")[0]


def notebook(title: str) -> dict[str, Any]:
    """The notebook of a section, as somebody makes it who does what stands there."""
    cells = []
    for kind, language, source in re.findall(
        r"^\*Cell: ([^\n*]+)\*\n```(\w+)\n(.*?)\n```$", section(title), re.M | re.S
    ):
        cell: dict[str, Any] = {"cell_type": "code" if language == "python" else language, "source": source}
        cell |= {"id": f"cell-{len(cells)}", "metadata": {}}
        if language == "python":
            cell |= {"outputs": [], "execution_count": None}
        named = re.search(r", id `([\w-]+)`", kind)
        if kind == "tagged `autograder`":
            cell["metadata"] = {"tags": ["autograder"]}
        elif named:
            graded = kind.startswith("autograder tests")
            meta = {"cell_type": "code", "grade": graded, "grade_id": named[1], "locked": graded, "schema_version": 3}
            points = re.search(r"(\d+) points?$", kind)
            meta |= {"points": int(points[1])} if graded and points else {}
            cell["metadata"] = {"nbgrader": {**meta, "solution": not graded, "task": False}}
        cells.append(cell)
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


NOTEBOOKS = {"softmax": "First assignment", "autoencoder": "Second assignment"}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_of_the_chapter_can_be_asked_and_earns_all(name: str, tmp_path: Path) -> None:
    """As `try` sees it; what is printed of the first stands in the chapter so."""
    path = tmp_path / f"{name}.ipynb"
    path.write_text(json.dumps(notebook(NOTEBOOKS[name])), encoding="utf-8")
    lines, problems = preview(path, name, packaged())
    assert problems == []
    assert any(re.fullmatch(r"your solution earns (\d+) of \1 points", line) for line in lines)
    printed = section(NOTEBOOKS[name]).partition("```text\n")[2].partition("```")[0]
    shown = [line for line in printed.split("\n") if line]
    for line in shown:
        assert any(each.startswith(line.rstrip(" …")) for each in lines), line


@pytest.mark.slow
def test_the_notebooks_of_the_chapter_are_built_and_proved(tmp_path: Path) -> None:
    """In a course that has nothing else, by the kit's own grading."""
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    course = Course.find(tmp_path)
    for name, title in NOTEBOOKS.items():
        course.source_notebook(name).parent.mkdir(parents=True)
        course.source_notebook(name).write_text(json.dumps(notebook(title)), encoding="utf-8")
    assert sorted(built.name for built in build(course)) == sorted(NOTEBOOKS)


WORDS = [part for part in re.findall(r"```python\n(.*?)```", section("All words"), re.S) if TAGGED in part]


def test_every_word_of_the_declaration_is_in_an_example() -> None:
    said = "".join(part.partition(TAGGED)[2] for part in WORDS)
    assert all(f"{word}(" in said for word in cell.WORDS if word != "draw")


@pytest.mark.parametrize("example", WORDS, ids=[part.split("(")[0].split()[-1] for part in WORDS])
def test_an_example_of_a_word_can_be_asked(example: str) -> None:
    """All of its functions and methods; nothing of it is refused."""
    solution, _, declaration = example.partition(TAGGED)
    reference = Reference("it", f"import numpy as np\n{solution}", declaration)
    assert declared.refused(declared.exam(reference, tuple(reference.signatures))) == []


DRAWS = re.findall(r"^\| `(\w+ = draw\..+?)` \|", section("All words"), re.M)


def test_every_draw_has_an_example_that_runs() -> None:
    """All that `draw` has are in the table, and each gives a value in those sizes."""
    kinds = {name for name in vars(Drawing) if not name.startswith("_")}
    assert kinds == {re.search(r"draw\.(\w+)", line)[1] for line in DRAWS}  # type: ignore[index]
    for line in DRAWS:
        space: dict[str, Any] = {"draw": Drawing()}
        exec(line, space)
        (made,) = (value for name, value in space.items() if isinstance(value, (Draw, Together)))
        rng = np.random.default_rng(0)
        if isinstance(made, Together):
            assert set(made.function(rng, SIZES)) == {"X", "Y"}
        elif not made.of:
            assert made.value(rng, SIZES) is not None


def refusals() -> list[str]:
    """All that is said of slips."""
    release = {"cell_type": "code", "source": "x = 1", "metadata": {"nbgrader": {"solution": True}}}
    notebook = {"cells": [{"cell_type": "markdown", "source": "", "metadata": {}}] * 3 + [release]}
    said = [line for slip in SLIPS for line in said_of(slip).split("\n")]
    silent = 'def f(x):\n    """x (N,) -> nothing"""\n    x.sum()\n'
    with pytest.raises(LookupError) as nothing:
        declared.exam(Reference("it", silent, 'x = draw.normal("N")\nassignment(sizes=dict(N=(2, 3)))'), ("f",))
    with pytest.raises(LookupError) as several:
        split("forward", ("Dense.forward", "Conv.forward"))
    said += [str(each.value.args[0]) for each in (nothing, several)]
    said += [*gaps_of(UNASKED, UNASKED_DECLARATION, "loss")]
    said += gaps_of(WAITED, UNASKED_SIZE_DECLARATION, "waited")
    said += [*said_of_alternative(ALTERNATIVE.format("1")), *said_of_form()]
    said += [*said_of_notes(), *said_by_the_self_check()]
    return [*said, str(Leak("the solution", "x", "it.ipynb")), *misfits(notebook)]


def test_every_refusal_of_the_chapter_is_said_by_the_build() -> None:
    """… stands for what is of the case."""
    rows = re.findall(r"^\| (`+) ?(.+?) ?\1 \|", section("What the build proves"), re.M)
    said = refusals()
    assert len(rows) > 15
    for _, row in rows:
        pattern = ".*".join(re.escape(part) for part in row.split("…"))
        assert any(re.search(pattern, line) for line in said), row
