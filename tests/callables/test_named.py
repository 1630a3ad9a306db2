"""What students do in recurrent, normalising, tabular and regularised assignments is named, and truly."""

from __future__ import annotations

import re

import pytest

from autograder.authoring import declared
from autograder.callables import Exam, Reference, judge, tried
from autograder.callables.declared.signatures import signatures
from autograder.callables.faults.changes import changes
from autograder.judging import packaged
from tests.callables.graded import exam, graded, lost, said
from tests.support.unasked_size import DECLARED, WAITED

MEANS = "- np.mean(d, axis=1, keepdims=True) - z * np.mean("
KINDS = (
    '''
import numpy as np

def gate(x, c, W, V):
    """x (N, D), c (N, H), W (D, H), V (D, H) -> h (N, H)"""
    f = 1 / (1 + np.exp(-(x @ W)))
    g = 1 / (1 + np.exp(-(x @ V)))
    return f * c + g * np.tanh(c)

def normal_slope(d, z, s):
    """d (N, D), z (N, D), s (N, 1) -> dx (N, D)"""
    return (d - np.mean(d, axis=1, keepdims=True) - z * np.mean(d * z, axis=1, keepdims=True)) / s

def target(Q, s, a, r):
    """Q (S, A), s, a whole numbers, r a number -> e a number"""
    return r + 0.9 * np.max(Q[s]) - Q[s, a]

def chosen(p, threshold=0.5):
    """p (N,), threshold a number -> y (N,)"""
    return (p >= threshold).astype(int)

def slopes(w, x, y):
    """w (D,), x (N, D), y (N,) -> L a number, dw (D,)"""
    error = x @ w - y
    return np.mean(error**2), 2 * x.T @ error / len(x)

def step(w, x, y, lr):
    """w (D,), x (N, D), y (N,), lr a number -> loss a number; changes w"""
    loss, dw = slopes(w, x, y)
    w -= lr * dw
    return loss

def grouped(x, options, G):
    """x (N, D), options a dict with eps, G a count -> z (N, D)"""
    rows = x.reshape(G, -1)
    rows = rows / np.sqrt(np.mean(rows**2, axis=1, keepdims=True) + options.get("eps", 0.01))
    return rows.reshape(x.shape)

def backed_up(P, V):
    """P (A, S, S), V (S,) -> q (S, A)"""
    return np.einsum("asz,z->sa", P, V)

def shares(v):
    """v (N,) -> share (N,)"""
    share = v / np.sum(v)
    return share

def pointed(theta, s):
    """theta (S, A), s a whole number -> d (S, A)"""
    d = np.zeros_like(theta)
    d[s] = -np.exp(theta[s])
    return d
''',
    """
x, c, W, V = draw.normal("N", "D"), draw.normal("N", "H"), draw.normal("D", "H"), draw.normal("D", "H")
d, z, s = draw.normal("N", "D"), draw.normal("N", "D"), draw.positive("N", 1)
Q, r, p, y = draw.normal("S", "A"), draw.normal(), draw.uniform(0, 1, "N"), draw.normal("N")
a, threshold, w, lr = draw.integers(0, "A-1"), draw.one_of(0.5, 0.3), draw.normal("D"), draw.one_of(0.1, 0.02)
options, G, P, v = draw.one_of({}, {"eps": 1.0}), draw.one_of(1, 2), draw.simplex("A", "S", "S"), draw.positive("N")
theta = draw.normal("S", "A")
assignment(sizes=dict(N=(1, 8, 12), D=(4, 6, 2), H=(2, 3, 5), S=(3, 4, 6), A=(2, 3, 4)))
arguments(target, pointed, s=draw.integers(0, "S-1"))
arguments(backed_up, V=draw.normal("S"))
""",
)


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("gate", "f * c + g * np.tanh(c)", "(f * c + g) * np.tanh(c)", "A factor or a divisor belongs to other terms"),
        ("gate", "g * np.tanh(c)", "(1 - f) * np.tanh(c)", "What is left of a share up to one is used where another"),
        ("normal_slope", MEANS, MEANS.replace("mean", "sum"), "A sum stands where a mean is asked."),
        ("target", "np.max(Q[s])", "Q[s, a]", "A single entry is used where all of a row count."),
        ("target", "- Q[s, a]", "- np.min(Q[s])", "All of a row count where a single entry is asked."),
        ("chosen", "(p >= threshold).astype(int)", "p", "A comparison has no effect."),
        ("chosen", ">= threshold", ">= 0.5", "threshold has no effect: it counts as if it were left out."),
        (
            "step",
            "return loss",
            "return slopes(w, x, y)[0]",
            "A value is taken after a step",
        ),
        ("grouped", 'options.get("eps", 0.01)', "0.01", "An entry of options has no effect."),
        ("backed_up", 'sa", P, V)', 'sa", P, np.ones_like(V))', "V has no effect."),
        ("grouped", "np.sqrt(np.mean(rows**2", "(np.mean(rows**2", "The square root is left out."),
        ("backed_up", '"asz,z->sa"', '"azs,z->sa"', "An array stands on its side."),
        ("shares", "    return share", "    return share - np.mean(share)", "At the end its mean is taken off share."),
        ("shares", "v / np.sum(v)", "v**2 / np.sum(v**2)", "v is squared first."),
        ("pointed", "d[s] = ", "d[:] = ", "All of d is changed where a part of it is asked."),
    ],
)
def test_what_students_do_is_named(name: str, old: str, new: str, says: str) -> None:
    """Each in its own function only, by the sentence for what was made wrong."""
    report = graded(KINDS, old, new)
    assert lost(report) == [name]
    assert says in said(report)


