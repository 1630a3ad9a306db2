"""The command line: exit codes that scripts can trust, one line for what is wrong and what to do."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from autograder.cli import main
from autograder.cli.grade import grade
from autograder.core.course import Course
from tests.support.notebooks import class_source, filled, released, save, with_methods

ROOT = Path(__file__).parents[2]
NAME = "shallow_narrow"


def autograder(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run the command as a user would."""
    return subprocess.run(
        [sys.executable, "-m", "autograder", *arguments], cwd=cwd, capture_output=True, text=True, timeout=300
    )


@pytest.fixture(scope="module")
def course() -> Course:
    return Course.at(ROOT)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_release_earns_nothing_and_is_told_so(tmp_path: Path) -> None:
    """A blank notebook: 0 of 10, each method not-implemented, exit code 0, since every submission has a score."""
    out = tmp_path / "out.jsonl"
    run = autograder("grade", "--assignment", NAME, "--jsonl", str(out), f"release/{NAME}/{NAME}.ipynb")
    assert run.returncode == 0, run.stderr
    (report,) = lines(out)
    assert (report["verdict"], report["score"], report["max_score"]) == ("graded", 0.0, 10.0)
    codes = [found["code"] for check in report["checks"] for found in check["diagnoses"]]
    assert set(codes) == {"not-implemented"}
    named = {check["method"] for check in report["checks"] if check["diagnoses"]}
    assert named == {"forward", "loss", "dloss_dw", "train"}
    assert "Still to write: forward, loss, dloss_dw and train." in run.stdout
    assert run.stdout.count("not written yet") == 8  # each method, and its one check that was not skipped


def test_the_source_earns_full_points(tmp_path: Path) -> None:
    """The instructor's notebook: 10 of 10."""
    out = tmp_path / "out.jsonl"
    run = autograder("grade", "--assignment", NAME, "--jsonl", str(out), f"source/{NAME}/{NAME}.ipynb")
    assert run.returncode == 0, run.stderr
    assert lines(out)[0]["score"] == 10.0
    assert "10 of 10" in run.stdout


def test_reports_stand_in_the_order_of_the_submissions(tmp_path: Path, course: Course) -> None:
    """A slow submission first, a quick one after it: the file keeps the order given, and the same bytes twice."""
    right = class_source(course, NAME)
    slow = with_methods(right, {"train": "def train(self, x, y, lr, n):\n    while True: pass\n"})
    first = save(filled(course, NAME, slow), tmp_path / "a.ipynb")
    second = save(filled(course, NAME, right), tmp_path / "b.ipynb")
    outputs = []
    for k in range(2):
        out = tmp_path / f"{k}.jsonl"
        run = autograder("grade", "--jobs", "2", "--force", "--jsonl", str(out), str(first), str(second))
        assert run.returncode == 0, run.stderr
        outputs.append(out.read_bytes())
    assert [report["submission"] for report in lines(tmp_path / "0.jsonl")] == [str(first), str(second)]
    assert [report["score"] for report in lines(tmp_path / "0.jsonl")] == [7.0, 10.0]
    assert outputs[0] == outputs[1]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("grade", "no/such.ipynb"), "no such file"),
        (("grade", "--assignment", "nonsense", "README.md"), "no assignment 'nonsense'"),
        (("build", "nonsense"), "nonsense"),
        (("verify", "nonsense"), "no assignment 'nonsense'"),
        (("regrade", "nonsense"), "no assignment 'nonsense'"),
        (("report", "nonsense"), "no assignment 'nonsense'"),
        (("export", "csv", "nonsense"), "no assignment 'nonsense'"),
        (("export", "gradescope", "nonsense"), "no assignment 'nonsense'"),
        (("report", NAME, "--course", "/"), "nbgrader_config.py"),
        (("export", "canvas", NAME, "--sheet", "no/such.csv", "--course", "/"), "nbgrader_config.py"),
    ],
)
def test_bad_input_is_one_line_that_says_what_to_do(arguments: tuple[str, ...], says: str) -> None:
    """Exit code 2, one line, no traceback."""
    run = autograder(*arguments)
    assert run.returncode == 2
    assert says in run.stderr
    assert "Traceback" not in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1


