"""What this kit adds to nbgrader's generate_assignment so that a source gives the same release every time.

nbgrader_config.py names these classes, so `nbgrader generate_assignment`, the formgrader's Generate button and
`autograder build` all go through them. Context: nbformat draws random ids for cells that have none, writes whatever
metadata an editor left behind, and nbgrader refuses a markdown solution cell that has no points. Choice: ids are
derived, metadata is what is listed here, official answers are cut before nbgrader looks, and cells tagged `instructor`
are left out. Cost: an instructor's own notebook metadata does not reach the students.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbconvert.preprocessors import Preprocessor
from traitlets import Bool, Unicode

from autograder.authoring.cells import BEGIN, END, cut_regions, is_declaration, is_note

KEPT_NOTEBOOK_METADATA = ("kernelspec", "language_info")
KEPT_CELL_METADATA = ("nbgrader", "deletable", "editable", "tags")
KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
_CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class SourceExporter(NotebookExporter):
    """Reads a source notebook, giving every cell an id that depends on the notebook alone."""

    def from_file(self, file_stream: Any, resources: Any = None, **kw: Any) -> tuple[Any, dict[str, Any]]:
        """As nbconvert's, without the notes to instructors, with the facts of a declared assignment in the place of its
        declaration, and with ids settled before nbformat draws random ones."""
        raw = json.load(file_stream)
        if raw.get("nbformat") != 4:
            raise ValueError(f"source notebooks are nbformat 4, this one is {raw.get('nbformat')!r}: save it anew")
        if any(is_declaration(cell) for cell in raw["cells"]):
            from autograder.authoring.students import with_facts  # what asks a solution is slow to import

            raw["cells"] = with_facts(raw["cells"], (resources or {}).get("unique_key", "notebook"))
        raw["cells"] = [cell for cell in raw["cells"] if not is_note(cell)]
        for cell in raw["cells"]:  # what a script that wrote it may have left out, and the format wants
            cell.setdefault("metadata", {})
            if cell["cell_type"] == "code":
                cell.setdefault("execution_count", None)
                cell.setdefault("outputs", [])
        settle_ids(raw["cells"])
        raw["nbformat_minor"] = 5
        return self.from_notebook_node(nbformat.reads(json.dumps(raw), as_version=4), resources=resources, **kw)


class RemoveOfficialAnswers(Preprocessor):
    """Replaces the answer regions of markdown cells and makes those cells plain ones that students write in."""

    enabled = Bool(True).tag(config=True)
    text_stub = Unicode("*Your answer here.*", help="what stands where an official answer stood").tag(config=True)

    def preprocess_cell(self, cell: Any, resources: Any, index: int) -> tuple[Any, Any]:
        """One markdown cell; raises ValueError for a region that is not closed, or closed twice."""
        if cell.cell_type != "markdown":
            return cell, resources
        meta = cell.metadata.get("nbgrader", {})
        answers_only = bool(meta.get("solution")) and not meta.get("grade")
        if BEGIN in cell.source or END in cell.source:
            if not meta.get("grade"):
                cell.source = cut_regions(cell.source, self.text_stub)
                cell.metadata.pop("nbgrader", None)
        elif answers_only:
            cell.source = self.text_stub
            cell.metadata.pop("nbgrader", None)
        return cell, resources


class TidyRelease(Preprocessor):
    """Leaves in the release only the metadata that students need."""

    enabled = Bool(True).tag(config=True)

    def preprocess(self, notebook: Any, resources: Any) -> tuple[Any, Any]:
        """The notebook, its metadata reduced to what is listed above."""
        kept = {key: notebook.metadata[key] for key in KEPT_NOTEBOOK_METADATA if key in notebook.metadata}
        kept.setdefault("kernelspec", dict(KERNELSPEC))
        notebook.metadata = nbformat.from_dict(kept)
        for cell in notebook.cells:
            meta = {key: cell.metadata[key] for key in KEPT_CELL_METADATA if key in cell.metadata}
            cell.metadata = nbformat.from_dict(meta)
            if cell.cell_type == "code":
                cell.execution_count = None
        return notebook, resources


def settle_ids(cells: Iterable[dict[str, Any]]) -> None:
    """Gives every cell a valid id of its own: its nbgrader id, else the one it has, else its place."""
    taken: set[str] = set()
    for number, cell in enumerate(cells, start=1):
        meta = cell.get("metadata", {}).get("nbgrader", {})
        wanted = meta.get("grade_id") or cell.get("id") or ""
        if not _CELL_ID.fullmatch(wanted):
            wanted = f"cell-{number:02d}"
        unique, again = wanted, 2
        while unique in taken:
            unique, again = f"{wanted[:58]}-{again}", again + 1
        taken.add(unique)
        cell["id"] = unique
