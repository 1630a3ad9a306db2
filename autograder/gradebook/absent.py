"""0 for who handed in nothing, in nbgrader's gradebook, and back.

Context: nbgrader has no row for who hands in nothing, so no page, no export and no mean counts them. Choice: a row of
automatic zeros, known again by an automatic comment. Work that is graded later takes the place of both; what a person
entered keeps a row from being taken back. Cost: an assignment without a cell that students write in has no place for
the comment, and is refused.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from autograder.core import ABSENT, Course
from autograder.gradebook.rows import GradebookError
from autograder.gradebook.writing import Late, patiently
from autograder.reporting import Person


def give_zero(course: Course, assignment: str, people: Sequence[Person]) -> list[str]:
    """Records 0 for people who have no points in the gradebook yet; their ids.

    Raises GradebookError; then nothing is recorded.
    """

    def all_of_them(book: Any, _: Late) -> list[str]:
        _must_be_known(book, assignment)
        zeroed = []
        for person in people:
            book.update_or_create_student(person.id, **_names(book, person))
            submission = _row_of(book, assignment, person.id)
            grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
            if any(grade.auto_score is not None or grade.manual_score is not None for grade in grades):
                continue
            comments = [comment for notebook in submission.notebooks for comment in notebook.comments]
            if not comments:
                raise GradebookError(
                    f"{assignment} has no cell that students write in: enter the zeros in the formgrader"
                )
            for grade in grades:
                grade.auto_score, grade.needs_manual_grade = 0.0, False
            for comment in comments:
                comment.auto_comment = ABSENT
            zeroed.append(person.id)
        return zeroed

    return patiently(course, all_of_them)


def take_back(course: Course, assignment: str) -> tuple[list[str], list[str]]:
    """Removes the zeros that `give_zero` recorded: whose are gone, and whose stay since a person entered something."""

    def all_of_them(book: Any, _: Late) -> tuple[list[str], list[str]]:
        _must_be_known(book, assignment)
        gone, kept = [], []
        for submission in book.assignment_submissions(assignment):
            notebooks = submission.notebooks
            if not any(comment.auto_comment == ABSENT for notebook in notebooks for comment in notebook.comments):
                continue
            student = submission.student_id
            if any(_entered(notebook) for notebook in notebooks):
                kept.append(student)
            else:
                gone.append(student)
        for student in gone:
            _undo(book, assignment, student)
        return sorted(gone), sorted(kept)

    return patiently(course, all_of_them)


def _row_of(book: Any, assignment: str, student: str) -> Any:
    """The student's row, made where there is none; what SQLAlchemy remarks on nbgrader's way of it helps nobody."""
    from sqlalchemy.exc import SAWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)
        return book.update_or_create_submission(assignment, student)


def _undo(book: Any, assignment: str, student: str) -> None:
    """The row goes; one that holds an extension or a time stays, with no points in it."""
    submission = book.find_submission(assignment, student)
    if submission.extension is None and submission.timestamp is None:
        book.remove_submission(assignment, student)
        return
    for notebook in submission.notebooks:
        for grade in notebook.grades:
            grade.auto_score = None
        for comment in notebook.comments:
            comment.auto_comment = None


def _must_be_known(book: Any, assignment: str) -> None:
    from nbgrader.api import MissingEntry

    try:
        book.find_assignment(assignment)
    except MissingEntry:
        raise GradebookError(
            f"the gradebook does not know {assignment}; note it there: autograder build {assignment}"
        ) from None


def _names(book: Any, person: Person) -> dict[str, str]:
    """What is known of somebody whom the gradebook does not have yet; who is there stays as he is."""
    from nbgrader.api import MissingEntry

    try:
        book.find_student(person.id)
    except MissingEntry:
        known = {
            "first_name": person.first_name, "last_name": person.last_name, "email": person.email,
            "lms_user_id": person.lms_user_id,
        }  # fmt: skip
        return {name: text for name, text in known.items() if text}
    return {}


def _entered(notebook: Any) -> bool:
    """Whether a person gave points or wrote something."""
    return any(grade.manual_score is not None or grade.extra_credit for grade in notebook.grades) or any(
        comment.manual_comment for comment in notebook.comments
    )
