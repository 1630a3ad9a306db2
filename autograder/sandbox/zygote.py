"""The program of a sandbox's warm process: it forks a job for each message and never reads a request itself.

Three processes with three trusts. The zygote imports the packages and the program once, then waits on its control
socket. For each job it forks a keeper, which gives up its user, enters new namespaces, forks the job, and stays
outside of what the job can reach: it watches the clock and the parent's command, kills, reaps and reports. The job is
process 1 of its own process namespace; only after all that it could misuse is gone does it read the request and call
the program, and through it the student's code. Nothing that a job sends is read here.

Standalone and standard library only: it runs where the `autograder` package does not exist, as one script whose every
step towards fewer rights can be read in order. Cost: it is longer than a file should be.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import importlib.util
import json
import mmap
import os
import resource
import select
import shutil
import signal
import socket
import struct
import sys
import tempfile
import time
from typing import Any, NoReturn

REQUEST, REPLY, MORE, READY = 3, 4, 5, 6  # a job's descriptors, once all others are closed
PIECE = 1 << 16  # bytes from which on a frame is not copied to stand behind its length
EXIT_MEMORY = 251  # the program ran out of memory and said so
JOB_ID = 1000  # a job's user and group as it sees them itself
CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER = 0x00020000, 0x04000000, 0x08000000, 0x10000000
CLONE_NEWPID, CLONE_NEWNET = 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REC, MS_PRIVATE = 1, 2, 4, 8, 1 << 14, 1 << 18
MS_REMOUNT, MS_BIND = 1 << 5, 1 << 12
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP = 1, 4, 22, 24
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 36, 38, 47
PR_CAP_AMBIENT_CLEAR_ALL, SECCOMP_MODE_FILTER = 4, 2
CAPABILITY_VERSION_3 = 0x20080522
# Landlock (numbers of the calls are the same on all processors but Alpha), and rights by the version that brought them.
LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446
LANDLOCK_CREATE_RULESET_VERSION, LANDLOCK_RULE_PATH_BENEATH = 1, 1
LANDLOCK_RIGHTS = {1: (1 << 13) - 1, 2: 1 << 13, 3: 1 << 14, 5: 1 << 15}  # all up to 1; REFER; TRUNCATE; IOCTL_DEV
LANDLOCK_NET, LANDLOCK_SCOPES = 3, 3  # bind and connect TCP (from 4); abstract sockets, signals (from 6)
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, TRUNCATE = 1, 1 << 1, 1 << 2, 1 << 3, 1 << 14
MAKE_CHAR, MAKE_SOCK, MAKE_FIFO, MAKE_BLOCK, IOCTL_DEV = 1 << 6, 1 << 9, 1 << 10, 1 << 11, 1 << 15

libc = ctypes.CDLL(None, use_errno=True)
LINUX = sys.platform == "linux"


def main() -> None:
    """Serve the control socket whose descriptor is the only argument, until its other end is closed.

    As a trunk, serve no jobs: each copy that is asked for serves a control socket of its own.
    """
    gc.disable()  # what is imported stays; in a job it is on
    control = socket.socket(fileno=int(sys.argv[1]))
    config = json.loads(control.recv(1 << 16))
    if config["mode"] in ("warm", "cold"):
        _keep_devices_as_they_are()
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
    if config["mode"] == "warm" and (fault := _try_namespaces(config)):
        hello["nested"] = fault
    control.send(json.dumps(hello).encode())
    while True:
        message, fds, _, _ = socket.recv_fds(control, 1 << 16, 8)
        if not message:
            if hello["branch"]:  # no process namespace ends with a copy
                _kill_rest("branch", None)
            os._exit(0)
        if config["mode"] == "cold":  # one job, and we keep it ourselves: no signal of its can reach process 1
            control.send(b"ok")
            control.close()
            _keep(config, json.loads(message), fds, program)
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
            _keep(config, job, fds, program)
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
                _prctl(PR_SET_CHILD_SUBREAPER, 1)
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


# --- the keeper


def _keep(config: dict[str, Any], job: dict[str, Any], fds: list[int], program: Any) -> NoReturn:
    """Run one job from start to end, then tell what became of it; whatever goes wrong is told as our fault."""
    request, reply, more, status, command, *groups = fds
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        ending = _supervise(config, job, (request, reply, more), command, status, groups, program)
    except BaseException as error:
        ending = {"fault": f"{type(error).__name__}: {error}"}
    with contextlib.suppress(OSError):
        os.write(status, json.dumps(ending).encode())
    os._exit(0)


def _supervise(
    config: dict[str, Any],
    job: dict[str, Any],
    channels: tuple[int, int, int],
    command: int,
    status: int,
    groups: list[int],
    program: Any,
) -> dict[str, Any]:
    """Fork the job, wait for its end, its time or a command; everything it started is dead on return."""
    mode = config["mode"]
    start = time.monotonic()
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if mode == "warm":
        _enter_namespaces(job["uid"])
    elif mode in ("user", "none"):
        _prctl(PR_SET_CHILD_SUBREAPER, 1)
    folder = tempfile.mkdtemp(prefix="sandbox-") if mode in ("user", "none") else "/tmp"
    if mode == "user":
        os.chown(folder, job["uid"], job["uid"])
    ready, ready_job = os.pipe()
    processes = None
    with contextlib.suppress(OSError):  # now, since the job covers it
        processes = os.open("/proc", os.O_RDONLY | os.O_CLOEXEC)
    child = os.fork()
    if child == 0:
        os.close(ready)
        _job(config, job, channels, ready_job, groups, folder, program)
    _prctl(PR_SET_DUMPABLE, 0)
    for fd in (*channels, *groups, ready_job):
        os.close(fd)
    why, wait_status = _watch(child, (command, status), start, job, Queued(child, processes))
    if mode != "warm":  # there, the process namespace has died with its first process
        _kill_rest(mode, job["uid"])
    said = os.read(ready, 4096)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    if mode in ("user", "none"):
        shutil.rmtree(folder, ignore_errors=True)
    if said != b"ok" and why is None:
        return {"fault": said.decode("utf-8", "replace") or "the job's process died before it was set up"}
    unit = 1024 if LINUX else 1
    return {
        "why": why,
        "exit": os.WEXITSTATUS(wait_status) if os.WIFEXITED(wait_status) else None,
        "signal": os.WTERMSIG(wait_status) if os.WIFSIGNALED(wait_status) else None,
        "cpu_s": used.ru_utime + used.ru_stime,
        "wall_s": time.monotonic() - start,
        "peak": used.ru_maxrss * unit,
    }


class Queued:
    """How long a job's first thread was ready to run and no processor was free, as the kernel counts it.

    0.0 where that is not told. `processes` is a descriptor of the keeper's /proc.
    """

    def __init__(self, child: int, processes: int | None):
        self._fd: int | None = None
        if processes is not None:
            with contextlib.suppress(OSError):
                self._fd = os.open(f"{child}/schedstat", os.O_RDONLY | os.O_CLOEXEC, dir_fd=processes)
            os.close(processes)

    def seconds(self) -> float:
        """From the job's start until now; 0.0 once it has ended."""
        if self._fd is None:
            return 0.0
        with contextlib.suppress(OSError, ValueError, IndexError):
            return int(os.pread(self._fd, 256, 0).split()[1]) / 1e9
        return 0.0


