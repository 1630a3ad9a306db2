"""A new assignment of one's own: what is laid down works, and can be changed into another model."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest

from autograder import assignments
from autograder.assignments import library
from autograder.authoring import agreement, new, students
from autograder.authoring.build import build
from autograder.authoring.extraction import is_note, reference
from autograder.authoring.verification.variants import wrong_variants
from autograder.cli import main
from autograder.core.contract import METHODS
from autograder.core.course import Course, CourseError
from autograder.core.report import Report
from autograder.grading.grader import Grader, Task
from autograder.notebooks.reading import trusted_notebook
from autograder.selfcheck import SelfCheck
from tests.support import notebooks

REPOSITORY = Path(__file__).resolve().parents[2]
OWN = Path(__file__).parent / "own"
TEMPLATE = json.loads((new.TEMPLATES / "linear_layer.ipynb").read_text(encoding="utf-8"))


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
    assignments.load.cache_clear()


def names_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


# ---- what is laid down -------------------------------------------------------------------------------------------


def test_three_files_are_laid_down_under_the_new_name(course: Course, descriptions: Path) -> None:
    """The notebook, the self-check beside it, the description; no name of the template is left in them."""
    notebook, selfcheck, description = new.create(course, "own_mixtures", descriptions)
    assert notebook == course.root / "source/own_mixtures/own_mixtures.ipynb"
    assert description == descriptions / "own_mixtures.py"
    assert selfcheck.read_bytes() == students.SELFCHECK.read_bytes()
    for path in (notebook, description):
        text = path.read_text(encoding="utf-8")
        assert not any(old in text for old in (new.TEMPLATE_NAME, new.TEMPLATE_CLASS, new.TEMPLATE_TITLE))
        assert "own_mixtures" in text
    assignment = assignments.load("own_mixtures")
    assert (assignment.name, assignment.class_name, assignment.title) == ("own_mixtures", "OwnMixtures", "Own mixtures")
    assert course.source_assignments() == ["own_mixtures"]


def test_within_the_checkout_the_selfcheck_is_a_relative_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So there is one self-check, and a moved or cloned checkout still has it."""
    course = empty_course(tmp_path)
    (tmp_path / "autograder").mkdir()
    monkeypatch.setattr(
        students, "SELFCHECK", shutil.copy(students.SELFCHECK, tmp_path / "autograder" / "selfcheck.py")
    )
    _, selfcheck, _ = new.create(course, "own_mixtures", tmp_path / "autograder")
    assert selfcheck.readlink() == Path("../../autograder/selfcheck.py")


