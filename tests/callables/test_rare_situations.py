"""What goes wrong only far from everyday, or only after other calls, costs the callable that is wrong, and no other."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autograder.callables import Exam, Reference, judge, tried
from autograder.callables.asked.expected import expect
from autograder.callables.asked.records import rises
from autograder.judging import rubric_of
from tests.callables.graded import exam, graded, lost, said

LINE = """
import numpy as np

class Line:
    def __init__(self, weights):
        self.w, self.b = (np.array(each, dtype=float) for each in weights)

    def forward(self, x):
        '''x (N, D) -> p (N,)'''
        return x @ self.w + self.b

    def loss(self, p, y):
        '''p (N,), y (N,) -> L a number'''
        e = p - y
        return np.mean(e**2)

    def gradients(self, x, y):
        '''x (N, D), y (N,) -> dw (D,), db a number'''
        d = 2.0 * (self.forward(x) - y) / len(y)
        return x.T @ d, d.sum()

    def train(self, x, y, lr, n_ep):
        '''x (N, D), y (N,), lr a number, n_ep a count -> losses (n_ep,)'''
        losses = []
        for k in range(n_ep):
            losses.append(self.loss(self.forward(x), y))
            dw, db = self.gradients(x, y)
            self.w, self.b = self.w - lr * dw, self.b - lr * db
        return np.array(losses)
"""
OF_LINE = """
weights = draw.list(draw.normal("D"), draw.normal())
x, y, p = draw.normal("N", "D"), draw.normal("N"), draw.normal("N")
lr, n_ep = draw.one_of(0.1, 0.01, 2.0), draw.one_of(3, 1, 12)
assignment(sizes=dict(N=(1, 4, 7), D=(3, 2, 4)), state=("w", "b"))
"""
OF = LINE, OF_LINE
NEXT = "return x @ self.w + self.b"
STEP = "self.w, self.b = self.w - lr * dw, self.b - lr * db"


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        (NEXT, "return np.clip(x @ self.w + self.b, -1e6, 1e6)", "forward"),
        ("return np.mean(e**2)", "return min(np.mean(e**2), 1e6)", "loss"),
        ("return x.T @ d, d.sum()", "d = np.clip(d, -1e6, 1e6); return x.T @ d, d.sum()", "gradients"),
        ("e = p - y", "e = (p - y)[:1000]", "loss"),
        (STEP, f"if k < 300: {STEP}", "train"),
        ("e = p - y", "e = (p - y)[p != y] if np.any(p != y) else 0.0", "loss"),
        ("e = p - y", "l = y.tolist(); e = np.array([p[l.index(v)] - v for v in l])", "loss"),
        (
            NEXT,
            "k = (x.sum().round(9), len(x)); self.kept = getattr(self, 'kept', {}); "
            "self.kept.setdefault(k, x @ self.w + self.b); return self.kept[k]",
            "forward",
        ),
        ("losses = []", "self.data = getattr(self, 'data', (x, y)); x, y = self.data; losses = []", "train"),
        (STEP, f"if len(losses) > 10 and losses[-1] > losses[-10]: break\n            {STEP}", "train"),
        (STEP, "self.w, self.b = self.w - lr * dw * (self.w != 0), self.b - lr * db", "train"),
        (NEXT, "return x @ (self.w * self.w / self.w) + self.b", "forward"),
        (NEXT, "return x / max(1.0, np.abs(x).max() / 1e6) @ self.w + self.b", "forward"),
        ("e = p - y", "e = np.clip(p, -1e6, 1e6) - y", "loss"),
        (STEP, f"if losses[-1] > 1e-8: {STEP}", "train"),
        ("e = p - y", "e = np.where(np.isclose(p, y, rtol=1e-2), 0.0, p - y)", "loss"),
    ],
    ids=[
        "clips its result", "caps its result", "clips on its way", "a thousand samples", "300 rounds",
        "leaves out what is right already", "finds samples by their target", "keeps by sums", "keeps the first data",
        "patience", "zeros stay as they are", "divides by weights", "scales large samples", "clips what it is given",
        "stops near 0", "leaves out what is nearly right",
    ],
)  # fmt: skip
def test_what_goes_wrong_seldom_costs_that_callable_alone(old: str, new: str, name: str) -> None:
    assert lost(graded(OF, old, new)) == [f"Line-{name}"]


def test_many_samples_are_asked_beside_a_forward_that_changes_its_argument() -> None:
    """With recorded data, which a train of the first samples does not ask for."""
    solution = LINE.replace(NEXT, "p = x @ self.w + self.b; x[0, 0] = np.nextafter(x[0, 0], 10.0); return p")
    begin = "losses = []"
    few = solution.replace(begin, f"x, y = x[:1000].copy(), y[:1000]; {begin}").replace(
        "self.forward(x), y", "self.forward(x.copy()), y"
    )
    assert lost(graded((LINE, OF_LINE), LINE, few)) == ["Line-forward", "Line-train"]
    whole = few.replace("x[:1000].copy(), y[:1000]", "x.copy(), y")
    assert lost(graded((LINE, OF_LINE), LINE, whole)) == ["Line-forward"]


def test_a_list_of_the_module_is_overwritten_by_another_object() -> None:
    shared = "KEPT[:] = [self.w, self.b]"
    solution = LINE.replace("class Line", "KEPT = []\n\nclass Line").replace(
        "for each in weights)\n", f"for each in weights); {shared}\n"
    )
    assert lost(graded((solution, OF_LINE), NEXT, "return x @ KEPT[0] + KEPT[1]")) == ["Line-forward"]


def test_weights_that_all_objects_share_are_no_doing_of_a_method_that_reads_none() -> None:
    """What another object's constructor did to them is not charged to who is asked next."""
    report = graded(OF, "self.w, self.b = (", "Line.w, Line.b = (")
    assert "Line-forward" in lost(report)
    assert "Line-loss" not in lost(report)


