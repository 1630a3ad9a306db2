"""Notebooks run in real kernels."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError

MOST_S = 120  # for a cell; the longest takes ten seconds, and half a minute where others run beside it


def executed(notebook: Any, folder: Path, *, errors: bool = False, env: Mapping[str, str] | None = None) -> Any:
    """A copy of the notebook with its outputs, from a real kernel in a folder.

    Now and then a kernel sits there with nothing to do while its client waits for the end of a cell: a message between
    the two was lost. Then it is run once more, from the start, in another kernel.
    """
    for last in (False, True):
        node = copy.deepcopy(notebook)
        resources = {"metadata": {"path": str(folder)}}
        client = NotebookClient(node, timeout=MOST_S, allow_errors=errors, resources=resources)
        try:
            client.execute(**({} if env is None else {"env": dict(env)}))
            return node
        except CellTimeoutError:
            if last:
                raise
    raise AssertionError("not reached")
