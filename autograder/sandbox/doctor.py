"""What this machine can do for grading, and how to get what is missing."""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from pathlib import Path

from autograder.sandbox import cgroup, owner, seccomp
from autograder.sandbox.launch import REMEDY, SandboxError
from autograder.sandbox.sandbox import Sandbox

PACKAGES = ("numpy", "matplotlib", "nbgrader", "nbformat", "ipython", "pytest", "rich", "jinja2", "pyseccomp")
MANAGERS = {  # of packages; the first that is there is this machine's
    "apt-get": "apt-get install -y",
    "dnf": "dnf install -y",
    "zypper": "zypper install -y",
    "pacman": "pacman -S --noconfirm",
    "apk": "apk add",
}
CONTAINERS = ("/.dockerenv", "/run/.containerenv")  # what Docker and Podman leave in theirs
# Settings of the kernel that close user namespaces, and the values that open them.
OPEN = {
    "user.max_user_namespaces": 15000,
    "kernel.unprivileged_userns_clone": 1,
    "kernel.apparmor_restrict_unprivileged_userns": 0,
}
LANDLOCK_CREATE_RULESET = 444  # its number on all processors that we know
TRIAL = "def main(request, reply, more):\n    reply(request)\n"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is as grading wants it, what was found, and what to do if not.

    `needed` says whether grading with namespaces depends on it; the others only make it stronger or faster.
    """

    name: str
    ok: bool
    detail: str
    remedy: str = ""
    needed: bool = True


def check() -> list[Finding]:
    """All findings, in the order in which to mend them; the last says what grading will use."""
    return [
        _python(),
        _packages(),
        _bubblewrap(),
        _user_namespaces(),
        *_trials(),
        _seccomp(),
        _landlock(),
        _cgroup(),
        _cores(),
        _use(),
    ]


def render(findings: Sequence[Finding]) -> str:
    """The findings as plain text, a remedy below each that needs one."""
    width = max(len(finding.name) for finding in findings)
    lines = []
    for finding in findings:
        word = "ok     " if finding.ok else "MISSING" if finding.needed else "weaker "
        lines.append(f"{word}  {finding.name:<{width}}  {finding.detail}")
        if finding.remedy and not finding.ok:
            lines.append(f"{'':9}{'':{width}}  -> {finding.remedy}")
    return "\n".join(lines)


def ready(findings: Sequence[Finding]) -> bool:
    """Whether grading with namespaces works."""
    return all(finding.ok for finding in findings if finding.needed)


def main() -> int:
    """Print the findings; 0 when grading with namespaces works, 1 otherwise."""
    findings = check()
    print(render(findings))
    return 0 if ready(findings) else 1


@lru_cache(maxsize=4)
def _try(path: str) -> tuple[str, str]:
    """The path that a trial job took ("" when none), and why it failed."""
    with tempfile.TemporaryDirectory(prefix=owner.prefix()) as folder:
        program = Path(folder) / "program.py"
        program.write_text(TRIAL)
        try:
            with Sandbox(program, preload=("numpy",), warm=path == "warm") as box:
                job = box.start(b"ping")
                answer = job.next_frame(30.0)
                nothing = job.next_frame(30.0)
                ended = job.close()
                if answer != b"ping" or nothing is not None or ended.exit_code != 0:
                    return "", f"a trial job answered {answer!r} and ended as {ended.reason}"
                return box.path, ""
        except (SandboxError, TimeoutError, OSError) as error:
            return "", str(error).replace(REMEDY, "").strip()


def _python() -> Finding:
    ok = sys.version_info >= (3, 11)
    return Finding("Python", ok, platform.python_version(), "Install Python 3.11 or later.")


def _packages() -> Finding:
    missing, versions = [], []
    for name in PACKAGES:
        try:
            versions.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing.append(name)
    for name in ("numpy", "matplotlib"):
        try:
            importlib.import_module(name)
        except Exception as error:
            missing.append(f"{name} ({error})")
    if missing:
        return Finding("packages", False, f"missing: {', '.join(missing)}", "pip install -e . in the project's folder.")
    return Finding("packages", True, ", ".join(versions[:3]) + f" and {len(versions) - 3} more")


def _bubblewrap() -> Finding:
    path = shutil.which("bwrap")
    remedy = _install("bubblewrap")
    if path is None:
        other = "" if sys.platform == "linux" else f" ({platform.system()} has none: use Linux, or --isolation none)"
        return Finding("bubblewrap", False, f"not found{other}", remedy)
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=20, check=False).stdout
    except (OSError, subprocess.TimeoutExpired) as error:
        return Finding("bubblewrap", False, f"{path} does not run: {error}", remedy)
    return Finding("bubblewrap", bool(said), f"{said.strip() or 'no version'} at {path}", remedy)


def _user_namespaces() -> Finding:
    """Said by the kernel's settings; the trials below are the proof."""
    settings = {
        "user.max_user_namespaces": lambda value: value > 0,
        "kernel.unprivileged_userns_clone": lambda value: value == 1,
        "kernel.apparmor_restrict_unprivileged_userns": lambda value: value == 0,
    }
    closed = []
    for name, allows in settings.items():
        with contextlib.suppress(OSError, ValueError):
            value = int(Path("/proc/sys/" + name.replace(".", "/")).read_text())
            if not allows(value) and not (os.geteuid() == 0 and name != "user.max_user_namespaces"):
                closed.append(f"{name}={value}")
    there = Path("/proc/self/ns/user").exists()
    detail = "allowed" if there and not closed else f"closed by {', '.join(closed)}" if closed else "not in this kernel"
    opening = [f"{name}={OPEN[name]}" for name in (setting.partition("=")[0] for setting in closed)]
    remedy = _as_root(f"sysctl -w {' '.join(opening)}") if opening else "Use a kernel that has them."
    return Finding("user namespaces", there and not closed, detail, remedy)


