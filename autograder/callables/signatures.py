"""What a callable is called and takes, and what its results are called."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signature:
    """A function, or a method of the class `owner`; `changes` are the arguments that it writes into."""

    name: str
    owner: str
    arguments: tuple[str, ...]
    results: tuple[str, ...]
    changes: tuple[str, ...]
