"""A slope that was found by numbers is told from one that was derived, whatever it is the slope of."""

from __future__ import annotations

import pytest

from tests.callables.graded import exam, graded, lost, said

NET = """
import numpy as np

class Net:
    def __init__(self, weights):
        self.w, self.v = (np.array(each, dtype=float) for each in weights)

    def forward(self, x):
        '''x (N, D) -> p (N,)'''
        return np.tanh(x @ self.w) @ self.v

    def loss(self, p, y):
        '''p (N,), y (N,) -> L a number'''
        return np.mean((p - y) ** 2)

    def gradients(self, x, y):
        '''x (N, D), y (N,) -> dw (D, H), dv (H,)'''
        h = np.tanh(x @ self.w)
        d = 2.0 * (h @ self.v - y) / len(y)
        return x.T @ (np.outer(d, self.v) * (1.0 - h**2)), h.T @ d
"""
OF_NET = """
weights = draw.list(draw.normal("D", "H"), draw.normal("H"))
x, y, p = draw.normal("N", "D"), draw.normal("N"), draw.normal("N")
assignment(sizes=dict(N=(1, 4, 7), D=(3, 2, 4), H=(2, 3, 4)), state=("w", "v"))
slope(Net.gradients, of=lambda weights, x, y: (m := Net(weights)).loss(m.forward(x), y),
      by=("dw", "dv"), wrt=("weights.0", "weights.1"))
"""
SOFTMAX = """
import numpy as np

def softmax_loss(W, X, y, reg):
    '''W (D, C), X (N, D), y (N,) labels, reg a number -> loss a number, dW (D, C)'''
    scores = X @ W
    scores = scores - scores.max(axis=1, keepdims=True)
    log_p = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    d = np.exp(log_p)
    d[np.arange(len(y)), y] -= 1.0
    return -np.mean(log_p[np.arange(len(y)), y]) + reg * np.sum(W**2), X.T @ d / len(y) + 2.0 * reg * W
"""
OF_SOFTMAX = """
W, X, y = draw.normal("D", "C"), draw.normal("N", "D"), draw.labels("N", classes="C")
reg = draw.one_of(0.0, 0.1)
assignment(sizes=dict(N=(1, 5, 8), D=(3, 2, 4), C=(2, 3, 4)))
slope(softmax_loss, of="loss", by="dW", wrt="W")
"""
BODY = NET[NET.index("        h = np.tanh(x @ self.w)\n        d") :]
RETURNED = SOFTMAX[SOFTMAX.index("    d = np.exp(log_p)") :]
DIFFERENCES = """        out = []
        for name in ("w", "v"):
            kept = getattr(self, name).copy()
            slopes = np.zeros(kept.shape)
            for k in np.ndindex(kept.shape):
                ends = []
                for sign in (1, -1):
                    moved = kept.copy()
                    moved[k] += sign * STEP
                    setattr(self, name, moved)
                    ends.append(self.loss(self.forward(x), y))
                slopes[k] = (ends[0] - ends[1]) / (2 * STEP)
            setattr(self, name, kept)
            out.append(slopes)
        return tuple(out)
"""
ELSEWHERE = """        out = []
        weights = [self.w.astype(KIND), self.v.astype(KIND)]
        def at():
            return np.mean((np.tanh(x @ weights[0]) @ weights[1] - y) ** 2)
        for w in weights:
            slopes = np.zeros(w.shape)
            for k in np.ndindex(w.shape):
                kept, step = w[k], KIND(1e-5) * max(abs(w[k]), KIND(1))
                w[k] = kept + step
                high = at()
                w[k] = kept - step
                slopes[k] = (high - at()) / (2 * step)
                w[k] = kept
            out.append(slopes)
        return tuple(out)
"""
COMPLEX = """        out = []
        weights = [self.w.astype(complex), self.v.astype(complex)]
        for w in weights:
            slopes = np.zeros(w.shape)
            for k in np.ndindex(w.shape):
                w[k] += 1e-30j
                L = np.mean((np.tanh(x @ weights[0]) @ weights[1] - y) ** 2)
                slopes[k] = L.imag / 1e-30
                w[k] -= 1e-30j
            out.append(slopes)
        return tuple(out)
"""
PREDICTED = """        out = []
        weights = [self.w.astype(complex), self.v.astype(complex)]
        error = 2.0 * (np.tanh(x @ self.w) @ self.v - y) / len(y)
        for w in weights:
            slopes = np.zeros(w.shape)
            for k in np.ndindex(w.shape):
                w[k] += 1e-30j
                p = np.tanh(x @ weights[0]) @ weights[1]
                slopes[k] = error @ p.imag / 1e-30
                w[k] -= 1e-30j
            out.append(slopes)
        return tuple(out)
"""
SOFTMAX_DIFFERENCES = """    def at(W):
        s = X @ W
        s = s - s.max(axis=1, keepdims=True)
        s = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
        return -np.mean(s[np.arange(len(y)), y]) + reg * np.sum(W**2)
    dW = np.zeros(W.shape)
    for k in np.ndindex(W.shape):
        E = np.zeros(W.shape)
        E[k] = 1e-5 * max(abs(W[k]), 1.0)
        dW[k] = (at(W + E) - at(W - E)) / (2 * E[k])
    return at(W), dW
"""
NET_OF = NET, OF_NET
SOFTMAX_OF = SOFTMAX, OF_SOFTMAX


