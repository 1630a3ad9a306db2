"""The words that all rooms speak.

Reading order: contract (a class's methods), stand_in (what answers for the others), question, observation, report (with
codes and checks), recent (a cache with a bound), conclusions (what follows from objects that come again), final_mark
(what the gradebook made of it), numeric (arrays compared), ratio (one the other times a number), errors, files (written
whole or not at all), course (its folders).
"""

from autograder.core.conclusions import Conclusions
from autograder.core.contract import LABELS, METHODS
from autograder.core.course import CONFIG_NAME, Course, CourseError, Slot, load_config
from autograder.core.errors import AutograderError
from autograder.core.files import ASIDE, write_whole
from autograder.core.final_mark import ABSENT, FinalMark, Part
from autograder.core.numeric import Difference, central_differences, compare, relative_error
from autograder.core.observation import CallAnswer, Failure, Observation, Value
from autograder.core.question import AFTER_TRAINING, BY_WEIGHTS, PUBLISHED, Call, Question, id_by
from autograder.core.ratio import ROUND, SAME, constant, ratio, same_as
from autograder.core.recent import Recent, array_bytes
from autograder.core.report import ENVIRONMENT, ByHand, CheckResult, Code, Diagnosis, Report
from autograder.core.stand_in import LinearRun, Refill, RunStep, StandIn

__all__ = [
    "ABSENT",
    "AFTER_TRAINING",
    "ASIDE",
    "BY_WEIGHTS",
    "CONFIG_NAME",
    "ENVIRONMENT",
    "LABELS",
    "METHODS",
    "PUBLISHED",
    "ROUND",
    "SAME",
    "AutograderError",
    "ByHand",
    "Call",
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
    "LinearRun",
    "Observation",
    "Part",
    "Question",
    "Recent",
    "Refill",
    "Report",
    "RunStep",
    "Slot",
    "StandIn",
    "Value",
    "array_bytes",
    "central_differences",
    "compare",
    "constant",
    "id_by",
    "load_config",
    "ratio",
    "relative_error",
    "same_as",
    "write_whole",
]  # fmt: skip
