"""The student's cells: run one after the other, as a notebook would, until the class is there."""

from __future__ import annotations

import ast
import builtins
import contextlib
import linecache
import sys
import types
import warnings
from typing import Any

METHODS = ("forward", "loss", "dloss_dw", "train")
TEXT = 400  # characters kept of an exception's text

_sources: dict[str, list[str]] = {}  # lines of each cell


def run_cell(namespace: dict[str, Any], index: int, source: str) -> dict[str, str] | None:
    """Execute one cell; returns what went wrong (type, text, place), or None.

    An import that fails is told and passed over: a package that is not here must not take the others along.
    """
    name = f"<cell {index}>"
    _sources[name] = source.splitlines()
    with contextlib.suppress(Exception):  # for tracebacks of the student's own
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    failed_import = None
    try:
        for part in _parts(ast.parse(source, name)):
            try:
                exec(compile(part, name, "exec"), namespace)
            except ImportError as error:
                if not isinstance(part.body[0], (ast.Import, ast.ImportFrom)):
                    raise
                failed_import = failed_import or failure_of(error)
    except BaseException as error:  # a cell that raises SystemExit must not end the run
        return failure_of(error)
    return failed_import


def _parts(tree: ast.Module) -> list[ast.Module]:
    """The cell's statements, each import by itself."""
    parts: list[list[ast.stmt]] = []
    for node in tree.body:
        alone = isinstance(node, (ast.Import, ast.ImportFrom)) and getattr(node, "module", "") != "__future__"
        if alone or not parts or isinstance(parts[-1][0], (ast.Import, ast.ImportFrom)):
            parts.append([node])
        else:
            parts[-1].append(node)
    return [ast.Module(part, []) for part in parts]


def find_class(namespace: dict[str, Any], name: str) -> tuple[type | None, str]:
    """The class of that name; else the only class there that defines at least two of the methods."""
    found = namespace.get(name)
    if isinstance(found, type):
        return found, ""
    others = [
        value
        for key, value in sorted(namespace.items())
        if isinstance(value, type)
        and value.__module__ == "__main__"
        and len([method for method in METHODS if callable(getattr(value, method, None))]) > 1
    ]
    if len(others) == 1:
        return others[0], f"the class {name} is missing; {others[0].__name__} was taken in its place"
    return None, f"no class {name} was defined"


def quiet(namespace: dict[str, Any]) -> None:
    """What a notebook's cells may expect around them: display, get_ipython, and streams that lead nowhere."""

    class Shell:
        def __getattr__(self, name: str) -> Any:
            return lambda *args, **kwargs: None

        def run_cell_magic(self, magic: str, line: str, body: str) -> None:
            if magic in ("time", "timeit", "capture", "prun"):
                exec(compile(body, "<cell magic>", "exec"), namespace)

    class Nowhere:
        encoding = "utf-8"

        def write(self, text: str) -> int:
            return len(text)

        def __getattr__(self, name: str) -> Any:
            return lambda *args, **kwargs: None

    class Anything(types.ModuleType):
        """selfcheck in name only: given cells import it, and nothing of the checks may be here."""

        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            return type(
                name, (Exception,), {"__getattr__": lambda *_: lambda *args, **kwargs: None, "__init__": _ignore}
            )

    sys.modules["selfcheck"] = Anything("selfcheck")
    builtins.get_ipython = Shell  # type: ignore[attr-defined]
    builtins.display = lambda *args, **kwargs: None  # type: ignore[attr-defined]
    sys.stdout = sys.stderr = Nowhere()  # type: ignore[assignment]


def _ignore(*args: Any, **kwargs: Any) -> None:
    """Takes anything, does nothing."""


def collect_warnings(seen: list[str]) -> None:
    def show(message: Any, category: Any, filename: str, lineno: int, file: Any = None, line: Any = None) -> None:
        text = f"{category.__name__}: {message}"[:TEXT]
        if text not in seen and len(seen) < 5:
            seen.append(text)

    warnings.showwarning = show
    warnings.filterwarnings("ignore", message="FigureCanvasAgg is non-interactive")  # plt.show() has nowhere to show


def failure_of(error: BaseException) -> dict[str, str]:
    """An exception's type and text, and the last line of the student's own cells that it passed through."""
    place = ""
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name.startswith("<cell "):
            line = "".join(_sources.get(name, ())[trace.tb_lineno - 1 : trace.tb_lineno]).strip()
            place = f"cell {name[6:-1]}, line {trace.tb_lineno}: {line}"[:TEXT]
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and not place:
        place = f"line {error.lineno}: {(error.text or '').strip()}"[:TEXT]
    try:
        text = str(error)[:TEXT]
    except BaseException:
        text = ""
    return {"type": type(error).__name__[:80], "text": text, "place": place}
