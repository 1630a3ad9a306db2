"""The system calls that a submission may make, as a filter for the kernel.

Context: every call is a way to the kernel that all share, and a list of bad ones is never complete: new ones come, and
harmless-looking ones (a watch on a folder, a lock, a device's time) tell of neighbours or leave traces.
Choice: a list of what Python, NumPy, matplotlib and the probe make, with what other versions of them and of the C
library make for the same ends (`statx`, `futex_waitv`, …) and what harmless programs of students do (files in /tmp,
threads, children, an event loop). Everything else is refused.
Measured by strace over the lessons and a part of their banks (Python 3.11, NumPy 2.4): ten calls once the request is
read. The rest of the list is what a cell that imports, draws, writes and forks makes beside. Lessons and such a cell
were measured again with Python 3.13 and NumPy 2.4 (glibc 2.41) and with Python 3.14 and NumPy 2.5 (glibc 2.43): of what
is not on the list only `clone3` and `pidfd_open` are asked for, and both give way to what is.
Cost: the list must be looked through when Python, NumPy or the C library come in a new version; a test holds it.

It guarantees that a call which is not on the list returns an error: EPERM; ENOSYS for a call that this libseccomp does
not know yet, for those in FALLS_BACK, so that a C library takes the older way, and for one asked for what is not listed
of it (`ioctl`, `fcntl`, …). It does not make the calls that
remain harmless: the namespaces, the read-only mounts, the missing capabilities and the limits do that.
"""

from __future__ import annotations

import errno
import io
import socket
import tempfile
from functools import lru_cache
from typing import Any, cast

ALLOWED = (
    # reading and writing what is open
    "read", "write", "readv", "writev", "pread64", "pwrite64", "preadv", "pwritev", "lseek", "_llseek", "close",
    "close_range", "dup", "dup2", "dup3", "pipe", "pipe2", "poll", "ppoll", "select", "_newselect", "pselect6",
    "sendfile", "sendfile64", "copy_file_range", "ftruncate", "ftruncate64", "fallocate",
    # files and folders: all that can be reached is read-only, but for the job's own /tmp
    "open", "openat", "creat", "access", "faccessat", "faccessat2", "stat", "stat64", "lstat", "lstat64", "fstat",
    "fstat64", "newfstatat", "fstatat64", "statx", "readlink", "readlinkat", "getdents", "getdents64", "getcwd",
    "chdir", "fchdir", "mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "rename", "renameat", "renameat2", "link",
    "linkat", "symlink", "symlinkat", "truncate", "truncate64", "chmod", "fchmod", "fchmodat", "fchmodat2", "umask",
    # memory of its own
    "brk", "mmap", "mmap2", "munmap", "mremap", "mprotect", "msync",
    # threads and children
    "fork", "vfork", "exit", "exit_group", "wait4", "waitid", "waitpid", "futex", "futex_time64", "futex_waitv",
    "futex_wait", "futex_wake", "futex_requeue", "set_robust_list", "set_tid_address", "rseq",
    "sched_yield", "sched_getaffinity", "sched_setaffinity", "sched_getparam", "sched_getscheduler",
    "sched_get_priority_max", "sched_get_priority_min", "getcpu", "restart_syscall", "arch_prctl",
    # signals and time
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigpending", "rt_sigsuspend", "rt_sigtimedwait",
    "rt_sigtimedwait_time64", "sigaltstack", "sigreturn", "kill", "tkill", "tgkill", "pause", "alarm", "getitimer",
    "setitimer", "nanosleep", "clock_nanosleep", "clock_nanosleep_time64", "clock_gettime", "clock_gettime64",
    "clock_getres", "clock_getres_time64", "gettimeofday", "time", "times",
    # about itself
    "getpid", "getppid", "gettid", "getpgid", "getpgrp", "getsid", "setsid", "setpgid", "getuid", "geteuid", "getgid",
    "getegid", "getresuid", "getresgid", "getgroups", "getrlimit", "ugetrlimit", "setrlimit", "getrusage",
    "getpriority", "uname", "getrandom", "capget",
    # an event loop: a pair of sockets of its own, connected to nothing else
    "recvfrom", "sendto", "shutdown", "getsockname", "getpeername", "getsockopt", "epoll_create", "epoll_create1",
    "epoll_ctl", "epoll_wait", "epoll_pwait", "eventfd", "eventfd2",
)  # fmt: skip
# There is nothing to be written out to: /tmp lies in memory. On a shared file, they would keep the host's disk busy.
DONE_ALREADY = ("fsync", "fdatasync")
FALLS_BACK = ("clone3", "openat2", "epoll_pwait2", "preadv2", "pwritev2", "mseal", "map_shadow_stack", "execveat")
# What the kernel had numbers for when this was written, with room to spare.
MOST_CALLS = 1024