def test_a_name_that_the_terminal_has_no_letters_for_is_said_all_the_same(tmp_path: Path) -> None:
    """No traceback in a terminal that is not UTF-8, nor for a folder from an old archive."""
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    for student in ("Zoë".encode(), b"J\xfcrgen"):
        os.makedirs(os.path.join(os.fsencode(tmp_path), b"submitted", student, NAME.encode()))
    for step in ("release", "solutions"):
        (tmp_path / step).symlink_to(ROOT / step)
    run = subprocess.run(
        [sys.executable, "-m", "autograder", "grade"], cwd=tmp_path, capture_output=True, timeout=300,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    said = run.stderr.decode("ascii")
    assert "Traceback" not in said
    assert "rgen" in said
    assert "not UTF-8" in said
    assert r"Zo\xeb: nothing handed in" in said
    assert run.returncode == 1


def test_a_missing_path_does_not_keep_the_others_from_being_graded(tmp_path: Path, course: Course) -> None:
    """What is there is graded; the exit code says that not all was."""
    good = save(filled(course, NAME, class_source(course, NAME)), tmp_path / "good.ipynb")
    out = tmp_path / "out.jsonl"
    run = autograder("grade", "--assignment", NAME, "--jsonl", str(out), str(tmp_path / "gone.ipynb"), str(good))
    assert run.returncode == 2
    assert [report["score"] for report in lines(out)] == [10.0]


def test_an_unreadable_notebook_has_a_score_and_a_reason(tmp_path: Path) -> None:
    """No notebook in the file: 0 points, the reason in the notes, exit code 0."""
    broken = save("{", tmp_path / "broken.ipynb")
    out = tmp_path / "out.jsonl"
    run = autograder("grade", "--assignment", NAME, "--jsonl", str(out), str(broken))
    (report,) = lines(out)
    assert run.returncode == 0
    assert (report["verdict"], report["score"]) == ("unreadable", 0.0)
    assert "not JSON" in report["notes"][0]


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_a_stream_that_is_closed_is_written_to_by_nobody_and_stops_nothing(tmp_path: Path, closed: str) -> None:
    """As cron and old daemons start programs: the file of reports is whole, and no other file has their number."""
    broken, out = save("{", tmp_path / "broken.ipynb"), tmp_path / "out.jsonl"
    command = f'exec "$@" {closed}'
    program = [
        sys.executable,
        "-m",
        "autograder",
        "grade",
        "-v",
        "--assignment",
        NAME,
        "--jsonl",
        str(out),
        str(broken),
    ]
    run = subprocess.run(["sh", "-c", command, "sh", *program], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr
    assert "Traceback" not in run.stderr
    assert ("0 of 10" in run.stdout, "broken.ipynb" in run.stderr) == (
        closed == "<&-" or closed == "2>&-",
        closed in (">&-", "<&-"),
    )
    assert [report["verdict"] for report in lines(out)] == ["unreadable"]


@pytest.mark.parametrize(
    "command",
    [
        "grade --assignment {}", "grade --assignment {} x.ipynb", "regrade {}", "verify {}", "report {}",
        "export csv {}", "export gradescope {}", "hand-back moodle {}", "absent {}",
    ],
)  # fmt: skip
def test_an_assignment_that_is_not_built_says_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    """It has a source, and perhaps what an older version built of it; every command names the remedy."""
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    save((ROOT / "source" / NAME / f"{NAME}.ipynb").read_text("utf-8"), tmp_path / "source" / NAME / f"{NAME}.ipynb")
    save("{}", tmp_path / "x.ipynb")
    save("class ShallowNarrow:\n    pass\n", tmp_path / "solutions" / f"{NAME}.py")
    monkeypatch.chdir(tmp_path)
    assert main(command.format(NAME).split()) == 2
    assert capsys.readouterr().err == f"autograder: {NAME} is not built: run 'autograder build {NAME}' first\n"


def test_where_nothing_is_built_a_name_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No list of names that ends before its first one."""
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    monkeypatch.chdir(tmp_path)
    assert main(["report", NAME]) == 2
    said = capsys.readouterr().err
    assert said == f"autograder: no assignment '{NAME}'; there are: none that are built\n"


def test_the_assignment_is_found_by_the_class_in_the_notebook(tmp_path: Path, course: Course) -> None:
    """A renamed file without --assignment."""
    notebook = save(filled(course, NAME, class_source(course, NAME)), tmp_path / "homework.ipynb")
    out = tmp_path / "out.jsonl"
    assert autograder("grade", "--jsonl", str(out), str(notebook)).returncode == 0
    assert lines(out)[0]["assignment"] == NAME


@pytest.mark.parametrize("step", ["course_named", "_worklist"])
def test_an_interruption_before_anything_is_graded_says_that_nothing_is_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], step: str
) -> None:
    """Ctrl-C while all is made ready."""
    place = sys.modules[grade.__module__]
    monkeypatch.setattr(place, step, lambda *_: os.kill(os.getpid(), signal.SIGINT))
    assert main(["--course", str(ROOT), "grade", "--no-record", f"release/{NAME}/{NAME}.ipynb"]) == 130
    assert capsys.readouterr() == ("", "interrupted before anything was graded: nothing was recorded\n")


@pytest.mark.slow
def test_an_interruption_keeps_what_was_graded(tmp_path: Path, course: Course) -> None:
    """Ctrl-C in mid-batch: exit code 130 within seconds, and whole reports in the file."""
    endless = "def train(self, x, y, lr, n):\n    while True: pass\n"
    hang = with_methods(class_source(course, NAME), {"train": endless})
    for k in range(40):  # each of its own: equal notebooks are graded once
        notebook = released(course, NAME) if k < 4 else filled(course, NAME, f"{hang}\n# {k}")
        save(notebook, tmp_path / f"{k:02}.ipynb")
    out = tmp_path / "out.jsonl"
    command = [sys.executable, "-m", "autograder", "grade", "-v", "--jobs", "1", "--jsonl", str(out), str(tmp_path)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    assert process.stderr is not None
    finished = 0
    while finished < 4:
        line = process.stderr.readline()
        assert line, "the command ended by itself"
        finished += ".ipynb" in line
    os.kill(process.pid, signal.SIGINT)
    process.stderr.read()
    assert process.wait(timeout=30) == 130
    kept = lines(out)
    assert 4 <= len(kept) < 40
    assert all(report["verdict"] == "graded" for report in kept)
