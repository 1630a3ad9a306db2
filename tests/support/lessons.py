"""A lesson's source notebook as the tests read it."""

from __future__ import annotations

import ast
import base64
import contextlib
import copy
import functools
import inspect
import io
import json
import os
import re
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import numpy as np
import pytest
from PIL import Image

from autograder.callables import Evidence
from autograder.callables.judged.changed import changed
from autograder.core.course import Course
from tests.support.notebooks import released, solved, with_methods

ROOT = Path(__file__).parents[2]
POINTS = {"forward": 2, "loss": 1, "dloss_dw": 4, "train": 3}
SEED = "default_rng(2021)"
DECLARATION = "declaration"  # the cell that no student gets
# What the formulas are written with: MathJax (JupyterLab, Colab) and KaTeX (VS Code) both know all of it.
MACROS = """
    Big approx bar begin big bigl bigr boxed cdot cdots delta dfrac dots ell end eta frac ge hat lambda le left
    leftarrow ln
    mathbf mathrm mathsf max odot partial qquad quad right sigma sin sqrt sum text textstyle tfrac tilde vdots
"""
ENVIRONMENTS = {"pmatrix", "cases", "aligned"}
LIMIT_S = 30  # of the kernel's processor time for a whole solved notebook: the clock would measure its neighbours, too
USED = """import resource
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_utime + used.ru_stime)"""


class Lesson:
    """One lesson: its cells by id, its reference, its data, its runs."""

    def __init__(self, name: str, class_name: str) -> None:
        self.name, self.class_name, self.course = name, class_name, Course.find(ROOT)
        self.path = ROOT / "source" / name / f"{name}.ipynb"
        self.raw: dict[str, Any] = json.loads(self.path.read_text(encoding="utf-8"))
        self.cells: dict[str, dict[str, Any]] = {cell["id"]: cell for cell in self.raw["cells"]}
        self.text = {cell_id: "".join(cell["source"]) for cell_id, cell in self.cells.items()}

    def model(self, **methods: str) -> Any:
        """The reference's class, with some of its methods replaced by the text of another `def`."""
        space: dict[str, Any] = {"np": np}
        exec(with_methods(self.text[self.class_name], methods), space)
        return space[self.class_name]

    def check(self, method: str, **methods: str) -> str:
        """What the release's check of a method says of the reference with some methods replaced by the text of another
        `def`; raises CheckFailed as it does."""
        return self.checked(with_methods(self.text[self.class_name], methods), method)

    @functools.cached_property
    def facts(self) -> Any:
        """The release's cell that makes the check, compiled."""
        (text,) = ("".join(cell["source"]) for cell in self.release()["cells"] if cell["id"] == "facts")
        return compile(text.replace("from selfcheck", "from autograder.selfcheck"), "facts", "exec")

    def checked(self, source: str, method: str) -> str:
        """What the release's check of a method says of a class, and of what else the source defines."""
        space: dict[str, Any] = {"np": np, "__name__": "submission"}
        exec(self.text.get("sigmoid", ""), space)
        exec(source, space)
        exec(self.facts, space)
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            space["check"](f"{self.class_name}.{method}")
        return said.getvalue()

    def data(self, seed: int = 2021) -> dict[str, Any]:
        """The names that the lesson's data cell defines, drawn with this seed."""
        lines = self.text["data-code"].split("\n\n")[0]
        assert SEED in lines
        space: dict[str, Any] = {"np": np}
        exec(lines.replace(SEED, f"default_rng({seed})"), space)
        return space

    def release(self) -> dict[str, Any]:
        """The release, as students get it."""
        return released(self.course, self.name)

    def solved_release(self) -> dict[str, Any]:
        """The release with the reference's class in it."""
        return solved(self.course, self.name)

    def run(self, folder: Path, notebook: dict[str, Any], errors: bool = False) -> dict[str, list[Any]]:
        """Every code cell's outputs, from a real kernel in `folder` that has selfcheck.py beside the notebook.

        A last cell, "used", is put behind the others: it prints the kernel's processor time in seconds. The kernel has
        the threads that a student's has, not the single one that importing autograder asks for.
        """
        from tests.support.kernels import executed

        shutil.copy(self.path.parent / "selfcheck.py", folder / "selfcheck.py")
        node = nbformat.from_dict(copy.deepcopy(notebook))
        for cell in node.cells:
            cell.source = "".join(cell.source)
        node.cells.append(nbformat.v4.new_code_cell(USED, id="used"))
        env = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
        ran = executed(node, folder, errors=errors, env=env)
        return {cell.id: cell.outputs for cell in ran.cells if cell.cell_type == "code"}

    def rows(self, cell_id: str) -> list[tuple[str, list[float], list[float]]]:
        """The table of a cell that gives ranges: the name of each row, its narrow range and its wide one."""
        lines = [line for line in self.text[cell_id].splitlines() if line.startswith("|") and " to " in line]
        cells = [[part.strip() for part in line.split("|")[1:4]] for line in lines]
        return [(name, numbers(narrow), numbers(wide)) for name, narrow, wide in cells]


