"""Questions put to a class: the child's side, and the talk with it.

Reading order: session (a submission asked, over as many processes as it takes), exchange (the talk with one process,
and its clocks), probe/ (the child's side), replies (a reply's form checked, and its arrays), redaction (what an
exception may say).
"""

from autograder.observe import probe
from autograder.observe.exchange import SUBMISSION_S
from autograder.observe.replies import answer_from, arrays_of, weights_left
from autograder.observe.session import PROGRAM, TIME_USED_UP, Session

__all__ = [
    "PROGRAM", "SUBMISSION_S", "TIME_USED_UP", "Session", "answer_from", "arrays_of", "probe", "weights_left",
]  # fmt: skip
