"""What the build refuses of a declared assignment, in a sentence that says what to do."""

from __future__ import annotations

import pytest

from autograder.authoring import declared
from autograder.authoring.proofs.slips import idle
from autograder.callables import Reference
from tests.authoring.refusals import CELLS, DECLARATION, SLIPS, SOLUTION, Slip, said_of


def test_without_a_slip_nothing_is_refused() -> None:
    assert declared.refused(declared.exam(Reference("it", SOLUTION, DECLARATION), CELLS)) == []


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.says[:60])
def test_a_slip_has_its_sentence(slip: Slip) -> None:
    assert slip.old.endswith("!") or (SOLUTION + DECLARATION).count(slip.old) == 1
    assert said_of(slip).startswith(slip.says)


@pytest.mark.parametrize(
    "draws",
    [
        'k = draw.integers(0, "V-1", "N")',
        'k = draw.labels("N", classes="V")',
        'k = draw.list(draw.integers(0, "N"), times="V")',
        'k = draw.one_of(draw.integers(0, 3, "V"), draw.integers(0, 3, "N"))',
    ],
)
def test_a_size_that_only_a_bound_or_a_count_names_is_used(draws: str) -> None:
    solution = 'import numpy as np\n\n\ndef f(k):\n    """k (N,) -> s a number"""\n    return float(np.sum(k))\n'
    declaration = f"{draws}\nassignment(sizes=dict(N=(2, 3), V=(4, 6)))"
    assert not [
        line for line in idle(declared.exam(Reference("it", solution, declaration), ("f",))) if "`sizes`" in line
    ]


def test_a_function_that_gives_no_numbers_has_no_grade_cell() -> None:
    """Nothing of it could be compared."""
    solution = 'def f(x):\n    """x (N,) -> nothing"""\n    x.sum()\n'
    declaration = 'x = draw.normal("N")\nassignment(sizes=dict(N=(2, 3)))'
    with pytest.raises(LookupError, match="the grade cell f: f gives no numbers, and nothing else can be compared"):
        declared.exam(Reference("it", solution, declaration), ("f",))


def test_a_solution_whose_draws_happen_to_agree_is_refused_as_well() -> None:
    """All zeros are as good as shaken ones; what is asked twice must be answered alike."""
    solution = SOLUTION.replace("return X @ W", "return X @ W * (np.random.random() > 0.6)")
    slip = Slip(SOLUTION, solution, "")
    said = [said_of(slip) for _ in range(5)]
    assert all(said)  # refused each time, now and then for another thing that the draws bring about
    assert any("the solution answers the same question in two ways" in each for each in said)


def test_a_docstring_may_use_sizes_that_only_arguments_or_sums_give() -> None:
    """`losses (epochs,)` and `(K+1,)` are held against the run; `(L,)` is whatever it is, the same everywhere."""
    solution = '''import numpy as np


def f(x, epochs):
    """x (K,), epochs a count -> a (epochs,), b (K+1,), c (L,), d (L,)"""
    return np.full(epochs, x.sum()), np.append(x, 1.0), x[1:], {}[1:]
'''
    declaration = 'x, epochs = draw.normal("K"), draw.one_of(2, 3)\nassignment(sizes=dict(K=(5, 4)))'
    for d, wrong in (("x[:-1]", False), ("x[:1]", True)):
        text = solution.replace("{}[1:]", d)
        assert bool(declared.refused(declared.exam(Reference("it", text, declaration), ("f",)))) is wrong