def _sandbox() -> str:
    """What to do where a trial job fails: what is missing above, or the container's own options."""
    if not (_bubblewrap().ok and _user_namespaces().ok):
        return "Mend what is missing above."
    if any(Path(mark).exists() for mark in CONTAINERS):
        return (
            "Start the container with --security-opt seccomp=unconfined --security-opt systempaths=unconfined "
            "--security-opt apparmor=unconfined."
        )
    return REMEDY


def _install(package: str) -> str:
    """How to get a package on this machine, by who asks."""
    for manager, command in MANAGERS.items():
        if shutil.which(manager):
            name = "libseccomp2" if (manager, package) == ("apt-get", "libseccomp") else package
            return _as_root(f"{command} {name}")
    return f"apt-get install {package} (or dnf, pacman, apk: the package has the same name)."


def _as_root(command: str) -> str:
    """A command that takes root's rights, as it is typed here; without sudo, who can be asked and what goes without."""
    if os.geteuid() == 0:
        return command
    if shutil.which("sudo"):
        return f"sudo {command}"
    return f"Ask who runs this machine for: {command} (or grade in rootless Podman, see docs/machines.md)"


def _trials() -> list[Finding]:
    warm_path, warm_fault = _try("warm")
    cold_path, cold_fault = ("cold", "") if warm_path == "cold" else _try("cold")
    nested = Finding(
        "warm process",
        warm_path == "warm",
        "namespaces nest inside bubblewrap: some 10 ms a job"
        if warm_path == "warm"
        else warm_fault or "they do not nest",
        "Raise user.max_user_namespaces, or leave it: each job then starts its own bubblewrap, slower and as strong.",
        needed=False,
    )
    cold = Finding(
        "sandbox", bool(cold_path or warm_path), cold_fault or "a trial job ran and ended as it should", _sandbox()
    )
    return [cold, nested]


def _seccomp() -> Finding:
    code = seccomp.program()
    detail = "libseccomp is missing" if code is None else f"{len(code) // 8} instructions"
    return Finding("system call filter", code is not None, detail, _install("libseccomp"), needed=False)


def _landlock() -> Finding:
    asked = (ctypes.c_long(LANDLOCK_CREATE_RULESET), None, ctypes.c_size_t(0), ctypes.c_uint(1))
    version = ctypes.CDLL(None).syscall(*asked) if sys.platform == "linux" else -1
    detail = f"version {version}: one more wall" if version > 0 else "not in this kernel: one wall less of several"
    remedy = "A kernel from 5.13 on with landlock in its lsm= list; grading works without."
    return Finding("Landlock", version > 0, detail, remedy, needed=False)


def _cgroup() -> Finding:
    groups = cgroup.Groups()
    try:
        if groups.available:
            return Finding(
                "memory cgroup", True, f"version {groups.version}: all processes of a job together", needed=False
            )
        detail = f"{groups.reason}; each process has its own limit"
    finally:
        groups.close()
    remedy = "Leave it: each process of a submission has its limit all the same."
    if os.geteuid() != 0:
        delegated = "systemd-run --user --scope -p Delegate=yes autograder grade"
        remedy = delegated if shutil.which("systemd-run") else _as_root("autograder grade")
    return Finding("memory cgroup", False, detail, remedy, needed=False)


def _cores() -> Finding:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Finding("cores", True, f"{cores}: as many submissions at a time")


def _use() -> Finding:
    path = _try("warm")[0]
    detail = f"isolation namespaces, {path}" if path else "refused: no isolation that is strong enough"
    return Finding("grading uses", bool(path), detail, "Do what the first arrow above says.")


if __name__ == "__main__":
    sys.exit(main())
