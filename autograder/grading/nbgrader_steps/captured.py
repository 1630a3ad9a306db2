"""A step of nbgrader's run in this process, its words kept."""

from __future__ import annotations

from typing import Any


def captured(step: Any) -> dict[str, Any]:
    """Whether it succeeded, its log and error, as nbgrader's capture_log gives them.

    Raises KeyboardInterrupt, which capture_log takes for a failure like any other.
    """
    from nbgrader.utils import capture_log

    interrupted = False
    start = step.start

    def watched() -> None:
        nonlocal interrupted
        try:
            start()
        except KeyboardInterrupt:
            interrupted = True
            raise

    step.start = watched
    result: dict[str, Any] = capture_log(step)
    if interrupted:
        raise KeyboardInterrupt
    return result
