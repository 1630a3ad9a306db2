"""What every change answers to one small question, side by side."""

from __future__ import annotations

import io
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from autograder.core import SAME

Array = np.ndarray
KEPT = 128  # numbers of one array that are kept; of larger ones some, always the same
LEAST = 3  # numbers from which on a factor proves something


class Table:
    """Answers of many changes; found again by what a submission answered, result by result."""

    def __init__(self, answers: Sequence[Mapping[str, Array] | None]) -> None:
        rows: dict[tuple[str, tuple[int, ...]], list[tuple[int, Array]]] = defaultdict(list)
        for k, answer in enumerate(answers):
            for name, array in (answer or {}).items():
                rows[name, array.shape].append((k, _thinned(array)))
        self._rows = {
            key: (np.array([k for k, _ in of]), np.stack([array for _, array in of])) for key, of in rows.items()
        }

    def to_bytes(self) -> bytes:
        """The table as bytes, exactly."""
        heads = [[name, list(shape)] for name, shape in self._rows]
        of: dict[str, Array] = {}
        for k, (which, matrix) in enumerate(self._rows.values()):
            of |= {f"which{k}": which, f"matrix{k}": matrix}
        file = io.BytesIO()
        np.savez(file, heads=np.array(json.dumps(heads)), **of)  # type: ignore[arg-type]
        return file.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> Table:
        """The table of which these are the bytes."""
        table = cls(())
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            heads = json.loads(str(file["heads"]))
            table._rows = {
                (name, tuple(shape)): (file[f"which{k}"], file[f"matrix{k}"]) for k, (name, shape) in enumerate(heads)
            }
        return table

    @property
    def bytes(self) -> int:
        """Of the answers that are kept."""
        return sum(which.nbytes + matrix.nbytes for which, matrix in self._rows.values())

    def equal(self, name: str, array: Array) -> set[int]:
        """The changes whose result of that name is `array`."""
        rows = self._rows.get((name, array.shape))
        if rows is None:
            return set()
        which, matrix = rows
        wanted = _thinned(array)
        finite = np.isfinite(wanted)
        largest = float(np.abs(wanted[finite]).max()) if finite.any() else 0.0
        near = np.abs(np.where(finite, matrix - np.where(finite, wanted, 0.0), 0.0)) <= SAME * largest + 1e-300
        return set(which[np.all(near & (np.isfinite(matrix) == finite), axis=1)].tolist())

    def nearer(self, wrong: Mapping[str, tuple[Array, Array]]) -> dict[int, int]:
        """How many numbers of what came, that are not what is right, each change gives; those that give some.

        `wrong` are, by result, what came and what is right.
        """
        counts: dict[int, int] = defaultdict(int)
        for name, (came, right) in wrong.items():
            rows = self._rows.get((name, came.shape))
            if rows is None or came.shape != right.shape:
                continue
            which, matrix = rows
            wanted, known = _thinned(came), _thinned(right)
            scale = SAME * (float(np.abs(wanted[np.isfinite(wanted)]).max(initial=0.0)) + 1e-300)
            apart = np.abs(wanted - known) > 1e3 * scale
            near = np.sum((np.abs(matrix - wanted) <= scale) & apart, axis=1)
            for k, count in zip(which.tolist(), near.tolist(), strict=True):
                counts[k] += count
        return {k: count for k, count in counts.items() if count}

    def scaled(self, name: str, array: Array) -> set[int]:
        """The changes whose result of that name is `array` but for a factor; all, where it is too few numbers for that
        to say anything."""
        rows = self._rows.get((name, array.shape))
        wanted = _thinned(array)
        if rows is None or not wanted.size or not np.all(np.isfinite(wanted)):
            return set()
        which, matrix = rows
        if wanted.size < LEAST:
            return set(which.tolist())
        matrix = np.where(np.isfinite(matrix), matrix, 0.0)
        squares = np.sum(matrix * matrix, axis=1)
        factor = np.divide(matrix @ wanted, squares, out=np.zeros_like(squares), where=squares > 0)
        off = np.abs(matrix * factor[:, None] - wanted).max(axis=1)
        return set(which[(off <= SAME * np.abs(wanted).max()) & (factor != 0)].tolist())


def _thinned(array: Array) -> Array:
    flat = np.ravel(array).astype(np.float64)
    return flat if flat.size <= KEPT else flat[np.linspace(0, flat.size - 1, KEPT).astype(int)]
