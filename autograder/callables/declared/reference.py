"""The reference of a declared assignment: its module, its callables, what is declared of them; watched runs."""

from __future__ import annotations

import ast
import contextlib
import inspect
import io
import re
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np

from autograder.callables.declared.declaration import Declaration, DeclarationError, run
from autograder.callables.declared.functions import functions, inherited
from autograder.callables.declared.signatures import Signature, signatures
from autograder.callables.declared.workings import Workings
from autograder.observe import probe

GUARDS = re.compile(r"- (?:np\.a?max\(|max\(|[\w.\[\]]+\.max\()|logsumexp|logaddexp|log1p|\bclip\(")
LARGEST = re.compile(r"(?m)^\s*(\w+) = [^\n]*\bmax\(")  # a largest number that is kept under a name, to be taken off
DECLARATION = "DECLARATION"  # the name under which a solutions file holds the text of its declaration


class NoReference(Exception):
    """The reference cannot be loaded; the message says what to do."""


@dataclass(frozen=True)
class Watched:
    """One call that a callable made of another in the reference's run."""

    name: str
    args: tuple[Any, ...]  # as trees, before the call
    labels: tuple[str, ...]
    state: tuple[tuple[str, Any], ...]
    value: Any  # as a tree
    changes: tuple[tuple[str, Any], ...]
    worked_out: tuple[np.ndarray, ...] = ()  # on its way, where that is listened to


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
        namespace: dict[str, Any] = {"__name__": f"solutions_{self.name}"}
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
        """Per callable, the places of results that are only handed on."""
        places_of: dict[str, set[int]] = {}
        for each in self.declaration.follows:
            if not each.by:
                continue
            places_of.setdefault(each.after, set()).add(self.signatures[each.after].results.index(each.by))
        return {name: tuple(sorted(places)) for name, places in places_of.items()}

    @cached_property
    def deciding(self) -> frozenset[str]:
        """The callables that decide between cases: with an `if`, a `while`, or a bound in their own lines."""
        read = functions(self.source)
        return frozenset(name for name in self.signatures if _decides(read.functions[read.own(name)].node))

    @cached_property
    def guarded(self) -> frozenset[str]:
        """The callables that take care in their own lines, or a helper's, that no number grows too large."""
        read = functions(self.source)
        texts = {name: ast.unparse(each.node) for name, each in read.functions.items()}
        return frozenset(name for name in self.signatures if any(_guards(texts[each]) for each in read.reach(name)))

    @cached_property
    def exponential(self) -> frozenset[str]:
        """The callables that take an exponential, in their own lines or a helper's."""
        read = functions(self.source)
        texts = {name: ast.unparse(each.node) for name, each in read.functions.items()}
        return frozenset(n for n in self.signatures if any("exp(" in texts[each] for each in read.reach(n)))

    @cached_property
    def yielding(self) -> frozenset[str]:
        """The callables that are generators."""
        every = functions(self.source).functions.items()
        return frozenset(n for n, f in every if any(isinstance(each, ast.Yield) for each in ast.walk(f.node)))

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

    def answers(self, question: Any, watching: Watcher | None = None, kind: type = float) -> list[dict[str, Any]]:
        """The reference's replies to a question, asked in this process; real numbers are handed in as `kind`."""
        replies: list[dict[str, Any]] = []
        namespace = self.namespace
        if watching is not None and watching.workings is not None:
            with contextlib.redirect_stdout(io.StringIO()):
                namespace = watching.workings.namespace()
        with np.errstate(all="ignore"):
            probe.ask_calls(namespace, question.to_tree(), replies.append, watching, kind)
        return replies


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


def _guards(text: str) -> bool:
    """Whether a function takes off the largest number before it goes on, or takes like care."""
    kept = LARGEST.findall(text)
    return bool(GUARDS.search(text)) or any(re.search(rf"- {name}\b", text) for name in kept)


def _decides(function: ast.AST) -> bool:
    return any(
        isinstance(node, ast.If | ast.While | ast.IfExp)
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("min", "max"))
        for node in ast.walk(function)
    )


