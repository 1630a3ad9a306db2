"""What is wrong with a training run is named, also where it grows beyond all numbers in some of the questions."""

from __future__ import annotations

import pytest

from autograder.authoring import declared
from autograder.callables import Reference, slope_error
from autograder.core import Code
from tests.callables.graded import exam, graded, lost, said
from tests.callables.test_neighbours import NET

STEPS = "            self.v -= lr * dv\n            self.w -= lr * dw\n"
CALL = "            dv, dw = self.gradients(X, y)\n"
RECORD = "            losses[epoch] = self.loss(self.forward(X), y)\n"
BEFORE = "        losses = np.empty(n_ep)\n"
HEAD = BEFORE + "        for epoch in range(n_ep):\n"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            HEAD,
            HEAD.replace("empty", "zeros").replace("range(n_ep)", "range(n_ep - 1)"),
            "is zero in its last entry",
        ),
        ("np.empty(n_ep)\n", "np.zeros(n_ep)\n        n_ep = min(n_ep, 3)\n", "Its first 3 entries alone are there"),
        (STEPS, STEPS.replace("lr *", "0.0173 *"), "lr has no effect: a number of its own stands in its place."),
        (STEPS, STEPS + "            lr *= 0.973\n", "lr is another one in each round."),
        (STEPS, STEPS.replace("lr *", "lr / (1 + 0.037 * epoch) *"), "lr is another one in each round."),
        (
            STEPS,
            STEPS.replace("lr * dv", "lr * (dv + 0.0123 * self.v)").replace("lr * dw", "lr * (dw + 0.0123 * self.w)"),
            "takes a share off what it moves (weight decay)",
        ),
        (STEPS, STEPS.replace("dv", "np.clip(dv, -0.1, 0.1)").replace("dw", "np.clip(dw, -0.1, 0.1)"), "(clipped)"),
        (
            STEPS,
            STEPS.replace("dv", "dv / np.linalg.norm(dv)").replace("dw", "dw / np.linalg.norm(dw)"),
            "(normalised)",
        ),
        (STEPS, STEPS.replace("self.w -=", "dv, dw = self.gradients(X, y)\n            self.w -="), "worked out anew"),
        (
            CALL + STEPS,
            "            h = np.maximum(X @ self.v, 0)\n            e = 2 * (h @ self.w - y)\n"
            "            self.w -= lr * h.T @ e\n"
            "            self.v -= lr * X.T @ (np.outer(e, self.w) * (h > 0))\n",
            "w is changed by its own slope before another slope is worked out with it.",
        ),
        (STEPS, "", "from round to round does not"),
        (
            CALL + STEPS,
            CALL + "            total = [a + b for a, b in zip(total, (dv, dw))] if epoch else [dv, dw]\n"
            "            self.v -= lr * total[0]\n            self.w -= lr * total[1]\n",
            "takes off all gradients so far",
        ),
        (STEPS, "            v = self.v - lr * dv\n            w = self.w - lr * dw\n", "from round to round does not"),
        (RECORD, RECORD + "            losses[epoch] += losses[epoch - 1] if epoch else 0\n", "is added up"),
        (BEFORE, BEFORE.replace("empty(n_ep)", "zeros(n_ep, dtype=int)"), "behind the decimal point"),
        (
            BEFORE + "        for epoch in range(n_ep):\n" + RECORD,
            BEFORE
            + "        p = self.forward(X)\n        for epoch in range(n_ep):\n"
            + RECORD.replace("self.forward(X)", "p"),
            "worked out once, before the loop",
        ),
        (
            STEPS,
            "            if epoch > 0:\n" + STEPS.replace("            ", "                "),
            "The first round makes no update.",
        ),
        (BEFORE, BEFORE + "        first = self.v, self.w\n", ""),  # what is right
        (
            "        return losses\n",
            "        self.v, self.w = first\n        return losses\n",
            "is lost in the end",
        ),
    ],
)
def test_a_run_is_told_what_it_does(old: str, new: str, says: str) -> None:
    solution, declaration = NET
    assert old in solution
    changed = solution.replace(old, new)
    if "first" in new:
        changed = changed.replace(BEFORE, BEFORE + "        first = np.copy(self.v), np.copy(self.w)\n")
    report = graded((solution, declaration), solution, changed)
    assert lost(report) == (["Net-train"] if says else [])
    assert says in said(report)


def test_a_step_is_told_by_its_name_where_it_also_grows_beyond_all_numbers() -> None:
    """In the questions that it answers with numbers it is that fault; the others prove nothing."""
    report = graded(NET, STEPS, STEPS.replace("-=", "+="))
    assert lost(report) == ["Net-train"]
    assert "holds" not in said(report)
    assert "sign" in said(report) or "the other way" in said(report)


def test_a_factor_of_its_own_is_told_beside_a_wrong_helper_that_has_one_too() -> None:
    """By itself two changes of the solution give its numbers; with right answers of the other it is one."""
    solution, _ = NET
    old = solution[solution.index("        return h @ self.w\n") : solution.index("        return losses\n")]
    new = old.replace("h @ self.w\n", "h @ self.w / len(X)\n", 1).replace("lr * d", "lr * lr * d")
    report = graded(NET, old, new)
    assert lost(report) == ["Net-forward", "Net-train"]
    assert "lr is counted twice" in said(report)


