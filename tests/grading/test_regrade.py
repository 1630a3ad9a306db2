"""A regrade shows who would move and why, writes nothing before it is applied, runs only what it must."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.callables import judge
from autograder.cli import main
from autograder.core.course import Course
from autograder.core.observation import CallAnswer, Observation, Value
from autograder.grading import handed_in, regrade
from autograder.grading.store import journal as journals
from autograder.grading.store.observations import LARGEST, Packed, Shelf, from_bytes, to_bytes
from autograder.grading.store.shared import FOLDER
from autograder.grading.versions import digest
from autograder.grading.workers.kit import Kit, kit_of, report_key, unread
from autograder.grading.workers.parcel import Item, Parcel
from autograder.notebooks import UnreadableNotebook, content, reading
from tests.support import classroom
from tests.support import sample_reports as samples
from tests.support.notebooks import class_source

NAME = "shallow_narrow"
REPOSITORY = Path(__file__).resolve().parents[2]

RUN = """
import json, sys
from pathlib import Path
from autograder.grading import batch
from autograder.grading import handed_in
from autograder.grading import regrade, regrade_plan
from autograder.grading.store import journal as journals
from autograder.core.course import Course
from autograder.grading.grader import Task
from autograder.grading.job import Job, Options

if __name__ == "__main__":
    course = Course.find(Path(sys.argv[1]))
    what = sys.argv[2]
    if what == "grade":
        paths = handed_in.notebooks(course, "shallow_narrow")
        jobs = [Job(k, Task(p, str(p), course.student_of(p)), "shallow_narrow") for k, p in enumerate(paths)]
        summary = batch.run(course, jobs, Options(jobs=2), lambda job, report, fresh: None)
        print(json.dumps([summary.fresh, summary.served]))
    else:
        plan = regrade.plan(course, "shallow_narrow", jobs=2)
        print(json.dumps({
            "moves": {m.name: [m.old_score, m.new_score, [c.check for c in m.changes]] for m in plan.moves},
            "judged": len(plan.judged), "same": plan.same, "rerun": plan.rerun, "left": plan.left,
            "text": regrade_plan.describe(plan),
        }))
        if what != "plan":
            applied = regrade.apply(plan, never_lower=what == "never lower")
            print(json.dumps([applied.written, applied.moved, applied.kept_higher]))
"""


@pytest.fixture
def course(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Course:
    """A built course with three submissions: right, with a gradient that is wrong for a single sample, and one that
    trains the wrong way."""
    made = classroom.ready_course(tmp_path_factory.getbasetemp() / "built-course", tmp_path / "course", REPOSITORY)
    classroom.make_class(made, NAME, 3, seed=1, ways=["right"])
    reference = class_source(made, NAME)
    ways = {way.name: way for way in classroom.ways_of(NAME)} | {"single": SINGLE}
    release = json.loads(made.release_notebook(NAME).read_text())
    for student, way in (("s00001", "single"), ("s00002", "ascends")):
        notebook = classroom.worked(release, NAME, classroom.written(reference, ways[way]), student, 1)
        (made.folder(made.submitted, student, NAME) / f"{NAME}.ipynb").write_text(json.dumps(notebook))
    (tmp_path / "run.py").write_text(RUN)
    return made


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package, in which a check can be corrected."""
    folder = tmp_path / "package"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(REPOSITORY / "autograder", folder / "autograder", ignore=ignored)
    return folder


def run(course: Course, package: Path, what: str) -> list[Any]:
    """What the program says, with the package as it is there."""
    code = f"import sys; sys.path.insert(0, {str(package)!r}); sys.argv[1:] = {[str(course.root), what]!r}\n"
    script = course.root.parent / "run.py"
    script.write_text(code + RUN)
    found = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=300,
                           env={"PYTHONPATH": str(package), "PATH": "/usr/bin:/bin:/usr/sbin:/sbin"})  # fmt: skip
    assert found.returncode == 0, found.stderr
    return [json.loads(line) for line in found.stdout.splitlines()]


def correct(package: Path, file: str, old: str, new: str) -> None:
    """Correct a file of the package."""
    path = package / "autograder" / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def tree(course: Course) -> dict[str, bytes]:
    """All files of the course but the lock, and what is worked out of the solution alone and kept for the next run."""
    files = (path for path in course.root.rglob("*") if path.is_file() and path.name != "lock")
    return {str(path): path.read_bytes() for path in files if FOLDER not in path.parts}


def sql(course: Course, statement: str) -> list[tuple]:
    """Ask or tell the gradebook."""
    with contextlib.closing(sqlite3.connect(course.root / "gradebook.db")) as book, book:
        return book.execute(statement).fetchall()


