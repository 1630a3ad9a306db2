"""Hostile programs against the sandbox, each on the warm path and on the cold one."""

from __future__ import annotations

import ast
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.sandbox import cgroup, doctor, launch, owner, processes, sandbox, seccomp
from autograder.sandbox.sandbox import Ended, Limits, Sandbox, SandboxError
from autograder.sandbox.zygote import kept as zygote_kept

# Skipped where it cannot be had at all; where bubblewrap is there and does not work, the tests fail.
pytestmark = pytest.mark.skipif(shutil.which("bwrap") is None, reason="no bubblewrap here: see `autograder doctor`")

PROGRAM = """
STATE = []

def main(request, reply, more):
    exec(compile(request, "<request>", "exec"), {"reply": reply, "tell": lambda *told: reply(repr(told).encode()),
                                                 "STATE": STATE, "more": more})
"""
USUAL = Limits(wall_s=20, cpu_s=20)
TRY = """
import errno, os
def attempt(act):
    try:
        act()
    except OSError as error:
        return errno.errorcode.get(error.errno, str(error))
    except BaseException as error:
        return type(error).__name__
    return "done"
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("program") / "program.py"
    path.write_text(PROGRAM)
    return path


@pytest.fixture(scope="module", params=["warm", "copied", "cold"])
def box(request: pytest.FixtureRequest, program: Path) -> Iterator[Sandbox]:
    copied = request.param == "copied"
    with contextlib.ExitStack() as stack:
        if copied:
            stack.enter_context(sandbox.shared(program, preload=("numpy",)))
        made = stack.enter_context(Sandbox(program, preload=("numpy",), warm=request.param != "cold"))
        assert made.path == ("warm" if copied else request.param)
        yield made
        assert is_copy(made) == copied


def is_copy(box: Sandbox) -> bool:
    """Whether the warm process is a copy of one that is shared."""
    zygote = box._zygote
    return zygote is not None and zygote._branch > 0


def run(box: Sandbox, code: str, limits: Limits = USUAL, *, timeout_s: float = 30) -> tuple[list[bytes], Ended]:
    """All frames of a job that runs `code`, and how it ended by itself."""
    job = box.start(textwrap.dedent(code).encode(), limits)
    frames = []
    try:
        while (frame := job.next_frame(timeout_s)) is not None:
            frames.append(frame)
    finally:
        ended = job.close()
    assert ended == job.ended
    return frames, ended


def told(box: Sandbox, code: str, limits: Limits = USUAL) -> tuple[Any, ...]:
    """The one thing that the code told, as plain data."""
    frames, ended = run(box, TRY + textwrap.dedent(code), limits)
    assert (ended.reason, ended.exit_code) == ("exited", 0), (frames, ended)
    assert len(frames) == 1
    answer = ast.literal_eval(frames[0].decode())
    assert isinstance(answer, tuple)
    return answer


# --- what works


def test_frames_come_back_whole_and_in_order(box: Sandbox) -> None:
    """Empty, small and large frames arrive as they were sent; then the end, with exit code 0."""
    frames, ended = run(box, "for n in (0, 1, 70_000, 3_000_000): reply(bytes([n % 251]) * n)")
    assert frames == [bytes([n % 251]) * n for n in (0, 1, 70_000, 3_000_000)]
    assert (ended.reason, ended.exit_code, ended.signal) == ("exited", 0, None)
    assert 0 < ended.cpu_s < 20
    assert 0 < ended.wall_s < 20
    assert ended.peak_memory_bytes > 1 << 20


def test_a_job_can_be_handed_more_requests(box: Sandbox) -> None:
    """Each arrives whole, whatever the sizes; after the job's end there is nobody to take one."""
    job = box.start(b"while (given := more()) is not None: reply(bytes(given))", USUAL)
    for request in (b"", b"a", b"b" * 5_000, b"c" * 3_000_000, b"d"):
        assert job.put(request)
        assert job.next_frame(10.0) == request
    assert job.close().reason == "killed"
    assert not job.put(b"e")


def test_a_job_that_takes_no_more_does_not_hold_the_grader_up(box: Sandbox) -> None:
    """A request to a job that has ended, or that never asks for one, is given up without waiting."""
    job = box.start(b"reply(b'0')", USUAL)
    assert job.next_frame(10.0) == b"0"
    assert job.next_frame(10.0) is None
    assert not job.put(b"x" * 1_000_000)
    idle = box.start(b"import time; time.sleep(60)", USUAL)
    for _ in range(20):
        idle.put(b"x" * 1_000_000)
    with pytest.raises(TimeoutError):
        idle.next_frame(0.2)
    assert idle.close().reason == "killed"


def test_what_others_were_asked_cannot_be_written_to(box: Sandbox) -> None:
    """A job reads its request; to change what it is handed next is not in its power."""
    answers = told(
        box,
        """
        import ctypes
        tell(attempt(lambda: os.write(3, b"x")), attempt(lambda: os.ftruncate(3, 1 << 20)),
             attempt(lambda: os.write(5, b"x")))
        """,
    )
    assert answers == ("EBADF", "EINVAL", "EBADF")


def test_a_large_request_arrives(box: Sandbox) -> None:
    """A request of many megabytes is no trouble."""
    code = "padding = '" + "x" * (20 << 20) + "'\ntell(len(padding))"
    frames, _ = run(box, code)
    assert frames == [repr((20 << 20,)).encode()]


def test_numpy_and_matplotlib_draw(box: Sandbox) -> None:
    """What the course needs is there: linear algebra, a plot, the font that it is labelled with."""
    size, total = told(
        box,
        """
        import io, numpy as np, matplotlib.pyplot as plt
        figure = io.BytesIO()
        plt.plot([1, 2]); plt.title("loss"); plt.savefig(figure); plt.savefig("/tmp/loss.png")
        tell(len(figure.getvalue()), float(np.linalg.inv(np.eye(3)).sum()))
        """,
    )
    assert size > 1000
    assert total == 3.0


def test_the_order_of_a_set_is_the_same_in_every_run(box: Sandbox) -> None:
    """Hashes are not seeded by chance: the same submission gives the same answers."""
    (value,) = told(box, "tell(hash('autograder'))")
    expected = subprocess.run(
        [sys.executable, "-c", "print(hash('autograder'))"],
        env={"PYTHONHASHSEED": "0"},
        capture_output=True,
        check=True,
    )
    assert value == int(expected.stdout)


def test_an_exception_and_an_exit_code_are_told(box: Sandbox) -> None:
    """What the program did wrong ends the job as exited, with its code."""
    assert run(box, "raise ValueError")[1].exit_code == 1
    assert run(box, "raise SystemExit(7)")[1].exit_code == 7
    frames, ended = run(box, "reply(b'kept'); import os; os._exit(9)")
    assert (frames, ended.reason, ended.exit_code) == ([b"kept"], "exited", 9)


def test_a_frame_that_does_not_come_is_a_timeout_and_the_job_runs_on(box: Sandbox) -> None:
    job = box.start(b"import time; time.sleep(1.5); reply(b'late')", Limits(wall_s=20))
    with pytest.raises(TimeoutError):
        job.next_frame(0.1)
    assert job.next_frame(20) == b"late"
    assert job.next_frame(20) is None
    assert job.close().reason == "exited"


def test_two_jobs_at_a_time(box: Sandbox) -> None:
    """Jobs of one sandbox may overlap; each has its own channel."""
    code = b"import time; time.sleep(0.2); reply(str(%d).encode())"
    jobs = [box.start(code % n) for n in range(3)]
    assert [job.next_frame(20) for job in jobs] == [b"0", b"1", b"2"]
    assert [job.next_frame(20) for job in jobs] == [None] * 3
    assert [job.close().reason for job in jobs] == ["exited"] * 3


