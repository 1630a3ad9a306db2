"""What a notebook's cells may expect around them: the shell, and harmless stand-ins for what draws progress.

Context: students print progress, clear the output and mount their drive; none of it is part of what is asked, and the
packages for it are not here. Choice: modules in their names that do what a loop needs of them (`tqdm` yields the
items and counts) and nothing else; where the real package is there, it is left in peace. Cost: code that asks whether
it runs in Colab is told that it does.

A stand-in reads no file, writes none, and holds nothing of ours.
"""

from __future__ import annotations

import builtins
import importlib.util
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

TQDM = ("tqdm.auto", "tqdm.notebook", "tqdm.autonotebook", "tqdm.std", "tqdm.asyncio", "tqdm.rich")
DISPLAY = ("IPython.display", "IPython.core.display", "IPython.core.display_functions")
SHOWN = ("HTML", "Markdown", "Latex", "Math", "Image", "SVG", "IFrame", "Javascript", "JSON", "Audio", "Video", "Code")
COLAB = ("drive", "files", "output", "userdata", "auth", "widgets", "patches", "data_table", "runtime")


def ignore(*args: Any, **kwargs: Any) -> None:
    """Takes anything, does nothing."""


class Inert:
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
        return type(name, (Exception if name.endswith(("Error", "Failed")) else Inert,), {"__init__": ignore})


class Bar:
    """tqdm's bar: gives the items of what it goes over, counts them, and shows nothing."""

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


def stand_in(shell: Callable[[], Any]) -> None:
    """Put the stand-ins where an import finds them; `shell` is what get_ipython gives."""
    _lay("selfcheck", Names("selfcheck"))  # in name only: given cells import it, and nothing of the checks may be here
    if not _there("tqdm"):
        for name in ("tqdm", *TQDM):
            module = types.ModuleType(name)
            module.__dict__.update(tqdm=Bar, trange=bar_over_range, tqdm_notebook=Bar, tnrange=bar_over_range)
            _lay(name, module)
        sys.modules["tqdm"].__path__ = []  # type: ignore[attr-defined]
        _lay("tqdm.contrib", types.ModuleType("tqdm.contrib"))
        sys.modules["tqdm.contrib"].__dict__.update(tenumerate=_enumerated, tzip=_zipped, tmap=_mapped)
    if not _there("IPython"):
        _lay("IPython", Names("IPython"))
        sys.modules["IPython"].__dict__.update(get_ipython=shell, version_info=(9, 0, 0), __version__="9.0.0")
        _lay("IPython.core", Names("IPython.core"))
        for name in DISPLAY:
            _lay(name, Names(name))
            sys.modules[name].__dict__.update(display=ignore, clear_output=ignore, set_matplotlib_formats=ignore)
            sys.modules[name].__dict__.update({each: type(each, (Inert,), {}) for each in SHOWN})  # for import *
    if not _there("google.colab" if _there("google") else "google"):
        if not _there("google"):
            _lay("google", Names("google"))
        _lay("google.colab", Names("google.colab"))
        for name in COLAB:
            _lay(f"google.colab.{name}", Names(f"google.colab.{name}"))
        sys.modules["google.colab.files"].__dict__.update(upload=dict, download=ignore)
        sys.modules["google.colab.drive"].__dict__.update(mount=ignore, flush_and_unmount=ignore)
        sys.modules["google.colab.patches"].__dict__.update(cv2_imshow=ignore)
    builtins.get_ipython = shell  # type: ignore[attr-defined]
    builtins.display = ignore  # type: ignore[attr-defined]


def _there(name: str) -> bool:
    """Whether the package itself can be imported, since the instructor allows it."""
    return name in sys.modules or importlib.util.find_spec(name) is not None


def _lay(name: str, module: types.ModuleType) -> None:
    sys.modules[name] = module
    above, _, last = name.rpartition(".")
    if above:
        setattr(sys.modules[above], last, module)
