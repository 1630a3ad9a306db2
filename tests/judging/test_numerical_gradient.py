"""A gradient that was found by numbers is told by proof, and no other gradient is called that."""

from __future__ import annotations

import pytest

from autograder.core import Report
from tests.judging.naming.submitted import points, report_on, written

LESSON = "shallow_narrow"


def graded(dloss_dw: str, **others: str) -> Report:
    """The report on the solution with another dloss_dw (its body), and other methods (whole)."""
    lines = "\n".join(f"    {line}" for line in dloss_dw.strip("\n").splitlines())
    return report_on(LESSON, written(LESSON, {"dloss_dw": f"def dloss_dw(self, x, y_true):\n{lines}", **others}))


def named(report: Report) -> set[str]:
    """The codes of all that is told."""
    return {found.code for check in report.checks for found in check.diagnoses}


IN_PLACE = "L = lambda a, b: np.mean((y_true - b * a * x) ** 2)\na, b = self.w1, self.w2\n"
BY_NUMBERS = {
    "seven points": IN_PLACE
    + """
h, c = 1e-2, ((1, 45), (2, -9), (3, 1))
d = lambda f: sum(k * (f(m * h) - f(-m * h)) for m, k in c) / (60 * h)
return float(d(lambda t: L(a + t, b))), float(d(lambda t: L(a, b + t)))""",
    "a step of two, which is exact": IN_PLACE
    + "return float((L(a + 2, b) - L(a - 2, b)) / 4), float((L(a, b + 2) - L(a, b - 2)) / 4)",
    "extrapolated": IN_PLACE
    + """
d = lambda f, h: (f(h) - f(-h)) / (2 * h)
r = lambda f: (4 * d(f, 5e-4) - d(f, 1e-3)) / 3
return float(r(lambda t: L(a + t, b))), float(r(lambda t: L(a, b + t)))""",
    "a cubic through four losses": IN_PLACE
    + """
t = np.array([-1.5, -0.5, 0.5, 1.5])
d = lambda f: float(np.polynomial.Polynomial.fit(t, [f(k) for k in t], 3).deriv()(0.0))
return d(lambda k: L(a + k, b)), d(lambda k: L(a, b + k))""",
    "by np.gradient": IN_PLACE
    + """
h = 1e-4
d = lambda f: float(np.gradient([f(-h), f(0.0), f(h)], h)[1])
return d(lambda k: L(a + k, b)), d(lambda k: L(a, b + k))""",
    "a difference of predictions": """
e = 2 * (self.w2 * self.w1 * x - y_true) / len(x)
p = lambda a, b: b * a * x
a, b, h = self.w1, self.w2, 1e-3
return float(e @ (p(a + h, b) - p(a - h, b)) / (2 * h)), float(e @ (p(a, b + h) - p(a, b - h)) / (2 * h))""",
    "the complex step, its unit from np.sqrt": IN_PLACE
    + """
h = 1e-25
i = np.sqrt(np.complex128(-1)) * h
return float(np.imag(L(a + i, b)) / h), float(np.imag(L(a, b + i)) / h)""",
}


@pytest.mark.slow
@pytest.mark.parametrize("body", BY_NUMBERS.values(), ids=BY_NUMBERS.keys())
def test_a_gradient_found_by_numbers_keeps_a_quarter_of_its_values(body: str) -> None:
    report = graded(body)
    assert points(report, "dloss_dw") == 1.375
    assert named(report) == {"numerical-gradient"}


@pytest.mark.slow
def test_a_difference_beside_a_forward_that_moves_weights_is_seen_too() -> None:
    forward = "def forward(self, x):\n    self.w2 = float(np.nextafter(self.w2, 9.0))\n    return self.w2 * self.w1 * x"
    report = graded(BY_NUMBERS["extrapolated"], forward=forward)
    assert points(report, "dloss_dw") == 1.375
    assert "numerical-gradient" in named(report)


FORMULA = "r = self.w2 * self.w1 * x - y_true\n"
DERIVED = {
    "in single precision": """
a, b, t, y = (np.float32(each) for each in (self.w1, self.w2, x, y_true))
r = b * a * t - y
return float(2 * np.mean(r * b * t)), float(2 * np.mean(r * a * t))""",
    "from its own forward with other weights, put back": """
r, a, b = self.forward(x) - y_true, self.w1, self.w2
self.w1, self.w2 = 1.0, b
one = self.forward(x)
self.w1, self.w2 = a, 1.0
two = self.forward(x)
self.w1, self.w2 = a, b
return float(2 * np.mean(r * one)), float(2 * np.mean(r * two))""",
    "both sums in one complex number": FORMULA
    + "z = 2 * np.mean(r * x * (self.w2 + 1j * self.w1))\nreturn float(z.real), float(z.imag)",
    "with helpers called h, step and imag": FORMULA
    + """
h = eps = step = 1e-6
imag = lambda v: float(np.mean(v))
return imag(2 * r * self.w2 * x * h) / h, imag(2 * r * self.w1 * x * eps) / eps""",
    "with an object for each sample": """
own = [type(self)((self.w1, self.w2)) for _ in x]
r = np.array([one.forward(t) for one, t in zip(own, x)]) - y_true
return float(2 * np.mean(r * self.w2 * x)), float(2 * np.mean(r * self.w1 * x))""",
    "by matrices, multiplied out": """
a, b, n = self.w1, self.w2, len(x)
s, t = float(x @ x), float(x @ y_true)
return 2 * b * (a * b * s - t) / n, 2 * a * (a * b * s - t) / n""",
}


@pytest.mark.slow
@pytest.mark.parametrize("body", DERIVED.values(), ids=DERIVED.keys())
def test_a_derivative_in_whatever_style_is_not_called_numerical(body: str) -> None:
    report = graded(body)
    assert named(report) == set()
    assert report.score == 10.0


WRONG = {
    "errors are cut": "r = np.clip(self.w2 * self.w1 * x - y_true, -1e4, 1e4)",
    "large errors are left out": "r = self.w2 * self.w1 * x - y_true\nr = np.where(np.abs(r) > 1e4, 0.0, r)",
    "the targets are whole numbers of 16 bits": "r = self.w2 * self.w1 * x - y_true.astype(np.int16)",
    "the weights are changed too": FORMULA + "self.w1 = self.w1 - 0.1 * float(2 * np.mean(r * self.w2 * x))",
    "noise is added": FORMULA + "r = r * (1 + 1e-2 * np.random.default_rng().normal(size=len(x)))",
}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize("head", WRONG.values(), ids=WRONG.keys())
def test_a_gradient_wrong_in_another_way_is_not_called_numerical(head: str) -> None:
    report = graded(f"{head}\nreturn float(2 * np.mean(r * self.w2 * x)), float(2 * np.mean(r * self.w1 * x))")
    assert "numerical-gradient" not in named(report)
    assert points(report, "dloss_dw") < 4.0


@pytest.mark.slow
def test_a_forward_that_clips_costs_a_right_gradient_nothing() -> None:
    forward = "def forward(self, x):\n    return np.maximum(self.w2 * self.w1 * x, -1e5)"
    report = graded(
        "r = self.forward(x) - y_true\nreturn float(2 * np.mean(r * self.w2 * x)), "
        "float(2 * np.mean(r * self.w1 * x))", forward=forward)  # fmt: skip
    assert points(report, "dloss_dw") == 4.0
    assert "numerical-gradient" not in named(report)
