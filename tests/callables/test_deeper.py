"""A helper that the solution calls through another function, and a submission calls itself."""

from __future__ import annotations

import pytest

from tests.callables.graded import exam, graded, lost

PADDED = (
    '''import numpy as np

def pad(x, p):
    """x (N, T), p a count -> out (N, T+2*p)"""
    return np.pad(x, ((0, 0), (p, p)))

def windows(x, K, p):
    """x (N, T), K a count, p a count -> cols (N, T+2*p-K+1, K)"""
    wide = pad(x, p)
    return np.stack([wide[:, t : t + K] for t in range(wide.shape[1] - K + 1)], axis=1)

def conv(x, w, how):
    """x (N, T), w (K,), how a dict with pad -> y (N, T+2*P-K+1)"""
    return windows(x, len(w), how["pad"]) @ w
''',
    """x, w, K, p = draw.normal("N", "T"), draw.normal("K"), draw.size("K"), draw.size("P")
how = draw.dict(pad=draw.size("P"))
assignment(sizes=dict(N=(1, 3, 4), T=(5, 4, 6), K=(2, 3, 2), P=(1, 2, 3)))
""",
)
DIRECTLY = (
    'return windows(x, len(w), how["pad"]) @ w',
    'wide, K = pad(x, how["pad"]), len(w)\n'
    "    return sum(wide[:, k : wide.shape[1] - K + 1 + k] * w[k] for k in range(K))",
)


@pytest.mark.parametrize("wrong", ["np.pad(x, ((0, 0), (p, p)), constant_values=1)", "np.pad(x, ((0, 0), (0, 2 * p)))"])
def test_who_calls_the_helper_of_a_helper_is_not_charged_for_it(wrong: str) -> None:
    solution, _ = PADDED
    directly = solution.replace(*DIRECTLY)
    assert lost(graded(PADDED, solution, directly)) == []
    assert lost(graded(PADDED, solution, directly.replace("np.pad(x, ((0, 0), (p, p)))", wrong))) == ["pad"]


def test_what_is_wrong_beside_the_helper_is_charged() -> None:
    solution, _ = PADDED
    both = solution.replace(*DIRECTLY).replace("(p, p)))", "(0, 2 * p)))").replace("* w[k]", "+ w[k]")
    assert lost(graded(PADDED, solution, both)) == ["pad", "conv"]


def test_a_helper_that_gives_what_is_asked_is_not_told() -> None:
    """Else who writes neither would be told the answer."""
    solution, declaration = PADDED
    told = f"{solution}\n\ndef padded(x, p):\n    '''x (N, T), p a count -> out'''\n    return twice(x, [p])\n"
    told += "\n\ndef twice(x, ps):\n    '''x (N, T), ps a list -> out'''\n    return pad(x, ps[0]) * 1.0\n"
    made = exam(told, f"ps = draw.list(draw.size('P'))\n{declaration}")
    tables = [each.stand_in or {} for each in made.repeated.standing("padded")]
    assert tables
    assert not any("pad" in each for each in tables)
