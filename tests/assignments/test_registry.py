"""Which assignments a course has: what lies in its solutions/ says so, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder import assignments
from autograder.assignments import MARK, load, look_in, looked_in, names

FIRST = "class Net:\n    pass\n\n\nclass Layer:\n    pass\n\n\ndef loss(y):\n    return y\n"
SECOND = "class Tree:\n    pass\n\n\nclass Layer:\n    pass\n"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """What other tests look in."""
    before = looked_in()
    yield
    if before is not None:
        look_in(before)


@pytest.fixture
def solutions(tmp_path: Path) -> Path:
    """A folder with two references, the second without a function of its own, looked in."""
    for name, text in (("first", FIRST), ("second", SECOND)):
        write(tmp_path / f"{name}.py", text)
    look_in(tmp_path)
    return tmp_path


def write(path: Path, text: str) -> None:
    """A reference as the build writes it: what the notebook defines, then the declaration as a text."""
    path.write_text(f"{text}{MARK}'assignment(sizes=dict(N=(1, 3)))'\n", encoding="utf-8")


def test_an_assignment_is_what_has_a_reference(solutions: Path) -> None:
    """Another Python file beside them is none."""
    (solutions / "helpers.py").write_text(FIRST, encoding="utf-8")
    (solutions / "bytes.py").write_bytes(b"\xff\xfe")
    assert names() == ("first", "second")
    assert looked_in() == solutions


def test_its_names_are_those_that_its_reference_defines(solutions: Path) -> None:
    """A notebook is known by classes; by functions where there is no class."""
    first = load("first")
    assert (first.defined_names, first.class_names) == (("Net", "Layer", "loss"), ("Net", "Layer"))
    assert first.telling_names == ("Net", "Layer")
    write(solutions / "third.py", "def scores(x):\n    return x\n")
    assert load("third").telling_names == ("scores",)


def test_the_classes_that_tell_are_those_of_one_assignment_alone(solutions: Path) -> None:
    """Both define a Layer: that one says nothing."""
    assert assignments.class_names() == {"first": ("Net",), "second": ("Tree",)}


def test_classes_of_assignments_that_are_elsewhere_count_too(solutions: Path) -> None:
    """A worker has one reference and the classes of the others; what is in its folder is read there."""
    look_in(solutions, {"third": ("Net", "Forest"), "second": ("Old",)})
    assert assignments.class_names() == {"first": (), "second": ("Tree",), "third": ("Forest",)}
    assert names() == ("first", "second")


def test_looking_elsewhere_forgets_what_was_seen_before(
    solutions: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Of folder and classes both."""
    look_in(solutions, {"third": ("Forest",)})
    look_in(tmp_path_factory.mktemp("empty"))
    assert (names(), assignments.class_names()) == ((), {})


def test_one_that_cannot_be_read_hides_no_other(solutions: Path) -> None:
    """It is there, and says what to do; the others are graded as ever."""
    write(solutions / "broken.py", "class Half(\n")
    assert names() == ("broken", "first", "second")
    assert assignments.class_names() == {"first": ("Net",), "second": ("Tree",)}
    with pytest.raises(LookupError, match=r"broken.py cannot be read: .*; build broken again"):
        load("broken")


def test_an_unknown_name_is_told_with_those_there_are(solutions: Path) -> None:
    with pytest.raises(LookupError, match="no assignment 'thrid'; there are: first, second"):
        load("thrid")
    look_in(solutions / "nowhere")
    with pytest.raises(LookupError, match="there are: none that is built"):
        load("first")
