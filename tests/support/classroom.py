"""A made-up class: the release worked by students who get it right, or wrong in ways that students do."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.core.course import Course
from autograder.core.report import Report
from tests.corpus.networks import LESSONS
from tests.support.notebooks import class_source


@dataclass(frozen=True)
class Way:
    """One way to write the class: texts of the reference and what stands in their place. `share` is its weight."""

    name: str
    edits: tuple[tuple[str, str], ...] = ()
    share: float = 1.0


_LEFT_OUT = 'raise NotImplementedError("replace this line with your own code: see the hint above")'

WAYS: dict[str, tuple[Way, ...]] = {
    "shallow_narrow": (
        Way("right", share=12),
        Way(
            "right, by sums",
            (("np.mean(-2 * residual * self.w2 * x)", "(-2 * residual * self.w2 * x).sum() / len(x)"),),
            3,
        ),
        Way(
            "right, in a loop",
            (("return float(np.mean(residual**2))", "return float(sum(r * r for r in residual) / len(residual))"),),
            2,
        ),
        Way("sign", (("np.mean(-2 * residual * self.w2 * x)", "np.mean(2 * residual * self.w2 * x)"),), 2),
        Way("no factor", (("np.mean(-2 * residual * self.w1 * x)", "np.mean(-residual * self.w1 * x)"),), 2),
        Way("sum for mean", (("np.mean(-2 * residual * self.w2 * x)", "np.sum(-2 * residual * self.w2 * x)"),), 1),
        Way("loss is a sum", (("float(np.mean(residual**2))", "float(np.sum(residual**2))"),), 1),
        Way(
            "swapped", (("return float(dloss_dw1), float(dloss_dw2)", "return float(dloss_dw2), float(dloss_dw1)"),), 1
        ),
        Way("ascends", (("self.w1 -= lr * dloss_dw1", "self.w1 += lr * dloss_dw1"),), 1),
        Way(
            "one after the other",
            (
                ("            dloss_dw1, dloss_dw2 = self.dloss_dw(x, y_true)\n", ""),
                ("self.w1 -= lr * dloss_dw1", "self.w1 -= lr * self.dloss_dw(x, y_true)[0]"),
                ("self.w2 -= lr * dloss_dw2", "self.w2 -= lr * self.dloss_dw(x, y_true)[1]"),
            ),
            2,
        ),
        Way("one layer", (("return self.w2 * hidden", "return hidden"),), 1),
        Way("train left out", (("loss_records = np.empty(n_ep)", _LEFT_OUT),), 1),
        Way("a typing slip", (("residual = y_true - self.forward(x)", "residual = y_tru - self.forward(x)"),), 1),
    ),
    "two_layer_relu": (
        Way("right", share=12),
        Way(
            "right, with where",
            (("np.maximum(pre_activation, 0)", "np.where(pre_activation > 0, pre_activation, 0)"),),
            3,
        ),
        Way("no mask", (("dloss_dhidden * (pre_activation > 0)", "dloss_dhidden"),), 3),
        Way("no factor", (("2 * (y_prediction - y_true)", "(y_prediction - y_true)"),), 2),
        Way("sign", (("2 * (y_prediction - y_true)", "2 * (y_true - y_prediction)"),), 1),
        Way("loss is a mean", (("float(np.sum(error**2))", "float(np.mean(error**2))"),), 1),
        Way("ascends", (("self.w1 -= lr * dloss_dw1", "self.w1 += lr * dloss_dw1"),), 1),
        Way("train left out", (("loss_records = np.empty(n_ep)", _LEFT_OUT),), 1),
    ),
}

DRAWS = """
model = {name}([np.random.default_rng({seed}).normal(size=shape) for shape in {shapes}])
fig, ax = plt.subplots()
ax.plot(np.linspace(0, 1, {points}), np.linspace(0, 1, {points}) ** 2)
ax.set_title("my curve, run {seed}")
plt.show()
"""


def make_class(
    course: Course, assignment: str, count: int, seed: int = 0, *, ways: Sequence[str] | None = None
) -> dict[str, str]:
    """Writes `submitted/<student>/<a>/<a>.ipynb` with a timestamp.txt for `count` students; returns who did what.

    No two notebooks are alike. The same arguments write the same bytes. `ways` restricts how the students work.
    """
    rng = random.Random(f"{assignment}/{seed}")
    release = json.loads(course.release_notebook(assignment).read_text("utf-8"))
    reference = class_source(course, assignment)
    known = [way for way in ways_of(assignment) if ways is None or way.name in ways]
    if not known:
        raise ValueError(f"no such ways to write {assignment}: {ways}")
    chosen = {}
    for number in range(count):
        student = f"s{number:05d}"
        way = rng.choices(known, [each.share for each in known])[0]
        chosen[student] = way.name
        folder = course.folder(course.submitted, student, assignment)
        folder.mkdir(parents=True, exist_ok=True)
        notebook = worked(
            release, assignment, written(reference, way), f"{student}, seed {seed}", rng.randrange(10_000)
        )
        (folder / f"{assignment}.ipynb").write_text(json.dumps(notebook, indent=1), encoding="utf-8")
        stamp = f"2026-03-{rng.randrange(1, 28):02d} {rng.randrange(24):02d}:{rng.randrange(60):02d}:00 UTC\n"
        (folder / "timestamp.txt").write_text(stamp, encoding="utf-8")
    return chosen


def ways_of(assignment: str) -> tuple[Way, ...]:
    """How students write this assignment; of one that is not known here, only the right way."""
    return WAYS.get(assignment, (Way("right"),))


def written(reference: str, way: Way) -> str:
    """The class as written in one way; raises ValueError when the reference has none of the texts to replace."""
    for old, new in way.edits:
        if old not in reference:
            raise ValueError(f"{way.name}: the reference does not hold {old!r}")
        reference = reference.replace(old, new)
    return reference


def worked(release: dict[str, Any], assignment: str, source: str, name: str, seed: int) -> dict[str, Any]:
    """The release with the class filled in, and a cell of the student's own that draws."""
    notebook = json.loads(json.dumps(release))
    network = LESSONS[assignment]
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["source"] = f"# {name}\n{source}"
    shapes = [list(shape) for shape in network.weights.values()]
    draws = DRAWS.format(name=network.class_name, seed=seed, points=20 + seed % 30, shapes=shapes)
    notebook["cells"].append(
        {
            "cell_type": "code",
            "id": "my-own-curve",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": draws.strip(),
        }
    )
    return notebook


