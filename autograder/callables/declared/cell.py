"""The instructor's cell tagged `autograder`, run: its words, and what is wrong with how they are used.

It is the instructor's own code and is run in this process, after the solution, in its namespace.
"""

from __future__ import annotations

import inspect
import re
import traceback
from collections.abc import Mapping, Sequence
from types import FunctionType
from typing import Any

from autograder.callables.declared.declaration import Declaration, Follows, Note, Own, Repeats, Shares, Slope
from autograder.callables.declared.draws import Draw, DrawError, Drawing, Together
from autograder.callables.declared.signatures import Signature
from autograder.core import AutograderError

CELL = "<the declaration>"
WORDS = ("draw", "assignment", "arguments", "slope", "follows", "unjudged", "repeats", "own", "note", "rubric")


class DeclarationError(AutograderError):
    """The declaration is not as it must be; the message says where and what to do."""


def run(cell: str, namespace: Mapping[str, Any], known: Mapping[str, Signature]) -> Declaration:
    """The declaration in the text of a cell, run in a copy of the solution's namespace.

    Raises DeclarationError, with the line, for whatever is wrong in it.
    """
    maker = _Maker(known)
    names = dict(namespace)
    before = set(names)
    names |= {
        "draw": Drawing(), "assignment": maker.assignment, "slope": maker.slope, "follows": maker.follows,
        "unjudged": maker.unjudged, "repeats": maker.repeats, "own": maker.own, "note": maker.note,
        "arguments": maker.arguments, "rubric": maker.rubric,
    }  # fmt: skip
    words = set(names) - before | {*WORDS}
    try:
        exec(compile(cell, CELL, "exec"), names)
    except DeclarationError as error:
        raise DeclarationError(f"{_line(error)}{error}") from None
    except SyntaxError as error:
        raise DeclarationError(f"the declaration, line {error.lineno}: {error.msg}") from None
    except DrawError as error:
        raise DeclarationError(f"{_line(error)}{error}") from None
    except (Exception, SystemExit) as error:  # an author's slip, of any kind
        raise DeclarationError(f"{_line(error)}{_in_words(error)}") from error
    declared = maker.declaration
    for name, value in names.items():
        if name in words:
            continue
        if isinstance(value, Draw):
            declared.draws[name] = value
        elif isinstance(value, Together):
            declared.together.append(value)
    _check(declared, known)
    return declared


def _in_words(error: BaseException) -> str:
    """What Python says, and of an argument that a word of the declaration has not, which it has."""
    places = {"_Maker": (_Maker, ""), "Drawing": (Drawing, "draw.")}
    match = re.fullmatch(r"(\w+)\.(\w+)\(\) got an unexpected keyword argument '(\w+)'", str(error))
    if isinstance(error, TypeError) and match and match[1] in places:
        of, lead = places[match[1]]
        has = [name for name in inspect.signature(getattr(of, match[2])).parameters if name != "self"]
        return f"{lead}{match[2]}(…) has no {match[3]!r}; it has {', '.join(has)}"
    return f"{type(error).__name__}: {str(error).replace('_Maker.', '').replace('Drawing.', 'draw.')}"