CLONE_NEW = (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000)  # NEWNS … NEWNET
# Neither locks nor leases nor notices: a neighbour with the same read-only file sees them. Nor sizes of pipes, which
# one user's processes share. DUPFD, GETFD, SETFD, GETFL, SETFL, DUPFD_CLOEXEC, GETPIPE_SZ.
FCNTL = (0, 1, 2, 3, 4, 1030, 1032)
# Is it a terminal (TCGETS, TCGETS2, TIOCGWINSZ); FIONREAD, FIONBIO, FIONCLEX, FIOCLEX.
IOCTL = (0x5401, 0x802C542A, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
# The allocators' own: DONTNEED, FREE, HUGEPAGE, NOHUGEPAGE, GUARD_INSTALL, GUARD_REMOVE. Not WILLNEED, COLD, MERGEABLE
# and the like, which act on pages that are shared.
MADVISE = (4, 8, 14, 15, 102, 103)
# Names of threads and of memory (SET_NAME, GET_NAME, SET_VMA); what rights there are (GET_DUMPABLE, GET_SECCOMP,
# CAPBSET_READ, GET_NO_NEW_PRIVS).
PRCTL = (15, 16, 0x53564D41, 3, 21, 23, 39)
WHOLE = 0xFFFFFFFF  # the kernel reads these arguments as 32 bits


@lru_cache(maxsize=1)
def program() -> bytes | None:
    """The filter as BPF instructions for prctl(PR_SET_SECCOMP); None where libseccomp is missing."""
    try:
        import pyseccomp as library
    except (ImportError, OSError, RuntimeError):
        return None
    lib = cast(Any, library)
    rules = lib.SyscallFilter(lib.ERRNO(errno.ENOSYS))
    refuse = lib.ERRNO(errno.EPERM)
    known = _known(lib)
    bounded = {
        "clone": [[lib.Arg(0, lib.MASKED_EQ, sum(CLONE_NEW), 0)]],
        "socketpair": [[lib.Arg(0, lib.EQ, int(socket.AF_UNIX))]],
        "prlimit64": [
            [lib.Arg(0, lib.EQ, 0)]
        ],  # its own: on the cold path without root, its keeper is of the same user
    }
    places = {
        "fcntl": (1, FCNTL),
        "fcntl64": (1, FCNTL),
        "ioctl": (1, IOCTL),
        "madvise": (2, MADVISE),
        "prctl": (0, PRCTL),
    }
    for name, (place, values) in places.items():
        bounded[name] = [[lib.Arg(place, lib.MASKED_EQ, WHOLE, value)] for value in values]
    for name in known & set(ALLOWED):
        rules.add_rule(lib.ALLOW, name)
    for name in known & set(DONE_ALREADY):
        rules.add_rule(lib.ERRNO(0), name)
    for name in known & set(bounded):
        for arguments in bounded[name]:
            rules.add_rule(lib.ALLOW, name, *arguments)
    for flag in CLONE_NEW:
        rules.add_rule(refuse, "clone", lib.Arg(0, lib.MASKED_EQ, flag, flag))
    rules.add_rule(refuse, "socketpair", lib.Arg(0, lib.NE, int(socket.AF_UNIX)))
    rules.add_rule(refuse, "prlimit64", lib.Arg(0, lib.NE, 0))
    for name in known - {*ALLOWED, *DONE_ALREADY, *FALLS_BACK, *bounded}:
        rules.add_rule(refuse, name)
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0, io.SEEK_SET)
        return file.read()


def _known(lib: Any) -> set[str]:
    """The names of all calls that this libseccomp knows for this processor."""
    names = set()
    for number in range(MOST_CALLS):
        try:
            names.add(lib.resolve_syscall(lib.system_arch(), number).decode())
        except ValueError:
            continue
    return names