WITHIN = "self.w -= lr * dw; self.b = self.b - lr * db"
ALIASED = LINE.replace("np.array(each, dtype=float)", "each")
MADE = "def __init__(self, weights):\n"
PROMISED = f"{MADE}        '''Store copies of both weights.'''\n"


def test_a_train_that_writes_into_what_its_object_was_made_with_is_told_so() -> None:
    promised = LINE.replace(MADE, PROMISED)
    report = graded((promised, OF_LINE), promised, ALIASED.replace(STEP, WITHIN))
    assert lost(report) == ["Line-train"]
    assert said(report) == "Line.train changes `weights`, with which its object was made."
    assert report.methods["Line-train"]["score"] == pytest.approx(4.0 * 0.875)


def test_who_keeps_copies_or_writes_nowhere_changes_nothing() -> None:
    assert lost(graded(OF, STEP, WITHIN)) == []
    assert lost(graded(OF, LINE, ALIASED)) == []


def test_where_no_docstring_asks_for_copies_nobody_has_to_keep_any() -> None:
    assert lost(graded(OF, LINE, ALIASED.replace(STEP, WITHIN))) == []


def test_where_the_solution_keeps_what_it_is_given_others_may_write_there() -> None:
    assert lost(graded((ALIASED, OF_LINE), STEP, WITHIN)) == []


HIDDEN = """
import numpy as np

class Net:
    def __init__(self, weights):
        self.w, self.v = (np.array(each, dtype=float) for each in weights)

    def gradients(self, x, y):
        '''x (N, D), y (N,) -> dw (D+1, H), dv (H+1,)'''
        x = np.hstack([np.ones((len(x), 1)), x])
        u = x @ self.w
        h = np.hstack([np.ones((len(x), 1)), np.maximum(u, 0)])
        e = h @ self.v - y
        return x.T @ (np.outer(e, self.v[1:]) * (u > 0)), h.T @ e
"""
OF_HIDDEN = """
weights = draw.list(draw.normal("D+1", "H"), draw.normal("H+1"))
x, y = draw.normal("N", "D"), draw.normal("N")
assignment(sizes=dict(N=(1, 4, 7), D=(3, 2, 4), H=(7, 3, 5)), state=("w", "v"))
"""


def test_gradients_are_asked_where_no_unit_is_on() -> None:
    early = "if not (u > 0).any(): return 0 * self.w, 0 * self.v"
    report = graded((HIDDEN, OF_HIDDEN), "e = h @", f"{early}\n        e = h @")
    assert lost(report) == ["Net-gradients"]


