"""A declaration drafted from an existing notebook: it holds as it is drafted, and what is guessed is marked."""

from __future__ import annotations

import ast
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder import assignments
from autograder.authoring.cells import cell_text, is_declaration, is_note
from autograder.authoring.drafting import drafts as drafting
from autograder.authoring.drafting import trial, watch
from autograder.authoring.drafting.docstrings import said
from autograder.authoring.drafting.existing import existing, plain
from autograder.authoring.drafting.run import Run, run_of
from autograder.authoring.proofs.release_cells import misfits
from autograder.cli import main
from autograder.core.course import Course, CourseError
from tests.authoring.homework import (
    ASSERTS,
    DICTS,
    K_MEANS,
    LAYERS,
    LOGISTIC,
    MASKED,
    MIXTURE,
    RECURRENT,
    RUNNING,
    SOFTMAX,
    notebook,
)

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def course(tmp_path: Path) -> Iterator[Course]:
    """An empty course: nbgrader's configuration and nothing else."""
    shutil.copy(REPOSITORY / "nbgrader_config.py", tmp_path)
    yield Course.find(tmp_path)
    assignments.look_in(tmp_path / "nowhere")


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tried in this process: these solutions are ours."""
    monkeypatch.setattr(trial, "refused", lambda name, made, cells: trial.asked(name, made, (*cells,)))


def saved(folder: Path, text: str, schema: int | None = 3) -> Path:
    path = folder / "old.ipynb"
    path.write_text(json.dumps(notebook(text, schema)), encoding="utf-8")
    return path


def watched(old: Any) -> Run:
    frames: list[dict[str, Any]] = []
    cells = [plain(cell.text) if cell.code else "" for cell in old.cells]
    watch.watch_cells(cells, old.watched, lambda frame: frames.append(json.loads(json.dumps(frame))))
    return run_of(frames)


def drafted(folder: Path, text: str, schema: int | None = 3) -> tuple[dict[str, Any], list[str], list[str], list[str]]:
    """The notebook, the lines of its declaration, what is refused yet, notes."""
    old = existing(saved(folder, text, schema))
    made, declaration, refused, notes = drafting.drafted(old, watched(old), "it")
    return made, declaration.text.split("\n")[1:], refused, notes


def points(made: dict[str, Any]) -> dict[str, float]:
    metas = [cell["metadata"].get("nbgrader", {}) for cell in made["cells"]]
    return {meta["grade_id"]: meta["points"] for meta in metas if meta.get("grade")}


# ---- ten kinds of homework ------------------------------------------------------------------------------------------

LOGISTIC_POINTS = {"fit": 4.0, "predict_proba": 2.0, "predict": 2.0}
HOMEWORK = {
    "softmax": (SOFTMAX, 0, {"softmax_loss_vectorized": 5.0}),
    "layers": (LAYERS, 1, {"affine_forward": 2.0, "affine_backward": 4.0, "relu_forward": 1.0, "relu_backward": 1.0}),
    "k-means": (K_MEANS, 2, {"assign_clusters": 3.0, "update_centroids": 3.0}),
    "logistic": (LOGISTIC, 4, {f"LogisticRegression-{n}": p for n, p in LOGISTIC_POINTS.items()}),
    "recurrent": (RECURRENT, 0, {"rnn_step_forward": 3.0, "rnn_step_backward": 5.0}),
    "masked": (MASKED, 0, {"masked_mean_forward": 2.0, "masked_mean_backward": 2.0}),
    "running": (RUNNING, 4, {"rms_step": 3.0}),
    "mixture": (MIXTURE, 2, {"Mixture-shares": 2.5, "Mixture-fit": 2.5}),
    "dicts": (DICTS, 1, {"scores": 2.5, "slopes": 2.5}),
    "asserts": (ASSERTS, 8, {"sigmoid": 1.0, "mse": 2.0, "gradient_descent": 3.0, "cell-9": 2}),
}  # fmt: skip


@pytest.mark.parametrize(("text", "guesses", "worth"), HOMEWORK.values(), ids=[*HOMEWORK])
def test_a_draft_can_be_asked_as_it_is_drafted(
    tmp_path: Path, in_process: None, text: str, guesses: int, worth: dict[str, float]
) -> None:
    """No line has to be corrected by hand; points stay where they were, those given by hand too."""
    made, lines, refused, _ = drafted(tmp_path, text)
    assert refused == []
    assert sum("# guess: " in line for line in lines) == guesses
    assert points(made) == worth
    assert misfits({"cells": []}) == []
    ids = [cell["id"] for cell in made["cells"]]
    assert len({*ids}) == len(ids)


def test_slopes_and_caches_are_found_and_measured(tmp_path: Path, in_process: None) -> None:
    _, lines, *_ = drafted(tmp_path, RECURRENT)
    assert 'follows(rnn_step_backward, rnn_step_forward, by="cache")' in lines
    assert lines[-1] == (
        'slope(rnn_step_backward, of=rnn_step_forward, by=("dx", "dprev_h", "dWx", "dWh", "db"), '
        'wrt=("x", "prev_h", "Wx", "Wh", "b"), times="dnext_h")'
    )


def test_a_slope_that_does_not_hold_is_not_drafted(tmp_path: Path, in_process: None) -> None:
    """`dW` is called a slope and is none: measured, it is taken back."""
    _, lines, refused, _ = drafted(tmp_path, SOFTMAX.replace("+ 2 * reg * W", "+ 3 * reg * W"))
    assert refused == []
    assert not any(line.startswith("slope(") for line in lines)


def test_the_kinds_of_arguments_are_those_that_are_said_and_seen(tmp_path: Path, in_process: None) -> None:
    _, softmax, *_ = drafted(tmp_path, SOFTMAX)
    assert 'y = draw.labels("N", classes="C")' in softmax
    _, means, *_ = drafted(tmp_path, K_MEANS)
    assert 'labels = draw.labels("n_samples", classes="k")' in means
    assert any(line.startswith('centroids = draw.rows_of("X", "k")  # guess: ') for line in means)
    _, logistic, *_ = drafted(tmp_path, LOGISTIC)
    assert any("state=('w', 'b')" in line for line in logistic)
    assert any(line.startswith("follows(LogisticRegression.predict, LogisticRegression.fit)") for line in logistic)


def test_an_array_of_booleans_that_may_be_left_out_is_asked_both_ways(tmp_path: Path, in_process: None) -> None:
    """Floats for it would turn right work away: `x[mask]` picks by booleans, and a row of zeros divides by 0."""
    made, lines, *_ = drafted(tmp_path, MASKED)
    assert 'mask = draw.one_of(None, draw.booleans("N", "D"))' in lines
    assert "mask (N, D) booleans or None -> out (N,), cache" in json.dumps(made)
    assert lines[-1].endswith('by=("dx", "dw"), wrt=("x", "w"), times="dout")')


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("optional boolean array", "array", 'draw.one_of(None, draw.booleans("N", "D"))  # guess: the notebook gives '
         "it True and False; is it always so?"),
        ("out, cache = masked_mean_forward(x, w)\nassert out.shape == (3,)\ndx, dw = masked_mean_backward("
         "np.array([1.0, -2.0, 0.0]), cache)\n", "", 'draw.booleans("N", "D")  # guess: the notebook never leaves it '
         'out; draw.one_of(None, draw.booleans("N", "D")) asks that too'),
        ("out, cache = masked_mean_forward(x, w, mask)\nassert np.isclose(out[1], -1.0)", "",
         'draw.one_of(None, draw.booleans("N", "D"))  # guess: the notebook never shows one; True and False?'),
        ("(x, w, mask)\n", "(x, w, mask * 1.0)\n", 'draw.one_of(None, draw.booleans("N", "D"))  # guess: the notebook '
         'gives it numbers 0 and 1, which are draw.mask("N", "D"); which is it?'),
    ],
    ids=["not said", "never left out", "never given", "floats"],
)  # fmt: skip
def test_a_draw_that_docstring_and_run_do_not_both_bear_out_is_a_guess(
    tmp_path: Path, in_process: None, old: str, new: str, line: str
) -> None:
    assert MASKED.count(old) == 1
    _, lines, refused, _ = drafted(tmp_path, MASKED.replace(old, new))
    assert refused == []
    assert f"mask = {line}" in lines


def test_what_no_docstring_says_is_a_guess(tmp_path: Path, in_process: None) -> None:
    """However clear the run is."""
    _, lines, *_ = drafted(tmp_path, ASSERTS)
    assert all("# guess: " in line for line in lines if " = draw." in line)


def test_several_results_in_one_line_have_their_names(tmp_path: Path, in_process: None) -> None:
    made, lines, *_ = drafted(tmp_path, RUNNING)
    assert "lr a number, eps a number -> w (D,), s (D,)" in json.dumps(made)
    assert any(line.startswith("repeats(rms_step, 3, w=0, s=1)") for line in lines)


def test_what_a_root_is_taken_of_and_never_seen_below_zero_is_drawn_above_it(tmp_path: Path, in_process: None) -> None:
    """Over several lines too; sizes are not blamed for numbers that are not finite."""
    _, lines, *_ = drafted(tmp_path, RUNNING)
    assert any(line.startswith('s = draw.positive("D")  # guess: a root or a logarithm') for line in lines)
    assert any(line.startswith("dw = draw.normal(") for line in lines)  # squared, and seen below zero
    assert "assignment(sizes=dict(D=(1, 7, 11)))" in lines


def test_what_leads_to_numbers_that_are_not_finite_is_narrowed(tmp_path: Path, in_process: None) -> None:
    """Nothing in the text tells that a root is taken of it."""
    text = (
        '# === code\nimport numpy as np\n# === solution\ndef width(s):\n    """Width.\n\n    Args:\n'
        '        s: array of shape (D,)\n    """\n    ### BEGIN SOLUTION\n    return np.power(s, 0.5)\n'
        "    ### END SOLUTION\n# === tests 1\nassert width(np.array([4.0, 9.0])).sum() == 5"
    )
    _, lines, refused, _ = drafted(tmp_path, text)
    assert refused == []
    assert lines[0] == (
        's = draw.positive("D")  # guess: with numbers of both signs the solution\'s are not all finite; right?'
    )
    assert lines[1] == "assignment(sizes=dict(D=(1, 7, 11)))"