def test_masks_that_are_joined_and_remainders_can_be_changed() -> None:
    """Operators that are no sums and no products: `&`, `|`, `%`, shifts."""
    source = """
def f(a, b, n):
    both = (a > 0) & (b > 0)
    one = (a > 0) | (b > 0)
    other = a ^ b
    return both, one, other, n % 3, n << 1, n >> 1
"""
    kinds = {each.kind for each in changes(source, tuple(signatures(source).values()))}
    assert {"condition", "part left out"} <= kinds


@pytest.mark.parametrize("condition", ["np.where(z > 0, z, 1)", "(0 if z > 0 else 1)", "np.tanh(z) * (not z > 0)"])
def test_a_comparison_that_decides_is_no_slope(condition: str) -> None:
    """Nobody puts the slope of a tanh where one of two values is chosen."""
    source = f"def f(z):\n    return np.maximum({condition}, 0)\n"
    found = changes(source, tuple(signatures(source).values()))
    assert not [each for each in found if each.kind == "slope of another" and "np.tanh(z) ** 2" in each.edits[0].new]


FIRST = (
    '''
import numpy as np

def nudged(v, bias=None):
    """v (N,), bias (N,) or None -> total a number"""
    if bias is not None:
        bias += 1.0
        return np.sum(v + bias)
    return np.sum(v)
''',
    """
v, bias = draw.normal("N"), draw.one_of(None, None, None, draw.normal("N"))
assignment(sizes=dict(N=(1, 5, 8)))
""",
)


@pytest.mark.parametrize("salt", ["", "one", "two", "three"])
def test_what_is_written_into_in_some_cases_only_is_a_result_under_every_salt(salt: str) -> None:
    """Else a solution would be said to change what it must, or must not, by the luck of a draw."""
    reference = Reference("it", *FIRST)
    made = Exam(reference, ("nudged",), salt)

    def fresh() -> dict:
        namespace: dict = {"__name__": "submission"}
        exec(FIRST[0], namespace)
        return namespace

    (report,) = judge([tried(made, {"nudged": 4.0}, packaged(), fresh)])
    assert report.score == 4.0
    assert reference.changes("nudged") == ("bias",)
    assert lost(graded(FIRST, "        bias += 1.0\n", "        bias = bias + 1.0\n")) == ["nudged"]


def test_a_count_is_asked_with_other_sizes_too() -> None:
    """Two groups of two channels may come to the same as pairs taken otherwise; two of six do not."""
    situations = {each.situation for each in exam(*KINDS).of("grouped")}
    assert {"G = 2", "N = 12, D = 2, G = 2"} <= situations


def test_very_large_numbers_are_asked_where_the_solution_takes_care_of_them() -> None:
    """A softmax that takes off its largest number must not overflow in the students' hands; a plain one may."""
    careful = '''
import numpy as np

def policy(z):
    """z (K,) -> pi (K,)"""
    e = np.exp(z - np.max(z))
    return e / np.sum(e)
'''
    declaration = 'z = draw.normal("K")\nassignment(sizes=dict(K=(1, 5, 8)))'
    assert lost(graded((careful, declaration), " - np.max(z)", "")) == ["policy"]
    assert graded((careful, declaration), "z - np.max(z)", "z - z.max()").score == 4.0
    plain = careful.replace(" - np.max(z)", "")
    assert not [each for each in exam(plain, declaration).of("policy") if "very large" in each.situation]


