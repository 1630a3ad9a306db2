"""Trusted code is asked in this process, where Ctrl-C is no answer."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest

from autograder.observe import ask_trusted


def asked(function: Any) -> list[dict[str, Any]]:
    """The replies to one call."""
    call = {"name": "f", "args": [], "labels": []}
    return ask_trusted({"f": function}, {"id": "f/1", "calls": [call]})


def test_what_trusted_code_raises_is_its_answer() -> None:
    (reply,) = asked(lambda: {}["key"])
    assert (reply["outcome"], reply["error"]["type"]) == ("raised", "KeyError")


def test_ctrl_c_is_not_what_the_solution_answers() -> None:
    """Kept as its answer, it would stand among the right ones for the next class."""
    with pytest.raises(KeyboardInterrupt):
        asked(lambda: os.kill(os.getpid(), signal.SIGINT))