def test_jobs_side_by_side_end_each_in_its_own_way(box: Sandbox) -> None:
    """One that hangs, crashes, is killed or comes late does not hold the others up, nor is one's end taken for
    another's."""
    late = box.start(b"import time; time.sleep(1.0); reply(b'late')", USUAL)
    hangs = box.start(b"reply(b'here')\nwhile True: pass", Limits(wall_s=0.5))
    killed = box.start(b"import time; reply(b'here'); time.sleep(60)", USUAL)
    crashes = box.start(b"import os, signal; reply(b'here'); os.kill(os.getpid(), signal.SIGSEGV)\n"
                        b"import ctypes; ctypes.string_at(0)", USUAL)  # fmt: skip
    leaves = box.start(b"import os; reply(b'here'); os._exit(7)", USUAL)
    others = [hangs, killed, crashes, leaves]
    assert [job.next_frame(20) for job in others] == [b"here"] * 4
    killed.kill()
    assert [job.next_frame(20) for job in others] == [None] * 4
    assert [job.close().reason for job in others] == ["timed_out", "killed", "killed", "exited"]
    assert (crashes.close().signal, leaves.close().exit_code) == (signal.SIGSEGV, 7)
    assert hangs.close().wall_s < 5
    assert late.next_frame(20) == b"late"
    assert (late.next_frame(20), late.close().exit_code) == (None, 0)


# --- what is not there


def test_the_file_system_holds_python_and_the_packages_and_nothing_else(box: Sandbox) -> None:
    """Every path in the sandbox is Python's, a package's, a library's, the harness's, or a harmless device."""
    (paths,) = told(
        box,
        """
        found = []
        for folder, folders, files in os.walk("/", onerror=lambda error: found.append(f"{error.filename} unreadable")):
            if folder in ("/python/lib", "/site"):
                found += [f"{folder}/{name}" for name in folders + files]
                folders[:] = []
            found += [os.path.join(folder, name) for name in files] or ([] if folders else [folder])
        tell(sorted(set(found)))
        """,
    )
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    harness = {path for path in paths if path.startswith("/harness/")}
    assert harness == {"/harness/program.py", *(f"/harness/zygote/{file.name}" for file in launch.ZYGOTE.glob("*.py"))}
    for path in paths:
        name = Path(path)
        known = (
            path in ("/tmp", "/proc", "/python/lib", "/site", "/python/bin/python3", f"/python/lib/{version}")
            or (name.parent == Path("/python/lib") and ".so" in name.name)
            or (name.parent == Path("/dev") and name.name in ("null", "zero", "full", "random", "urandom"))
            or path in harness
            or name.parent == Path("/site")
            or (path.startswith(("/lib", "/usr/lib")) and ".so" in name.name)
        )
        assert known, path
    packages = {Path(path).name.split("-")[0].lower() for path in paths if path.startswith("/site/")}
    assert {"numpy", "matplotlib"} <= packages
    assert not packages & {
        "autograder",
        "nbgrader",
        "ipython",
        "pytest",
        "_pytest",
        "solutions",
        "nbformat",
        "sqlalchemy",
    }


def test_nothing_of_the_project_can_be_imported(box: Sandbox) -> None:
    names = ["autograder", "nbgrader", "solutions", "pytest", "IPython", "pyseccomp", "pip", "setuptools", "tests"]
    names += ["zygote", "zygote.server", "server", "kernel"]
    (answers,) = told(
        box, f"import importlib\ntell([attempt(lambda: importlib.import_module(name)) for name in {names}])"
    )
    assert answers == ["ModuleNotFoundError"] * len(names)


def test_the_stdlib_has_no_site_packages(box: Sandbox) -> None:
    (listing,) = told(
        box,
        """
        where = os.path.dirname(os.__file__) + "/site-packages"
        tell(os.listdir(where) if os.path.exists(where) else [])
        """,
    )
    assert listing == []


def test_the_environment_is_a_few_constants(box: Sandbox, monkeypatch: pytest.MonkeyPatch, program: Path) -> None:
    """No variable of the grader comes through, whatever it is set to."""
    monkeypatch.setenv("API_TOKEN", "secret")
    with Sandbox(program, preload=(), warm=box.path == "warm") as fresh:
        (environment,) = told(fresh, "tell(dict(os.environ))")
    assert set(environment) == {*launch.ENVIRONMENT, "LD_LIBRARY_PATH", "PWD"}
    assert "secret" not in str(environment)


def test_there_are_no_open_files_but_its_own(box: Sandbox) -> None:
    """The job holds /dev/null three times, its request to read, its reply channel and the one that calls for more; no
    socket, no pipe to anyone else, no directory."""
    (kinds,) = told(
        box,
        """
        import fcntl, stat
        open_files = {}
        for fd in range(4096):
            try:
                kind = stat.filemode(os.fstat(fd).st_mode)[0]
                open_files[fd] = kind, ("r", "w", "rw")[fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_ACCMODE]
            except OSError:
                pass
        tell(open_files)
        """,
    )
    null = ("c", "rw")
    assert kinds == {0: null, 1: null, 2: null, 3: ("-", "r"), 4: ("p", "w"), 5: ("p", "r")}


def test_no_other_process_can_be_seen_or_signalled(box: Sandbox) -> None:
    """/proc is empty, and no number names another process that a signal could reach."""
    answers = told(
        box,
        """
        import signal
        reached = [pid for pid in range(1, 5000)
                   if pid != os.getpid() and attempt(lambda: os.kill(pid, signal.SIGSTOP)) == "done"]
        tell(os.listdir("/proc"), reached, attempt(lambda: os.kill(-1, signal.SIGKILL)))
        """,
    )
    assert answers == ([], [], "ESRCH")
    assert run(box, "reply(b'alive')")[0] == [b"alive"]


def test_the_host_has_no_name(box: Sandbox) -> None:
    assert told(box, "tell(os.uname().nodename)") == ("sandbox",)


# --- what is refused


def test_no_network(box: Sandbox) -> None:
    """No internet socket can be made; the sandbox has no address but its own, unset."""
    answers = told(
        box,
        """
        import socket
        kinds = [(socket.AF_INET, socket.SOCK_STREAM), (socket.AF_INET6, socket.SOCK_DGRAM),
                 (socket.AF_NETLINK, socket.SOCK_RAW), (socket.AF_PACKET, socket.SOCK_RAW), (40, socket.SOCK_STREAM)]
        def abstract():
            socket.socket(socket.AF_UNIX).connect("\\0/run/dbus/system_bus_socket")
        tell([attempt(lambda: socket.socket(*kind)) for kind in kinds], attempt(abstract),
             attempt(lambda: socket.getaddrinfo("example.org", 80)), attempt(lambda: socket.socketpair()))
        """,
    )
    sockets, abstract, lookup, pair = answers
    assert sockets == ["EPERM"] * 5
    assert abstract == "EPERM"
    assert lookup != "done"
    assert pair == "done"


