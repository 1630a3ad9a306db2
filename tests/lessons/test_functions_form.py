"""What holds of lessons 6 to 8 as files: what the first five hold to, in the form of functions with grade cells."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from PIL import Image

from autograder.selfcheck import CheckFailed, same
from tests.support.lessons import ROOT, Lesson, unreadable_formulas

# The line that makes the function of section 0.1 right, and one of another shape.
LINES = {
    "softmax_digits": ("table[np.arange(len(table)), columns]", "table[:, columns]"),
    "conv_digits": ("image[r : r + P, s : s + Q]", "image[r:, s:]"),
    "autograd_engine": ("table.sum(axis=1, keepdims=True)", "table.sum(axis=1)"),
}
LESSONS = {name: Lesson(name, "") for name in LINES}
TITLES = ["Hint 1 · a question", "Hint 2 · where to look", "Hint 3 · nearly the line"]
HINT = re.compile(r"<details>\n<summary>(Hint \d · .+?)</summary>\n\n(.+?)\n\n</details>", re.DOTALL)

pytestmark = pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)


def nbgrader(lesson: Lesson, key: str) -> list[str]:
    """The cells of which nbgrader's `key` is true."""
    return [name for name, cell in lesson.cells.items() if cell["metadata"].get("nbgrader", {}).get(key)]


