"""What a sandbox's own process is started with: its command, its file system, its environment, its users.

Context: as the host's root, a job would be exempt from the count of processes and own the host's files should it ever
get out. Choice: root maps 1023 high user ids into the sandbox's user namespace, which own nothing, and jobs run as
these. Cost: the parent must write the maps while bubblewrap waits. Any other user has one id to map, its own.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from autograder.sandbox import fonts, owner, rootfs

ZYGOTE = Path(__file__).with_name("zygote")
FOR_ALL = tempfile.gettempdir()  # where a job's user may look in, whatever this process uses for itself later
USERS = 1024  # host ids set aside for one grader's jobs, used in turn
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


class SandboxError(RuntimeError):
    """The boundary could not be put up or kept up: the machine's fault or ours, never the submission's."""


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
    zygote = rootfs.HARNESS / "zygote"
    result += [*_bound(ZYGOTE, zygote), *_bound(program, program_inside(program))]
    result += ["--proc", "/proc", "--perms", "0700", "--size", str(16 << 20), "--tmpfs", "/tmp"]
    result += _bound_fonts(packages)
    result += ["--remount-ro", "/", "--chdir", "/"]
    return [*result, str(rootfs.PYTHON / "bin/python3"), *FLAGS, str(zygote / "__main__.py")]


def _bound(program: Path, inside: Path) -> list[str]:
    """A program's own file, or a package's folder with its files alone: nothing that lies beside them."""
    if not program.is_dir():
        return ["--ro-bind", str(program), str(inside)]
    result = ["--perms", "0755", "--dir", str(inside)]
    for file in program_files(program):
        result += ["--ro-bind", str(file), str(inside / file.name)]
    return result


def _bound_fonts(packages: Sequence[str]) -> list[str]:
    """matplotlib's list of its fonts, where it looks for it: beneath what each job has in this place."""
    folder = rootfs.package_entries(tuple(packages)).get("matplotlib")
    known = None if folder is None else fonts.listed(folder)
    if known is None:
        return []
    inside = ENVIRONMENT["MPLCONFIGDIR"]
    return ["--dir", inside, "--ro-bind-try", str(known[0]), f"{inside}/{known[1]}"]


def plain_command() -> list[str]:
    """The zygote as a plain child, by the interpreter below any virtual environment."""
    return [str(Path(sys.executable).resolve()), *FLAGS, str(ZYGOTE / "__main__.py")]


def link_packages(packages: Sequence[str]) -> Path:
    """A new folder of links to the packages and what they require, so that no other can be imported by name."""
    folder = Path(tempfile.mkdtemp(prefix=owner.prefix(), dir=FOR_ALL))
    folder.chmod(0o755)
    try:
        for name, path in rootfs.package_entries(tuple(packages)).items():
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
        return (1 << 30) + (os.getpid() % (1 << 20)) * USERS
    if min(ends) >= 65536:  # a container's range: graders side by side may share ids, their namespaces stay apart
        return 20000 + (os.getpid() * USERS) % 40000
    return None
