"""What is said of eight courses' assignments when they are wrong as students make them wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.callables import asked

HERE = Path(__file__).parent


def lines(name: str) -> list[str]:
    """The sentences that were read and found true."""
    return (HERE / "told" / f"{name}.txt").read_text(encoding="utf-8").splitlines()


def test_most_faults_have_a_name() -> None:
    """Four of five, over all assignments, with no fault written by hand."""
    every = [line for name in asked.BANK for line in lines(name)]
    assert len(every) == sum(len(asked.load(name).WRONG) for name in asked.BANK)
    assert sum(not line.endswith(asked.NOTHING) for line in every) >= 0.8 * len(every)


@pytest.mark.slow
@pytest.mark.parametrize("name", asked.BANK)
def test_each_fault_is_told_as_it_was_read(name: str) -> None:
    """Right code in another style has no fault; the sentences are those that stand in told/."""
    one = asked.Asked(asked.load(name))
    for callable_name in one.module.SIGNATURES:
        assert one.explain(one.module.STUDENT, callable_name) == (False, None)
    assert asked.told(one) == lines(name)
