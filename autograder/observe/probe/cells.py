"""The student's cells: run one after the other, as a notebook would."""

from __future__ import annotations

import ast
import contextlib
import importlib
import linecache
import os
import sys
import warnings
from typing import Any

from .shell import ignore, stand_in

TEXT = 400  # characters kept of an exception's text

# What %pylab binds; of NumPy's names those that hide Python's own, as in a notebook.
PYLAB = "from matplotlib.pylab import *\nfrom numpy import *\nimport numpy as np, matplotlib.pyplot as plt"

_sources: dict[str, list[str]] = {}  # lines of each cell


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


def take_others(namespace: dict[str, Any], wanted: dict[str, list[str]]) -> dict[str, str]:
    """By the name of each class that is missing, the one that was taken in its place: the only other class that the
    notebook defines with at least two of its methods."""
    taken = {}
    for name, methods in wanted.items():
        if isinstance(namespace.get(name), type):
            continue
        others = [
            value
            for key, value in sorted(namespace.items())
            if isinstance(value, type)
            and value.__module__ == "__main__"
            and key not in wanted
            and len([method for method in methods if callable(getattr(value, method, None))]) > 1
        ]
        if len({id(each) for each in others}) == 1:
            namespace[name], taken[name] = others[0], others[0].__name__
    return taken


def quiet(namespace: dict[str, Any]) -> None:
    """What a notebook's cells may expect around them: a shell, and streams that lead nowhere."""

    class Shell:
        user_ns = namespace

        def __getattr__(self, name: str) -> Any:
            return ignore

        def run_cell_magic(self, magic: str, line: str, body: str) -> None:
            if magic in ("writefile", "file"):
                write_file(line, body)

        def run_line_magic(self, magic: str, line: str, *rest: Any, **kwargs: Any) -> None:
            if magic == "time":  # the statement is run, and what it binds stays
                exec(compile(line, "<line magic>", "exec"), namespace)
            elif magic == "run":
                run_file(line, namespace)
            elif magic == "pylab":
                exec(PYLAB, namespace)

        def getoutput(self, *args: Any, **kwargs: Any) -> list[str]:
            return []

    class Nowhere:
        encoding = "utf-8"

        def write(self, text: str) -> int:
            return len(text)

        def __getattr__(self, name: str) -> Any:
            return ignore

    stand_in(Shell)
    sys.stdout = sys.stderr = Nowhere()  # type: ignore[assignment]


def write_file(line: str, body: str) -> None:
    """%%writefile model.py: a file below the job's own folder, which later cells may import, run or read.

    What is said to lie elsewhere comes into the folder itself, as if that were the notebook's. No module that is here
    is hidden: the folder is the last in which one is looked for.
    """
    *options, path = line.split() or [""]
    path = path.strip("'\"")
    if path.startswith(("/", "~")) or ".." in path:
        path = os.path.basename(path)
    if not path:
        return
    folder = os.path.join(os.getcwd(), os.path.dirname(path))
    os.makedirs(folder, exist_ok=True)
    with open(path, "a" if {"-a", "--append"} & set(options) else "w", encoding="utf-8") as file:
        file.write(body)
    sys.path += [each for each in (os.getcwd(), folder) if each not in sys.path]
    importlib.invalidate_caches()


def run_file(line: str, namespace: dict[str, Any]) -> None:
    """%run model.py: what a written file binds is bound here; nothing where there is no such file."""
    options = [word for word in line.split() if word.startswith("-")]
    path = next((word.strip("'\"") for word in line.split() if word not in options), "")
    path = path if os.path.isfile(path) else os.path.basename(path)
    if not os.path.isfile(path):
        return
    with open(path, encoding="utf-8") as file:
        code = compile(file.read(), path, "exec")
    space = namespace if "-i" in options else {"__name__": "__main__"}
    exec(code, space)
    namespace.update({key: value for key, value in space.items() if not key.startswith("__")})


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
            place = f"cell {name[6:-1]}, line {trace.tb_lineno}{': ' if line else ''}{line}"[:TEXT]
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