def test_the_template_notebook_is_valid_and_in_normal_form() -> None:
    """Saved anew it stays the same, so that differences show what was changed."""
    nbformat.validate(nbformat.from_dict(TEMPLATE))
    normal = json.dumps(TEMPLATE, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    assert (new.TEMPLATES / "linear_layer.ipynb").read_text(encoding="utf-8") == normal


def test_every_place_to_change_is_marked() -> None:
    """The numbers 1 to 5 stand in the description, 1 to 6 in the notebook's notes."""
    text = (new.TEMPLATES / "linear_layer.py").read_text(encoding="utf-8")
    assert all(f"# CHANGE {number}: THE" in text for number in range(1, 6))
    notes = ["".join(cell["source"]) for cell in TEMPLATE["cells"] if is_note(cell)]
    assert all(f"> {number}. **" in notes[0] for number in range(1, 7))
    marks = [note.partition(":")[0] for note in notes[1:]]  # 4 and 5 are in the description only
    assert set(marks) == {f"> **CHANGE {number}" for number in (1, 2, 3, 6)}


def test_the_lesson_of_the_template_says_what_happens() -> None:
    """The first and last loss in the text are those of the run in the notebook."""
    space: dict[str, Any] = {"np": np}
    text = {cell["id"]: "".join(cell["source"]) for cell in TEMPLATE["cells"]}
    exec(text["data-code"] + "\n" + text["LinearLayer"], space)
    model = space["LinearLayer"]([space["start"]])
    losses = model.train(space["x_train"], space["y_train"], 0.1, 40)
    assert f"starts at about {losses[0]:.0f}," in text["expect"].replace("\n", " ")
    assert f"rest at about {losses[-1]:.2f}," in text["expect"].replace("\n", " ")
    assert np.abs(model.w1 - space["mixture"]).max() < 0.05


def test_description_and_solution_of_the_template_agree(course: Course, descriptions: Path) -> None:
    """As it lies there: numbers, slopes, and a fault that shows."""
    assert disagreements(course, "own_mixtures", descriptions) == []


def test_the_command_prints_the_files(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """One path a line, the description beside the notebook's folder in the course; then what comes next."""
    assert main(["--course", str(course.root), "new", "own_mixtures"]) == 0
    said = capsys.readouterr().out.splitlines()
    paths = ("own_mixtures/own_mixtures.ipynb", "own_mixtures/selfcheck.py", "own_mixtures.py")
    assert [Path(line).resolve() for line in said[:3]] == [(course.source / path).resolve() for path in paths]
    assert said[3] == "now: autograder build own_mixtures"


# ---- what is refused, and leaves everything as it was ------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("SoftmaxRegression", "would softmax_regression do?"),
        ("softmax-regression", "would softmax_regression do?"),
        ("2layers", "would layers do?"),
        ("../escape", "would escape do?"),
        ("", "is no name"),
        ("häuser_netz", "is no name"),
        ("a__b", "is no name"),
        ("x" * 41, "too long"),
        ("class", "in two words"),
        ("list_", "is no name"),
        ("exception", "in two words"),
        ("self_check", "in two words"),
    ],
)
def test_a_name_that_will_not_do_is_refused(course: Course, descriptions: Path, name: str, says: str) -> None:
    """With a better one where there is one."""
    before = names_in(course.root)
    with pytest.raises(CourseError, match=says.replace("?", r"\?")):
        new.create(course, name, descriptions)
    assert names_in(course.root) == before


def test_what_is_there_already_stays(course: Course, descriptions: Path) -> None:
    """A second time, beside a source of that name, or with the class name of another assignment."""
    new.create(course, "own_mixtures", descriptions)
    before = {name: (course.root / name).read_bytes() for name in names_in(course.root)}
    with pytest.raises(CourseError, match="is there already: choose another name"):
        new.create(course, "own_mixtures", descriptions)
    (course.source / "my_model").mkdir()
    with pytest.raises(CourseError, match="my_model is there already"):
        new.create(course, "my_model", descriptions)
    other = descriptions / "another.py"
    other.write_text((descriptions / "own_mixtures.py").read_text("utf-8").replace("OwnMixtures", "LastModel"), "utf-8")
    with pytest.raises(CourseError, match="the class of another is called LastModel already"):
        new.create(course, "last_model", descriptions)
    other.unlink()
    (course.source / "my_model").rmdir()
    assert {name: (course.root / name).read_bytes() for name in names_in(course.root)} == before


def test_a_name_of_the_course_is_taken(course: Course) -> None:
    """The five assignments have their descriptions in the package."""
    with pytest.raises(CourseError, match="called ShallowNarrow already"):
        new.create(course, "shallow_narrow")
    assert not course.source.exists()


def test_a_place_that_cannot_be_written_to_is_left_clean(course: Course, tmp_path: Path) -> None:
    """No half of an assignment: the notebook goes when the description cannot be written."""
    with pytest.raises(CourseError, match="nothing was laid down"):
        new.create(course, "own_mixtures", tmp_path / "not there")
    assert names_in(course.root) == ["nbgrader_config.py"]


# ---- description and solution held against each other ------------------------------------------------------------