TWICE = """
import numpy as np

class Net:
    def __init__(self, weights):
        self.w, self.v = (np.array(each, dtype=float) for each in weights)

    def forward(self, x):
        '''x (N, D) -> p (N,)'''
        z = np.tanh(x @ self.w) @ self.v
        return np.tanh(z)
"""
OF_TWICE = """
weights = draw.list(draw.normal("D", "H"), draw.normal("H", scale=0.3))
x = draw.normal("N", "D")
assignment(sizes=dict(N=(1, 4, 7), D=(3, 2, 4), H=(4, 3, 5)), state=("w", "v"))
"""


def test_a_later_layer_is_asked_about_where_it_saturates() -> None:
    assert lost(graded((TWICE, OF_TWICE), "np.tanh(z)", "np.tanh(np.clip(z, -2, 2))")) == ["Net-forward"]


def test_a_train_that_other_methods_spoil_is_charged_and_not_these() -> None:
    report = graded(OF, NEXT, f"self.used = True; {NEXT}")
    assert lost(report) == []
    begin = "losses = []"
    raising = (
        "if hasattr(self, 'used') and not hasattr(self, 'own'): raise RuntimeError\n        self.own = 1\n        "
    )
    solution = LINE.replace(NEXT, f"self.used = True; {NEXT}")
    report = graded((solution, OF_LINE), begin, raising + begin)
    assert lost(report) == ["Line-train"]
    assert "asked after other methods" in said(report)


def test_what_is_asked_after_a_wrong_train_says_nothing_of_who_is_asked() -> None:
    assert lost(graded(OF, STEP, "self.w = self.w - lr * dw")) == ["Line-train"]


FROM_THE_START = "self.start = getattr(self, 'start', (self.w, self.b)); return x @ self.start[0] + self.start[1]"


@pytest.mark.parametrize(
    "train",
    ["raise NotImplementedError", "if hasattr(self, 'start'): self.w = self.w * np.nan"],
    ids=["is not written", "spoils what other methods have been asked"],
)
def test_who_answers_by_the_first_weights_for_ever_is_seen_without_a_right_train(train: str) -> None:
    """Weights that are set from outside show what a train that is wrong cannot."""
    solution = LINE.replace(NEXT, FROM_THE_START)
    end = "return np.array(losses)"
    report = graded((LINE, OF_LINE), LINE, solution.replace(end, f"{train}\n        {end}"))
    assert "Line-forward" in lost(report)
    assert report.methods["Line-forward"]["score"] == pytest.approx(4.0 * (0.5 * 0.875 + 0.125))


def test_a_gradient_of_the_first_weights_is_seen_beside_a_forward_of_them() -> None:
    """By recorded data nothing moves the weights but the grader."""
    solution = LINE.replace(NEXT, FROM_THE_START).replace("d = 2.0 * (self.forward(x) - y)", "d = 2.0 * (FIRST - y)")
    kept = "self.first = getattr(self, 'first', (self.w, self.b)); "
    solution = solution.replace("d = 2.0 * (FIRST", kept + "d = 2.0 * (x @ self.first[0] + self.first[1]")
    report = graded((LINE, OF_LINE), LINE, solution)
    assert lost(report) == ["Line-forward", "Line-gradients"]


def test_weights_in_a_second_place_are_no_fault_beside_a_wrong_forward() -> None:
    solution = LINE.replace(NEXT, "return 3.0 * (x @ self.w + self.b)")
    solution = solution.replace(
        "(self.forward(x) - y)", "(self.forward(x) + 0.0 * (x @ self.both[0] + self.both[1]) - y)"
    )
    solution = solution.replace("for each in weights)\n", "for each in weights)\n        self.both = self.w, self.b\n")
    solution = solution.replace(STEP, f"{STEP}; self.both = self.w, self.b")
    assert lost(graded((LINE, OF_LINE), LINE, solution)) == ["Line-forward"]


def test_weights_in_a_second_place_are_no_fault() -> None:
    """What its own train keeps in step may be read from there, and need not follow what is set from outside."""
    solution = LINE.replace(NEXT, "return x @ self.both[0] + self.both[1]")
    solution = solution.replace("for each in weights)\n", "for each in weights)\n        self.both = self.w, self.b\n")
    in_step = f"{STEP}; self.both = self.w, self.b"
    assert lost(graded((LINE, OF_LINE), LINE, solution.replace(STEP, in_step))) == []
    assert "Line-forward" in lost(graded((LINE, OF_LINE), LINE, solution))