def copy_course(folder: Path, assignments: Sequence[str], repository: Path) -> Course:
    """A course in `folder` with the repository's configuration, releases and solutions, and nothing submitted."""
    import shutil

    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(repository / "nbgrader_config.py", folder)
    (folder / "solutions").mkdir()
    for name in assignments:
        for step in ("source", "release"):
            shutil.copytree(repository / step / name, folder / step / name)
        shutil.copy(repository / "solutions" / f"{name}.py", folder / "solutions")
    return Course.find(folder)


def ready_course(template: Path, folder: Path, repository: Path) -> Course:
    """A course in `folder` that is built and noted in its gradebook; made once at `template`, then copied."""
    import shutil

    from autograder.authoring.build import build
    from tests.support.tiny_course import POINTS, report

    def trusting(path: Path, name: str, course: Course) -> Report:
        """No proof of the lesson, which other tests give: the source earns all, the release nothing."""
        earned = dict.fromkeys(POINTS, 0.0) if path == course.release_notebook(name) else POINTS
        return report(path, course.student_of(path), earned)

    if not template.exists():
        shutil.rmtree(template.with_name(f"{template.name}-new"), ignore_errors=True)
        made = copy_course(template.with_name(f"{template.name}-new"), ["shallow_narrow"], repository)
        build(made, ["shallow_narrow"], trusting)
        made.root.rename(template)
    shutil.copytree(template, folder)
    return Course.find(folder)