def test_without_the_filter_there_is_still_no_network(
    box: Sandbox, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The network namespace is empty by itself: the filter is the second wall, not the only one.

    Asked by UDP, of which Landlock knows nothing.
    """
    monkeypatch.setattr(seccomp, "program", lambda: None)
    with Sandbox(program, preload=(), warm=box.path == "warm") as unfiltered:
        answers = told(
            unfiltered,
            """
            import socket
            def call(address):
                link = socket.socket(type=socket.SOCK_DGRAM); link.settimeout(2); link.connect(address)
                link.send(b'x'); link.recv(9)
            tell(attempt(lambda: call(("127.0.0.1", 22))), attempt(lambda: call(("1.1.1.1", 53))),
                 [name for _, name in socket.if_nameindex()])
            """,
        )
    assert answers[0] in ("ENETUNREACH", "ECONNREFUSED", "EADDRNOTAVAIL")
    assert answers[1] == "ENETUNREACH"
    # Each new network namespace has a loopback of its own; some kernels add unconfigured tunnels.
    assert not any(name.startswith(("eth", "en", "wl", "docker", "veth")) for name in answers[2])


def test_the_hosts_devices_keep_their_times(box: Sandbox, program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the filter and without it: what outlives a job could be read by the next one."""
    code = """
        names = ["/dev/" + name for name in os.listdir("/dev")]
        tell([attempt(lambda: os.utime(name)) for name in names if os.path.exists(name)],
             [attempt(lambda: open(name, "wb").close()) for name in names if name.endswith(("null", "zero"))])
        """
    assert told(box, code) == (["EPERM"] * 5, ["done"] * 2)
    monkeypatch.setattr(seccomp, "program", lambda: None)
    with Sandbox(program, preload=(), warm=box.path == "warm") as unfiltered:
        assert told(unfiltered, code) == (["EROFS"] * 5, ["done"] * 2)


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the call numbers are this processor's")
@pytest.mark.skipif(seccomp.program() is None, reason="no libseccomp here: see `autograder doctor`")
def test_no_system_call_passes_but_those_on_the_list(box: Sandbox) -> None:
    """The whole table is tried with arguments of no use; what is not on the list is refused by the filter."""
    import pyseccomp

    names = {}
    for number in range(seccomp.MOST_CALLS):
        with contextlib.suppress(ValueError):
            names[number] = pyseccomp.resolve_syscall(pyseccomp.system_arch(), number).decode()
    listed = {
        *seccomp.ALLOWED,
        *seccomp.DONE_ALREADY,
        "clone",
        "socketpair",
        "prlimit64",
        "fcntl",
        "ioctl",
        "madvise",
        "prctl",
    }
    # The kernel lets uretprobe and uprobe through any filter, and kills who makes them elsewhere than in its own code.
    passed = (335, 336)
    tried = [n for n in range(seccomp.MOST_CALLS) if names.get(n) not in listed and n not in passed]
    (answers,) = told(
        box,
        f"""
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        def call(number):
            ctypes.set_errno(0)
            return 0 if libc.syscall(number, *[ctypes.c_long(-1)] * 6) >= 0 else ctypes.get_errno()
        tell({{number: call(number) for number in {tried}}})
        """,
    )
    assert len(tried) > 700
    for number, answer in answers.items():
        name = names.get(number, "")
        assert answer == (1 if name and name not in seccomp.FALLS_BACK else 38), (number, name, answer)


HELD = """
_llseek _newselect access alarm arch_prctl brk chdir chmod clock_getres clock_getres_time64 clock_gettime
clock_gettime64 clock_nanosleep clock_nanosleep_time64 close close_range copy_file_range creat dup dup2 dup3
epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_wait eventfd eventfd2 exit exit_group faccessat faccessat2
fallocate fchdir fchmod fchmodat fchmodat2 fork fstat fstat64 fstatat64 ftruncate ftruncate64 futex futex_requeue
futex_time64 futex_wait futex_waitv futex_wake getcpu getcwd getdents getdents64 getegid geteuid getgid getgroups
getitimer getpeername getpgid getpgrp getpid getppid getpriority getrandom getresgid getresuid getrlimit getrusage
getsid getsockname getsockopt gettid gettimeofday getuid kill link linkat lseek lstat lstat64 mkdir mkdirat mmap mmap2
mprotect mremap msync munmap nanosleep newfstatat open openat pause pipe pipe2 poll ppoll pread64 preadv pselect6
pwrite64 pwritev read readlink readlinkat readv recvfrom rename renameat renameat2 restart_syscall rmdir rseq
rt_sigaction rt_sigpending rt_sigprocmask rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64
sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getparam sched_getscheduler sched_setaffinity
sched_yield select sendfile sendfile64 sendto set_robust_list set_tid_address setitimer setpgid setrlimit setsid
shutdown sigaltstack sigreturn stat stat64 statx symlink symlinkat tgkill time times tkill truncate truncate64
ugetrlimit umask uname unlink unlinkat vfork wait4 waitid waitpid write writev capget
"""
TELLING = """
inotify_init inotify_init1 inotify_add_watch fanotify_init fanotify_mark io_setup io_submit io_uring_setup statmount
listmount flock sync syncfs sync_file_range sysinfo statfs fstatfs mincore utimensat utime utimes futimesat
name_to_handle_at mknod mknodat mlock mlockall remap_file_pages memfd_create memfd_secret shmget msgget semget
process_madvise cachestat quotactl_fd lsm_list_modules getxattr setxattr fadvise64 readahead splice tee vmsplice
timer_create signalfd4 timerfd_create pidfd_open process_mrelease ioprio_get get_mempolicy landlock_create_ruleset
"""


def test_the_list_of_system_calls_is_the_one_that_was_looked_through() -> None:
    """Whoever adds a call says so here as well; none by which neighbours or the host can be seen is among them."""
    assert set(seccomp.ALLOWED) == set(HELD.split())
    assert len(seccomp.ALLOWED) == len(set(seccomp.ALLOWED))
    assert not set(TELLING.split()) & {*seccomp.ALLOWED, *seccomp.DONE_ALREADY}


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("strace") is None, reason="no strace here")
def test_a_lesson_makes_no_call_that_is_not_on_the_list(tmp_path: Path) -> None:
    """Measured without the filter: what a whole notebook and its questions ask of the kernel once they are read."""
    root = Path(__file__).parents[2]
    script = """
    from pathlib import Path
    from autograder.sandbox import seccomp
    seccomp.program = lambda: None
    from autograder.core import Course
    from autograder.grading import grade_notebook
    course = Course.at(Path("."))
    path = course.source_notebook("shallow_narrow")
    assert grade_notebook(path, "shallow_narrow", course).score == 10.0
    """
    command = ["strace", "-ff", "-qq", "-e", "signal=none", "-o", str(tmp_path / "trace"), sys.executable, "-c"]
    subprocess.run([*command, textwrap.dedent(script)], cwd=root, check=True, timeout=300)
    bounded = {"clone", "socketpair", "prlimit64", "fcntl", "ioctl", "madvise", "prctl"}
    jobs = [calls for path in tmp_path.iterdir() if (calls := _calls_of_a_job(path.read_text(errors="replace")))]
    assert jobs
    made = {call for calls in jobs for call in calls}
    assert {"read", "write", "mmap"} <= made
    assert made <= {*seccomp.ALLOWED, *seccomp.DONE_ALREADY, *bounded}


def _calls_of_a_job(trace: str) -> list[str]:
    """The calls of a job's process once it has told that it is ready; none if it is no job's."""
    lines = trace.splitlines()
    ready = [k for k, line in enumerate(lines) if line.startswith('write(6, "ok", 2)')]
    return re.findall(r"^([a-z_0-9]+)\(", "\n".join(lines[ready[0] + 1 :]), re.MULTILINE) if ready else []


