"""What is wrong by another one's fault alone, where no right value can take its place, costs nothing."""

from __future__ import annotations

from autograder.callables import Evidence, tried
from autograder.callables.judged.no_answer import no_answer
from autograder.judging import packaged
from tests.callables.graded import exam, graded, lost

GATES = (
    '''import numpy as np

def gates_forward(a, c):
    """a (N, 2*H), c (N, H) -> out (N, H), cache"""
    H = c.shape[1]
    i, f = np.tanh(a[:, :H]), np.tanh(a[:, H:])
    return i + f * c, (i, f, c)

def gates_backward(dout, cache):
    """dout (N, H), cache -> da (N, 2*H), dc (N, H)"""
    i, f, c = cache
    return np.concatenate([dout * (1 - i**2), dout * c * (1 - f**2)], axis=1), dout * f

def sampled(v, W, u):
    """v (N, D), W (D, H), u (N, H) -> h (N, H)"""
    return (u < 1 / (1 + np.exp(-(v @ W)))).astype(float)

def moment(v, W, u):
    """v (N, D), W (D, H), u (N, H) -> m (D, H)"""
    h = sampled(v, W, u)
    return v.T @ h / len(v)
''',
    """a, c, dout = draw.normal("N", "2*H"), draw.normal("N", "H"), draw.normal("N", "H")
v, W, u = draw.normal("N", "D"), draw.normal("D", "H"), draw.probabilities("N", "H")
assignment(sizes=dict(N=(1, 7, 9), D=(3, 5, 2), H=(2, 3, 4)))
follows(gates_backward, gates_forward, by="cache")
""",
)
SWAPPED = "f, i = np.tanh(a[:, :H]), np.tanh(a[:, H:])"  # the forget gate first
IN_A_DICT = """    return i + f * c, {"i": i, "f": f, "c": c}

def gates_backward(dout, cache):
    i, f, c = cache["i"], cache["f"], cache["c"]
"""
TWICE = "    h = sampled(v, W, u)\n    sampled(v + 1, W, u)\n"  # asks what the solution never asks


def written(*parts: tuple[str, str]) -> str:
    """The solution with some texts in the place of others."""
    text = GATES[0]
    for old, new in parts:
        assert old in text
        text = text.replace(old, new)
    return text


def other_cache(*parts: tuple[str, str]) -> str:
    """The same with a cache in another form, into which no recorded one fits."""
    start = GATES[0].index("    return i + f * c")
    end = GATES[0].index("    return np.concatenate")
    return written((GATES[0][start:end], IN_A_DICT), *parts)


def test_a_cache_of_another_form_is_judged_with_the_same_fault() -> None:
    """`backward` is right, but for the gates that `forward` has exchanged."""
    wrong = other_cache(("i, f = np.tanh(a[:, :H]), np.tanh(a[:, H:])", SWAPPED))
    assert lost(graded(GATES, GATES[0], wrong)) == ["gates_forward"]


def test_a_fault_of_the_second_one_is_charged_beside_that_of_the_first() -> None:
    both = (("i, f = np.tanh(a[:, :H]), np.tanh(a[:, H:])", SWAPPED), ("dout * f\n", "dout\n"))
    assert lost(graded(GATES, GATES[0], other_cache(*both))) == ["gates_forward", "gates_backward"]


def test_who_asks_a_helper_otherwise_is_judged_with_the_helpers_fault() -> None:
    wrong = written(("u < 1 /", "u > 1 /"), ("    h = sampled(v, W, u)\n", TWICE))
    assert lost(graded(GATES, GATES[0], wrong)) == ["sampled"]


def test_who_makes_the_same_mistake_without_the_helper_is_charged() -> None:
    """It calls nothing, so the fault is of its own making."""
    inline = "    h = (u > 1 / (1 + np.exp(-(v @ W)))).astype(float)\n"
    wrong = written(("u < 1 /", "u > 1 /"), ("    h = sampled(v, W, u)\n", inline))
    assert lost(graded(GATES, GATES[0], wrong)) == ["sampled", "moment"]


