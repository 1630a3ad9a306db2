"""A notebook saved as a Python script, taken apart into cells again; nothing of it is executed.

What nbconvert, Spyder, VS Code and jupytext write: `# In[3]:`, `# %%`, `# %% [markdown]`, `# +`. A script without any
such mark is taken apart at its statements, so that one that fails keeps none of the others from being run.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from typing import Any

LONGEST = 2 << 20  # characters; a longer text is no script that anybody wrote
_CLASS = re.compile(r"^[ \t]*class[ \t]+\w+[^\n]*:", re.MULTILINE)
_MARK = re.compile(
    r"#[ \t]*(?:In[ \t]*\[[ \d*]*\]:?|%%(?P<kind>.*)|<codecell>.*|\+[ \t]*(?:\[\w+\][ \t]*)?(?:\{.*|\w+=.*)?|-)[ \t]*"
)


def script_cells(text: str) -> list[dict[str, Any]] | None:
    """The cells of a script that defines a class, as a notebook's tree has them; None for any other text."""
    if len(text) > LONGEST or text.lstrip()[:1] in ("", "{", "[", "<") or not _CLASS.search(text):
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    marked = any(_MARK.fullmatch(line) for line in lines)
    return [_cell(*part) for part in (_at_marks(lines) if marked else _at_statements(text)) if part[0].strip()]


def _at_marks(lines: list[str]) -> Iterator[tuple[str, bool]]:
    """Text between marks, and whether it is markdown."""
    kept: list[str] = []
    markdown = False
    for line in lines:
        mark = _MARK.fullmatch(line)
        if mark is None:
            kept.append(line)
            continue
        yield "\n".join(kept), markdown
        kept, markdown = [], "[m" in (mark["kind"] or "")
    yield "\n".join(kept), markdown


def _at_statements(text: str) -> Iterator[tuple[str, bool]]:
    """Each statement with the comments above it; the whole where it does not parse."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        yield text, False
        return
    lines, start = text.split("\n"), 0
    for node in body:
        end = node.end_lineno or node.lineno
        if end > start:  # several statements may share a line
            yield "\n".join(lines[start:end]), False
            start = end


def _cell(text: str, markdown: bool) -> dict[str, Any]:
    """A cell as a notebook's tree has it; of comments alone becomes markdown, which is what they were."""
    if markdown or _only_comments(text):
        source = "\n".join(line.removeprefix("#").removeprefix(" ") for line in text.strip().split("\n"))
        return {"cell_type": "markdown", "metadata": {}, "source": source}
    return {
        "cell_type": "code", "metadata": {}, "source": _code(text), "execution_count": None, "outputs": []
    }  # fmt: skip


def _code(text: str) -> str:
    """A cell's code without the markdown that nbconvert writes as comments below it, after two empty lines."""
    parts = text.strip().split("\n\n\n")
    while len(parts) > 1 and _only_comments(parts[-1]):
        parts.pop()
    return "\n\n\n".join(parts)


def _only_comments(text: str) -> bool:
    return all(line.startswith("#") or not line.strip() for line in text.split("\n"))
