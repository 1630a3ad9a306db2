"""What a notebook's cells may expect around them: the shell, and harmless stand-ins for what draws progress.

Context: students print progress, clear the output and mount their drive; none of it is part of what is asked, and the
packages for it are not here. Choice: modules in their names that do what a loop needs of them (`tqdm` yields the
items and counts) and nothing else; where the real package is there, it is left in peace. Cost: code that asks whether
it runs in Colab is told that it does.

A stand-in reads no file, writes none, and holds nothing of ours.
"""

from __future__ import annotations

import builtins
import importlib.abc
import importlib.machinery
import importlib.util
import itertools
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, ClassVar

BAR_MODULES = ("auto", "notebook", "autonotebook", "std", "asyncio", "rich", "gui", "cli")
DISPLAY = ("IPython.display", "IPython.core.display", "IPython.core.display_functions")
SHOWN = ("HTML", "Markdown", "Latex", "Math", "Image", "SVG", "IFrame", "Javascript", "JSON", "Audio", "Video", "Code")
COLAB = ("drive", "files", "output", "userdata", "auth", "widgets", "patches", "data_table", "runtime")


def ignore(*args: Any, **kwargs: Any) -> None:
    """Takes anything, does nothing."""


class Asked(type):
    """The kind of a class that can be asked for any public name: `InteractiveShell.instance()`, `tqdm.get_lock()`."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Inert


class Inert(metaclass=Asked):
    """Can be made of anything, called, entered and asked for anything; nothing happens."""

    def __init__(self, *args: Any, **kwargs: Any):
        pass

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return ignore

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        return None

    def __enter__(self) -> Inert:
        return self

    def __exit__(self, *args: object) -> None:
        return None


class Names(types.ModuleType):
    """A module with any public name in it: a class, which makes inert objects."""

    def __init__(self, name: str):
        super().__init__(name)
        self.__path__ = []  # so that a module below it may be named in an import

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name.endswith("Warning"):
            return type(name, (Warning,), {})
        return type(name, (Exception if name.endswith(("Error", "Failed")) else Inert,), {"__init__": ignore})


class Below(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds a module of any name below those that are stood in for."""

    def __init__(self, above: Sequence[str]):
        self.above = tuple(f"{name}." for name in above)

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        """As the import system asks."""
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if name.startswith(self.above) else None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        """As the import system asks."""
        return Names(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Nothing is run."""


class Bar(metaclass=Asked):
    """tqdm's bar: gives the items of what it goes over, counts them, and shows nothing."""

    _instances: ClassVar[set[Any]] = set()  # which notebooks clear by hand after an interrupted loop
    monitor_interval = 0
    start_t = last_print_t = 0.0
    last_print_n = 0

    def __init__(self, iterable: Any = None, desc: Any = None, total: Any = None, *args: Any, **kwargs: Any):
        self.iterable, self.desc, self.total = iterable, desc, total
        if total is None and hasattr(iterable, "__len__"):
            self.total = len(iterable)
        self.n = kwargs.get("initial", 0)
        self.disable = bool(kwargs.get("disable", False))

    def __iter__(self) -> Iterator[Any]:
        for item in self.iterable:
            yield item
            self.n += 1

    def __len__(self) -> int:
        return int(self.total) if self.iterable is None else len(self.iterable)

    def __reversed__(self) -> Iterator[Any]:
        return reversed(self.iterable)

    def __bool__(self) -> bool:
        return True if self.total is None else self.total > 0

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *args: object) -> None:
        return None

    def update(self, n: float = 1) -> bool:
        self.n += n
        return False

    def reset(self, total: Any = None) -> None:
        self.n, self.total = 0, self.total if total is None else total

    @classmethod
    def write(cls, *args: Any, **kwargs: Any) -> None:
        return None

    @classmethod
    def pandas(cls, *args: Any, **kwargs: Any) -> None:
        return None

    @property
    def format_dict(self) -> dict[str, Any]:
        return {"n": self.n, "total": self.total, "elapsed": 0.0, "rate": None}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return ignore  # set_description, set_postfix, refresh, clear, close, ...