class Watcher:
    """Listens to the calls that callables make of one another while a question is put to the reference.

    `calls` are those that were made directly by what a question called, in order; with `workings` they tell what was
    worked out in them.
    """

    def __init__(self, reference: Reference, names: tuple[str, ...], workings: Workings | None = None):
        self.reference, self.names, self.workings = reference, names, workings
        self.calls: list[Watched] = []
        self._depth: list[str] = []
        self.made: dict[str, set[str]] = {}  # caller -> those it called
        self.top: dict[int, Any] = {}  # what the question's own calls gave, by position
        self.worked_out: dict[int, tuple[np.ndarray, ...]] = {}  # in the question's own calls, by position
        self._told = 0
        self._tokens: dict[int, Any] = {}

    def returned(self, position: int, value: Any) -> None:
        """One of the question's own calls gave this."""
        self.top[position] = value
        if self.workings is not None:
            self.worked_out[position] = tuple(self.workings.arrays[self._told :])
            self._told = len(self.workings.arrays)

    def __call__(self, namespace: dict[str, Any]) -> Callable[[], None]:
        """Put listeners in the place of the callables; gives what puts these back."""
        undo: list[tuple[Any, str, Any, bool]] = []
        heard_of: list[str] = []
        for name in self.names:
            owner, _, attribute = name.rpartition(".")
            place: Any = namespace.get(owner) if owner else namespace
            was = inspect.getattr_static(place, attribute) if owner else namespace[attribute]
            if owner and not isinstance(was, FunctionType | staticmethod):  # a property, a method of the class
                continue
            heard_of.append(name)
            undo.append((place, attribute, was, not owner or attribute in vars(place)))
        for name, (place, attribute, was, _) in zip(heard_of, undo, strict=True):
            heard = self._listener(name, was, isinstance(place, type))
            if isinstance(place, type):
                setattr(place, attribute, heard)
            else:
                namespace[attribute] = heard

        def back() -> None:
            for place, attribute, was, is_own in undo:
                if isinstance(place, dict):
                    place[attribute] = was
                elif is_own:
                    setattr(place, attribute, was)
                else:  # inherited
                    delattr(place, attribute)

        return back

    def _listener(self, name: str, was: Any, method: bool) -> Callable[..., Any]:
        signature = self.reference.signatures[name]
        opaque = self.reference.opaque.get(name, ())
        static = isinstance(was, staticmethod)
        function = was.__func__ if static else was
        bound = inspect.signature(function)

        def heard(*args: Any, **kwargs: Any) -> Any:
            arguments = bound.bind(*args, **kwargs)
            arguments.apply_defaults()
            model = args[0] if method and not static else None
            values = [arguments.arguments[label] for label in signature.arguments]
            direct = len(self._depth) == 1
            if self._depth:
                self.made.setdefault(self._depth[-1], set()).add(name)
            before = tuple(self._encoded(value) for value in values) if direct else ()
            state = self._state(model) if direct else ()
            self._depth.append(name)
            first = len(self.workings.arrays) if self.workings else 0
            try:
                value = function(*args, **kwargs)
            finally:
                self._depth.pop()
            if direct:
                changes = tuple(
                    (label, probe.encoded(now))
                    for label, now, was_ in zip(signature.arguments, values, before, strict=True)
                    if _differs(now, was_)
                )
                results = self._result(value, len(signature.results), opaque)
                worked_out = tuple(self.workings.arrays[first:]) if self.workings else ()
                self.calls.append(Watched(name, before, signature.arguments, state, results, changes, worked_out))
            return value

        return staticmethod(heard) if static else heard

    def _encoded(self, value: Any) -> Any:
        if id(value) in self._tokens:
            return {"token": self._tokens[id(value)][0]}
        return probe.encoded(value)

    def _handed_on(self, value: Any) -> Any:
        """What is handed on, as it is where it can travel: others may look into it. Else a token stands for it."""
        try:
            return probe.encoded(value)
        except TypeError:
            number = len(self._tokens)
            self._tokens[id(value)] = (number, value)  # kept alive, so that its id stays its own
            return {"token": number}

    def _result(self, value: Any, count: int, opaque: tuple[int, ...]) -> Any:
        if not opaque:
            return probe.encoded(value)
        parts = [value] if count == 1 else list(value)
        trees = []
        for place, part in enumerate(parts):
            trees.append(self._handed_on(part) if place in opaque else probe.encoded(part))
        return trees[0] if count == 1 else {"t": trees}

    def _state(self, model: Any) -> tuple[tuple[str, Any], ...]:
        names = self.reference.declaration.state
        return tuple((name, probe.encoded(getattr(model, name))) for name in names if hasattr(model, name))


def _differs(value: Any, tree: Any) -> bool:
    return not (isinstance(tree, dict) and "token" in tree) and not probe.alike(value, tree)
