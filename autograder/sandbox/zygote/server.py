"""The warm process, which imports once, then forks a keeper for each message."""

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
from typing import Any

from .keeper import keep
from .kernel import PR_SET_CHILD_SUBREAPER, prctl
from .mounts import keep_devices_as_they_are
from .namespaces import try_namespaces
from .orphans import kill_rest


def serve(descriptor: int) -> None:
    """Serve the control socket that has this descriptor, until its other end is closed.

    As a trunk, serve no jobs: each copy that is asked for serves a control socket of its own.
    """
    gc.disable()  # what is imported stays; in a job it is on
    control = socket.socket(fileno=descriptor)
    config = json.loads(control.recv(1 << 16))
    if config["mode"] in ("warm", "cold"):
        keep_devices_as_they_are()
    sys.path += config["site"]
    for name in config["preload"]:
        importlib.import_module(name)
    program = _load(config["program"])
    if config["preload"] and hasattr(program, "warm_up"):
        program.warm_up()
    # So that a job's collections do not touch, and thereby copy, every page that it shares with us. What little garbage
    # there is goes along: to look for it takes as long as a job.
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # which process 1 is not sent by those below it
    hello: dict[str, Any] = {"ready": True, "branch": 0}
    if config["trunk"]:
        hello["branch"], control = _branched(control)
        config = json.loads(control.recv(1 << 16) or b"null")
        if config is None:  # who asked for it has given up
            os._exit(0)
    if config["mode"] == "warm" and (fault := try_namespaces(config)):
        hello["nested"] = fault
    control.send(json.dumps(hello).encode())
    while True:
        message, fds, _, _ = socket.recv_fds(control, 1 << 16, 8)
        if not message:
            if hello["branch"]:  # no process namespace ends with a copy
                kill_rest("branch", None)
            os._exit(0)
        if config["mode"] == "cold":  # one job, and we keep it ourselves: no signal of its can reach process 1
            control.send(b"ok")
            control.close()
            keep(config, json.loads(message), fds, program)
        answer = _started(control, config, json.loads(message), fds, program)
        for fd in fds:
            os.close(fd)
        control.send(answer)


def _started(
    control: socket.socket, config: dict[str, Any], job: dict[str, Any], fds: list[int], program: Any
) -> bytes:
    """Fork a keeper for one job; `ok`, or why that cannot be."""
    _reap()
    try:
        if job.get("join") == "zygote":
            os.write(fds[5], b"0")
        if os.fork() == 0:
            control.close()
            keep(config, job, fds, program)
    except OSError as error:
        return f"the sandbox's process cannot fork: {error.strerror}".encode()
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