def test_a_run_before_a_question_moves_the_weights_visibly() -> None:
    """Of the rates that are drawn, most hardly move them: what was kept of them would not show."""
    tiny = OF_LINE.replace("draw.one_of(0.1, 0.01, 2.0)", "draw.one_of(1e-7, 1e-8, 1e-9, 0.1)")
    for salt in "abc":
        made = Exam(Reference("it", LINE, tiny), ("Line.forward", "Line.train"), salt)
        question = made.questions["Line.forward/after Line.train"]
        before, after = (made.expected(question, call).arrays["w"] for call in question.scored)
        assert np.abs(after - before).max() > 1e-3


def test_what_goes_wrong_after_hundreds_of_calls_is_asked_at_the_end() -> None:
    counting = "CALLS.append(1); d = 2.0 * (self.forward(x) - y + 0.01 * (len(CALLS) > 500)) / len(y)"
    solution = LINE.replace("class Line", "CALLS = []\n\nclass Line")
    old = "d = 2.0 * (self.forward(x) - y) / len(y)"
    assert "Line-gradients" in lost(graded((solution, OF_LINE), old, counting))


def test_state_that_creeps_by_rounding_is_changed_all_the_same() -> None:
    report = graded(OF, NEXT, "self.b = np.nextafter(self.b, 10.0); return x @ self.w + self.b")
    assert lost(report) == ["Line-forward"]
    assert report.methods["Line-forward"]["score"] == pytest.approx(3.5)
    assert "After Line.forward, `self.b`" in said(report)


def test_a_changed_argument_is_not_charged_again_where_it_may_not_be_written_into() -> None:
    report = graded(OF, "e = p - y", "p -= y; e = p")
    assert report.methods["Line-loss"]["score"] == pytest.approx(3.5)


def test_a_changed_argument_shows_whatever_becomes_of_it_beside_recorded_data() -> None:
    begin = "losses = []"
    report = graded(OF, begin, f"k = np.arange(len(x))[::-1]; x[:], y[:] = x[k], y[k]; {begin}")
    assert lost(report) == ["Line-train"]
    assert "changes its arguments `x` and `y`" in said(report)


def test_a_stop_in_a_run_that_grows_leaves_the_everyday_part() -> None:
    stop = f"if len(losses) > 3 and losses[-1] > losses[-2] > losses[-3]: break\n            {STEP}"
    report = graded(OF, STEP, stop)
    assert report.methods["Line-train"]["score"] == pytest.approx(4.0 * (0.5 * 0.875 + 0.125))


BENT = (
    """
import numpy as np

class Bent:
    '''Units that are on above zero.'''
    def __init__(self, weights):
        '''weights a list of (D, H), (H,) and (1,)'''
        self.w, self.v, self.c = (np.array(each) for each in weights)

    def train(self, x, y, lr, n_ep):
        '''x (N, D), y (N,), lr a number, n_ep a count -> losses (n_ep,)'''
        losses = []
        for _ in range(n_ep):
            h = np.maximum(x @ self.w, 0.0)
            d = h @ self.v + self.c - y
            losses.append(np.sum(d**2))
            dw, dv = x.T @ (np.outer(2 * d, self.v) * (h > 0)), h.T @ (2 * d)
            self.w, self.v, self.c = self.w - lr * dw, self.v - lr * dv, self.c - lr * np.sum(2 * d)
        return np.array(losses)
""",
    """
weights = draw.list(draw.normal("D", "H"), draw.normal("H"), draw.normal(1))
x, y = draw.normal("N", "D"), draw.normal("N")
lr, n_ep = draw.one_of(0.01, 1.0, 1e-5), draw.one_of(1, 2, 6)
assignment(sizes=dict(N=(1, 3, 8), D=(2, 3, 2), H=(3, 2, 4)), state=("w", "v", "c"))
""",
)


