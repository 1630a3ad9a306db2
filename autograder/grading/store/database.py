"""The file that a journal is kept in: SQLite, its tables, how it is opened, and in words what keeps it from opening.

Context: a course's journal must survive kills, full disks and odd file systems, be read while a run writes it, and on
a disk that cannot be written. Choice: SQLite with a write-ahead log that is synced at each commit; what is written is
there after a power cut, and readers need no lock of ours. Cost: two files beside it while a run writes, and no network
folder without shared memory, which is told.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.grading.store.journal_errors import JournalClosed, JournalDamaged, JournalError

FILE = "journal.db"
OURS = 0x4E4E4A31  # application_id of the header: no other program's file is taken for a journal
VERSION = 1
PATIENCE_S = 20.0  # for a reader that is just tidying up

TABLES = """
create table report (
    number integer primary key,  -- the order that counts, never the clock
    key text not null,
    assignment text not null,
    whose text not null,
    time text not null,
    cpu_s real not null,
    wall_s real not null,
    content text not null,
    file text not null,
    salt text not null,
    report text not null,
    seal text not null  -- a hash of all of these but the number
);
create index report_by_key on report (key);
create index report_by_whose on report (assignment, whose);
create table recorded (
    assignment text not null,
    whose text not null,
    key text not null,
    primary key (assignment, whose)
) without rowid;
"""


def to_write(path: Path) -> sqlite3.Connection:
    """The file for one that alone may write, made if it is not there; raises JournalClosed, JournalDamaged."""
    with in_words(path):
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        except OSError as error:
            raise unwritable(path, error.strerror or str(error)) from error
        connection = _connected(path, "rw")
        try:
            fresh = _is_fresh(path, connection)
            if connection.execute("pragma journal_mode = wal").fetchone()[0] != "wal":
                raise JournalClosed(
                    f"{path} cannot be kept there: the file system has no shared memory, as some network folders have "
                    "none; move the course to a disk of this machine"
                )
            connection.execute("pragma synchronous = full")
            if fresh:
                _lay_down(connection)
        except BaseException:
            connection.close()
            raise
        return connection


def to_read(path: Path) -> sqlite3.Connection:
    """The file for reading, also beside a run that writes; a disk that cannot be written is enough.

    Raises JournalClosed, JournalDamaged.
    """
    with in_words(path, "read"):
        if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
            connection = _connected(path, "rw")
            connection.execute("pragma query_only = on")
        elif _log(path):  # a run writes, or was killed: its log counts
            connection = _connected(path, "ro")
        else:  # nobody can write: SQLite needs to make no file beside it
            connection = _connected(path, "ro&immutable=1")
        try:
            if _is_fresh(path, connection):  # just being made
                connection.close()
                return in_memory()
        except BaseException:
            connection.close()
            raise
        return connection


def in_memory() -> sqlite3.Connection:
    """An empty one that nobody else sees."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    _lay_down(connection)
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of it, or nothing."""
    connection.execute("begin immediate")
    try:
        yield
        connection.execute("commit")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            if connection.in_transaction:
                connection.execute("rollback")
        raise


@contextmanager
def in_words(path: Path, what: str = "written") -> Iterator[None]:
    """SQLite's errors as JournalErrors that say what to do."""
    try:
        yield
    except sqlite3.Error as error:
        raise _journal_error(path, error, what) from error


def unwritable(path: Path, reason: str, what: str = "written") -> JournalClosed:
    """A journal that cannot be written (or read)."""
    return JournalClosed(
        f"{path} cannot be {what}: {reason}; make room or give permission, then run the command again: it goes on "
        "where it stopped"
    )


def damaged(path: Path, reason: str) -> JournalDamaged:
    """A journal that nothing may be read out of."""
    return JournalDamaged(
        f"{path} cannot be trusted: {reason}; put back a copy of the whole folder {path.parent.name}, or move "
        f"{path.name}, {path.name}-wal and {path.name}-shm away and run 'autograder grade': everything is graded anew"
    )


def _journal_error(path: Path, error: sqlite3.Error, what: str) -> JournalError:
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return unwritable(path, str(error), what)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL", "SQLITE_NOLFS")):
        return JournalClosed(
            f"{path} cannot be {what}: {error}; end the program that has it open and run the command again, or, in a "
            "network folder, move the course to a disk of this machine"
        )
    return damaged(path, str(error))


def _connected(path: Path, mode: str) -> sqlite3.Connection:
    address = f"{path.absolute().as_uri()}?mode={mode}"
    connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=PATIENCE_S)
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")  # damaged text does not fit its seal: enough
    return connection


def _is_fresh(path: Path, connection: sqlite3.Connection) -> bool:
    """Whether the file is still empty; raises JournalDamaged for one that is no journal of this version."""
    application = connection.execute("pragma application_id").fetchone()[0]
    version = connection.execute("pragma user_version").fetchone()[0]
    if (application, version) == (OURS, VERSION):
        return False
    if application == OURS:
        raise JournalDamaged(
            f"{path} was written by another version of this kit (its layout is {version}, this one reads {VERSION}): "
            "install that version"
        )
    if application or connection.execute("select 1 from sqlite_master").fetchone():
        raise damaged(path, "it is another program's file")
    return True


def _lay_down(connection: sqlite3.Connection) -> None:
    with transaction(connection):
        for statement in TABLES.split(";"):
            connection.execute(statement)
        connection.execute(f"pragma application_id = {OURS}")
        connection.execute(f"pragma user_version = {VERSION}")


def _log(path: Path) -> bool:
    """Whether there is a log with something in it."""
    try:
        return os.stat(f"{path}-wal").st_size > 0
    except OSError:
        return False
