"""What runs lessons in real kernels: a lost message costs a second run, a cell that never ends is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient.exceptions import CellTimeoutError

from tests.support import kernels


class Losing:
    """A client whose first `lost` runs wait for a cell's end in vain."""

    lost = 0

    def __init__(self, notebook: Any, **options: Any):
        self.notebook = notebook

    def execute(self) -> None:
        self.notebook.cells[0].outputs.append("ran")
        Losing.lost -= 1
        if Losing.lost >= 0:
            raise CellTimeoutError("waited in vain")


def test_a_lost_message_costs_a_second_run_from_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "NotebookClient", Losing)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")])
    Losing.lost = 1
    assert kernels.executed(notebook, tmp_path).cells[0].outputs == ["ran"]
    assert notebook.cells[0].outputs == []
    Losing.lost = 2
    with pytest.raises(CellTimeoutError):
        kernels.executed(notebook, tmp_path)
