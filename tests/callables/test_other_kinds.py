"""Further kinds: masks that may be left out, embeddings, objects that are trained first, decompositions."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.authoring import declared
from autograder.callables import DeclarationError, Reference, UnfitExam, standstill
from autograder.callables.declared.draws import Drawing
from tests.callables.graded import exam, graded, lost, said

ATTENTION = (
    '''
import numpy as np

def weights_of(Q, K, mask=None):
    """Q (T, d), K (S, d), mask (T, S) booleans, True where a query may look, or None -> A (T, S)"""
    scores = Q @ K.T / np.sqrt(Q.shape[1])
    if mask is not None:
        scores = np.where(mask, scores, -1e9)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

def causal(X, V):
    """X (T, d), V (T, e) -> out (T, e)"""
    return weights_of(X, X, np.tril(np.ones((len(X), len(X)), dtype=bool))) @ V
''',
    """
Q, K, mask = draw.normal("T", "d"), draw.normal("S", "d"), draw.one_of(None, draw.booleans("T", "S"))
X, V = draw.normal("T", "d"), draw.normal("T", "e")
assignment(sizes=dict(T=(1, 4, 3), S=(2, 3, 5), d=(3, 2, 4), e=(2, 3, 2)))
""",
)
EMBEDDING = (
    '''
import numpy as np

def embedding_slope(dout, ids, V):
    """dout (N, d), ids (N,) rows of the table, V a count -> dE (V, d)"""
    dE = np.zeros((V, dout.shape[1]))
    np.add.at(dE, ids, dout)
    return dE

def spread(X):
    """X (N, D) -> C (D, D)"""
    d = X - X.mean(axis=0)
    return d.T @ d / len(X) + 0.001 * np.eye(X.shape[1])
''',
    """
dout, ids, V, X = draw.normal("N", "d"), draw.labels("N", classes="V"), draw.size("V"), draw.normal("N", "d")
assignment(sizes=dict(N=(1, 9, 12), d=(3, 2, 4), V=(4, 5, 3)))
""",
)
PERCEPTRON = (
    '''
import numpy as np

class Perceptron:
    """With a bias."""

    def __init__(self, D):
        """D a count"""
        self.w, self.b = np.zeros(D), 0.0

    def fit(self, X, t):
        """X (N, D), t (N,) of -1 and 1 -> mistakes a list, one count an epoch, and all of them"""
        mistakes = []
        for _ in range(3):
            wrong = 0
            for x, target in zip(X, t):
                if target * (x @ self.w + self.b) <= 0:
                    self.w = self.w + target * x
                    self.b = self.b + target
                    wrong += 1
            mistakes.append(wrong)
        return mistakes

    def decision(self, X):
        """X (N, D) -> s (N,)"""
        return X @ self.w + self.b
''',
    """
