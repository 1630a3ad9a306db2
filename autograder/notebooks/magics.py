"""IPython's cell magics as what they mean for the cell below them.

Context: a cell magic decides whether, and where, the rest of its cell is run. Choice: those that run it where the
notebook does give way to it; of the others, the cell is left to the sandbox's shell or not run, as in a notebook, and
that is said. Cost: what an extension's own magic would do with a cell is not known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

MAGIC = re.compile(r"(?:[ \t]*\n)*[ \t]*%%(\w+|!)([^\n]*)(?:\n|\Z)")
NOT_RUN = "cell not run"  # no exception's name: what kept a class from being made
NOTE = re.compile(r"cell (\d+) (?:begins with|is) %%")
DEFINES = re.compile(r"^[ \t]*(?:class|def)\b", re.MULTILINE)
WRITES = frozenset({"writefile", "file"})  # the rest is text for a file
RUN_BELOW = frozenset({"time", "capture", "prun", "debug"})  # the rest is run as it stands, and what it binds stays
ELSEWHERE = frozenset(
    {
        "bash", "sh", "script", "system", "sx", "cmd", "ruby", "perl", "python", "python2", "python3", "pypy", "js",
        "javascript", "html", "HTML", "svg", "SVG", "latex", "markdown", "timeit", "shell", "!",
    }
)  # fmt: skip


def below_magics(index: int, source: str, notes: list[str], unknown_too: bool = False) -> str:
    """The cell without cell magics that run what is below them, line numbers kept; "" for one that is not run.

    `%%writefile` and `%%file` stay for the sandbox's shell. A cell that is not run is told in `notes`. With
    `unknown_too`, what stands below a magic of an unknown extension is run as Python, and that is told.
    """
    for _ in range(5):  # %%time below %%capture
        magic = MAGIC.match(source)
        if magic is None:
            return source
        if magic[1] in WRITES:
            if DEFINES.search(source):
                notes.append(f"cell {index} is %%{magic[1]}: what it defines counts where another cell imports it")
            return source
        unknown = magic[1] not in RUN_BELOW | ELSEWHERE
        if unknown and unknown_too:
            notes.append(
                f"cell {index} begins with %%{magic[1]}, a cell magic that is not known here; it was run without"
            )
        elif magic[1] not in RUN_BELOW:
            if DEFINES.search(source):
                notes.append(_not_run(index, magic[1]))
            return ""
        source = "\n" * magic[0].count("\n") + source[magic.end() :]
    return source


def kept_from_running(notes: Sequence[str]) -> dict[int, str]:
    """Of a submission's notes, those on cells whose definitions a cell magic kept from being made, by their places."""
    found = ((NOTE.match(note), note) for note in notes if not note.endswith("run without"))
    return {int(which[1]): note for which, note in found if which is not None}


def _not_run(index: int, magic: str) -> str:
    if magic == "timeit":
        return f"cell {index} begins with %%timeit, which runs a cell for its time and keeps nothing that it defines"
    if magic in ELSEWHERE:
        return f"cell {index} begins with %%{magic}, so it is not run as this notebook's Python"
    return f"cell {index} begins with %%{magic}, a cell magic that is not known here, so it was not run"
