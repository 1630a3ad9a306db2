"""What a submission calls, keeps and reads otherwise than the solution, beside a method of it that is wrong."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.callables import Exam, Reference
from tests.callables.graded import exam, graded, lost, said

NET = (
    '''
import numpy as np

class Net:
    """A hidden layer of relus. The solution works everything out anew in its gradient, and calls nothing there."""

    def __init__(self, weights):
        """weights a list of v (D, H) and w (H,)"""
        v, w = weights
        self.v, self.w = np.array(v), np.array(w)

    def forward(self, X):
        """X (N, D) -> p (N,)"""
        z = X @ self.v
        h = np.maximum(z, 0)
        return h @ self.w

    def loss(self, p, y):
        """p (N,), y (N,) -> L a number"""
        return np.sum((p - y) ** 2)

    def gradients(self, X, y):
        """X (N, D), y (N,) -> dv (D, H), dw (H,)"""
        z = X @ self.v
        h = np.maximum(z, 0)
        error = 2 * (h @ self.w - y)
        return X.T @ (np.outer(error, self.w) * (z > 0)), h.T @ error

    def train(self, X, y, lr, n_ep):
        """X (N, D), y (N,), lr a number, n_ep a count -> losses (n_ep,)"""
        losses = np.empty(n_ep)
        for epoch in range(n_ep):
            losses[epoch] = self.loss(self.forward(X), y)
            dv, dw = self.gradients(X, y)
            self.v -= lr * dv
            self.w -= lr * dw
        return losses
''',
    """
weights = draw.list(draw.normal("D", "H"), draw.normal("H"))
X, y, p = draw.normal("N", "D"), draw.normal("N"), draw.normal("N")
lr, n_ep = draw.one_of(0.01, 0.3), draw.one_of(4, 1, 12)
assignment(sizes=dict(N=(1, 3, 8), D=(3, 4, 2), H=(4, 2, 5)), state=("v", "w"))
slope(
    Net.gradients, of=lambda weights, X, y: (net := Net(weights)).loss(net.forward(X), y),
    by=("dv", "dw"), wrt=("weights.0", "weights.1"),
)
""",
)
FORWARD = "        z = X @ self.v\n        h = np.maximum(z, 0)\n        return h @ self.w\n"
GRADIENTS = NET[0][NET[0].index("        z = X @ self.v\n        h = np.maximum(z, 0)\n        error") :]
GRADIENTS = GRADIENTS[: GRADIENTS.index("\n    def train")]
BACK = "return X.T @ (np.outer(error, self.w) * (self.z > 0)), {h}.T @ error\n"
CALLS = "        z = X @ self.v\n        error = 2 * (self.forward(X) - y)\n        " + BACK.format(
    h="np.maximum(z, 0)"
).replace("self.z", "z")
READS = "        error = 2 * (self.forward(X) - y)\n        " + BACK.format(h="self.h")
READS_ONE = "        error = 2 * (self.forward(X) - y)\n        " + BACK.format(h="self.z")
KEEPS = "        self.z = X @ self.v\n        self.h = {0}\n        return {1}self.h @ self.w\n"


def both(forward: str, gradients: str):
    """The report where forward and gradients are written otherwise."""
    solution, declaration = NET
    assert FORWARD in solution
    assert GRADIENTS in solution
    changed = solution.replace(GRADIENTS, gradients).replace(FORWARD, forward)
    return graded((solution, declaration), solution, changed)


@pytest.mark.parametrize(
    ("forward", "gradients"),
    [
        ("        return 3 * np.maximum(X @ self.v, 0) @ self.w\n", CALLS),
        (KEEPS.format("np.maximum(self.z, 0)", "3 * "), READS),
        (KEEPS.format("self.z", ""), READS),
        (KEEPS.format("np.tanh(self.z)", ""), READS),
        ("        self.z = X @ self.v\n        return self.z @ self.w\n", READS_ONE),
    ],
    ids=["calls it", "keeps right ones", "keeps one without relu", "keeps a tanh", "keeps one for both"],
)
def test_a_gradient_that_leans_on_a_wrong_forward_costs_nothing(forward: str, gradients: str) -> None:
    """However it leans on it: the right answer, or what a right forward works out, stands in its place."""
    assert lost(both(forward, gradients)) == ["Net-forward"]


def test_what_leans_on_a_right_forward_is_right_as_it_stands() -> None:
    assert lost(both(KEEPS.format("np.maximum(self.z, 0)", ""), READS)) == []


@pytest.mark.parametrize("gradients", [READS.replace("(self.z > 0)", "1"), READS.replace("self.h.T", "self.z.T")])
def test_a_wrong_gradient_beside_a_wrong_forward_loses_its_own_points(gradients: str) -> None:
    assert lost(both(KEEPS.format("np.tanh(self.z)", ""), gradients)) == ["Net-forward", "Net-gradients"]


@pytest.mark.parametrize("sign", ["-", "2 * "])
def test_who_reads_the_wrong_one_of_what_is_kept_is_wrong(sign: str) -> None:
    """Beside a forward that is wrong at its very end no array may be exchanged for the one that was to be read."""
    forward = f"        self.z = X @ self.v\n        return {sign}np.maximum(self.z, 0) @ self.w\n"
    assert lost(both(forward, READS_ONE)) == ["Net-forward", "Net-gradients"]


def test_an_argument_that_is_missing_is_missed_where_others_stand_in_as_well() -> None:
    """A record that answers whatever it is asked would make the run right."""
    report = graded(NET, "dv, dw = self.gradients(X, y)", "dv, dw = self.gradients(X)")
    assert lost(report) == ["Net-train"]
    assert "missing" in said(report)


TWINS = (
    '''
import numpy as np

def by_loops(x, w):
    """x (N, D), w (D,) -> p (N,)"""
    return np.array([sum(a * b for a, b in zip(row, w)) for row in x])

def at_once(x, w):
    """x (N, D), w (D,) -> q (N,)"""
    return x @ w
''',
    """
