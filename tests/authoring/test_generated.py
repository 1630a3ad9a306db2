"""What is committed as generated is what the sources generate."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from autograder.authoring.build import build
from autograder.core.course import Course

ROOT = Path(__file__).parents[2]
NAMES = Course.at(ROOT).source_assignments()


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_release_and_reference_are_what_the_source_generates(name: str, tmp_path: Path) -> None:
    """Building in a copy of the course gives the committed bytes, and all proofs hold."""
    shutil.copytree(ROOT / "source" / name, tmp_path / "source" / name)
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    course = Course.at(tmp_path)
    build(course, [name])
    made = {path.name: path.read_bytes() for path in (tmp_path / "release" / name).iterdir()}
    kept = {path.name: path.read_bytes() for path in (ROOT / "release" / name).iterdir() if path.is_file()}
    assert made == kept
    assert course.solution(name).read_bytes() == (ROOT / "solutions" / f"{name}.py").read_bytes()


@pytest.mark.parametrize("path", sorted(ROOT.glob("source/*/*.ipynb")) + sorted(ROOT.glob("release/*/*.ipynb")))
def test_notebooks_are_committed_without_outputs(path: Path) -> None:
    """Outputs would show answers, and change with every run."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
