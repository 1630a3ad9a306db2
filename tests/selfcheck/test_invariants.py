"""What holds of every right answer is found on the solution, stated, and held against a student's own work."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest

from autograder import callables
from autograder.selfcheck import CheckFailed, FunctionCheck
from tests.callables.test_numeric import NET as LEARNER
from tests.callables.test_numeric import OF_NET as OF_LEARNER

NET = (
    LEARNER
    + """
    def train(self, x, y, lr, n_ep):
        '''x (N, D), y (N,), lr a number, n_ep a count -> losses (n_ep,), path (n_ep, H)'''
        losses, path = np.zeros(n_ep), np.zeros((n_ep, len(self.v)))
        for k in range(n_ep):
            losses[k] = self.loss(self.forward(x), y)
            dw, dv = self.gradients(x, y)
            self.w -= lr * dw
            self.v -= lr * dv
        return losses, path
"""
)
RUNS = "lr, n_ep = draw.one_of(0.1, 0.01), draw.one_of(3, 1, 2)\n"
DECLARATION = OF_LEARNER.replace("assignment(", f"{RUNS}assignment(")
CELLS = ("Net.forward", "Net.loss", "Net.gradients", "Net.train")


@cache
def facts(source: str = NET, declaration: str = DECLARATION, cells: tuple[str, ...] = CELLS) -> dict[str, Any]:
    """What a release states of a solution."""
    reference = callables.Reference("it", source, declaration)
    stated = callables.facts(reference, source, cells) | {"given": ()}

    def holds(fact: dict[str, Any]) -> bool:
        return FunctionCheck(reference.fresh(), {**stated, "invariants": (fact,)}).holds(fact)

    return {**stated, "invariants": callables.invariants(reference, stated, holds)}


def said(known: dict[str, Any], name: str) -> list[str]:
    return FunctionCheck({}, known).stated(name)


def failure(source: str, cell: str, known: dict[str, Any] | None = None) -> CheckFailed | None:
    """What the self-check says against a text, if anything."""
    names: dict[str, Any] = {"__name__": "submission"}
    exec(source, names)
    try:
        FunctionCheck(names, known or facts())(cell)
    except CheckFailed as failed:
        return failed
    return None


def test_what_the_solution_obeys_is_stated() -> None:
    assert said(facts(), "Net.forward") == [
        "self.w and self.v are left as before",
        "the same object gives the right p for other arguments, too",
        "p hangs on x, w and v",
        "p feels the smallest change: nothing is rounded",
        "each of the N gives alone what it gives among the others",
    ]
    assert said(facts(), "Net.loss") == [
        "self.w and self.v are left as before",
        "the same object gives the right L for other arguments, too",
        "L hangs on each element of p and y",
        "L does not hang on w and v",
        "the order of the N does not matter",
        "with the same N twice over, L stays as it is",
        "L is 0 where p and y are equal",
        "L is above 0 where p and y are not equal",
        "whether p is above or below y does not matter",
        "differences twice as large make L 4 times as large",
        "L grows with each difference",
    ]
    runs = said(facts(), "Net.train")
    assert "every round moves w and v by minus lr times your own Net.gradients" in runs
    assert "losses[i] is your own loss before update i" in runs
    assert not any("left as before" in line for line in runs)


def test_what_it_does_not_obey_is_not_stated() -> None:
    """A sum in the place of a mean, samples that mix, momentum: only what holds is said."""
    summed = facts(NET.replace("np.mean((p - y) ** 2)", "np.sum(np.abs(p - y))").replace("/ len(y)", ""))
    assert "with the same N twice over, L doubles" in said(summed, "Net.loss")
    assert "differences twice as large make L 2 times as large" in said(summed, "Net.loss")
    mixed = facts(NET.replace("np.tanh(x @ self.w) @", "np.tanh((x - x.mean(axis=0)) @ self.w) @"))
    assert not any(line.startswith("each of the N") for line in said(mixed, "Net.forward"))
    heavy = facts(NET.replace("self.v -= lr * dv", "self.v -= lr * dv * (1 + k)"))
    assert not any(line.startswith("every round") for line in said(heavy, "Net.train"))


def test_the_solution_itself_and_other_right_work_are_clean() -> None:
    loops = NET.replace("np.tanh(x @ self.w) @ self.v", "np.array([np.tanh(row @ self.w) @ self.v for row in x])")
    expanded = NET.replace("np.mean((p - y) ** 2)", "np.mean(p * p - 2 * p * y + y * y)")
    for source in (NET, loops, expanded):
        assert [failure(source, cell) for cell in CELLS] == [None] * len(CELLS)


WRONG = [
    (
        "Net.forward",
        "np.tanh(x @ self.w) @ self.v",
        "np.tanh(x @ self.w).sum(axis=1)",
        "p stays the same whatever v is",
    ),
    (
        "Net.forward",
        "np.tanh(x @ self.w) @ self.v",
        "np.round(np.tanh(x @ self.w) @ self.v, 6)",
        "does not change at all",
    ),
    (
        "Net.forward",
        "np.tanh(x @ self.w) @",
        "np.tanh((x - x.mean(axis=0)) @ self.w) @",
        "number 0 of the N gives another",
    ),
    (
        "Net.forward",
        "return np.tanh(x @ self.w) @ self.v",
        "self.h = self.h if hasattr(self, 'h') else np.tanh(x @ self.w)\n        return self.h @ self.v",
        "the same object gives another p",
    ),
    (
        "Net.forward",
        "return np.tanh(x @ self.w) @ self.v",
        "self.v = self.v * 1.5\n        return np.tanh(x @ self.w) @ self.v / 1.5",
        "Net.forward changed self.v.",
    ),
    ("Net.loss", "np.mean((p - y) ** 2)", "np.sum((p - y) ** 2)", "the same N twice over makes L 2 times as large"),
    (
        "Net.loss",
        "np.mean((p - y) ** 2)",
        "np.mean(np.abs(p - y))",
        "differences twice as large make L 2 times as large",
    ),
    ("Net.loss", "np.mean((p - y) ** 2)", "np.mean(p - y)", "differences of +e and of -e give another L"),
    ("Net.loss", "np.mean((p - y) ** 2)", "np.mean((p - y) ** 2) + 0.1", "and not 0, where p and y are equal"),
    ("Net.loss", "np.mean((p - y) ** 2)", "(p[0] - y[0]) ** 2", "L stays the same whatever p[1] is"),
    ("Net.loss", "np.mean((p - y) ** 2)", "np.mean((p - y) ** 2) * (1 + self.v[0])", "L changes with v"),
    ("Net.gradients", "d = 2.0 *", "d = -2.0 *", "has the size of the slope of your own loss(forward(x), y) by v"),
    ("Net.train", "self.v -= lr * dv", "self.v -= dv", "v moved by your own dv, whatever lr is. (w: right.)"),
    (
        "Net.train",
        "lr * dw\n",
        "2 * lr * dw\n",
        "the step of w is 2 times what it should be, lr times your own dw. (v: right.)",
    ),
    ("Net.train", "self.w -= lr * dw\n            self.v -= lr * dv", "self.w - lr * dw", "w and v are as before"),
    (
        "Net.train",
        "-= lr * dw\n            self.v -=",
        "+= lr * dw\n            self.v +=",
        "w and v moved UP the slope",
    ),
    ("Net.train", "range(n_ep)", "range(1, n_ep)", "w and v are as before"),
    ("Net.train", "range(n_ep)", "range(min(n_ep, 2))", "n_ep = 3 made 2 steps"),
    ("Net.train", "self.loss(self.forward(x), y)", "2 * self.loss(self.forward(x), y)", "losses[0] is"),
]


@pytest.mark.parametrize(("cell", "old", "new", "says"), WRONG)
def test_what_does_not_hold_is_told(cell: str, old: str, new: str, says: str) -> None:
    assert old in NET
    failed = failure(NET.replace(old, new), cell)
    assert failed is not None
    assert says in failed.saw


def test_records_that_are_one_step_late_are_told_as_that() -> None:
    record = "            losses[k] = self.loss(self.forward(x), y)\n"
    late = NET.replace(record, "").replace("lr * dv\n", f"lr * dv\n{record}")
    failed = failure(late, "Net.train")
    assert failed is not None
    assert failed.saw == "what is recorded are the numbers AFTER each update."


def test_weights_that_are_kept_on_the_way_are_held_against_the_run() -> None:
    kept = NET.replace("            dw, dv =", "            path[k] = self.v\n            dw, dv =")
    path = DECLARATION[DECLARATION.index("slope(") :].replace('("dw", "dv")', '"dv"')
    path = path.replace('("weights.0", "weights.1")', '"weights.1"')
    one = kept.replace("            self.w -= lr * dw\n", "")
    known = facts(one, DECLARATION[: DECLARATION.index("slope(")] + path)
    assert "path[i] holds v before update i" in said(known, "Net.train")
    assert failure(one, "Net.train", known) is None
    late = one.replace("            path[k] = self.v\n", "").replace(
        "lr * dv\n", "lr * dv\n            path[k] = self.v\n"
    )
    failed = failure(late, "Net.train", known)
    assert failed is not None
    assert failed.saw == "path[i] holds v AFTER update i."
    alike = one.replace("np.zeros((n_ep, len(self.v)))", "[]").replace("path[k] = self.v", "path.append(self.v)")
    failed = failure(alike, "Net.train", known)
    assert failed is not None
    assert failed.saw == "all rows of path are equal."
    assert "Keep copies" in failed.look


def test_of_a_run_beyond_all_bounds_what_shorter_steps_show_is_told() -> None:
    """Where all is right for short steps, numbers that are not finite are what there is to tell."""
    old, new = "draw.one_of(0.1, 0.01), draw.one_of(3, 1, 2)", "draw.one_of(1e-3, 1e100), draw.one_of(1, 2)"
    assert old in DECLARATION
    far = DECLARATION.replace(old, new)
    record = "            losses[k] = self.loss(self.forward(x), y)\n"
    late = NET.replace(record, "").replace("lr * dv\n", f"lr * dv\n{record}")
    known = facts(NET, far)
    failed = failure(late, "Net.train", known)
    assert failed is not None
    assert failed.saw == "what is recorded are the numbers AFTER each update."
    holes = NET.replace("losses, path = np.zeros(n_ep)", "losses, path = np.full(n_ep + 1, np.nan)[:n_ep]")
    failed = failure(holes.replace("range(n_ep)", "range(1, n_ep)"), "Net.train", known)
    assert failed is not None
    assert failed.saw.startswith("losses holds nan")


def test_a_slope_taken_after_another_has_moved_is_asked_about() -> None:
    late = NET.replace("            self.v -= lr * dv", "            self.v -= lr * self.gradients(x, y)[1]")
    failed = failure(late, "Net.train")
    assert failed is not None
    assert "(w: right.)" in failed.saw
    assert "Are all slopes taken before anything moves?" in failed.look
    assert "lr = " in failed.where


def test_a_wrong_helper_is_named_first_and_nobody_else_is_accused() -> None:
    """`train` uses all others; where one of them is wrong, that is what is said."""
    failed = failure(NET.replace("np.mean((p - y) ** 2)", "np.mean(np.abs(p - y))"), "Net.train")
    assert failed is None or "Net.loss" in failed.title
    failed = failure(NET.replace("d = 2.0 *", "d = 4.0 *"), "Net.train")
    assert failed is None or "gradients" in failed.title


def test_what_calls_others_is_not_alone_at_fault() -> None:
    source = """