def test_what_harmless_programs_do_is_let_through(box: Sandbox) -> None:
    """Files, folders, threads, children, an event loop, clocks, memory-mapped arrays, archives, figures."""
    (answers,) = told(
        box,
        """
        import asyncio, glob, io, multiprocessing, pathlib, pickle, random, shutil, signal, socket, sqlite3, tempfile
        import threading, time, warnings, zipfile
        import numpy as np, matplotlib.pyplot as plt
        def threads():
            held = [threading.Thread(target=time.sleep, args=(0.01,)) for _ in range(4)]
            [each.start() for each in held]; [each.join() for each in held]
        def children():
            if (child := os.fork()) == 0:
                os._exit(3)
            assert os.waitpid(child, 0)[1] >> 8 == 3
        def pipes():
            read, write = multiprocessing.get_context("fork").Pipe()
            write.send([1]); assert read.recv() == [1]
        def loop():
            async def later():
                await asyncio.sleep(0.01)
                return await asyncio.to_thread(sum, [1, 2])
            assert asyncio.run(later()) == 3
        def arrays():
            np.save("/tmp/a.npy", np.eye(3)); assert np.load("/tmp/a.npy", mmap_mode="r").sum() == 3
            np.savez_compressed("/tmp/b.npz", x=np.arange(9.0)); np.savetxt("/tmp/c.txt", np.eye(2))
            kept = np.memmap("/tmp/d.dat", dtype=float, mode="w+", shape=(100,)); kept[:] = 1; kept.flush()
            np.linalg.svd(np.random.default_rng(0).normal(size=(50, 50))); np.fft.fft(np.ones(64)); np.show_config
        def files():
            with tempfile.TemporaryDirectory() as folder:
                pathlib.Path(folder, "x.txt").write_text("x"); shutil.copy(folder + "/x.txt", folder + "/y.txt")
                assert len(glob.glob(folder + "/*")) == 2; os.replace(folder + "/x.txt", folder + "/z.txt")
                with zipfile.ZipFile(folder + "/a.zip", "w") as archive: archive.write(folder + "/y.txt")
            with tempfile.NamedTemporaryFile() as file: file.write(b"x"); file.flush(); os.fsync(file.fileno())
        def alarms():
            signal.signal(signal.SIGALRM, lambda *_: None); signal.setitimer(signal.ITIMER_REAL, 0.01); time.sleep(0.05)
        def drawing():
            figure, axes = plt.subplots(2, 2); axes[0, 0].plot([1, 2]); figure.savefig("/tmp/f.png"); plt.close("all")
            figure.savefig(io.BytesIO(), format="pdf"); figure.savefig("/tmp/f.svg")
        def asking():
            time.perf_counter(), time.process_time(), time.strftime("%c"), os.cpu_count(), os.getcwd(), os.listdir(".")
            random.random(), os.urandom(4), os.sched_getaffinity(0), os.getloadavg
        def database():
            with sqlite3.connect(":memory:") as base: base.execute("create table t (x)")
        known = (threads, children, pipes, loop, arrays, files, alarms, drawing, asking, database)
        tell({act.__name__: attempt(act) for act in known})
        """,
    )
    assert answers == dict.fromkeys(answers, "done")


@pytest.mark.skipif(not doctor._landlock().ok, reason="this kernel has no Landlock")
def test_without_the_filter_landlock_still_keeps_to_the_folder(
    box: Sandbox, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No pipe, socket or device is made, no address is called, no device but the three is written to."""
    monkeypatch.setattr(seccomp, "program", lambda: None)
    with Sandbox(program, preload=(), warm=box.path == "warm") as unfiltered:
        refused, taken = told(
            unfiltered,
            """
            import signal, socket
            def own():
                os.mkdir("/tmp/a"); open("/tmp/a/b", "w").close(); os.rename("/tmp/a", "/tmp/c")
                os.link("/tmp/c/b", "/tmp/d")
                os.symlink("/tmp/c", "/tmp/e"); os.truncate("/tmp/d", 9); os.unlink("/tmp/d")
            def child():
                if (other := os.fork()) == 0:
                    signal.pause()
                os.kill(other, signal.SIGKILL); os.waitpid(other, 0)
            null = lambda: open("/dev/null", "wb").close()
            tell([attempt(lambda: os.mkfifo("/tmp/pipe")),
                  attempt(lambda: os.mknod("/tmp/x", 0o20600, os.makedev(1, 3))),
                  attempt(lambda: socket.socket(socket.AF_UNIX).bind("/tmp/socket")),
                  attempt(lambda: socket.socket().connect(("127.0.0.1", 22))),
                  attempt(lambda: socket.socket().bind(("127.0.0.1", 0))), attempt(lambda: open("/dev/urandom", "wb"))],
                 [attempt(own), attempt(child), attempt(null)])
            """,
        )
    assert refused[1] in ("EACCES", "EPERM")
    assert refused[:1] + refused[2:] == ["EACCES"] * 5
    assert taken == ["done"] * 3


REFUSED_CALLS = {
    "unshare": 272, "setns": 308, "mount": 165, "umount2": 166, "pivot_root": 155, "chroot": 161, "ptrace": 101,
    "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312, "keyctl": 250, "add_key": 248, "bpf": 321,
    "perf_event_open": 298, "userfaultfd": 323, "io_uring_setup": 425, "kexec_load": 246, "init_module": 175,
    "finit_module": 313, "delete_module": 176, "open_by_handle_at": 304, "memfd_create": 319, "shmget": 29,
    "msgget": 68, "semget": 64, "mq_open": 240, "acct": 163, "swapon": 167, "reboot": 169, "syslog": 103,
    "quotactl": 179, "fsopen": 430, "open_tree": 428, "move_mount": 429, "mount_setattr": 442, "personality": 135,
    "pidfd_getfd": 438, "prlimit64": 302, "sethostname": 170, "settimeofday": 164,
}  # fmt: skip


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the call numbers are this processor's")
@pytest.mark.skipif(seccomp.program() is None, reason="no libseccomp here: see `autograder doctor`")
def test_dangerous_system_calls_return_eperm(box: Sandbox) -> None:
    """Each refused call, made by number with harmless arguments, returns EPERM; clone3 is as if it did not exist."""
    (answers,) = told(
        box,
        f"""
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        def call(number, *rest):
            ctypes.set_errno(0)
            return 0 if libc.syscall(number, *rest) >= 0 else ctypes.get_errno()
        answers = {{name: call(number, 1, 1, 1, 1, 1) for name, number in {REFUSED_CALLS}.items()}}
        answers["clone3"] = call(435, 0, 0)
        for bit in range(7, 31):
            if (1 << bit) in (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000):
                answers[f"clone {{bit}}"] = call(56, ctypes.c_ulong(1 << bit | 17), 0, 0, 0, 0)
        answers["TIOCSTI"] = call(16, 0, ctypes.c_ulong(0x5412), b"x")
        answers["TIOCSTI, upper bits set"] = call(16, 0, ctypes.c_ulong(0x5412 | 1 << 32), b"x")
        tell(answers)
        """,
    )
    assert answers.pop("clone3") == 38  # ENOSYS
    assert [answers.pop(name) for name in ("TIOCSTI", "TIOCSTI, upper bits set")] == [38, 38]
    assert answers == dict.fromkeys(answers, 1)  # EPERM
    assert len(answers) > 45


def test_without_the_filter_there_are_still_no_rights(
    box: Sandbox, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No capability, no other user, no mount: also where libseccomp is missing."""
    monkeypatch.setattr(seccomp, "program", lambda: None)
    with Sandbox(program, preload=(), warm=box.path == "warm") as unfiltered:
        answers = told(
            unfiltered,
            """
            import ctypes
            libc = ctypes.CDLL(None, use_errno=True)
            def call(name, *rest):
                return ctypes.get_errno() if getattr(libc, name)(*rest) else 0
            tell(call("mount", b"tmpfs", b"/dev", b"tmpfs", 0, None), call("umount2", b"/proc", 2),
                 call("umount2", b"/tmp", 2), call("chroot", b"/tmp"), call("sethostname", b"x", 1),
                 call("unshare", 0x00020000), call("mount", None, b"/", None, 4096 | 32, None))
            """,
        )
    assert answers == (1,) * 7


def test_no_way_to_another_user(box: Sandbox) -> None:
    """Neither root nor a neighbour's id nor a capability can be had, and the job is not the host's root."""
    answers = told(
        box,
        """
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        sets = (ctypes.c_uint32 * 6)()
        libc.capget((ctypes.c_uint32 * 2)(0x20080522, 0), sets)
        tell([attempt(lambda: os.setuid(n)) for n in (0, 2, 1001, 65534)], attempt(lambda: os.setgroups([0])),
             list(sets), libc.prctl(39, 0, 0, 0, 0), [libc.prctl(23, n, 0, 0, 0) for n in range(40)], os.getuid() > 0)
        """,
    )
    assert not {"done"} & set(answers[0])
    assert answers[1] != "done"
    assert answers[2:] == ([0] * 6, 1, [0] * 40, True)


def test_writing_fails_everywhere_but_in_tmp(box: Sandbox) -> None:
    """Every folder is tried, and every device and library opened for writing."""
    (written,) = told(
        box,
        """
        written = []
        for folder, folders, files in os.walk("/"):
            if folder.startswith("/tmp"):
                continue
            if attempt(lambda: open(folder + "/x", "w")) == "done":
                written.append(folder)
            for name in files:
                path = os.path.join(folder, name)
                if not path.startswith("/dev/") and attempt(lambda: open(path, "r+b")) == "done":
                    written.append(path)
        tell(written + [path for path in ("/dev/shm", "/run", "/var", "/dev/mqueue") if os.path.exists(path)])
        """,
    )
    assert written == []
    assert told(box, "tell(os.getcwd(), attempt(lambda: open('x', 'w')))") == ("/tmp", "done")


def test_no_file_of_set_user_and_no_device_can_be_made(box: Sandbox) -> None:
    answers = told(
        box,
        """
        import stat, shutil, subprocess
        shutil.copy("/python/bin/python3", "/tmp/python3")
        os.chmod("/tmp/python3", 0o4755)
        tell(attempt(lambda: subprocess.run(["/tmp/python3", "-c", "1"], check=True)),
             attempt(lambda: os.mknod("/tmp/disk", stat.S_IFBLK | 0o600, os.makedev(8, 0))))
        """,
    )
    assert answers == ("EPERM", "EPERM")


# --- what is bounded


def test_an_endless_loop_is_ended_on_time(box: Sandbox) -> None:
    frames, ended = run(box, "reply(b'first')\nwhile True: pass", Limits(wall_s=0.7))
    assert (frames, ended.reason, ended.signal) == ([b"first"], "timed_out", signal.SIGKILL)
    assert ended.wall_s > 0.6


CROWD = """
import os, time
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
for _ in range(3):
    if os.fork() == 0:
        while True: pass
"""


@pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="this kernel does not count waiting")
def test_time_without_a_processor_is_not_held_against_a_job(box: Sandbox) -> None:
    """Three others on its processor: it takes longer than it may, and is let end; what it waited is told, once."""
    crowded = CROWD + "while time.process_time() < 0.4: pass\nreply(b'done')\ntime.sleep(0.1)"
    frames, ended = run(box, crowded, Limits(wall_s=1))
    assert (frames, ended.reason) == ([b"done"], "exited")
    job = box.start((CROWD + "while time.process_time() < 0.4: pass\nreply(b'done')\ntime.sleep(30)").encode())
    assert job.next_frame(30) == b"done"
    assert job.queued_s() > 0.4
    assert job.queued_s() < 0.4
    job.close()
    assert job.queued_s() == 0.0


