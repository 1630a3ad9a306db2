"""What a platform gives to download, laid out as submitted/.

Reading order: archive (a zip or a folder, refused where it is not safe), uploads (whose each file is, by its name),
matching (which of our students that is), plan (which attempt counts, and laying it out).
"""

from autograder.grading.collecting.archive import ArchiveError
from autograder.grading.collecting.matching import ID_MAP, id_map
from autograder.grading.collecting.plan import Collected, describe_plan, known_uploads, lay_out, plan, unmatched_uploads

__all__ = [
    "ID_MAP", "ArchiveError", "Collected", "describe_plan", "id_map", "known_uploads", "lay_out", "plan",
    "unmatched_uploads",
]  # fmt: skip