@pytest.mark.parametrize(
    "body",
    [
        DIFFERENCES.replace("STEP", "1e-5"),
        DIFFERENCES.replace("STEP", "1e-4"),
        ELSEWHERE.replace("KIND", "np.float64"),
        ELSEWHERE.replace("KIND", "np.longdouble"),
        COMPLEX,
        PREDICTED,
    ],
    ids=["by the own methods", "a larger step", "a relative step", "long double", "complex step", "of the prediction"],
)
def test_numbers_in_the_place_of_a_derivative_keep_a_part(body: str) -> None:
    report = graded(NET_OF, BODY, body)
    assert lost(report) == ["Net-gradients"]
    assert "numeric trick" in said(report)
    assert report.methods["Net-gradients"]["score"] == pytest.approx(4.0 * (0.25 * 0.875 + 0.125))


def test_the_sentence_names_what_grows_and_what_loses_its_digits() -> None:
    text = said(graded(NET_OF, BODY, DIFFERENCES.replace("STEP", "1e-5")))
    (steps,) = exam(*NET_OF).steps["Net.gradients"]
    assert "y" in {ladder.label for ladder in steps.ladders}
    assert any(f"As {ladder.label} grows, d" in text for ladder in steps.ladders)


def test_nothing_is_told_where_an_honest_way_loses_digits_as_well() -> None:
    """A softmax keeps its slopes only while one column grows, beside which a Fourier transform has no digits left."""
    assert lost(graded(SOFTMAX_OF, RETURNED, SOFTMAX_DIFFERENCES)) == []


@pytest.mark.parametrize(
    ("assignment", "old", "new"),
    [
        (NET_OF, "np.outer(d, self.v)", "(d[:, None] * self.v[None])"),
        (NET_OF, BODY, BODY.replace("h = np", "x, y = np.float32(x), np.float32(y); h = np")),
        (NET_OF, BODY, BODY.replace("h = np", "there = np.fft.ifft(np.fft.fft(x @ self.w, axis=0), axis=0); h = np")),
        (NET_OF, BODY, BODY.replace("d = 2.0", "self.loss(self.forward(x), y); d = 2.0")),
        (NET_OF, "2.0 * (h @ self.v - y) / len(y)", "2.0 / len(y) * (h @ self.v) - 2.0 / len(y) * y"),
        (SOFTMAX_OF, "d = np.exp(log_p)", "d = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)"),
        (SOFTMAX_OF, "X.T @ d / len(y)", "sum(np.outer(a, b) for a, b in zip(X, d)) / len(y)"),
    ],
)  # fmt: skip
def test_derivatives_in_other_algebra_and_precision_are_no_numbers(
    assignment: tuple[str, str], old: str, new: str
) -> None:
    assert lost(graded(assignment, old, new)) == []


def test_a_slope_that_clips_large_numbers_is_wrong_and_not_accused() -> None:
    clipped = BODY.replace("return x.T", "d = np.clip(d, -1e6, 1e6)\n        return x.T")
    assert "numeric trick" not in said(graded(NET_OF, BODY, clipped))


def test_what_tells_a_difference_scores_nothing_and_changes_the_digest() -> None:
    made = exam(*NET_OF)
    (steps,) = made.steps["Net.gradients"]
    asked = {question.id for question in (*steps.first, *steps.others)}
    assert not asked & {*made.questions}
    assert all(not question.scores for question in (*steps.first, *steps.others))
