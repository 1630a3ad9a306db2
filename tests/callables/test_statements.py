"""What a forgotten statement is called."""

from __future__ import annotations

import pytest

from autograder.callables.declared.signatures import signatures
from autograder.callables.faults.changes import changes


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("w -= 0.1 * x", "update forgotten"),
        ("w[:] -= 0.1 * x", "update forgotten"),
        ("w[...] -= 0.1 * x", "update forgotten"),
        ("w[np.arange(3), x] -= 1", "step forgotten"),
        ("w[0] += x", "step forgotten"),
    ],
)
def test_only_a_whole_quantity_changes_from_round_to_round(statement: str, kind: str) -> None:
    """A 1 taken off one entry of each row is no update that a loop carries on."""
    source = f"def f(w, x):\n    for k in range(3):\n        {statement}\n    return w\n"
    found = changes(source, tuple(signatures(source).values()))
    inner = [each.kind for each in found if each.edits[0].operator == "forget" and len(each.edits[0].path) == 4]
    assert inner == [kind]
