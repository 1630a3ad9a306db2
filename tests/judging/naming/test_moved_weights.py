"""A method that moves the weights is judged without a fault of ours, in every lesson and beside every other method."""

from __future__ import annotations

import pytest

from autograder import assignments
from tests.judging.naming.trusted import explained, with_method
from tests.support.notebooks import LESSONS


@pytest.mark.parametrize("by", [0.01, "np.nan"])
@pytest.mark.parametrize("assignment", LESSONS)
def test_a_forward_that_moves_the_weights_costs_itself(assignment: str, by: object) -> None:
    """What is asked after it holds for the moved weights; loss, which reads none, stays right."""
    *_, weight = assignments.load(assignment).weights
    base = "super(type(self), self).forward(x)"
    text = f"def forward(self, x):\n    answer = {base}\n    self.{weight} = self.{weight} + {by}\n    return answer"
    wrong = explained(assignment, with_method(assignment, text))
    assert "loss" not in wrong
