"""The whole loop on a small class, for `make demo`: source, release, submissions, grades, gradebook, feedback.

It makes a course of its own under build/demo, with a class of varied notebooks, and runs the commands that an
instructor would run. Nothing outside that folder changes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from autograder.core.course import Course
from tests.corpus.networks import LESSONS
from tests.support.notebooks import class_source, filled, released, save, solved, with_methods

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "build" / "demo"
COMMAND = [sys.executable, "-m", "autograder"]

LOOPS = """
def dloss_dw(self, x, y_true):
    total1 = total2 = 0.0
    for xi, yi in zip(x, y_true):
        error = self.w1 * self.w2 * xi - yi
        total1 += 2 * error * self.w2 * xi
        total2 += 2 * error * self.w1 * xi
    return [total1 / len(x), total2 / len(x)]
"""
OWN_GRADIENT = """
def train(self, x, y_true, lr, n_ep):
    losses, path = [], []
    for _ in range(n_ep):
        e = y_true - self.w1 * self.w2 * x
        losses.append((e ** 2).mean())
        self.w1, self.w2 = self.w1 + 2 * lr * (e * x).mean() * self.w2, self.w2 + 2 * lr * (e * x).mean() * self.w1
        path.append([self.w1, self.w2])
    return losses, path
"""
WRONG_SIGN = """
def dloss_dw(self, x, y_true):
    error = y_true - self.forward(x)
    return (2 * error * self.w2 * x).mean(), -(2 * error * self.w1 * x).mean()
"""
SUM_FOR_MEAN = """
def dloss_dw(self, x, y_true):
    error = y_true - self.forward(x)
    return -(2 * error * self.w2 * x).sum(), -(2 * error * self.w1 * x).sum()
"""
PRECEDENCE = """
def dloss_dw(self, x, y_true):
    err = y_true - self.forward(x)
    return (-2 * self.w2 * x * err.mean()).mean(), (-2 * self.w1 * x * err.mean()).mean()
"""
NUMERICAL = """
def dloss_dw(self, x, y_true):
    gradients = []
    for name in ("w1", "w2"):
        kept = getattr(self, name)
        losses = []
        for step in (1e-6, -1e-6):
            setattr(self, name, kept + step)
            losses.append(self.loss(self.forward(x), y_true))
        setattr(self, name, kept)
        gradients.append((losses[0] - losses[1]) / 2e-6)
    return tuple(gradients)
"""
SEQUENTIAL = """
def train(self, x, y_true, lr, n_ep):
    losses, path = [], []
    for _ in range(n_ep):
        losses.append(self.loss(self.forward(x), y_true))
        self.w1 -= lr * self.dloss_dw(x, y_true)[0]
        self.w2 -= lr * self.dloss_dw(x, y_true)[1]
        path.append((self.w1, self.w2))
    return losses, path
"""
LATE_LOSS = """
def train(self, x, y_true, lr, n_ep):
    losses, path = [], []
    for _ in range(n_ep):
        g1, g2 = self.dloss_dw(x, y_true)
        self.w1 -= lr * g1
        self.w2 -= lr * g2
        losses.append(self.loss(self.forward(x), y_true))
        path.append((self.w1, self.w2))
    return losses, path
