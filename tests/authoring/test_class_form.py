"""Assignments of the class form of one's own: description and solution held against each other, and graded."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder import assignments
from autograder.assignments import library
from autograder.authoring.build import build
from autograder.authoring.extraction import is_note, reference
from autograder.authoring.proofs import agreement
from autograder.authoring.verification.variants import wrong_variants
from autograder.core.contract import METHODS
from autograder.core.course import Course
from autograder.core.report import Report
from autograder.grading.grader import Grader, Task
from autograder.notebooks.reading import trusted_notebook
from autograder.selfcheck import SelfCheck
from tests.support import notebooks
from tests.support.class_form import OWN, lay_down

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """An empty course: nbgrader's configuration and nothing else."""
    return empty_course(tmp_path)


@pytest.fixture
def descriptions(tmp_path: Path) -> Iterator[Path]:
    """A folder of descriptions beside the package's own, so that tests leave that one alone."""
    yield from another_folder(tmp_path / "descriptions")


def empty_course(folder: Path) -> Course:
    folder.mkdir(exist_ok=True)
    shutil.copy(REPOSITORY / "nbgrader_config.py", folder)
    return Course.find(folder)


def another_folder(folder: Path) -> Iterator[Path]:
    folder.mkdir()
    library.__path__.append(str(folder))
    yield folder
    library.__path__.remove(str(folder))
    assignments.described.cache_clear()


def test_description_and_solution_agree_as_they_are_laid_down(course: Course, descriptions: Path) -> None:
    """Numbers, slopes, and a fault that shows."""
    assert disagreements(course, "own_mixtures", descriptions) == []


# ---- description and solution held against each other ------------------------------------------------------------


def disagreements(course: Course, name: str, descriptions: Path, old: str = "", put: str = "") -> list[str]:
    """What does not agree, with one thing changed in the description that was laid down."""
    notebook, description = lay_down(course, name, descriptions)
    text = description.read_text(encoding="utf-8")
    assert text.count(old) == 1 or not old
    description.write_text(text.replace(old, put) if old else text, encoding="utf-8")
    course.solutions.mkdir()
    course.solution(name).write_text(reference(trusted_notebook(notebook), name), encoding="utf-8")
    return agreement.disagreements(course, name)


@pytest.mark.parametrize(
    ("old", "put", "says"),
    [
        ("2.0 / len(x)", "1.0 / len(x)", "and the notebook's solution do not agree: dloss_dw1 is off by 5.0e-01"),
        ("/ len(y))", ")", "loss and the notebook's solution do not agree: loss is off by"),
        ("    return x @ w1", "    return x @ w1 + 1", "and the notebook's solution do not agree: forward is off"),
        ('if "residual without', 'if "without', "changes nothing in dloss_dw1: is it spelled alike in both places?"),
        ('("dloss_dw1",)', '("dloss_w1",)', "is of dloss_w1; there are: dloss_dw1, forward, loss"),
        ("return x @ w1", "return x @ w2", "name 'w2' is not defined (slip_1.py, line 35: return x @ w2)"),
        ('"D_out": 6},', '"D_out": 6', "does not work: SyntaxError"),
        ('x=("N", "D_in")', 'x=("N", "D_on")', "the shapes need a size D_on, and `sizes` has only N, D_in, D_out"),
        ('"diverging": 3.0', '"diverging": 3e200', "is not finite; another learning rate in `rates`, or"),
        ("draw=normal,", 'draw=normal, predictions={"plain": lambda rng, y: y + np.inf},', "do `predictions` and"),
        ("lr=0.1, n_ep=40)", "lr=1e200, n_ep=40)", "not finite; change what `published` gives, or its"),
        ("squared=True", "squared=False", "check cell says squared=True, the description False"),
        ('"one sample":', '"a sample":', "sizes need 'one sample' and others"),
        ('"steady": 0.05, ', "", "rates lack steady"),
    ],
)  # fmt: skip
def test_a_slip_in_the_description_is_named(
    course: Course, descriptions: Path, old: str, put: str, says: str, request: pytest.FixtureRequest
) -> None:
    """In words that tell where to look."""
    name = f"slip_{request.node.callspec.indices['old']}"  # modules stay loaded: a name for each
    problems = disagreements(course, name, descriptions, old, put)
    assert says.replace("slip_1", name) in "\n".join(problems)


