"""The student's cells: run one after the other, as a notebook would, until the class is there."""

from __future__ import annotations

import ast
import contextlib
import linecache
import sys
import types
import warnings
from typing import Any

from .shell import ignore, stand_in

METHODS = ("forward", "loss", "dloss_dw", "train")
TEXT = 400  # characters kept of an exception's text

_sources: dict[str, list[str]] = {}  # lines of each cell
_written: set[str] = set()  # modules that %%writefile made


def run_cell(namespace: dict[str, Any], index: int, source: str) -> dict[str, str] | None:
    """Execute one cell; returns what went wrong first (type, text, place), or None.

    A statement that raises is told and passed over: a package, a file or a drive that is not here must not take the
    class along that stands below it.
    """
    name = f"<cell {index}>"
    _sources[name] = source.splitlines()
    with contextlib.suppress(Exception):  # for tracebacks of the student's own
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    try:
        tree = ast.parse(source, name)
    except BaseException as error:
        return failure_of(error)
    first = None
    for statement in tree.body:
        try:
            exec(compile(ast.Module([statement], []), name, "exec"), namespace)
        except BaseException as error:  # one that raises SystemExit must not end the run either
            first = first or failure_of(error)
    return first


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
    """What a notebook's cells may expect around them: a shell, and streams that lead nowhere."""

    class Shell:
        def __getattr__(self, name: str) -> Any:
            return ignore

        def run_cell_magic(self, magic: str, line: str, body: str) -> None:
            if magic == "writefile":
                write_module(line, body)

        def run_line_magic(self, magic: str, line: str, *rest: Any, **kwargs: Any) -> None:
            if magic == "time":  # the statement is run, and what it binds stays
                exec(compile(line, "<line magic>", "exec"), namespace)
            elif magic == "run":
                namespace.update(_public(sys.modules.get(_module_named(line.split(" ")[0]))))

    class Nowhere:
        encoding = "utf-8"

        def write(self, text: str) -> int:
            return len(text)

        def __getattr__(self, name: str) -> Any:
            return ignore

    stand_in(Shell)
    sys.stdout = sys.stderr = Nowhere()  # type: ignore[assignment]


def write_module(line: str, body: str) -> None:
    """%%writefile model.py: a module of that text, for a later cell to import; no file is written."""
    *options, path = line.split() or [""]
    name = _module_named(path)
    if not name:
        return
    module = sys.modules.get(name)
    if name not in _written or module is None:
        if name in sys.stdlib_module_names or name in sys.modules:  # no module that is here is replaced
            return
        module = types.ModuleType(name)
    if not {"-a", "--append"} & set(options):
        module.__dict__.clear()
        module.__init__(name)  # type: ignore[misc]
    _written.add(name)
    sys.modules[name] = module
    exec(compile(body, path, "exec"), module.__dict__)


def _module_named(path: str) -> str:
    """The name of the module that a file's name says, "" for a file of another kind."""
    name, dot, ending = path.strip("'\"").rpartition("/")[2].rpartition(".")
    return name if dot and ending == "py" and name.isidentifier() else ""


def _public(module: types.ModuleType | None) -> dict[str, Any]:
    return {} if module is None else {key: value for key, value in vars(module).items() if not key.startswith("__")}


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
    if isinstance(error, SyntaxError):  # what could not be read, wherever it was raised
        file = str(error.filename)
        cell = f"cell {file[6:-1]}, " if file.startswith("<cell ") and place else ""
        place = f"{cell}line {error.lineno}: {(error.text or '').strip()}"[:TEXT]
    try:
        text = str(error.msg if isinstance(error, SyntaxError) and place.startswith("cell ") else error)[:TEXT]
    except BaseException:
        text = ""
    return {"type": type(error).__name__[:80], "text": text, "place": place}
