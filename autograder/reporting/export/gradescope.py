"""Gradescope: a zip that grades there as here, with the results in Gradescope's own form.

What the zip relies on: Gradescope starts `run_autograder` as root in a container of the course's own, without the
right to make namespaces. So submissions run with isolation "user", and the folder with the references is closed to
every other user before anything of a submission runs. What that isolation does not promise stands in sandbox.py.
"""

from __future__ import annotations

import stat
import tempfile
import zipfile
from importlib import metadata
from pathlib import Path
from typing import Any

from autograder import DISTRIBUTION
from autograder.core import Report, write_whole
from autograder.reporting.export.plan import ExportError
from autograder.reporting.feedback import method_words, verdicts, words
from autograder.reporting.feedback.terminal import method_lines
from autograder.reporting.feedback.text import one_line, plain

PACKAGE = Path(__file__).resolve().parents[2]
LESSONS = PACKAGE / "authoring" / "lessons"  # with their solutions, in a folder that submissions may read there
_LEFT_OUT = {"jupyterlab"}  # where notebooks are opened, which nobody does there
_STAMP = (2020, 1, 1, 0, 0, 0)  # the same course gives the same zip

SETUP = """\
#!/usr/bin/env bash
# Run once, when Gradescope builds the image: Python 3.11 or later with what the grader needs.
set -euo pipefail
root="${AUTOGRADER_ROOT:-/autograder}"
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install -y --no-install-recommends ca-certificates libseccomp2 python3 python3-venv
python=python3
if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    apt-get install -y --no-install-recommends python3.11 python3.11-venv
    python=python3.11
fi
"$python" -m venv "$root/venv"
"$root/venv/bin/python" -m pip install --no-cache-dir -r "$root/source/requirements.txt"
"""

RUN = """\
#!/usr/bin/env bash
# Grades the notebook in submission/ and writes results/results.json.
# AUTOGRADER_ROOT, AUTOGRADER_PYTHON and AUTOGRADER_ISOLATION are for trying the layout elsewhere.
set -u
root="${{AUTOGRADER_ROOT:-/autograder}}"
python="${{AUTOGRADER_PYTHON:-$root/venv/bin/python}}"
export PYTHONPATH="$root/source/package" PYTHONDONTWRITEBYTECODE=1
cd "$root/source" || exit 1
exec "$python" -P -c 'from autograder.cli.gradescope_container import main; main()' \\
    "$root" {assignment} "${{AUTOGRADER_ISOLATION:-user}}"
"""


def build(course_root: Path | str, assignment: str, out_zip: Path | str) -> Path:
    """Write the zip of an assignment to `out_zip`; raises ExportError where the course lacks its release or reference.

    It holds the package as it is installed here, the versions of its dependencies, the release and the reference.
    """
    root, out = Path(course_root), Path(out_zip)
    if not assignment.isidentifier():
        raise ExportError(f"“{assignment}” is no assignment's name")
    files = {"setup.sh": SETUP.encode(), "run_autograder": RUN.format(assignment=assignment).encode()}
    files["requirements.txt"] = ("\n".join(requirements()) + "\n").encode()
    for needed in (
        root / "nbgrader_config.py",
        root / "release" / assignment / f"{assignment}.ipynb",
        root / "solutions" / f"{assignment}.py",
    ):
        if not needed.is_file():
            raise ExportError(f"{needed} is missing; build the assignment first")
    chosen = [root / "nbgrader_config.py", root / "solutions" / f"{assignment}.py"]
    chosen += [path for path in (root / "rubric.toml", *sorted((root / "source").glob("*.py"))) if path.is_file()]
    chosen += [path for step in ("source", "release") for path in _files(root / step / assignment)]
    files.update({f"course/{path.relative_to(root).as_posix()}": path.read_bytes() for path in chosen})
    package = [path for path in _files(PACKAGE) if not path.is_relative_to(LESSONS)]
    files.update({f"package/{path.relative_to(PACKAGE.parent).as_posix()}": path.read_bytes() for path in package})
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile() as buffer:
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in sorted(files):
                entry = zipfile.ZipInfo(name, _STAMP)
                program = name in ("setup.sh", "run_autograder")
                entry.external_attr = (stat.S_IFREG | (0o755 if program else 0o644)) << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, files[name])
        buffer.seek(0)
        write_whole(out, buffer.read(), mode=0o600)
    return out


def requirements() -> list[str]:
    """What the package needs, in the versions that are installed here."""
    wanted = []
    for line in metadata.requires(DISTRIBUTION) or []:
        if "extra ==" in line:
            continue
        name = "".join(char if char.isalnum() or char in "-_." else " " for char in line).split()[0]
        if name.lower() not in _LEFT_OUT:
            wanted.append(f"{name}=={metadata.version(name)}")
    return sorted(wanted, key=str.lower)


def results(report: Report) -> dict[str, Any]:
    """The report in the form of Gradescope's results.json; without any score where the fault was ours."""
    verdict = verdicts.verdict(report)
    said = [f"{verdict.symbol} {verdict.headline}", verdict.sentence]
    said += report.notes if report.verdict == "unreadable" else ()
    out: dict[str, Any] = {
        "output": plain("\n".join(said)),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {"schema": 1, "verdict": report.verdict, "assignment": report.assignment},
    }
    if report.score is None:
        out["extra_data"]["reason"] = plain("\n".join(report.notes))
        return out
    out["score"] = report.score
    if report.notes and report.verdict != "unreadable":
        out["output"] += "\n\nNotes\n" + "\n".join(f"- {plain(note)}" for note in words.notes(report))
    if note := words.isolation_note(report):
        out["output"] += "\n\n" + plain(note)
    out["tests"] = [
        {
            "name": f"{one_line(check.method)}: {one_line(check.title)}",
            "number": f"{1 + place}.{1 + within}",
            "score": check.score,
            "max_score": check.max_score,
            "status": "passed" if check.outcome == "passed" else "failed",
            "output": "\n".join(method_lines(_only(report, check.id), check.method, width=100)[1:]),
            "output_format": "text",
            "tags": sorted({diagnosis.code for diagnosis in check.diagnoses}),
            "visibility": "visible",
        }
        for place, method in enumerate(method_words.methods_of(report))
        for within, check in enumerate(method_words.checks_of(report, method))
    ]
    return out


def failure(reason: str) -> dict[str, Any]:
    """Results without a score, which Gradescope shows as an autograder that did not run: never a zero.

    The reason is for the instructor: it may name places of the machine, and students do not see it.
    """
    return {
        "output": verdicts.OUR_FAULT,
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {"schema": 1, "verdict": "internal_error", "reason": plain(reason)},
    }


def nothing_submitted(assignment: str, instead: str) -> dict[str, Any]:
    """Results for a submission without a notebook; `instead` is what it holds, "" for nothing."""
    said = f"There is no notebook in your submission. Hand in {assignment}.ipynb."
    if instead:
        said += f" What you handed in: {plain(instead)}."
    return {
        "score": 0.0,
        "output": said,
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {"schema": 1, "verdict": "unreadable", "assignment": assignment},
    }


def _only(report: Report, id: str) -> Report:
    """`report` with one of its checks alone."""
    kept = tuple(check for check in report.checks if check.id == id)
    return Report(report.submission, report.student, report.assignment, report.verdict, report.max_score, kept)


def _files(folder: Path) -> list[Path]:
    """The files below `folder`, sorted, without caches and links."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not path.is_symlink()
        and not any(part.startswith(".") or part == "__pycache__" for part in path.relative_to(folder).parts)
    )
