"""The reference of a declared assignment: its module, its callables, what is declared of them; watched runs."""

from __future__ import annotations

import ast
import contextlib
import inspect
import io
import re
import sys
import traceback
import warnings
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np

from autograder.callables.declared import later
from autograder.callables.declared.cell import DeclarationError, run
from autograder.callables.declared.declaration import Declaration
from autograder.callables.declared.functions import inherited
from autograder.callables.declared.signatures import Signature, signatures
from autograder.callables.declared.traits import Traits
from autograder.callables.declared.workings import Workings
from autograder.observe import ask_trusted

DECLARATION = "DECLARATION"  # the name under which a solutions file holds the text of its declaration


class NoReference(Exception):
    """The reference cannot be loaded; the message says what to do."""


class Reference:
    """A solution's text with its declaration. `asked` are the full names of the callables that grade cells score.

    Raises DeclarationError where the declaration or the solution is not as it must be.
    """

    def __init__(self, name: str, source: str, declaration: str):
        self.name, self.source, self.declared_text = name, source, declaration
        self._file = f"<the solution of {name}>"
        self.signatures = signatures(source)
        self._inherited = inherited(ast.parse(source))
        self.namespace = self.fresh()
        self.declaration: Declaration = run(declaration, self._by_full_names(), self.signatures)
        self._changes: dict[str, tuple[str, ...]] = {}
        self._free: dict[str, frozenset[str]] = {}

    def fresh(self) -> dict[str, Any]:
        """The solution's module, run anew; raises DeclarationError where it raises."""
        namespace = later.namespace(f"solutions_{self.name}")
        try:
            with contextlib.redirect_stdout(io.StringIO()):  # what the notebook's own cells print is nobody's
                exec(compile(self.source, self._file, "exec"), namespace)
        except (Exception, SystemExit) as error:
            raise DeclarationError(
                f"the solution of {self.name} raises {type(error).__name__}: {error}{self._at(error)}; run the "
                "notebook's cells in order, and mend what raises"
            ) from error
        return namespace

    def _at(self, error: BaseException) -> str:
        """The line of the solution's own that an exception passed through last, in words."""
        frames = traceback.extract_tb(error.__traceback__)
        lines = [each.lineno for each in frames if each.filename == self._file and each.lineno]
        return f" (in `{self.source.splitlines()[lines[-1] - 1].strip()}`)" if lines else ""

    def _by_full_names(self) -> dict[str, Any]:
        """The module for the declaration: an inherited method is known there by the name of the class that has it."""
        namespace = self.fresh()
        for name in self._inherited:
            owner, _, attribute = name.rpartition(".")
            was = getattr(namespace.get(owner), attribute, None)
            if isinstance(was, FunctionType):
                method = FunctionType(was.__code__, was.__globals__, was.__name__, was.__defaults__, was.__closure__)
                method.__kwdefaults__, method.__qualname__ = was.__kwdefaults__, name
                setattr(namespace[owner], attribute, method)
        return namespace

    def own(self, name: str) -> str:
        """The name under which a callable is defined: of an inherited method that of the class it comes from."""
        return self._inherited.get(name, name)

    def signature(self, name: str) -> Signature:
        """The signature of a callable by its full name; of a class, that of its constructor."""
        return self.signatures[name]

    def changes(self, name: str) -> tuple[str, ...]:
        """The arguments that a callable writes into: those that its docstring says, and those seen in a run."""
        return self._changes.get(name, self.signatures[name].changes)

    def promises_copies(self, name: str) -> bool:
        """Whether students are told, in the docstring of a class or of its constructor, that it keeps copies."""
        owner = self.namespace.get(self.own(name).rpartition(".")[0])
        texts = (getattr(each, "__doc__", None) or "" for each in (owner, getattr(owner, "__init__", None)))
        return any(re.search(r"(?i)\bcop(y|ies)\b", text) for text in texts)

    def default(self, name: str, label: str) -> Any:
        """What an argument is where it is left out, `inspect.Parameter.empty` where it must not be."""
        owner, _, attribute = name.rpartition(".")
        function = getattr(self.namespace.get(owner), attribute) if owner else self.namespace[attribute]
        if not callable(function):  # a property has no arguments
            return inspect.Parameter.empty
        parameter = inspect.signature(function).parameters.get(label)
        return inspect.Parameter.empty if parameter is None else parameter.default

    def seen_to_change(self, name: str, labels: tuple[str, ...]) -> None:
        """From now on these arguments count as results of the callable as well.

        One that is also returned under its name, and that the docstring does not say is changed, may be changed or not.
        """
        signature = self.signatures[name]
        free = {label for label in labels if label in signature.results and label not in signature.changes}
        self._free[name] = self.may_change(name) | free
        self._changes[name] = tuple(
            dict.fromkeys((*self.changes(name), *(each for each in labels if each not in free)))
        )

    def may_change(self, name: str) -> frozenset[str]:
        """The arguments that a callable may write into and need not."""
        return self._free.get(name, frozenset())

    @cached_property
    def opaque(self) -> Mapping[str, tuple[int, ...]]:
        """Per callable, the places of results that are only handed on, or not judged."""
        places_of = {
            name: {self.signatures[name].results.index(each) for each in results}
            for name, results in self.declaration.unjudged.items()
        }
        for each in self.declaration.follows:
            if not each.by:
                continue
            places_of.setdefault(each.after, set()).add(self.signatures[each.after].results.index(each.by))
        return {name: tuple(sorted(places)) for name, places in places_of.items()}

    @cached_property
    def traits(self) -> Traits:
        """What is to be seen of the callables in the source."""
        return Traits(self.source, tuple(self.signatures))

    @cached_property
    def workings(self) -> Workings:
        """The reference as a source that tells what it works out."""
        return Workings(self.source)

    def lines_run(self, question: Any, most: int) -> int:
        """How many of its own lines it runs for a question; just above `most` where these are more."""
        count = 0

        def heard(frame: Any, event: str, arg: Any) -> Any:
            nonlocal count
            if frame.f_code.co_filename != self._file:
                return None
            count += event == "line"
            if count > most:
                raise OverflowError("too many lines")
            return heard

        before = sys.gettrace()
        sys.settrace(heard)
        try:
            self.answers(question)
        finally:
            sys.settrace(before)
        return count

    def answers(self, question: Any, watching: Any = None, kind: type = float) -> list[dict[str, Any]]:
        """The reference's replies to a question, asked in this process; real numbers are handed in as `kind`."""
        namespace = self.namespace
        if watching is not None and watching.workings is not None:
            with contextlib.redirect_stdout(io.StringIO()):
                namespace = watching.workings.namespace()
        with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):
            return ask_trusted(namespace, question.to_tree(), watching, kind)


def load(path: Path, name: str) -> Reference:
    """The reference in a solutions file; raises NoReference where there is none or it does not work."""
    if not path.is_file():
        raise NoReference(f"{name} is not built: run 'autograder build {name}' first")
    text = path.read_text(encoding="utf-8")
    source, marker, declared = text.partition(f"\n{DECLARATION} = ")
    if not marker:
        raise NoReference(f"{path} holds no declaration; build {name} again")
    space: dict[str, Any] = {}
    try:
        exec(compile(f"{DECLARATION} = {declared}", str(path), "exec"), space)
        return Reference(name, source, space[DECLARATION])
    except DeclarationError as error:
        raise NoReference(f"{path}: {error}; build {name} again") from error
    except Exception as error:
        raise NoReference(f"{path}: {type(error).__name__}: {error}; build {name} again") from error


def is_declared(path: Path) -> bool:
    """Whether a solutions file is that of a declared assignment."""
    try:
        return f"\n{DECLARATION} = " in path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
