"""The students of a course, as its gradebook lists them."""

from __future__ import annotations

from pathlib import Path

from autograder.core import Course
from autograder.gradebook.nbgrader_database import api, engine
from autograder.gradebook.rows import GradebookError
from autograder.reporting import Person


def enrolled(course: Course) -> list[Person]:
    """Everybody in the gradebook, by id; nobody where there is no gradebook yet.

    Raises GradebookError for one that cannot be read. Nothing is written: opening it by nbgrader would make the tables.
    """
    from sqlalchemy import inspect, select
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import SQLAlchemyError

    url = make_url(course.db_url)
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).exists():
        return []
    table = api().Student.__table__
    columns = [table.c[name] for name in ("id", "first_name", "last_name", "email", "lms_user_id")]
    try:
        with engine(course.db_url).connect() as connection:
            if not inspect(connection).has_table(table.name):
                return []
            rows = connection.execute(select(*columns).order_by(table.c.id)).all()
    except SQLAlchemyError as error:
        words = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise GradebookError(
            f"the list of students in {url.render_as_string(hide_password=True)} cannot be read: {words}"
        ) from error
    return [
        Person(row.id, row.first_name or "", row.last_name or "", (row.email or "").strip(), row.lms_user_id or "")
        for row in rows
    ]