import numpy as np

def scale(x, w):
    '''x (N,), w a number -> s (N,)'''
    return w * x

def total(x, w):
    '''x (N,), w a number -> t a number'''
    return np.sum(scale(x, w))
"""
    declaration = 'x, w = draw.normal("N"), draw.normal()\nassignment(sizes=dict(N=(1, 4, 7)))\n'
    known = facts(source, declaration, ("scale", "total"))
    assert "with the same N twice over, t doubles" in said(known, "total")
    failed = failure(source.replace("np.sum(", "np.mean("), "total", known)
    assert failed is not None
    assert failed.title == "total, or what it rests on, is not right yet"


def test_what_hangs_on_a_choice_is_not_stated() -> None:
    """Samples are alone in one mode and not in the other: nothing is said of either."""
    source = """
import numpy as np

def centred(x, mode):
    '''x (N, D), mode a word -> z (N, D)'''
    return x - x.mean(axis=0) if mode == "train" else 1.5 * x
"""
    declaration = """
x, mode = draw.normal("N", "D"), draw.one_of("test", "train")
assignment(sizes=dict(N=(1, 4, 7), D=(3, 2, 4)))
"""
    assert not any("of the N" in line for line in said(facts(source, declaration, ("centred",)), "centred"))
    always = source.replace('x - x.mean(axis=0) if mode == "train" else ', "2.5 * x if mode == 'train' else ")
    assert any("of the N" in line for line in said(facts(always, declaration, ("centred",)), "centred"))


def test_shares_are_not_taken_apart() -> None:
    """Of a row that adds up to 1, one share alone is no row: another right way may lean on that."""
    source = """