def numbers(text: str) -> list[float]:
    """Every number in a text, in order; LaTeX's and typography's signs and spaces are understood."""
    plain = re.sub(r"(?<=\d)(\\,| )(?=\d{3}\b)", "", text.replace("−", "-"))
    return [float(found) for found in re.findall(r"-?\d+(?:\.\d+)?", plain)]


def unreadable_formulas(text: str) -> list[str]:
    """What one of JupyterLab, VS Code and Colab would not show as a formula in this markdown."""
    text = re.sub(r"`[^`\n]*`", "", text)
    displayed = re.findall(r"^\$\$(.*?)\$\$$", text, re.DOTALL | re.MULTILINE)
    rest = re.sub(r"^\$\$.*?\$\$$", "", text, flags=re.DOTALL | re.MULTILINE)
    inline = re.findall(r"\$([^$\n]+)\$(?!\d)", rest)
    found = ["a $ without its fellow"] * ("$" in re.sub(r"\$[^$\n]+\$(?!\d)", "", rest))
    found += [f"{formula}: spaces inside" for formula in inline if formula != formula.strip()]
    known = set(MACROS.split())
    for formula in displayed + inline:
        found += [f"\\{name}: not known everywhere" for name in set(re.findall(r"\\([A-Za-z]+)", formula)) - known]
        found += [f"{name}: no such block" for name in set(re.findall(r"\\begin\{(.+?)\}", formula)) - ENVIRONMENTS]
        found += [f"{formula}: braces"] * (formula.count("{") != formula.count("}"))
    return found


def losing(found: Evidence) -> set[str]:
    """The callables whose values are not all right by any route, or that change what they must leave alone."""
    return {
        item.callable
        for item in found.items
        if found.best(item)[1] < 1 or (item.pure and changed(found, item.callable))
    }


def used_s(outputs: dict[str, list[Any]]) -> float:
    """The processor time, user and system, that the kernel of a run took, in seconds."""
    return float(printed(outputs["used"]))


def printed(outputs: list[Any]) -> str:
    """What a cell printed."""
    return "".join(out["text"] for out in outputs if out.get("name") == "stdout")


def complaints(outputs: dict[str, list[Any]]) -> list[tuple[str, str]]:
    """Every error and every line on stderr, with the cell that it came from."""
    found = []
    for cell_id, outs in outputs.items():
        for out in outs:
            if out["output_type"] == "error":
                found.append((cell_id, f"{out['ename']}: {out['evalue']}"))
            elif out.get("name") == "stderr":
                found.append((cell_id, out["text"]))
    return found


def figures(outputs: dict[str, list[Any]]) -> list[str]:
    """The cells that drew a picture."""
    return [name for name, outs in outputs.items() if any("image/png" in out.get("data", {}) for out in outs)]