def test_it_is_looked_for_only_where_nothing_else_helps() -> None:
    """Recorded answers come first."""
    wrong = written(("u < 1 /", "u > 1 /"))
    assert "consequence" not in evidence(wrong).routes["moment"]


def evidence(text: str) -> Evidence:
    """The evidence on a text in the solution's place."""
    made = exam(*GATES)

    def fresh() -> dict:
        names: dict = {"__name__": "submission"}
        exec(text, names)
        return names

    return tried(made, dict.fromkeys(made.asked, 4.0), packaged(), fresh, "", text)


LAYERS = (
    '''import numpy as np

class Dense:
    """A layer that keeps its slopes."""

    def __init__(self, W):
        """W (D, D)"""
        self.W, self.grads = np.array(W), {}

    def forward(self, x):
        """x (N, D) -> a (N, D)"""
        self.x = x
        return x @ self.W

    def backward(self, da):
        """da (N, D) -> dx (N, D)"""
        self.grads = {"W": self.x.T @ da}
        return da @ self.W.T

class Net:
    """Layers with a tanh after each."""

    def __init__(self, weights):
        """weights a list of arrays"""
        self.layers = [Dense(W) for W in weights]

    def forward(self, x):
        """x (N, D) -> out (N, D)"""
        self.outs = []
        for layer in self.layers:
            x = np.tanh(layer.forward(x))
            self.outs.append(x)
        return x

    def gradients(self, x, da):
        """x (N, D), da (N, D) -> grads a list"""
        self.forward(x)
        grads = []
        for layer, out in zip(self.layers[::-1], self.outs[::-1]):
            da = layer.backward(da * (1 - out**2))
            grads.append(layer.grads["W"])
        return grads[::-1]
''',
    """W, x, da = draw.normal("D", "D"), draw.normal("N", "D"), draw.normal("N", "D")
weights = draw.list(draw.normal("D", "D"), draw.normal("D", "D"))
assignment(sizes=dict(N=(1, 4, 6), D=(3, 5, 2)), state=("grads",))
follows(Dense.backward, Dense.forward)
""",
)


def test_a_result_may_be_called_as_the_state_of_another_class() -> None:
    """`gradients` returns `grads`, which a layer keeps and a net does not."""
    assert lost(graded(LAYERS, "class", "class")) == []


def test_a_recorded_answer_leaves_what_a_right_run_leaves_on_the_object() -> None:
    """`gradients` reads the slopes off the layers, which a wrong `backward` has not left there."""
    report = graded(LAYERS, "return da @ self.W.T", "return self.grads['W']")
    assert lost(report) == ["Dense-backward"]
    assert lost(graded(LAYERS, "self.x.T @ da}", "self.x.T @ da / len(da)}")) == ["Dense-backward"]


def test_where_it_may_come_of_another_one_that_is_told() -> None:
    """A fault that no change of the solution gives: nothing tells what a right helper would have been asked then."""
    wrong = written(("np.exp(-(v @ W))", "np.exp(-((v @ W) ** 3) + 0.37)"), ("    h = sampled(v, W, u)\n", TWICE))
    seen = evidence(wrong)
    every = (each for findings in seen.routes["moment"].values() for each in findings if each.failure)
    beside = next(each for each in every if each.failure and each.failure.type == "OffTheRecord")
    item = next(each for each in seen.items if each.callable == "moment")
    assert no_answer(seen, item, beside).rationale.endswith(
        ". Perhaps that comes of sampled, right answers of which stand in here."
    )


def test_a_fault_further_down_is_charged_there_alone() -> None:
    """What `gradients` calls is wrong by what that calls."""
    assert lost(graded(LAYERS, "return x @ self.W", "return x @ self.W[::-1]")) == ["Dense-forward"]
    both = "return grads[::-1]"
    wrong = LAYERS[0].replace("return x @ self.W", "return x @ self.W[::-1]").replace(both, "return grads")
    assert lost(graded(LAYERS, LAYERS[0], wrong)) == ["Dense-forward", "Net-gradients"]


