"""A second solution is graded as a student's: one that is right is no one's business, a wrong one stops the build."""

from __future__ import annotations

from typing import Any

from autograder.authoring.cells import is_note
from autograder.authoring.declared import reference
from autograder.authoring.proofs import release_proofs, second_opinion
from tests.authoring.refusals import ALTERNATIVE, said_of_alternative


def cell(source: str, *tags: str, solution: bool = False) -> dict[str, Any]:
    """A code cell."""
    metadata: dict[str, Any] = {"tags": list(tags)}
    if solution:
        metadata["nbgrader"] = {"solution": True, "grade": False}
    return {"cell_type": "code", "metadata": metadata, "source": source}


def test_a_second_solution_that_is_right_says_nothing() -> None:
    assert said_of_alternative(ALTERNATIVE.format("0")) == []


def test_a_wrong_one_is_told_by_its_function_and_the_difference() -> None:
    """And only that function: what calls it is judged with recorded answers."""
    (said,) = said_of_alternative(ALTERNATIVE.format("1"))
    assert said.startswith("the alternative in cell 2: its scores does not agree with the solution's")
    assert "off by one and the same number" in said.partition("so one of them is wrong: ")[2]


def test_one_that_defines_nothing_of_the_solution_or_does_not_run_is_told() -> None:
    (said,) = said_of_alternative("def score(W, X):\n    return X @ W")
    assert said.endswith("defines no function of the solution: call it as there; there are: scores, loss")
    (said,) = said_of_alternative("def scores(W, X:\n    return X @ W")
    assert said.startswith("the alternative in cell 2 cannot be run: SyntaxError: ")


def test_it_is_no_part_of_the_solution_and_reaches_no_student() -> None:
    second = cell("def double(x):\n    return x + x", "alternative")
    first = cell("def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION", solution=True)
    declaration = cell("x = draw.normal('N')\nassignment(sizes=dict(N=(1, 3)))", "autograder")
    notebook = {"cells": [first, second, declaration]}
    assert "x + x" not in reference(notebook, "it")
    assert is_note(second)
    assert second_opinion.without(notebook)["cells"] == [first, declaration]


def test_a_line_of_it_in_the_release_is_a_leak(tmp_path: Any) -> None:
    """As with the solution."""
    (tmp_path / "notes.txt").write_text("h = np.tanh(x @ W + b)", encoding="utf-8")
    notebook = {"cells": [cell("def layer(x, W, b):\n    h = np.tanh(x @ W + b)\n    return h", "alternative")]}
    said = release_proofs.nothing_leaks(notebook, tmp_path)
    assert said
    assert all(line.startswith("notes.txt shows a line of the alternative: ") for line in said)
