"""The list of submissions to grade, from what the user named on the command line."""

from __future__ import annotations

import difflib
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder import assignments
from autograder.core import Slot
from autograder.grading import handed_in
from autograder.grading.grader import Grader, GradingError, Task
from autograder.grading.handed_in import HandedIn, Undecided
from autograder.grading.nbgrader_steps.ordinary import is_ordinary
from autograder.notebooks import ClosedFile
from autograder.reporting import plain


@dataclass(frozen=True, slots=True)
class Entry:
    """One submission and the assignment that it is for."""

    task: Task
    assignment: str


@dataclass(frozen=True, slots=True)
class Worklist:
    """What is to be graded, in order, and in one line each what is to be said of it.

    `problems`: what was named and is not there. `left`: work that waits and could not be taken up. `remarks`: which of
    several files counts, and who has an empty folder.
    """

    entries: tuple[Entry, ...]
    problems: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def from_course(grader: Grader, assignment: str | None) -> Worklist:
    """All that stands in the course's submitted folder, for one assignment or for all there are."""
    taken = _Taken(grader)
    for name in (assignment,) if assignment is not None else assignments.names():
        taken.slots(name, grader.course.slots(name))
    if assignment is None:
        taken.unbuilt(grader.course.submitted)
    taken.misnamed(grader.course.submitted, assignment)
    if not taken.entries and not taken.left and not taken.remarks:
        what = f" for {assignment}" if assignment else ""
        taken.problems.append(
            f"nothing to grade{what}: put notebooks under {os.path.relpath(grader.course.submitted)}/<student>/"
            "<assignment>/, or name a notebook or a folder"
        )
    return taken.worklist()


def from_paths(grader: Grader, paths: Sequence[str], assignment: str | None) -> Worklist:
    """Notebooks and folders of notebooks, in the order given, folders sorted.

    In a student's folder counts what counts there for every command. What lies outside the course is nobody's, and
    without `assignment` its own content tells which one it is for.
    """
    taken = _Taken(grader)
    for text in paths:
        path = Path(text)
        try:
            folder = stat.S_ISDIR(os.stat(path).st_mode)
        except OSError as error:
            if path.is_symlink():  # which is told where it is read
                folder = False
            elif isinstance(error, (FileNotFoundError, NotADirectoryError)):
                taken.problems.append(f"{plain(text)}: there is no such file or folder; check the spelling")
                continue
            else:
                taken.left.append(f"{plain(text)} may not be looked into ({error.strerror}); give permission")
                continue
        if folder:
            taken.folder(path, assignment)
        else:
            taken.file(path, assignment)
    return taken.worklist()


