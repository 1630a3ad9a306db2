"""nbgrader's database, opened at little cost: its tables' module, one engine for a process.

Context: to import nbgrader is to import its four extensions of the Jupyter server, setuptools for unpacking archives,
requests for a JupyterHub and nbformat for annotations, a second of processor time of which no mark is made; its
Gradebook makes an engine each time, which compiles every statement anew, and for a new gradebook starts another Python,
found by its name on the PATH, which imports all of that to say the version of the tables. Choice: all that is imported
beside stands in by name meanwhile, and whoever calls it is sent on to the real one; one engine is kept, which opens a
connection for each transaction, so that a gradebook that was replaced meanwhile is the one written to; alembic is asked
here. Cost: names of nbgrader's are written down here; where they change, it is as slow as it was.
"""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.core import Course

_BESIDE = {
    **{
        f"nbgrader.server_extensions.{name}": ("load_jupyter_server_extension",)
        for name in ("assignment_list", "course_list", "formgrader", "validate_assignment")
    },
    "setuptools.archive_util": ("unpack_archive", "unpack_tarfile", "unpack_zipfile"),
    "requests": ("request",),
    "nbformat.notebooknode": ("NotebookNode",),  # in annotations; to import it is to import what checks notebooks
}
_importing = threading.Lock()
_laid_out: set[tuple[str, int, int]] = set()  # gradebooks that nbgrader has looked at: address, device and inode


def api() -> Any:
    """nbgrader.api, imported without what is beside it, and with a quick way to the version of a new gradebook."""
    with _importing:
        module = _imported()
        module.get_alembic_version = _newest_tables
        return module


def _imported() -> Any:
    if "nbgrader" not in sys.modules:
        stand_ins = {name: _stand_in(name, functions) for name, functions in _BESIDE.items() if name not in sys.modules}
        before = {*sys.modules}
        sys.modules.update(stand_ins)
        try:
            return importlib.import_module("nbgrader.api")
        except (ImportError, AttributeError, TypeError):  # it asks for more than stands in: then by what is there
            for name in {*sys.modules} - before:
                del sys.modules[name]
        finally:
            for name in stand_ins:
                sys.modules.pop(name, None)
    return importlib.import_module("nbgrader.api")


@lru_cache(maxsize=1)
def _newest_tables() -> str:
    """The version of nbgrader's newest tables, as `alembic heads` says it."""
    from alembic.script import ScriptDirectory
    from nbgrader.dbutil import ALEMBIC_DIR

    return str(ScriptDirectory(ALEMBIC_DIR).get_current_head())


@lru_cache(maxsize=4)
def engine(db_url: str) -> Any:
    """SQLAlchemy's engine for a gradebook; raises SQLAlchemyError for an address that is none."""
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    return create_engine(db_url, future=True, poolclass=NullPool)


def lay_out(course: Course) -> None:
    """Have nbgrader make the tables that a gradebook lacks, once for each; raises SQLAlchemyError."""
    from sqlalchemy.engine import make_url

    gradebook = api().Gradebook
    url = make_url(course.db_url)
    file = Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None
    if _name(course.db_url, file) not in _laid_out:
        with gradebook(course.db_url, course.course_id):
            pass
        _laid_out.add(_name(course.db_url, file))


@contextmanager
def opened(course: Course) -> Iterator[Any]:
    """nbgrader's Gradebook, on the engine that is kept; what is not committed is undone. Raises SQLAlchemyError."""
    from sqlalchemy.orm import scoped_session, sessionmaker

    lay_out(course)
    kind = api().Gradebook
    book = kind.__new__(kind)  # its own __init__ makes an engine, and looks at each table
    book.engine, book.course_id, book.authenticator = engine(course.db_url), course.course_id, None
    book.db = scoped_session(sessionmaker(bind=book.engine, future=True))
    try:
        yield book
    finally:
        book.db.remove()


def _name(db_url: str, file: Path | None) -> tuple[str, int, int]:
    try:
        state = file.stat() if file is not None else None
    except OSError:
        state = None
    return (db_url, 0, 0) if state is None else (db_url, state.st_dev, state.st_ino)


def _stand_in(name: str, functions: tuple[str, ...]) -> ModuleType:
    module = ModuleType(name)
    for function in functions:
        setattr(module, function, _sent_on(name, function))
    return module


def _sent_on(name: str, function: str) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        return getattr(importlib.import_module(name), function)(*args, **kwargs)

    return call
