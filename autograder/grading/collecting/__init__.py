"""What a platform gives to download, laid out as submitted/.

Reading order: archive (a zip or a folder, refused where it is not safe), upload (one file, which attempt counts), names
(whose it is, by each platform's names), uploads (of which platform all of it is), matching (which of our students that
is), plan (what would be laid out, and doing it).
"""

from autograder.grading.collecting.archive import ArchiveError
from autograder.grading.collecting.matching import ID_MAP, id_map
from autograder.grading.collecting.plan import Collected, describe_plan, known_uploads, lay_out, plan, unmatched_uploads

__all__ = [
    "ID_MAP", "ArchiveError", "Collected", "describe_plan", "id_map", "known_uploads", "lay_out", "plan",
    "unmatched_uploads",
]  # fmt: skip
