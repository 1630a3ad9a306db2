"""One uploaded file, and which of several attempts counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from autograder.grading.collecting.archive import File


@dataclass(frozen=True)
class Upload:
    """One file of one person.

    `keys` are what identifies the person on the platform, the surest first; `name` is the name as it stands there.
    `file` is its path in what was handed in; `attempt` counts resubmissions, 0 for the first, and `numbered` is the
    path with the number that the platform may have added. `when` is the time of submission in UTC where the platform
    gives it, `order` a time by a clock of its own, `late` what it says of that.
    """

    source: File
    keys: tuple[str, ...]
    name: str
    file: str
    attempt: int = 0
    when: datetime | None = None
    late: bool = False
    order: datetime | None = None
    numbered: str = ""


def latest(uploads: Iterable[Upload]) -> tuple[list[Upload], list[Upload]]:
    """The files of the attempt that counts, and those of earlier ones.

    By time where all have one; else a file replaces those of the same name with a smaller number.
    """
    every = list(uploads)
    times = {upload.when or upload.order for upload in every}
    if len(times) > 1 and None not in times:
        newest = max(time for time in times if time is not None)
        return (
            [each for each in every if (each.when or each.order) == newest],
            [each for each in every if (each.when or each.order) != newest],
        )
    newest_of: dict[str, Upload] = {}
    for each in every:
        before = newest_of.get(each.file)
        if before is None or each.attempt > before.attempt:
            newest_of[each.file] = each
    last = max((each.attempt for each in every), default=0)
    notebooks = [each for each in newest_of.values() if each.file.lower().endswith(".ipynb")]
    if len(notebooks) > 1 and last:  # a later attempt under another name counts before an earlier one
        best = max(each.attempt for each in notebooks)
        for each in notebooks:
            if each.attempt < best:
                del newest_of[each.file]
    counts = list(newest_of.values())
    if len(counts) == len(every):  # a number at the end of a name may be the student's own
        return [replace(each, file=each.numbered or each.file, attempt=0) for each in counts], []
    return counts, [each for each in every if not any(each is other for other in counts)]