class _Maker:
    """The words of a declaration, each of which adds to it."""

    def __init__(self, known: Mapping[str, Signature]):
        self.known, self.declaration = known, Declaration()

    def assignment(
        self,
        *,
        sizes: Mapping[str, Sequence[int]] | None = None,
        state: Sequence[str] = (),
        packages: Sequence[str] = (),
    ) -> None:
        lists = {name: tuple(values) for name, values in (sizes or {}).items()}
        counts = {len(values) for values in lists.values()}
        if len(counts) > 1:
            raise DeclarationError(
                "the k-th of each size makes one situation, so all need as many: "
                + ", ".join(f"{name} has {len(values)}" for name, values in lists.items())
            )
        number = counts.pop() if counts else 1
        if number < 1:
            raise DeclarationError("sizes need at least one number each")
        self.declaration.sizes = tuple({name: int(values[k]) for name, values in lists.items()} for k in range(number))
        self.declaration.state, self.declaration.packages = tuple(state), tuple(packages)

    def arguments(self, *callables: Any, **draws: Draw) -> None:
        names = [self._name(each) for each in callables]
        for label, draw in draws.items():
            if isinstance(draw, Together):
                raise DeclarationError(
                    "draw.together stands by itself, as in `_ = draw.together(…)`, and draws its arguments for every "
                    f"function that has them; where {', '.join(names)} must be asked otherwise, give one of the "
                    "arguments another name"
                )
            takers = [name for name in names if label in self.known[name].arguments]
            if not takers:
                raise DeclarationError(f"arguments({', '.join(names)}): there is no argument {label!r}")
            if not isinstance(draw, Draw):
                raise DeclarationError(f"arguments: {label} must be drawn, as in {label}=draw.normal(…)")
            key = f"{label} of {takers[0].replace('.', '-')}"
            self.declaration.draws[key] = draw
            self.declaration.apart |= {(name, label): key for name in takers}

    def slope(
        self, callable: Any, *, of: Any, by: str | Sequence[str], wrt: str | Sequence[str], times: str = ""
    ) -> None:
        name = self._name(callable)
        results, arguments = _texts(by), _texts(wrt)
        if len(results) != len(arguments):
            raise DeclarationError(f"slope({name}): {len(results)} in `by` and {len(arguments)} in `wrt`")
        result_names = self.known[name].results
        if isinstance(of, str) and of not in result_names:
            raise DeclarationError(f"slope({name}): it has no result {of!r}; it has {', '.join(result_names)}")
        if not isinstance(of, str) and not isinstance(of, FunctionType):
            raise DeclarationError(
                f"slope({name}): `of` is the name of a result, a function of the solution or a lambda"
            )
        if times and times not in self.known[name].arguments:
            raise DeclarationError(f"slope({name}): it has no argument {times!r}")
        self.declaration.slopes.append(Slope(name, of, results, arguments, times))

    def follows(self, callable: Any, after: Any, /, *, by: str | Sequence[str] = (), **arguments: Any) -> None:
        name, first = self._name(callable), self._name(after)
        for label, value in arguments.items():
            if label not in self.known[first].arguments:
                raise DeclarationError(f"follows({name}): {first} has no argument {label!r}")
            if not isinstance(value, bool | int | float | str | None):
                raise DeclarationError(
                    f"follows({name}): {label} must be a number, a text, True, False or None, as in {label}='train'"
                )
        if not by:  # what it leaves on the object is read
            self.declaration.follows.append(Follows(name, first, "", arguments))
        for each in _texts(by):
            if each not in self.known[name].arguments:
                raise DeclarationError(f"follows({name}): it has no argument {each!r}")
            if each not in self.known[first].results:
                results = ", ".join(self.known[first].results)
                raise DeclarationError(f"follows({name}): {first} has no result {each!r}; it has {results}")
            self.declaration.follows.append(Follows(name, first, each, arguments))

    def unjudged(self, callable: Any, *results: str) -> None:
        name = self._name(callable)
        has = self.known[name].results
        wrong = [each for each in results if each not in has]
        if wrong or not results:
            lead = f"it has no result {wrong[0]!r}" if wrong else "which of its results?"
            raise DeclarationError(f"unjudged({name}): {lead}; it has {', '.join(has)}")
        self.declaration.unjudged[name] = (*self.declaration.unjudged.get(name, ()), *results)

    def repeats(self, callable: Any, times: int, **back: int) -> None:
        name = self._name(callable)
        for argument, result in back.items():
            if argument not in self.known[name].arguments:
                raise DeclarationError(f"repeats({name}): it has no argument {argument!r}")
            if not 0 <= result < len(self.known[name].results):
                raise DeclarationError(f"repeats({name}): it has no result number {result}, counted from 0")
        if times < 2:
            raise DeclarationError(f"repeats({name}): two times at least")
        self.declaration.repeats[name] = Repeats(name, times, dict(back))

    def own(self, callable: Any, **arguments: Any) -> None:
        name = self._name(callable)
        before = self._before(name)
        wrong = sorted(set(arguments).difference(*(self.known[each].arguments for each in before)))
        missing = sorted(
            {
                label
                for each in before
                for label in {*self.known[each].arguments} - {*self.known[each].defaults}
                if label not in self.declaration.handed_on(each)
                and (each == name or label not in self.declaration.settled_first(name))
            }
            - set(arguments)
        )
        if wrong or missing:
            said = f"has no argument {', '.join(wrong)}" if wrong else f"needs {', '.join(missing)} as well"
            raise DeclarationError(f"own({name}): it {said}")
        self.declaration.own.append(Own(name, dict(arguments)))

    def note(self, callable: Any, *, replace: str, by: str, says: str, look: str = "") -> None:
        self.declaration.notes.append(Note(self._name(callable), replace, by, says, look))

    def rubric(self, callable: Any, *, pure: float, **results: float) -> None:
        name = self._name(callable)
        if not _is_part(pure) or pure == 1.0:
            raise DeclarationError(f"rubric({name}): pure is {pure!r}, and must be from 0 to less than 1")
        for label, part in results.items():
            if not _is_part(part) or part == 0.0:
                raise DeclarationError(f"rubric({name}): {label} is {part!r}, and must be more than 0 and at most 1")
        whole = pure + sum(results.values())
        if results and abs(whole - 1.0) > 1e-9:
            raise DeclarationError(f"rubric({name}): the parts add up to {whole:.6g}, and must add up to 1")
        self.declaration.shares[name] = Shares(name, float(pure), dict(results))

    def _before(self, name: str) -> list[str]:
        """The callable itself, the constructor of its object, and all that it follows."""
        maker = f"{self.known[name].owner}.__init__"
        names = [name, *([maker] if maker in self.known and maker != name else [])]
        for each in self.declaration.follows:
            if each.callable == name:
                names += self._before(each.after)
        return list(dict.fromkeys(names))

    def _name(self, callable: Any) -> str:
        """The full name of a function or method of the solution."""
        named = getattr(callable, "fget", None) or callable  # of a property, its function
        name = named if isinstance(named, str) else getattr(named, "__qualname__", "")
        if name not in self.known:
            raise DeclarationError(
                f"{name or callable!r} is no function or method of the solution; there are: {', '.join(self.known)}"
            )
        return str(name)


