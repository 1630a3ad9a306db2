"""The words that all rooms speak.

Reading order: observation, report (with codes and checks), recent (a cache with a bound), conclusions (what follows
from objects that come again), final_mark (what the gradebook made of it), numeric (arrays compared), ratio (one the
other times a number), errors, known_fields (of records that are written), files (written whole or not at all, read
within bounds), course (its folders).
"""

from autograder.core.conclusions import Conclusions
from autograder.core.course import CONFIG_NAME, Course, CourseError, Slot, load_config
from autograder.core.errors import AutograderError
from autograder.core.files import ASIDE, NotRead, NotWritten, in_words, read_regular, write_whole
from autograder.core.final_mark import ABSENT, FinalMark, Part
from autograder.core.known_fields import known_fields
from autograder.core.numeric import Difference, central_differences, compare, relative_error
from autograder.core.observation import CallAnswer, Failure, Observation, Value
from autograder.core.ratio import ROUND, SAME, constant, ratio, same_as
from autograder.core.recent import Recent, array_bytes
from autograder.core.report import ENVIRONMENT, ByHand, CheckResult, Code, Diagnosis, Report

__all__ = [
    "ABSENT",
    "ASIDE",
    "CONFIG_NAME",
    "ENVIRONMENT",
    "ROUND",
    "SAME",
    "AutograderError",
    "ByHand",
    "CallAnswer",
    "CheckResult",
    "Code",
    "Conclusions",
    "Course",
    "CourseError",
    "Diagnosis",
    "Difference",
    "Failure",
    "FinalMark",
    "NotRead",
    "NotWritten",
    "Observation",
    "Part",
    "Recent",
    "Report",
    "Slot",
    "Value",
    "array_bytes",
    "central_differences",
    "compare",
    "constant",
    "in_words",
    "known_fields",
    "load_config",
    "ratio",
    "read_regular",
    "relative_error",
    "same_as",
    "write_whole",
]
