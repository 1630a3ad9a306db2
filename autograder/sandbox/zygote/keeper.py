"""The keeper of one job, where what that leaves behind is looked for by who forked it."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import tempfile
from typing import Any, NoReturn

from .kept import begin, report, wait
from .kernel import PR_SET_CHILD_SUBREAPER, PR_SET_DUMPABLE, PR_SET_PDEATHSIG, prctl
from .orphans import kill_rest


def keep(config: dict[str, Any], job: dict[str, Any], fds: list[int], program: Any) -> NoReturn:
    """Run one job from start to end, then tell what became of it; whatever goes wrong is told as our fault."""
    status = fds[3]
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        ending = _supervise(config, job, fds, program)
    except BaseException as error:
        ending = {"fault": f"{type(error).__name__}: {error}"}
    report(status, ending)
    os._exit(0)


def _supervise(config: dict[str, Any], job: dict[str, Any], fds: list[int], program: Any) -> dict[str, Any]:
    """Fork the job, wait for its end, its time or a command; everything it started is dead on return."""
    mode = config["mode"]
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    folder = "/tmp"
    if mode != "cold":
        prctl(PR_SET_CHILD_SUBREAPER, 1)
        folder = tempfile.mkdtemp(prefix="sandbox-")
    if mode == "user":
        os.chown(folder, job["uid"], job["uid"])
    kept = begin(config, job, fds, program, folder, os.fork)
    prctl(PR_SET_DUMPABLE, 0)
    while kept.look(wait([kept])) is None:
        pass  # until it has ended
    kill_rest(mode, job["uid"])
    if mode != "cold":
        shutil.rmtree(folder, ignore_errors=True)
    return kept.ending(resource.getrusage(resource.RUSAGE_CHILDREN))
