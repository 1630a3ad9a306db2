"""What one callable keeps for another, on an object or in a cache: a fault in it is charged where it is made."""

from __future__ import annotations

import pytest

from tests.callables.graded import exam, graded, lost, said

KEPT = (
    '''import numpy as np

class Relu:
    """A unit that remembers where it was on."""

    def __init__(self, s):
        """s a number"""
        self.s = s

    def forward(self, a):
        """a (N, H) -> h (N, H)"""
        self.on = a > 0
        return self.s * a * self.on

    def backward(self, dh):
        """dh (N, H) -> da (N, H)"""
        return self.s * dh * self.on
''',
    """a, dh, s = draw.normal("N", "H"), draw.normal("N", "H"), draw.positive()
assignment(sizes=dict(N=(1, 4, 6), H=(3, 2, 5)))
follows(Relu.backward, Relu.forward)
slope(Relu.backward, of=Relu.forward, by="da", wrt="a", times="dh")
""",
)
CACHE = (
    '''import numpy as np

def linear_forward(x, W, b):
    """x (N, D), W (D, H), b (H,) -> out (N, H), cache"""
    return x @ W + b, (x, W)

def linear_backward(dout, cache):
    """dout (N, H), cache -> dx (N, D), dW (D, H), db (H,)"""
    x, W = cache
    return dout @ W.T, x.T @ dout, np.sum(dout, axis=0)
''',
    """x, W, b, dout = draw.normal("N", "D"), draw.normal("D", "H"), draw.normal("H"), draw.normal("N", "H")
assignment(sizes=dict(N=(1, 3, 6), D=(4, 5, 2), H=(2, 4, 7)))
follows(linear_backward, linear_forward, by="cache")
""",
)
KEEPS = "self.on = a > 0\n        return self.s * a * self.on"
FORWARD = "{} is right with what a right run of {} hands on, and not with what yours does."


@pytest.mark.parametrize("kept", ["self.on = a < 0", "self.on = np.ones_like(a)", "pass"])
def test_what_is_wrongly_kept_is_charged_to_who_keeps_it(kept: str) -> None:
    """The results of `forward` are right, and `backward` is: only what stands between them is not."""
    report = graded(KEPT, KEEPS, f"{kept}\n        return self.s * a * (a > 0)")
    assert lost(report) == ["Relu-forward"]
    assert report.methods["Relu-forward"]["score"] == 3.5
    assert said(report) == FORWARD.format("Relu.backward", "Relu.forward")


@pytest.mark.parametrize("cache", ["(x + 1, W)", "(W, x)", "None"])
def test_a_wrong_cache_is_charged_to_who_hands_it_on(cache: str) -> None:
    report = graded(CACHE, "return x @ W + b, (x, W)", f"return x @ W + b, {cache}")
    assert lost(report) == ["linear_forward"]
    assert report.methods["linear_forward"]["score"] == 3.5
    assert [each.title for each in report.checks if each.outcome == "failed"] == [
        "linear_forward leaves alone what it must only read, and hands on what is right"
    ]
    assert said(report) == FORWARD.format("linear_backward", "linear_forward")


@pytest.mark.parametrize(
    ("assignment", "old", "new"),
    [
        (KEPT, "return self.s * dh", "return -self.s * dh"),
        (KEPT, "return self.s * dh", "return dh"),
        (CACHE, "x.T @ dout", "-x.T @ dout"),
        # what is spoilt on the way is spoilt by who spoils it
        (CACHE, "x, W = cache\n", "x, W = cache\n    x -= 1\n"),
    ],
)
def test_a_fault_of_its_own_stays_with_it(assignment: tuple[str, str], old: str, new: str) -> None:
    """Nothing is said of the other, nor that it may be at fault."""
    report = graded(assignment, old, new)
    (name,) = lost(report)
    assert name.endswith("backward")
    assert "forward" not in said(report)


def test_other_names_and_other_caches_are_as_right() -> None:
    solution, declaration = KEPT
    assert lost(graded((solution.replace("self.on", "self.mask"), declaration), "class", "class")) == []
    there = CACHE[0].replace("(x, W)", "{'x': x, 'W': W}").replace("x, W = cache", "x, W = cache['x'], cache['W']")
    assert lost(graded(CACHE, CACHE[0], there)) == []
    assert lost(graded(KEPT, KEPT[0], solution.replace("self.on", "self.mask"))) == []


def test_a_first_one_that_is_wrong_itself_is_charged_once() -> None:
    """Its results cost it its points; `backward` is right with what a right run keeps."""
    report = graded(KEPT, KEEPS, "self.on = a > 0.3\n        return self.s * a * self.on")
    assert lost(report) == ["Relu-forward"]
    assert "hands on" not in said(report)


def test_under_a_name_of_ones_own_it_may_be_either() -> None:
    """Then no recorded value can be put in its place, and nobody is accused."""
    solution, _ = KEPT
    mine = solution.replace(KEEPS, "self.mask = np.ones_like(a)\n        return self.s * a * (a > 0)")
    report = graded(KEPT, solution, mine.replace("dh * self.on", "dh * self.mask"))
    assert lost(report) == ["Relu-backward"]
    assert said(report).endswith(
        "Or what Relu.forward leaves for it on the object is not right. Relu-backward gives no right answer yet"
    )


def test_what_is_put_in_place_is_what_was_kept_and_nothing_else() -> None:
    """What the constructor made stays the student's."""
    for question in exam(*KEPT).repeated.given("Relu.backward"):
        scored = [question.calls[k] for k in question.scored]
        assert all([name for name, _ in step.sets] == ["on"] for step in scored)
