"""Where a solution's text is run by the grader: what it imports to draw is imported when that is first used.

To ask a solution draws nothing, and pyplot takes longer to import than all else that a grader does before it begins.
"""

from __future__ import annotations

import builtins
import importlib
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

DRAWS = ("matplotlib",)


class Later(ModuleType):
    """A module that is imported when something of it is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__version__":  # what tools look for in any module
            raise AttributeError(name)
        return getattr(importlib.import_module(self.__name__), name)


def namespace(module: str) -> dict[str, Any]:
    """A new one, in which a solution's text is run as a module of that name."""
    return {"__name__": module, "__builtins__": vars(builtins) | {"__import__": _import}}


def _import(
    name: str,
    globals: Mapping[str, object] | None = None,
    locals: Mapping[str, object] | None = None,
    fromlist: Sequence[str] | None = (),
    level: int = 0,
) -> ModuleType:
    """As `__import__`: the package that a dotted name begins with."""
    package, *parts = name.split(".")
    if package not in DRAWS or fromlist or level or name in sys.modules:
        return __import__(name, globals, locals, fromlist or (), level)
    first = module = Later(package)
    for part in parts:
        vars(module)[part] = Later(f"{module.__name__}.{part}")
        module = vars(module)[part]
    return first
