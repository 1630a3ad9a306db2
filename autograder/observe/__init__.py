"""Questions put to what a submission defines: the child's side, and the talk with it.

Reading order: session (a submission asked, over as many processes as it takes), asked (for what), exchange (the talk
with one process, and its clocks), probe/ (the child's side), replies (a reply's form checked, and its arrays),
redaction (what an exception may say), trusted (a question put to code of ours in this process).
"""

from autograder.observe import probe
from autograder.observe.asked import Asked, KnownReplies, elements
from autograder.observe.exchange import SUBMISSION_S
from autograder.observe.replies import arrays_in, result_named
from autograder.observe.session import NOT_ASKED, NOT_ENDED, PROGRAM, TIME_USED_UP, Session
from autograder.observe.trusted import ask_trusted

__all__ = [
    "NOT_ASKED", "NOT_ENDED", "PROGRAM", "SUBMISSION_S", "TIME_USED_UP", "Asked", "KnownReplies", "Session",
    "arrays_in", "ask_trusted", "elements", "probe", "result_named",
]  # fmt: skip
