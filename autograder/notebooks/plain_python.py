"""A cell as plain Python: without its magics and prompts, and without what this Python cannot read.

IPython is asked to rewrite what a notebook runs and Python does not. It takes its time, so not for notebooks made to
take hours of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from autograder.notebooks.magics import below_magics
from autograder.notebooks.reading import RawCell
from autograder.notebooks.tree import tree_of
from autograder.notebooks.unread import Patience, readable

# No pattern here may look past a line's end for blanks: a million empty lines would take it hours.
MAGIC = re.compile(r"^[ \t]*[%!?]|\?[ \t]*$|=[ \t]*[%!]", re.MULTILINE)
MAGIC_LINE = re.compile(r"^([ \t]*)(?:[%!?].*|[\w.%]+\?{1,2}[ \t]*)$|(=[ \t]*)[%!].*$", re.MULTILINE)
# What a notebook runs and Python does not: a cell that is indented as a whole, or pasted with its prompts.
PASTED = re.compile(r"\A(?:[ \t]*\n)*(?:[ \t]+\S|>>>|In \[\d+\]:)|\A[^\n]*\n[ \t]*\.\.\.")
LONG = 250_000  # characters of a code cell without the class; a longer one is left out
MANY = 1_000  # code cells of a notebook; of a longer one, IPython is asked to rewrite none
MAGICS, MAGIC_CELL = 20, 20_000  # magics and characters of a cell that IPython is asked to rewrite; it takes its time
REWRITTEN = 1_500_000  # characters times magics of all cells; of a notebook with more, IPython is asked to rewrite none


def runs_as(cell: RawCell, notes: list[str], many: bool, alone: bool = False, patience: Patience | None = None) -> str:
    """What of a cell is run: without its magics, and without what this Python cannot read.

    `alone`: no two cells hold a worked class, so that none is lost by running one more.
    """
    if len(cell.source) > LONG or (MAGIC.search(cell.source) is None and compiles(cell.source)):
        return plain_python(cell.source, many)
    source = plain_python(below_magics(cell.index, cell.source, notes, alone), many)
    return source if many else readable(cell.index, source, notes, patience)


def plain_python(source: str, many: bool = False) -> str:
    """The cell as plain Python: magics become calls of get_ipython(), which does nothing in the sandbox."""
    if not (MAGIC.search(source) or PASTED.search(source)) or compiles(source):
        return source
    if many or len(source) > MAGIC_CELL or len(MAGIC.findall(source)) > MAGICS:
        return MAGIC_LINE.sub(r"\1\2None", source)
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        return TransformerManager().transform_cell(source)
    except Exception:  # a cell that IPython cannot read either: its syntax error is reported when it is run
        return source


def too_many(cells: Sequence[RawCell]) -> bool:
    """Whether IPython would take far too long with all the cells that are not plain Python."""
    if sum(cell.cell_type == "code" for cell in cells) > MANY:
        return True
    return sum(_to_rewrite(cell.source) for cell in cells if len(cell.source) <= MAGIC_CELL) > REWRITTEN


@lru_cache(maxsize=256)
def _to_rewrite(source: str) -> int:
    """What IPython would have to do with a cell: characters times magics; 0 where it is plain Python."""
    magics = len(MAGIC.findall(source))
    return len(source) * (1 + magics) if magics or PASTED.search(source) else 0


def compiles(source: str) -> bool:
    return _known_to_compile(source) if len(source) <= MAGIC_CELL else tree_of(source) is not None


@lru_cache(maxsize=256)
def _known_to_compile(source: str) -> bool:
    """Of given cells, which all submissions share, it is asked once."""
    return tree_of(source) is not None
