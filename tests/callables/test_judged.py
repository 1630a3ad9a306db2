"""Functions of a declared assignment judged, each by itself: in this process, trusted code in the submission's place."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from autograder.callables import Exam, Reference, UnfitExam, items, judge, tried
from autograder.core import Report
from autograder.judging import rubric_of
from tests.callables.graded import graded as graded_with
from tests.callables.graded import said

SOLUTION = '''
import numpy as np

def softmax_loss(W, X, y, reg):
    """-> loss, dW"""
    s = X @ W
    s = s - s.max(axis=1, keepdims=True)
    p = np.exp(s)
    p /= p.sum(axis=1, keepdims=True)
    N = len(y)
    g = p.copy()
    g[np.arange(N), y] -= 1
    return -np.log(p[np.arange(N), y]).mean() + reg * (W ** 2).sum(), X.T @ g / N + 2 * reg * W

def sgd(W, X, y, reg, lr, batch, epochs):
    """-> losses; changes W"""
    losses = []
    for _ in range(epochs):
        for k in range(0, len(X), batch):
            loss, dW = softmax_loss(W, X[k:k + batch], y[k:k + batch], reg)
            W -= lr * dW
            losses.append(loss)
    return losses

def step_forward(x, h, Wx, Wh):
    """-> h_next, cache"""
    h_next = np.tanh(x @ Wx + h @ Wh)
    return h_next, (x, h, Wx, Wh, h_next)

def step_backward(dh_next, cache):
    """-> dx, dh, dWx, dWh"""
    x, h, Wx, Wh, h_next = cache
    da = dh_next * (1 - h_next ** 2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, h.T @ da
'''
DECLARATION = """
X, W = draw.normal("N", "D"), draw.normal("D", "C")
y, reg = draw.labels("N", classes="C"), draw.one_of(0.0, 3.0)
lr, batch, epochs = draw.one_of(0.1), draw.one_of(2, 3), draw.one_of(1, 3)
x, h, dh_next = draw.normal("N", "D"), draw.normal("N", "H"), draw.normal("N", "H")
Wx, Wh = draw.normal("D", "H"), draw.normal("H", "H")
assignment(sizes=dict(N=(1, 3, 7), D=(4, 5, 2), C=(3, 2, 4), H=(3, 4, 5)))
follows(step_backward, step_forward, by="cache")
slope(step_backward, of=step_forward, by=("dx", "dh", "dWx", "dWh"), wrt=("x", "h", "Wx", "Wh"), times="dh_next")
"""
POINTS = {"softmax_loss": 2.0, "softmax_loss-dW": 3.0, "sgd": 3.0, "step_forward": 2.0, "step_backward": 4.0}


@cache
def exam() -> Exam:
    return Exam(Reference("several", SOLUTION, DECLARATION), ("softmax_loss", "sgd", "step_forward", "step_backward"))


def graded(more: str) -> Report:
    """The report on the solution with functions written otherwise."""

    def fresh() -> dict:
        namespace: dict = {"__name__": "submission"}
        exec(SOLUTION + "\n" + more, namespace)
        return namespace

    return judge([tried(exam(), POINTS, rubric_of(Path("nowhere")), fresh)])[0]


def lost(report: Report) -> list[str]:
    assert report.verdict == "graded", report.notes
    return [name for name, part in report.methods.items() if part["score"] < part["max_score"]]


RIGHT = {
    "the solution": "",
    "another cache": """
def step_forward(x, h, Wx, Wh):
    z = x @ Wx + h @ Wh
    return np.tanh(z), dict(x=x, h=h, Wx=Wx, Wh=Wh, slope=1 / np.cosh(z) ** 2)
def step_backward(dh_next, cache):
    da = dh_next * cache["slope"]
    return [da @ cache["Wx"].T, da @ cache["Wh"].T, cache["x"].T @ da, cache["h"].T @ da]
""",
    "a loop over samples": """
def softmax_loss(W, X, y, reg):
    loss, dW = 0.0, np.zeros_like(W)
    for row, label in zip(X, y):
        s = row @ W
        p = np.exp(s - s.max()) / np.exp(s - s.max()).sum()
        loss -= np.log(p[label]) / len(X)
        p[label] -= 1
        dW += np.outer(row, p) / len(X)
    return loss + reg * np.sum(W * W), dW + 2 * reg * W
""",
    "the loop without the function": """
def sgd(W, X, y, reg, lr, batch, epochs):
    losses = np.zeros(0)
    for e in range(epochs):
        start = 0
        while start < len(X):
            xs, ys = X[start:start + batch], y[start:start + batch]
            s = xs @ W
            p = np.exp(s - s.max(1)[:, None]); p = p / p.sum(1)[:, None]
            losses = np.append(losses, reg * (W ** 2).sum() - np.log(p[range(len(ys)), ys]).mean())
            p[range(len(ys)), ys] -= 1
            W[...] = W - lr * (xs.T @ p / len(xs) + 2 * reg * W)
            start += batch
    return losses
