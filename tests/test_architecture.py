"""The shape of the package: what may import what, what every module says of itself."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "autograder"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py" and "templates" not in path.parts)

# The stages of grading, in the order of the data: a module may import those before its own, never those after.
STAGES = (
    ("final_mark", "records", "assignment", "numeric", "probe", "notebook"),
    ("questions", "answers", "submission", "job", "sandbox"),
    ("exam", "observe"),
    ("findings", "evidence"),
    (
        *("scale", "words", "source_text", "train_faults", "loss_faults", "array_faults", "lost_digits"),
        *("run_asked", "run_traces", "hypotheses", "diagnose_train", "diagnose"),
    ),
    ("judge", "checks"),
    ("grading",),
    ("parcel", "executors", "batch", "journal", "regrade", "worklist", "stopping"),
    ("commands",),
    ("cli",),
)
STAGE_OF = {name: k for k, names in enumerate(STAGES) for name in names}


def imports(path: Path) -> set[str]:
    """The modules of ours that a file imports anywhere, by their name below the package."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "autograder":
            parts = node.module.split(".")[1:]
            found |= {parts[0]} if parts else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("autograder.")}
    return found


def stage(path: Path) -> str:
    """The part of the package that a module belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


STAGED = [path for path in MODULES if stage(path) in STAGE_OF and path.name != "conftest.py"]


@pytest.mark.parametrize("path", STAGED, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_follow_the_data(path: Path) -> None:
    """A stage of grading imports no later stage."""
    own = stage(path)
    later = {name for name in imports(path) if STAGE_OF.get(name, -1) > STAGE_OF[own]}
    assert not later, f"{path.name} imports {sorted(later)}, which come after it"


PROBE = sorted(PACKAGE.glob("probe/*.py"))
ELSEWHERE = (*PROBE, PACKAGE / "zygote.py", PACKAGE / "selfcheck.py")


@pytest.mark.parametrize("path", ELSEWHERE, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_what_runs_elsewhere_stands_alone(path: Path) -> None:
    """The files that run in the sandbox or on students' machines import nothing of ours but their neighbours."""
    assert imports(path) == set()
    relative = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.ImportFrom) and node.level]  # fmt: skip
    assert all(path in PROBE and node.level == 1 for node in relative)


def test_what_is_shown_to_students_knows_nothing_of_grading() -> None:
    """Feedback and exports read reports, nothing else."""
    for path in [*PACKAGE.glob("feedback/*.py"), *PACKAGE.glob("export/*.py")]:
        if path.name == "gradescope.py":
            continue  # it also grades, inside Gradescope's container
        assert imports(path) <= {"records", "final_mark", "feedback", "export"}, path.name


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_every_module_says_what_it_is(path: Path) -> None:
    """One noun, one sentence: the first line of the docstring ends with a full stop or a colon."""
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert docstring, "no docstring"
    first = re.split(r"\n\s*\n", docstring)[0]
    assert first.rstrip()[-1] in ".:;", first


def test_student_code_is_never_unpickled() -> None:
    """Bytes that a student touched are data: no pickle, no eval, no exec outside the probe."""
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        called = {
            node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert "eval" not in called, path.name
        if path.name not in ("cells.py", "zygote.py", "selfcheck.py", "_given.py"):
            assert "exec" not in called, path.name
        assert "allow_pickle=True" not in path.read_text(encoding="utf-8"), path.name


def test_every_module_stands_in_the_readme() -> None:
    """The README's table names each file, so that a reader knows where to look."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [
        path.name for path in PACKAGE.glob("*.py") if path.name != "__init__.py" and f"`{path.name}`" not in readme
    ]
    assert not missing