def test_a_last_entry_of_samples_is_counted_as_no_round() -> None:
    report = graded(NET, "        return h @ self.w\n", "        p = h @ self.w\n        p[-1] = 0\n        return p\n")
    assert {found.code for check in report.checks for found in check.diagnoses} == {Code.DIFFERENT}
    assert "zero in its last entry" in said(report)


def test_a_single_number_in_a_list_is_no_sum_up_to_it() -> None:
    report = graded(NET, "return np.sum((p - y) ** 2)", "return [np.sum((p - y) ** 2)]")
    assert {found.code for check in report.checks for found in check.diagnoses} == {Code.WRONG_SHAPE}


def test_weights_unpacked_in_the_constructor_have_names() -> None:
    report = graded(NET, "        return h @ self.w\n", "        return h.sum(axis=1)\n")
    assert lost(report) == ["Net-forward"]
    assert said(report).startswith("w has no effect")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("return 0.25", "one and the same number"),
        ("return 0.0", "It is zero, whatever is asked."),
        ("return np.sum((p - y) ** 2) + 0.0123 * np.sum(self.w**2)", "The squares of w are added"),
    ],
)
def test_a_loss_is_told_what_it_gives(body: str, says: str) -> None:
    report = graded(NET, "return np.sum((p - y) ** 2)", body)
    assert lost(report) == ["Net-loss"]
    assert says in said(report)


def test_slopes_by_the_parts_of_a_list() -> None:
    """The build measures them, and tells a wrong one and one that is not there."""
    made = exam(*NET)
    (slope,) = made.reference.declaration.slopes
    assert slope_error(made, slope, "dv", "weights.0", 1e-6) < 1e-6
    assert slope_error(made, slope, "dw", "weights.1", 1e-6) < 1e-6
    with pytest.raises(LookupError, match="weights holds nothing under '2'"):
        slope_error(made, slope, "dw", "weights.2", 1e-6)


def test_a_name_of_the_declaration_s_own_is_not_that_of_another_cell() -> None:
    """A cell that draws, and happens to call something `rng` or `slope` too, is no part of the solution."""

    def cell(text: str, **nbgrader: object) -> dict:
        tags = ["autograder"] if text.startswith("x = draw") else []
        return {"cell_type": "code", "source": text, "metadata": {"nbgrader": nbgrader, "tags": tags}}

    solution = "def f(x):\n    ### BEGIN SOLUTION\n    return x * scale\n    ### END SOLUTION"
    cells = [
        cell("scale = 2.0"),
        cell(solution, solution=True),
        cell("rng, slope = unknown_elsewhere, 3"),
        cell('x = draw.normal("N")\nassignment(sizes=dict(N=(1, 3)))\nrng = np.random.default_rng(0)\n'
             "own(f, x=rng.normal(size=9))\nslope(f, of=lambda x: f(x)[0], by='f', wrt='x')"),
    ]  # fmt: skip
    text = declared.reference({"cells": cells}, "it").partition("\nDECLARATION = ")[0]
    assert "scale = 2.0" in text
    assert "unknown_elsewhere" not in text
    assert Reference("it", "import numpy as np\n" + text, cells[3]["source"]).declaration.own


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (STEPS, STEPS.replace("-=", "+="), "the other way in its first step."),
        (STEPS, STEPS.replace("lr *", "0.0173 *"), "lr has no effect: a number of its own stands in its place."),
    ],
)
def test_a_run_beside_a_wrong_helper_is_told_what_it_does(old: str, new: str, says: str) -> None:
    """With the loss a half of what is asked, the run's records are wrong by that as well; its steps are its own."""
    solution, declaration = NET
    halved = "return 0.5 * np.sum((p - y) ** 2)"
    changed = solution.replace(old, new).replace("return np.sum((p - y) ** 2)", halved)
    report = graded((solution, declaration), solution, changed)
    of_train = [check for check in report.checks if check.method.endswith("train") and check.rationale]
    assert of_train
    assert says in " ".join(check.rationale for check in of_train)


def test_a_run_is_judged_with_the_right_ones_of_its_helpers_where_another_is_wrong() -> None:
    """Losses taken after the update ask forward and loss about other weights than a right run does: these are right,
    and answer; only the wrong gradient is stood in for. So the weights count."""
    solution, declaration = NET
    late = CALL + STEPS + RECORD
    changed = solution.replace(RECORD, "").replace(CALL + STEPS, late)
    alone = graded((solution, declaration), solution, changed)
    beside = graded((solution, declaration), solution, changed.replace("error = 2 * (", "error = ("))
    assert {"Net.gradients", "Net.train"} >= {name.replace("-", ".") for name in lost(beside)}
    scores = [next(v["score"] for k, v in r.methods.items() if k.endswith("train")) for r in (alone, beside)]
    assert scores[0] == scores[1] > 0.0
