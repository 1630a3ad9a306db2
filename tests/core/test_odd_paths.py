"""A course may lie in a folder of any name; a gradebook lies in its course's folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from autograder.core.course import Course, sqlite_url
from autograder.gradebook.nbgrader_database import api
from autograder.sandbox import cgroup, ldd, owner


@pytest.mark.parametrize("name", ["q?x", "per%cent", "a%20b", "hash#x", "a blank", "it's", 'a"b', "Übung"])
def test_the_gradebook_lies_in_the_folder_that_was_named(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    engine = create_engine(sqlite_url(folder / "gradebook.db"))
    with engine.begin() as connection:
        connection.execute(text("create table t (x integer)"))
    engine.dispose()
    assert [path.name for path in folder.iterdir()] == ["gradebook.db"]
    assert [path.name for path in tmp_path.iterdir()] == [name]


LDD = """\
/home/my courses/kit/.venv/numpy/_core/_multiarray.so:
\tlinux-vdso.so.1 (0x00007ffd1c5d9000)
\tlibblas-1.so => /home/my courses/kit/.venv/numpy.libs/libblas-1.so (0x00007f0000000000)
\tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f0000000000)
\tlibgone.so => not found
\t/lib64/ld-linux-x86-64.so.2 (0x00007f0000000000)
/home/my courses/kit/.venv/static.so:
\tstatically linked
"""


def test_libraries_are_found_in_folders_with_blanks() -> None:
    found = ldd._read(LDD)
    assert "/home/my courses/kit/.venv/numpy.libs/libblas-1.so" in found
    assert {"/lib/x86_64-linux-gnu/libm.so.6", "/lib64/ld-linux-x86-64.so.2"} <= set(found)
    assert not [path for path in found if not path.startswith("/") or path.endswith(("static.so:", "found"))]


@pytest.mark.slow
@pytest.mark.parametrize("configured", ["the course's own file", "an empty file"])
@pytest.mark.parametrize("name", ["q?x", "per%cent and a%20b"])
def test_nbgrader_is_told_where_the_gradebook_lies(tmp_path: Path, name: str, configured: str) -> None:
    """Its own default would make another file, or none."""
    folder = tmp_path / name
    folder.mkdir()
    own = (Path(__file__).parents[2] / "nbgrader_config.py").read_text()
    (folder / "nbgrader_config.py").write_text(own if configured == "the course's own file" else "c = get_config()\n")
    asked = Course.at(folder).config.CourseDirectory.db_url
    with api().Gradebook(asked) as book:
        book.add_student("lovelace")
    assert sorted(path.name for path in folder.iterdir()) == ["gradebook.db", "nbgrader_config.py"]
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_only_dead_graders_of_our_own_process_namespace_are_swept(tmp_path: Path) -> None:
    dead = 2**22 + 1  # above every process id that Linux gives
    ours, living = (tmp_path / f"autograder-{owner.namespace()}-{pid}-1" for pid in (dead, os.getpid()))
    theirs, unknown = (tmp_path / f"autograder-{number}-{dead}-1" for number in (owner.namespace() + 1, 0))
    for path in (ours, living, theirs, unknown):
        path.mkdir()
    groups = object.__new__(cgroup.Groups)
    groups.parent = tmp_path
    groups._sweep()
    assert sorted(tmp_path.iterdir()) == sorted([living, theirs, unknown])


def test_where_namespaces_are_not_told_nobody_is_taken_for_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owner, "namespace", lambda: 0)
    assert not owner.is_dead(f"autograder-0-{2**22 + 1}-1")
