"""The start of a sandbox's own process, with its file system, its environment, its users.

Context: as the host's root, a job would be exempt from the count of processes and own the host's files should it ever
get out. Choice: root maps 63 high user ids into the sandbox's user namespace, which own nothing, and jobs run as
these. Cost: the parent must write the maps while bubblewrap waits. Any other user has one id to map, its own.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder.sandbox import owner, rootfs
from autograder.sandbox.cgroup import Group

START_S = 60.0  # for a warm process to import its packages
ZYGOTE = Path(__file__).with_name("zygote.py")
FOR_ALL = tempfile.gettempdir()  # where a job's user may look in, whatever this process uses for itself later
USERS = 64  # host ids set aside for one grader's jobs, used in turn
ENVIRONMENT = {
    "PATH": "",
    "HOME": "/tmp",
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "MPLBACKEND": "Agg",
    "MPLCONFIGDIR": "/tmp/.matplotlib",
    "PYTHONHASHSEED": "0",  # so that the order of a set is the same in every run; -I would ignore it
    "PYTHONDONTWRITEBYTECODE": "1",
    # Memory of a large array goes to the next one: to get it from the kernel anew, page by page, takes longer.
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(128 << 20),
}
FLAGS = ("-s", "-S", "-B", "-P")  # no user's or site's packages, no bytecode written, no folder of the script
REMEDY = (
    "Install bubblewrap (apt-get install bubblewrap) and allow user namespaces (sysctl user.max_user_namespaces, "
    "kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0; in a container: "
    "--security-opt seccomp=unconfined --security-opt systempaths=unconfined), or choose a weaker isolation by name. "
    "`autograder doctor` says what is missing."
)
SLOW = (
    f"It said nothing for {START_S:g} s: this machine has too much to do. Grade again when it has less, or with fewer "
    "submissions at a time (--jobs 1)."
)


class SandboxError(RuntimeError):
    """The boundary could not be put up or kept up: the machine's fault or ours, never the submission's."""


class Dead(Exception):
    """The zygote is gone."""


class Zygote:
    """The parent's side of one zygote: started, greeted, spoken to, ended.

    `users` is the first of the host ids to map, None to map none. `nested` says why namespaces do not nest, or "".
    """

    def __init__(self, command: Sequence[str], config: dict[str, Any], users: int | None):
        linux = sys.platform == "linux"
        self._words = tempfile.TemporaryFile()  # noqa: SIM115 (lives as long as the process)
        self._control, theirs = socket.socketpair(
            socket.AF_UNIX, socket.SOCK_SEQPACKET if linux else socket.SOCK_STREAM
        )
        self._process: subprocess.Popen[bytes] | None = None
        self.group: Group | None = None  # the cgroup that it is in, once it is in one of ours
        self._inner: int | None = None  # a handle on process 1 of the sandbox, whose end is the end of all
        namespaces = config["mode"] in ("warm", "cold")
        try:
            with theirs:
                if namespaces:
                    self._start_bubblewrap(command, theirs, users)
                else:
                    env = {**ENVIRONMENT, "MPLCONFIGDIR": f"{config['site'][0]}/.matplotlib"}  # not one that all share
                    self._start([*command, str(theirs.fileno())], (theirs.fileno(),), env)
            self._control.settimeout(START_S)
            self._control.send(json.dumps(config).encode())
            hello = json.loads(self._control.recv(1 << 16) or b"{}")
            if not hello.get("ready"):
                raise ConnectionError("no answer")
        except (OSError, ValueError) as error:
            words = self.last_words()
            self.close()
            remedy = SLOW if isinstance(error, TimeoutError) else REMEDY if namespaces else ""
            raise SandboxError(f"the sandbox did not start: {words or error}. {remedy}".strip()) from error
        except BaseException:
            self.close()
            raise
        self.nested: str = hello.get("nested", "")

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def send(self, message: bytes, fds: Sequence[int]) -> None:
        """Hand over a job and wait until it is forked; raises Dead or OSError."""
        socket.send_fds(self._control, [message], fds)
        answer = self._control.recv(1 << 12)
        if answer != b"ok":
            raise Dead(answer.decode("utf-8", "replace"))

    def last_words(self) -> str:
        """The end of what the process wrote to its standard error, on one line."""
        with contextlib.suppress(OSError, ValueError):
            self._words.seek(0)
            return " ".join(self._words.read().decode("utf-8", "replace").split())[-500:]
        return ""

    def close(self) -> None:
        """End the process and all below it, and wait until they are gone; may be called again."""
        self._control.close()
        if self._inner is not None:
            with contextlib.suppress(OSError):
                signal.pidfd_send_signal(self._inner, signal.SIGKILL)
            poller = select.poll()
            poller.register(self._inner, select.POLLIN)
            poller.poll(5000)
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

    def _start_bubblewrap(self, command: Sequence[str], theirs: socket.socket, users: int | None) -> None:
        """Start it, learn its inner process; as root, map users into its namespace while it waits for that."""
        info, info_theirs = os.pipe()
        block_theirs, block = os.pipe()
        try:
            try:
                fds = [theirs.fileno(), info_theirs]
                arguments = ["--info-fd", str(info_theirs)]
                if users is not None:
                    fds.append(block_theirs)
                    arguments += ["--userns-block-fd", str(block_theirs)]
                self._start([command[0], *arguments, *command[1:], str(theirs.fileno())], tuple(fds), None)
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


def program_files(program: Path) -> list[Path]:
    """A program's own file, or those of a package."""
    return sorted(program.glob("*.py")) if program.is_dir() else [program]


