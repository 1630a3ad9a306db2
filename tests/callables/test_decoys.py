"""Among the recorded rows of a course lie those of others; a right run finds its own as before."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.callables import Exam, Reference
from autograder.callables.asked import decoys
from autograder.callables.asked.question import CallsQuestion
from autograder.observe import probe
from tests.callables.graded import exam, graded, lost
from tests.callables.test_rare_situations import NEXT, OF

TRAIN, BESIDE = "Line.train", ("Line.forward", "Line.loss", "Line.gradients")


@pytest.fixture(scope="module")
def plain() -> dict[str, CallsQuestion]:
    """The questions to `train` with recorded answers and nothing else."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decoys, "RATES", ())
        made = Exam(Reference("it", *OF), (TRAIN, *BESIDE)).repeated.standing(TRAIN)
    return {each.asks: each for each in made}


@pytest.fixture(scope="module")
def among() -> dict[str, CallsQuestion]:
    """The same as they are put, among the rows of other runs."""
    return {each.asks: each for each in exam(*OF).repeated.standing(TRAIN)}


def text(row: Any) -> bytes:
    return probe.pack(row)


def rows_of(question: CallsQuestion) -> dict[str, list[Any]]:
    return {name: table["rows"] for name, table in (question.stand_in or {}).items()}


def test_each_run_keeps_its_order_among_the_others(
    plain: dict[str, CallsQuestion], among: dict[str, CallsQuestion]
) -> None:
    """The rows of the question itself are all there, one after the other, and between them those of others."""
    assert plain.keys() == among.keys()
    several = 0
    for asks, question in plain.items():
        mixed = rows_of(among[asks])
        for name, rows in rows_of(question).items():
            own, every = [text(row) for row in rows], [text(row) for row in mixed[name]]
            kept = set(own)
            assert [each for each in every if each in kept] == own
            several += len(own) > decoys.FEW and len(every) > 2 * len(own)
            assert len(own) > decoys.FEW or every == own
    assert several > 20


def test_a_course_is_not_what_comes_first_nor_what_sinks_nor_what_is_next(among: dict[str, CallsQuestion]) -> None:
    """Read in order, sorted by the loss, or walked to the nearest weights: it is not the one that was asked for."""
    found, right = 0, np.zeros(3)
    for question in among.values():
        rows = rows_of(question)["Line.loss"]
        call = question.calls[question.scored[-1]]
        count = int(call.args[-1]["v"])
        if len(question.scored) > 1 or len(rows) <= 2 * count or count <= decoys.FEW:
            continue
        wanted = exam(*OF).expected(question, question.scored[-1]).arrays["losses"]
        losses = np.array([row["value"]["v"] for row in rows])
        states = [np.concatenate([np.ravel(probe.decoded(tree)) for _, tree in row["state"]]) for row in rows]
        nearest = [0]
        while len(nearest) < count:
            left = [k for k in range(len(rows)) if k not in nearest]
            nearest.append(min(left, key=lambda k: float(np.abs(states[k] - states[nearest[-1]]).sum())))
        guesses = (losses[:count], np.sort(losses)[::-1][:count], losses[nearest])
        right += [np.allclose(guess, wanted, rtol=1e-3) for guess in guesses]
        found += 1
    assert found > 5
    assert (right < found / 3).all()  # to earn anything, a guess must be right in all of them


def test_no_row_of_another_run_lies_near_one_of_its_own(
    plain: dict[str, CallsQuestion], among: dict[str, CallsQuestion]
) -> None:
    """Each row of the question's own, asked for in any order and with a little rounding, is the one that is found."""
    rng = np.random.default_rng(0)
    for asks in plain:
        for name, table in (plain[asks].stand_in or {}).items():
            hidden = among[asks].stand_in[name]["rows"]  # type: ignore[index]
            own = {text(row) for row in table["rows"]}
            others = [row for row in hidden if text(row) not in own]
            for row in table["rows"]:
                key = _numbers(row) * (1.0 + 1e-7 * rng.uniform(-1.0, 1.0, _numbers(row).shape))
                for other in others:
                    there = _numbers(other)
                    assert np.abs(there - key).max() > 1e-5 * np.abs(there).max()


def _numbers(row: dict[str, Any]) -> np.ndarray:
    trees = [*row["args"], *(tree for _, tree in row.get("state", ()))]
    return np.concatenate([np.ravel(np.asarray(probe.decoded(tree), dtype=float)) for tree in trees])


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        (NEXT, "return x @ self.w - self.b", "Line-forward"),
        ("return np.mean(e**2)", "return np.sum(e**2)", "Line-loss"),
        ("return x.T @ d, d.sum()", "return -x.T @ d, d.sum()", "Line-gradients"),
    ],
)
def test_who_calls_a_wrong_one_keeps_its_points_among_them(old: str, new: str, name: str) -> None:
    assert lost(graded(OF, old, new)) == [name]


def test_rows_at_hand_for_no_rate_at_all_have_no_others() -> None:
    """Where no real number is handed in there is no other run from the same start."""
    made = exam(*OF)
    assert not list(decoys.at_other_rates(made.of("Line.gradients")[0]))
    assert len(list(decoys.at_other_rates(made.of(TRAIN)[0]))) == len(decoys.RATES)