def test_what_an_object_begins_with_and_a_method_changes_is_its_state(tmp_path: Path, in_process: None) -> None:
    """What one method keeps for another is told; numbers that add up to 1 are drawn so."""
    _, lines, _, notes = drafted(tmp_path, MIXTURE)
    assert 'pis = draw.simplex("k")' in lines
    assert any(
        line.endswith(
            "state=('pis', 'centres'))  # guess: Mixture.fit changes pis, centres beside what it returns: are students "
            "asked for that?"
        )
        for line in lines
    )
    said = "Mixture.shares also changes last of its object, which nothing judges: if it counts, add it to `state`"
    assert said in notes
    assert not any(line.startswith("follows(") for line in lines)  # fit calls shares itself


def test_what_is_as_long_as_an_argument_says_is_told_so(tmp_path: Path, in_process: None) -> None:
    made, *_ = drafted(tmp_path, MIXTURE)
    assert "x (n,), n_iter a number -> costs (n_iter,)" in json.dumps(made)


def test_the_entries_of_dicts_have_the_shapes_and_slopes_that_are_said(tmp_path: Path, in_process: None) -> None:
    """In the run D and H are as long as each other; the docstring tells them apart."""
    _, lines, *_ = drafted(tmp_path, DICTS)
    assert 'params = draw.dict(W=draw.normal("D", "H"), b=draw.normal("H"), v=draw.normal("H"))' in lines
    assert lines[-1] == (
        'slope(slopes, of="loss", by=("grads.W", "grads.b", "grads.v"), wrt=("params.W", "params.b", "params.v"))'
    )
    assert any(line.startswith('unjudged(scores, "cache")  # guess: ') for line in lines)