def disagreements(course: Course, name: str, descriptions: Path, old: str = "", put: str = "") -> list[str]:
    """What does not agree, with one thing changed in the description that was laid down."""
    notebook, _, description = new.create(course, name, descriptions)
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
    notebook, _, description = new.create(course, "twice_wrong", descriptions)
    wrong = description.read_text("utf-8").replace("2.0 / len(x)", "1.0 / len(x)")
    description.write_text(wrong, encoding="utf-8")
    course.solutions.mkdir()
    solution = reference(trusted_notebook(notebook), "twice_wrong")
    course.solution("twice_wrong").write_text(solution.replace("2 / len(x)", "1 / len(x)"), encoding="utf-8")
    (problem,) = agreement.disagreements(course, "twice_wrong")
    assert problem == "the solution's dloss_dw1 is not the slope of the loss: it is off by 5.0e-01 of its size"


def of_softmax(course: Course, descriptions: Path, name: str, old: str, put: str) -> list[str]:
    """What does not agree in the softmax of tests/authoring/own, under another name and with one thing changed."""
    notebook, _, description = new.create(course, "own_softmax", descriptions)
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
            notebook, _, description = new.create(course, name, descriptions)
            if name != "own_mixtures":
                change_into(notebook, description, name)
        assert [built.name for built in build(course, MODELS)] == list(MODELS)
        with Grader(course) as grader:
            yield grader


def grade(own: Grader, tmp_path: Path, name: str, old: str, put: str) -> Report:
    """The report on a submission that is the reference with one thing changed."""
    source = notebooks.class_source(own.course, name)
    assert source.count(old) == 1 or not old
    changed = source.replace(old, put) if old else source
    path = notebooks.save(notebooks.filled(own.course, name, changed), tmp_path / f"{name}.ipynb")
    (graded,) = own.grade([Task(path, path.name, None)], name)
    assert graded.report.verdict == "graded", graded.report.notes
    return graded.report


def lost(report: Report) -> set[str]:
    """The methods that did not earn all their points."""
    return {name for name in METHODS if report.methods[name]["score"] < report.methods[name]["max_score"]}


def codes(report: Report) -> set[str]:
    return {found.code for check in report.checks for found in check.diagnoses}


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_right_and_blank(own: Grader, tmp_path: Path, name: str) -> None:
    """The reference earns all points, the release as it was handed out none."""
    assert grade(own, tmp_path, name, "", "").score == 10.0
    blank = notebooks.save(notebooks.released(own.course, name), tmp_path / "blank.ipynb")
    (graded,) = own.grade([Task(blank, blank.name, None)], name)
    assert graded.report.score == 0.0
    assert codes(graded.report) == {"not-implemented"}


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
@pytest.mark.parametrize(("name", "old", "put"), RIGHT)
def test_a_right_answer_in_other_algebra_earns_everything(
    own: Grader, tmp_path: Path, name: str, old: str, put: str
) -> None:
    """What students write who did not write the reference."""
    assert grade(own, tmp_path, name, old, put).score == 10.0


@pytest.mark.slow
@pytest.mark.parametrize(("name", "old", "put", "hurt", "code"), CASES)
def test_a_wrong_submission_loses_the_method_and_is_told_why(
    own: Grader, tmp_path: Path, name: str, old: str, put: str, hurt: set[str], code: str
) -> None:
    """One fault, one method, its name: for models that the kit has never seen."""
    report = grade(own, tmp_path, name, old, put)
    assert lost(report) == hurt
    assert code in codes(report)


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_notes_to_the_instructor_stay_in_the_source(own: Grader, name: str) -> None:
    """No tagged cell, and no line of one, reaches the release."""
    source, release = (
        trusted_notebook(path) for path in (own.course.source_notebook(name), own.course.release_notebook(name))
    )
    notes = [cell for cell in source["cells"] if is_note(cell)]
    assert len(notes) == 6
    assert not any(is_note(cell) for cell in release["cells"])
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