import numpy as np

def weights(R):
    '''R (N, K) -> w (K,)'''
    return R.sum(axis=0) / len(R)
"""
    declaration = 'R = draw.simplex("N", "K")\nassignment(sizes=dict(N=(1, 4, 7), K=(3, 2, 4)))\n'
    known = facts(source, declaration, ("weights",))
    assert failure(source.replace("len(R)", "R.sum()"), "weights", known) is None
    free = facts(source, declaration.replace("simplex", "normal").replace("K=(3, 2, 4)", "K=(1, 2, 4)"), ("weights",))
    assert "each of the K gives alone what it gives among the others" in said(free, "weights")


def test_a_count_that_is_called_as_a_size_is_told_by_its_argument() -> None:
    source = """
import numpy as np

def table(T):
    '''T a count -> P (T,)'''
    return np.arange(T) / 3.0
"""
    declaration = "T = draw.one_of(3, 5)\nassignment(sizes=dict(T=(2, 4)))\n"
    known = facts(source, declaration, ("table",))
    assert failure(source, "table", known) is None
    failed = failure(source.replace("arange(T)", "arange(T + 1)"), "table", known)
    assert failed is not None
    assert failed.saw.startswith("P has the shape")


def test_a_size_of_nothing_stops_no_check() -> None:
    """Padding may be 0: by such a size no slope is told to be off."""
    source = """