def test_what_a_function_takes_and_gives_heads_its_docstring(tmp_path: Path, in_process: None) -> None:
    """The rest of the docstring stays; a function without one gets it."""
    for text, first in (
        (SOFTMAX, "W (D, C), X (N, D), y (N,) labels, reg a number -> loss a number, dW (D, C)"),
        (ASSERTS, "z (N,) -> sigmoid (N,)"),
    ):
        made, *_ = drafted(tmp_path, text)
        docstrings = [
            ast.get_docstring(node) or ""
            for cell in made["cells"]
            if cell["metadata"].get("nbgrader", {}).get("solution") and cell["cell_type"] == "code"
            for node in ast.parse(cell_text(cell)).body
            if isinstance(node, ast.FunctionDef)
        ]
        assert docstrings[0].split("\n")[0] == first
    assert "Inputs have dimension D" in json.dumps(drafted(tmp_path, SOFTMAX)[0])


def test_hidden_tests_stay_with_the_instructor_and_shown_ones_with_the_students(
    tmp_path: Path, in_process: None
) -> None:
    made, *_ = drafted(tmp_path, SOFTMAX)
    hidden = [cell_text(cell) for cell in made["cells"] if is_note(cell) and not is_declaration(cell)]
    shown = [cell_text(cell) for cell in made["cells"] if not is_note(cell)]
    assert any("assert grad.shape == W.shape" in text for text in hidden)
    assert not any("assert grad.shape == W.shape" in text for text in shown)
    assert any("assert abs(loss + np.log(0.2)) < 0.3" in text for text in shown)