def test_a_job_that_sleeps_is_ended_on_time(box: Sandbox) -> None:
    """It waits for nothing but itself."""
    _, ended = run(box, "import time\ntime.sleep(30)", Limits(wall_s=1))
    assert (ended.reason, ended.wall_s < 4) == ("timed_out", True)


def test_signals_caught_and_alarms_ignored_make_no_difference(box: Sandbox) -> None:
    """A job that ignores whatever can be ignored, and stops itself, is ended on time."""
    code = """
    import signal, os
    for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals))
    reply(b"stubborn")
    os.kill(os.getpid(), signal.SIGSTOP)
    while True: pass
    """
    frames, ended = run(box, code, Limits(wall_s=0.7))
    assert (frames, ended.reason) == ([b"stubborn"], "timed_out")


def test_processor_time_is_bounded(box: Sandbox) -> None:
    """A busy job is ended by its CPU limit long before its wall time, and a handler does not help."""
    code = "import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass"
    _, ended = run(box, code, Limits(cpu_s=1, wall_s=30))
    assert ended.reason == "cpu_limit"
    assert 0.5 <= ended.cpu_s < 4
    assert ended.wall_s < 25


def test_kill_ends_a_job_at_once(box: Sandbox) -> None:
    job = box.start(b"reply(b'x')\nwhile True: pass", Limits(wall_s=60))
    assert job.next_frame(20) == b"x"
    start = time.monotonic()
    job.kill()
    assert job.next_frame(20) is None
    assert job.close().reason == "killed"
    assert job.close() is job.ended
    assert time.monotonic() - start < 30  # of the sixty that it had


def test_a_memory_bomb_ends_the_job_and_not_the_machine(box: Sandbox) -> None:
    """One process that takes all it can is out of memory, by MemoryError or by the kernel."""
    code = "held = []\nwhile True: held.append(bytearray(1 << 24))"
    _, ended = run(box, code, Limits(memory_bytes=256 << 20, wall_s=30))
    assert ended.reason == "out_of_memory"
    assert ended.peak_memory_bytes < 600 << 20


def test_memory_that_is_caught_can_be_answered(box: Sandbox) -> None:
    """A submission that asks for too much gets a MemoryError, and the harness can say so."""
    answer = told(box, "tell(attempt(lambda: bytearray(3 << 30)), 'alive')")
    assert answer == ("MemoryError", "alive")


def test_many_processes_have_one_bound_of_memory(box: Sandbox) -> None:
    """Children share the job's limit: the machine loses no more than that, however many there are."""
    if box.memory != "cgroup":
        pytest.skip("no memory cgroup here: see `autograder doctor`")
    code = """
    import os, time
    for _ in range(12):
        if os.fork() == 0:
            held = bytearray(200 << 20)
            for i in range(0, len(held), 4096): held[i] = 1
            time.sleep(30)
    time.sleep(2)
    reply(b"survived")
    """
    _, ended = run(box, code, Limits(memory_bytes=300 << 20, wall_s=30))
    assert ended.reason == "out_of_memory"
    assert ended.peak_memory_bytes <= 300 << 20


def test_files_in_tmp_count_as_memory_and_are_bounded(box: Sandbox) -> None:
    """/tmp takes as much as it was given, no file is larger than its limit, and no crowd of empty files helps."""
    answers = told(
        box,
        """
        def fill():
            for n in range(1000):
                with open(f"/tmp/{n}", "wb") as file:
                    file.write(bytes(1 << 20))
        def crowd():
            for n in range(10 ** 6):
                open(f"/tmp/{n}", "w").close()
        def sparse():
            with open("/tmp/sparse", "wb") as file:
                file.truncate(1 << 40)
        import signal
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        full = attempt(fill)
        size = sum(os.path.getsize("/tmp/" + name) for name in os.listdir("/tmp"))
        for name in os.listdir("/tmp"):
            os.unlink("/tmp/" + name)
        tell(full, size, attempt(sparse), attempt(crowd))
        """,
        Limits(tmp_bytes=8 << 20, wall_s=30),
    )
    assert (answers[0], answers[2], answers[3]) == ("ENOSPC", "EFBIG", "ENOSPC")
    assert 7 << 20 <= answers[1] <= 8 << 20


def test_a_fork_bomb_is_contained(box: Sandbox) -> None:
    """Processes are counted for the job alone, and all of them are gone when it ends."""
    code = """
    import os, time
    made = 0
    try:
        while True:
            if os.fork() == 0:
                while True:
                    try: os.fork()
                    except OSError: time.sleep(0.1)
            made += 1
    except BlockingIOError:
        reply(str(made).encode())
    time.sleep(60)
    """
    frames, ended = run(box, code, Limits(processes=20, wall_s=2))
    assert ended.reason == "timed_out"
    assert 1 <= int(frames[0]) <= 20
    assert run(box, "reply(b'next')")[0] == [b"next"]


def test_threads_are_counted_as_processes(box: Sandbox) -> None:
    (made,) = told(
        box,
        """
        import threading, time
        made = 0
        try:
            while made < 1000:
                threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
                made += 1
        except RuntimeError:
            pass
        tell(made)
        """,
        Limits(processes=16),
    )
    assert 1 <= made < 16


