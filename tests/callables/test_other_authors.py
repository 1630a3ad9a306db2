"""Assignments as other authors write them: pairs as keys, lists of parts, in-place changes, fitted objects, choices."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.callables import DeclarationError, Reference
from autograder.callables.faults.edits import Change, Edit
from autograder.callables.faults.words import either
from autograder.observe import probe
from tests.callables.graded import exam, graded, lost, said

TEXTS = (
    '''import numpy as np

def pair_counts(ids):
    """ids (L,) whole numbers -> counts a dict"""
    counts = {}
    for i, j in zip(ids[:-1], ids[1:]):
        counts[int(i), int(j)] = counts.get((int(i), int(j)), 0) + 1
    return counts

def bigrams(ids, V):
    """ids (L,) whole numbers, V a count -> C (V, V)"""
    C = np.full((V, V), 0.5)
    for i, j in zip(ids[:-1], ids[1:]):
        C[i, j] += 1
    return C

def most_common(table):
    """table a dict -> pair two whole numbers"""
    return max(table, key=lambda pair: (table[pair], pair))

def folds(n, k):
    """n a count, k a count -> parts a list"""
    return np.array_split(np.arange(n), k)

def ratio(p):
    """p (N,) shares -> r a number: the geometric mean"""
    return np.exp(np.mean(np.log(p)))
''',
    """ids, V, p = draw.integers(0, "V-1", "L"), draw.size("V"), draw.probabilities("N")
table = draw.one_of({(0, 1): 3, (2, 1): 5, (1, 1): 2}, {(4, 0): 2, (0, 4): 1}, {(1, 2): 1, (1, 3): 6})
n, k = draw.one_of(7, 12, 10), draw.one_of(2, 3, 5)
assignment(sizes=dict(L=(6, 9, 14), V=(3, 4, 5), N=(3, 5, 8)))
""",
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("counts[int(i), int(j)] = counts.get((int(i), int(j)), 0) + 1", "counts[i, j] = counts.get((i, j), 0) + 1"),
        (
            "return max(table, key=lambda pair: (table[pair], pair))",
            "return sorted(table, key=lambda pair: (table[pair], pair))[-1]",
        ),
        ("np.exp(np.mean(np.log(p)))", "np.prod(p) ** (1 / len(p))"),  # of a thousand shares nothing is left
        ("return np.array_split(np.arange(n), k)", "return [list(part) for part in np.array_split(np.arange(n), k)]"),
    ],
)
def test_what_is_as_right_loses_nothing(old: str, new: str) -> None:
    """NumPy's whole numbers are as good keys as Python's own."""
    assert lost(graded(TEXTS, old, new)) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("counts[int(i), int(j)]", "counts[int(j), int(i)]", "counts.("),
        ("(int(i), int(j)), 0) + 1", "(int(i), int(j)), -1) + 1", "It is off by one and the same number everywhere"),
        ("C[i, j] += 1", "C[i, j] = 1.5", "What belongs to a row of C that is asked twice counts once only."),
        ("zip(ids[:-1], ids[1:]):\n        C", "zip(ids[1:], ids[:-1]):\n        C", "It stands on its side."),
    ],
)
def test_what_is_wrong_with_counts_is_told(old: str, new: str, words: str) -> None:
    report = graded(TEXTS, old, new)
    assert len(lost(report)) == 1
    assert words in said(report)


def test_a_list_whose_parts_are_as_long_is_told_part_by_part() -> None:
    """It makes one array where the parts of the right one do not: nothing is missing of it, and its parts are told."""
    cut = "[np.arange(n)[i * (n // k) : (i + 1) * (n // k)] for i in range(k)]"
    report = graded(TEXTS, "np.array_split(np.arange(n), k)", cut)
    assert lost(report) == ["folds"]
    assert "gives nothing" not in said(report)
    assert "parts.0 of folds has shape (3,) where (4,) is asked (asked with n = 10, k = 3)" in said(report)
    from_one = "[part + 1 for part in np.array_split(np.arange(n), k)]"
    assert "It is off by one and the same number everywhere." in said(
        graded(TEXTS, "np.array_split(np.arange(n), k)", from_one)
    )
    one_more = f"{cut} + [np.arange(n // k)]"
    assert lost(graded(TEXTS, "np.array_split(np.arange(n), k)", one_more)) == ["folds"]


def test_keys_travel() -> None:
    """Pairs, NumPy's numbers and pairs of these come back as what they were; other keys are refused."""
    value = {(0, 1): 1.0, (np.int64(2), (3, "a")): 2.0, "b": 3.0, np.int64(7): 4.0}
    assert probe.decoded(probe.encoded(value)) == {(0, 1): 1.0, (2, (3, "a")): 2.0, "b": 3.0, 7: 4.0}
    assert probe.alike(value, probe.encoded(value))
    assert [path for path, _ in probe.leaves(value, "it", 3)] == ["it.(0,1)", "it.(2,(3,a))", "it.b", "it.7"]
    with pytest.raises(TypeError, match="nor tuples of them"):
        probe.encoded({0.5: 1.0})