import numpy as np

def height(x, pad):
    '''x (N,), pad (P,) -> L a number, dx (N,)'''
    return np.sum(x**2) + np.sum(pad), 2.0 * x
"""
    declaration = """
x, pad = draw.normal("N"), draw.normal("P")
assignment(sizes=dict(N=(2, 4, 5), P=(0, 1, 2)))
slope(height, of="L", by="dx", wrt="x")
"""
    known = facts(source, declaration, ("height",))
    failed = failure(source.replace("2.0 * x", "2.0 * x * len(x)"), "height", known)
    assert failed is not None
    assert failed.saw == "dx is the slope of your own L by x, times N."


def test_who_need_not_answer_for_one_alone_is_not_asked_to() -> None:
    """No size of 1 is declared: a right way may not work there."""
    few = DECLARATION.replace("N=(1, 4, 7)", "N=(2, 4, 7)")
    assert few != DECLARATION
    known = facts(NET, few)
    assert not any("of the N" in line for line in said(known, "Net.forward"))
    squeezed = NET.replace("return np.tanh(x @ self.w) @ self.v", "return np.squeeze(np.tanh(x @ self.w) @ self.v)")
    assert failure(squeezed, "Net.forward", known) is None


def test_a_notebook_that_was_handed_out_before_is_checked_as_it_was() -> None:
    before = {key: each for key, each in facts().items() if key not in ("invariants", "kept")}
    assert [failure(NET, cell, before) for cell in CELLS] == [None] * len(CELLS)


# ---- what rounding does is no fact -----------------------------------------------------------------------------------

DENSITY = '''
import numpy as np

def density(x, c):
    """x (N, D), c (K, D) -> p (N,), L a number"""
    h = -0.5 * np.sum((x[:, None] - c) ** 2, axis=2)
    top = h.max(axis=1)
    p = top + np.log(np.sum(np.exp(h - top[:, None]), axis=1))
    return p, np.sum(p)
'''
DENSITY_DECLARED = """
x, c = draw.normal("N", "D"), draw.normal("K", "D")
assignment(sizes=dict(N=(1, 6, 8), D=(3, 4, 2), K=(2, 3, 5)))
"""
H = "-0.5 * np.sum((x[:, None] - c) ** 2, axis=2)"
P = "top + np.log(np.sum(np.exp(h - top[:, None]), axis=1))"
RIGHT_DENSITIES = [
    (H, "np.array([[-0.5 * sum((a - b) ** 2 for a, b in zip(row, k)) for k in c] for row in x])"),
    (H, "x @ c.T - 0.5 * np.sum(x * x, axis=1, keepdims=True) - 0.5 * np.sum(c * c, axis=1)"),
    (H, "-0.5 * np.einsum('nkd,nkd->nk', x[:, None] - c, x[:, None] - c)"),
    (P, "np.logaddexp.reduce(h, axis=1)"),
    (P, "np.log(np.sum(np.exp(h), axis=1))"),
    (P, "np.array([np.log(sum(np.exp(each) for each in row[::-1])) for row in h])"),
    ("np.sum(p)", "float(sum(p[::-1]))"),
    ("np.sum(p)", "np.log(np.prod(np.exp(p)))"),
]


@pytest.mark.parametrize(("old", "new"), RIGHT_DENSITIES)
def test_what_a_move_of_all_numbers_alike_leaves_as_it_is_is_no_fault(old: str, new: str) -> None:
    """The solution feels such a move by a last digit, and other right ones do not feel it at all."""
    known = facts(DENSITY, DENSITY_DECLARED, ("density",))
    assert "p feels the smallest change: nothing is rounded" in said(known, "density")
    assert old in DENSITY
    assert failure(DENSITY.replace(old, new), "density", known) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (P, f"np.round({P}, 6)"),
        (H, f"np.round({H}, 6)"),
        ("    h =", "    x, c = np.round(x, 6), np.round(c, 6)\n    h ="),
        (H, H.replace("(x[:, None] - c)", "(10 * x[:, None] - 10 * c).astype(int)")),
    ],
)
def test_what_is_rounded_is_told_though_a_common_move_would_not_show_it(old: str, new: str) -> None:
    assert old in DENSITY
    failed = failure(DENSITY.replace(old, new), "density", facts(DENSITY, DENSITY_DECLARED, ("density",)))
    assert failed is not None
    assert failed.saw == "p does not change at all when every number moves by up to 1e-09."
    assert failed.look == "is anything rounded, turned into int, or computed with half the digits (float32)?"


def test_a_softmax_over_the_wrong_axis_is_told_what_is_wrong_with_it() -> None:
    source = '''
import numpy as np

def softmax(s):
    """s (N, K) -> A (N, K)"""
    e = np.exp(s - s.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
'''
    declaration = 's = draw.normal("N", "K")\nassignment(sizes=dict(N=(1, 4, 7), K=(3, 2, 4)))\n'
    failed = failure(source.replace("axis=1", "axis=0"), "softmax", facts(source, declaration, ("softmax",)))
    assert failed is not None
    assert failed.saw == "number 0 of the N gives another A alone than among the others."


@pytest.mark.parametrize("left", ["np.sum(a - np.mean(a))", "np.sum(A) / len(a)", "3.7 * np.sum(A, axis=1)[0]"])
def test_of_what_rounding_alone_moves_nothing_is_stated(left: str) -> None:
    """A sum of what was centred, and of shares: nothing hangs on anything, and last digits are no reason to say so."""
    source = f'''
import numpy as np

def left(a, b):
    """a (N, D), b (N, D) -> L a number, r (N,)"""
    A = np.exp(a - b) / np.sum(np.exp(a - b), axis=1, keepdims=True)
    return {left}, {left} + 0.5 * np.sum(A, axis=1)
'''
    declaration = 'a, b = draw.normal("N", "D"), draw.uniform(0.5, 2.0, "N", "D")\n'
    declaration += "assignment(sizes=dict(N=(1, 4, 7), D=(3, 2, 4)))\n"
    told = said(facts(source, declaration, ("left",)), "left")
    assert not [line for line in told if re.search(r"hangs|smallest|above 0|grows|equal", line)]


def test_what_hangs_on_an_argument_by_a_hair_is_not_said_to_hang_on_it_nor_not_to() -> None:
    """Between what is told of a student's work and what is stated of the solution's lies a factor of a hundred."""

    def about_v(share: str) -> list[str]:
        slight = NET.replace("np.mean((p - y) ** 2)", f"np.mean((p - y) ** 2) * (1 + {share} * np.sum(self.v ** 2))")
        return [line for line in said(facts(slight), "Net.loss") if re.search(r"hangs? on .*v$", line)]

    assert about_v("0.1") == ["L hangs on each element of p, y and v"]
    assert about_v("1e-7") == about_v("1e-9") == []
    assert about_v("0") == ["L does not hang on w and v"]


NEAREST = '''
import numpy as np

def nearest(x, c):
    """x (N, D), c (K, D) -> d (N,)"""
    return np.sqrt(np.sum((x[:, None] - c) ** 2, axis=2)).min(axis=1)

def height(a, b):
    """a (N,), b (N,) -> L a number"""
    return np.sqrt(np.mean((a - b) ** 2))
'''
NEAREST_DECLARED = """
x, c = draw.normal("N", "D", scale=30.0), draw.rows_of("x", "K")
a, b = draw.normal("N"), draw.normal("N")
assignment(sizes=dict(N=(1, 6, 8), D=(3, 4, 2), K=(5, 5, 8)))
"""


def test_the_root_of_an_expanded_square_is_a_right_distance() -> None:
    """Where the distance is 0 it leaves the root of a last digit: 3e-8 of what the others are."""
    known = facts(NEAREST, NEAREST_DECLARED, ("nearest", "height"))
    assert "each of the N gives alone what it gives among the others" in said(known, "nearest")
    assert "L is 0 where a and b are equal" in said(known, "height")
    square = "np.sum(x * x, axis=1, keepdims=True) - 2 * x @ c.T + np.sum(c * c, axis=1)"
    expanded = NEAREST.replace("np.sum((x[:, None] - c) ** 2, axis=2)", f"np.abs({square})")
    expanded = expanded.replace("np.mean((a - b) ** 2)", "np.abs(a @ (a - 2 * b) / len(a) + sum(b * b / len(a)))")
    assert expanded.count("np.abs") == 2
    assert [failure(expanded, cell, known) for cell in ("nearest", "height")] == [None, None]
    smoothed = failure(NEAREST.replace("(a - b) ** 2)", "(a - b) ** 2) + 1e-8"), "height", known)
    assert smoothed is not None
    assert smoothed.saw == "L is 0.0001, and not 0, where a and b are equal."
    centred = failure(NEAREST.replace("(x[:, None] - c)", "(x[:, None] - x.mean(axis=0) - c)"), "nearest", known)
    assert centred is not None
    assert "gives another d alone" in centred.saw
