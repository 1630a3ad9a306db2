"""What all workers of a batch share: imported once, by the server that they are forked from."""

from __future__ import annotations

import contextlib

import autograder.executors
import autograder.judge  # noqa: F401 (pytest and all that judging imports)
from autograder import rootfs
from autograder.sandbox import PACKAGES

with contextlib.suppress(rootfs.RootfsError, OSError):  # a worker that needs it will say so
    rootfs.arguments(PACKAGES)