def test_open_files_are_bounded(box: Sandbox) -> None:
    (made,) = told(
        box,
        """
        held = []
        try:
            while True: held.append(open("/dev/null"))
        except OSError:
            pass
        made = len(held)
        held.clear()
        tell(made)
        """,
        Limits(open_files=24),
    )
    assert 10 < made < 24


def test_limits_cannot_be_raised(box: Sandbox) -> None:
    (answers,) = told(
        box,
        """
        import resource
        kinds = (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_NPROC, resource.RLIMIT_NOFILE,
                 resource.RLIMIT_FSIZE)
        tell([attempt(lambda: resource.setrlimit(kind, (-1, -1))) for kind in kinds])
        """,
    )
    assert answers == ["ValueError"] * 5  # "not allowed to raise maximum limit"


def test_a_flood_of_frames_ends_the_job(box: Sandbox) -> None:
    """Whole frames without end: those within the bound are kept, then the job is over."""
    frames, ended = run(box, "while True: reply(bytes(1000))", Limits(output_bytes=1 << 20, wall_s=20))
    assert ended.reason == "flooded"
    assert len(frames) <= 1049
    assert ended.wall_s < 10


def test_a_frame_that_never_ends_is_a_flood(box: Sandbox) -> None:
    code = "import os\nos.write(4, b'\\x03\\xff\\xff\\xff')\nwhile True: os.write(4, bytes(65536))"
    frames, ended = run(box, code, Limits(output_bytes=2 << 20, wall_s=20))
    assert (frames, ended.reason) == ([], "flooded")


@pytest.mark.parametrize("header", [b"\xff\xff\xff\xff", b"\x04\x00\x00\x01", b"HTTP"])
def test_a_length_out_of_bounds_is_a_flood(box: Sandbox, header: bytes) -> None:
    frames, ended = run(box, f"import os, time\nreply(b'good')\nos.write(4, {header!r} + b'more')\ntime.sleep(60)")
    assert (frames, ended.reason) == ([b"good"], "flooded")


def test_half_a_frame_is_no_frame(box: Sandbox) -> None:
    """A frame that was promised longer than what came is dropped when the job ends."""
    frames, ended = run(box, "import os\nreply(b'whole')\nos.write(4, b'\\0\\0\\0\\x09half')\nos._exit(0)")
    assert (frames, ended.reason, ended.exit_code) == ([b"whole"], "exited", 0)


def test_closing_the_channel_does_not_hide_the_job(box: Sandbox) -> None:
    """With its reply channel closed, a job still has its time, and no more."""
    frames, ended = run(box, "import os\nos.closerange(0, 64)\nwhile True: pass", Limits(wall_s=0.7))
    assert (frames, ended.reason) == ([], "timed_out")


def test_a_crash_is_told_with_its_signal(box: Sandbox) -> None:
    _, ended = run(box, "import ctypes; ctypes.string_at(0)")
    assert (ended.reason, ended.exit_code, ended.signal) == ("killed", None, signal.SIGSEGV)


def test_deleted_modules_make_no_difference(box: Sandbox) -> None:
    frames, _ = run(box, "import sys\nreply(b'x')\nsys.modules.clear()\n__builtins__.clear()\nreply(b'y')")
    assert frames[0] == b"x"
    assert run(box, "reply(b'next')")[0] == [b"next"]