SINGLE = classroom.Way(
    "wrong for one sample",
    (("np.mean(-2 * residual * self.w2 * x)", "np.sum(-2 * residual * self.w2 * x) / max(len(x), 2)"),),
)
SCORES = (
    "select s.student_id, sum(g.auto_score) from submitted_assignment s join submitted_notebook n"
    " on n.assignment_id = s.id join grade g on g.notebook_id = n.id group by 1 order by 1"
)


@pytest.mark.slow
def test_a_corrected_rubric_moves_who_it_must_runs_nobody_and_keeps_manual_grades(
    course: Course, package: Path
) -> None:
    assert run(course, package, "grade") == [[3, 0]]
    first = dict(sql(course, SCORES))
    (same,) = run(course, package, "plan")
    assert (same["judged"], same["same"], same["moves"]) == (0, 3, {})

    sql(course, "update grade set manual_score = 0.5, needs_manual_grade = 0 where rowid = 1")
    sql(course, "update comment set manual_comment = 'see me' where rowid = 1")
    correct(package, "judging/rubric.toml", "plain_part = 0.5", "plain_part = 0.75")
    # Nobody may be run: without its zygote no sandbox starts.
    (package / "autograder" / "sandbox" / "zygote").rename(package / "zygote")
    before = tree(course)
    (plan,) = run(course, package, "plan")
    assert tree(course) == before  # nothing is written before --apply
    assert plan["judged"] == 3
    assert plan["rerun"] == plan["left"] == []
    assert list(plan["moves"]) == ["s00001"]
    old, new, checks = plan["moves"]["s00001"]
    assert old == first["s00001"]
    assert checks == ["dloss_dw/values"]
    # One of two gradients, of 1.75 points each, is right in everyday questions alone: half of it before, now more.
    assert (old, new) == (10 - 0.875, 10 - 0.4375)
    assert "s00001  9.125 → 9.5625 (+0.4375)  dloss_dw/values" in plan["text"]

    _, applied = run(course, package, "apply")
    assert applied == [3, 1, []]
    scores = dict(sql(course, SCORES))
    assert scores == {**first, "s00001": 9.5625}
    assert sql(course, "select manual_score, needs_manual_grade from grade where rowid = 1") == [(0.5, 0)]
    assert sql(course, "select manual_comment from comment where rowid = 1") == [("see me",)]
    assert "9.562" in (course.folder(course.feedback, "s00001", NAME) / f"{NAME}.html").read_text()
    assert run(course, package, "grade") == [[0, 3]]  # grading has nothing left to do
    (again,) = run(course, package, "plan")
    assert (again["judged"], again["same"]) == (0, 3)


@pytest.mark.slow
def test_in_a_course_that_was_moved_kept_answers_are_judged_as_ever(course: Course, package: Path) -> None:
    """Nobody is run again, and the gradebook there has the new marks."""
    run(course, package, "grade")
    course = Course.find(course.root.rename(course.root.with_name("moved")))
    correct(package, "judging/rubric.toml", "plain_part = 0.5", "plain_part = 0.75")
    plan, applied = run(course, package, "apply")
    assert (plan["judged"], plan["rerun"], plan["left"]) == (3, [], [])
    assert applied == [3, 1, []]
    assert dict(sql(course, SCORES))["s00001"] == 9.5625


def journaled(course: Course, file: Callable[[Path], str]) -> list[str]:
    """The class as it was graded, `file` saying how the journal names each one's file; the students."""
    students = ["s00000", "s00001", "s00002"]
    kit = kit_of(course, NAME, "", "namespaces")
    with journals.opened(course) as journal:
        for student in students:
            path = course.folder(course.submitted, student, NAME) / f"{NAME}.ipynb"
            report = replace(samples.report(student), submission=str(path), isolation="namespaces")
            raw = path.read_bytes()
            journal.append([journals.Entry(report_key(kit, raw), report, content=digest(raw), file=file(path))])
    return students


