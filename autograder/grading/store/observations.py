"""Observations kept on disk, so that a corrected check regrades a class without running anything again.

One file each, named by the submission's bytes, salt and isolation: what is known of the run and then the answers to
each question, as JSON with arrays beside it (`probe.pack`: no code, nothing that is executed when it is read),
compressed together; then the large arrays, a piece each. One
near a known array, as a right answer is near the reference's, is kept as the bits in which they differ: exactly, and
in a few bytes where it would take megabytes. Any other is kept as it is: random digits do not compress, and trying
took more time than grading. An observation above LARGEST is not kept, and when all together exceed MOST the oldest go;
what is not there is run again.
"""

from __future__ import annotations

import contextlib
import math
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from autograder.core import CallAnswer, Conclusions, Failure, Observation, Value, known_fields, write_whole
from autograder.observe import probe

LARGEST = 4 << 20  # bytes of one observation, compressed
LARGEST_UNPACKED = 256 << 20
MOST = 4 << 30  # bytes of all of a course
LEVEL = 1  # zlib's fastest: random float64 digits compress no better at 9
FORM = 9
LARGE = 512  # elements from which on an array is a piece of its own
SAME = 40  # leading bits, of 64, that near numbers share: sign, exponent and eight decimal digits


class Packed:
    """The answers to a question as bytes, made once for all who gave the very same ones: right submissions mostly did.

    `known` are arrays that some of the answers may be near.
    """

    def __init__(self, known: Sequence[np.ndarray] = ()):
        self.known = tuple(known)
        self._made = Conclusions()

    def of(self, answers: Sequence[CallAnswer]) -> tuple[bytes, list[bytes]]:
        """A message with the answers, and the large arrays that are kept aside of it."""
        return self._made.drawn((), answers, lambda: self._of(answers), answers)

    def _of(self, answers: Sequence[CallAnswer]) -> tuple[bytes, list[bytes]]:
        aside = Aside(self.known)
        return probe.pack([_answer_tree(answer, aside) for answer in answers]), aside.pieces


def to_bytes(observation: Observation, asked: str, packed: Packed | None = None) -> bytes | None:
    """An observation of the questions `asked` (a digest) as compressed bytes; None when it is too large to keep.

    To be read, it takes the same known arrays again.
    """
    packed = packed or Packed()
    messages, pieces, aside = list[bytes](), list[bytes](), dict[str, int]()
    for key, answers in observation.answers.items():
        message, large = packed.of(answers)
        messages.append(message)
        pieces += large
        aside[key] = len(large)
    head = {
        "form": FORM,
        "asked": asked,
        "notes": list(observation.notes),
        "cpu_s": observation.cpu_s,
        "wall_s": observation.wall_s,
        "aside": aside,
    }
    kept = probe.joined([zlib.compress(probe.joined([probe.pack(head), *messages]), LEVEL), *pieces])
    return kept if len(kept) <= LARGEST else None


def from_bytes(raw: bytes, known: Sequence[np.ndarray] = ()) -> tuple[Observation, str]:
    """What `to_bytes` kept, and its `asked`, which says whether `known` is what it was; raises ValueError for
    anything else."""
    try:
        compressed, *pieces = probe.parted(raw)
        first, *messages = probe.parted(_inflated(compressed, LARGEST_UNPACKED))
        head = probe.unpack(first)
        if head["form"] != FORM:
            raise ValueError("it has another form")
        answers = {}
        for (key, count), message in zip(head["aside"].items(), messages, strict=True):
            trees = _put_back(probe.unpack(message), known, pieces[:count])
            answers[str(key)] = tuple(_answer(each) for each in trees)
            pieces = pieces[count:]
        notes = tuple(str(note) for note in head["notes"])
        return Observation(answers, notes, float(head["cpu_s"]), float(head["wall_s"])), str(head["asked"])
    except (zlib.error, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"no observation: {type(error).__name__}: {error}") from error


class Shelf:
    """The folder of a course's observations."""

    def __init__(self, folder: Path):
        self.folder = folder

    def put(self, key: str, kept: bytes) -> None:
        """Keep an observation, whole or not at all; raises OSError."""
        write_whole(self._path(key), kept)

    def get(self, key: str) -> bytes | None:
        """What was kept; None when there is nothing."""
        try:
            return self._path(key).read_bytes()
        except OSError:
            return None

    def trim(self, most: int = MOST) -> int:
        """Take away the oldest until all together have at most `most` bytes; returns how many were."""
        files = []
        for path in self.folder.glob("*/*"):
            with contextlib.suppress(OSError):
                state = path.stat()
                files.append((state.st_mtime, state.st_size, path))
        total, gone = sum(size for _, size, _ in files), 0
        for _, size, path in sorted(files):
            if total <= most:
                break
            with contextlib.suppress(OSError):
                path.unlink()
                total, gone = total - size, gone + 1
        return gone

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key[2:]}.obs"


