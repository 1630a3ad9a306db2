"""What the doctor says of a machine that lacks something."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.sandbox import cgroup, doctor, launch, seccomp

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
    assert (finding.ok, finding.needed, finding.remedy) == (False, False, "apt-get install libseccomp2")
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
def test_namespaces_that_do_not_nest_lead_to_the_cold_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slower way that is as strong is no reason to refuse."""
    refusing = tmp_path / "zygote.py"
    refusing.write_text(launch.ZYGOTE.read_text().replace('_call("unshare", kinds)', 'raise OSError(1, "refused")'))
    monkeypatch.setattr(launch, "ZYGOTE", refusing)
    findings = doctor.check()
    assert not _found(findings, "warm process").ok
    assert doctor.ready(findings)
    assert _found(findings, "grading uses").detail == "isolation namespaces, cold"


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "PACKAGES", (*doctor.PACKAGES, "no-such-package"))
    finding = doctor._packages()
    assert not finding.ok
    assert "no-such-package" in finding.detail