"""
ONE_WEIGHT = "def forward(self, x):\n    return self.w1 * x\n"
ROOT_LOSS = "def loss(self, y_prediction, y_true):\n    return np.sqrt(((y_true - y_prediction) ** 2).mean())\n"
ENDLESS = "def train(self, x, y_true, lr, n_ep):\n    i = 0\n    while i < n_ep:\n        self.forward(x)\n"
BLANK = "raise NotImplementedError\n"
HALF_DONE = {
    "dloss_dw": f"def dloss_dw(self, x, y_true):\n    {BLANK}",
    "train": f"def train(self, x, y_true, lr, n_ep):\n    {BLANK}",
}


def pupils(course: Course) -> dict[tuple[str, str], Any]:
    """Who hands in what: (student, file name) -> a notebook, or text that is none."""
    name = "shallow_narrow"
    right = class_source(course, name)

    def wrote(**methods: str) -> dict[str, Any]:
        return filled(course, name, with_methods(right, methods))

    without_check = wrote()
    without_check["cells"] = [
        cell for cell in without_check["cells"] if cell["metadata"].get("nbgrader", {}).get("grade_id") != "dloss_dw"
    ]
    usual = f"{name}.ipynb"
    return {
        ("abel", usual): wrote(),
        ("bernoulli", usual): wrote(dloss_dw=LOOPS),
        ("cauchy", usual): wrote(train=OWN_GRADIENT),
        ("dirac", usual): wrote(dloss_dw=WRONG_SIGN),
        ("euler", usual): wrote(dloss_dw=SUM_FOR_MEAN),
        ("fourier", usual): wrote(dloss_dw=PRECEDENCE),
        ("gauss", usual): wrote(dloss_dw=NUMERICAL),
        ("hilbert", usual): wrote(train=SEQUENTIAL),
        ("ito", usual): wrote(train=LATE_LOSS),
        ("jacobi", usual): wrote(forward=ONE_WEIGHT),
        ("klein", usual): wrote(loss=ROOT_LOSS),
        ("lovelace", usual): wrote(forward=ONE_WEIGHT, dloss_dw=WRONG_SIGN, train=LATE_LOSS),
        ("mirzakhani", usual): wrote(**HALF_DONE),
        ("noether", usual): released(course, name),
        ("oresme", usual): filled(course, name, right.replace("def forward(self, x):", "def forward(self, x:")),
        ("pascal", usual): wrote(train=ENDLESS),
        ("ramanujan", usual): without_check,
        ("sophie_germain", "my homework (final).ipynb"): wrote(),
        ("turing", usual): "Dear teacher, my dog ate my notebook.",
    }


def others(course: Course) -> dict[tuple[str, str], Any]:
    """For each further lesson a right notebook, a blank one and one that forgot to write train."""
    found: dict[tuple[str, str], Any] = {}
    for name in course.source_assignments():
        if name == "shallow_narrow":
            continue
        found["abel", name] = solved(course, name)
        if name in LESSONS:
            half = with_methods(class_source(course, name), {"train": HALF_DONE["train"]})
            found["mirzakhani", name] = filled(course, name, half)
        else:
            found["mirzakhani", name] = solved(course, name, blank="write-train")
        found["noether", name] = released(course, name)
    return found


def step(words: str, *command: str) -> int:
    """Say what is done, then do it in the demo's course."""
    print(f"\n── {words}\n   autograder {' '.join(command)}", flush=True)
    return subprocess.run([*COMMAND, *command], cwd=DEMO, check=False).returncode


def main() -> int:
    """Run the demo; returns 0 when every submission got a score."""
    began = time.monotonic()
    shutil.rmtree(DEMO, ignore_errors=True)
    DEMO.mkdir(parents=True)
    if step("A course is laid down.", "init", "."):
        return 1
    if step("The instructor builds the releases from the source notebooks, and has them proved.", "build"):
        return 1
    course = Course.at(DEMO)
    print("\n── The class hands in.")
    for (student, file), notebook in pupils(course).items():
        save(notebook, DEMO / "submitted" / student / "shallow_narrow" / file)
    for (student, name), notebook in others(course).items():
        save(notebook, DEMO / "submitted" / student / name / f"{name}.ipynb")
    print(f"   {len(list((DEMO / 'submitted').rglob('*.ipynb')))} notebooks in {_shown(DEMO / 'submitted')}")
    code = step("Everything that was handed in is graded, each submission in a sandbox of its own.", "grade")
    for name in course.source_assignments():
        code |= step(f"Pages for {name}.", "report", name)
    print(f"\n── In {time.monotonic() - began:.0f} s. To look at:")
    for what, place in (
        ("the class page", DEMO / "build" / "report" / "shallow_narrow" / "index.html"),
        ("a student's page", DEMO / "build" / "report" / "shallow_narrow" / "students" / "lovelace.html"),
        ("the gradebook (nbgrader's)", DEMO / "gradebook.db"),
        ("graded notebooks", DEMO / "autograded"),
        ("feedback for students", DEMO / "feedback"),
    ):
        print(f"   {what:28} {_shown(place)}" + ("" if place.exists() else "   (missing!)"))
    return code


def _shown(path: Path) -> str:
    return os.path.relpath(path, Path.cwd())


if __name__ == "__main__":
    sys.exit(main())