@pytest.mark.parametrize("salt", ["0", "2", "3", "4"])
def test_in_a_run_that_grows_all_that_train_leaves_moves(salt: str) -> None:
    """So that who stops early is wrong in all of it; units that are off for good would hold their weights still."""
    made = Exam(Reference("bent", *BENT), ("Bent.train",), salt)
    question = made.questions["Bent.train/rising"]
    (*before, last) = question.calls
    rounds = last.args[last.labels.index("n_ep")]["v"]
    args = tuple(
        {"v": rounds // 2} if label == "n_ep" else arg for label, arg in zip(last.labels, last.args, strict=True)
    )
    half = expect(made.reference, replace(question, calls=(*before, replace(last, args=args))), question.scored[0])
    whole = made.expected(question, question.scored[0])
    for name in ("w", "v", "c"):
        assert np.abs(whole.arrays[name] - half.arrays[name]).max() > 10 * whole.tolerance[name].max()


def test_other_ways_that_are_right_lose_nothing() -> None:
    for old, new in (
        (NEXT, "return np.array([np.dot(row, self.w) + self.b for row in x])"),
        ("return x.T @ d, d.sum()", "return sum(a * b for a, b in zip(x, d)), float(np.sum(d))"),
        ("e = p - y", "e = np.subtract(y, p).astype(np.float32)"),
        (STEP, "self.w -= lr * dw; self.b = self.b - lr * db"),
    ):
        assert lost(graded(OF, old, new)) == [], new


def test_questions_are_the_same_each_time() -> None:
    exam.cache_clear()
    first = exam(*OF).digest
    exam.cache_clear()
    assert exam(*OF).digest == first


HALVES = (
    """
import numpy as np

def halves(x):
    '''x (N, D) -> low (N,), high (N,)'''
    return np.minimum(x, 0.5).sum(axis=1), np.maximum(x, 0.5).sum(axis=1)
""",
    """
x = draw.normal("N", "D")
assignment(sizes=dict(N=[2, 5, 7], D=[3, 4, 2]))
""",
)


@pytest.mark.parametrize("cells", [("halves",), ("halves-low", "halves-high")])
def test_who_writes_into_an_argument_loses_whichever_cells_score_it(cells: tuple[str, ...]) -> None:
    """Whether one cell scores the callable or each of its results has one: what it leaves alone counts once."""
    made = exam(*HALVES)

    def fresh() -> dict:
        namespace: dict = {"__name__": "submission"}
        exec(HALVES[0].replace("    return", "    x += 0.0 * x + 1.0\n    x -= 1.0\n    return"), namespace)
        return namespace

    report = judge([tried(made, dict.fromkeys(cells, 4.0), rubric_of(Path("nowhere")), fresh)])[0]
    assert len(lost(report)) == 1


KINKED = (
    """
import numpy as np

def hidden(x, w):
    '''x (N, D), w (D, H) -> h (N, H)'''
    return np.maximum(x @ w, 0.0)

def slopes(x, dh, w):
    '''x (N, D), dh (N, H), w (D, H) -> dw (D, H)'''
    z = x @ w
    return x.T @ (dh * (z > 0))
""",
    """
x, dh, w = draw.normal("N", "D"), draw.normal("N", "H"), draw.normal("D", "H")
assignment(sizes=dict(N=(1, 4, 9), D=(3, 2, 3), H=(2, 4, 3)))
""",
)
MASK, RELU = "(z > 0)", "return np.maximum(x @ w, 0.0)"


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        (MASK, "(z > 1e-4)", "slopes"),
        (MASK, "(z.round(3) > 0)", "slopes"),
        (MASK, "np.clip(z * 1e4, 0.0, 1.0)", "slopes"),
        (RELU, "z = x @ w; return z * (z > 1e-2)", "hidden"),
    ],
)
def test_a_border_that_is_a_little_off_is_seen(old: str, new: str, name: str) -> None:
    report = graded(KINKED, old, new)
    assert lost(report) == [name]
    assert report.methods[name]["score"] == pytest.approx(4.0 * (0.5 * 0.875 + 0.125))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (MASK, "(z.astype(np.float32) >= 0)"),
        (MASK, "(x.astype(np.float32) @ w.astype(np.float32) > 0)"),
        (MASK, "(sum(x[:, [k]] * w[k] for k in reversed(range(len(w)))) > 0)"),
        (RELU, "z = (x.astype(np.float32) @ w.astype(np.float32)); return (z + np.abs(z)) / 2"),
    ],
)
def test_no_right_answer_lands_on_the_other_side_of_a_border(old: str, new: str) -> None:
    assert lost(graded(KINKED, old, new)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (NEXT, "self.p = getattr(self, 'p', x @ self.w + self.b); return self.p if len(x) == len(self.p) else "
         "x @ self.w + self.b"),
        (NEXT, FROM_THE_START),
    ],
    ids=["its first answer", "its first weights"],
)  # fmt: skip
def test_what_comes_once_more_is_told_as_that(old: str, new: str) -> None:
    report = graded(OF, old, new)
    assert "Line-forward" in lost(report)
    assert "What an earlier call gave comes once more, number for number, as p when asked" in said(report)


