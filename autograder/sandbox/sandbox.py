"""A boundary in which a program runs on bytes that nobody trusts.

What it guarantees, with isolation "namespaces":
- A job is a process of its own, forked from one that has never seen another job's data, in user, process, mount,
  network, IPC and UTS namespaces of its own, with no capability, no way to gain one, a filter of system calls, and
  Landlock's rules where the kernel has them.
- It sees a read-only file system of Python, the named packages and their libraries; an empty /proc; five harmless
  devices; an environment of a few constants; a bounded /tmp that was made for it and is gone when it ends.
- It is ended, with all that it started, when its time is over, when it writes too much, when `kill` is called, when
  the grader dies in whatever way. Memory of all its processes together is bounded where a cgroup can be made.
- Whatever it does is told in `Ended`; a `SandboxError` is the machine's fault or ours, never the job's.
- What it sends is bytes, of which only lengths are looked at here.

What it does not:
- The kernel is shared: a hole in it is a hole in this. Nor does it hide timing, the processor's model or caches, or
  how far the kernel has counted for all (the inode number of a new pipe), or how a former job of the same process
  ended: two submissions that have agreed on it can tell each other something by these, slowly.
- The program shares its process with the code that it runs: its frames prove nothing about who wrote them.
- CPU time is bounded for each process; for all of them together, only by wall time and the cores. Without a cgroup
  the same holds of memory: `memory_bytes` for each of `processes`. Disk and network are not at issue: there are none.
- Jobs of one Sandbox, and of all that are copies of one warm process (`shared`), share, read-only, the memory that it
  had before the first of them.
- isolation "user" has no namespaces: a user of its own, limits and the filter, which also refuses the network. Other
  users' processes and all world-readable files can be seen. "none" is a plain child with limits: it can do what the
  grader can, and may outlive it. Neither is ever chosen here for want of a better one.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from autograder.sandbox import cgroup, launch, rootfs, seccomp
from autograder.sandbox.job import Ended, Job, Limits
from autograder.sandbox.launch import SandboxError
from autograder.sandbox.processes import Trunk, Zygote

__all__ = ["Ended", "Job", "Limits", "Sandbox", "SandboxError", "shared"]

ISOLATIONS = ("namespaces", "user", "none")
PACKAGES = ("numpy", "matplotlib")
# What a job would else import itself, each time; pyplot too: a fork costs 2 ms more for its pages, and a submission
# that draws saves 0.4 s. NumPy imports its random numbers and transforms when they are first named.
PRELOAD = ("numpy", "numpy.random", "numpy.fft", "matplotlib.pyplot", "matplotlib.backends.backend_agg")


class Sandbox:
    """One warm process that jobs are forked from, or none (`warm=False`): then each job starts its own.

    `program` is a Python file, or a package's folder, with `main(request, reply, more)`: a request is a memoryview,
    `reply` takes a frame of bytes, `more` waits for the next request that the job is handed (`Job.put`; None when there
    is none to come). It is imported once, before any request is read; its `warm_up()`, if it has one, is called then.
    `packages` and all that they require can be imported in it; `preload` names what is imported beforehand. `path` is
    "warm" or "cold": cold is taken by itself where namespaces do not nest, being as strong. To be used by one thread,
    which must live as long as the sandbox. Raises SandboxError where the isolation cannot be had.
    """

    def __init__(
        self,
        program: Path,
        *,
        preload: Sequence[str] = PRELOAD,
        packages: Sequence[str] = PACKAGES,
        isolation: str = "namespaces",
        warm: bool = True,
    ):
        if isolation not in ISOLATIONS:
            raise ValueError(f"isolation {isolation!r} is none of {', '.join(ISOLATIONS)}")
        if isolation == "user" and os.geteuid() != 0:
            raise SandboxError('isolation "user" gives each job a user of its own, which only root can do')
        self.program = program.resolve()
        self.isolation = isolation
        self.path = "warm" if warm or isolation != "namespaces" else "cold"
        self._preload = tuple(preload)
        self._packages = tuple(packages)
        self._users = launch.free_users()
        if isolation == "user" and self._users is None:
            raise SandboxError('isolation "user" needs user ids above 20000, and none is mapped in this container')
        self._folder: Path | None = None
        self.groups = cgroup.Groups()
        self._closed = False
        self._trunk = _shared
        self._zygotes: set[Zygote] = set()
        self._zygote: Zygote | None = None  # the warm one; or, cold, one that waits for the next job
        try:
            self._zygote = self._new()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def memory(self) -> str:
        """What bounds memory here: "cgroup" for all processes of a job together, or "process" for each."""
        return "cgroup" if self.groups.available else "process"

    def start(self, request: bytes, limits: Limits | None = None) -> Job:
        """Start the program on the request; raises SandboxError when that fails twice."""
        return Job(self, request, limits or Limits())

    def close(self) -> None:
        """End the warm process, and with it every job that is still running; may be called again."""
        self._closed = True
        for zygote in list(self._zygotes):
            self.end(zygote)
        self.groups.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def take(self) -> Zygote:
        """The warm process, started again if it is gone; or one for a single job."""
        if self._closed:
            raise SandboxError("this sandbox is closed")
        zygote, self._zygote = self._zygote, None
        if zygote is None or not zygote.alive():
            if zygote is not None:
                self.end(zygote)
            zygote = self._new()
        if self.path == "warm":
            self._zygote = zygote
        return zygote

    def end(self, zygote: Zygote) -> None:
        """End one of the processes that jobs are forked from, and the jobs in it."""
        zygote.close()
        self._zygotes.discard(zygote)
        if zygote is self._zygote:
            self._zygote = None

    def _new(self) -> Zygote:
        if self.isolation != "namespaces":
            if self._folder is None:
                self._folder = launch.link_packages(self._packages)
            zygote = Zygote(launch.plain_command(), self._config(self.isolation), None)
        else:
            command = launch.bubblewrap_command(self.program, self._packages)
            if self.path == "warm":
                zygote = self._warm(command)
                if zygote.nested:
                    zygote.close()
                    self.path = "cold"
            if self.path == "cold":
                zygote = Zygote(command, self._config("cold"), self._users)
        self._zygotes.add(zygote)
        return zygote

    def _warm(self, command: Sequence[str]) -> Zygote:
        """A copy of the trunk, where there is one of this kind; else one of its own."""
        config = self._config("warm")
        if self._trunk is not None and self._trunk.fits(command, config):
            try:
                return Zygote(command, config, self._users, self._trunk)
            except SandboxError:
                self._trunk = None  # it is gone, or this kernel does not tell who has sent a message
        return Zygote(command, config, self._users)

    def _config(self, mode: str) -> dict[str, Any]:
        code = seccomp.program()
        readable = [os.__file__] if mode == "user" else []
        if mode == "user":
            readable += [str(path) for path in rootfs.package_entries(self._packages).values() if path.is_file()]
        return {
            "mode": mode,
            "trunk": False,
            **self._imports(mode),
            "filter": code.hex() if code else "",
            "uids": [] if self._users is None else [1 + (self._users if self.isolation == "user" else 0)],
            "readable": readable,
        }

    def _imports(self, mode: str) -> dict[str, Any]:
        preload = () if mode == "cold" else self._preload
        if self.isolation == "namespaces":
            return _inside(self.program, preload)
        return {"site": [str(self._folder)], "preload": list(preload), "program": str(self.program)}

    def who_joins(self, zygote: Zygote, group: cgroup.Group) -> str:
        """Who enters the group: the warm process, before its first job, so that all it forks are born there (to move
        a process takes the kernel some 30 ms); or the job, where it is another group or the process is for it alone.
        """
        if self.path == "cold" or zygote.group not in (None, group):
            return "job"
        return "zygote" if zygote.group is None else "nobody"

    def job_user(self, zygote: Zygote, serial: int) -> int | None:
        """A job's user as its zygote names it: from 1 on in a namespace of ours, a host's id otherwise."""
        if self._users is None or self.isolation == "none":
            return None
        return zygote.user(serial) + (self._users if self.isolation == "user" else 0)


def _inside(program: Path, preload: Sequence[str]) -> dict[str, Any]:
    """What a process in namespaces imports, from where."""
    return {
        "site": [str(rootfs.SITE)],
        "preload": list(preload),
        "program": str(launch.program_inside(program)),
    }


# The warm process that sandboxes of this process, and of those that are forked from it, are copies of; None: none.
_shared: Trunk | None = None


@contextlib.contextmanager
def shared(
    program: Path,
    *,
    preload: Sequence[str] = PRELOAD,
    packages: Sequence[str] = PACKAGES,
    isolation: str = "namespaces",
) -> Iterator[None]:
    """Until its end, one warm process imports for all sandboxes of this process and of those forked from it.

    For isolation "namespaces" and sandboxes of just this program and these imports; elsewhere it does nothing, as
    where the process cannot be started: the first sandbox then says why. It starts at once and imports beside what the
    caller does. To be ended by the thread that entered it, after all these sandboxes.
    """
    global _shared
    trunk: Trunk | None = None
    if isolation == "namespaces":
        with contextlib.suppress(SandboxError):
            trunk = Trunk(
                launch.bubblewrap_command(program.resolve(), packages),
                {"mode": "warm", **_inside(program.resolve(), preload)},
                launch.free_users(),
            )
    before, _shared = _shared, trunk
    try:
        yield
    finally:
        _shared = before
        if trunk is not None:
            trunk.close()


def shared_descriptors() -> set[int]:
    """What a process that is forked from this one must keep open, that its sandboxes may be copies too."""
    return set() if _shared is None else {_shared.descriptor}