""",
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_earns_all(name: str) -> None:
    assert lost(graded(RIGHT[name])) == []


WRONG = {
    "no regularisation in the slope": ("softmax_loss-dW", "def softmax_loss(W, X, y, reg, _l=softmax_loss):\n    loss, dW = _l(W, X, y, reg)\n    return loss, dW - 2 * reg * W"),
    "loss not averaged": ("softmax_loss", "def softmax_loss(W, X, y, reg, _l=softmax_loss):\n    loss, dW = _l(W, X, y, reg)\n    return loss * len(y), dW"),
    "uphill": ("sgd", "def sgd(W, X, y, reg, lr, batch, epochs):\n    out = []\n    for _ in range(epochs):\n        for k in range(0, len(X), batch):\n            l, d = softmax_loss(W, X[k:k+batch], y[k:k+batch], reg)\n            W += lr * d\n            out.append(l)\n    return out"),
    "the weights are not changed": ("sgd", "def sgd(W, X, y, reg, lr, batch, epochs):\n    out = []\n    for _ in range(epochs):\n        for k in range(0, len(X), batch):\n            l, d = softmax_loss(W, X[k:k+batch], y[k:k+batch], reg)\n            W = W - lr * d\n            out.append(l)\n    return out"),
    "no slope of tanh": ("step_backward", "def step_backward(dh_next, cache):\n    x, h, Wx, Wh, h_next = cache\n    da = dh_next\n    return da @ Wx.T, da @ Wh.T, x.T @ da, h.T @ da"),
    "the state is left out": ("step_forward", "def step_forward(x, h, Wx, Wh):\n    h_next = np.tanh(x @ Wx)\n    return h_next, (x, h, Wx, Wh, h_next)"),
    "kept from the first call": ("softmax_loss", "kept = []\ndef softmax_loss(W, X, y, reg, _l=softmax_loss):\n    kept.append(_l(W, X, y, reg)[0])\n    return kept[0], _l(W, X, y, reg)[1]"),
    "it writes into what it was given": ("step_backward", "def step_backward(dh_next, cache):\n    x, h, Wx, Wh, h_next = cache\n    dh_next *= 1 - h_next ** 2\n    return dh_next @ Wx.T, dh_next @ Wh.T, x.T @ dh_next, h.T @ dh_next"),
    "not written yet": ("sgd", "def sgd(W, X, y, reg, lr, batch, epochs):\n    raise NotImplementedError('the loop')"),
    "one value for two": ("softmax_loss", "def softmax_loss(W, X, y, reg, _l=softmax_loss):\n    return _l(W, X, y, reg)[0]"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_costs_its_own_callable_and_no_other(name: str) -> None:
    where, text = WRONG[name]
    found = lost(graded(text))
    assert found, "nothing lost points"
    assert {each.partition("-")[0] for each in found} == {where.partition("-")[0]}
    if "-" in where:
        assert found == [where]


def test_a_wrong_helper_does_not_hurt_the_loop_over_it() -> None:
    """softmax_loss raises, so nothing of sgd can be right as it stands; with recorded answers it is."""
    report = graded("def softmax_loss(W, X, y, reg):\n    raise NotImplementedError('later')")
    assert report.methods["sgd"]["score"] == 3.0
    assert report.methods["softmax_loss"]["score"] == 0.0
    assert "right results from what it calls" in next(
        check.route for check in report.checks if check.id == "sgd/values"
    )


def test_a_backward_that_fits_its_own_wrong_forward_is_right() -> None:
    """A sigmoid where tanh is asked, in both: one fault, charged once."""
    report = graded(
        "def step_forward(x, h, Wx, Wh):\n    a = 1 / (1 + np.exp(-(x @ Wx + h @ Wh)))\n    return a, (x, h, Wx, Wh, a)\n"
        "def step_backward(dh_next, cache):\n    x, h, Wx, Wh, a = cache\n    da = dh_next * a * (1 - a)\n"
        "    return da @ Wx.T, da @ Wh.T, x.T @ da, h.T @ da\n"
    )
    assert lost(report) == ["step_forward"]


def test_a_backward_that_fits_neither_is_wrong() -> None:
    report = graded(
        "def step_forward(x, h, Wx, Wh):\n    a = 1 / (1 + np.exp(-(x @ Wx + h @ Wh)))\n    return a, (x, h, Wx, Wh, a)\n"
        "def step_backward(dh_next, cache):\n    x, h, Wx, Wh, a = cache\n    da = dh_next * a\n"
        "    return da @ Wx.T, da @ Wh.T, x.T @ da, h.T @ da\n"
    )
    assert lost(report) == ["step_forward", "step_backward"]


def test_a_function_that_jumps_everywhere_cannot_be_asked() -> None:
    """The build refuses it: no draw tells a right answer from a wrong one."""
    source = "import numpy as np\ndef f(x):\n    return np.sin(1e12 * x)\n"
    reference = Reference("jumps", source, 'x = draw.normal("N")\nassignment(sizes=dict(N=(3,)))')
    with pytest.raises(UnfitExam, match="cannot be asked with N = 3"):
        len(Exam(reference, ("f",)).questions)


def test_a_method_is_asked_on_an_object_of_its_own() -> None:
    """Attributes in `state` are results; what a method before it left on the object is read where it follows it."""
    source = """
