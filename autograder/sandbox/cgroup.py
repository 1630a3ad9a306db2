"""Memory cgroups, one for each job that runs at a time.

It guarantees that all processes of a job together hold no more than the limit, files in its tmpfs included. It makes
groups only below the grader's own, so that limits set on the grader hold for what it starts. Where no group can be
made (`Groups.available` is False) each process has its own limit, by RLIMIT_AS, and their sum is that many times more.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from autograder.sandbox import owner

MOST_HELD = 64 << 20  # bytes of a group before a job starts that are not the job's


class Group:
    """One memory cgroup, reused from job to job; its files are written as version 1 or 2 wants them."""

    def __init__(self, path: Path, version: int):
        self.path = path
        self.version = version
        self._kills_before = 0
        self._held = 0  # bytes held before the job

    def prepare(self, memory_bytes: int) -> int:
        """Set the limit for the next job; the descriptor by which a process joins (it writes `0`).

        What is held already is the warm process's own, and what the kernel has yet to free: it comes on top.
        """
        self._held = min(self._held_bytes(), MOST_HELD)
        memory_bytes += self._held
        if self.version == 1:
            # Memory and memory + swap must never stand in the wrong order, so both are opened wide first.
            with contextlib.suppress(OSError):
                _write(self.path / "memory.memsw.limit_in_bytes", "-1")
            _write(self.path / "memory.limit_in_bytes", str(memory_bytes))
            with contextlib.suppress(OSError):
                _write(self.path / "memory.memsw.limit_in_bytes", str(memory_bytes))
            with contextlib.suppress(OSError):
                _write(self.path / "memory.max_usage_in_bytes", "0")
        else:
            _write(self.path / "memory.max", str(memory_bytes))
            with contextlib.suppress(OSError):
                _write(self.path / "memory.swap.max", "0")
        self._kills_before = self._kills()
        return os.open(self.path / "cgroup.procs", os.O_WRONLY | os.O_CLOEXEC)

    def out_of_memory(self) -> bool:
        """Whether the kernel has killed for memory since `prepare`."""
        return self._kills() > self._kills_before

    def peak_bytes(self) -> int | None:
        """Most memory held at once since `prepare`; None where the kernel does not say."""
        if self.version != 1:
            return None  # memory.peak counts from the group's birth, and the group is older than the job
        try:
            return max(0, int((self.path / "memory.max_usage_in_bytes").read_text()) - self._held)
        except (OSError, ValueError):
            return None

    def remove(self) -> None:
        with contextlib.suppress(OSError):
            self.path.rmdir()

    def _held_bytes(self) -> int:
        try:
            name = "memory.usage_in_bytes" if self.version == 1 else "memory.current"
            return int((self.path / name).read_text())
        except (OSError, ValueError):
            return 0

    def _kills(self) -> int:
        name = "memory.oom_control" if self.version == 1 else "memory.events"
        try:
            words = dict(line.split() for line in (self.path / name).read_text().splitlines())
            return int(words.get("oom_kill", 0))
        except (OSError, ValueError):
            return 0


class Groups:
    """The groups of one sandbox: lent to a job, given back, made as needed."""

    _serial = 0

    def __init__(self) -> None:
        self.parent, self.version, self.reason = _parent()
        self._free: list[Group] = []
        self._all: list[Group] = []
        if self.parent is not None:
            self._sweep()
            try:
                self._free.append(self._make())
                os.close(self._free[0].prepare(1 << 30))
            except OSError as error:
                self.reason = f"no memory cgroup can be made in {self.parent}: {error.strerror}"
                self.close()
                self.parent = None

    @property
    def available(self) -> bool:
        return self.parent is not None

    def lend(self) -> Group | None:
        if self.parent is None:
            return None
        return self._free.pop() if self._free else self._make()

    def give_back(self, group: Group) -> None:
        self._free.append(group)

    def close(self) -> None:
        for group in self._all:
            group.remove()
        self._all.clear()
        self._free.clear()

    def _make(self) -> Group:
        assert self.parent is not None
        Groups._serial += 1
        path = self.parent / f"{owner.prefix()}{Groups._serial}"
        path.mkdir()
        group = Group(path, self.version)
        self._all.append(group)
        return group

    def _sweep(self) -> None:
        """Remove the groups of graders that were killed; a group in use refuses."""
        assert self.parent is not None
        for path in self.parent.glob("autograder-*"):
            if owner.is_dead(path.name):
                with contextlib.suppress(OSError):
                    path.rmdir()


def _parent() -> tuple[Path | None, int, str]:
    """The cgroup in which ours can be made, its version, and the reason when there is none."""
    try:
        entries = [line.split(":", 2) for line in Path("/proc/self/cgroup").read_text().splitlines()]
        mounts = Path("/proc/self/mountinfo").read_text().splitlines()
    except OSError:
        return None, 0, "this machine has no cgroups"
    reason = "this machine has no memory cgroups"
    for line in mounts:
        left, _, right = line.partition(" - ")
        root, point = left.split()[3:5]
        kind, _, options = right.split()[:3]
        version = {"cgroup": 1, "cgroup2": 2}.get(kind)
        if version is None or (version == 1 and "memory" not in options.split(",")):
            continue
        for _, controllers, path in entries:
            if (version == 1 and "memory" in controllers.split(",")) or (version == 2 and controllers == ""):
                inside = os.path.relpath(path, root) if root != "/" else path.lstrip("/")
                here = Path(point) / inside
                if version == 1 and os.access(here, os.W_OK):
                    return here, 1, ""
                if version == 2 and (delegated := _delegated(here, Path(point))):
                    return delegated, 2, ""
                if version == 1 or "memory" in _read(here / "cgroup.controllers").split():
                    reason = f"the memory cgroup {here} is not ours to divide"
    return None, 0, reason


def _delegated(here: Path, top: Path) -> Path | None:
    """Version 2: our own group if memory is divided there; else the one above, where ours has no limit to escape."""
    candidates = [here]
    with contextlib.suppress(OSError):
        if here != top and (here / "memory.max").read_text().strip() == "max":
            candidates.append(here.parent)
    for path in candidates:
        with contextlib.suppress(OSError):
            if "memory" in (path / "cgroup.subtree_control").read_text().split() and os.access(path, os.W_OK):
                return path
    return None


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def _write(path: Path, text: str) -> None:
    # One write call: cgroup files take a value per call, and buffered text would hide which one was refused.
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)
