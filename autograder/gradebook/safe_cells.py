"""A submitted notebook's cells as text and checked bitmaps: nothing in them acts wherever they are shown."""

from __future__ import annotations

import binascii
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from autograder.reporting import plain

LONGEST_SOURCE = 200_000  # characters of one cell
LONGEST_OUTPUT = 20_000  # characters of one text output
LARGEST_IMAGE = 4_000_000  # bytes of one picture
MOST_BYTES = 16_000_000  # of everything a student wrote, pictures included
MOST_CELLS = 1_000
_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_UNSAFE_ASCII = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_IMAGES = {"image/png": (b"\x89PNG\r\n\x1a\n",), "image/jpeg": (b"\xff\xd8\xff",)}


@dataclass(frozen=True, slots=True)
class OwnCell:
    """One submitted cell, reduced to text and checked outputs."""

    kind: str
    source: str
    grade_id: str
    cell_id: str
    outputs: tuple[dict[str, Any], ...]
    attachments: Mapping[str, dict[str, str]]


def own_cells(notebook: Mapping[str, Any] | None) -> Iterator[OwnCell]:
    """The submitted cells as text; anything that is not of a notebook's form is left out or read as text."""
    cells = (notebook or {}).get("cells")
    if not isinstance(cells, list):
        return
    budget = MOST_BYTES
    for number, cell in enumerate(cells):
        if number >= MOST_CELLS or budget <= 0:
            yield OwnCell("markdown", f"*{len(cells) - number} more cells were submitted; not shown.*", "", "", (), {})
            return
        if not isinstance(cell, Mapping):
            continue
        kind = cell.get("cell_type")
        source = clean(joined(cell.get("source", cell.get("input"))), LONGEST_SOURCE)
        outputs: list[dict[str, Any]] = []
        if kind == "code" and isinstance(cell.get("outputs"), list):
            for output in cell["outputs"][:100]:
                kept = _output(output)
                size = len(json.dumps(kept)) if kept else 0
                if kept and size <= budget:
                    outputs.append(kept)
                    budget -= size
        attachments = _attachments(cell.get("attachments")) if kind == "markdown" else {}
        budget -= len(source) + (len(json.dumps(attachments)) if attachments else 0)
        if budget < 0:
            attachments = {}
        grade_id = nested(cell, "metadata", "nbgrader", "grade_id")
        cell_id = cell.get("id")
        yield OwnCell(
            kind if kind in ("code", "markdown") else "raw",
            source,
            grade_id if isinstance(grade_id, str) else "",
            cell_id if isinstance(cell_id, str) else "",
            tuple(outputs),
            attachments,
        )


def _attachments(bundles: Any) -> dict[str, dict[str, str]]:
    """The pictures that a markdown cell carries, checked like those in outputs."""
    kept: dict[str, dict[str, str]] = {}
    for name, bundle in list(bundles.items())[:20] if isinstance(bundles, Mapping) else ():
        if isinstance(name, str) and re.fullmatch(r"[\w.-]+", name) and isinstance(bundle, Mapping):
            pictures = {mime: _bitmap(bundle.get(mime), mime) for mime in _IMAGES}
            kept[name] = {mime: picture for mime, picture in pictures.items() if picture}
    return {name: bundle for name, bundle in kept.items() if bundle}


def _output(output: Any) -> dict[str, Any] | None:
    """One output as text or as a checked bitmap; None for everything else."""
    if not isinstance(output, Mapping):
        return None
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": _printed(output.get("text"))}
    if kind == "error":
        lines = output.get("traceback")
        lines = lines if isinstance(lines, list) else []
        return {
            "output_type": "error",
            "ename": _printed(output.get("ename"))[:200],
            "evalue": _printed(output.get("evalue"))[:2000],
            "traceback": [_printed(line) for line in lines[:100]],
        }
    if kind not in ("display_data", "execute_result") or not isinstance(output.get("data"), Mapping):
        return None
    data: dict[str, str] = {}
    for mime in _IMAGES:
        picture = _bitmap(output["data"].get(mime), mime)
        if picture:
            data[mime] = picture
    if "text/plain" in output["data"]:
        data["text/plain"] = _printed(output["data"]["text/plain"])
    return {"output_type": "display_data", "data": data, "metadata": {}} if data else None


def _bitmap(value: Any, mime: str) -> str:
    """A picture's base64, decoded and encoded anew; empty when it is none of the kind it says."""
    text = joined(value)
    if not text or len(text) > LARGEST_IMAGE * 4 // 3 + 1000:
        return ""
    try:
        data = binascii.a2b_base64("".join(text.split()), strict_mode=True)
    except (binascii.Error, ValueError):
        return ""
    return binascii.b2a_base64(data, newline=False).decode("ascii") if data.startswith(_IMAGES[mime]) else ""


def _printed(value: Any) -> str:
    """What a program printed: colour codes dropped, the rest made visible, cut at LONGEST_OUTPUT."""
    return clean(_ANSI.sub("", joined(value)[: 2 * LONGEST_OUTPUT]), LONGEST_OUTPUT)


def clean(text: str, limit: int = LONGEST_OUTPUT) -> str:
    """Text in which nothing acts; tabs and line breaks stay, what is too long is cut."""
    if len(text) > limit:
        text = text[:limit] + "\n… cut here by the autograder"
    if text.isascii() and not _UNSAFE_ASCII.search(text):
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join("\t".join(plain(part) for part in line.split("\t")) for line in text.split("\n"))


def joined(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return ""


def nested(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value
