"""Where the environment is the reason for an exception, it is said."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.callables.judged.environment_faults import Installed, by_environment, misspelled
from autograder.core import Failure
from autograder.notebooks import Cell


def found(kind: str, text: str, source: str = "", *notes: str) -> Installed | None:
    return by_environment("forward", Failure(kind, text, "cell 3, line 2: y"), [Cell(0, source)], notes)


@pytest.mark.parametrize(
    ("source", "name"),
    [("from scipy.special import expit", "expit"), ("import scipy", "scipy"), ("import scipy.stats as st", "st")],
)
def test_a_name_that_a_failed_import_would_have_bound_is_a_missing_package(source: str, name: str) -> None:
    note = "cell 1 raised ModuleNotFoundError: No module named 'scipy'"
    fault = found("NameError", f"name '{name}' is not defined", source, note)
    assert fault is not None
    assert fault.code == "missing-package"
    assert "scipy, which is not there when this is graded; NumPy is" in fault.says


def test_a_name_beside_a_failed_import_is_no_missing_package() -> None:
    note = "cell 1 raised ModuleNotFoundError: No module named 'scipy'"
    assert found("NameError", "name 'lr' is not defined", "import scipy", note) is None
    assert found("NameError", "name 'scipy' is not defined", "import scipy") is None


def test_an_import_inside_a_method_is_told_too() -> None:
    fault = found("ModuleNotFoundError", "No module named 'sklearn.metrics'")
    assert fault is not None
    assert "sklearn," in fault.says


@pytest.mark.parametrize(
    ("kind", "text", "version"),
    [
        ("AttributeError", "module 'numpy' has no attribute 'product'", "2.0"),
        ("AttributeError", "module 'numpy' has no attribute 'row_stack'", "2.5"),
        ("AttributeError", "'numpy.ndarray' object has no attribute 'ptp'", "2.0"),
        ("AttributeError", "`itemset` was removed from the ndarray class in NumPy 2.0.", "2.0"),
        ("AttributeError", "'numpy.ndarray' object has no attribute 'tostring'", "2.3"),
        ("AttributeError", "`np.float_` was removed in the NumPy 2.0 release. Use `np.float64` instead.", "2.0"),
        ("AttributeError", "module 'numpy' has no attribute 'float'.\n`np.float` was", "1.24"),
        ("TypeError", "only 0-dimensional arrays can be converted to Python scalars", "2.4"),
        ("ValueError", "setting an array element with a sequence.", "2.4"),
    ],
)
def test_what_older_versions_allowed_is_told_with_the_versions(kind: str, text: str, version: str) -> None:
    fault = found(kind, text)
    assert fault is not None
    assert f"NumPy {np.__version__}" in fault.says
    assert f"before NumPy {version}" in fault.says


def test_a_name_that_numpy_never_had_is_not_blamed_on_a_version() -> None:
    assert found("AttributeError", "module 'numpy' has no attribute 'sigmoid'") is None


def test_an_attribute_that_no_line_sets_is_told_with_the_nearest_one() -> None:
    cells = [Cell(0, "class A:\n    def __init__(self, w):\n        self.weight1 = w\n")]
    failure = Failure("AttributeError", "'A' object has no attribute 'weights1'", "")
    assert "self.weight1 meant" in misspelled(failure, cells)
    cells = [Cell(0, "class A:\n    def forward(self, x):\n        self.weights1 = x\n")]
    assert misspelled(failure, cells) == ""


@pytest.mark.parametrize("kind", ["numpy.ndarray", "float", "list", "NoneType", "method"])
def test_an_attribute_of_no_class_of_the_students_is_not_told_as_unset(kind: str) -> None:
    """`self.w.ptp()` is about the array, and `self.w` is set."""
    cells = [Cell(1, "class A:\n    def __init__(self, w):\n        self.w = w\n", False)]
    assert misspelled(Failure("AttributeError", f"'{kind}' object has no attribute 'ptp'", ""), cells) == ""
