"""What students run themselves: `same`, what is said around a check, a notebook from a shell."""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml

from autograder import selfcheck
from autograder.selfcheck import CheckFailed, same

SELFCHECK = Path(selfcheck.__file__)
RELEASE = Path(__file__).parents[2] / "release" / "shallow_narrow" / "shallow_narrow.ipynb"
METHODS = ("forward", "loss", "dloss_dw", "train")
(FACTS,) = (
    "".join(cell["source"])
    for cell in json.loads(RELEASE.read_text(encoding="utf-8"))["cells"]
    if cell["id"] == "facts"
)


@pytest.fixture(autouse=True)
def graders_numpy(monkeypatch):
    """The grading is done with the NumPy that is here."""
    monkeypatch.setattr(selfcheck, "GRADED_WITH", ".".join(np.__version__.split(".")[:2]))


# ---- a result of the text ------------------------------------------------------------------------------------------


def test_same_compares_with_the_lessons_figures(capsys):
    """To six digits, in shape and number; words say what is otherwise."""
    same("pi", 3.14159265, 3.14159)
    same("a column", [[1], [2]], np.array([[1.0], [2.0000001]]))
    assert capsys.readouterr().out == "pi: the same.\na column: the same.\n"
    for yours, saw in (
        (3.15, "your value is 3.15, the lesson's is 3.14159."),
        ([3.14159], "your value has the shape (1,), the lesson's has ()."),
        (None, "your value is None: nothing was returned."),
        (float("nan"), "your value is nan, the lesson's is 3.14159."),
        ("3.14", "your value is a value of type str; real numbers were expected."),
        (np.float32(3.14159), "your value has the type float32, with half the digits or fewer."),
    ):
        with pytest.raises(CheckFailed, match=r"\Api: not the same yet") as caught:
            same("pi", yours, 3.14159)
        assert caught.value.saw == saw
    with pytest.raises(CheckFailed) as caught:
        same("two rows", [[1, 2], [3, 5]], [[1, 2], [3, 4]])
    assert caught.value.where == "element [1, 1]; 1 of 4 differ"
    assert capsys.readouterr().out == ""


def test_minus_zero_is_zero():
    with pytest.raises(CheckFailed, match=r"your value is 0, the lesson's is 0\.25"):
        same("slope", -0.0, 0.25)
    with pytest.raises(CheckFailed, match=r"your value is 0\.25, the lesson's is 0\."):
        same("slope", 0.25, -0.0)


# ---- around a check ------------------------------------------------------------------------------------------------


class Right:
    """A right answer, written apart from the reference."""

    def __init__(self, init_weights):
        self.w1, self.w2 = (float(w) for w in init_weights)

    def forward(self, x):
        return self.w1 * self.w2 * x

    def loss(self, y_prediction, y_true):
        return np.mean((y_true - y_prediction) ** 2)


def check(written, method):
    """The check of a method of the first lesson."""
    names = {"__name__": "submission", "ShallowNarrow": written}
    exec(FACTS.replace("from selfcheck", "from autograder.selfcheck"), names)
    names["check"](f"ShallowNarrow.{method}")


def test_a_failure_is_its_message_alone():
    """IPython shows no traceback, and nbgrader cuts no line."""
    wrong = type("Wrong", (Right,), {"forward": lambda self, x: self.w1 * x})
    with pytest.raises(CheckFailed) as caught:
        check(wrong, "forward")
    assert caught.value._render_traceback_() == [f"CheckFailed: {caught.value}"]
    assert max(map(len, str(caught.value).splitlines())) <= selfcheck.WIDTH + 2


def test_prints_and_warnings_of_students_do_not_reach_the_cell(capfd):
    """nbgrader gives no points for anything on stderr, so a check keeps it clean."""

    class Talks(Right):
        def forward(self, x):
            print("debug")
            print("debug", file=sys.stderr)
            np.array([1.0]) / np.array([0.0])
            return super().forward(x)

    check(Talks, "forward")
    out, err = capfd.readouterr()
    assert "debug" not in out
    assert err == ""


