"""Hostile submissions through the whole grader: none gains a point, sees anything, or harms its neighbour."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from autograder.core.course import Course
from autograder.core.report import Report
from autograder.grading.grader import Grader, Task
from autograder.sandbox.sandbox import SandboxError
from tests.redteam.attack import CANARY, FULL, NAME, Attack, code
from tests.redteam.attacks import ATTACKS, LOOKING, REST, TAKING
from tests.redteam.oddities import ODDITIES
from tests.redteam.schemes import SCHEMES
from tests.support.methods import METHODS
from tests.support.notebooks import class_source, filled, save

# What a neighbour sees of the machine; told as a warning, so that it comes out as a note.
LOOK = """
import builtins, json as _json, os, sys, threading, warnings
seen = [sorted(os.listdir("/tmp")), threading.active_count(), sorted(n for n in vars(builtins) if n.startswith("x_")),
        sys.argv, os.getcwd(), float(np.asarray([0.5])[0]), sorted(np.geterr().values()), _json.dumps([1])]
warnings.warn("seen " + repr(seen))
seen = [sys.getrecursionlimit(), sys.getprofile(), os.getpid(), sorted(os.environ)]
warnings.warn("seen " + repr(seen))
"""


def marked(attacks: tuple[Attack, ...], quick: int = 6) -> list[object]:
    """Every sixth attack in every run of the tests, all of them in CI's."""
    return [
        pytest.param(attack, id=attack.name, marks=[pytest.mark.slow] if attack.slow or k % quick else [])
        for k, attack in enumerate(attacks)
    ]


ALL = (*ATTACKS, *SCHEMES, *ODDITIES)


def neighbour(course: Course) -> dict:
    notebook = filled(course, NAME, class_source(course, NAME))
    notebook["cells"].append(code(LOOK))
    return notebook


def scores(report: Report) -> tuple[float, ...]:
    return tuple(report.methods[method]["score"] for method in METHODS)


def seen(report: Report) -> list[str]:
    return [note for note in report.notes if "seen " in note]


def together(grader: Grader, course: Course, attack: Attack, folder: Path) -> tuple[Report, Report]:
    """The reports on an attack and on a right submission that is graded after it, in one batch."""
    hostile = save(attack.notebook(course), folder / "hostile" / f"{NAME}.ipynb")
    right = save(neighbour(course), folder / "right" / f"{NAME}.ipynb")
    first, second = grader.grade([Task(hostile, "hostile", "mallory"), Task(right, "right", "alice")], NAME)
    return first.report, second.report


def judged(attack: Attack, report: Report, beside: Report, baseline: list[str]) -> None:
    told = "\n".join((*report.notes, *(f"{c.id} {c.outcome} {c.rationale} {c.help}" for c in report.checks)))
    assert report.verdict == "graded", told
    assert scores(report) == attack.earns, told
    for text in attack.says:
        assert text in told, told
    for text in (CANARY, "alice", *attack.hides):
        assert text not in report.to_json(), text
    assert len(report.to_json()) < 100_000
    assert json.loads(report.to_json())["score"] == sum(attack.earns)
    assert (beside.verdict, scores(beside)) == ("graded", FULL), beside.notes
    assert seen(beside) == baseline
    assert "mallory" not in beside.to_json()


@pytest.fixture(scope="session")
def baselines() -> dict[str, list[str]]:
    return {}


def baseline(grader: Grader, course: Course, known: dict[str, list[str]], folder: Path) -> list[str]:
    """What the neighbour sees when nobody was there before."""
    key = f"{grader.isolation} {grader.sandbox.path}"
    if key not in known:
        with Grader(course, isolation=grader.isolation, limits=grader.limits) as fresh:
            if grader.sandbox.path == "cold":
                fresh._sandbox = type(grader.sandbox)(grader.sandbox.program, warm=False)
            path = save(neighbour(course), folder / "first" / f"{NAME}.ipynb")
            report = fresh.grade([Task(path, "right", None)], NAME)[0].report
            known[key] = seen(report)
            assert len(known[key]) == 2
    return known[key]


def test_there_are_enough_of_them_and_each_has_a_name_of_its_own() -> None:
    """At least 150 attacks."""
    assert len({attack.name for attack in ALL}) == len(ALL) >= 150


