"""What a command costs: wall time, CPU time and peak memory, of it and of all that it starts."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
SAMPLE_S = 0.2


@dataclass(frozen=True)
class Cost:
    """Of one run: seconds and bytes; memory is the sum of each process's share (PSS), sampled."""

    wall_s: float
    cpu_s: float
    peak_bytes: int
    exit_code: int
    output: str


def run(command: Sequence[str], cwd: Path, env: Mapping[str, str] | None = None, *, memory: bool = True) -> Cost:
    """Run a command to its end and to the end of all that it left behind.

    Orphans become children of this process, so that the time of each is counted once it is waited for. Python keeps
    what it compiles, as it does for users, whatever the environment here says.
    """
    env = {name: value for name, value in (env or os.environ).items() if name != "PYTHONDONTWRITEBYTECODE"}
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    log = cwd / ".bench.log"
    with log.open("wb") as out:
        start = time.monotonic()
        process = subprocess.Popen(command, cwd=cwd, env=env, stdout=out, stderr=out)
        peak = _Peak(process.pid)
        if memory:
            peak.start()
        cpu_s, exit_code = 0.0, -1
        while True:
            try:
                pid, status, used = os.wait4(-1, 0)
            except ChildProcessError:
                break
            cpu_s += used.ru_utime + used.ru_stime
            if pid == process.pid:
                exit_code = os.waitstatus_to_exitcode(status)
                process.returncode = exit_code
        wall_s = time.monotonic() - start
        peak.over.set()
    text = log.read_text("utf-8", "replace")
    log.unlink()
    return Cost(wall_s, cpu_s, peak.highest, exit_code, text)


class _Peak(threading.Thread):
    """Samples the memory of a process and all below it."""

    def __init__(self, pid: int):
        super().__init__(daemon=True)
        self.pid, self.highest, self.over = pid, 0, threading.Event()

    def run(self) -> None:
        while not self.over.wait(SAMPLE_S):
            self.highest = max(self.highest, sum(_share(pid) for pid in _tree()))


def _tree() -> list[int]:
    """This process's descendants; orphans are its own children."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents.setdefault(int((entry / "stat").read_text().rpartition(")")[2].split()[1]), []).append(
                    int(entry.name)
                )
            except (OSError, IndexError, ValueError):
                continue
    found, waiting = [], [os.getpid()]
    while waiting:
        children = parents.get(waiting.pop(), [])
        found += children
        waiting += children
    return found


def _share(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    return 0
