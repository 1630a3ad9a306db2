"""A question put to trusted code in this process."""

from __future__ import annotations

from typing import Any

from autograder.observe import probe


def ask_trusted(
    namespace: dict[str, Any], question: dict[str, Any], watched: Any = None, kind: type = float
) -> list[dict[str, Any]]:
    """The replies to a question's calls, as `probe.ask_calls` gives them one by one.

    Raises KeyboardInterrupt: what the child's side takes for something that a submission raised is, here, Ctrl-C. Taken
    for an answer it would stand among the right ones.
    """
    replies: list[dict[str, Any]] = []
    probe.ask_calls(namespace, question, replies.append, watched, kind)
    if any(reply.get("error", {}).get("type") == KeyboardInterrupt.__name__ for reply in replies):
        raise KeyboardInterrupt
    return replies