def test_a_method_without_self_is_told_what_it_lacks():
    class NoSelf(Right):
        def forward(x):
            return x

    with pytest.raises(CheckFailed, match=r"cannot be called with 1 argument: x"):
        check(NoSelf, "forward")


def test_a_method_that_calls_itself_rests_on_nothing_else():
    class Holes(Right):
        def forward(self, x):
            return super().forward(x) + np.nan

    with pytest.raises(CheckFailed, match=r"holds nan") as caught:
        check(Holes, "forward")
    assert "rests on" not in str(caught.value)


def test_another_numpy_than_the_graders_is_told(monkeypatch, capsys):
    check(Right, "loss")
    assert "note: This is" not in capsys.readouterr().out
    monkeypatch.setattr(selfcheck, "GRADED_WITH", "1.0")
    check(Right, "loss")
    assert f"note: This is NumPy {np.__version__}; the grading is done with NumPy 1.0" in capsys.readouterr().out
    with pytest.raises(CheckFailed, match=r"(?s)AttributeError.*This is\s+NumPy"):
        check(type("Old", (Right,), {"forward": lambda self, x: np.no_such_function(x)}), "forward")


def test_modules_that_the_grading_may_not_have_are_told(capsys):
    class Imports(Right):
        def forward(self, x):
            import traitlets  # noqa: F401

            math.hypot(len(yaml.dump(1)), 1)
            return super().forward(x)

    check(Imports, "forward")
    said = re.sub(r"\s+", " ", capsys.readouterr().out)
    for name in ("yaml", "traitlets"):
        assert f"note: {name} is imported: only NumPy, matplotlib and Python's own modules are sure" in said
    assert "math is" not in said
    assert "numpy is" not in said


# ---- in a terminal, and in nbgrader -------------------------------------------------------------------------------

RIGHT_CLASS = """
%matplotlib inline
import numpy as np
class ShallowNarrow:
    def __init__(self, w):
        self.w1, self.w2 = map(float, w)
    def forward(self, x):
        return self.w1 * self.w2 * x
    def loss(self, p, y):
        return np.mean((p - y) ** 2)
    def dloss_dw(self, x, y):
        s = np.mean(2 * (self.forward(x) - y) * x)
        return s * self.w2, s * self.w1
    def train(self, x, y, lr, n):
        a, b = [], []
        for _ in range(n):
            a.append(self.loss(self.forward(x), y))
            g, h = self.dloss_dw(x, y)
            self.w1, self.w2 = self.w1 - lr * g, self.w2 - lr * h
            b.append((self.w1, self.w2))
        return a, b
"""


def notebook(folder, class_source):
    """A small notebook with the four grade cells, beside selfcheck.py."""
    (folder / "selfcheck.py").write_bytes(SELFCHECK.read_bytes())
    cells = [(FACTS, None), (class_source, None), ("1 / 0", None)]
    cells += [(f'check("ShallowNarrow.{method}")', method) for method in METHODS]
    path = folder / "work.ipynb"
    path.write_text(json.dumps({
        "nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        "cells": [
            {"cell_type": "code", "id": f"c{i}", "source": source, "outputs": [], "execution_count": None,
             "metadata": {"nbgrader": {"grade": True, "grade_id": name, "points": 1, "solution": False, "locked": True,
                                       "schema_version": 3, "task": False}} if name else {}}
            for i, (source, name) in enumerate(cells)
        ],
    }))  # fmt: skip
    return path


def run(folder, *arguments):
    command = [sys.executable, "selfcheck.py", *map(str, arguments)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, env={**os.environ})


def test_in_a_terminal_a_right_notebook_exits_0(tmp_path):
    notebook(tmp_path, RIGHT_CLASS)
    done = run(tmp_path, "work.ipynb")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 of 4 checks passed." in done.stdout
    assert "note: code cell 3 (1 / 0) stopped: ZeroDivisionError" in done.stdout
    assert done.stderr == ""


