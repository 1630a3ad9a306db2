"""A cell's text as a syntax tree."""

from __future__ import annotations

import ast
import warnings
from functools import lru_cache

LARGEST_KEPT = 20_000  # characters of a text whose tree, a hundred times as large, is kept while a notebook is read
KEPT = 8  # trees


def tree_of(source: str) -> ast.Module | None:
    """The tree of a text, None where it does not parse; it is shared, and not to be changed."""
    return _kept(source) if len(source) <= LARGEST_KEPT else _parsed(source)


def _parsed(source: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


_kept = lru_cache(maxsize=KEPT)(_parsed)  # each is asked for half a dozen times, one notebook after the other