def bar_over_range(*args: Any, **kwargs: Any) -> Bar:
    """tqdm's trange."""
    return Bar(range(*args), **kwargs)


def _enumerated(iterable: Any, start: int = 0, *args: Any, **kwargs: Any) -> Iterator[Any]:
    return enumerate(iterable, start)


def _zipped(*iterables: Any, **kwargs: Any) -> Iterator[Any]:
    return zip(*iterables, strict=False)


def _mapped(function: Any, *iterables: Any, **kwargs: Any) -> Iterator[Any]:
    return map(function, *iterables)


def _all_mapped(function: Any, *iterables: Any, **kwargs: Any) -> list[Any]:
    return list(map(function, *iterables))


def _product(*iterables: Any, **kwargs: Any) -> Iterator[Any]:
    return itertools.product(*iterables)


def show(*args: Any, display_id: Any = None, **kwargs: Any) -> Inert | None:
    """IPython's display: a handle where one is asked for."""
    return Inert() if display_id else None


def stand_in(shell: Callable[[], Any]) -> None:
    """Let code find a shell around it; `shell` is what get_ipython gives."""
    lay_modules()
    if isinstance(ipython := sys.modules.get("IPython"), Names):
        ipython.__dict__["get_ipython"] = shell
    builtins.get_ipython = shell  # type: ignore[attr-defined]
    builtins.display = show  # type: ignore[attr-defined]


@cache
def lay_modules() -> None:
    """Put the stand-ins where an import finds them: once, and for all jobs that are forked afterwards."""
    _lay("selfcheck", Names("selfcheck"))  # in name only: given cells import it, and nothing of the checks may be here
    stood_in = []
    if not _there("tqdm"):
        stood_in.append("tqdm")
        for name in ("tqdm", *(f"tqdm.{each}" for each in BAR_MODULES)):
            _lay(name, Names(name))
            bars = {"tqdm": Bar, "trange": bar_over_range, "tqdm_notebook": Bar, "tnrange": bar_over_range}
            sys.modules[name].__dict__.update(bars)
        for name, names in (
            ("tqdm.contrib", {"tenumerate": _enumerated, "tzip": _zipped, "tmap": _mapped}),
            ("tqdm.contrib.concurrent", {"process_map": _all_mapped, "thread_map": _all_mapped}),
            ("tqdm.contrib.itertools", {"product": _product}),
        ):
            _lay(name, Names(name))
            sys.modules[name].__dict__.update(names)
    if not _there("IPython"):
        stood_in.append("IPython")
        _lay("IPython", Names("IPython"))
        sys.modules["IPython"].__dict__.update(version_info=(9, 0, 0), __version__="9.0.0")
        _lay("IPython.core", Names("IPython.core"))
        for name in DISPLAY:
            _lay(name, Names(name))
            sys.modules[name].__dict__.update(display=show, clear_output=ignore, set_matplotlib_formats=ignore)
            sys.modules[name].__dict__.update({each: type(each, (Inert,), {}) for each in SHOWN})  # for import *
    if not _there("google.colab" if _there("google") else "google"):
        if not _there("google"):
            _lay("google", Names("google"))
        stood_in.append("google.colab")
        _lay("google.colab", Names("google.colab"))
        for name in COLAB:
            _lay(f"google.colab.{name}", Names(f"google.colab.{name}"))
        sys.modules["google.colab.files"].__dict__.update(upload=dict, download=ignore)
        sys.modules["google.colab.drive"].__dict__.update(mount=ignore, flush_and_unmount=ignore)
        sys.modules["google.colab.patches"].__dict__.update(cv2_imshow=ignore)
    sys.meta_path.append(Below(stood_in))


def _there(name: str) -> bool:
    """Whether the package itself can be imported, since the instructor allows it."""
    return name in sys.modules or importlib.util.find_spec(name) is not None


def _lay(name: str, module: types.ModuleType) -> None:
    sys.modules[name] = module
    above, _, last = name.rpartition(".")
    if above:
        setattr(sys.modules[above], last, module)