def test_what_a_person_grades_is_no_check(tmp_path):
    """An answer in code that is not written yet stops nothing and counts as none of the checks."""
    path = notebook(tmp_path, RIGHT_CLASS)
    tree = json.loads(path.read_text())
    answer = {"grade": True, "grade_id": "draw", "points": 2, "solution": True, "locked": False, "schema_version": 3}
    tree["cells"].append({**tree["cells"][-1], "id": "draw", "source": "raise NotImplementedError('draw')"})
    tree["cells"][-1]["metadata"] = {"nbgrader": answer}
    path.write_text(json.dumps(tree))
    done = run(tmp_path, "work.ipynb")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 of 4 checks passed." in done.stdout
    assert "stopped: NotImplementedError: draw" in done.stdout


def test_in_a_terminal_a_wrong_notebook_exits_1_and_names_the_fault(tmp_path):
    notebook(tmp_path, RIGHT_CLASS.replace("return s * self.w2", "return -s * self.w2"))
    done = run(tmp_path, "work.ipynb")
    assert done.returncode == 1
    assert (
        "dloss_dw1 has the size of the slope of your own loss(forward(x), y_true) by w1, and the wrong sign"
        in re.sub(r"\s+", " ", done.stdout)
    )
    assert "3 of 4 checks passed. Not yet, it or what it hangs on: dloss_dw.\n" in done.stdout


@pytest.mark.parametrize(
    ("old", "new", "last"),
    [
        (
            "self.w1 * self.w2 * x",
            "self.w1 * x",
            "Not yet: forward. Not to be told yet: dloss_dw; mend first what it hangs on.",
        ),
        (
            "self.w1 * self.w2 * x",
            "self.w3 * x",
            "Not yet: forward. Not to be told yet: dloss_dw and train; mend first what they hang on.",
        ),
        (
            "np.mean((p - y) ** 2)",
            "np.mean(p - y)",
            "Not yet: loss. Not to be told yet: dloss_dw; mend first what it hangs on.",
        ),
        ("a.append(self", "a.append(2 * self", "Not yet: train."),
    ],
)
def test_in_a_terminal_the_last_line_calls_wrong_what_is_wrong_by_itself(tmp_path, old, new, last):
    """Who only hangs on a wrong one may be right."""
    assert old in RIGHT_CLASS
    notebook(tmp_path, RIGHT_CLASS.replace(old, new))
    assert re.search(rf"^\d of 4 checks passed\. {re.escape(last)}$", run(tmp_path, "work.ipynb").stdout, re.MULTILINE)


def test_in_a_terminal_what_was_not_checked_did_not_pass(tmp_path):
    """A source notebook states nothing to check by; of an argument that only the grader can make, nothing is asked."""
    path = notebook(tmp_path, RIGHT_CLASS)
    tree = json.loads(path.read_text())
    tree["cells"][0]["source"] = "from selfcheck import check"
    path.write_text(json.dumps(tree))
    done = run(tmp_path, "work.ipynb")
    assert "\n0 of 0 checks passed. 4 were not checked here.\n" in done.stdout
    tree["cells"][0]["source"] = FACTS + "\ndel check.facts['draws']['x']"
    path.write_text(json.dumps(tree))
    done = run(tmp_path, "work.ipynb")
    assert "how x is made, only the grader knows" in re.sub(r"\s+", " ", done.stdout)
    assert "\n1 of 1 check passed. 3 were not checked here.\n" in done.stdout
    assert done.returncode == 0


def test_in_a_terminal_an_error_shows_the_students_line(tmp_path):
    notebook(tmp_path, RIGHT_CLASS.replace("return self.w1 * self.w2 * x", "return self.w3 * x"))
    assert "line 8, in forward: return self.w3 * x" in re.sub(r"\s+", " ", run(tmp_path, "work.ipynb").stdout)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are counted as Linux shows them")