def _watch(
    child: int, channels: tuple[int, int], start: float, job: dict[str, Any], queued: Queued
) -> tuple[str | None, int]:
    """Wait for the job; kill it when its time is over or the command is closed, by `kill` or by the parent's death.

    A byte of the command asks how long the job has waited for a processor, which is told on the status, one line of
    JSON; that time does not count, up to `most_s` in all. A later end than was known is told as well.
    """
    command, status = channels
    deadline = start + job["wall_s"]
    poller = select.poll()
    poller.register(command, select.POLLIN | select.POLLHUP)
    handle = None
    with contextlib.suppress(AttributeError, OSError):  # macOS, or a kernel before 5.3
        handle = os.pidfd_open(child)
        poller.register(handle, select.POLLIN)

    def tell(**said: float) -> None:
        with contextlib.suppress(OSError):
            os.write(status, json.dumps(said).encode() + b"\n")

    while True:
        left = deadline - time.monotonic()
        step = left if handle is not None else min(left, 0.01)
        events = dict(poller.poll(max(0.0, step) * 1000 + 1))
        pid, wait_status = os.waitpid(child, os.WNOHANG)
        if pid:
            return None, wait_status
        why = None
        if command in events:
            if os.read(command, 64):
                tell(queued_s=queued.seconds())
            else:
                why = "killed"
        elif time.monotonic() >= deadline:
            later = start + min(job["wall_s"] + queued.seconds(), job["most_s"])
            if later > deadline + 0.05:
                deadline = later
                tell(until_s=later - start)
            else:
                why = "timed_out"
        if why:
            os.kill(child, signal.SIGKILL)
            wait_status = os.waitpid(child, 0)[1]
            return (why if os.WIFSIGNALED(wait_status) else None), wait_status  # it may just have ended by itself