def _texts(texts: str | Sequence[str]) -> tuple[str, ...]:
    return (texts,) if isinstance(texts, str) else tuple(texts)


def _is_part(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0.0 <= value <= 1.0


def _line(error: BaseException) -> str:
    """Where in the declaration an exception passed through last."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == CELL]
    return f"the declaration, line {lines[-1]}: " if lines else "the declaration: "


def _check(declared: Declaration, known: Mapping[str, Signature]) -> None:
    """Raises DeclarationError for draws that no one takes and sizes that are not there."""
    arguments = {name for each in known.values() for name in each.arguments}
    arguments |= {*declared.apart.values()}
    inside = {id(part) for draw in declared.draws.values() for part in _all(draw)[1:]}
    idle = sorted(name for name, draw in declared.draws.items() if name not in arguments and id(draw) not in inside)
    if idle:
        raise DeclarationError(
            f"the declaration draws {', '.join(idle)}, and nothing in the solution has an argument of that name"
        )
    if not declared.sizes:
        raise DeclarationError("the declaration needs assignment(sizes=dict(N=(1, 3, 11), …)): what sizes are asked?")
    used = {name for draw in declared.draws.values() for name in draw.size_names}
    unknown = sorted(used - set(declared.sizes[0]))
    if unknown:
        drawn = [name for name in unknown if name in arguments]
        hint = (
            f"; {drawn[0]} is an argument, and no size: draw all that hangs on it together with it, by draw.together"
            if drawn
            else ""
        )
        raise DeclarationError(f"`sizes` lacks {', '.join(unknown)}, which draws use{hint}")
    for name, draw in declared.draws.items():
        if draw.of and draw.of not in declared.draws:
            raise DeclarationError(f"{name} takes rows of {draw.of}, which is not drawn")


def _all(draw: Draw) -> list[Draw]:
    parts = (*draw.inside.values(), *(each for each in draw.choices if isinstance(each, Draw)))
    return [draw, *(each for part in parts for each in _all(part))]