def test_in_a_terminal_one_core_is_used(tmp_path, monkeypatch):
    """Two threads that wait for each other made the lesson with the largest matrices eight times as long."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    count = '\nimport os\nassert len(os.listdir("/proc/self/task")) == 1\n'
    notebook(tmp_path, RIGHT_CLASS + "np.ones((500, 500)) @ np.ones((500, 500))" + count)
    done = run(tmp_path, "work.ipynb")
    assert "AssertionError" not in done.stdout
    assert done.returncode == 0


def test_in_a_terminal_cells_that_stop_for_one_reason_are_told_in_one_line(tmp_path):
    path = notebook(tmp_path, RIGHT_CLASS)
    raw = json.loads(path.read_text())
    extra = [{**raw["cells"][2], "id": f"x{i}", "source": source} for i, source in enumerate(["1 / 0", "2 / 0", "a_b"])]
    path.write_text(json.dumps({**raw, "cells": raw["cells"] + extra}))
    notes = [line for line in run(tmp_path, "work.ipynb").stdout.splitlines() if "stopped" in line]
    assert notes == [
        "  note: code cells 3, 8 and 9 stopped: ZeroDivisionError: division by zero",
        "  note: code cell 10 (a_b) stopped: NameError: name 'a_b' is not defined",
    ]


@pytest.mark.parametrize("text", [None, "", "no notebook", "[]", '{"cells": [1]}', '{"cells": []}'])
def test_in_a_terminal_an_unreadable_file_exits_2(tmp_path, text):
    (tmp_path / "selfcheck.py").write_bytes(SELFCHECK.read_bytes())
    if text is not None:
        (tmp_path / "work.ipynb").write_text(text)
    done = run(tmp_path, "work.ipynb")
    assert done.returncode == 2
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], [], ["a.ipynb", "b.ipynb"], ["--all"]])
def test_in_a_terminal_help_says_how_to_use_it(tmp_path, arguments):
    """A few lines: the command, what it prints, the exit codes. Asking for them is no error."""
    (tmp_path / "selfcheck.py").write_bytes(SELFCHECK.read_bytes())
    done = run(tmp_path, *arguments)
    assert done.returncode == (0 if arguments in (["--help"], ["-h"]) else 2)
    assert "python selfcheck.py my_notebook.ipynb" in done.stdout
    assert "cannot be read" not in done.stdout
    assert 4 <= done.stdout.count("\n") <= 14
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert done.stderr == ""


def test_in_a_terminal_what_ipython_reads_is_read_as_ipython_reads_it(tmp_path):
    """Each of these notebooks is right in Jupyter, and so it is from a shell."""
    timed = RIGHT_CLASS.lstrip().replace("%matplotlib inline\n", "")
    written = "%%writefile model.py\n" + timed
    half, rest = timed.split("    def dloss_dw")
    two_cells = half + "\n\nclass ShallowNarrow(ShallowNarrow):\n    def dloss_dw" + rest
    kinds = {
        "time": "%%time\n" + timed,
        "time and a line magic": "%%time\n%matplotlib inline\n" + timed,
        "capture": "%%capture\n" + timed,
        "line magics": "!pip install numpy\nfiles = !ls\n?print\nprint?\n%time seen = 1\nassert seen == 1\n" + timed,
        "a remainder at a line's start": "%matplotlib inline\nrest = (7\n    % 4)\n" + timed,
        "indented as a whole": "    " + timed.replace("\n", "\n    "),
        "a class in two steps": two_cells,
        "a written module": (written, "from model import ShallowNarrow"),
    }
    for k, (kind, sources) in enumerate(kinds.items()):
        folder = tmp_path / str(k)
        folder.mkdir()
        first, *more = [sources] if isinstance(sources, str) else sources
        path = notebook(folder, first)
        raw = json.loads(path.read_text())
        raw["cells"][2]["source"] = more[0] if more else ""
        path.write_text(json.dumps(raw))
        done = run(folder, "work.ipynb")
        assert "4 of 4 checks passed." in done.stdout, (kind, done.stdout)
        assert done.returncode == 0
        assert not (folder / "model.py").exists()


def test_in_a_terminal_an_unknown_cell_magic_is_said(tmp_path):
    notebook(tmp_path, "%%colour\n" + RIGHT_CLASS)
    done = run(tmp_path, "work.ipynb")
    assert "the cell magic %%colour is not known here" in done.stdout
    assert done.stderr == ""


def test_in_a_terminal_an_unknown_cell_magic_costs_its_own_cell_only(tmp_path):
    path = notebook(tmp_path, RIGHT_CLASS)
    raw = json.loads(path.read_text())
    raw["cells"][2]["source"] = "%%colour red\nimport yaml"
    path.write_text(json.dumps(raw))
    done = run(tmp_path, "work.ipynb")
    assert "4 of 4 checks passed." in done.stdout
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_in_a_terminal_any_console_will_do(tmp_path, monkeypatch, encoding):
    """A letter that the console does not have is no reason to stop."""
    monkeypatch.setenv("PYTHONIOENCODING", encoding)
    broken = RIGHT_CLASS.replace("return self.w1 * self.w2 * x", "return self.ŵ * x  # Größe → ≈")
    notebook(tmp_path, broken)
    command = [sys.executable, "selfcheck.py", "work.ipynb"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60)
    assert done.returncode == 1
    assert b"Not yet: forward" in done.stdout
    assert b"Traceback" not in done.stderr


def test_in_a_terminal_a_notebook_without_nbgraders_marks_is_checked(tmp_path):
    """Some editors drop what they do not know."""
    path = notebook(tmp_path, RIGHT_CLASS.replace("return s * self.w2", "return -s * self.w2"))
    raw = json.loads(path.read_text())
    for cell in raw["cells"]:
        cell["metadata"] = {}
    path.write_text(json.dumps(raw))
    assert (
        "3 of 4 checks passed. Not yet, it or what it hangs on: ShallowNarrow.dloss_dw.\n"
        in run(tmp_path, "work.ipynb").stdout
    )


def test_in_a_terminal_imports_of_other_packages_are_told(tmp_path):
    notebook(tmp_path, "import yaml.nodes, os\nfrom matplotlib import pyplot\n" + RIGHT_CLASS)
    notes = [line for line in run(tmp_path, "work.ipynb").stdout.splitlines() if "is imported" in line]
    assert [line.split(":")[1].split()[0] for line in notes] == ["yaml"]


@pytest.mark.slow
def test_nbgrader_validate_fails_visibly_on_a_wrong_notebook_only(tmp_path):
    """A student who runs nbgrader's own validation sees the same words."""
    from nbgrader.validator import Validator

    assert Validator().validate(str(notebook(tmp_path, RIGHT_CLASS))) == {}
    wrong_class = RIGHT_CLASS.replace("return s * self.w2", "return -s * self.w2")
    found = Validator().validate(str(notebook(tmp_path, wrong_class)))
    (failed,) = found["failed"]
    assert failed["source"] == 'check("ShallowNarrow.dloss_dw")'
    assert failed["raw_error"].startswith("CheckFailed: ShallowNarrow.dloss_dw does not fit your own loss")
    assert "Traceback" not in failed["raw_error"]


# ---- what the file may hold -----------------------------------------------------------------------------------------


def test_it_needs_numpy_and_the_standard_library_only():
    imports = re.findall(r"^(?:from|import) (\w+)", SELFCHECK.read_text(), re.MULTILINE)
    assert set(imports) - set(sys.stdlib_module_names) == {"numpy"}


def test_it_runs_on_python_3_9():
    """Students' machines are older than ours."""
    import ast

    tree = ast.parse(SELFCHECK.read_text(), feature_version=(3, 9))
    assert not [node for node in ast.walk(tree) if isinstance(node, getattr(ast, "Match", ()))]
    assert "strict=" not in SELFCHECK.read_text().replace("zip's strict=", "")


def test_it_knows_no_model():
    """No word of an activation, and no model's name, stands in the code."""
    text = SELFCHECK.read_text().lower()
    for word in ("maximum(", "np.exp", "sigmoid", "tanh", "@ self.w", "shallow", "regression"):
        assert word not in text, word