class _Taken:
    """What was taken up so far."""

    def __init__(self, grader: Grader):
        self.grader, self.course = grader, grader.course
        self.entries: dict[tuple[str, str], Entry] = {}
        self.problems: list[str] = []
        self.left: list[str] = []
        self.remarks: list[str] = []

    def worklist(self) -> Worklist:
        """Everything, each sentence once."""
        sentences = (tuple(dict.fromkeys(each)) for each in (self.problems, self.left, self.remarks))
        return Worklist(tuple(self.entries.values()), *sentences)

    def slots(self, name: str, slots: Sequence[Slot]) -> None:
        """The folders of students for one assignment. What is wrong with one keeps no other from being taken up."""
        if not slots or not self._is_built(name, f"{slots[0].folder}"):
            return
        for slot in slots:
            handed = self._look(slot, name)
            if handed is not None and handed.chosen is not None:
                shown = os.path.relpath(handed.chosen, self.course.root)
                self._add(Task(handed.chosen, shown, slot.student, handed.notes), name)

    def unbuilt(self, place: Path) -> None:
        """Work that waits there for assignments of ours which have a source notebook, and were never built."""
        for name in self.course.source_assignments():
            if name in assignments.names() or is_ordinary(self.course, name):
                continue
            waiting = [slot for slot in self.course.slots(name) if _one_in_the_other(slot.folder, place)]
            if waiting:
                work = plain(waiting[0].folder, lines=False)
                self.left.append(f"{name} is not built; run 'autograder build {name}' (work waits for it: {work})")

    def misnamed(self, place: Path, assignment: str | None) -> None:
        """Students' folders there that no assignment is named after: left, where one is nearly so; told, the others."""
        names = [assignment] if assignment is not None else assignments.names()
        for name, folder in self.course.other_work({*assignments.names(), *self.course.source_assignments()}):
            said = f"{plain(folder, lines=False)}: there is no such assignment, so this is not graded"
            meant = difflib.get_close_matches(name.lower(), names, n=1)
            if not _one_in_the_other(folder, place):
                continue
            if meant:
                self.left.append(f"{said}; did you mean {meant[0]}?")
            elif assignment is None:
                self.remarks.append(said)

    def folder(self, path: Path, assignment: str | None) -> None:
        """A folder that was named: of the course, of a student, or any other."""
        place = Path(os.path.abspath(path))
        if place.is_relative_to(self.course.submitted):
            known = False
            for name in assignments.names():
                slots = [slot for slot in self.course.slots(name) if _one_in_the_other(slot.folder, place)]
                known = known or bool(slots)
                if assignment in (None, name):
                    self.slots(name, slots)
            if assignment is None:
                self.unbuilt(place)
            if known:
                self.misnamed(place, assignment)
                return
        notebooks = self._notebooks(path)
        if not notebooks:
            self.problems.append(f"{plain(path)}: there is no notebook (*.ipynb) in this folder")
        for notebook in notebooks:
            self.file(notebook, assignment)

    def file(self, path: Path, assignment: str | None) -> None:
        """A file that was named or found. Of a student's folder only the one that counts is the student's."""
        slot = self.course.slot_of(path)
        if slot is not None and slot[1] in assignments.names():
            self._of_student(path, *slot, assignment)
            return
        if slot is not None and slot[1] in self.course.source_assignments() and not is_ordinary(self.course, slot[1]):
            self.unbuilt(Path(os.path.abspath(path)))
            return
        try:
            name = self.grader.assignment_of(path, assignment)
        except GradingError as error:
            self.problems.append(plain(error))
        except ClosedFile as error:
            self.left.append(f"{plain(path)}: {error}")
        else:
            if not self._is_built(name, str(path)):
                return
            if slot is not None:
                self.remarks.append(f"{plain(path)}: there is no assignment {plain(slot[1])}: graded, not recorded")
            self._add(Task(path, str(path), None), name)

    def _of_student(self, path: Path, student: str, name: str, assignment: str | None) -> None:
        if assignment not in (None, name):
            self.problems.append(f"{plain(path)}: it was handed in for {name}, so it is not graded as {assignment}")
            return
        if not self._is_built(name, str(path)):
            return
        slot = self.course.slot(student, name)
        if slot is None:  # gone meanwhile
            self.left.append(f"{plain(path)}: there is no such file any more; look whether its folder was moved")
            return
        handed = self._look(slot, name)
        if handed is None:
            return
        if handed.chosen is not None and os.path.abspath(path) == str(handed.chosen):
            self._add(Task(path, str(path), student, handed.notes), name)
            return
        counts = f"{handed.chosen} is" if handed.chosen is not None else "nothing that lies there is"
        self.remarks.append(f"{plain(path)}: {plain(counts)} what counts for {plain(student)}: graded, not recorded")
        self._add(Task(path, str(path), None), name)

    def _is_built(self, name: str, work: str) -> bool:
        """Whether the assignment can be graded; said, with the work that waits, where it cannot."""
        try:
            self.grader.bench(name)
        except GradingError as error:
            self.left.append(f"{plain(error)} (work waits for it: {plain(work)})")
            return False
        return True

    def _look(self, slot: Slot, name: str) -> HandedIn | None:
        """What lies in a student's folder, said where it is not just one notebook; None when that cannot be told."""
        who = plain(slot.student, lines=False)
        try:
            handed = handed_in.at(slot, name)
        except Undecided as error:
            self.left.append(f"{who}: not graded for {name}, the mark stays as it is: {plain(error)}")
            return None
        self.remarks += [f"{who}: {name}: {plain(note)}" for note in handed.notes]
        if handed.chosen is None and not handed.instead:
            self.remarks.append(f"{who}: nothing handed in for {name} (the folder is empty)")
        elif handed.chosen is None:
            folder = plain(slot.folder, lines=False)
            self.left.append(f"{who}: no notebook for {name} in {folder}, only: {plain(handed.instead, lines=False)}")
        return handed

    def _add(self, task: Task, name: str) -> None:
        self.entries.setdefault((os.path.abspath(task.path), name), Entry(task, name))

    def _notebooks(self, folder: Path) -> list[Path]:
        """All notebooks below a folder, sorted; hidden folders and checkpoints left out, links to folders not
        followed."""
        notebooks: list[Path] = []

        def closed(error: OSError) -> None:
            self.left.append(f"{plain(error.filename)} may not be looked into ({error.strerror}); give permission")

        for place, folders, files in os.walk(folder, onerror=closed):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            notebooks += [Path(place, name) for name in files if name.lower().endswith(".ipynb") and name[0] != "."]
        return sorted(notebooks)


def _one_in_the_other(one: Path, other: Path) -> bool:
    return one.is_relative_to(other) or other.is_relative_to(one)