class Form:
    """What holds of every lesson as a file; a test class inherits it and says which `lesson`."""

    lesson: Lesson
    right_line: str  # what makes the function of section 0.1 right, and what has another shape
    wrong_line: str

    def test_it_is_a_valid_notebook_in_normal_form_without_outputs(self):
        """Saving it anew in the same form changes nothing, so differences show what changed in the lesson."""
        raw = self.lesson.raw
        nbformat.validate(nbformat.from_dict(raw))
        assert (raw["nbformat"], raw["nbformat_minor"]) == (4, 5)
        assert raw["metadata"]["kernelspec"]["name"] == "python3"
        assert len(self.lesson.cells) == len(raw["cells"])
        for cell in raw["cells"]:
            assert cell.get("outputs", []) == []
            assert cell.get("execution_count") is None
        normal = json.dumps(raw, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
        assert self.lesson.path.read_text(encoding="utf-8") == normal

    def test_the_class_stands_in_one_solution_cell_and_the_grade_cells_follow(self):
        order = list(self.lesson.cells)
        meta = {name: cell["metadata"].get("nbgrader", {}) for name, cell in self.lesson.cells.items()}
        assert [name for name in order if meta[name].get("solution")] == [self.lesson.class_name]
        grades = {name: meta[name]["points"] for name in order if meta[name].get("grade")}
        assert grades == POINTS
        assert list(grades) == list(POINTS)
        for name in grades:
            assert order.index(name) > order.index(self.lesson.class_name)
            assert (meta[name]["grade_id"], meta[name]["locked"], meta[name]["schema_version"]) == (name, True, 3)
            assert self.lesson.text[name] == f'check("{self.lesson.class_name}.{name}")'

    def test_every_method_has_one_region_with_a_hint_above_and_a_docstring(self):
        text = self.lesson.text[self.lesson.class_name]
        assert len(re.findall(r"# hint: .{20,}\n\s+### BEGIN SOLUTION\n", text)) == 4
        assert text.count("### BEGIN SOLUTION") == text.count("### END SOLUTION") == 4
        (tree,) = ast.parse(text).body
        assert isinstance(tree, ast.ClassDef)
        methods = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
        assert [method.name for method in methods] == ["__init__", *POINTS]
        assert all(ast.get_docstring(method) for method in methods)

    def test_every_question_has_an_official_answer_that_stays_in_the_source(self):
        questions = [name for name in self.lesson.text if name.startswith("why-")]
        assert len(questions) >= 4
        for number, name in enumerate(questions, start=1):
            question, answer = self.lesson.text[name].split("\n\n<!-- BEGIN SOLUTION -->\n")
            assert question.startswith(f"**Question {number}.** ")
            assert answer.startswith("**Official answer.** ")
            assert answer.endswith("\n<!-- END SOLUTION -->")
        assert sum("Official answer" in text for text in self.lesson.text.values()) == len(questions)
        assert "Official answer" not in json.dumps(self.lesson.release())

    def test_every_picture_stands_in_the_text_itself_in_a_cell_of_its_own(self):
        """As data in a link, which every program shows: Colab shows no attachments, and no files beside a notebook."""
        found = 0
        for name, text in self.lesson.text.items():
            assert "attachments" not in self.lesson.cells[name]
            for alt, target in re.findall(r"!\[(.*?)\]\((.*?)\)", text):
                found += 1
                assert len(alt) > 80, name
                assert re.sub(r"^## .*\n\n|!\[.*\]\(.*\)", "", text) == "", f"{name}: who edits it should see no data"
                data = base64.b64decode(target.removeprefix("data:image/png;base64,"), validate=True)
                assert len(data) < 40_000
                with Image.open(io.BytesIO(data)) as picture:
                    assert picture.format == "PNG"
        assert found >= 2

    def test_each_method_has_three_hints_that_unfold_from_a_question_to_a_line_with_blanks(self):
        for method in POINTS:
            text = self.lesson.text[f"{method}-check"]
            hints = re.findall(r"<details>\n<summary>(Hint \d · .+?)</summary>\n\n(.+?)\n\n</details>", text, re.DOTALL)
            titles = ["Hint 1 · a question", "Hint 2 · where to look", "Hint 3 · nearly the line"]
            assert [title for title, _ in hints] == titles, method
            assert text.count("<") == 4 * len(hints), "nothing else looks like a tag"
            question, place, line = (body for _, body in hints)
            assert "?" in question
            assert re.search(r"[Ss]ection \d", place)
            assert "____" in line

    def test_it_says_what_it_teaches_what_it_needs_where_it_comes_from_and_what_its_words_mean(self):
        about, words = self.lesson.text["about"], self.lesson.text["words"]
        for part in ("What you will be able to do", "What you need to know.", "How it goes.", "What you need."):
            assert f"**{part}" in about
        assert "**Where it comes from.**" in about
        assert "Plan for" in about
        assert len(re.findall(r"^- .*?\]\(https?://[^)]+\)", words, re.MULTILINE)) == 2
        release = self.lesson.release()["cells"]  # no word of an official answer is explained beside the question
        elsewhere = " ".join("".join(cell["source"]) for cell in release if cell["id"] != "words").casefold()
        rows = [line.split("|")[1].strip() for line in words.splitlines() if line.startswith("| ")][2:]
        assert len(rows) >= 10
        assert rows == sorted(rows, key=str.casefold)
        for row in rows:
            assert any(word.strip().casefold() in elsewhere for word in row.split(",")), (
                f"{row}: not a word of this lesson"
            )

    def test_the_line_of_section_0_prints_what_is_missing_and_accepts_what_is_right(self):
        assert "nothing was returned" in self.warm_up("None")
        assert "shape" in self.warm_up(self.wrong_line)
        assert self.warm_up(self.right_line).count(": the same.\n") == 2

    def warm_up(self, line: str) -> str:
        """What the cell of section 0.1 prints with this expression in the place of None."""
        from autograder.selfcheck import CheckFailed, same

        space = {"np": np, "same": same, "CheckFailed": CheckFailed}
        text = self.lesson.text["warm-up"]
        assert text.count("return None  # replace None") == 1
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(text.replace("return None  # replace None", f"return {line}"), space)
        return said.getvalue()

    def test_its_formulas_are_shown_by_every_notebook_program(self):
        cells = {name: self.lesson.text[name] for name, c in self.lesson.cells.items() if c["cell_type"] == "markdown"}
        assert {name: found for name, text in cells.items() if (found := unreadable_formulas(text))} == {}

    def test_its_code_needs_no_network_and_only_two_cells_have_links(self):
        for name, text in self.lesson.text.items():
            assert "xkcd" not in text
            assert name in ("about", "words") or not re.search(r"https?://", text), name

    def test_selfcheck_beside_it_is_a_link_to_the_one_file(self):
        assert (self.lesson.path.parent / "selfcheck.py").readlink() == Path("../../autograder/selfcheck.py")

    def test_the_release_is_built_from_this_source(self):
        """All that the text says reaches the students, but for the regions."""
        release = {cell["id"]: "".join(cell["source"]) for cell in self.lesson.release()["cells"]}
        given = {name: text for name, text in self.lesson.text.items() if name != DECLARATION}
        assert [name for name in release if name != "facts"] == [*given]
        for name, text in given.items():
            if "SOLUTION" not in text:
                assert release[name] == text, f"{name}: build the release again"
        assert not any("draw.normal" in text for text in release.values())


class MapOfTheLoss:
    """What holds of a map with sliders; a test class inherits it and says which `lesson`."""

    lesson: Lesson
    before: tuple[str, ...]  # the cells that the map needs

    @pytest.fixture
    def drawn(self, monkeypatch):
        """What the lesson's cells have defined until the map, and the figures that are shown from then on."""
        import matplotlib.pyplot as plt

        space: dict[str, Any] = {"np": np, "plt": plt}
        shown: list[Any] = []
        with plt.rc_context({"backend": "Agg"}):
            monkeypatch.setattr(plt, "show", lambda: shown.append(plt.gcf()))
            exec(re.sub(r"from selfcheck .*\n", "", self.lesson.text["setup"]), space)
            for name in self.before:
                exec(self.lesson.text[name], space)
            shown.clear()
            yield space, shown
            plt.close("all")

    def test_without_ipywidgets_the_map_is_a_picture_with_the_loss_of_its_point(self, drawn, monkeypatch):
        space, shown = drawn
        monkeypatch.setitem(sys.modules, "ipywidgets", None)
        exec(self.lesson.text["explore-slider-code"], space)
        (figure,) = shown
        chart, fit = figure.axes
        assert [line.get_label() for line in chart.lines][-2:] == ["the run of section 8", "you are here"]
        (point,) = np.transpose(chart.lines[-1].get_data())
        assert self.loss_at(space, point) == pytest.approx(numbers(fit.get_title().replace(",", ""))[-1], rel=1e-3)

    def test_with_ipywidgets_one_slider_a_weight_starts_where_the_run_starts_and_reaches_all_of_it(
        self, drawn, monkeypatch
    ):
        space, shown = drawn
        asked: list[Any] = []
        fake = SimpleNamespace(interact=lambda function, **ranges: asked.append((function, ranges)))
        monkeypatch.setitem(sys.modules, "ipywidgets", fake)
        exec(self.lesson.text["explore-slider-code"], space)
        assert shown == []
        ((function, ranges),) = asked
        arguments = inspect.signature(function).parameters
        assert list(ranges) == list(arguments)
        assert [each.default for each in arguments.values()] == pytest.approx(list(space["run_path"][0]), abs=0.5)
        for path, (low, high, step) in zip(np.transpose(space["run_path"]), ranges.values(), strict=True):
            assert low <= path.min()
            assert path.max() <= high
            assert step <= (high - low) / 50
        function()
        assert len(shown) == 1

    def loss_at(self, space: dict[str, Any], point: Any) -> float:
        """The loss of the lesson's data at a point of the map."""
        raise NotImplementedError
