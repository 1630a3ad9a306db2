"""What students are given is no place to look for a fault, and operators run the methods of a class."""

from __future__ import annotations

from autograder.callables.declared.functions import functions
from autograder.callables.declared.signatures import signatures
from autograder.callables.faults.changes import changes

SOURCE = """
class Value:
    def __init__(self, data):
        self.data = data

    def __mul__(self, other):
        return Value(2 * self.data - other.data)

    def __neg__(self):
        return Value(0 - self.data)

    def relu(self):
        return Value(3 * self.data)


def asked(a, b):
    return (-Value(a) * Value(b)).data
"""


def changed(source: str) -> set[str]:
    return {edit.function for change in changes(source, [signatures(source)["asked"]]) for edit in change.edits}


def test_an_operator_runs_the_method_behind_it() -> None:
    reached = functions(SOURCE).reach("asked")
    assert {"Value.__mul__", "Value.__neg__"} <= {*reached}
    assert "Value.relu" not in reached


def test_given_functions_are_not_changed_and_what_they_run_is() -> None:
    assert {"asked", "Value.__mul__"} <= changed(SOURCE)
    given = changed(SOURCE + "\n\nGIVEN = ('asked',)\n")
    assert "asked" not in given
    assert "Value.__mul__" in given