X, t, D = draw.normal("N", "D"), draw.signs("N"), draw.size("D")
assignment(sizes=dict(N=(1, 7, 9), D=(3, 2, 4)), state=("w", "b"))
""",
)
TRAINED = "follows(Perceptron.decision, Perceptron.fit)\n"


def test_an_argument_left_out_of_a_call_is_its_default_for_a_stand_in_too() -> None:
    """Else a mask that is not handed on would be answered as if it were."""
    report = graded(ATTENTION, ", np.tril(np.ones((len(X), len(X)), dtype=bool))) @ V", ") @ V")
    assert lost(report) == ["causal"]


def test_a_mask_or_none_is_asked_both_ways() -> None:
    assert "weights_of" in lost(graded(ATTENTION, "if mask is not None", "if False"))
    assert {"mask = None", "mask given"} <= {each.situation for each in exam(*ATTENTION).of("weights_of")}


def test_a_root_of_a_size_left_out_is_no_sum_for_a_mean() -> None:
    assert said(graded(ATTENTION, " / np.sqrt(Q.shape[1])", "")).startswith("A factor is left out.")


def test_a_mask_that_multiplies_is_no_slope_of_an_activation() -> None:
    assert "activation" not in said(graded(ATTENTION, "np.where(mask, scores, -1e9)", "scores * mask"))


def test_a_row_that_stands_twice_and_counts_once_is_named() -> None:
    report = graded(EMBEDDING, "np.add.at(dE, ids, dout)", "dE[ids] += dout")
    assert lost(report) == ["embedding_slope"]
    assert "asked twice counts once only" in said(report)


def test_a_table_that_is_as_long_as_the_largest_label_loses_points() -> None:
    assert lost(graded(EMBEDDING, "np.zeros((V, ", "np.zeros((ids.max() + 1, ")) == ["embedding_slope"]


def test_what_is_missing_on_a_diagonal_alone_is_not_missing_everywhere() -> None:
    report = graded(EMBEDDING, " + 0.001 * np.eye(X.shape[1])", "")
    assert lost(report) == ["spread"]
    assert "everywhere" not in said(report)


def test_an_untrained_object_says_nothing_and_is_refused() -> None:
    found = list(standstill(exam(*PERCEPTRON)))
    assert found == [
        "Perceptron.decision: s is 0 whatever is asked, so that nothing of it is judged; say which method is called "
        "before it on the same object, as in follows(Perceptron.decision, Perceptron.fit), or let the constructor be "
        "given what it keeps"
    ]


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ("return X @ self.w + self.b", "return X @ self.w", "Perceptron-decision"),
        ("self.w = self.w + target * x", "self.w = self.w - target * x", "Perceptron-fit"),
        ("self.b = self.b + target\n", "pass\n", "Perceptron-fit"),
    ],
)
def test_a_method_after_another_is_judged_by_what_that_should_have_left(old: str, new: str, wrong: str) -> None:
    """A wrong fit costs no decision, and the other way round."""
    solution, declaration = PERCEPTRON
    assert list(standstill(exam(solution, declaration + TRAINED))) == []
    assert lost(graded((solution, declaration + TRAINED), old, new)) == [wrong]


COUNTING = (
    '''
import numpy as np

def visits(order):
    """How often each of N places is visited.

    order: the places, (N,)
    returns: seen, early
    """
    seen = np.zeros(len(order))
    early = 0
    for k, place in enumerate(order):
        early += seen[place] > 0
        seen[place] += k
    return seen, early
''',
    'assignment(sizes=dict(N=(4, 7)))\norder = draw.permutation("N")',
)


def test_a_count_of_what_must_not_happen_may_stay_beside_what_moves() -> None:
    assert list(standstill(exam(*COUNTING))) == []


def test_a_remark_with_a_comma_in_it_is_no_further_result() -> None:
    assert exam(*PERCEPTRON).reference.signature("Perceptron.fit").results == ("mistakes",)


AXES = '''
import numpy as np

def axes(X):
    """X (N, D) -> A (D, D)"""
    d = X - X.mean(axis=0)
    A = np.linalg.eigh(d.T @ d)[1]
    return A
'''
SETTLED = AXES.replace("return A", "return A * np.sign(A[np.abs(A).argmax(axis=0), np.arange(len(A))])")
X_OF = 'X = draw.normal("N", "D")\nassignment(sizes=dict(N=({0}, 7, 9), D=(3, 2, 4)))'


@pytest.mark.parametrize(
    ("solution", "fewest"), [(AXES, 6), (SETTLED, 2)], ids=["either sign", "any basis of what does not vary"]
)
def test_eigenvectors_that_nothing_settles_are_refused(solution: str, fewest: int) -> None:
    with pytest.raises(UnfitExam, match=r"A changes where eigenvectors .* are given another direction"):
        _ = exam(
            solution, X_OF.format(fewest).replace("7, 9", "7, 2") if fewest == 2 else X_OF.format(fewest)
        ).questions


def test_eigenvectors_of_a_settled_sign_are_asked() -> None:
    assert exam(SETTLED, X_OF.format(6)).questions


def test_one_name_may_be_drawn_otherwise_for_one_function() -> None:
    solution = '''
def rows(x):
    """x (N, D) -> s (N,)"""
    return x.sum(axis=1)

def twice(x):
    """x (T,) -> y (T,)"""
    return 2 * x
'''
    cell = 'x = draw.normal("N", "D")\nassignment(sizes=dict(N=(1, 4), D=(3, 2), T=(5, 6)))\n'
    made = exam(solution, cell + 'arguments(twice, x=draw.normal("T"))')
    shapes = {name: {q.calls[-1].args[0].shape for q in made.of(name) if q.plain} for name in made.asked}
    assert shapes == {"rows": {(4, 2)}, "twice": {(6,)}}
    with pytest.raises(DeclarationError, match=r"arguments\(twice\): there is no argument 'z'"):
        Reference("it", solution, cell + 'arguments(twice, z=draw.normal("T"))')


def test_own_data_of_a_method_name_what_the_constructor_takes() -> None:
    solution, declaration = PERCEPTRON
    own = "own(Perceptron.fit, D=3, X=np.arange(12.0).reshape(4, 3) % 5, t=np.array([1.0, -1.0, 1.0, 1.0]))"
    (asked,) = [q for q in exam(solution, declaration + own).of("Perceptron.fit") if "own" in q.id]
    assert [step.name for step in asked.calls] == ["Perceptron", "Perceptron.fit"]
    assert asked.calls[0].args == ({"v": 3},)


def test_each_choice_inside_a_dict_is_asked() -> None:
    solution = 'def f(x, how):\n    """x (N,), how a dict -> y (N,)"""\n    return x * how["a"]\n'
    cell = 'x, how = draw.normal("N"), draw.dict(a=draw.one_of(2.0, 5.0))\nassignment(sizes=dict(N=(2, 3)))'
    told = {each.situation for each in exam(solution, cell).of("f")}
    assert {"how['a'] = 2.0", "how['a'] = 5.0"} <= told


def test_draws_of_whole_numbers_and_truth_values() -> None:
    draw, rng, sizes = Drawing(), np.random.default_rng(0), {"N": 6, "S": 4}
    assert draw.size("N").value(rng, sizes) == 6
    assert sorted(draw.permutation("N").value(rng, sizes)) == list(range(6))
    mask = draw.booleans("N", "S", keep=0.1).value(rng, sizes)
    assert mask.dtype == bool
    assert mask.any(axis=1).all()
    assert not mask.all(axis=1).any()
    assert draw.booleans("N", 1).value(rng, sizes).all()
    assert len(draw.list(draw.normal(2), times="S").value(rng, sizes)) == 4
    assert set(draw.integers("S-1", "S", 50).value(rng, sizes)) == {3, 4}


RMSPROP = (
    '''
import numpy as np

def rmsprop(w, dw, config):
    """w (D,), dw (D,), config a dict with lr and cache -> next_w (D,), config"""
    config["cache"] = 0.9 * config["cache"] + (1 - 0.9) * dw**2
    return w - config["lr"] * dw / (np.sqrt(config["cache"]) + 1e-8), config
''',
    """
