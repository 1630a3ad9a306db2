"""One uploaded file, and which of several attempts counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from autograder.grading.collecting.archive import File


@dataclass(frozen=True)
class Upload:
    """One file of one person.

    `keys` are what identifies the person on the platform, the surest first; `name` is the name as it stands there.
    `file` is its path in what was handed in; `attempt` counts resubmissions, 0 for the first, and `numbered` is the
    path with the number that the platform may have added. `passing` says that the keys are numbers of this download
    only, which meet an id of ours by accident alone. `when` is the time of submission in UTC where the platform
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
    passing: bool = False


def latest(
    uploads: Iterable[Upload], worked: Callable[[Upload], bool] = lambda upload: False
) -> tuple[list[Upload], list[Upload]]:
    """The files of the attempt that counts, and those of earlier ones.

    By time where all have one; else a file replaces those of the same name with a smaller number. `worked` says of a
    notebook whether it holds work for the assignment: one that does not never replaces one that does.
    """
    every = list(uploads)
    times = {upload.when or upload.order for upload in every}
    if len(times) > 1 and None not in times:
        newest = max(time for time in times if time is not None)
        return (
            [each for each in every if (each.when or each.order) == newest],
            [each for each in every if (each.when or each.order) != newest],
        )
    beside = _beside_the_work(every, worked)
    attempts = [each for each in every if not _among(each, beside)]
    newest_of: dict[str, Upload] = {}
    for each in attempts:
        before = newest_of.get(each.file)
        if before is None or each.attempt > before.attempt:
            newest_of[each.file] = each
    last = max((each.attempt for each in attempts), default=0)
    notebooks = [each for each in newest_of.values() if _is_notebook(each)]
    if len(notebooks) > 1 and last:  # a later attempt under another name counts before an earlier one
        best = max(each.attempt for each in notebooks)
        for each in notebooks:
            if each.attempt < best:
                del newest_of[each.file]
    counts = list(newest_of.values())
    if len(counts) == len(attempts):  # a number at the end of a name may be the student's own
        return [_as_named(each) for each in (*counts, *beside)], []
    earlier = [each for each in attempts if not _among(each, counts)]
    return [*counts, *map(_as_named, beside)], earlier


def _beside_the_work(every: Sequence[Upload], worked: Callable[[Upload], bool]) -> list[Upload]:
    """Notebooks that are no attempt, since another one holds the work: `part-2` with notes, `part-1` with the class.

    One with less in it that the work replaced is an earlier attempt.
    """
    notebooks = [each for each in every if _is_notebook(each)]
    work = [each for each in notebooks if len(notebooks) > 1 and worked(each)]
    newest = {name: max(each.attempt for each in work if each.file == name) for name in {each.file for each in work}}
    return [each for each in notebooks if work and not _among(each, work) and each.attempt > newest.get(each.file, -1)]


def _is_notebook(upload: Upload) -> bool:
    return upload.file.lower().endswith(".ipynb")


def _among(upload: Upload, others: Iterable[Upload]) -> bool:
    return any(upload is other for other in others)


def _as_named(upload: Upload) -> Upload:
    """Under the name that the platform gave, which makes no attempt."""
    return replace(upload, file=upload.numbered or upload.file, attempt=0)