def test_it_is_a_valid_notebook_in_normal_form_without_outputs(lesson: Lesson) -> None:
    raw = lesson.raw
    nbformat.validate(nbformat.from_dict(raw))
    assert (raw["nbformat"], raw["nbformat_minor"]) == (4, 5)
    assert raw["metadata"]["kernelspec"]["name"] == "python3"
    assert len(lesson.cells) == len(raw["cells"])
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in raw["cells"])
    assert (
        lesson.path.read_text(encoding="utf-8") == json.dumps(raw, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    )


def test_ten_points_lie_on_locked_cells_that_are_named_for_what_they_score(lesson: Lesson) -> None:
    grades = nbgrader(lesson, "grade")
    assert sum(lesson.cells[name]["metadata"]["nbgrader"]["points"] for name in grades) == 10
    for name in grades:
        meta = lesson.cells[name]["metadata"]["nbgrader"]
        assert (meta["grade_id"], meta["locked"], meta["schema_version"]) == (name, True, 3)
        assert lesson.text[name] == f'check("{name.replace("-", ".")}")'


def test_every_part_to_write_has_a_region_with_a_hint_above_and_a_docstring(lesson: Lesson) -> None:
    solutions = nbgrader(lesson, "solution")
    assert solutions
    for name in solutions:
        text = lesson.text[name]
        regions = text.count("### BEGIN SOLUTION")
        assert regions == text.count("### END SOLUTION") > 0
        assert len(re.findall(r'"""\n\s+# hint: .{15,}\n\s+### BEGIN SOLUTION\n', text)) == regions, name


def test_hints_come_in_threes_that_unfold_from_a_question_to_a_line_with_blanks(lesson: Lesson) -> None:
    checks = [name for name, text in lesson.text.items() if "<details>" in text]
    assert len(checks) >= 4
    for name in checks:
        hints = HINT.findall(lesson.text[name])
        assert [title for title, _ in hints] == TITLES * (len(hints) // 3), name
        assert lesson.text[name].count("<") == 4 * len(hints), "nothing else looks like a tag"
        for (_, question), (_, place), (_, line) in zip(hints[::3], hints[1::3], hints[2::3], strict=True):
            assert "?" in question
            assert re.search(r"[Ss]ection \d", place)
            assert "____" in line


def test_it_says_what_it_teaches_what_it_needs_where_it_comes_from_and_what_its_words_mean(lesson: Lesson) -> None:
    about, words = lesson.text["about"], lesson.text["words"]
    parts = ("What you will be able to do", "What you need to know.", "How it goes.", "What you need.")
    assert [part for part in (*parts, "Where it comes from.") if f"**{part}" not in about] == []
    assert "Plan for" in about
    assert len(re.findall(r"^- .*?\]\(https?://[^)]+\)", words, re.MULTILINE)) == 2
    cells = json.loads((ROOT / "release" / lesson.name / f"{lesson.name}.ipynb").read_text(encoding="utf-8"))["cells"]
    elsewhere = " ".join("".join(cell["source"]) for cell in cells if cell["id"] != "words").casefold()
    rows = [line.split("|")[1].strip() for line in words.splitlines() if line.startswith("| ")][2:]
    assert len(rows) >= 10
    assert rows == sorted(rows, key=str.casefold)
    assert [row for row in rows if row.casefold() not in elsewhere] == []


def test_every_question_has_an_official_answer_that_stays_in_the_source(lesson: Lesson) -> None:
    questions = [name for name in lesson.text if name.startswith("why-")]
    assert len(questions) >= 4
    for number, name in enumerate(questions, start=1):
        question, answer = lesson.text[name].split("\n\n<!-- BEGIN SOLUTION -->\n")
        assert question.startswith(f"**Question {number}.** ")
        assert answer.startswith("**Official answer.** ")
        assert answer.endswith("\n<!-- END SOLUTION -->")
    assert sum("Official answer" in text for text in lesson.text.values()) == len(questions)


def test_the_release_is_built_from_this_source(lesson: Lesson) -> None:
    """All that the text says reaches the students, but for solutions, answers and the declaration."""
    folder = ROOT / "release" / lesson.name
    cells = json.loads((folder / f"{lesson.name}.ipynb").read_text(encoding="utf-8"))["cells"]
    release = {cell["id"]: "".join(cell["source"]) for cell in cells}
    assert [name for name in release if name != "facts"] == [name for name in lesson.text if name != "declaration"]
    for name, text in lesson.text.items():
        if "SOLUTION" not in text and name != "declaration":
            assert release[name] == text, f"{name}: build the release again"
    assert not any("Official answer" in text or "draw." in text for text in release.values())
    data = {path.name: path.read_bytes() for path in lesson.path.parent.glob("*.npz")}
    assert {path.name: path.read_bytes() for path in folder.glob("*.npz")} == data
    assert all(len(content) < 50_000 for content in data.values())


def test_every_picture_stands_in_the_text_itself_in_a_cell_of_its_own(lesson: Lesson) -> None:
    """As data in a link, which every program shows: Colab shows no attachments, and no files beside a notebook."""
    found = 0
    for name, text in lesson.text.items():
        assert "attachments" not in lesson.cells[name]
        for alt, target in re.findall(r"!\[(.*?)\]\((.*?)\)", text):
            found += 1
            assert len(alt) > 80, name
            assert re.sub(r"^## .*\n\n|!\[.*\]\(.*\)", "", text) == "", f"{name}: who edits it should see no data"
            data = base64.b64decode(target.removeprefix("data:image/png;base64,"), validate=True)
            assert len(data) < 40_000
            with Image.open(io.BytesIO(data)) as picture:
                assert (picture.format, picture.width) == ("PNG", 1000)
    assert found >= 1


def test_the_line_of_section_0_prints_what_is_missing_and_accepts_what_is_right(lesson: Lesson) -> None:
    right, other = LINES[lesson.name]
    assert "nothing was returned" in warm_up(lesson, "None")
    assert "shape" in warm_up(lesson, other)
    assert warm_up(lesson, right).count(": the same.\n") == 2


def warm_up(lesson: Lesson, line: str) -> str:
    """What the cell of section 0.1 prints with this expression in the place of None."""
    space: dict[str, Any] = {"same": same, "CheckFailed": CheckFailed}
    text = lesson.text["warm-up"]
    assert text.count("return None  # replace None") == 1
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec("import numpy as np\n" + text.replace("return None  # replace None", f"return {line}"), space)
    return said.getvalue()


def test_the_first_check_passes_and_the_second_fails_on_purpose(lesson: Lesson) -> None:
    space: dict[str, Any] = {"same": same, "CheckFailed": CheckFailed}
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec("import numpy as np\n" + lesson.text["checking-works"], space)
    assert said.getvalue().count(": the same.\n") == 1
    assert "This one fails on purpose:" in said.getvalue()


def test_its_formulas_are_shown_by_every_notebook_program(lesson: Lesson) -> None:
    cells = {name: lesson.text[name] for name, cell in lesson.cells.items() if cell["cell_type"] == "markdown"}
    assert {name: found for name, text in cells.items() if (found := unreadable_formulas(text))} == {}


def test_nothing_that_is_graded_stands_behind_what_reads_a_file(lesson: Lesson) -> None:
    """A missing file costs nobody."""
    order = list(lesson.text)
    reading = [name for name in order if lesson.cells[name]["cell_type"] == "code" and "np.load" in lesson.text[name]]
    assert all(order.index(name) > max(map(order.index, nbgrader(lesson, "grade"))) for name in reading)


def test_its_code_needs_no_network_and_only_two_cells_have_links(lesson: Lesson) -> None:
    for name, text in lesson.text.items():
        assert name in ("about", "words") or not re.search(r"https?://", text), name


def test_selfcheck_beside_it_is_a_link_to_the_one_file(lesson: Lesson) -> None:
    assert (lesson.path.parent / "selfcheck.py").readlink() == Path("../../autograder/selfcheck.py")
