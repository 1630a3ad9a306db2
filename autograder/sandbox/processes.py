"""A sandbox's own processes as the grader sees them: started, greeted, spoken to, ended."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from typing import Any

from autograder.sandbox.cgroup import Group
from autograder.sandbox.launch import ENVIRONMENT, REMEDY, USERS, SandboxError

START_S = 60.0  # for a warm process to import its packages
END_MS = 5_000  # for the kernel to end what was killed
SHARE = 16  # users for the jobs of one of several copies of a warm process
CREDENTIALS = struct.Struct("3i")  # process, user and group of who has sent a message: unix(7), SCM_CREDENTIALS
SLOW = (
    f"It said nothing for {START_S:g} s: this machine has too much to do. Grade again when it has less, or with fewer "
    "submissions at a time (--jobs 1)."
)


class Dead(Exception):
    """The zygote is gone."""


class Started:
    """The parent's side of a sandbox's own process: its control socket, its last words, its end."""

    def __init__(self) -> None:
        linux = sys.platform == "linux"
        self._words = tempfile.TemporaryFile()  # noqa: SIM115 (lives as long as the process)
        self._control, self._theirs = socket.socketpair(
            socket.AF_UNIX, socket.SOCK_SEQPACKET if linux else socket.SOCK_STREAM
        )
        self._process: subprocess.Popen[bytes] | None = None
        self._inner: int | None = None  # a handle on process 1 of the sandbox, or on the copy of it that this one is

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def alive(self) -> bool:
        if self._inner is not None and self._gone(0):  # bubblewrap itself may take a while longer
            return False
        return self._inner is not None if self._process is None else self._process.poll() is None

    def _gone(self, most_ms: int = END_MS) -> bool:
        """Whether process 1, or the copy, has ended within that time."""
        poller = select.poll()
        poller.register(self._inner, select.POLLIN)  # type: ignore[arg-type]
        return bool(poller.poll(most_ms))

    def last_words(self) -> str:
        """The end of what the process wrote to its standard error, on one line."""
        with contextlib.suppress(OSError, ValueError):
            self._words.seek(0)
            return " ".join(self._words.read().decode("utf-8", "replace").split())[-500:]
        return ""

    def close(self) -> None:
        """End the process and all below it, and wait until they are gone; may be called again."""
        self._control.close()
        self._theirs.close()
        if self._inner is not None:
            copy = self._process is None
            if not copy or not self._gone():  # a copy ends its jobs, then itself, once its socket is closed
                with contextlib.suppress(OSError):
                    signal.pidfd_send_signal(self._inner, signal.SIGKILL)
                self._gone()
            os.close(self._inner)
            self._inner = None
        if self._process is not None:
            with contextlib.suppress(OSError):
                self._process.kill()
            self._process.wait()
            self._process = None
        self._words.close()

    def _start(self, command: list[str], fds: tuple[int, ...], environment: dict[str, str] | None) -> None:
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._words,
            pass_fds=fds,
            cwd="/",
            env=environment,
            start_new_session=True,  # so that Ctrl-C reaches the grader alone, which ends its jobs itself
        )

    def _start_bubblewrap(self, command: Sequence[str], users: int | None) -> None:
        """Start it, learn its inner process; as root, map users into its namespace while it waits for that."""
        info, info_theirs = os.pipe()
        block_theirs, block = os.pipe()
        try:
            try:
                fds = [self._theirs.fileno(), info_theirs]
                arguments = ["--info-fd", str(info_theirs)]
                if users is not None:
                    fds.append(block_theirs)
                    arguments += ["--userns-block-fd", str(block_theirs)]
                self._start([command[0], *arguments, *command[1:], str(self._theirs.fileno())], tuple(fds), None)
            finally:
                os.close(info_theirs)
                os.close(block_theirs)
            with open(info, "rb", closefd=False) as file:
                child = json.loads(file.read() or b"{}").get("child-pid")
            if not child:
                raise ConnectionError("bubblewrap did not say which process it started")
            with contextlib.suppress(AttributeError, OSError):  # a kernel before 5.3: it then dies unwaited for
                self._inner = os.pidfd_open(child)
            if users is not None:
                for name in ("uid_map", "gid_map"):
                    with open(f"/proc/{child}/{name}", "wb", buffering=0) as file:
                        file.write(f"0 0 1\n1 {users} {USERS - 1}\n".encode())
                os.write(block, b"1")
        finally:
            os.close(info)
            os.close(block)


class Trunk(Started):
    """A warm process that runs no jobs, and of which several workers' zygotes are copies: it imports for all of them.

    It imports while the process that started it does something else; a copy that is asked for meanwhile comes then.
    """

    def __init__(self, command: Sequence[str], config: dict[str, Any], users: int | None):
        super().__init__()
        self.key = _trunk_key(command, config)
        self._owner = os.getpid()
        try:
            with self._theirs:
                self._start_bubblewrap(command, users)
            self._control.send(json.dumps(config | {"trunk": True}).encode())
        except (OSError, ValueError) as error:
            self.close()
            raise SandboxError(f"the sandbox did not start: {error}") from error
        except BaseException:
            self.close()
            raise

    def fits(self, command: Sequence[str], config: dict[str, Any]) -> bool:
        """Whether a copy of it is what this command would start."""
        return self.key == _trunk_key(command, config)

    def branch(self, control: int, words: int) -> None:
        """Ask for a copy that serves a control socket, and writes its last words to a file; raises OSError."""
        socket.send_fds(self._control, [b"branch"], [control, words])

    @property
    def descriptor(self) -> int:
        """What a process that is forked from this one needs of it."""
        return self._control.fileno()

    def close(self) -> None:
        """End it, its copies and their jobs; nothing in a process that was forked from its owner."""
        if os.getpid() == self._owner:
            super().close()


def _trunk_key(command: Sequence[str], config: dict[str, Any]) -> tuple[Any, ...]:
    return (tuple(command), *(config[name] for name in ("mode", "site", "preload", "program")))


class Zygote(Started):
    """A process that jobs are forked from: started or copied from a trunk, greeted, spoken to, ended.

    `users` is the first of the host ids to map, None to map none. `nested` says why namespaces do not nest, or "".
    """

    def __init__(self, command: Sequence[str], config: dict[str, Any], users: int | None, trunk: Trunk | None = None):
        super().__init__()
        self.group: Group | None = None  # the cgroup that it is in, once it is in one of ours
        namespaces = config["mode"] in ("warm", "cold")
        try:
            with self._theirs as theirs:
                if trunk is not None:
                    self._control.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
                    trunk.branch(theirs.fileno(), self._words.fileno())
                elif namespaces:
                    self._start_bubblewrap(command, users)
                else:
                    env = {**ENVIRONMENT, "MPLCONFIGDIR": f"{config['site'][0]}/.matplotlib"}  # not one that all share
                    self._start([*command, str(theirs.fileno())], (theirs.fileno(),), env)
            self._control.settimeout(START_S)
            self._control.send(json.dumps(config).encode())
            answer, credentials, _, _ = self._control.recvmsg(1 << 16, socket.CMSG_SPACE(CREDENTIALS.size))
            hello = json.loads(answer or b"{}")
            if not hello.get("ready"):
                raise ConnectionError("no answer")
            if trunk is not None:  # the kernel tells who has sent it, by our own count of processes
                self._inner = os.pidfd_open(CREDENTIALS.unpack(credentials[0][2])[0])
        except (OSError, ValueError, IndexError, AttributeError) as error:
            words = self.last_words()
            self.close()
            remedy = SLOW if isinstance(error, TimeoutError) else REMEDY if namespaces else ""
            raise SandboxError(f"the sandbox did not start: {words or error}. {remedy}".strip()) from error
        except BaseException:
            self.close()
            raise
        self.nested: str = hello.get("nested", "")
        self._branch: int = hello.get("branch", 0)

    def send(self, message: bytes, fds: Sequence[int]) -> None:
        """Hand over a job and wait until it is forked; raises Dead or OSError."""
        socket.send_fds(self._control, [message], fds)
        answer = self._control.recv(1 << 12)
        if answer != b"ok":
            raise Dead(answer.decode("utf-8", "replace"))

    def user(self, serial: int) -> int:
        """Which of the users that are set aside runs a job, from 1 on; those of two copies are apart.

        Where a kernel counts the processes of a user, and not of a user in a namespace, no job has another's in its
        count.
        """
        place = serial if not self._branch else self._branch * SHARE + serial % SHARE
        return 1 + place % (USERS - 1)