x, w = draw.normal("N", "D"), draw.normal("D")
assignment(sizes=dict(N=(1, 3, 5), D=(2, 4, 3)))
""",
)


def test_the_answer_of_a_twin_stands_in_for_nobody() -> None:
    """Else who writes neither, and calls the one in the other, would be told the answers of both."""
    made = exam(*TWINS)
    assert made.repeated.standing("at_once") == made.repeated.standing("by_loops") == ()
    solution, declaration = TWINS
    wrong = solution.replace("return np.array([sum(a * b for a, b in zip(row, w)) for row in x])", "return 0 * x[:, 0]")
    report = graded((solution, declaration), solution, wrong.replace("return x @ w", "return by_loops(x, w)"))
    assert lost(report) == ["by_loops", "at_once"]


CODER = (
    '''
import numpy as np

class Coder:
    def __init__(self, v, w):
        """v (D, H), w (H,)"""
        self.v, self.w = np.array(v), np.array(w)

    def encode(self, X):
        """X (N, D) -> h (N, H)"""
        return np.tanh(X @ self.v)

    def forward(self, X):
        """X (N, D) -> p (N,)"""
        h = np.tanh(X @ self.v)
        return h @ self.w
''',
    """
X, v, w = draw.normal("N", "D"), draw.normal("D", "H"), draw.normal("H")
assignment(sizes=dict(N=(1, 3, 5), D=(3, 4, 2), H=(2, 5, 4)), state=("v", "w"))
""",
)


def test_what_a_neighbour_works_out_answers_nothing_that_is_asked() -> None:
    """Else who calls a wrong forward, and returns what it has kept, would be handed the right answer."""
    solution, declaration = CODER
    wrong = solution.replace(
        "        h = np.tanh(X @ self.v)\n        return h @ self.w\n",
        "        self.h = 0.5 * (X @ self.v)\n        return self.h @ self.w\n",
    ).replace("        return np.tanh(X @ self.v)\n", "        self.forward(X)\n        return self.h\n")
    assert lost(graded(CODER, solution, wrong)) == ["Coder-encode", "Coder-forward"]
    made = exam(solution, declaration)
    repeated = {
        q.asks for unlike in (False, True) for of in made.repeated.kept("Coder.encode", unlike).values() for q in of
    }
    answers = [made.expected(made.questions[each], 1).arrays["h"] for each in repeated]
    assert not any(each.any() for each in answers)  # nothing is told by zeros where zeros are asked


def test_no_question_with_stand_ins_holds_an_answer_that_it_asks_for() -> None:
    made = Exam(Reference("net", *NET), ("Net.forward", "Net.loss", "Net.gradients", "Net.train"))
    seen = 0
    for question in made.repeated.standing("Net.gradients"):
        held = [row["value"] for table in question.stand_in.values() for row in table["rows"]]
        for call in question.scored:
            for array in made.expected(question, call).arrays.values():
                seen += 1
                same = [np.shape(each) == array.shape and np.allclose(each, array) for each in held if array.any()]
                assert not any(same) or array.size == 1
    assert seen


def test_samples_that_stand_in_many_rows_travel_once() -> None:
    """The arrays that every epoch asks about are one, so that a message holds them once."""
    made = Exam(Reference("net", *NET), ("Net.forward", "Net.loss", "Net.gradients", "Net.train"))
    plain = [each for each in made.repeated.standing("Net.train") if each.plain]
    question = max(plain, key=lambda each: len(each.stand_in["Net.loss"]["rows"]))
    rows = [row for name in ("Net.forward", "Net.gradients") for row in question.stand_in[name]["rows"]]
    assert len(rows) > 20
    assert len({id(row["args"][0]) for row in rows}) == 1
    assert len({id(array) for row in rows for _, array in row["state"]}) == len(rows)  # v and w of each epoch, twice