import numpy as np
class Layer:
    def __init__(self, W): self.W = W
    def forward(self, x):
        self.x = x
        return x @ self.W
    def backward(self, dout):
        return dout @ self.W.T, self.x.T @ dout
    def step(self, dW, lr):
        self.W = self.W - lr * dW
"""
    cell = """
W, x, dout, dW, lr = draw.normal("D", "H"), draw.normal("N", "D"), draw.normal("N", "H"), draw.normal("D", "H"), draw.one_of(0.1)
assignment(sizes=dict(N=(3, 6), D=(2, 4), H=(4, 3)), state=("W",))
follows(Layer.backward, Layer.forward)
"""
    layer = Exam(Reference("layer", source, cell), ("Layer.forward", "Layer.backward", "Layer.step"))
    points = {"Layer-forward": 1.0, "Layer-backward": 1.0, "Layer-step": 1.0}

    def of(text: str) -> list[str]:
        def fresh() -> dict:
            namespace: dict = {"__name__": "submission"}
            exec(text, namespace)
            return namespace

        return lost(judge([tried(layer, points, rubric_of(Path("nowhere")), fresh)])[0])

    assert of(source) == []
    assert of(source.replace("self.W - lr", "self.W + lr")) == ["Layer-step"]
    assert of(source.replace("self.x.T @ dout", "-self.x.T @ dout")) == ["Layer-backward"]
    assert of(source.replace("self.x.T @ dout", "self.z.T @ dout").replace("self.x = x", "self.z = x")) == []


COUNTED = (
    '''
import numpy as np

def counts(words, *, least=1):
    """words a list of texts, least a count -> n a dict: how often each word that is there `least` times is there"""
    n = {}
    for word in words:
        n[word] = n.get(word, 0) + 1
    return {word: count for word, count in n.items() if count >= least}

def pieces(x, size, whole=False):
    """x (N,), size a count, whole a bool -> parts a list of pairs (start, part)"""
    parts = []
    for start in range(0, len(x), size):
        if whole and start + size > len(x):
            break
        parts.append((start, x[start : start + size]))
    return parts

def slopes(w, x):
    """w (D,), x (D,) -> grads a dict (w, x)"""
    grads = {"w": x, "x": w}
    return grads
''',
    """
words = draw.one_of(["a", "b", "a", "a"], ["c", "c", "a"], ["d"])
least, size, whole = draw.one_of(1, 2), draw.one_of(2, 3), draw.one_of(False, True)
x, w = draw.normal("D"), draw.normal("D")
arguments(pieces, x=draw.normal("N"))
assignment(sizes=dict(N=(5, 7), D=(3, 4)))
""",
)


def test_a_part_that_is_not_asked_costs_points_where_the_parts_are_the_answer() -> None:
    """One more in a list, a key more in a dict of counts; a key more beside two gradients is nobody's business."""
    more = graded_with(COUNTED, "if whole and start + size > len(x)", "if False")
    assert lost(more) == ["pieces"]
    assert "pieces gives parts.1, and no such part is asked there (asked with N = 5, size = 3, whole = True)" in said(
        more
    )
    more = graded_with(COUNTED, "if count >= least", "")
    assert lost(more) == ["counts"]
    assert "counts gives n." in said(more)
    more = graded_with(COUNTED, "count in n.items() if count >= least", "count in {**n, 'z': 0}.items()")
    assert lost(more) == ["counts"]
    assert lost(graded_with(COUNTED, "return grads", 'return {**grads, "b": 0.0}')) == []
    assert lost(graded_with(COUNTED, "return parts", "return tuple(list(part) for part in parts)")) == []


def test_a_dict_whose_keys_are_the_answer_is_right_as_a_whole() -> None:
    """One wrong count of three earns nothing; one wrong slope of two earns the other's part."""
    wrong = graded_with(
        COUNTED, "count in n.items() if count >= least}", "count in n.items() if count >= least} | {'a': 9}"
    )
    assert wrong.methods["counts"]["score"] == 0.0
    one_of_two = graded_with(COUNTED, '"w": x, "x": w', '"w": x, "x": 2 * w')
    assert one_of_two.methods["slopes"]["score"] == pytest.approx(0.5 + 3.5 / 2)