def test_a_solution_whose_gradient_is_no_slope_is_refused(course: Course, descriptions: Path) -> None:
    """Even where description and solution agree: both were written by one hand."""
    notebook, description = lay_down(course, "twice_wrong", descriptions)
    wrong = description.read_text("utf-8").replace("2.0 / len(x)", "1.0 / len(x)")
    description.write_text(wrong, encoding="utf-8")
    course.solutions.mkdir()
    solution = reference(trusted_notebook(notebook), "twice_wrong")
    course.solution("twice_wrong").write_text(solution.replace("2 / len(x)", "1 / len(x)"), encoding="utf-8")
    (problem,) = agreement.disagreements(course, "twice_wrong")
    assert problem == "the solution's dloss_dw1 is not the slope of the loss: it is off by 5.0e-01 of its size"


def of_softmax(course: Course, descriptions: Path, name: str, old: str, put: str) -> list[str]:
    """What does not agree in the softmax of tests/authoring/own, under another name and with one thing changed."""
    notebook, description = lay_down(course, "own_softmax", descriptions)
    change_into(notebook, description, "own_softmax")
    own = {course.source_notebook(name): notebook, descriptions / f"{name}.py": description}
    assert sum(path.read_text(encoding="utf-8").count(old) for path in own.values()) == 1
    for place, path in own.items():
        place.parent.mkdir(exist_ok=True)
        text = path.read_text(encoding="utf-8").replace(old, put).replace("own_softmax", name)
        place.write_text(text, encoding="utf-8")
        path.unlink()
    course.solutions.mkdir()
    course.solution(name).write_text(reference(trusted_notebook(course.source_notebook(name)), name), encoding="utf-8")
    return agreement.disagreements(course, name)


def test_a_solution_that_looks_for_a_label_is_told_to_compute_with_it(course: Course, descriptions: Path) -> None:
    """Tolerances are measured by shaking what a question gives, labels too: none of them is 1 then."""
    old, put = "np.sum(y_prediction * y_true, axis=1)", "np.sum(y_prediction * (y_true == 1) + 1e-9, axis=1)"
    (problem,) = of_softmax(course, descriptions, "label_seeker", old, put)
    assert "does the solution ask whether y_true equals a number? Let it compute with y_true instead" in problem


def test_a_gradient_is_asked_only_where_there_is_a_loss(course: Course, descriptions: Path) -> None:
    """Where a softmax is as good as sure, a right gradient that divides by the probability is 0/0."""
    old, put = 'styles=("zero", "negative", "large", "zeros")', 'styles=("zero", "huge")'
    (problem,) = of_softmax(course, descriptions, "sure_model", old, put)
    assert "the loss is not finite there" in problem
    assert problem.endswith("leave 'huge' out of `styles`")


def test_verify_knows_the_faults_of_a_model_of_ones_own(descriptions: Path) -> None:
    """Also where its gradients cannot be taken at two sets of weights, and where its loss is no squared error."""
    shutil.copy(OWN / "own_softmax.py", descriptions)
    names = {wrong.name for wrong in wrong_variants(assignments.load("own_softmax"), "class OwnSoftmax: pass")}
    assert {"train: sequential", "train: sequential, error kept", "loss: squared error"} <= names
    assert "loss: absolute error" not in names


def test_a_description_that_does_not_work_hides_no_other(descriptions: Path) -> None:
    """While one assignment is being written, the others are graded as ever."""
    (descriptions / "half_written.py").write_text("ASSIGNMENT = Assign", encoding="utf-8")
    assert "half_written" in assignments.names()
    assert set(assignments.names()) - set(assignments.class_names()) == {"half_written"}
    with pytest.raises(LookupError, match="the description of half_written does not work: NameError"):
        assignments.load("half_written")


# ---- the template and two other models, from `new` to graded submissions -----------------------------------------