SPREAD = (
    '''import numpy as np

def evidence(A):
    """A (N, K) -> lse (N,)"""
    top = A.max(axis=1, keepdims=True)
    return top[:, 0] + np.log(np.exp(A - top).sum(axis=1))

def shares(X, w):
    """X (N, D), w (K, D) -> R (N, K)"""
    scores = X @ w.T
    return np.exp(scores - evidence(scores)[:, None])
''',
    """X, w, A = draw.normal("N", "D"), draw.normal("K", "D"), draw.normal("N", "K")
assignment(sizes=dict(N=(1, 7, 9), D=(3, 5, 2), K=(2, 3, 4)))
""",
)
ONE_BY_ONE = "np.array([np.exp(row - evidence(row[None])[0]) for row in scores])"  # a row at a time
WHOLE = "np.exp(scores - evidence(scores)[:, None])"
TOP_FORGOTTEN = ("top[:, 0] + np.log", "np.log")


def spread(*parts: tuple[str, str]) -> list[str]:
    """The callables that lose points where some texts stand in the place of the solution's."""
    text = SPREAD[0]
    for old, new in parts:
        assert old in text
        text = text.replace(old, new)
    return lost(graded(SPREAD, SPREAD[0], text))


def test_who_calls_a_wrong_helper_row_by_row_loses_nothing() -> None:
    """Recorded answers are about all rows at once, and about one row where there is one."""
    assert spread(TOP_FORGOTTEN, (WHOLE, ONE_BY_ONE)) == ["evidence"]


def test_what_a_wrong_helper_does_not_look_at_excuses_nobody() -> None:
    """`evidence` answers zeros whatever it is handed; `shares` hands it something else, row by row."""
    zeros = ("return top[:, 0] + np.log(np.exp(A - top).sum(axis=1))", "return 0 * top[:, 0]")
    other = ONE_BY_ONE.replace("evidence(row[None])", "evidence(2 * row[None])")
    assert spread(zeros, (WHOLE, other)) == ["evidence", "shares"]


def test_the_same_fault_of_its_own_is_charged_beside_the_helpers() -> None:
    assert spread(TOP_FORGOTTEN, (WHOLE, ONE_BY_ONE.replace("np.exp(row", "np.exp(-row"))) == ["evidence", "shares"]


SCALED = (
    '''import numpy as np

def scaled(x, g):
    """x (N, D), g (D,) -> out (N, D), cache"""
    hat = x / np.sqrt(np.mean(x**2, axis=1, keepdims=True) + 1.0)
    return g * hat, (hat, g)

def scaled_back(dout, cache):
    """dout (N, D), cache -> dg (D,)"""
    hat, g = cache
    return np.sum(dout * hat, axis=0)

def cost(x, g, y):
    """x (N, D), g (D,), y (N, D) -> loss a number, dg (D,)"""
    out, cache = scaled(x, g)
    error = out - y
    return np.mean(np.sum(error**2, axis=1)), scaled_back(2.0 * error / len(x), cache)
''',
    """x, y, dout, g = draw.normal("N", "D"), draw.normal("N", "D"), draw.normal("N", "D"), draw.normal("D")
assignment(sizes=dict(N=(1, 5, 6), D=(3, 2, 4)))
follows(scaled_back, scaled, by="cache")
""",
)
LOOKS_INTO_IT = ("out, cache = scaled(x, g)", "out, (hat, same) = scaled(x, g)\n    cache = (hat, same)")


def test_a_fault_in_what_is_handed_on_is_not_charged_to_who_hands_it_on_further() -> None:
    """`cost` is right, and looks into the cache, for which nothing recorded can stand; `scaled` keeps its output there.

    A fault of its own is charged beside it.
    """
    kept = ("(hat, g)", "(g * hat, g)")
    wrong = SCALED[0].replace(*kept).replace(*LOOKS_INTO_IT)
    assert lost(graded(SCALED, SCALED[0], SCALED[0].replace(*LOOKS_INTO_IT))) == []
    assert lost(graded(SCALED, SCALED[0], wrong)) == ["scaled"]
    assert lost(graded(SCALED, SCALED[0], wrong.replace("2.0 * error", "3.0 * error"))) == ["scaled", "cost"]