def test_state_that_one_class_has_and_another_has_not() -> None:
    """`state` names attributes of all classes; what follows on an object without some of them is judged as any."""
    two = (
        '''
import numpy as np

class Scale:
    """A scale."""

    def __init__(self, w):
        """w (D,)"""
        self.w = np.array(w)

    def forward(self, x):
        """x (N, D) -> out (N, D)"""
        self.x = x
        return x * self.w

    def backward(self, dout):
        """dout (N, D) -> dw (D,)"""
        return np.sum(dout * self.x, axis=0)

class Mean:
    """A running mean."""

    def __init__(self, m):
        """m (D,)"""
        self.m = np.array(m)

    def update(self, x):
        """x (N, D) -> m (D,)"""
        self.m = 0.9 * self.m + 0.1 * np.mean(x, axis=0)
        return self.m
''',
        """
w, m, x, dout = draw.normal("D"), draw.normal("D"), draw.normal("N", "D"), draw.normal("N", "D")
assignment(sizes=dict(N=(1, 4, 6), D=(3, 2, 5)), state=("w", "m"))
follows(Scale.backward, Scale.forward)
""",
    )
    # Given the reference's state alone, `backward` has no x: its own `forward` is what it follows.
    assert {*graded_with(two, "return x * self.w", "return x + self.w").methods} >= {"Scale-forward", "Scale-backward"}
    only = graded_with(two, "np.sum(dout * self.x, axis=0)", "np.mean(dout * self.x, axis=0)")
    assert [name for name, part in only.methods.items() if part["score"] < part["max_score"]] == ["Scale-backward"]


def test_state_that_a_method_leaves_alone_is_no_work_of_its_own() -> None:
    """A wrong method earns nothing for it; one that moves it loses an eighth; what moves it as asked earns by it."""
    moving = (
        '''
import numpy as np

class Line:
    """A line."""

    def __init__(self, w, b):
        """w (D,), b a number"""
        self.w, self.b = np.array(w), b

    def predict(self, X):
        """X (N, D) -> p (N,)"""
        return X @ self.w + self.b

    def decay(self, X, lr):
        """X (N, D), lr a number -> L a number; moves self.w"""
        L = np.sum(self.predict(X))
        self.w = self.w - lr * np.sum(X, axis=0)
        return L
''',
        """
w, b, X, lr = draw.normal("D"), draw.normal(), draw.normal("N", "D"), draw.one_of(0.1, 0.5)
assignment(sizes=dict(N=(1, 4, 6), D=(3, 2, 5)), state=("w", "b"))
""",
    )

    def scores(old: str, new: str) -> dict[str, float]:
        report = graded_with(moving, old, new)
        return {name: part["score"] for name, part in report.methods.items()}

    assert scores("X @ self.w + self.b", "X @ self.w")["Line-predict"] == 0.0
    assert (
        scores("return X @ self.w + self.b", "self.b = 1 * self.b; return X @ self.w + self.b")["Line-predict"] == 4.0
    )
    moved = graded_with(moving, "return X @ self.w + self.b", "p = X @ self.w + self.b; self.b = 0.0; return p")
    assert moved.methods["Line-predict"]["score"] == pytest.approx(3.5)  # a second call is wrong by this alone
    assert "After Line.predict, `self.b` is not as it has to be." in said(moved)
    assert scores("self.w - lr *", "self.w + lr *")["Line-decay"] == pytest.approx(
        0.5 + 3.5 / 4
    )  # a second L is wrong as well


@pytest.mark.parametrize("care", ["z - np.max(z, axis=1, keepdims=True)", "z - top"])
def test_care_that_nothing_overflows_is_asked_however_it_is_written(care: str) -> None:
    """The largest number is taken off in one line or in two; who takes none off loses points in either case."""
    assignment = (
        f'''
import numpy as np

def softmax(z):
    """z (N, C) -> p (N, C)"""
    top = z.max(axis=1, keepdims=True)
    e = np.exp({care})
    return e / np.sum(e, axis=1, keepdims=True)
''',
        'z = draw.normal("N", "C")\nassignment(sizes=dict(N=(1, 4, 6), C=(3, 2, 5)))\n',
    )
    report = graded_with(assignment, care, "z")
    assert report.methods["softmax"]["score"] == pytest.approx(0.5 + 3.5 / 2)
    assert "nan" in said(report)


def test_an_entry_without_its_dict_is_told_its_id() -> None:
    made = Exam(Reference("it", *COUNTED), ("slopes",))
    with pytest.raises(LookupError, match=r"it has grads.w, grads.x; is slopes-grads-w meant"):
        items(("slopes-w",), made)