def _answer_tree(answer: CallAnswer, aside: Aside) -> dict[str, Any]:
    """A CallAnswer as a tree, fields at their defaults left out."""
    tree: dict[str, Any] = {"outcome": answer.outcome}
    if answer.failure is not None:
        tree["failure"] = [answer.failure.type, answer.failure.text, answer.failure.place]
    for name in ("mutated", "lent"):
        if content := getattr(answer, name):
            tree[name] = content
    if answer.parts:
        tree["parts"] = {path: _value_tree(value, aside) for path, value in answer.parts.items()}
    if answer.unrecorded is not None:
        of, parts = answer.unrecorded
        tree["unrecorded"] = [of, {path: _value_tree(value, aside) for path, value in parts.items()}]
    if answer.complexes:
        tree["complexes"] = [aside.or_itself(each) for each in answer.complexes]
    return tree


def _answer(tree: dict[str, Any]) -> CallAnswer:
    failure, unrecorded = tree.get("failure"), tree.get("unrecorded")
    return CallAnswer(
        str(tree["outcome"]),
        None if failure is None else Failure(*(str(part) for part in failure)),
        tuple(tree.get("mutated", ())),
        tuple(array for each in tree.get("complexes", ()) if (array := _array(each)) is not None),
        _values(tree.get("parts", {})),
        tuple(str(label) for label in tree.get("lent", ())),
        (str(unrecorded[0]), _values(unrecorded[1])) if unrecorded is not None else None,
    )


def _values(parts: dict[str, Any]) -> dict[str, Value]:
    return {str(path): _value(part) for path, part in parts.items()}


def _value_tree(value: Value, aside: Aside) -> dict[str, Any]:
    tree: dict[str, Any] = {"kind": value.kind}
    if value.array is not None:
        tree["array"] = aside.or_itself(value.array)
    if value.dtype:
        tree["dtype"] = value.dtype
    return tree


def _value(tree: dict[str, Any]) -> Value:
    return Value(str(tree["kind"]), _array(tree.get("array")), str(tree.get("dtype", "")))


class Aside:
    """The large arrays of the answers to a question, a piece each; `known` are those that some may be near."""

    def __init__(self, known: Sequence[np.ndarray]):
        self.known = known
        self.pieces: list[bytes] = []

    def or_itself(self, array: np.ndarray | None) -> Any:
        """A small array itself; of a large one, where among the pieces it is kept and how."""
        if array is None or array.size < LARGE:
            return array
        place: dict[str, Any] = {"piece": len(self.pieces), "shape": list(array.shape)}
        plain = np.ascontiguousarray(array, dtype="<f8")
        for number, other in enumerate(self.known):
            if other.shape == array.shape:
                bits = plain.view("<u8") ^ np.ascontiguousarray(other, dtype="<f8").view("<u8")
                if np.mean(bits >> np.uint64(64 - SAME) == 0) > 0.5:
                    # Byte by byte, the lowest first: the upper ones are zero for all, or nearly.
                    planes = np.ascontiguousarray(bits.view("u1").reshape(-1, 8).T)
                    runs = zlib.compressobj(LEVEL, strategy=zlib.Z_RLE)
                    self.pieces.append(runs.compress(planes.data) + runs.flush())
                    return place | {"like": number}
        self.pieces.append(plain.tobytes())
        return place


def _put_back(node: Any, known: Sequence[np.ndarray], pieces: Sequence[memoryview]) -> Any:
    """The tree with the arrays that were set aside in their places again."""
    if isinstance(node, list):
        return [_put_back(value, known, pieces) for value in node]
    if not isinstance(node, dict):
        return node
    if "piece" not in node:
        return {key: _put_back(value, known, pieces) for key, value in node.items()}
    piece, shape = pieces[node["piece"]], tuple(node["shape"])
    if "like" not in node:
        return np.frombuffer(piece, dtype="<f8").reshape(shape).copy()
    other = np.ascontiguousarray(known[node["like"]], dtype="<f8")
    planes = np.frombuffer(_inflated(piece, min(8 * math.prod(shape), LARGEST_UNPACKED)), dtype="u1").reshape(8, -1)
    bits = np.ascontiguousarray(planes.T).view("<u8").reshape(shape)
    return (bits ^ other.view("<u8")).view("<f8")


def _inflated(packed: memoryview, most: int) -> bytes:
    inflater = zlib.decompressobj()
    unpacked = inflater.decompress(packed, most)
    # What fills all the room may have its end, a checksum, still to come.
    if not inflater.eof and (inflater.decompress(inflater.unconsumed_tail, 1) or not inflater.eof):
        raise ValueError("it is cut off, or too large")
    return unpacked


def _array(content: Any) -> np.ndarray | None:
    if content is not None and not isinstance(content, np.ndarray):
        raise ValueError("an array was asked")
    return content


# A field added to these records and forgotten here would be lost silently: a regrade would judge something else.
known_fields(
    {
        CallAnswer: "outcome failure mutated complexes parts lent unrecorded",
        Value: "kind array dtype",
        Failure: "type text place",
        Observation: "answers notes cpu_s wall_s",
    }
)