def change_into(notebook: Path, description: Path, name: str) -> None:
    """The laid-down assignment changed into the model in tests/authoring/own, as an instructor would by hand."""
    shutil.copy(OWN / f"{name}.py", description)
    tree = json.loads(notebook.read_text(encoding="utf-8"))
    cells = (part.split("\n", 1) for part in (OWN / f"{name}.cells").read_text(encoding="utf-8").split("# %% ")[1:])
    changed = {cell_id.strip(): text.rstrip("\n") for cell_id, text in cells}
    for cell in tree["cells"]:
        cell["source"] = changed.pop(cell["id"], cell["source"])
    assert changed == {}
    notebook.write_text(json.dumps(tree), encoding="utf-8")


MODELS = ("own_mixtures", "own_softmax", "own_filter")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grader]:
    """A course with the template and the two models made from it, built and proved; its grader."""
    folder = tmp_path_factory.mktemp("own")
    course = empty_course(folder / "course")
    for descriptions in another_folder(folder / "descriptions"):
        for name in MODELS:
            notebook, description = lay_down(course, name, descriptions)
            if name != "own_mixtures":
                change_into(notebook, description, name)
        assert [built.name for built in build(course, MODELS)] == list(MODELS)
        with Grader(course) as grader:
            yield grader


def graded(own: Grader, folder: Path, name: str, changes: list[tuple[str, str]]) -> list[Report]:
    """A report for each submission that is the reference with one thing changed; the last is the release itself."""
    source = notebooks.class_source(own.course, name)
    assert [old for old, _ in changes if source.count(old) != 1] == []
    made = [notebooks.filled(own.course, name, source.replace(old, put)) for old, put in changes]
    made.append(notebooks.released(own.course, name))
    paths = [notebooks.save(each, folder / f"{k}.ipynb") for k, each in enumerate(made)]
    reports = [each.report for each in own.grade([Task(path, path.name, None) for path in paths], name)]
    assert [report.notes for report in reports if report.verdict != "graded"] == []
    return reports


def lost(report: Report) -> set[str]:
    """The methods that did not earn all their points."""
    return {name for name in METHODS if report.methods[name]["score"] < report.methods[name]["max_score"]}


def codes(report: Report) -> set[str]:
    return {found.code for check in report.checks for found in check.diagnoses}


CASES = (
    # the model, what is changed in its reference, the methods that lose points, the fault that is named
    ("own_mixtures", "self.forward(x) - y_true", "y_true - self.forward(x)", {"dloss_dw"}, "sign"),
    ("own_mixtures", "2 / len(x) * x.T", "2 * x.T", {"dloss_dw"}, "sum-for-mean"),
    ("own_mixtures", "2 / len(x) * x.T @ residual", "2 / len(x) * x.T @ self.forward(x)", {"dloss_dw"},
     "missing-upstream"),
    ("own_mixtures", "np.mean(np.sum(residual**2, axis=1))", "np.mean(residual**2)", {"loss"}, "mean-for-sum"),
    ("own_mixtures", "self.w1 - lr", "self.w1 + lr", {"train"}, "ascends"),
    ("own_softmax", "(self.forward(x) - y_true)", "(y_true - self.forward(x))", {"dloss_dw"}, "sign"),
    ("own_softmax", "(self.forward(x) - y_true) / len(x)", "self.forward(x) - y_true", {"dloss_dw"},
     "sum-for-mean"),
    ("own_softmax", "-np.mean(np.log(right))", "-np.sum(np.log(right))", {"loss"}, "sum-for-mean"),
    ("own_softmax", "-np.mean(np.log(right))", "np.mean(np.log(right))", {"loss"}, "sign"),
    ("own_softmax", "-np.mean(np.log(right))", "-np.mean(np.log(y_prediction).sum(axis=1))", {"loss"},
     "missing-upstream"),
    ("own_softmax", "-np.mean(np.log(right))", "np.mean(np.sum((y_prediction - y_true) ** 2, axis=1))", {"loss"},
     "different"),
    ("own_softmax", "(self.forward(x) - y_true)", "(self.forward(x) - 0 * y_true)", {"dloss_dw"},
     "missing-upstream"),
    ("own_softmax", "self.b1 = self.b1 - lr * dloss_db1",
     "self.b1 = self.b1 - lr * self.dloss_dw(x, y_true)[1]", {"train"}, "sequential-update"),
    ("own_filter", "2 * (self.forward(x) - y_true)", "2 * (y_true - self.forward(x))", {"dloss_dw"}, "sign"),
    ("own_filter", "np.sum((y_prediction", "np.mean((y_prediction", {"loss"}, "mean-for-sum"),
    ("own_filter", "2 * (self.forward(x) - y_true)", "(self.forward(x) - y_true)", {"dloss_dw"}, "factor"),
    ("own_filter", "for k in range(len(self.w1))]", "for k in range(len(self.w1))][::-1]", {"dloss_dw"},
     "swapped"),
    ("own_filter", "return filtered", "return filtered.sum()", {"forward"}, "wrong-shape"),
)  # fmt: skip


