"""Situations that any notebook brings about are asked, and what is wrong only there loses points there."""

from __future__ import annotations

import pytest

from autograder import assignments
from autograder.authoring.verification.trial import Trial
from autograder.authoring.verification.verify import lost
from autograder.core.course import Course

pytestmark = pytest.mark.slow

# Overrides in a subclass of the solution, each with the methods that must lose points.
WRONG = {
    "kept while the array is the same object": (
        "def forward(self, x):\n        if getattr(self, '_x', None) is not x:\n"
        "            self._x, self._out = x, super().forward(x)\n        return self._out",
        "forward",
    ),
    "halved for more than a thousand samples": (
        "def dloss_dw(self, x, y_true):\n        part = 0.5 if len(x) > 1000 else 1.0\n"
        "        return tuple(part * g for g in super().dloss_dw(x, y_true))",
        "dloss_dw",
    ),
    "raises after loss was called": (
        "def loss(self, y_prediction, y_true):\n        self.used = True\n"
        "        return super().loss(y_prediction, y_true)\n"
        "    def train(self, x, y_true, lr, n_ep):\n        if getattr(self, 'used', False):\n"
        "            raise RuntimeError\n        out = super().train(x, y_true, lr, n_ep)\n"
        "        self.used = False\n        return out",
        "train",
    ),
}


@pytest.mark.parametrize("lesson", ["linear_regression", "two_layer_relu"])
def test_what_is_wrong_in_one_situation_only_loses_points_where_it_is(lesson: str) -> None:
    """The method at fault loses points, no other does, and the solution itself loses none."""
    solution = Course.find().solution(lesson)
    source, name = solution.read_text(), assignments.load(lesson).class_name
    texts = [f"{source}\n\n\n_Own = {name}\n\n\nclass {name}(_Own):\n    {body}\n" for body, _ in WRONG.values()]
    with Trial(lesson, solution) as trial:
        own, *found = (lost(tried.report) for tried in trial.grade([source, *texts]))
    assert own == ()
    assert dict(zip(WRONG, found, strict=True)) == {key: (method,) for key, (_, method) in WRONG.items()}