def test_a_shown_test_that_gives_the_solution_away_stays_with_the_instructor(tmp_path: Path, in_process: None) -> None:
    """Else the build would refuse the release."""
    text = ASSERTS.replace("[0.26894142, 0.5, 0.88079708])", "1 / (1 + np.exp(-z)))")
    made, *_ = drafted(tmp_path, text)
    shown = [cell_text(cell) for cell in made["cells"] if not is_note(cell) and "BEGIN" not in cell_text(cell)]
    assert not any("np.exp(-z)" in each for each in shown)


# ---- metadata of any version, none at all ---------------------------------------------------------------------------


@pytest.mark.parametrize("schema", [1, 2, 3, None])
def test_metadata_of_any_version_will_do(tmp_path: Path, in_process: None, schema: int | None) -> None:
    """Without any, the markers tell the solutions, and each function has a point."""
    made, _, refused, notes = drafted(tmp_path, K_MEANS, schema)
    assert refused == []
    assert sum(points(made).values()) == (6.0 if schema else 2.0)
    assert any("no test of the notebook gives points for it" in note for note in notes) is (schema is None)


def test_markers_that_stand_around_whole_functions_are_put_inside(tmp_path: Path, in_process: None) -> None:
    """Students get the `def` and its docstring; so do cells that are solutions without any marker."""
    around = (
        "# === code\nimport numpy as np\n# === solution\n### BEGIN SOLUTION\ndef double(x):\n    return 2 * x\n"
        "### END SOLUTION\n# === tests 2\nassert double(np.ones(3)).sum() == 6"
    )
    bare = around.replace("### BEGIN SOLUTION\n", "").replace("### END SOLUTION\n", "")
    for text in (around, bare):
        made, _, refused, notes = drafted(tmp_path, text)
        (solution,) = [cell_text(c) for c in made["cells"] if "def double" in cell_text(c)]
        assert solution.split("\n")[2:] == ["    ### BEGIN SOLUTION", "    return 2 * x", "    ### END SOLUTION"]
        assert refused == []
        assert any("the solution's markers now stand inside double" in note for note in notes)


def test_magics_and_cells_that_raise_do_not_keep_it_from_being_drafted(tmp_path: Path, in_process: None) -> None:
    text = ASSERTS.replace("# === solution", "# === code\n%matplotlib inline\nundefined + 1\n# === solution", 1)
    _, _, refused, notes = drafted(tmp_path, text)
    assert refused == []
    assert any("raised NameError" in note for note in notes)


def test_an_answer_that_is_no_function_is_graded_by_hand(tmp_path: Path, in_process: None) -> None:
    """Its points stay; nothing could be asked of it."""
    text = (
        ASSERTS
        + "# === solution\n### BEGIN SOLUTION\nanswer = 42\n### END SOLUTION\n# === tests 4\nassert answer == 42"
    )
    made, _, refused, notes = drafted(tmp_path, text)
    assert refused == []
    (meta,) = [c["metadata"]["nbgrader"] for c in made["cells"] if "answer = 42" in cell_text(c)]
    assert (meta["grade"], meta["solution"], meta["points"]) == (True, True, 4.0)
    assert "cell 10 writes no function: its 4 points are given by hand" in notes


