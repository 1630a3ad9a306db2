"""What is handed out as a package: the same bytes whoever makes it, and able to show for itself that it works."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# A course that is graded here, and what tools keep, are no part of what is handed out.
NOT_OURS = shutil.ignore_patterns(
    ".git", ".venv*", ".autograder", "build", "dist", "*.egg-info", "__pycache__", ".*_cache"
)
pytest.importorskip("build", reason="the package `build` is not installed")


def copy(place: Path, when: int) -> Path:
    """The project's files in another place, with other times."""
    shutil.copytree(ROOT, place, symlinks=True, ignore=NOT_OURS)
    for folder, _, files in os.walk(place):
        for name in files:
            os.utime(Path(folder, name), (when, when), follow_symlinks=False)
    return place


def made(place: Path, kind: str) -> Path:
    """The wheel or the source distribution of a copy."""
    command = [sys.executable, "-m", "build", f"--{kind}", "--outdir", str(place / "out"), str(place)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1767225600"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, env=environment, cwd=place)
    if "Could not find a version" in done.stdout + done.stderr or "ConnectionError" in done.stdout + done.stderr:
        pytest.skip("no index of packages can be reached from here")
    assert done.returncode == 0, done.stderr
    (file,) = (place / "out").iterdir()
    return file


@pytest.mark.slow
def test_the_wheel_is_the_same_whoever_makes_it(tmp_path: Path) -> None:
    """Two copies with other paths and times; and nothing but the package is in it."""
    first, second = (
        made(copy(tmp_path / name, when), "wheel") for name, when in (("a", 1_000_000_000), ("b b", 1_500_000_000))
    )
    assert first.name == second.name
    assert first.read_bytes() == second.read_bytes()
    names = zipfile.ZipFile(first).namelist()
    assert {name.partition("/")[0] for name in names} == {"autograder", "numpy_nn_autograder-0.1.0.dist-info"}
    assert not [name for name in names if "tests" in Path(name).parts or name.endswith(".pyc")]
    for file in (
        "judging/rubric.toml",
        "reporting/feedback/templates/page.css",
        "authoring/templates/linear_model.ipynb",
    ):
        assert f"autograder/{file}" in names


@pytest.mark.slow
def test_the_tests_of_the_source_distribution_run(tmp_path: Path) -> None:
    """Unpacked elsewhere, by its own copy of the package and of the lessons."""
    archive = made(copy(tmp_path / "copy", 1_000_000_000), "sdist")
    (tmp_path / "out").mkdir()
    subprocess.run(["tar", "-xf", str(archive), "-C", str(tmp_path / "out")], check=True)
    (unpacked,) = (tmp_path / "out").iterdir()
    chosen = [
        f"tests/{room}" for room in ("assignments", "core", "callables/test_lengths.py", "authoring/test_generated.py")
    ]
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *chosen]
    environment = {**os.environ, "PYTHONPATH": str(unpacked)}
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, env=environment, cwd=unpacked)
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout


def test_the_versions_that_are_known_to_work_are_allowed_ones() -> None:
    """Each package that the kit asks for has its version written down, not below the lowest that is allowed."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    known = {}
    for line in (ROOT / ".ci/constraints.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            requirement = Requirement(line)
            (exact,) = requirement.specifier
            assert exact.operator == "==", line
            known[canonicalize_name(requirement.name)] = exact.version
    extras = [each for extra in project["optional-dependencies"].values() for each in extra]
    for text in (*project["dependencies"], *extras):
        asked = Requirement(text)
        assert asked.specifier.contains(known[canonicalize_name(asked.name)]), text


def test_the_package_says_what_it_is() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["license"] == "MIT"
    assert (ROOT / project["license-files"][0]).read_text("utf-8").startswith("MIT License")
    lowest = project["requires-python"].removeprefix(">=")
    assert f"Programming Language :: Python :: {lowest}" in project["classifiers"]
    for name in ("SECURITY.md", "CONTRIBUTING.md", "Containerfile", "docs/machines.md"):
        assert (ROOT / name).is_file()