def program_inside(program: Path) -> Path:
    """Where a program's file or folder stands in the sandbox."""
    return rootfs.HARNESS / ("program" if program.is_dir() else "program.py")


def bubblewrap_command(program: Path, packages: Sequence[str]) -> list[str]:
    """bubblewrap, all that it makes, and the zygote in it; the zygote's last argument is still to come."""
    bubblewrap = shutil.which("bwrap")
    if bubblewrap is None:
        raise SandboxError(f"bubblewrap is not installed. {REMEDY}")
    try:
        files = rootfs.arguments(tuple(packages))
    except rootfs.RootfsError as error:
        raise SandboxError(str(error)) from error
    result = [bubblewrap, "--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    result += ["--unshare-cgroup-try", "--hostname", "sandbox", "--die-with-parent", "--new-session", "--as-pid-1"]
    result += ["--cap-add", "ALL", "--clearenv"]  # within its own user namespace, for the jobs' to be made
    for name, value in {**ENVIRONMENT, "LD_LIBRARY_PATH": str(rootfs.PYTHON / "lib")}.items():
        result += ["--setenv", name, value]
    result += files
    result += ["--ro-bind", str(ZYGOTE), str(rootfs.HARNESS / "zygote.py")]
    inside = program_inside(program)
    if program.is_dir():
        result += ["--perms", "0755", "--dir", str(inside)]
    for file in program_files(program):
        result += ["--ro-bind", str(file), str(inside / file.name if program.is_dir() else inside)]
    result += ["--proc", "/proc", "--perms", "0700", "--size", str(16 << 20), "--tmpfs", "/tmp"]
    result += ["--remount-ro", "/", "--chdir", "/"]
    return [*result, str(rootfs.PYTHON / "bin/python3"), *FLAGS, str(rootfs.HARNESS / "zygote.py")]


def plain_command() -> list[str]:
    """The zygote as a plain child, by the interpreter below any virtual environment."""
    return [str(Path(sys.executable).resolve()), *FLAGS, str(ZYGOTE)]


def link_packages(packages: Sequence[str]) -> Path:
    """A new folder of links to the packages and what they require, so that no other can be imported by name."""
    folder = Path(tempfile.mkdtemp(prefix=owner.prefix(), dir=FOR_ALL))
    folder.chmod(0o755)
    try:
        for name, path in rootfs.package_entries(packages).items():
            (folder / name).symlink_to(path)
    except rootfs.RootfsError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise SandboxError(str(error)) from error
    return folder


def free_users() -> int | None:
    """As root: the first of USERS host user and group ids that own nothing; None where they cannot be had."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return None
    ends = []
    for name in ("uid_map", "gid_map"):
        try:
            extents = [list(map(int, line.split())) for line in Path(f"/proc/self/{name}").read_text().splitlines()]
        except (OSError, ValueError):
            return None
        ends.append(max((first + count for first, _, count in extents if first <= 20000), default=0))
    if min(ends) >= 1 << 31:
        return (1 << 30) + (os.getpid() % (1 << 22)) * USERS
    if min(ends) >= 65536:  # a container's range: graders side by side may share ids, their namespaces stay apart
        return 20000 + (os.getpid() * USERS) % 40000
    return None
