"""A run of an instructor's notebook in the sandbox, watched: what its functions were given, what came back."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.authoring.drafting import watch
from autograder.sandbox import PACKAGES, Limits, Sandbox, SandboxError, rootfs

RUN_S = 60.0  # for all cells of a notebook
LATE = f"it was stopped after {RUN_S:g} s"
STOPPED = {"timed_out": LATE, "cpu_limit": LATE, "out_of_memory": "it needs more memory than there is"}
MOST_BYTES = 12 << 20  # of the files that are handed to the run

Description = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One call as it was watched: arguments and results told as in `watch.described`, and what it changed."""

    name: str
    arguments: dict[str, Description]
    results: tuple[Description, ...]
    changes: tuple[str, ...] = ()
    state: dict[str, Description] = field(default_factory=dict)
    object: int = 0
    random: bool = False


@dataclass(frozen=True)
class Run:
    """All calls in their order, the cells that raised (number, what), and why there is no more, if so."""

    calls: tuple[Call, ...] = ()
    errors: tuple[tuple[int, str], ...] = ()
    stopped: str = ""

    def of(self, name: str) -> tuple[Call, ...]:
        """The calls of one function."""
        return tuple(call for call in self.calls if call.name == name)


def run(
    cells: Sequence[str], functions: Sequence[str], files: Sequence[Path], folder: Path, packages: Sequence[str] = ()
) -> Run:
    """The cells run in the sandbox, with these files of the notebook's `folder` and the course's packages."""
    request = {"cells": list(cells), "functions": list(functions), "files": _contents(files, folder)}
    try:
        with Sandbox(Path(watch.__file__), packages=(*PACKAGES, *packages)) as box:
            return _heard(box, json.dumps(request).encode())
    except (rootfs.RootfsError, SandboxError) as error:
        return Run(stopped=f"there is no sandbox to run it in ({str(error).partition('. ')[0]})")


def _heard(box: Sandbox, request: bytes) -> Run:
    job = box.start(request, Limits(cpu_s=RUN_S, wall_s=RUN_S))
    frames: list[Description] = []
    stopped, until = "", time.monotonic() + RUN_S
    try:
        while (frame := job.next_frame(max(0.0, until - time.monotonic()))) is not None:
            frames.append(json.loads(frame))
    except TimeoutError:
        stopped = LATE
    finally:
        ended = job.close()
    if not stopped and ended.reason != "exited":
        stopped = STOPPED.get(ended.reason, "its process ended")
    return run_of(frames, stopped)


def run_of(frames: Sequence[Description], stopped: str = "") -> Run:
    """What the frames of a run say."""
    calls = tuple(
        Call(each["call"], each["arguments"], tuple(each["results"]), tuple(each["changes"]), each["state"],
             each["object"], each["random"])
        for each in frames if "call" in each
    )  # fmt: skip
    errors = tuple((each["cell"], each["error"]) for each in frames if each.get("error"))
    return Run(calls, errors, stopped)


def _contents(files: Sequence[Path], folder: Path) -> dict[str, str]:
    kept, left = {}, MOST_BYTES
    for path in files:
        size = path.stat().st_size
        if size <= left:
            left -= size
            kept[path.relative_to(folder).as_posix()] = base64.b64encode(path.read_bytes()).decode()
    return kept