# ---- docstrings -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "docstring",
    [
        "Scores.\n\nInputs:\n- X: A numpy array of shape (N, D)\n- y: labels of shape (N,); 0 <= y[i] < C\n",
        "Scores.\n\nParameters\n----------\nX : ndarray, shape (N, D)\ny : array of shape (N,)\n"
        "    labels in {0, ..., C - 1}\n",
        "Scores.\n\nArgs:\n    X (np.ndarray): data of shape (N, D).\n    y: labels [0, C), an array of shape (N,)\n",
        "Scores.\n\n:param X: array of shape (N, D)\n:param y: labels of shape (N,), 0 to C-1\n",
        "Scores.\n\nArguments:\nX -- input of size (N, D)\ny -- labels of shape (N,), 0 <= y < C\n",
    ],
)
def test_a_docstring_of_any_style_tells_shapes_and_labels(docstring: str) -> None:
    found = said(docstring, ("X", "y"))
    assert (found.takes["X"].shape, found.takes["y"].shape) == (("N", "D"), ("N",))
    assert (found.takes["X"].labels, found.takes["y"].below) == (False, "C")


# ---- what is refused, and leaves everything as it was ---------------------------------------------------------------

SOLVED = "# === solution\ndef f(x):\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION\n"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (notebook("# === text\nHello\n# === code\nx = 1"), "has no function with a solution: put ### BEGIN SOLUTION"),
        (notebook(SOLVED.replace("return x", "return (x")), "is not valid Python"),
        (notebook(SOLVED.replace("    ### END SOLUTION\n", "")), "that do not pair up; mend the markers"),
        ({"a": 1}, "no notebook: it has no list of cells; save it again in Jupyter"),
        ("hello", "save it again in Jupyter"),
        (notebook(SOLVED) | {"metadata": {"kernelspec": {"language": "R", "name": "ir"}}}, "is written in r"),
    ],
    ids=["no solution", "syntax", "markers", "no cells", "no notebook", "language"],
)
def test_what_nothing_can_be_drafted_from_is_refused(course: Course, content: Any, says: str) -> None:
    path = course.root / "old.ipynb"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    with pytest.raises(CourseError) as refusal:
        drafting.draft(course, "own", path)
    assert says in str(refusal.value)
    assert not course.source.exists()


def test_nothing_is_overwritten(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """An assignment of that name, the instructor's own notebook: both stay."""
    path = saved(course.root, SOLVED)
    before = path.read_bytes()
    (course.source / "own").mkdir(parents=True)
    assert main(["--course", str(course.root), "new", "own", "--from", str(path)]) == 2
    assert "is there already: choose another name" in capsys.readouterr().err
    assert main(["--course", str(course.root), "new", "other", "--from", str(course.root / "none.ipynb")]) == 2
    assert "there is no such notebook; check the spelling" in capsys.readouterr().err
    assert path.read_bytes() == before
    assert [*(course.source / "own").iterdir()] == []


def test_a_solution_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is drawn may keep a solution busy that its own tests did not: the draft says so."""
    monkeypatch.setattr(trial, "TRIAL_S", 0.2)
    solution = 'def f(x):\n    """x (N,) -> y (N,)"""\n    while True:\n        pass\n'
    declaration = 'x = draw.normal("N")\nassignment(sizes=dict(N=(1, 3)))'
    cells = [
        {"cell_type": "code", "metadata": {"nbgrader": {"solution": True}}, "source": solution},
        {"cell_type": "code", "metadata": {"tags": ["autograder"]}, "source": declaration},
    ]
    (sentence,) = trial.refused("it", {"cells": cells}, ("f",))
    assert sentence.startswith("the solution does not answer what is drawn within 0.2 s")


@pytest.mark.slow
def test_the_command_lays_down_what_can_be_tried(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """Run in the sandbox with a file beside it; then it says what comes next."""
    text = SOLVED + '# === tests 3\nimport numpy as np\nassert f(np.load("data.npy")).sum() == 3'
    path = saved(course.root, text)
    import numpy as np

    np.save(course.root / "data.npy", np.arange(3.0))
    assert main(["--course", str(course.root), "new", "own", "--from", str(path)]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[-1] == "now: look at the marked lines; autograder try own; autograder build own"
    assert not any("raised" in line or "refuse" in line for line in out)
    assert (course.source / "own" / "data.npy").is_file()
    assert main(["--course", str(course.root), "try", "own"]) == 0
