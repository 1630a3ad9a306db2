"""Methods that are called first in one mode alone, and results in which students keep what they like."""

from __future__ import annotations

import contextlib
import io

import pytest

from autograder.authoring import declared
from autograder.callables import DeclarationError, Reference, facts
from autograder.observe import probe
from autograder.selfcheck import CheckFailed, FunctionCheck
from tests.callables.graded import exam, graded, lost, said

MODES = (
    '''import numpy as np

class Scale:
    """Divided by the batch's deviation in training, by a fixed number else."""

    def __init__(self, g):
        """g (D,)"""
        self.g = g

    def forward(self, x, mode="train"):
        """x (N, D), mode a text -> out (N, D)"""
        self.x = x
        self.size = np.sqrt(np.mean(x**2, axis=0)) if mode == "train" else 2.0
        return self.g * x / self.size

    def backward(self, dout):
        """dout (N, D) -> dg (D,), dx (N, D)

        After a forward in training.
        """
        over = np.mean(self.g * dout * self.x, axis=0)
        return np.sum(dout * self.x / self.size, axis=0), self.g * dout / self.size - self.x * over / self.size**3
''',
    """g, x, dout, mode = draw.normal("D"), draw.normal("N", "D"), draw.normal("N", "D"), draw.one_of("train", "test")
assignment(sizes=dict(N=(2, 4, 6), D=(3, 2, 5)))
follows(Scale.backward, Scale.forward, mode="train")
slope(Scale.backward, of=Scale.forward, by=("dg", "dx"), wrt=("g", "x"), times="dout")
""",
)
TRAINS_ONLY = (  # keeps nothing when it tests: nothing is asked of it then
    'self.x = x\n        self.size = np.sqrt(np.mean(x**2, axis=0)) if mode == "train" else 2.0\n'
    "        return self.g * x / self.size",
    'if mode != "train":\n            return self.g * x / 2.0\n'
    "        self.x, self.size = x, np.sqrt(np.mean(x**2, axis=0))\n        return self.g * x / self.size",
)
KEPT = (
    '''import numpy as np

def forward(x, W, V):
    """x (N, D), W (D, H), V (H,) -> y (N,), cache"""
    h = np.tanh(x @ W)
    return h @ V, (x, h)

def slopes(x, W, V):
    """x (N, D), W (D, H), V (H,) -> dW (D, H), dV (H,)"""
    y, (x, h) = forward(x, W, V)
    return x.T @ (y[:, None] * V * (1 - h**2)), h.T @ y
''',
    """x, W, V = draw.normal("N", "D"), draw.normal("D", "H"), draw.normal("H")
assignment(sizes=dict(N=(1, 4, 6), D=(3, 2, 5), H=(2, 3, 4)))
unjudged(forward, "cache")
""",
)
AS_A_DICT = (
    ("return h @ V, (x, h)", 'return h @ V, {"h": h}'),
    ("y, (x, h) = forward(x, W, V)", "y, cache = forward(x, W, V)\n    h = cache['h']"),
)


def checked(assignment: tuple[str, str], name: str, source: str = "") -> str:
    """What the self-check says of a callable."""
    solution, declaration = assignment
    stated = facts(Reference("it", solution, declaration), solution, [name])
    names: dict = {}
    exec(source or solution, names)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        FunctionCheck(names, stated)(name)
    return printed.getvalue()


def test_a_method_is_called_first_in_the_mode_that_is_said() -> None:
    calls = [step for each in exam(*MODES).of("Scale.backward") for step in each.calls if step.name == "Scale.forward"]
    assert {probe.decoded(step.args[step.labels.index("mode")]) for step in calls} == {"train"}
    words = " ".join(each.situation for each in exam(*MODES).of("Scale.backward"))
    assert "mode" not in words
    assert "mode = 'test'" in " ".join(each.situation for each in exam(*MODES).of("Scale.forward"))


def test_who_keeps_nothing_in_the_other_mode_loses_nothing() -> None:
    assert lost(graded(MODES, *TRAINS_ONLY)) == []
    assert lost(graded(MODES, "- self.x * over", "- over")) == ["Scale-backward"]


def test_the_self_check_calls_it_first_in_that_mode() -> None:
    told = checked(MODES, "Scale.backward", MODES[0].replace(*TRAINS_ONLY))
    assert "the slope" in told
    with pytest.raises(CheckFailed):
        checked(MODES, "Scale.backward", MODES[0].replace("- self.x * over", "- over"))


def test_a_slope_that_does_not_hold_in_every_mode_is_refused_with_what_to_write() -> None:
    solution, declaration = MODES
    anyhow = exam(solution, declaration.replace(', mode="train")', ")"))
    assert any(
        "Scale.forward is called before it with any mode: should that be always the same, as in "
        "follows(Scale.backward, Scale.forward, mode='train')?" in each
        for each in declared.refused(anyhow)
    )
    assert not declared.refused(exam(*MODES))


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ('mood="train"', "follows(Scale.backward): Scale.forward has no argument 'mood'"),
        ("mode=np.ones(2)", "follows(Scale.backward): mode must be a number, a text, True, False or None"),
    ],
)
def test_a_slip_in_what_is_called_first_is_said(words: str, why: str) -> None:
    solution, declaration = MODES
    with pytest.raises(DeclarationError) as raised:
        Reference("it", solution, declaration.replace('mode="train"', words)).declaration  # noqa: B018
    assert why in str(raised.value)


def test_what_is_not_judged_may_be_anything() -> None:
    solution = KEPT[0]
    for old, new in AS_A_DICT:
        assert old in solution
        solution = solution.replace(old, new)
    assert "cache" not in " ".join(exam(*KEPT).names("forward"))
    assert lost(graded(KEPT, KEPT[0], solution)) == []
    assert "fails" not in checked(KEPT, "forward", solution)


def test_what_is_not_judged_changes_nothing_for_the_rest() -> None:
    assert lost(graded(KEPT, "h = np.tanh(x @ W)", "h = np.tanh(x @ W) + 1")) == ["forward"]
    assert lost(graded(KEPT, "(1 - h**2)", "(1 - h)")) == ["slopes"]
    assert "left out" in said(graded(KEPT, "h = np.tanh(x @ W)", "h = x @ W"))


def test_a_cache_that_would_be_compared_is_refused_unless_its_docstring_says_what_it_holds() -> None:
    solution, declaration = KEPT
    compared = declaration.replace('unjudged(forward, "cache")\n', "")
    (why,) = declared.refused(exam(solution, compared))
    assert why.startswith("forward returns cache, in which students may keep what they like, and cache.0 would be")
    assert "unjudged(forward, 'cache')" in why
    assert not declared.refused(exam(solution.replace("y (N,), cache", "y (N,), cache (x, h)"), compared))
    assert not declared.refused(exam(*KEPT))


@pytest.mark.parametrize(("words", "why"), [('"memory"', "it has no result 'memory'"), ("", "which of its results?")])
def test_a_result_that_is_not_there_cannot_be_left_unjudged(words: str, why: str) -> None:
    solution, declaration = KEPT
    words = f"unjudged(forward, {words})" if words else "unjudged(forward)"
    with pytest.raises(DeclarationError) as raised:
        Reference("it", solution, declaration.replace('unjudged(forward, "cache")', words)).declaration  # noqa: B018
    assert f"unjudged(forward): {why}; it has y, cache" in str(raised.value)
