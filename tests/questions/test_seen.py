"""What goes wrong in one situation alone is seen there: asked in this process, without a sandbox."""

from __future__ import annotations

import pytest

from autograder.core.contract import METHODS
from tests.judging.naming.trusted import evidence_on, with_method

CASES = {
    "a run that ends after 500 epochs": (
        "two_layer_relu", "train",
        "def train(self, x, y_true, lr, n_ep):\n    losses = super().train(x, y_true, lr, min(n_ep, 500))\n"
        "    return np.concatenate([losses, np.zeros(n_ep - len(losses))])",
    ),
    "data kept while the array is the same": (
        "linear_regression", "train",
        "def train(self, x, y_true, lr, n_ep):\n    if getattr(self, 'seen', None) is not x:\n"
        "        self.seen, self.data = x, (x.copy(), y_true.copy())\n"
        "    return super().train(*self.data, lr, n_ep)",
    ),
    "hidden units beyond the hundredth": (
        "relu_regression", "forward",
        "def forward(self, x):\n    first = self.w1, self.w2\n"
        "    self.w1, self.w2 = self.w1[:, :100], self.w2[:101]\n    out = super().forward(x)\n"
        "    self.w1, self.w2 = first\n    return out",
    ),
    "many hidden units on the way back": (
        "sigmoid_mlp", "dloss_dw",
        "def dloss_dw(self, x, y_true):\n    part = 0.5 if len(self.w1) > 64 else 1.0\n"
        "    return tuple(part * g for g in super().dloss_dw(x, y_true))",
    ),
    "numbers read as they lie in memory": (
        "two_layer_relu", "forward",
        "def forward(self, x):\n    return super().forward(np.ravel(x, order='K').reshape(x.shape))",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("lesson", "method", "text"), CASES.values(), ids=CASES.keys())
def test_what_goes_wrong_in_one_situation_is_seen_in_the_method_that_it_is_in(lesson, method, text):
    evidence = evidence_on(lesson, with_method(lesson, text))
    wrong = {each for each in METHODS if not all(finding.right for finding in evidence.best(each)[1])}
    assert wrong == {method}
