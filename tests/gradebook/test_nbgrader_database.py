"""nbgrader is imported for its database alone."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import textwrap
from pathlib import Path

import pytest


@pytest.mark.slow
def test_what_stood_in_while_nbgrader_was_imported_is_gone_and_sends_on_to_the_real(tmp_path: Path) -> None:
    program = textwrap.dedent("""
        import shutil, sys
        from autograder.gradebook.nbgrader_database import api
        found = api()
        assert found.__name__ == "nbgrader.api" and found.Gradebook.__module__ == "nbgrader.api"
        heavy = [name for name in ("nbgrader.server_extensions.formgrader", "setuptools.archive_util", "jupyter_server")
                 if name in sys.modules]
        assert not heavy, heavy
        from pathlib import Path
        here = Path(sys.argv[1])
        (here / "in").mkdir()
        (here / "in" / "a.txt").write_text("a")
        shutil.make_archive(str(here / "packed"), "zip", here / "in")
        found.utils.unpack_archive(str(here / "packed.zip"), str(here / "out"))
        assert (here / "out" / "a.txt").read_text() == "a"
        import nbgrader.server_extensions.formgrader as real
        assert hasattr(real, "handlers") or real.__file__
    """)
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_where_nbgrader_asks_for_more_than_stands_in_it_gets_what_is_there() -> None:
    """Then it only takes longer."""
    program = textwrap.dedent("""
        import sys
        from autograder.gradebook import nbgrader_database as database
        database._BESIDE["tornado.log"] = ("nothing_of_that",)
        assert hasattr(database.api().Gradebook, "find_submission")
        import nbformat, nbgrader.utils, tornado.log
        assert nbformat.v4.new_notebook() and isinstance(nbgrader.utils.NotebookNode, type)
        assert hasattr(tornado.log, "LogFormatter")
    """)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_a_new_gradebook_gets_the_version_that_nbgrader_would_give_it() -> None:
    program = textwrap.dedent("""
        import nbgrader.api
        own = nbgrader.api.get_alembic_version()
        from autograder.gradebook.nbgrader_database import api
        assert len(own) == 12 and api().get_alembic_version() == own, own
    """)
    scripts = {**os.environ, "PATH": os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=scripts)
    assert done.returncode == 0, done.stderr