RIGHT = (
    ("own_mixtures", "2 / len(x) * x.T @ residual", "sum(2 * np.outer(a, b) for a, b in zip(x, residual)) / len(x)"),
    ("own_mixtures", "np.mean(np.sum(residual**2, axis=1))", "np.linalg.norm(residual) ** 2 / y_true.shape[0]"),
    ("own_softmax", "np.exp(logits - np.max(logits, axis=1, keepdims=True))", "np.exp(logits)"),
    ("own_softmax", "np.log(right)", "np.log(right + 1e-12)"),
    ("own_softmax", "-np.mean(np.log(right))", "-np.sum(y_true * np.log(y_prediction)) / len(y_true)"),
    ("own_softmax", "right = np.sum(y_prediction * y_true, axis=1)",
     "right = y_prediction[np.arange(len(y_true)), np.argmax(y_true, axis=1)]"),
    ("own_filter", "return filtered", "return self.b1 + np.array([np.correlate(row, self.w1, 'valid') for row in x])"),
    ("own_filter", "return np.array(loss_records), np.array(weight_records)", "return [loss_records, weight_records]"),
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_right_answers_earn_all_and_wrong_ones_lose_their_method_and_are_told_why(
    own: Grader, tmp_path: Path, name: str
) -> None:
    """Other algebra, one fault at a time, the release as it is handed out: for models that the kit has never seen."""
    right = [(old, put) for model, old, put in RIGHT if model == name]
    wrong = [case[1:] for case in CASES if case[0] == name]
    *reports, blank = graded(own, tmp_path, name, [*right, *((old, put) for old, put, _, _ in wrong)])
    assert [report.score for report in reports[: len(right)]] == [10.0] * len(right)
    for report, (_, put, hurt, code) in zip(reports[len(right) :], wrong, strict=True):
        assert lost(report) == hurt, put
        assert code in codes(report), put
    assert (blank.score, codes(blank)) == (0.0, {"not-implemented"})
    no_note_is_released(own.course, name)


def no_note_is_released(course: Course, name: str) -> None:
    """No tagged cell, and no line of one, reaches the release."""
    source, release = (trusted_notebook(path) for path in (course.source_notebook(name), course.release_notebook(name)))
    notes = [cell for cell in source["cells"] if is_note(cell)]
    assert len(notes) == 6
    assert len(release["cells"]) == len(source["cells"]) - len(notes)
    text = json.dumps(release, ensure_ascii=False)
    lines = [line[2:] for cell in notes for line in "".join(cell["source"]).splitlines() if len(line) > 20]
    assert not any(line in text for line in lines)


# ---- the self-check for models of one's own ----------------------------------------------------------------------


def test_the_selfcheck_draws_what_the_lesson_says() -> None:
    """Targets and predictions from the lesson's own functions; sizes that are sums of names."""
    seen: list[tuple[int, ...]] = []

    class Mean:
        def __init__(self, init_weights: Any) -> None:
            (self.w1,) = init_weights

        def loss(self, y_prediction: Any, y_true: Any) -> float:
            seen.append(y_true.shape)
            assert np.all(y_true == 3.0)
            assert np.all(y_prediction > 0.0)
            return float(-np.mean(np.log(y_prediction)))

    check = SelfCheck(
        weights={"w1": ("K",)}, x=("N", "M+K-1"), y=("N", "M-1+K"), loss="mean", squared=False,
        targets=lambda rng, shape: np.full(shape, 3.0), predictions=lambda rng, y: rng.uniform(0.1, 0.9, y.shape),
    )  # fmt: skip
    check.loss(Mean)
    assert (7, 3 + 5 - 1) in seen