def _kill_rest(mode: str, uid: int | None) -> None:
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


def _enter_namespaces(uid: int | None) -> None:
    """New user, process, mount, network, IPC and UTS namespaces; the process namespace is for the next child."""
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # a change of user had cleared it
        _prctl(PR_SET_DUMPABLE, 1)  # else /proc/self/uid_map belongs to root
    user, group = os.geteuid(), os.getegid()
    kinds = CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS
    _call("unshare", kinds)
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{JOB_ID} {user} 1"),
        ("gid_map", f"{JOB_ID} {group} 1"),
    ):
        fd = os.open(f"/proc/self/{name}", os.O_WRONLY)
        os.write(fd, text.encode())
        os.close(fd)


def _try_namespaces(config: dict[str, Any]) -> str | None:
    """Why nested namespaces are refused here, or None: tried as a job would, in a child thrown away."""
    read, write = os.pipe()
    if os.fork() == 0:
        try:
            _enter_namespaces(config["uids"][0] if config["uids"] else None)
            if (inner := os.fork()) == 0:
                try:
                    _private_mounts(1 << 20, None)
                    os.write(write, b"ok")
                except BaseException as error:
                    os.write(write, f"mounting inside a nested namespace: {error}".encode())
                os._exit(0)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            with contextlib.suppress(OSError):
                os.waitpid(inner, 0)
        except BaseException as error:
            os.write(write, f"nested namespaces: {error}".encode())
        os._exit(0)
    os.close(write)
    said = os.read(read, 4096).decode("utf-8", "replace")
    os.close(read)
    return None if said == "ok" else said or "nested namespaces: the trial died"


# --- the job


def _job(
    config: dict[str, Any],
    job: dict[str, Any],
    channels: tuple[int, int, int],
    ready: int,
    groups: list[int],
    folder: str,
    program: Any,
) -> NoReturn:
    """Become the job: close, mount, limit, give up all rights; then, and only then, read the request and run."""
    try:
        _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        os.setsid()
        if job.get("join") == "job":
            os.write(groups[0], b"0")
        _only(*channels, ready)
        ready = READY
        _confine(config, job, folder)
    except BaseException as error:
        os.write(ready, f"{type(error).__name__}: {error}".encode())
        os._exit(70)
    os.write(ready, b"ok")
    os.close(ready)
    os._exit(_run(program, job["request_bytes"]) & 0xFF)


def _confine(config: dict[str, Any], job: dict[str, Any], folder: str) -> None:
    """Mounts and limits first, then the user, then all rights; each step needs what the next ones give up."""
    mapped_bytes = _mapped_bytes()
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")  # should the machine run out of memory, the job goes first, not the grader
    uid = job["uid"]
    if config["mode"] in ("warm", "cold"):
        _private_mounts(job["tmp_bytes"], uid if config["mode"] == "cold" else None)
    os.chdir(folder)
    if folder != "/tmp":
        os.environ["HOME"] = os.environ["TMPDIR"] = folder
    _limit(job, mapped_bytes)
    if config["mode"] != "none":
        _bound_capabilities()  # before the user changes, who may no longer do so
    if config["mode"] in ("cold", "user") and uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    for path in config["readable"]:  # by another user, Python itself may be out of reach
        open(path, "rb").close()
    if config["mode"] != "none":
        _drop_rights()
    os.umask(0o077)
    for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    if config["mode"] != "none":
        _landlock(folder)
    if config["filter"] and config["mode"] != "none":
        _filter(bytes.fromhex(config["filter"]))