@pytest.mark.parametrize("attack", [*marked((*LOOKING, *TAKING), quick=1), *marked((*REST, *SCHEMES, *ODDITIES))])
def test_attack(
    attack: Attack, grader: Grader, course: Course, baselines: dict[str, list[str]], tmp_path: Path
) -> None:
    """It gets what it must, its neighbour gets full marks and sees what it always sees."""
    before = baseline(grader, course, baselines, tmp_path)
    start = time.monotonic()
    report, beside = together(grader, course, attack, tmp_path)
    assert time.monotonic() - start < 2 * grader.submission_s  # what the two of them may take in all
    judged(attack, report, beside, before)


EATERS = (
    "x = []\nwhile True: x.append(bytearray(1 << 20))",
    "import os, time\nfor _ in range(20):\n    if os.fork() == 0: break\nx = bytearray(b'x') * (100 << 20)\ntime.sleep(20)",
    """
import os
try:
    for k in range(40): open(f"/tmp/{k}", "wb").write(bytes(4 << 20))
except OSError: pass
for _ in range(10):
    if os.fork() == 0: break
x = []
while True: x.append(bytearray(b"x") * (1 << 20))
""",
)


@pytest.mark.parametrize("rounds", [3, pytest.param(9, marks=pytest.mark.slow)])
def test_whoever_eats_all_memory_eats_alone(rounds: int, grader: Grader, course: Course, tmp_path: Path) -> None:
    """One after the other, by itself, with children or with files: the warm process stays, each neighbour is right."""
    right = save(neighbour(course), tmp_path / "right" / f"{NAME}.ipynb")
    grader.grade([Task(right, "right", None)], NAME)
    warm = grader.sandbox._zygote
    assert warm is not None
    for k in range(rounds):
        act = "".join(f"    {line}\n" for line in EATERS[k % len(EATERS)].splitlines())
        eater = Attack("eater", FULL, methods={"loss": f"def loss(self, p, y):\n{act}    return 0.0"})
        path = save(eater.notebook(course), tmp_path / f"eater{k}" / f"{NAME}.ipynb")
        first, second = grader.grade([Task(path, "eater", None), Task(right, "right", None)], NAME)
        assert scores(first.report) == (2.0, 0.0, 4.0, 3.0), first.report.notes
        assert (second.report.verdict, scores(second.report)) == ("graded", FULL), second.report.notes
        assert grader.sandbox._zygote is warm


ELSEWHERE = [each for k, each in enumerate(ALL) if k % 24 == 0 or each in TAKING]


@pytest.mark.slow
@pytest.mark.parametrize("attack", [pytest.param(each, id=each.name) for each in ELSEWHERE])
@pytest.mark.parametrize("grader", ["cold"], indirect=True)
def test_attack_on_the_cold_path(
    attack: Attack, grader: Grader, course: Course, baselines: dict[str, list[str]], tmp_path: Path
) -> None:
    """Where namespaces do not nest, each job has a sandbox of its own: the same, only slower."""
    before = baseline(grader, course, baselines, tmp_path)
    judged(attack, *together(grader, course, attack, tmp_path), before)


# What needs the namespaces: other processes, files of others and the temporary folder can be seen by another user.
ONLY_NAMESPACES = {each.name for each in LOOKING}


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give each job a user of its own")
@pytest.mark.parametrize(
    "attack", [pytest.param(each, id=each.name) for each in ELSEWHERE if each.name not in ONLY_NAMESPACES]
)
@pytest.mark.parametrize("grader", ["user"], indirect=True)
def test_attack_on_another_user(attack: Attack, grader: Grader, course: Course, tmp_path: Path) -> None:
    """The weaker mode: scores are the same, the neighbour gets full marks, and the report says how it was made."""
    try:
        report, beside = together(grader, course, attack, tmp_path)
    except SandboxError as error:
        if "PermissionError" not in str(error):
            raise
        pytest.skip(f"another user may not read this Python: {error}")  # it refuses, as it must
    assert (report.verdict, scores(report)) == ("graded", attack.earns), report.notes
    assert (beside.verdict, scores(beside)) == ("graded", FULL), beside.notes
    assert (report.isolation, beside.isolation) == ("user", "user")
    assert CANARY not in report.to_json()
