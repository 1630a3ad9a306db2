"""What grades inside Gradescope's container: one submission, with the results in Gradescope's own form."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from autograder import assignments
from autograder.core import Course, Report, write_whole
from autograder.grading import handed_in
from autograder.reporting import ExportError, failure, nothing_submitted, results

_LIMIT_S = 540  # Gradescope ends everything after ten minutes, and then shows the student nothing


def run(root: Path, assignment: str, isolation: str) -> int:
    """Grade `root`/submission and write `root`/results/results.json; 0 unless the fault was ours."""
    target = root / "results" / "results.json"
    start = time.monotonic()
    try:
        assignments.look_in(Course.at(root / "source" / "course").solutions)
        _close(root)
        handed = handed_in.look(root / "submission", assignment)
        if handed.chosen is not None:
            report = _grade(root / "source" / "course", assignment, handed.chosen, isolation)
            result = results(dataclasses.replace(report, notes=(*report.notes, *handed.notes)))
        else:
            result = nothing_submitted(assignment, handed.instead)
    except Exception as error:
        # The last line of defence: whatever went wrong must reach the instructor and must not become a mark.
        print(f"autograder: {type(error).__name__}: {error}", file=sys.stderr)
        result = failure(f"{type(error).__name__}: {error}"[:2000])
    result["execution_time"] = round(time.monotonic() - start, 2)
    write_whole(target, json.dumps(result, allow_nan=False).encode())
    return 0 if "score" in result else 1


def main() -> None:
    """What `run_autograder` starts: root folder, assignment, isolation."""
    sys.exit(run(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))


def _grade(course: Path, assignment: str, notebook: Path, isolation: str) -> Report:
    """The report that `autograder grade` writes for a notebook; raises ExportError without one."""
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "report.jsonl"
        command = [sys.executable, "-P", "-m", "autograder", "grade", "--course", str(course)]
        command += ["--assignment", assignment, "--isolation", isolation, "--jsonl", str(answer)]
        command += ["--jobs", "1", "--force", "--no-record", "--quiet", str(notebook)]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_LIMIT_S, check=False)
        sys.stderr.write(done.stderr.decode("utf-8", "replace"))
        lines = answer.read_text(encoding="utf-8").splitlines() if answer.is_file() else []
        if len(lines) != 1:
            last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no message"]
            raise ExportError(f"autograder grade ended with {done.returncode} and {len(lines)} reports: {last[0]}")
        return Report.from_dict(json.loads(lines[0]))


def _close(root: Path) -> None:
    """Shut the folders that a submission must not see: references, results, and the submission as it came."""
    (root / "results").mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        for folder in (root / "source" / "course", root / "results", root / "submission"):
            if folder.is_dir():
                folder.chmod(0o700)