def _run(program: Any, request_bytes: int) -> int:
    """Read the request and call the program; the code to exit with."""
    try:
        request = _mapped(0, request_bytes)
        gc.enable()
        job_pid = os.getpid()

        def reply(payload: bytes, getpid: Any = os.getpid, leave: Any = os._exit) -> None:
            if getpid() != job_pid:  # a copy that a method forked: one process answers, else answers come twice
                leave(0)
            _reply(payload)

        program.main(request, reply, _more)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except MemoryError:
        return EXIT_MEMORY
    except BaseException:
        return 1
    return 0


def _more() -> memoryview | None:
    """Wait for another request, which lies behind the former; None when there is to be none."""
    place = os.read(MORE, 16)
    return _mapped(*struct.unpack(">QQ", place)) if len(place) == 16 else None


def _mapped(start: int, size: int) -> memoryview:
    """A part of the request file as it lies in memory: to read megabytes copies them page by page.

    Not by the mmap module, which keeps a descriptor of its own open.
    """
    if not size:
        return memoryview(b"")
    libc.mmap.restype = ctypes.c_void_p
    flags = mmap.MAP_SHARED | getattr(mmap, "MAP_POPULATE", 0)
    address = libc.mmap(None, ctypes.c_size_t(size), mmap.PROT_READ, flags, REQUEST, ctypes.c_long(start))
    if address in (None, ctypes.c_void_p(-1).value):
        raise OSError(ctypes.get_errno(), "mmap: the request cannot be read")
    return memoryview((ctypes.c_char * size).from_address(address)).cast("B").toreadonly()


def _reply(payload: bytes) -> None:
    """Write one frame: its length in four bytes, big-endian, then itself."""
    length = struct.pack(">I", len(payload))
    for piece in (length, payload) if len(payload) > PIECE else (length + payload,):
        view = memoryview(piece)
        while view:
            view = view[os.write(REPLY, view) :]


def _only(request: int, reply: int, more: int, ready: int) -> None:
    """Keep four descriptors, at fixed numbers; standard input and output lead nowhere; all others are closed."""
    import fcntl

    high = [fcntl.fcntl(fd, fcntl.F_DUPFD, 16) for fd in (request, reply, more, ready)]
    null = os.open("/dev/null", os.O_RDWR)
    for target in (0, 1, 2):
        os.dup2(null, target)
    for fd, target in zip(high, (REQUEST, REPLY, MORE, READY), strict=True):
        os.dup2(fd, target, inheritable=False)
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    os.closerange(READY + 1, limit if 0 < limit < 1 << 20 else 1 << 20)


def _private_mounts(tmp_bytes: int, uid: int | None) -> None:
    """An empty bounded /tmp of the job's own, and nothing in /proc."""
    owner = "" if uid is None else f",uid={uid},gid={uid}"
    inert = MS_NOSUID | MS_NODEV | MS_NOEXEC
    _call("mount", None, b"/", None, MS_REC | MS_PRIVATE, None)
    options = f"size={tmp_bytes},nr_inodes={max(16, tmp_bytes >> 14)},mode=0700{owner}"
    _call("mount", b"tmpfs", b"/tmp", b"tmpfs", inert, options.encode())
    _call("mount", b"tmpfs", b"/proc", b"tmpfs", inert | MS_RDONLY, b"size=4k,nr_inodes=1,mode=0555")


def _keep_devices_as_they_are() -> None:
    """The host's device nodes, read-only as mounts: what is written to one is taken, its times and mode stay."""
    kept = {os.ST_NOSUID: MS_NOSUID, os.ST_NODEV: MS_NODEV, os.ST_NOEXEC: MS_NOEXEC}
    for name in os.listdir("/dev"):
        path = f"/dev/{name}"
        if os.path.isdir(path):
            continue
        mounted = os.statvfs(path).f_flag
        flags = MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID
        for bit, flag in kept.items():
            flags |= flag if mounted & bit else 0
        _call("mount", None, path.encode(), None, flags, None)