@pytest.mark.parametrize("bound", ["as it is here", "each process for itself"])
def test_a_stack_without_end_is_over_when_memory_is(
    box: Sandbox, program: Path, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    """Python's frames lie in memory. Where no cgroup bounds it, every one of millions of frames is unwound with an
    allocation that fails, some 25 ms of CPU for each MiB: the job is given as much memory as its time suffices for."""
    if bound == "each process for itself":
        monkeypatch.setattr(cgroup, "_parent", lambda: (None, 0, "none here"))
    code = "import sys\nsys.setrecursionlimit(10**9)\ndef f(): return f() + 1\nf()"
    with Sandbox(program, preload=(), warm=box.path == "warm") as own:
        limits = Limits(wall_s=USUAL.wall_s, cpu_s=USUAL.cpu_s, memory_bytes=64 << 20)
        assert run(own, code, limits)[1].reason in ("exited", "killed", "out_of_memory")
        assert run(own, "reply(b'next')")[0] == [b"next"]


# --- what is left behind


def _host_processes(word: bytes) -> list[str]:
    """Processes of the whole machine with a word in their memory-resident name."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                if (folder / "comm").read_bytes().strip() == word:
                    found.append(folder.name)
            except OSError:
                pass
    return found


LEFT_BEHIND = f"left{os.getpid()}".encode()  # tests run side by side must not find each other's
DAEMON = f"""
import ctypes, os, time
libc = ctypes.CDLL(None)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        libc.prctl(15, {LEFT_BEHIND!r}, 0, 0, 0)
        os.closerange(0, 64)
        while True: time.sleep(1)
    os._exit(0)
"""


def test_daemons_die_with_their_job(box: Sandbox) -> None:
    """A child in a session of its own, its channels closed, is gone when the job has ended."""
    code = DAEMON + "time.sleep(0.3)\nreply(b'left')"
    frames, ended = run(box, code)
    assert (frames, ended.reason) == ([b"left"], "exited")
    assert _host_processes(LEFT_BEHIND) == []


@pytest.mark.parametrize("how", ["its time is over", "it is killed"])
def test_a_job_that_lets_itself_be_traced_is_ended_as_any_other(
    box: Sandbox, program: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """Its parent is then told of each of its stops, none of which is its end. With the filter, it may not."""
    monkeypatch.setattr(seccomp, "program", lambda: None)
    traced = """
    signal.signal(signal.SIGALRM, lambda *_: None)
    if libc.ptrace(0, 0, 0, 0) == 0:
        reply(b"traced")
        signal.setitimer(signal.ITIMER_REAL, 0.05)
    time.sleep(60)
    """
    with Sandbox(program, preload=(), warm=box.path == "warm") as unfiltered:
        job = unfiltered.start((DAEMON + "import signal\n" + textwrap.dedent(traced)).encode(), Limits(wall_s=1.5))
        assert job.next_frame(20) == b"traced"
        time.sleep(0.3)
        if how == "it is killed":
            job.kill()
        assert job.next_frame(20) is None
        ended = job.close()
        assert (ended.reason, ended.signal) == ("killed" if how == "it is killed" else "timed_out", signal.SIGKILL)
        assert _host_processes(LEFT_BEHIND) == []


def test_a_child_that_keeps_the_channel_open_does_not_keep_the_job_alive(box: Sandbox) -> None:
    code = "import os, time\nif os.fork() == 0:\n    while True: time.sleep(1)\nreply(b'done')"
    frames, ended = run(box, code)
    assert (frames, ended.reason) == ([b"done"], "exited")  # not "timed_out"


def test_the_next_job_sees_nothing_of_the_last(box: Sandbox) -> None:
    """Files, globals, modules, environment, shared memory and user ids: nothing is handed on."""
    run(
        box,
        """
        import os, sys, builtins, numpy
        open("/tmp/note", "w").write("secret-of-the-first")
        STATE.append("secret"); builtins.secret = 1; numpy.secret = 1; os.environ["SECRET"] = "1"
        sys.modules["left"] = sys; sys.path.append("/tmp")
        reply(b"x")
        """,
    )
    answers = told(
        box,
        """
        import builtins, sys, numpy
        tell(os.listdir("/tmp"), STATE, hasattr(builtins, "secret"), hasattr(numpy, "secret"), "SECRET" in os.environ,
             "left" in sys.modules, "/tmp" in sys.path)
        """,
    )
    assert answers == ([], [], False, False, False, False, False)


def test_a_job_finds_nothing_of_its_neighbours(box: Sandbox) -> None:
    """Neither how one ended that ran before nor what is known of one that runs beside it."""
    assert run(box, "import os; os._exit(42)")[1].exit_code == 42
    beside = box.start(b"import time; reply(b'here'); time.sleep(60)", Limits(wall_s=54_321))
    assert beside.next_frame(20) == b"here"
    (found,) = told(
        box,
        """
        import gc, sys
        gc.unfreeze()
        frame, open_here = sys._getframe(1), []
        while frame is not None:
            open_here += frame.f_locals.values()
            frame = frame.f_back
        things = [thing for thing in [*open_here, *gc.get_objects()] if thing is not open_here]
        tell([repr(each)[:200] for each in things if type(each).__name__ == "Kept"
              or (type(each) is dict and (each.get("wall_s") == 54_321 or each.get("exit") == 42))])
        """,
    )
    assert found == []
    beside.close()


def test_the_memory_that_a_job_starts_with_holds_no_request(box: Sandbox) -> None:
    """No object that a new job can find holds text of an earlier job's request."""
    word = "mark" + os.urandom(8).hex()
    run(box, f"note = {word!r}\nreply(note.encode())")
    (found,) = told(
        box,
        f"""
        import gc
        wanted = {word[:10]!r} + {word[10:]!r}
        gc.unfreeze()
        tell([type(item).__name__ for item in gc.get_objects() for text in gc.get_referents(item)
              if isinstance(text, (str, bytes)) and wanted in repr(text) and text is not wanted][:5])
        """,
    )
    assert found == []


def test_no_descriptor_leaks_in_two_hundred_jobs(program: Path) -> None:
    """Ended, killed, flooded, timed out or never asked: a job leaves nothing open in the grader, and nothing in the
    process that it was forked from."""
    with Sandbox(program, preload=()) as box:
        box.start(b"reply(b'x')").close()
        before = sorted(os.listdir("/proc/self/fd"))
        at_first = _open_in_zygote(box)
        for n in range(200):
            job = box.start([b"reply(b'x')", b"while True: pass", b"while True: reply(bytes(5000))"][n % 3], Limits(
                output_bytes=10_000))  # fmt: skip
            if n % 3 != 1:
                job.next_frame(20)
            job.close()
        assert sorted(os.listdir("/proc/self/fd")) == before
        assert _open_in_zygote(box) == at_first
    assert len(os.listdir("/proc/self/fd")) < len(before)


def test_a_forked_job_never_goes_on_as_the_process_that_forked_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever fails in it before it is set up, it ends."""

    def fails(*args: Any) -> None:
        raise BrokenPipeError("who reads this has died")

    monkeypatch.setattr(zygote_kept, "become_job", fails)
    theirs, mine = zip(*(os.pipe() for _ in range(5)), strict=True)
    job = {"wall_s": 10.0, "most_s": 10.0}
    running = zygote_kept.begin({"mode": "none"}, job, [*mine[:4], theirs[4]], None, "/tmp", os.fork)
    used = None
    while used is None:
        used = running.look(zygote_kept.wait([running]))
    assert running.ending(used) == {"fault": "the job's process died before it was set up"}
    running.close()
    for fd in (*theirs[:4], mine[4]):
        os.close(fd)


def _open_in_zygote(box: Sandbox) -> list[str]:
    """The descriptors that are open in the warm process while it waits; none where another user cannot tell."""
    time.sleep(0.2)  # it lets go of a job's after it has told its end
    assert box._zygote is not None
    assert box._zygote._inner is not None
    told = Path(f"/proc/self/fdinfo/{box._zygote._inner}").read_text().split()
    try:
        return sorted(os.listdir(f"/proc/{told[told.index('Pid:') + 1]}/fd"))
    except PermissionError:
        return []


# --- what fails on our side


def test_a_dead_warm_process_is_started_again(program: Path) -> None:
    """Killed between jobs, it is replaced; killed below a job that has said nothing, the job is run again."""
    with Sandbox(program, preload=()) as box:
        assert run(box, "reply(b'1')")[0] == [b"1"]
        _kill_zygote(box)
        assert run(box, "reply(b'2')")[0] == [b"2"]
        job = box.start(b"import time; time.sleep(0.5); reply(b'3')")
        _kill_zygote(box)
        assert job.next_frame(20) == b"3"
        assert job.next_frame(20) is None
        assert job.close().reason == "exited"


def test_a_job_lost_after_it_spoke_is_our_fault(program: Path) -> None:
    """Nothing is run twice once an answer was taken, and nothing is blamed on the submission."""
    with Sandbox(program, preload=()) as box:
        job = box.start(b"import time; reply(b'1'); time.sleep(60)")
        assert job.next_frame(20) == b"1"
        _kill_zygote(box)
        with pytest.raises(SandboxError, match="died while a job ran"):
            job.next_frame(20)
        job.close()


def test_a_program_that_cannot_be_imported_is_our_fault(tmp_path: Path) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("import no_such_module")
    with pytest.raises(SandboxError, match="no_such_module"):
        Sandbox(broken, preload=())


def test_a_start_that_takes_too_long_is_told_as_what_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine with too much to do nothing is missing, and nothing is to be installed."""
    monkeypatch.setattr(processes, "START_S", 0.2)
    slow = tmp_path / "slow.py"
    slow.write_text("import time\ntime.sleep(30)\n")
    with pytest.raises(SandboxError, match="too much to do") as caught:
        Sandbox(slow, preload=())
    assert "Install" not in str(caught.value)


def test_without_bubblewrap_it_refuses_with_a_remedy(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No weaker isolation is ever taken instead."""
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(SandboxError, match=r"bubblewrap is not installed.*apt-get install bubblewrap"):
        Sandbox(program, preload=())


@pytest.mark.usefixtures("nothing_nests")
def test_where_namespaces_do_not_nest_the_cold_path_is_taken(program: Path) -> None:
    """The trial that fails in the warm process leads to one bubblewrap for each job, and to the same answers."""
    with Sandbox(program, preload=()) as box:
        assert box.path == "cold"
        assert run(box, "reply(b'1')")[0] == [b"1"]
        assert run(box, "reply(b'2')")[0] == [b"2"]


def test_a_killed_grader_leaves_nothing_behind(program: Path) -> None:
    """SIGKILL to the grader ends its warm process, its jobs and their daemons."""
    for warm in (True, False):
        script = f"""
        import time
        from pathlib import Path
        from autograder.sandbox import Limits, Sandbox
        box = Sandbox(Path({str(program)!r}), preload=(), warm={warm})
        job = box.start({DAEMON + "time.sleep(0.3); reply(b'x'); time.sleep(600)"!r}.encode(), Limits(wall_s=600))
        job.next_frame(20)
        print("running", flush=True)
        time.sleep(600)
        """
        grader = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE)
        assert grader.stdout is not None
        assert grader.stdout.readline() == b"running\n"
        assert _host_processes(LEFT_BEHIND) != []
        grader.kill()
        grader.wait()
        grader.stdout.close()
        deadline = time.monotonic() + 5
        while _host_processes(LEFT_BEHIND) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert _host_processes(LEFT_BEHIND) == []


def _kill_zygote(box: Sandbox) -> None:
    zygote = box._zygote
    assert zygote is not None
    assert zygote._process is not None
    zygote._process.kill()
    zygote._process.wait()


def test_a_closed_sandbox_ends_its_jobs_and_starts_no_more(program: Path) -> None:
    """Closing is the end of warm and cold jobs alike; none is run again for it."""
    for kind in ("warm", "copied", "cold"):
        with contextlib.ExitStack() as stack:
            if kind == "copied":
                stack.enter_context(sandbox.shared(program, preload=()))
            box = Sandbox(program, preload=(), warm=kind != "cold")
            assert is_copy(box) == (kind == "copied")
            jobs = [box.start((DAEMON + "time.sleep(60)").encode()) for _ in range(2)]
            time.sleep(0.5)
            assert _host_processes(LEFT_BEHIND) != []
            box.close()
            assert _host_processes(LEFT_BEHIND) == []
            with pytest.raises(SandboxError, match="closed"):
                jobs[0].next_frame(20)
            assert jobs[1].close().reason == "killed"
            with pytest.raises(SandboxError, match="closed"):
                box.start(b"")


def test_without_a_cgroup_each_process_is_bounded(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no group can be made, one process that takes too much is still out of memory."""
    monkeypatch.setattr(cgroup, "_parent", lambda: (None, 0, "none here"))
    with Sandbox(program, preload=()) as box:
        assert box.memory == "process"
        code = "held = []\nwhile True: held.append(bytearray(1 << 24))"
        _, ended = run(box, code, Limits(memory_bytes=128 << 20, wall_s=30))
    assert ended.reason == "out_of_memory"
    assert ended.peak_memory_bytes < 400 << 20


def test_a_group_of_version_2_is_divided_only_where_it_may_be(tmp_path: Path) -> None:
    """Our own group if it hands memory on; else the one above, unless that would escape a limit of ours."""
    own = tmp_path / "slice" / "own"
    own.mkdir(parents=True)
    (own / "cgroup.subtree_control").write_text("pids\n")
    (own.parent / "cgroup.subtree_control").write_text("memory pids\n")
    (own / "memory.max").write_text("max\n")
    assert cgroup._delegated(own, tmp_path) == own.parent
    (own / "memory.max").write_text("1000000\n")
    assert cgroup._delegated(own, tmp_path) is None
    (own / "cgroup.subtree_control").write_text("memory\n")
    assert cgroup._delegated(own, tmp_path) == own


@pytest.mark.skipif(os.geteuid() != 0, reason="as another user, all these tests show it")
def test_a_grader_who_is_not_root_is_as_safe(tmp_path: Path) -> None:
    """With one user id to map, who keeps a job is of the job's user, and still out of its reach, on either path."""
    _need_system_python()
    folder = Path(tempfile.mkdtemp(prefix="autograder-test-"))
    try:
        folder.chmod(0o755)
        (folder / "program.py").write_text(PROGRAM)
        code = TRY + textwrap.dedent("""
        import ctypes, resource, signal
        others = [pid for pid in range(1, 100) if pid != os.getpid()]
        for number in range(1, 32):
            for pid in others:
                attempt(lambda: os.kill(pid, number))
        forked = 0
        def bomb():
            global forked
            while True:
                if os.fork() == 0:
                    signal.pause()
                forked += 1
        full = attempt(bomb)
        tell(os.listdir("/proc"), full, 1 < forked < 32, attempt(lambda: os.setuid(0)) in ("EPERM", "EINVAL"),
             attempt(lambda: open("/python/x", "w")), ctypes.CDLL(None).ptrace(16, 1, 0, 0))
        """)
        script = f"""
        from pathlib import Path
        from autograder.sandbox import Limits, Sandbox
        for warm in (True, False):
            with Sandbox(Path({str(folder / "program.py")!r}), preload=(), packages=(), warm=warm) as box:
                job = box.start({code!r}.encode())
                print(box.path, job.next_frame(20).decode(), job.next_frame(20) or job.close().reason)
        """
        done = _system_python(script, user=65534)
    finally:
        shutil.rmtree(folder)
    assert done.returncode == 0, done.stderr
    answer = "([], 'EAGAIN', True, True, 'EROFS', -1) exited"
    assert done.stdout.splitlines() == [f"warm {answer}", f"cold {answer}"]


def _need_system_python() -> None:
    """Root's own interpreter is closed to other users; the system's is not."""
    if not Path("/usr/bin/python3").exists():
        pytest.skip("no system Python")
    said = subprocess.run(
        ["/usr/bin/python3", "-c", "import sys; print(sys.version_info >= (3, 11))"], capture_output=True
    )
    if said.stdout != b"True\n":
        pytest.skip("the system's Python is older than 3.11")


def _system_python(script: str, user: int | None = None) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(sandbox.__file__).parents[2])}
    command = ["/usr/bin/python3", "-B", "-c", textwrap.dedent(script)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd="/", user=user, timeout=120)


