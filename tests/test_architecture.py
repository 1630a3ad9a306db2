"""The shape of the package: its rooms, what stands alone, what every module says of itself."""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "autograder"
FILES = sorted(path for path in PACKAGE.rglob("*.py") if "templates" not in path.parts)
MODULES = [path for path in FILES if path.name != "__init__.py"]
ROOMS = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))
ABOVE_ALL = ("nbgrader_plugins.py", "__main__.py", "__init__.py", "selfcheck.py")  # flat, each with its reason in it


def imports(path: Path) -> Iterator[tuple[str, ...]]:
    """The parts, below the package, of each module of ours that a file imports anywhere."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "autograder":
            parts = tuple(node.module.split(".")[1:])
            yield from [parts] if parts else [(alias.name,) for alias in node.names]
        elif isinstance(node, ast.Import):
            yield from (
                tuple(alias.name.split(".")[1:]) for alias in node.names if alias.name.startswith("autograder.")
            )


def room(path: Path) -> str:
    """The room that a file stands in; its own name where it lies flat."""
    return path.relative_to(PACKAGE).parts[0]


def parts(folder: Path) -> set[str]:
    """What there is to read in a package's folder: its modules, and the packages in it."""
    inner = {path.parent.name for path in folder.glob("*/__init__.py")}
    return {path.stem for path in folder.glob("*.py")} - {"__init__"} | inner


def test_there_are_rooms_and_little_beside_them() -> None:
    """What lies flat beside the rooms is what must: an address that courses know, and what students get."""
    assert len(ROOMS) == 12
    assert {path.name for path in PACKAGE.glob("*.py")} == set(ABOVE_ALL)


ENTERING = [path for path in FILES if path.name != "nbgrader_plugins.py"]  # which is there to reach in


@pytest.mark.parametrize("path", ENTERING, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_room_is_entered_by_its_door(path: Path) -> None:
    """Another room's names come from its `__init__`; nothing reaches past it."""
    reached = {".".join(parts) for parts in imports(path) if parts[0] in ROOMS and parts[0] != room(path) and parts[1:]}
    assert not reached, f"{path.name} reaches into {sorted(reached)}"


FOLDERS = sorted(path.parent for path in PACKAGE.rglob("__init__.py") if "lessons" not in path.parts)
TO_READ = [folder for folder in FOLDERS if parts(folder)]  # templates/ holds what is copied, and nothing to read


@pytest.mark.parametrize("folder", TO_READ, ids=lambda folder: str(folder.relative_to(ROOT)))
def test_a_folder_says_what_it_is_and_in_which_order_to_read_it(folder: Path) -> None:
    """Each module and folder in it stands in its docstring's reading order, and each folder named there is there."""
    docstring = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))) or ""
    order = docstring.partition("Reading order:")[2].partition("\n\n")[0]
    assert order, "no reading order"
    named = re.sub(r"\([^()]*\)", "", order)  # in brackets stands what a file is about
    missing = [part for part in sorted(parts(folder)) if not re.search(rf"(?<![\w-]){part}\b", named)]
    assert missing == []
    assert [name for name in re.findall(r"(\w+)/", named) if not (folder / name).is_dir()] == []


def test_the_readme_has_a_table_of_rooms() -> None:
    """A newcomer finds each room in one look."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in ROOMS if f"| `{name}/` |" not in readme] == []


PROBE = sorted(PACKAGE.glob("observe/probe/*.py"))
ZYGOTE = sorted(PACKAGE.glob("sandbox/zygote/*.py"))
ELSEWHERE = (*PROBE, *ZYGOTE, PACKAGE / "selfcheck.py")


@pytest.mark.parametrize("path", ELSEWHERE, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_what_runs_elsewhere_stands_alone(path: Path) -> None:
    """The files that run in the sandbox or on students' machines import nothing of ours but their neighbours."""
    assert list(imports(path)) == []
    relative = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.ImportFrom) and node.level]  # fmt: skip
    assert all(path in (*PROBE, *ZYGOTE) and node.level == 1 for node in relative)


@pytest.mark.parametrize("path", ZYGOTE, ids=lambda path: path.name)
def test_the_zygote_is_standard_and_whole_before_it_forks(path: Path) -> None:
    """Its files import the standard library and one another, on top: a job imports nothing more of it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    every = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert [node for node in every if node not in tree.body] == []
    names = [alias.name for node in every if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in every if isinstance(node, ast.ImportFrom) and not node.level]
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_every_module_says_what_it_is(path: Path) -> None:
    """One noun, one sentence: the first line of the docstring ends with a full stop or a colon."""
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert docstring, "no docstring"
    first = re.split(r"\n\s*\n", docstring)[0]
    assert first.rstrip()[-1] in ".:;", first
    assert len(first.split()) > 2, "says nothing"


RUNS_TEXT = {
    *("observe/probe/cells.py", "selfcheck.py"),
    "sandbox/fork_server.py",  # what multiprocessing would have a new Python run
    # The instructor's own cell and solution, and changes of it.
    *("callables/declared/cell.py", "callables/declared/reference.py", "callables/declared/workings.py"),
    "callables/faults/compiled.py",
    # An instructor's second solution; in the sandbox, a whole notebook of an instructor's.
    *("authoring/proofs/second_opinion.py", "authoring/drafting/watch.py"),
}


def test_no_module_names_two_things_alike() -> None:
    """The second would silently take the place of the first, as after a merge of two that had the same idea."""
    for path in MODULES:
        names = Counter(name for statement in ast.parse(path.read_text("utf-8")).body for name in bound_by(statement))
        assert not [name for name, count in names.items() if count > 1], path.name


def bound_by(statement: ast.stmt) -> list[str]:
    """The names that a statement of a module binds by defining or assigning them."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [statement.name]
    if not isinstance(statement, ast.Assign | ast.AnnAssign):
        return []
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def test_student_code_is_never_unpickled() -> None:
    """Bytes that a student touched are data: no pickle, no eval, no exec but of our probe and our reference."""
    assert len(MODULES) > 50
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        called = {
            node.func.id
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert "eval" not in called, path.name
        if path.relative_to(PACKAGE).as_posix() not in RUNS_TEXT:
            assert "exec" not in called, path.name
        assert "allow_pickle=True" not in text, path.name
