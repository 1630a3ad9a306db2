"""Questions put to a class: the child's side, and the talk with it.

Reading order: session (a submission asked, over as many processes as it takes), asked (for what), exchange (the talk
with one process, and its clocks), probe/ (the child's side), replies (a reply's form checked, and its arrays),
redaction (what an exception may say).
"""

from autograder.observe import probe
from autograder.observe.asked import AskedCallables, AskedClass, KnownReplies, elements
from autograder.observe.exchange import SUBMISSION_S
from autograder.observe.replies import TOO_LARGE, answer_from, arrays_in, arrays_of, result_named, weights_left
from autograder.observe.session import PROGRAM, TIME_USED_UP, Session

__all__ = [
    "PROGRAM", "SUBMISSION_S", "TIME_USED_UP", "TOO_LARGE", "AskedCallables", "AskedClass", "KnownReplies", "Session",
    "answer_from", "arrays_in", "arrays_of", "elements", "probe", "result_named", "weights_left",
]  # fmt: skip
