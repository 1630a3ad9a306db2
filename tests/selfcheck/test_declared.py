"""The self-check of declared assignments: right work comes out clean, what does not fit is told of its own function."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder import selfcheck
from autograder.authoring import students
from autograder.authoring.cells import BEGIN, END, cell_text
from autograder.authoring.proofs import release_proofs
from autograder.callables import Reference, facts
from autograder.selfcheck import CheckFailed, FunctionCheck
from tests.courses.cases import Course, courses

QUICK = ("k_means", "momentum")
ALL = [pytest.param(each, id=each.name, marks=[] if each.name in QUICK else [pytest.mark.slow]) for each in courses()]
# Wrong ones whose slopes are those of their own way forward: only the grader tells that they are not what is asked.
IN_THEMSELVES_RIGHT = {
    "net__relu_forgotten", "mse__summed", "softmax_loss__half_l2", "softmax_loss__overflows",
    "TiedAutoencoder.gradients__stale_activations",
}  # fmt: skip


@pytest.fixture(autouse=True)
def graders_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The grading is done with the NumPy that is here."""
    monkeypatch.setattr(selfcheck, "GRADED_WITH", ".".join(np.__version__.split(".")[:2]))


def notebook(course: Course) -> dict[str, Any]:
    return json.loads(course.path.read_text(encoding="utf-8"))


@cache
def facts_of(name: str) -> dict[str, Any]:
    (course,) = (each for each in courses() if each.name == name)
    return students.facts_of(notebook(course), name)


def told(facts: dict[str, Any], source: str) -> dict[str, CheckFailed]:
    """By cell, what the self-check says against a source."""
    names: dict[str, Any] = {"__name__": "submission"}
    exec(compile(source, "submission", "exec"), names)
    check, found = FunctionCheck(names, facts), {}
    for cell in facts["cells"]:
        try:
            check(cell)
        except CheckFailed as failure:
            found[cell] = failure
    return found


def accused(failures: dict[str, CheckFailed]) -> set[str]:
    """The functions of which it is said that they are not right; others do not fit one another, or wait for another."""
    titles = (re.fullmatch(r"(\S+) is not right yet", failure.title) for failure in failures.values())
    return {title[1] for title in titles if title}


@pytest.mark.parametrize("course", ALL)
def test_right_work_is_clean_and_wrong_slopes_are_told_of_their_own_function(course: Course) -> None:
    known = facts_of(course.name)
    sloped = {slope["callable"] for slope in known["slopes"]}
    for variant in course.right:
        assert told(known, variant.source) == {}, variant.name
    silent = set()
    for variant in course.wrong:
        failures = told(known, variant.source)
        assert accused(failures) <= {variant.callable}, variant.name
        if variant.callable in sloped and not any(re.match(rf"{variant.callable}\b", cell) for cell in failures):
            silent.add(variant.name.removeprefix("wrong/"))
    assert silent <= IN_THEMSELVES_RIGHT


def stubs(course: Course) -> dict[str, Any]:
    """The notebook as students get it."""
    made = notebook(course)
    made["cells"] = students.with_facts(made["cells"], course.name)
    for cell in made["cells"]:
        lines, inside = [], False
        for line in cell_text(cell).split("\n"):
            if BEGIN in line:
                inside = True
                lines.append(line[: len(line) - len(line.lstrip())] + 'raise NotImplementedError("to be written")')
            elif END in line:
                inside = False
            elif not inside:
                lines.append(line)
        cell["source"] = "\n".join(lines)
    made["cells"] = [cell for cell in made["cells"] if "autograder" not in cell["metadata"].get("tags", ())]
    return made


@pytest.mark.parametrize("course", courses(), ids=lambda course: course.name)
def test_a_release_says_what_is_to_be_written_and_holds_nothing_of_the_solution(course: Course, tmp_path: Path) -> None:
    source, release = notebook(course), stubs(course)
    (tmp_path / f"{course.name}.ipynb").write_text(json.dumps(release), encoding="utf-8")
    assert release_proofs.nothing_leaks(source, tmp_path, students.secrets(source, course.name)) == []
    names: dict[str, Any] = {"__name__": "submission"}
    code = [cell for cell in release["cells"] if cell["cell_type"] == "code"]
    order = [cell["id"] for cell in code]
    assert order.index("facts") == order.index("selfcheck") + 1  # above every check
    for cell in code:
        if not cell["metadata"].get("nbgrader", {}).get("grade") and cell["id"] != "selfcheck":
            text = cell["source"].replace("from selfcheck import", "from autograder.selfcheck import")
            exec(text, names)
    for cell in names["check"].facts["cells"]:
        with pytest.raises(CheckFailed, match="not written yet"):
            names["check"](cell)