def _mapped_bytes() -> int:
    """Address space that is already taken at the start: it is ours, and not counted against the submission."""
    with contextlib.suppress(OSError, ValueError), open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[0]) * resource.getpagesize()
    return 0


def _limit(job: dict[str, Any], mapped_bytes: int) -> None:
    cpu_s = max(1, int(-(-job["cpu_s"] // 1)))
    limits = {
        "AS": mapped_bytes + job["memory_bytes"],
        "NPROC": job["processes"],
        "NOFILE": job["open_files"],
        "FSIZE": job["file_bytes"],
        "CORE": 0,
        "STACK": 8 << 20,
        "MEMLOCK": 0,
        "MSGQUEUE": 0,
    }
    for name, value in limits.items():
        kind = getattr(resource, f"RLIMIT_{name}", None)
        if kind is None:
            continue
        hard = resource.getrlimit(kind)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(kind, (value, value))
        except (OSError, ValueError):
            if LINUX:  # macOS knows the name RLIMIT_AS and refuses the value
                raise
    # No grace between the two: process 1 is never sent the first one's signal.
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))


def _bound_capabilities() -> None:
    """None can be had again by executing a file, as PR_SET_NO_NEW_PRIVS says once more."""
    for number in range(64):
        if LINUX and libc.prctl(PR_CAPBSET_DROP, number, 0, 0, 0) != 0:
            break


def _drop_rights() -> None:
    """No capability in any set, none to be had by executing a file."""
    if not LINUX:
        return
    libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    _call("capset", header, (ctypes.c_uint32 * 6)())
    _call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def _landlock(folder: str) -> None:
    """Where the kernel has it, once more: all is read-only but for the job's own folder, in which no device, pipe or
    socket is made; what is sent to harmless devices is taken; no TCP, and no signal to anyone else."""
    version = libc.syscall(LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), LANDLOCK_CREATE_RULESET_VERSION)
    if not LINUX or version < 1:
        return
    rights = sum(right for since, right in LANDLOCK_RIGHTS.items() if since <= version)
    words = [rights, *([LANDLOCK_NET] if version >= 4 else []), *([LANDLOCK_SCOPES] if version >= 6 else [])]
    ruleset = _landlock_call(LANDLOCK_CREATE_RULESET, struct.pack(f"{len(words)}Q", *words), 8 * len(words), 0)
    special = MAKE_CHAR | MAKE_BLOCK | MAKE_SOCK | MAKE_FIFO | IOCTL_DEV
    beneath = [("/", EXECUTE | READ_FILE | READ_DIR), (folder, rights & ~special)]
    devices = [f"/dev/{name}" for name in ("null", "zero", "full")]
    beneath += [(path, READ_FILE | WRITE_FILE | TRUNCATE) for path in devices if os.path.exists(path)]
    for path, allowed in beneath:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        rule = struct.pack("=Qi", allowed & rights, place)
        _landlock_call(LANDLOCK_ADD_RULE, ruleset, LANDLOCK_RULE_PATH_BENEATH, rule, 0)
        os.close(place)
    _landlock_call(LANDLOCK_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def _landlock_call(number: int, *arguments: Any) -> int:
    """One of Landlock's calls; raises OSError."""
    wide = [ctypes.c_ulong(item) if isinstance(item, int) else item for item in arguments]
    result = int(libc.syscall(number, *wide))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"Landlock: {os.strerror(code)}")
    return result


def _filter(code: bytes) -> None:
    """Install the BPF program; each instruction has eight bytes."""

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_char_p)]

    program = Program(len(code) // 8, code)
    _call("prctl", PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0)


def _prctl(option: int, value: int) -> None:
    if LINUX:
        _call("prctl", option, int(value), 0, 0, 0)


def _call(name: str, *arguments: Any) -> None:
    """A function of the C library; raises OSError with the function's name."""
    wide = [
        ctypes.c_ulong(item) if isinstance(item, int) and not isinstance(item, bool) else item for item in arguments
    ]
    if getattr(libc, name)(*wide) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


if __name__ == "__main__":
    main()