PLACES = (
    '''import numpy as np

def clip(grads, limit):
    """grads a dict (W, b), limit a number -> norm a number; changes grads"""
    norm = np.sqrt(sum(np.sum(g**2) for g in grads.values()))
    if norm > limit:
        for g in grads.values():
            g *= limit / norm
    return norm

def stops(losses, margin):
    """losses (N,), margin a number -> at (N,)"""
    best, at = np.inf, []
    for loss in losses:
        if loss < best - margin:
            best = loss
        at.append(best)
    return np.array(at)

def phase(step, period):
    """step a count, period a count -> x a number"""
    t = step % period
    return 1 + np.cos(np.pi * t / period)

def area(scores, y):
    """scores (N,), y (N,) labels -> a a number"""
    return np.mean(scores[y == 1][:, None] > scores[y == 0][None, :])

def standard(X):
    """X (N, D) -> Z (N, D)"""
    sd = X.std(axis=0)
    sd = np.where(sd == 0, 1.0, sd)
    return (X - X.mean(axis=0)) / sd

def ridge(w, c, X, margin):
    """w (D,), c a number, X (N, D), margin a number -> J a number"""
    return np.mean((X @ w + c) ** 2) + margin * np.sum(w**2)

def nearer(w, v, margin, reach):
    """w (D,), v (D,), margin a number, reach a number -> s (D,)"""
    return np.tanh(w - v) * (1 + margin) + reach * v + reach * w

def apart(w, v):
    """w (D,), v (D,) -> a number"""
    return abs(np.mean(w) ** 2 - np.mean(v) ** 2)

def moved(w, v, config):
    """w (D,), v (D,), config a dict with rate and share -> w (D,)"""
    step = config["share"] * v - config["rate"] * w
    return w + config["share"] * step

class Scaler:
    """Learns a mean, then takes it off."""

    def __init__(self, eps):
        """eps a number"""
        self.eps, self.mean = eps, None

    def fit(self, X):
        """X (N, D) -> nothing"""
        self.mean = X.mean(axis=0) + self.eps

    def transform(self, X):
        """X (N, D) -> Z (N, D)"""
        return X - self.mean
''',
    """grads, limit = draw.dict(W=draw.normal("D", "N"), b=draw.normal("N")), draw.one_of(0.5, 100.0)
losses, margin = draw.normal("N"), draw.one_of(0.0, 0.05)
step, period = draw.integers(0, 40), draw.one_of(5, 8)
scores, y = draw.normal("N"), draw.labels("N", classes=2)
w, v, c, reach = draw.normal("D"), draw.normal("D"), draw.normal(), draw.one_of(0.3, 0.7, 1.9)
config = draw.dict(rate=draw.one_of(0.1, 0.01), share=draw.one_of(0.9, 0.5))
eps, X = draw.one_of(0.0, 0.1), draw.normal("N", "D")
assignment(sizes=dict(N=(4, 6, 9), D=(3, 5, 2)), state=("mean",))
follows(Scaler.transform, Scaler.fit)
""",
)


