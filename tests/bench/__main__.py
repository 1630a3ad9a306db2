"""This kit beside stock nbgrader and Otter, on one and the same class, alternately in one run: `make bench`."""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from autograder.core.course import Course
from autograder.grading.versions import code_digest
from tests.bench import peers, split
from tests.bench.measure import Cost, run
from tests.support import classroom

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT / "build" / "bench"
FORMER = BENCH / "former"  # what earlier rounds left, until the bench ends
MB = 1 << 20
BUILT = "state-as-built"


def main() -> int:
    """Prints the costs, the ratios and the split; 0 unless something failed."""
    options = arguments()
    BENCH.mkdir(parents=True, exist_ok=True)
    print(f"{datetime.now(UTC):%Y-%m-%d}, {cpu()}, {os.cpu_count()} cores, Python {platform.python_version()}; "
          f"load before the start: {os.getloadavg()[0]:.1f}")  # fmt: skip
    if options.memory:
        return flat(options)
    program = None if options.no_otter else peers.otter(BENCH)
    for assignment in options.assignments:
        compare(assignment, options, program)
    return 0


def arguments() -> argparse.Namespace:
    """The sizes; the defaults take a quarter of an hour."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("assignments", nargs="*", default=["shallow_narrow", "two_layer_relu"])
    parser.add_argument("--ours", type=int, default=1000, help="submissions graded by this kit (default: 1000)")
    parser.add_argument("--peers", type=int, default=6, help="submissions graded by each of the others (default: 6)")
    parser.add_argument("--rounds", type=int, default=2, help="times that all take their turn (default: 2)")
    parser.add_argument("--jobs", type=int, default=None, help="worker processes (default: the cores)")
    parser.add_argument("--no-otter", action="store_true", help="leave Otter out")
    parser.add_argument("--alone", action="store_true", help="this kit only, e.g. for a class of 5 000")
    parser.add_argument("--memory", action="store_true", help="peak memory of this kit alone, by the size of the class")
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 5000], help="with --memory: of the classes")
    return parser.parse_args()


def compare(assignment: str, options: argparse.Namespace, program: Path | None) -> None:
    """One assignment: everybody grades, in turn, `rounds` times."""
    print(f"\n{assignment}: {options.ours} submissions here, {options.peers} by the others, {options.rounds} rounds")
    ours = course_for(assignment, options.ours)
    few = {student: ours.folder(ours.submitted, student, assignment) / f"{assignment}.ipynb"
           for student in sorted(os.listdir(ours.submitted))[: options.peers]}  # fmt: skip
    costs: dict[str, list[tuple[Cost, int]]] = {}

    def note(name: str, cost: Cost, count: int) -> None:
        if cost.exit_code not in (0, 1):
            raise SystemExit(f"{name} failed ({cost.exit_code}):\n{cost.output[-3000:]}")
        costs.setdefault(name, []).append((cost, count))
        print(f"    {name:10} {count:5} in {cost.wall_s:7.1f} s, {1e3 * cost.wall_s / count:8.1f} ms each, CPU "
              f"{1e3 * cost.cpu_s / count:8.1f} ms each", flush=True)  # fmt: skip

    for _ in range(options.rounds):
        note("this kit", grade(ours, assignment, options.jobs), options.ours)
        if options.alone:
            continue
        folder = BENCH / f"{assignment}-nbgrader"
        peers.nbgrader_course(folder, assignment, few)
        note(
            "nbgrader", together([timed(command, folder) for command in peers.nbgrader_commands(assignment)]), len(few)
        )
        if program is not None:
            folder = BENCH / f"{assignment}-otter"
            commands = peers.otter_class(folder, assignment, few, program)
            note("otter", together([timed(command, folder) for command in commands]), len(few))
    wall = {name: statistics.median(cost.wall_s / count for cost, count in found) for name, found in costs.items()}
    cpu_s = {name: statistics.median(cost.cpu_s / count for cost, count in found) for name, found in costs.items()}
    for name in wall:
        if name != "this kit":
            print(f"  {name} takes {wall[name] / wall['this kit']:.0f} times as long, "
                  f"{cpu_s[name] / cpu_s['this kit']:.0f} times the CPU time")  # fmt: skip
    print("  one submission here, stage by stage:")
    print(split.describe(split.measure(ours, assignment, min(20, options.ours))))


def flat(options: argparse.Namespace) -> int:
    """The most memory that grader and workers take together, class by class; 1 where it grows with the class.

    A tenth more is let pass: it is sampled, and the class's own list is part of it.
    """
    grows = False
    for assignment in options.assignments:
        peaks = []
        for count in options.sizes:
            cost = grade(course_for(assignment, count), assignment, options.jobs, memory=True)
            if cost.exit_code not in (0, 1):
                raise SystemExit(f"grading failed ({cost.exit_code}):\n{cost.output[-3000:]}")
            peaks.append(cost.peak_bytes / MB)
            print(f"{assignment:20} {count:6} submissions: peak {peaks[-1]:.0f} MB", flush=True)
        grows = grows or max(peaks) > 1.1 * peaks[0]
    return int(grows)


def course_for(assignment: str, count: int) -> Course:
    """A course of its own with a class of `count`, built by the code as it is now."""
    folder = BENCH / f"{assignment}-{count}"
    if not folder.exists():
        new = folder.with_name(f"{folder.name}-new")  # renamed when it is whole
        shutil.rmtree(new, ignore_errors=True)
        course = classroom.copy_course(new, [assignment], ROOT)
        built(course, assignment)
        classroom.make_class(course, assignment, count, seed=7)
        new.rename(folder)
    course = Course.find(folder)
    if not (folder / BUILT / code_digest()).exists():
        built(course, assignment)
    return course


def built(course: Course, assignment: str) -> None:
    """Build it, and keep what that leaves ready with a mark of the code that it is for."""
    for folder in (course.state, course.root / BUILT):
        shutil.rmtree(folder, ignore_errors=True)
    done = timed([sys.executable, "-m", "autograder", "build", assignment], course.root)
    if done.exit_code:
        raise SystemExit(f"the bench's course cannot be built:\n{done.output}")
    shutil.copytree(course.state, course.root / BUILT)
    (course.root / BUILT / code_digest()).touch()


# To sample the memory of many processes takes processor time: what is timed is not sampled.
timed = partial(run, memory=False)


def grade(course: Course, assignment: str, jobs: int | None, memory: bool = False) -> Cost:
    """One run of `autograder grade` on the course as it was built.

    Journal, notebooks and pages of the run before are moved away, and deleted when the bench ends: for half a minute
    after thousands of files were deleted, ext4 takes as much longer to make new ones (it does not give their inodes out
    again, and looks at each), which nobody who grades a class meets.
    """
    FORMER.mkdir(parents=True, exist_ok=True)
    former = Path(tempfile.mkdtemp(dir=FORMER))
    for folder in (course.state, course.autograded, course.feedback):
        with contextlib.suppress(FileNotFoundError):
            folder.rename(former / folder.name)
    shutil.copytree(course.root / BUILT, course.state)
    command = [sys.executable, "-m", "autograder", "grade", "--assignment", assignment]
    return run([*command, "--jobs", str(jobs)] if jobs else command, course.root, memory=memory)


def together(costs: list[Cost]) -> Cost:
    """Commands that ran one after the other, as one."""
    return Cost(
        sum(cost.wall_s for cost in costs),
        sum(cost.cpu_s for cost in costs),
        max(cost.peak_bytes for cost in costs),
        max(cost.exit_code for cost in costs),
        "".join(cost.output for cost in costs),
    )


def cpu() -> str:
    """The processor's name."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


if __name__ == "__main__":
    start = time.monotonic()
    try:
        code = main()
    finally:
        shutil.rmtree(FORMER, ignore_errors=True)
    print(f"\nthe bench took {time.monotonic() - start:.0f} s")
    sys.exit(code)
