"""The system calls that a submission may not make, as a filter for the kernel.

It guarantees that the refused calls return an error (EPERM; ENOSYS for clone3, so that the C library falls back to
clone, whose flags a filter can read). It does not make the calls that remain harmless: the namespaces, the missing
capabilities and the limits do that, and the filter stands before them for what one of them may miss.
"""

from __future__ import annotations

import errno
import io
import socket
import tempfile
from functools import lru_cache
from typing import Any, cast

REFUSED = (
    # other namespaces and other roots
    "unshare", "setns", "mount", "umount", "umount2", "pivot_root", "chroot", "fsopen", "fsconfig", "fsmount", "fspick",
    "move_mount", "open_tree", "mount_setattr", "open_by_handle_at", "name_to_handle_at", "sethostname",
    "setdomainname",
    # other processes' memory
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "pidfd_getfd", "kcmp",
    # the kernel's large and young surfaces
    "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register", "add_key",
    "request_key", "keyctl", "fanotify_init", "lookup_dcookie", "uselib", "vhangup", "nfsservctl", "quotactl",
    "quotactl_fd", "syslog", "acct",
    # memory that no limit on a folder sees, and mail boxes that outlive a process
    "memfd_create", "memfd_secret", "shmget", "shmat", "shmctl", "shmdt", "msgget", "msgsnd", "msgrcv", "msgctl",
    "semget", "semop", "semctl", "semtimedop", "mq_open", "mq_unlink",
    # the machine
    "swapon", "swapoff", "reboot", "kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module",
    "create_module", "iopl", "ioperm", "settimeofday", "clock_settime", "clock_adjtime", "adjtimex", "stime",
)  # fmt: skip
CLONE_NEW = (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000)  # NEWNS … NEWNET
TIOCSTI, TIOCLINUX = 0x5412, 0x541C
PERSONALITY_QUERY = 0xFFFFFFFF


@lru_cache(maxsize=1)
def program() -> bytes | None:
    """The filter as BPF instructions for prctl(PR_SET_SECCOMP); None where libseccomp is missing."""
    try:
        import pyseccomp as library
    except (ImportError, OSError, RuntimeError):
        return None
    lib = cast(Any, library)
    rules = lib.SyscallFilter(lib.ALLOW)
    refuse = lib.ERRNO(errno.EPERM)
    for name in REFUSED:
        _add(lib, rules, refuse, name)
    _add(lib, rules, lib.ERRNO(errno.ENOSYS), "clone3")
    for flag in CLONE_NEW:
        _add(lib, rules, refuse, "clone", lib.Arg(0, lib.MASKED_EQ, flag, flag))
    _add(lib, rules, refuse, "socket", lib.Arg(0, lib.NE, int(socket.AF_UNIX)))
    # Its own limits only: on the cold path without root, the keeper is of the same user.
    _add(lib, rules, refuse, "prlimit64", lib.Arg(0, lib.NE, 0))
    _add(lib, rules, refuse, "personality", lib.Arg(0, lib.NE, PERSONALITY_QUERY))
    for request in (TIOCSTI, TIOCLINUX):
        _add(lib, rules, refuse, "ioctl", lib.Arg(1, lib.MASKED_EQ, 0xFFFFFFFF, request))
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0, io.SEEK_SET)
        return file.read()


def _add(lib: Any, rules: Any, action: Any, name: str, *arguments: Any) -> None:
    """One rule; a call that this machine's library or processor does not know cannot be made either."""
    try:
        number = lib.resolve_syscall(lib.system_arch(), name)
    except (ValueError, OSError):
        return
    if number < 0:
        return
    rules.add_rule(action, name, *arguments)