def test_few_wrong_labels_prove_no_cause() -> None:
    """Of labels that are right but for a few, some change gives the same by chance: nothing is named."""
    report = graded(KINDS, ">= threshold", ">= threshold + 0.02 * (threshold < 0.4)")
    assert lost(report) in ([], ["chosen"])
    assert re.search("differs? when asked with", said(report)) or not said(report)


def test_sizes_that_a_gap_asks_for_close_it() -> None:
    """The remedy works in one step: the numbers that it names are put in."""
    told = gaps_with(WAITED, DECLARED)
    assert told
    assert all("give `sizes` one number more each, as in T=(…, " in each for each in told)
    more = told[0].rpartition("T=(…, ")[2].rstrip(")")
    assert gaps_with(WAITED, f"{DECLARED[:-1]}, {more})") == []


def gaps_with(solution: str, sizes: str) -> list[str]:
    """What the build says of changes that nothing tells."""
    reference = Reference("it", solution, f'losses = draw.normal("T")\nassignment(sizes=dict({sizes}))')
    return declared.unproved(declared.exam(reference, ("waited",)), {"waited": 2.0}, packaged(), {"cells": []})


STOPPED = (
    '''
import numpy as np

def stopped(losses, patience):
    """losses (N,), patience a count -> best a number, at a count, last a count"""
    best, at, waited = np.inf, -1, 0
    for last, loss in enumerate(losses):
        if loss < best:
            best, at, waited = loss, last, 0
        else:
            waited += 1
            if waited >= patience:
                break
    return best, at, last

def numbered(counts):
    """counts a dict -> numbers a dict: a number from 0 for each word, in alphabetical order"""
    return {word: number for number, word in enumerate(sorted(counts))}
''',
    """
losses, patience = draw.positive("N"), draw.one_of(2, 3)
counts = draw.one_of({"the": 1, "cat": 3, "mat": 2}, {"zoo": 1, "a": 2, "dog": 3})
assignment(sizes=dict(N=(6, 9, 15)))
""",
)


def test_one_of_several_that_are_set_together_is_left_out() -> None:
    report = graded(STOPPED, "best, at, waited = loss, last, 0", "best, at = loss, last")
    assert lost(report) == ["stopped"]
    assert "waited" not in said(report)  # a name of the solution's own
    assert "A step is left out." in said(report)


def test_what_is_not_sorted_is_told_as_another_order() -> None:
    report = graded(STOPPED, "enumerate(sorted(counts))", "enumerate(counts)")
    assert said(report).startswith("The rounds of a loop run in another order than is asked.")


def test_a_dict_whose_keys_are_the_answer_is_told_as_a_whole() -> None:
    report = graded(STOPPED, "enumerate(sorted(counts))", "enumerate(sorted(counts), 1)")
    assert said(report).startswith("It is off by one and the same number everywhere.")


def test_of_many_results_a_few_are_told_one_by_one() -> None:
    report = graded(STOPPED, "number for number, word", "number**2 + len(word) for number, word")
    assert lost(report) == ["numbered"]
    assert said(report).count(" differs when asked ") + said(report).count(" times what is asked") == 3
    assert "3 more of its results differ as well." in said(report)


def test_the_last_in_the_place_of_the_best_is_no_step_at_another_place() -> None:
    kept = (
        '''
import numpy as np

def climbed(w, b, steps):
    """w (D,), b a number, steps (N, D) -> w_best (D,), b_best a number, record (N,)"""
    w_best, b_best, best = w.copy(), b, np.inf
    record = []
    for step in steps:
        w = w - 0.5 * step
        b = 0.9 * b + np.sum(w)
        loss = np.sum(w**2) + b**2
        record.append(loss)
        if loss < best:
            w_best, b_best, best = w.copy(), b, loss
    return w_best, b_best, record
''',
        """
w, b, steps = draw.normal("D"), draw.normal(), draw.normal("N", "D")
assignment(sizes=dict(N=(4, 6, 9), D=(3, 2, 5)))
""",
    )
    report = graded(kept, "return w_best, b_best, record", "return w, b, record")
    assert lost(report) == ["climbed"]
    # The same numbers come of two slips: neither is said to be the one.
    assert (
        "Either of two faults gives just this: what has to be kept from round to round starts anew in each; or what is "
        "returned is not what was kept on the way."
    ) in said(report)