def test_answers_that_are_kept_by_where_arrays_lie_are_wrong() -> None:
    """What comes then hangs on the memory: of another size, or what came before."""
    kept = "import numpy.testing as kept; k = getattr(kept, 'k', {}); kept.k = k; "
    assert "Line-forward" in lost(graded(OF, NEXT, kept + "return k.setdefault(id(x), x @ self.w + self.b)"))


def test_what_was_right_for_another_question_is_told_as_kept_though_its_shape_is_wrong() -> None:
    """A table under names that come again: the first answer is given to a question of another size."""
    kept = "import numpy.testing as kept; k = kept.__dict__.setdefault('line', []); "
    once = "k.append(x @ self.w + self.b); return k[-2] if len(k) == 3 else k[-1]"
    report = graded(OF, NEXT, kept + once)
    assert lost(report) == ["Line-forward"]
    assert "What an earlier call gave comes once more, number for number, as p when asked" in said(report)


def test_what_is_wrong_elsewhere_too_is_not_told_as_kept() -> None:
    assert "once more" not in said(graded(OF, NEXT, "self.p = getattr(self, 'p', 0.5 + 0.0 * x[:, 0]); return self.p"))


@pytest.mark.parametrize(
    ("new", "told"),
    [
        ("np.sum(e**2) / max(len(y) - 1, 1)", "L: It comes out multiplied by N and divided by N less one."),
        ("np.sum(e**2) / (len(y) - 1)", "L: It comes out multiplied by N and divided by N less one."),
        ("np.mean(e**2) / max(len(y) - 1, 1)", "L: It comes out divided by N less one."),
    ],
)
def test_a_mean_over_one_fewer_is_named(new: str, told: str) -> None:
    report = graded(OF, "np.mean(e**2)", new)
    assert lost(report) == ["Line-loss"]
    assert told.removeprefix("L: ") in said(report)


TOTAL = """
import numpy as np

def total(parts):
    '''parts a list -> s a number'''
    s = sum(float(np.sum(each)) for each in parts)
    return s
"""
OF_TOTAL = """
parts = draw.list(draw.normal("N"), draw.normal("N"))
assignment(sizes=dict(N=(2, 3)))
"""


def test_a_list_that_holds_other_numbers_the_second_time_is_no_other_list() -> None:
    kept = "kept = total.__dict__.setdefault('kept', [])"
    again = "s = next((s for p, s in kept if p is parts), s); kept.append((parts, s))"
    assert lost(graded((TOTAL, OF_TOTAL), "return s", f"{kept}; {again}; return s")) == ["total"]


def test_a_run_that_meets_its_data_has_the_fewest_rounds_that_leave_next_to_nothing() -> None:
    """Each round is work for every submission."""
    made = exam(*OF)
    question = made.questions["Line.train/met"]
    rounds = question.calls[-1].args[-1]["v"]
    losses = made.expected(question, question.scored[0]).arrays["losses"]
    assert rounds == len(losses) == 130
    assert losses[-1] < 1e-18 * losses[0]
    assert f"n_ep = {rounds}" in question.situation


def test_a_run_that_is_met_slowly_has_as_many_rounds_as_it_takes() -> None:
    made = exam(LINE, OF_LINE.replace("0.1, 0.01, 2.0", "0.005, 0.002"))
    question = made.questions["Line.train/met"]
    losses = made.expected(question, question.scored[0]).arrays["losses"]
    assert len(losses) in (260, 520)
    assert losses[129] > 1e-18 * losses[0]
    assert losses[-1] < 1e-10 * losses[0]


def test_who_stops_where_little_is_left_is_seen() -> None:
    """The weights stand where they were then."""
    stop = "for k in range(n_ep):\n            if k and losses[-1] < 1e-7:\n                losses.append(losses[-1])"
    report = graded(OF, "for k in range(n_ep):", f"{stop}\n                continue")
    assert lost(report) == ["Line-train"]


def test_records_beyond_all_numbers_are_looked_at_in_silence() -> None:
    reference = exam(*OF).reference
    with warnings.catch_warnings(action="error"):
        assert rises(reference, "Line.train", {"losses": np.array([1.0, np.inf, np.inf])})
