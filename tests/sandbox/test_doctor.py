"""What the doctor says of a machine that lacks something."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.sandbox import cgroup, doctor, seccomp

needs_bubblewrap = pytest.mark.skipif(shutil.which("bwrap") is None, reason="no bubblewrap here")


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Trials are remembered for a process; each test makes its own."""
    doctor._try.cache_clear()
    yield
    doctor._try.cache_clear()


def _found(findings: list[doctor.Finding], name: str) -> doctor.Finding:
    (finding,) = [finding for finding in findings if finding.name == name]
    return finding


@needs_bubblewrap
def test_a_machine_that_can_grade_exits_zero() -> None:
    """The command's exit code and its last line say that grading with namespaces works."""
    done = subprocess.run([sys.executable, "-m", "autograder", "doctor"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "isolation namespaces" in done.stdout.splitlines()[-1]
    assert "MISSING" not in done.stdout


def test_a_missing_bubblewrap_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Grading is refused, never quietly weakened."""
    monkeypatch.setenv("PATH", "/nonexistent")
    findings = doctor.check()
    finding = _found(findings, "bubblewrap")
    assert (finding.ok, finding.needed) == (False, True)
    assert "apt-get install bubblewrap" in finding.remedy
    assert not doctor.ready(findings)
    assert _found(findings, "grading uses").detail.startswith("refused")
    assert "-> apt-get install bubblewrap" in doctor.render(findings)
    monkeypatch.setattr(doctor, "check", lambda: findings)
    assert doctor.main() == 1


@needs_bubblewrap
def test_a_missing_filter_weakens_and_does_not_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without libseccomp the sandbox still works, and the doctor says what is weaker."""
    monkeypatch.setattr(seccomp, "program", lambda: None)
    findings = doctor.check()
    finding = _found(findings, "system call filter")
    assert (finding.ok, finding.needed) == (False, False)
    assert "install" in finding.remedy
    assert "libseccomp" in finding.remedy
    assert doctor.ready(findings)
    assert "weaker   system call filter  " in doctor.render(findings)


@needs_bubblewrap
def test_a_missing_cgroup_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is then bounded by process, and both sandbox and doctor say so."""
    monkeypatch.setattr(cgroup, "_parent", lambda: (None, 0, "this machine has no memory cgroups"))
    findings = doctor.check()
    finding = _found(findings, "memory cgroup")
    assert not finding.ok
    assert "each process has its own limit" in finding.detail
    assert doctor.ready(findings)


@needs_bubblewrap
@pytest.mark.usefixtures("nothing_nests")
def test_namespaces_that_do_not_nest_lead_to_the_cold_path() -> None:
    """A slower way that is as strong is no reason to refuse."""
    findings = doctor.check()
    assert not _found(findings, "warm process").ok
    assert doctor.ready(findings)
    assert _found(findings, "grading uses").detail == "isolation namespaces, cold"


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "PACKAGES", (*doctor.PACKAGES, "no-such-package"))
    finding = doctor._packages()
    assert not finding.ok
    assert "no-such-package" in finding.detail


@pytest.mark.parametrize(
    ("there", "user", "says"),
    [
        (["apt-get"], 0, "apt-get install -y libseccomp2"),
        (["apt-get", "sudo"], 1000, "sudo apt-get install -y libseccomp2"),
        (["dnf", "sudo"], 1000, "sudo dnf install -y libseccomp"),
        (["apk"], 0, "apk add libseccomp"),
        (
            ["pacman"],
            1000,
            "Ask who runs this machine for: pacman -S --noconfirm libseccomp (or grade in rootless Podman",
        ),
    ],
)
def test_there_is_one_remedy_which_can_be_typed_here(
    monkeypatch: pytest.MonkeyPatch, there: list[str], user: int, says: str
) -> None:
    """By this machine's own packages, with sudo where it is wanted and there."""
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}" if name in there else None)
    monkeypatch.setattr("os.geteuid", lambda: user)
    assert doctor._install("libseccomp").startswith(says)


def test_closed_namespaces_are_opened_by_the_settings_that_close_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """No others are touched."""
    values = {
        "max_user_namespaces": "0",
        "apparmor_restrict_unprivileged_userns": "1",
        "unprivileged_userns_clone": "1",
    }
    monkeypatch.setattr(Path, "read_text", lambda self, *_: values[self.name])
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr(shutil, "which", lambda name: "/bin/sudo")
    wanted = "sudo sysctl -w user.max_user_namespaces=15000 kernel.apparmor_restrict_unprivileged_userns=0"
    assert doctor._user_namespaces().remedy == wanted
