"""What a grader and its workers put into folders that all share: under one name, and gone when the grader is.

Context: multiprocessing keeps a socket below /tmp and semaphores below /dev/shm, workers write a kit down for a moment;
a grader that is killed cannot take them away.
Choice: all of it bears the grader's mark. Workers take the folder away when they see that the grader has died; what is
left when they are killed as well, the next grader takes away.
Cost: two settings of multiprocessing that are not documented (`tempdir`, `semprefix`); where a Python does not know
them, things lie where they lay before.
"""

from __future__ import annotations

import contextlib
import multiprocessing.process
import os
import shutil
import tempfile
from functools import lru_cache
from multiprocessing import util
from pathlib import Path
from typing import Any, cast

from autograder.sandbox import owner

SHARED_MEMORY = Path("/dev/shm")


def own_folder() -> str:
    """This process's folder, made when first asked for and gone when it ends; what dead graders left is taken away."""
    return _of_process(os.getpid())


@lru_cache(maxsize=1)
def _of_process(pid: int) -> str:
    _sweep()
    folder = tempfile.mkdtemp(prefix=owner.prefix())
    util.Finalize(None, shutil.rmtree, args=(folder, True), exitpriority=-100)
    config = cast(Any, multiprocessing.process.current_process())._config
    config["tempdir"] = folder
    config["semprefix"] = f"/{owner.prefix()}"
    return folder


def _sweep() -> None:
    for path in Path(tempfile.gettempdir()).glob("autograder-*"):
        if owner.is_dead(path.name):
            shutil.rmtree(path, ignore_errors=True)
    for path in SHARED_MEMORY.glob("sem.autograder-*"):
        if owner.is_dead(path.name.removeprefix("sem.")):
            with contextlib.suppress(OSError):
                path.unlink()
