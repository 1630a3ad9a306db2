"""A course laid down in a folder: configuration, rubric, lessons, a README, a .gitignore.

Context: the package is installed, its repository is not there. Choice: what a course needs lies in the package as it
stands in a course, and is copied; what is there already is never touched, but for the configuration of an nbgrader
course, which is shown as a diff first. Cost: a later version's templates do not reach a course that was laid down.
"""

from __future__ import annotations

import difflib
import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.core import CONFIG_NAME, Course, CourseError, NotWritten, in_words, load_config, write_whole
from autograder.judging import FILE_NAME, PACKAGED

TEMPLATES = Path(__file__).parent / "templates" / "course"
LESSONS = Path(__file__).parent / "lessons"  # the repository's source/, which the wheel holds here
STEPS = "# ---- Source to release"  # where the template's settings begin that grading cannot do without
# What an nbgrader course may well have otherwise, and keeps.
TASTE = {("GenerateAssignment", "force"), ("ClearSolutions", "code_stub"), ("ClearSolutions", "text_stub")}


@dataclass(frozen=True)
class Plan:
    """What would be laid down: files with their content, lessons, and what is there and stays.

    `diff` is what changes in the configuration of an nbgrader course that is there already, "" for nothing.
    """

    root: Path
    files: tuple[tuple[Path, bytes], ...]
    lessons: tuple[tuple[str, Path], ...]
    kept: tuple[Path, ...]
    diff: str = ""


def lessons() -> list[str]:
    """The names of the lessons that the package holds, sorted."""
    return sorted(folder.name for folder in LESSONS.iterdir() if (folder / f"{folder.name}.ipynb").is_file())


def planned(folder: Path, wanted: Sequence[str] = ()) -> Plan:
    """What `lay_down` would do in a folder; `wanted` are lessons, by default all in a new course, none in one that is
    there already. Raises CourseError for an unknown lesson and for a place that is no folder."""
    root = Path(os.path.abspath(folder))
    known = lessons()
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise CourseError(f"there is no lesson {', '.join(unknown)}; there are: {', '.join(known)}")
    if root.exists() and not root.is_dir():
        raise CourseError(f"{root} is a file; name a folder, or a place where none is yet")
    config = root / f"{CONFIG_NAME}.py"
    taken_in = config.is_file()
    course_id = re.sub(r"[^\w-]+", "-", root.name).strip("-") or "course"
    files: list[tuple[Path, bytes]] = []
    kept: list[Path] = []
    diff = ""
    if taken_in:
        new, diff = _added(config)
        if diff:
            files.append((config, new.encode("utf-8")))
    else:
        files.append((config, _template("nbgrader_config.txt", course_id)))
    beside = {
        root / FILE_NAME: PACKAGED.read_bytes(),
        root / "README.md": _template("README.txt", course_id),
        root / ".gitignore": _template("gitignore.txt", course_id),
    }
    for path, content in beside.items():
        if os.path.lexists(path):
            kept.append(path)
        else:
            files.append((path, content))
    source = Course.at(root).source_notebook if taken_in else lambda name: root / "source" / name / f"{name}.ipynb"
    chosen = list(dict.fromkeys(wanted)) or ([] if taken_in else known)
    places = [(name, source(name).parent) for name in chosen]
    kept += [place for _, place in places if os.path.lexists(place)]
    laid = tuple((name, place) for name, place in places if not os.path.lexists(place))
    return Plan(root, tuple(files), laid, tuple(kept), diff)


def lay_down(plan: Plan) -> list[Path]:
    """Does what was planned, each file and each lesson whole or not at all; returns what was written.

    Raises CourseError where a place cannot be written to.
    """
    made = []
    try:
        plan.root.mkdir(parents=True, exist_ok=True)
        for path, content in plan.files:
            write_whole(path, content)
            made.append(path)
        for name, place in plan.lessons:
            _copy(LESSONS / name, place)
            made.append(place)
    except OSError as error:
        raise CourseError(f"{in_words(error)}; what was laid down stays") from error
    return made


def _copy(lesson: Path, place: Path) -> None:
    """A lesson's folder with all that lies in it, links replaced by what they lead to; raises NotWritten."""
    failed: list[OSError] = []  # of which copytree makes one error that says no more than all their texts

    def copied(source: str, target: str) -> None:
        try:
            shutil.copy2(source, target)
        except OSError as error:
            failed.append(error)
            raise

    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent, prefix=".new-") as aside:
            whole = Path(aside) / place.name
            ignored = shutil.ignore_patterns(".*", "__pycache__")
            shutil.copytree(lesson, whole, ignore=ignored, copy_function=copied)
            os.rename(whole, place)
    except OSError as error:
        first = failed[0] if failed else error
        raise NotWritten(first.errno, first.strerror, str(place)) from error


def _template(name: str, course_id: str) -> bytes:
    return (TEMPLATES / name).read_text(encoding="utf-8").replace("COURSE_ID", course_id).encode("utf-8")


def _added(config: Path) -> tuple[str, str]:
    """An nbgrader course's configuration with what is missing at its end, and the difference; both "" for nothing."""
    missing = _missing(config.parent)
    if not missing:
        return "", ""
    old = config.read_text(encoding="utf-8")
    whole = (TEMPLATES / "nbgrader_config.txt").read_text(encoding="utf-8")
    steps = STEPS + whole.partition(STEPS)[2]
    kept = {f"c.{section}.{option} =" for section, option in TASTE}
    wanted = [part for part in steps.split("\n\n") if not any(f"\n{line}" in f"\n{part}" for line in kept)]
    start = "" if re.search(r"^c = get_config\(\)", old, re.MULTILINE) else "c = get_config()  # noqa: F821\n"
    head = "# ---- Added by `autograder init`: they replace the same settings above. ----"
    new = old.rstrip("\n") + f"\n\n{head}\n{start}\n" + "\n\n".join(wanted).rstrip("\n") + "\n"
    shown = (f"{old.rstrip()}\n".splitlines(keepends=True), new.splitlines(keepends=True))
    lines = difflib.unified_diff(*shown, config.name, f"{config.name} (new)")
    return new, "".join(lines)


def _missing(root: Path) -> list[tuple[str, str]]:
    """The settings that grading cannot do without, and that a course has otherwise or not at all."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / f"{CONFIG_NAME}.py").write_bytes(_template("nbgrader_config.txt", "x"))
        wanted = load_config(Path(folder))
    theirs = load_config(root)
    sections = [section for section in wanted if section not in ("CourseDirectory", "Autograder")]
    return [
        (section, option)
        for section in sections
        for option, value in wanted[section].items()
        if (section, option) not in TASTE and theirs.get(section, {}).get(option) != value
    ]