@pytest.mark.parametrize("file", ["as it is noted", "as earlier versions noted it"])
def test_a_course_that_was_moved_is_the_same_course(
    course: Course, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The bytes say whether it is the same work, whatever path was written down."""
    students = journaled(course, str if "earlier" in file else course.noted)
    course = Course.find(course.root.rename(course.root.with_name("moved")))
    plan = regrade.plan(course, NAME)
    assert (plan.same, plan.left) == (3, ())
    folders = [course.folder(course.submitted, student, NAME) for student in students]
    (folders[0] / f"{NAME}.ipynb").rename(folders[0] / "renamed.ipynb")
    assert regrade.plan(course, NAME).same == 3
    (folders[0] / f"{NAME}.ipynb").write_bytes((folders[1] / f"{NAME}.ipynb").read_bytes())
    (folders[0] / "renamed.ipynb").unlink()
    (folders[1] / f"{NAME}.ipynb").rename(folders[1] / "other.ipynb")
    (folders[1] / "other.ipynb").write_text("{}")
    shutil.rmtree(folders[2])
    assert main(["--course", str(course.root), "regrade", NAME]) == 1
    assert capsys.readouterr().out.splitlines()[-3:] == [
        "not judged: s00000: it was changed since it was graded; grade it again",
        "not judged: s00001: another file counts in its folder now; grade it again",
        "not judged: s00002: the folder that it lay in is not there any more; look whether it was moved",
    ]


def test_a_file_too_large_to_be_read_stands_as_it_was(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its report is on its size: a regrade has nothing to add, but where the questions have changed."""
    path = course.folder(course.submitted, "s00000", NAME) / f"{NAME}.ipynb"
    monkeypatch.setattr(reading, "LARGEST_BYTES", path.stat().st_size - 1)
    with pytest.raises(UnreadableNotebook) as fault:
        content(path)
    kit = kit_of(course, NAME, "", "namespaces")
    report = replace(samples.unreadable("s00000"), submission=str(path), isolation="namespaces")
    with journals.opened(course) as journal:
        journal.append([journals.Entry(report_key(kit, unread(str(fault.value))), report, file=course.noted(path))])
    assert (regrade.plan(course, NAME).same, regrade.plan(course, NAME).left) == (1, ())
    with course.solution(NAME).open("a") as file:
        file.write("\n# changed\n")
    plan = regrade.plan(course, NAME)
    assert (plan.same, [why for _, why in plan.left]) == (0, ["it was too large to be read; grade it again"])


@pytest.mark.slow
def test_never_lower_keeps_the_higher_score_for_good(course: Course, package: Path) -> None:
    run(course, package, "grade")
    first = dict(sql(course, SCORES))
    correct(package, "judging/rubric.toml", "plain_part = 0.5", "plain_part = 0.25")
    plan, applied = run(course, package, "never lower")
    (moved,) = plan["moves"].values()
    assert moved[1] < moved[0]
    assert applied == [3, 0, ["s00001"]]
    assert dict(sql(course, SCORES)) == first
    assert run(course, package, "grade") == [[0, 3]]
    assert dict(sql(course, SCORES)) == first


@pytest.mark.slow
def test_only_submissions_whose_questions_changed_are_run_again(course: Course, package: Path) -> None:
    run(course, package, "grade")
    gone = next(iter(sorted((course.state / "observations").rglob("*.obs"))))
    gone.unlink()
    correct(package, "judging/rubric.toml", "plain_part = 0.5", "plain_part = 0.4")
    (plan,) = run(course, package, "plan")
    assert [reason for _, reason in plan["rerun"]] == ["no observation of it is kept"]

    correct(package, "callables/declared/draws.py", "zlib.crc32(text.encode())", "zlib.crc32(b'new' + text.encode())")
    path = course.folder(course.submitted, "s00002", NAME) / f"{NAME}.ipynb"
    path.write_text(path.read_text() + "\n")
    (plan,) = run(course, package, "plan")
    assert dict(plan["rerun"]).keys() == {"s00000", "s00001"}
    assert {reason for _, reason in plan["rerun"]} <= {"its questions changed", "no observation of it is kept"}
    assert plan["left"] == [["s00002", "it was changed since it was graded; grade it again"]]
    _, applied = run(course, package, "apply")
    assert applied[0] == 2
    (plan,) = run(course, package, "plan")
    assert (plan["judged"], plan["same"]) == (0, 2)


@pytest.mark.slow
def test_a_kept_observation_is_judged_as_the_fresh_one_was(course: Course, tmp_path: Path) -> None:
    """Nothing that a check looks at is lost on the shelf."""
    from autograder.grading.grader import Grader, Task

    with Grader(course) as grader:
        for path in handed_in.notebooks(course, NAME):
            submission = grader.read(Task(path, str(path), course.student_of(path)), NAME)
            fresh = grader.examine(submission)
            raw = to_bytes(fresh.observation, "asked")
            assert raw is not None
            observation, asked = from_bytes(raw)
            assert asked == "asked"
            assert to_bytes(observation, asked) == raw
            kept = grader.evidence_from(submission, observation)
            assert [each.to_json() for each in judge([kept])] == [each.to_json() for each in judge([fresh])]


def test_what_comes_back_in_part_is_asked_for_until_all_is_there() -> None:
    """A worker sends back less than it was given where the answers are large; nobody drops out of the plan."""
    kit = Kit("a", b"", b"", "", "namespaces", "")
    given = [Parcel(kit, tuple(Item(10 * k + n, "x", "s", b"") for n in range(size))) for k, size in enumerate((5, 1))]

    class Pool:
        slots = 1

        def submit(self, work: Any, parcel: Parcel) -> Future[Any]:
            future: Future[Any] = Future()
            future.set_result(work(parcel))
            return future

    def two_at_most(parcel: Parcel) -> list[int]:
        return [item.number for item in parcel.items[:2]]

    came = list(regrade._spread(Pool(), two_at_most, iter(given), lambda: False))  # type: ignore[arg-type]
    assert sorted(number for _, numbers in came for number in numbers) == [0, 1, 2, 3, 4, 10]
    assert all([item.number for item in parcel.items] == numbers for parcel, numbers in came)


def test_the_shelf_is_bounded_and_gives_back_what_it_was_given(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    assert shelf.get("ab01") is None
    for number in range(5):
        shelf.put(f"ab{number:02d}", bytes(1000))
        (tmp_path / "shelf" / "ab" / f"{number:02d}.obs").touch()
        import os

        os.utime(tmp_path / "shelf" / "ab" / f"{number:02d}.obs", (number, number))
    assert shelf.get("ab03") == bytes(1000)
    assert shelf.trim(2500) == 3
    assert [shelf.get(f"ab{number:02d}") is None for number in range(5)] == [True, True, True, False, False]


def test_arrays_near_a_known_one_are_kept_in_few_bytes_and_to_the_last_bit() -> None:
    import numpy as np

    rng = np.random.default_rng(1)
    known = rng.normal(size=(100, 30))
    rounded = known * (1 + 1e-15 * rng.integers(-3, 4, size=known.shape))
    odd = known.copy()
    odd[0, :4] = np.nan, -np.inf, -0.0, 5e-324
    far = rng.normal(size=(100, 30))
    for name, array, most in (
        ("same", known, 400),
        ("rounded", rounded, 8_000),
        ("odd", odd, 600),
        ("far", far, 30_000),
    ):
        observation = Observation({"q": (CallAnswer("returned", parts={name: Value("array", array)}),)})
        raw = to_bytes(observation, "asked", Packed([known[:, :2], known]))
        assert raw is not None
        assert len(raw) < most, name
        read = from_bytes(raw, [known[:, :2], known])[0].answers["q"][0].parts[name].array
        assert read is not None
        assert read.tobytes() == array.tobytes()
        assert read.shape == array.shape
    of_known = CallAnswer("returned", parts={"w": Value("array", known)})
    with pytest.raises(ValueError, match="observation"):
        from_bytes(to_bytes(Observation({"q": (of_known,)}), "", Packed([known])) or b"")


def test_an_observation_too_large_to_keep_is_not_kept() -> None:
    import numpy as np

    noise = np.random.default_rng(0).bytes(LARGEST + 1000)
    parts = {"w1": Value("array", np.frombuffer(noise[: len(noise) // 8 * 8], dtype="<f8"))}
    observation = Observation({"q": (CallAnswer("returned", parts=parts),)})
    assert to_bytes(observation, "asked") is None
    assert to_bytes(replace(observation, answers={}), "asked") is not None


@pytest.mark.parametrize("raw", [b"", b"x", b"\x78\x9c", bytes(50)])
def test_bytes_that_are_no_observation_are_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match="observation"):
        from_bytes(raw)


def test_a_compressed_bomb_is_refused() -> None:
    import zlib

    import numpy as np

    from autograder.observe.probe import joined, parted

    packer = zlib.compressobj(9)
    piece = bytes(1 << 20)
    raw = b"".join(packer.compress(piece) for _ in range(300)) + packer.flush()
    with pytest.raises(ValueError, match="observation: ValueError: it is cut off, or too large"):
        from_bytes(joined([raw]))
    observation = Observation({"q": (CallAnswer("returned", parts={"w": Value("array", np.ones(1000))}),)})
    head, _ = parted(to_bytes(observation, "asked", Packed([np.ones(1000)])) or b"")
    with pytest.raises(ValueError, match="observation: ValueError: it is cut off, or too large"):
        from_bytes(joined([bytes(head), raw]), [np.ones(1000)])
