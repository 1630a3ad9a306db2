"""A lesson's source notebook as the tests read it."""

from __future__ import annotations

import ast
import copy
import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import nbformat
import numpy as np

from autograder.core.course import Course
from tests.support.notebooks import class_source, filled, released, with_methods

ROOT = Path(__file__).parents[2]
POINTS = {"forward": 2, "loss": 1, "dloss_dw": 4, "train": 3}
SEED = "default_rng(2021)"
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

    def check(self) -> Any:
        """The SelfCheck that the lesson gives to its students."""
        from autograder.selfcheck import SelfCheck

        line = self.text["checking-works"].split("\n\n")[0]
        space: dict[str, Any] = {"SelfCheck": SelfCheck}
        exec(line, space)
        return space["check"]

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
        return filled(self.course, self.name, class_source(self.course, self.name))

    def run(self, folder: Path, notebook: dict[str, Any], errors: bool = False) -> dict[str, list[Any]]:
        """Every code cell's outputs, from a real kernel in `folder` that has selfcheck.py beside the notebook.

        A last cell, "used", is put behind the others: it prints the kernel's processor time in seconds. The kernel has
        the threads that a student's has, not the single one that importing autograder asks for.
        """
        from nbclient import NotebookClient

        shutil.copy(self.path.parent / "selfcheck.py", folder / "selfcheck.py")
        node = nbformat.from_dict(copy.deepcopy(notebook))
        for cell in node.cells:
            cell.source = "".join(cell.source)
        node.cells.append(nbformat.v4.new_code_cell(USED, id="used"))
        env = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
        resources = {"metadata": {"path": str(folder)}}
        NotebookClient(node, timeout=600, allow_errors=errors, resources=resources).execute(env=env)
        return {cell.id: cell.outputs for cell in node.cells if cell.cell_type == "code"}

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
            assert self.lesson.text[name] == f"check.{name}({self.lesson.class_name})"

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

    def test_every_picture_is_embedded_and_has_an_alt_text(self):
        found = set()
        for name, text in self.lesson.text.items():
            for alt, target in re.findall(r"!\[(.*?)\]\((.*?)\)", text):
                assert len(alt) > 80, name
                assert target.removeprefix("attachment:") in self.lesson.cells[name]["attachments"]
                found.add((name, target))
        assert len(found) == sum(len(cell.get("attachments", {})) for cell in self.lesson.raw["cells"]) >= 2

    def test_its_formulas_are_shown_by_every_notebook_program(self):
        cells = {name: self.lesson.text[name] for name, c in self.lesson.cells.items() if c["cell_type"] == "markdown"}
        assert {name: found for name, text in cells.items() if (found := unreadable_formulas(text))} == {}

    def test_nothing_in_it_needs_a_network(self):
        assert not any(re.search(r"https?://|xkcd", text) for text in self.lesson.text.values())

    def test_selfcheck_beside_it_is_a_link_to_the_one_file(self):
        assert (self.lesson.path.parent / "selfcheck.py").readlink() == Path("../../autograder/selfcheck.py")

    def test_the_release_is_built_from_this_source(self):
        """All that the text says reaches the students, but for the regions."""
        release = {cell["id"]: "".join(cell["source"]) for cell in self.lesson.release()["cells"]}
        assert list(release) == list(self.lesson.cells)
        for name, text in self.lesson.text.items():
            if "SOLUTION" not in text:
                assert release[name] == text, f"{name}: build the release again"