def test_an_argument_that_is_written_into_is_never_read_only() -> None:
    """Who scales by one where nothing is to be done writes what is there already."""
    always = "    for g in grads.values():\n        g *= min(1.0, limit / norm)\n    return norm"
    start, end = PLACES[0].index("    if norm > limit"), PLACES[0].index("def stops")
    assert lost(graded(PLACES, PLACES[0][start:end], f"{always}\n\n")) == []


def test_an_argument_that_is_left_as_it_was_is_told_as_that() -> None:
    report = graded(PLACES, "for g in grads.values():\n", "for g in [each.copy() for each in grads.values()]:\n")
    assert lost(report) == ["clip"]
    assert "`grads` is not changed where it should be: it holds what was handed in." in said(report)
    scaled_otherwise = graded(PLACES, "g *= limit / norm", "g *= limit")
    assert "is not changed" not in said(scaled_otherwise)


def test_a_choice_shows_in_a_callable_that_decides() -> None:
    """Few draws have two losses so near each other that a margin of 0.05 decides."""
    assert lost(graded(PLACES, "best - margin", "best")) == ["stops"]


def test_a_fitted_object_is_asked_about_other_data() -> None:
    assert lost(graded(PLACES, "return X - self.mean", "return X - X.mean(axis=0) - self.eps")) == ["Scaler-transform"]
    words = {each.situation for each in exam(*PLACES).of("Scaler.transform")}
    assert "asked about other data than what was called before it" in words


def test_what_is_exactly_zero_is_asked_where_the_solution_takes_care_of_it() -> None:
    """Beside a border at zero it is not: there both sides are as right."""
    report = graded(PLACES, "    sd = np.where(sd == 0, 1.0, sd)\n", "")
    assert lost(report) == ["standard"]
    assert "Z of standard holds nan (asked with X is zero)" in said(report)
    solution = PLACES[0].replace("return (X - X.mean(axis=0)) / sd", "return np.sign(X - X.mean(axis=0)) / sd")
    bordered = exam(solution, PLACES[1])
    assert "standard/X zero" not in bordered.questions
    assert "standard/X zero" in bordered.left_out


def test_what_is_zero_and_jumps_is_not_asked() -> None:
    """With scores that are all zero every order of them is as right."""
    made = exam(*PLACES)
    assert "area/scores zero" not in made.questions
    assert "jumps" in made.left_out["area/scores zero"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("t = step % period", "t = step", "What is to begin again after a number of steps goes on"),
        (
            "[:, None] > scores",
            "[:, None] < scores",
            "A comparison holds where it must not, or does not where it must.",
        ),
        ("np.sum(w**2)", "(np.sum(w**2) + c**2)", "The squares of c are added up as well, which is not asked."),
        ("np.tanh(w - v)", "(np.tanh(w) - v)", "Something is added before a function is applied"),
        ("reach * v + reach * w", "0.8 * (v + w)", "reach has no effect: a number of its own stands in its place."),
        ("reach * v + reach", "0.8 * v + reach", "A number of its own stands at one place where reach is asked."),
        (
            "abs(np.mean(w) ** 2 - np.mean(v) ** 2)",
            "(np.mean(w) ** 2 - np.mean(v) ** 2)",
            "The absolute value is left out",
        ),
        (
            'w + config["share"]',
            "w + 0.8",
            "A number of its own stands where an entry of config is asked.",
        ),
    ],
)
def test_what_is_wrong_is_named(old: str, new: str, words: str) -> None:
    assert words in said(graded(PLACES, old, new))


def test_of_two_changes_that_are_as_likely_both_are_told() -> None:
    """Neither is said to be the one; of three nothing is said."""
    changes = [Change((Edit("f", ("body", k), "put", "x"),), kind) for k, kind in enumerate(("order", "comparison"))]
    _, text, _ = either(changes, "f")
    assert text == (
        "Either of two faults gives just this: a comparison holds where it must not, or does not where it must; "
        "or two quantities stand in each other's place."
    )
    assert either([*changes, Change((Edit("f", ("body", 2), "put", "x"),), "sum for mean")], "f") is None
    assert either(changes[:1], "f") is None