# ---- small ones of their own ---------------------------------------------------------------------------------------

SQUARES = '''
import numpy as np

def loss(w, x, y):
    """w (D,), x (N, D), y (N,) -> L a number"""
    return np.mean((x @ w - y) ** 2)

def gradient(w, x, y):
    """w (D,), x (N, D), y (N,) -> dw (D,)"""
    return 2 * x.T @ (x @ w - y) / len(y)
'''
DECLARED = """
w, x, y = draw.normal("D"), draw.normal("N", "D"), draw.normal("N")
assignment(sizes=dict(N=(1, 4, 9), D=(3, 5, 2)))
slope(gradient, of=loss, by="dw", wrt="w")
"""


def stated(source: str, declaration: str, *cells: str, given: str | None = None) -> dict[str, Any]:
    given = re.sub(r"(?m)^( +)return .*$", r"\1pass", source) if given is None else given
    return facts(Reference("small", source, declaration), given, cells)


def said(source: str, **changed: str) -> dict[str, CheckFailed]:
    """What is said where lines of the squares are written otherwise."""
    known = stated(SQUARES, DECLARED, "loss", "gradient")
    for old, new in (each.split(" => ") for each in changed.values()):
        assert old in source
        source = source.replace(old, new)
    return told(known, source)


@pytest.mark.parametrize(
    ("change", "title", "saw"),
    [
        ("2 * x.T => 3 * x.T", "gradient does not fit your own loss", "dw is 1.5 times the slope"),
        ("2 * x.T => -2 * x.T", "gradient does not fit your own loss", "and the wrong sign"),
        (" / len(y) => ", "gradient does not fit your own loss", "by w, times N"),
        ("return 2 * x.T @ (x @ w - y) => return 2 * x.T @ (x @ w + y)", "gradient does not fit", "relative error"),
        ("return 2 * x.T => return w * x.T", "gradient gives no answer yet", "raised ValueError"),
        ("return 2 * x.T => w -= 1; return 2 * x.T", "gradient is not right yet", "changed its argument w"),
        ("/ len(y) => / len(y) + np.random.rand()", "gradient is not right yet", "asked the same a second time"),
        ("/ len(y) => / (len(y) - len(y))", "gradient gives no finite numbers yet", "dw holds"),
        ("return 2 * x.T @ => return 2 * x.T @ x @ w, x.T @", "gradient is not right yet", "dw"),
        ("def gradient(w, x, y) => def gradient(w, x)", "gradient is not right yet", "cannot be called with 3"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_as_it_is(change: str, title: str, saw: str) -> None:
    failures = said(SQUARES, change=change)
    assert set(failures) == {"gradient"}
    assert title in failures["gradient"].title
    assert saw in failures["gradient"].saw


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("np.mean((x @ w - y) ** 2) => np.mean((x.astype(np.float32) @ w.astype(np.float32) - y) ** 2)", "float32"),
        ("np.mean((x @ w - y) ** 2) => np.round(np.mean((x @ w - y) ** 2), 3)", "rounded"),
        ("np.mean((x @ w - y) ** 2) => np.sum(np.log(-((x @ w - y) ** 2)))", "not finite"),
    ],
)
def test_a_slope_that_cannot_be_measured_is_no_slope_that_is_wrong(
    change: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    failures = said(SQUARES, change=change)
    assert "gradient" not in failures or failures["gradient"].title.startswith("gradient cannot be checked yet")
    if "gradient" not in failures:
        printed = " ".join(capsys.readouterr().out.split())
        assert re.search(rf"could not be checked: what it is held against is .*{why}", printed)


def test_a_kink_is_left_out_and_the_rest_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    """Half of the inputs stand right at the kink of a relu, where any slope from 0 to 1 is right."""
    source = '''
import numpy as np

def relu(a):
    """a (N, D) -> r (N, D)"""
    return np.maximum(a, 0)

def relu_backward(dr, a):
    """dr (N, D), a (N, D) -> da (N, D)"""
    return dr * (a >= 0)
'''
    declaration = """
a, dr = draw.integers(0, 1, "N", "D"), draw.normal("N", "D")
assignment(sizes=dict(N=(2, 4), D=(3, 5)))
slope(relu_backward, of=relu, by="da", wrt="a", times="dr")
"""
    known = stated(source, declaration, "relu", "relu_backward")
    assert told(known, source) == {}
    assert "is the slope of your own relu by a" in capsys.readouterr().out
    assert set(told(known, source.replace("dr * (a >= 0)", "dr * (a < 0)"))) == {"relu_backward"}


def test_what_has_no_slope_is_left_to_the_grader_in_so_many_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(SQUARES) == {}
    printed = " ".join(capsys.readouterr().out.split())
    assert "only the grading tells whether L is right; here it is what stands above." in printed
    assert "dw is the slope of your own loss by w" in printed
    assert "whether dw" not in printed


def test_a_function_that_rests_on_a_broken_one_is_not_accused() -> None:
    failures = said(SQUARES, change="return np.mean((x @ w - y) ** 2) => return (x @ w - y) ** 2")
    assert failures["loss"].title == "loss is not right yet"
    assert set(failures) == {"loss"}


# ---- what is stated ------------------------------------------------------------------------------------------------


def test_names_that_only_the_solution_knows_are_not_stated() -> None:
    source = SQUARES + "\ndef both(x):\n    secret = x + 1\n    other = x - 1\n    return secret, other\n"
    given = source.partition("    secret")[0] + "    pass\n"
    found = stated(source, DECLARED, "both", given=given)
    assert list(found["callables"]["both"]["gives"]) == ["result 1", "result 2"]
    assert "secret" not in students.facts_cell(found)


@pytest.mark.parametrize(
    ("of", "is_stated"),
    [
        ("lambda w, x, y: loss(w, x, y)", True),
        ("lambda w, x, y: np.mean((x @ w - y) ** 2)", False),
        ("lambda w, x, y: loss(w, x, y) + 0 * np.sum(w)", False),
    ],
)
def test_a_slope_of_a_formula_of_the_authors_is_not_stated(of: str, is_stated: bool) -> None:
    found = stated(SQUARES, DECLARED.replace("of=loss", f"of={of}"), "loss", "gradient")
    assert [slope["of"] for slope in found["slopes"]] == ([of] if is_stated else [])
    assert told(found, SQUARES) == {}


def test_a_draw_of_the_authors_own_is_not_stated_and_nothing_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    declaration = DECLARED.replace(
        ', draw.normal("N")', ', draw.together(lambda rng, sizes: {"y": rng.normal(size=sizes["N"])})'
    ).replace("w, x, y =", "w, x, _ =")
    found = stated(SQUARES, declaration, "loss", "gradient")
    assert "y" not in found["draws"]
    assert told(found, SQUARES) == {}
    assert "how y is made, only the grader knows" in capsys.readouterr().out
    stub = "def loss(w, x, y):\n    raise NotImplementedError('to be written')\n"
    assert "not written yet" in told(found, stub)["loss"].saw


# ---- the build -----------------------------------------------------------------------------------------------------


def small_notebook(docstring: str = "-> dw (D,)") -> dict[str, Any]:
    solution = SQUARES.replace("-> dw (D,)", docstring).replace("    return", "    ### BEGIN SOLUTION\n    return")
    solution = re.sub(r"(    return .*)", r"\1\n    ### END SOLUTION", solution)
    marks = {"schema_version": 3, "grade": False, "solution": False, "locked": False, "task": False}

    def cell(text: str, tags: tuple[str, ...] = (), **meta: Any) -> dict[str, Any]:
        own = {"nbgrader": {**marks, "cell_type": "code", **meta}} if meta else {}
        return {"cell_type": "code", "source": text, "metadata": {**own, "tags": list(tags)}, "outputs": []}

    graded = [
        cell(f'check("{name}")', grade=True, grade_id=name, points=2, locked=True) for name in ("loss", "gradient")
    ]
    return {
        "cells": [
            cell(solution, solution=True, grade_id="answer"), *graded, cell(DECLARED, ("autograder",)),
        ]
    }  # fmt: skip


def test_a_docstring_that_the_solution_does_not_keep_is_refused(tmp_path: Path) -> None:
    (tmp_path / "selfcheck.py").write_bytes(students.SELFCHECK.read_bytes())
    assert students.complaints(small_notebook(), "small", tmp_path) == []
    (complaint,) = students.complaints(small_notebook("-> dw (N,)"), "small", tmp_path)
    assert complaint.startswith("the self-check says of the solution's own gradient: dw has the shape (3,); (1,) was")
    assert complaint.endswith("is that what its docstring says?")


def test_an_older_selfcheck_beside_the_source_is_refused(tmp_path: Path) -> None:
    (tmp_path / "selfcheck.py").write_text("# of another year\n", encoding="utf-8")
    (complaint,) = students.complaints(small_notebook(), "small", tmp_path)
    assert "remove it" in complaint


def test_without_an_import_the_facts_stand_above_the_first_cell_to_write() -> None:
    cells = students.with_facts(small_notebook()["cells"], "small")
    assert [cell.get("id") for cell in cells].index("facts") == 0
    assert "FunctionCheck(" in cells[0]["source"]


def test_a_declaration_that_does_not_work_states_nothing() -> None:
    source = small_notebook()
    source["cells"][-1]["source"] = "assignment("
    assert students.with_facts(source["cells"], "small") == source["cells"]


# ---- shapes, names and what is given ---------------------------------------------------------------------------------

RUN = '''
import numpy as np

def height(w):
    """w (D,) -> h a number"""
    return np.sum(w**2)

def run(w, X, turns):
    """w (D,), X (N, D), turns a count -> records (rounds,), w_new (D,), X_new (N, D)"""
    records = []
    for _ in range(turns):
        records.append(np.sum(w))
        w = w + 1.0
    return records, w, X

def slope_of_height(w):
    """w (D,) -> dw (D,)"""
    return 2 * w
'''
RUN_DECLARED = """
w, X, turns = draw.normal("D"), draw.normal("N", "D"), draw.one_of(2, 3)
assignment(sizes=dict(N=(2, 4), D=(3, 5), M=(7, 8)))
slope(slope_of_height, of=height, by="dw", wrt="w")
"""


def said_of_run(*changes: tuple[str, str], given: str | None = None) -> dict[str, CheckFailed]:
    source = RUN
    for old, new in changes:
        assert old in source
        source = source.replace(old, new)
    return told(stated(RUN, RUN_DECLARED, "run", "slope_of_height", given=given), source)


def test_shapes_are_written_as_numpy_writes_them_and_a_list_is_told_as_what_it_has(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert said_of_run() == {}
    printed = capsys.readouterr().out
    assert "[ok] records has the shape (rounds,) and is finite" in printed
    assert "[ok] X_new has the shape (N, D) and is finite" in printed


@pytest.mark.parametrize(
    ("change", "saw", "look"),
    [
        (("return records, w, X", "return [records], w, X"), "(rounds,) was expected", "one axis"),
        (("return records, w, X", "return records, X, w"), "w_new has the shape (2, 3)", "that is the shape of X_new"),
        (
            ("return records, w, X", "return records, X, X"),
            "w_new has the shape (2, 3); (3,) was expected",
            "line by line",
        ),
        (("return records, w, X", "return records, 'w', X"), "real numbers of the shape (D,) were expected", ""),
        (("return records, w, X", "return records, w, X.reshape(-1, 1)"), "X_new has the shape (6, 1)", "line by line"),
    ],
)
def test_a_wrong_shape_is_told_truly(change: tuple[str, str], saw: str, look: str) -> None:
    failure = said_of_run(change)["run"]
    assert saw in failure.saw
    assert look in failure.look


def test_only_the_sizes_of_what_is_asked_are_told() -> None:
    assert "M = " not in said_of_run(("return records, w, X", "return records, X, w"))["run"].where


def test_a_function_that_is_given_is_nobodys_own_and_is_not_doubted(capsys: pytest.CaptureFixture[str]) -> None:
    given = RUN.replace("    return 2 * w", "    pass").replace("    return records, w, X", "    pass")
    known = stated(RUN, RUN_DECLARED, "slope_of_height", given=given)
    assert known["given"] == ("height",)
    assert told(known, RUN) == {}
    assert "dw is the slope of height by w" in capsys.readouterr().out
    failure = told(known, RUN.replace("2 * w", "w**2"))["slope_of_height"]
    assert failure.title == "slope_of_height does not fit height"
    assert "own" not in failure.saw
    assert "as the notebook asks" not in failure.look
    assert "as the notebook asks" in said_of_run(("2 * w", "w**2"))["slope_of_height"].look


def test_a_slope_that_is_0_everywhere_is_told_as_such() -> None:
    assert "dw is 0 everywhere" in said_of_run(("2 * w", "0 * w"))["slope_of_height"].saw


def test_arguments_that_must_be_named_and_properties_are_asked_as_such() -> None:
    source = '''
import numpy as np

class Scaled:
    """Numbers, scaled."""

    def __init__(self, *, by):
        """by a number"""
        self.by = by

    def of(self, x, *, shift=0.0):
        """x (N,), shift a number -> z (N,)"""
        return self.by * x + shift

    @property
    def doubled(self):
        """-> doubled a number"""
        return 2 * self.by
'''
    declared = 'x, by, shift = draw.normal("N"), draw.normal(), draw.normal()\nassignment(sizes=dict(N=(1, 4)))\n'
    known = stated(source, declared, "Scaled.of", "Scaled.doubled")
    assert told(known, source) == {}
    failures = told(known, source.replace("self.by * x + shift", "(self.by * x + shift)[:1]"))
    assert "(1,)" in failures["Scaled.of"].saw
    assert "raised NameError" in told(known, source.replace("2 * self.by", "2 * by"))["Scaled.doubled"].saw
