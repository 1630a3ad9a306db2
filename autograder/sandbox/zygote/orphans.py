"""The processes that a job left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import time


def kill_rest(mode: str, uid: int | None) -> None:
    """Kill what the job left behind, until no child of ours remains (they all come to us when orphaned)."""
    for _ in range(1000):
        if mode == "cold":
            with contextlib.suppress(OSError):
                os.kill(-1, signal.SIGKILL)  # we are process 1: all others of this namespace
        elif mode == "user":
            helper = os.fork()
            if helper == 0:
                with contextlib.suppress(BaseException):
                    os.setresuid(uid, uid, uid)  # type: ignore[arg-type]
                    os.kill(-1, signal.SIGKILL)
                os._exit(0)
            os.waitpid(helper, 0)
        else:
            for pid in _children():
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.002)
    raise OSError("what the job left behind could not be killed")


def _children() -> list[int]:
    """All processes below this one, where there is a /proc to tell."""
    parents: dict[int, int] = {}
    with contextlib.suppress(OSError):
        for name in os.listdir("/proc"):
            if name.isdigit():
                with contextlib.suppress(OSError, IndexError, ValueError), open(f"/proc/{name}/stat", "rb") as file:
                    parents[int(name)] = int(file.read().rpartition(b")")[2].split()[1])
    family = [os.getpid()]
    for parent in family:
        family += [pid for pid, above in parents.items() if above == parent and pid not in family]
    return family[1:]
