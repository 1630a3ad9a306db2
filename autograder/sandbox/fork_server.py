"""The process that workers are forked from: it imports once what all of them need.

It stands here, where nothing heavy is imported, so that it can be started before anything else: it imports while the
process that asked for it does.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from collections.abc import Iterator
from multiprocessing import forkserver
from pathlib import Path

from autograder.sandbox.own_folder import own_folder

PRELOAD = "autograder.grading.workers.preload"  # by name: nothing of ours is imported here


def start() -> None:
    """Start it where it does not run; what it puts into folders that all share lies in this process's own."""
    multiprocessing.get_context("forkserver").set_forkserver_preload([PRELOAD])
    own_folder()
    with _same_package():
        forkserver.ensure_running()


@contextlib.contextmanager
def _same_package() -> Iterator[None]:
    """It imports this very package, and nothing from the working directory: it is started with `python -c`."""
    root = str(Path(__file__).parents[2])
    changes = {"PYTHONSAFEPATH": "1", "PYTHONPATH": os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))}
    before = {name: os.environ.get(name) for name in changes}
    os.environ.update(changes)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
