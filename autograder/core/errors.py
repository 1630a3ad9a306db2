"""What all errors share that a user can do something about: their message says what, and they end a command in order.

The rooms that import nothing of ours (the sandbox, the assignments) have errors of their own.
"""

from __future__ import annotations


class AutograderError(Exception):
    """A command ends with this message and `exit_code`: 2 for bad input, 1 where something has no score or proof."""

    exit_code = 2
