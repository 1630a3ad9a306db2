"""What all workers of a batch share: imported once, by the server that they are forked from."""

from __future__ import annotations

import contextlib
import gc
import threading

from autograder.grading.workers import memory
from autograder.sandbox import PACKAGES, rootfs

memory.keep_flat()


def _find_libraries() -> None:
    with contextlib.suppress(rootfs.RootfsError, OSError):  # a worker that needs them will say so
        rootfs.arguments(PACKAGES)


# The loader is asked about each library, in a process of its own, while this one imports.
_asking = threading.Thread(target=_find_libraries)
_asking.start()

import autograder.grading.workers.executors  # noqa: E402
import autograder.judging  # noqa: E402, F401 (pytest and all that judging imports)

_asking.join()  # no thread is there when workers are forked
gc.collect()
gc.freeze()  # what was imported stays: no worker's collections look through it, and thereby copy its pages
