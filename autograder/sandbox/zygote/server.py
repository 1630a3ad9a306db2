"""The warm process, which imports once, then forks a job, or its keeper, for each message."""

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.util
import json
import os
import signal
import socket
import sys
from collections.abc import Collection
from functools import partial
from typing import Any, NoReturn

from .keeper import keep
from .kept import Kept, begin, report, wait
from .kernel import PR_SET_CHILD_SUBREAPER, PR_SET_DUMPABLE, prctl
from .mounts import keep_devices_as_they_are
from .namespaces import Lost, fork_into_new, own_process_namespace, try_namespaces
from .orphans import kill_rest

CANNOT_FORK = "the sandbox's process cannot fork: {}"


def serve(descriptor: int) -> None:
    """Serve the control socket that has this descriptor, until its other end is closed.

    As a trunk, serve no jobs: each copy that is asked for serves a control socket of its own.
    """
    gc.disable()  # what is imported stays; in a job it is on
    control = socket.socket(fileno=descriptor)
    config = json.loads(control.recv(1 << 16))
    if config["mode"] in ("warm", "cold"):
        keep_devices_as_they_are()
    program = _ready(config)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # which process 1 is not sent by those below it
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    hello: dict[str, Any] = {"ready": True, "branch": 0}
    if config["trunk"]:
        hello["branch"], control = _branched(control)
        config = json.loads(control.recv(1 << 16) or b"null")
        if config is None:  # who asked for it has given up
            os._exit(0)
    if config["mode"] == "warm":
        _serve_jobs(control, config, program, hello)
    else:
        control.send(json.dumps(hello).encode())
        _serve_keepers(control, config, program)


def _ready(config: dict[str, Any]) -> Any:
    """The program, with all that each job would do again."""
    sys.path += config["site"]
    for name in config["preload"]:
        importlib.import_module(name)
    program = _load(config["program"])
    if config["preload"] and hasattr(program, "warm_up"):
        program.warm_up()
    # So that a job's collections do not touch, and thereby copy, every page that it shares with us. What little garbage
    # there is goes along: to look for it takes as long as a job.
    gc.freeze()
    return program


def _serve_jobs(control: socket.socket, config: dict[str, Any], program: Any, hello: dict[str, Any]) -> NoReturn:
    """Fork jobs into process namespaces of their own, and keep them."""
    prctl(PR_SET_DUMPABLE, 0)
    own = own_process_namespace()
    if fault := try_namespaces(config, own):
        hello["nested"] = fault
    control.send(json.dumps(hello).encode())
    _Jobs(control, config, program, own).serve()
    if hello["branch"]:  # no process namespace ends with a copy
        kill_rest("branch", None)
    os._exit(0)


def _serve_keepers(control: socket.socket, config: dict[str, Any], program: Any) -> NoReturn:
    """Fork a keeper for each job; or be the keeper of a single one."""
    while True:
        message, fds, _, _ = socket.recv_fds(control, 1 << 16, 8)
        if not message:
            os._exit(0)
        if config["mode"] == "cold":  # no signal of the job's can reach process 1
            control.send(b"ok")
            control.close()
            keep(config, json.loads(message), fds, program)
        answer = _left_to_a_keeper(control, config, json.loads(message), fds, program)
        for fd in fds:
            os.close(fd)
        control.send(answer)


class _Jobs:
    """The jobs of a warm process, each the first of a process namespace of its own, all kept by it.

    A job is a copy of this process as it is when it is forked: what is known of others stands in `kept` alone, which it
    forgets, and in no frame that is open then.
    """

    def __init__(self, control: socket.socket, config: dict[str, Any], program: Any, own: int):
        self.control, self.config, self.program = control, config, program
        self.fork = partial(fork_into_new, own)
        self.kept: list[Kept] = []

    def serve(self) -> None:
        """Until the control socket's other end is closed."""
        while self._has_looked_at_all() or self._has_begun_one():
            pass

    def _has_looked_at_all(self) -> bool:
        """Wait, and tell the ends of jobs; whether the control socket has nothing to say."""
        said = wait(self.kept, [self.control.fileno()])
        for kept in list(self.kept):
            if (ending := _ending(kept, said)) is not None:
                self.kept.remove(kept)
                report(kept.status, ending)
                kept.close()
        return self.control.fileno() not in said

    def _has_begun_one(self) -> bool:
        """Fork the job that is asked for, or say why that cannot be; False where nobody asks any more."""
        message, fds, _, _ = socket.recv_fds(self.control, 1 << 16, 8)
        if not message:
            return False
        answer = b"ok"
        try:
            job = json.loads(message)
            if job.get("join") == "zygote":
                os.write(fds[5], b"0")
            self.kept.append(begin(self.config, job, fds, self.program, "/tmp", self.fork, self._forget))
        except Exception as error:
            if isinstance(error, Lost):
                raise
            for fd in fds:
                os.close(fd)
            answer = CANNOT_FORK.format(getattr(error, "strerror", None) or error).encode()
        self.control.send(answer)
        return True

    def _forget(self) -> None:
        """In a job: let go of all that this process keeps of others."""
        while self.kept:
            self.kept.pop().close()
        self.control.close()


def _ending(kept: Kept, said: Collection[int]) -> dict[str, Any] | None:
    """What became of a job, where it has ended; whatever goes wrong is told as our fault, and ends this job alone."""
    try:
        used = kept.look(said)
        return None if used is None else kept.ending(used)
    except Exception as error:
        with contextlib.suppress(OSError):
            kept.kill("killed")
        return {"fault": f"{type(error).__name__}: {error}"}


def _left_to_a_keeper(
    control: socket.socket, config: dict[str, Any], job: dict[str, Any], fds: list[int], program: Any
) -> bytes:
    """Fork a keeper for one job; `ok`, or why that cannot be."""
    _reap()
    try:
        if os.fork() == 0:
            control.close()
            keep(config, job, fds, program)
    except OSError as error:
        return CANNOT_FORK.format(error.strerror).encode()
    return b"ok"


def _branched(trunk: socket.socket) -> tuple[int, socket.socket]:
    """Fork a copy for each socket that is sent, with a place for its last words; in a copy, its number and its socket.

    All copies and their jobs are in this process's own process namespace, and end with it.
    """
    number = 0
    while True:
        message, fds, _, _ = socket.recv_fds(trunk, 1 << 8, 2)
        if not message:
            os._exit(0)
        _reap()
        number += 1
        with contextlib.suppress(OSError):  # who asks is told by the end of the socket
            if os.fork() == 0:
                trunk.close()
                control, words = fds
                os.dup2(words, 2)
                os.close(words)
                prctl(PR_SET_CHILD_SUBREAPER, 1)
                return number, socket.socket(fileno=control)
        for fd in fds:
            os.close(fd)


def _reap() -> None:
    """Keepers of former jobs, copies that ended and what they left: what they used counts as ours."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _load(path: str) -> Any:
    """The program as a module or, if it is a folder, as a package; what lies beside it cannot be imported."""
    folder = os.path.isdir(path)
    file = os.path.join(path, "__init__.py") if folder else path
    spec = importlib.util.spec_from_file_location(
        "program", file, submodule_search_locations=[path] if folder else None
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["program"] = module
    spec.loader.exec_module(module)
    return module