NETS = (
    '''import numpy as np

def slopes(W1, W2, X, d):
    """W1 (D, H), W2 (H, C), X (N, D), d (N, C) -> dW1 (D, H), dW2 (H, C)"""
    hidden = np.maximum(0, X @ W1)
    dh = d @ W2.T * np.exp(-hidden)
    return X.T @ dh, hidden.T @ d

def normed(x):
    """x (N, C, H, W) -> z (N, C, H, W)"""
    mu = x.mean(axis=(2, 3), keepdims=True)
    return (x - mu) / np.sqrt(x.var(axis=(2, 3), keepdims=True) + 0.1)

def smoothed(W1, alpha):
    """W1 (D, H), alpha a number -> S (D, H)"""
    return np.abs(W1) + np.full(W1.shape, alpha)

def first_of(X):
    """X (N, D) -> p (D,)"""
    return np.tanh(X)[0]

def decayed(X, alpha):
    """X (N, D), alpha a number -> s (N, D)"""
    s, rate = np.zeros(X.shape), 1.0
    for i in range(len(X)):
        for j in range(X.shape[1]):
            s[i, j] = rate * X[i, j]
        rate *= alpha
    return s

def sampled(X, W1, u):
    """X (N, D), W1 (D, H), u (N, H) -> p (N, H), h (N, H)"""
    p = 1 / (1 + np.exp(-(X @ W1)))
    return p, (u < p).astype(float)
''',
    """W1, W2, X, d = draw.normal("D", "H"), draw.normal("H", "C"), draw.normal("N", "D"), draw.normal("N", "C")
x, alpha, u = draw.normal("N", "C", "H", "W"), draw.one_of(0.5, 1.0), draw.probabilities("N", "H")
assignment(sizes=dict(N=(3, 7, 9), D=(4, 5, 2), H=(3, 4, 5), C=(4, 2, 3), W=(2, 3, 4)))
""",
)


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("slopes", "hidden.T @ d", "(X @ W1).T @ d", "A value is used as it is before the relu is applied."),
        ("normed", "axis=(2, 3)", "axis=(0, 2, 3)", "A sum, a mean or the like runs along another axis than is asked."),
        ("normed", "axis=(2, 3)", "axis=(1, 2, 3)", "A sum, a mean or the like runs along another axis than is asked."),
        ("first_of", "np.tanh(X)[0]", "np.tanh(X).mean(axis=0)", "All of an array counts where a part of it is asked."),
        (
            "decayed",
            "        rate *= alpha",
            "            rate *= alpha",
            "A step is done in every round of a loop that is",
        ),
        ("smoothed", "np.full(W1.shape, alpha)", "1.0", "alpha has no effect"),
    ],
)
def test_what_is_wrong_in_a_net_is_named(name: str, old: str, new: str, words: str) -> None:
    report = graded(NETS, old, new)
    assert lost(report) == [name]
    assert words in said(report)


def test_zeros_and_ones_prove_nothing_by_themselves() -> None:
    """Where the probabilities are right no sign of what they are made of is turned."""
    report = graded(NETS, "(u < p).astype(float)", "(p > 0.5).astype(float)")
    assert lost(report) == ["sampled"]
    assert "sign" not in said(report)


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        (
            'x, k = draw.normal("N*k"), draw.one_of(1, 2)\nassignment(sizes=dict(N=(1, 3)))',
            "k is an argument, and no size: draw all that hangs on it together with it, by draw.together",
        ),
        (
            'x, k = draw.normal("N"), draw.one_of(1, 2)\nassignment(sizes=dict(N=(1, 3)))\n'
            "arguments(cut, _=draw.together(lambda rng, sizes: {}))",
            "draw.together stands by itself",
        ),
    ],
)
def test_a_slip_of_the_declaration_is_told_with_its_remedy(declared: str, words: str) -> None:
    with pytest.raises(DeclarationError, match=words):
        Reference("it", 'def cut(x, k):\n    """x (N,), k a count -> y (N,)"""\n    return x[:k]\n', declared)