w, dw = draw.normal("D"), draw.normal("D")
config = draw.dict(lr=draw.one_of(0.1, 0.5), cache=draw.positive("D"))
assignment(sizes=dict(D=(1, 3, 5)))
repeats(rmsprop, 3, w=0, config=1)
""",
)


def test_an_argument_that_is_changed_and_returned_may_be_copied_instead() -> None:
    """Unless its docstring says that it changes: then what is in it afterwards counts."""
    first = '    config["cache"] = 0.9'
    assert lost(graded(RMSPROP, first, "    config = dict(config)\n" + first)) == []
    assert lost(graded(RMSPROP, first, first)) == []
    solution, declaration = RMSPROP
    said_so = solution.replace('(D,), config"', '(D,), config; changes config"')
    assert lost(graded((said_so, declaration), first, "    config = dict(config)\n" + first)) == ["rmsprop"]


def test_what_is_yielded_and_what_lacks_a_call_before_it_is_refused_in_a_sentence() -> None:
    batches = "def batches(x):\n    yield x[:1]\n    yield x[1:]\n"
    cell = 'x = draw.normal("N")\nassignment(sizes=dict(N=(2, 3)))'
    with pytest.raises(LookupError, match="batches yields its results one by one, and only what is returned can be"):
        declared.exam(Reference("it", batches, cell), ("batches",))
    fit = "class A:\n    def fit(self, x):\n        self.m = x.mean()\n"
    keeps = fit + "    def centred(self, x):\n        return x - self.m\n"
    with pytest.raises(UnfitExam, match=r"is another method called before it .* follows\(A\.centred, A\.…\)"):
        _ = exam(keeps, cell.replace("3))", '3)), state=("m",)')).questions