# --- the weaker modes, chosen by name


def test_an_unknown_isolation_is_refused(program: Path) -> None:
    with pytest.raises(ValueError, match="none of namespaces, user, none"):
        Sandbox(program, isolation="docker")


def test_without_isolation_nothing_is_left_in_a_folder_that_all_share(program: Path) -> None:
    """Links to packages, a job's folder and what matplotlib keeps: all gone with the sandbox."""
    before = set(os.listdir(tempfile.gettempdir()))
    with Sandbox(program, isolation="none") as box:
        drawn = "import matplotlib.pyplot as plt; plt.plot([1]); plt.savefig('x.png'); tell(os.getcwd())"
        (folder,) = told(box, drawn)
    left = set(os.listdir(tempfile.gettempdir())) - before
    assert os.path.basename(folder).startswith("sandbox-")
    assert not os.path.exists(folder)  # others have theirs meanwhile
    assert not [name for name in left if name.startswith((f"{owner.prefix()}", ".matplotlib", "matplotlib"))]


def test_without_isolation_limits_still_hold(program: Path) -> None:
    """A plain child: answers, time, output and left-behind children are as elsewhere; the packages as well."""
    with Sandbox(program, preload=("numpy",), isolation="none") as box:
        assert told(box, "import numpy; tell(attempt(lambda: __import__('nbgrader')), os.listdir('.'))") == (
            "ModuleNotFoundError",
            [],
        )
        assert run(box, "while True: pass", Limits(wall_s=0.5))[1].reason == "timed_out"
        assert run(box, "while True: reply(bytes(1000))", Limits(output_bytes=1 << 16))[1].reason == "flooded"
        assert run(box, DAEMON + "time.sleep(0.3)\nreply(b'x')")[0] == [b"x"]
        assert _host_processes(LEFT_BEHIND) == []


def test_without_isolation_what_else_the_user_runs_does_not_count(program: Path) -> None:
    """A job starts its processes though its user has more of them already than a job may have."""
    others = [subprocess.Popen(["sleep", "60"]) for _ in range(12)]
    try:
        with Sandbox(program, preload=(), isolation="none") as box:
            code = "import os\nif os.fork() == 0: os._exit(0)\nos.wait()\nreply(b'x')"
            assert run(box, code, Limits(processes=8))[0] == [b"x"]
    finally:
        for other in others:
            other.kill()
            other.wait()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a job a user of its own")
def test_a_user_of_its_own_has_no_rights(tmp_path: Path) -> None:
    """By the system's Python, which other users may read: closed files stay closed, the network too, all of it dies."""
    _need_system_python()
    secret = tmp_path / "gradebook.db"
    secret.write_text("secret")
    secret.chmod(0o600)
    hostile = tmp_path / "program.py"
    hostile.write_text(PROGRAM)
    code = TRY + textwrap.dedent(f"""
    import socket
    tell(os.getuid() >= 20000, os.getgroups(), attempt(lambda: open({str(secret)!r})),
         attempt(lambda: open("/etc/shadow")), attempt(lambda: os.setuid(0)), attempt(lambda: os.kill(os.getppid(), 9)),
         attempt(lambda: socket.socket()), os.getcwd().startswith("/tmp/sandbox-"))
    """)
    script = f"""
    from pathlib import Path
    from autograder.sandbox import Limits, Sandbox
    with Sandbox(Path({str(hostile)!r}), preload=(), packages=(), isolation="user") as box:
        job = box.start({code!r}.encode())
        print(job.next_frame(20).decode(), job.next_frame(20) or job.close().reason)
        job = box.start({DAEMON + "time.sleep(0.3)"!r}.encode())
        job.next_frame(20)
        print(job.close().reason)
    """
    done = _system_python(script)
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()
    answers = ast.literal_eval(first.removesuffix(" exited"))
    assert answers[:6] == (True, [], "EACCES", "EACCES", "EPERM", "EPERM")
    assert answers[6] in ("EPERM", "done")  # the filter needs libseccomp in that Python
    assert answers[7] is True
    assert second == "exited"
    assert _host_processes(LEFT_BEHIND) == []
