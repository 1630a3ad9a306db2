"""What hangs together: results that are handed on, slopes, steps with a memory, methods that need another first."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeGuard

from autograder.authoring.drafting.axes import Axes
from autograder.authoring.drafting.functions import Function

LOSSES = ("loss", "cost", "L", "J", "l", "E", "error", "nll", "mse", "objective", "cost_value", "total_loss")
OPAQUE = ("cache", "caches", "memory", "ctx", "saved", "state")
GRADIENTS = ("grad", "grads", "gradient", "dloss_dw", "g")
WEIGHTS = ("w", "W", "theta", "weights", "params", "beta", "Theta")


@dataclass(frozen=True)
class Slope:
    """A slope that is likely, to be measured: `by` of `callable` is that of `of` by `wrt`."""

    callable: str
    of: str  # a result in quotes, or a function
    by: str
    wrt: str
    times: str = ""

    @property
    def text(self) -> str:
        """The line of the declaration."""
        times = f', times="{self.times}"' if self.times else ""
        return f'slope({self.callable}, of={self.of}, by="{self.by}", wrt="{self.wrt}"{times})'


def handed_on(functions: Mapping[str, Function]) -> dict[tuple[str, str], tuple[str, str]]:
    """(function, argument) -> (the function whose result it is, that result): caches, as the run or their names say."""
    handed: dict[tuple[str, str], tuple[str, str]] = {}
    for function in functions.values():
        for name in function.arguments:
            opaque = name.lower().rstrip("s") in {each.rstrip("s") for each in OPAQUE} or "cache" in name.lower()
            for value in function.seen(name):
                source = value.get("from")
                if source and source[0] in functions and _is_opaque(value, opaque) and source[0] != function.name:
                    giver = functions[source[0]]
                    if source[1] < len(giver.results):
                        handed[function.name, name] = (giver.name, giver.results[source[1]])
            if (function.name, name) not in handed and opaque and "cache" in name.lower():
                named = _by_name(function.name, name, functions)
                if named is not None:
                    handed[function.name, name] = (named.name, named.results[-1])
    return handed


def _is_opaque(value: dict, opaque: bool) -> bool:
    """Whether it is a container that one function fills and another empties."""
    return opaque and value["kind"] in ("list", "dict", "object", "array")


def _by_name(name: str, argument: str, functions: Mapping[str, Function]) -> Function | None:
    """`affine_forward` for `affine_backward`, if its last result is a cache."""
    wanted = name.replace("backward", "forward").replace("bwd", "fwd").replace("backprop", "forward")
    giver = functions.get(wanted)
    if wanted == name or giver is None or not giver.results:
        return None
    return giver if argument in giver.results or "cache" in giver.results[-1].lower() else None


def slopes(
    functions: Mapping[str, Function], axes: Axes, handed: Mapping[tuple[str, str], tuple[str, str]]
) -> Iterator[Slope]:
    """Every slope that names suggest; each has to be measured before it is declared."""
    for function in functions.values():
        parts = _gradients(function)
        if not parts:
            continue
        of_itself = next((r for r in function.results if r in LOSSES or (axes.results.get((function.name, r)) == ()
                          and r not in dict(parts))), "")  # fmt: skip
        if of_itself:
            yield from (
                Slope(function.name, f'"{of_itself}"', by, wrt)
                for by, wrt in parts
                if wrt.partition(".")[0] in function.arguments
            )
            continue
        giver = next((functions[each[0]] for (name, _), each in handed.items() if name == function.name), None)
        if giver is not None:
            times = _upstream(function, giver, axes, handed)
            yield from (
                Slope(function.name, giver.name, by, wrt, times)
                for by, wrt in parts
                if wrt in giver.arguments and times
            )
            continue
        loss = _loss_beside(function, functions, axes)
        if loss is not None:
            yield from (Slope(function.name, loss.name, by, wrt) for by, wrt in parts if wrt in _of(loss, functions))


def _of(loss: Function, functions: Mapping[str, Function]) -> tuple[str, ...]:
    begin = functions.get(f"{loss.owner}.__init__") if loss.owner else None
    return (*loss.arguments, *(begin.arguments if begin else ()))


def _gradients(function: Function) -> list[tuple[str, str]]:
    """(result, argument) for results called after what they are the slope by; of dicts, entry by entry."""
    gradients = []
    for place, result in enumerate(function.results):
        entries = [*_entries(function, place, result)]
        if entries:
            gradients += entries
            continue
        wrt = re.fullmatch(r"(?:d|grad_|d_|delta_|g_|dL_d|dloss_d)(\w+)|(\w+)_(?:grad|bar|gradient)", result)
        if wrt and result not in function.arguments:
            gradients.append((result, wrt[1] or wrt[2]))
        elif result in GRADIENTS or (result == function.name and re.search("grad", function.name)):
            gradients += [(result, name) for name in function.arguments if name in WEIGHTS][:1]
    return gradients


def _entries(function: Function, place: int, result: str) -> Iterator[tuple[str, str]]:
    """The entries of a dict that is returned, each beside that of an argument which it is called after."""
    given = {key for each in function.gave(place) if each["kind"] == "dict" for key in each["of"]}
    for name in function.arguments:
        taken = dict.fromkeys(key for each in function.seen(name) if each["kind"] == "dict" for key in each["of"])
        for key in taken:
            slope = next((each for each in (f"d{key}", f"d_{key}", key) if each in given), None)
            if slope is not None:
                yield f"{result}.{slope}", f"{name}.{key}"


def _upstream(
    function: Function, giver: Function, axes: Axes, handed: Mapping[tuple[str, str], tuple[str, str]]
) -> str:
    """The argument that the slope of an array is multiplied with."""
    free = [name for name in function.arguments if (function.name, name) not in handed]
    out = axes.results.get((giver.name, giver.results[0]))
    return next((n for n in free if axes.arguments.get(n) == out), free[0] if free else "")


def _loss_beside(function: Function, functions: Mapping[str, Function], axes: Axes) -> Function | None:
    """A function that gives one number for the same arguments."""
    for other in functions.values():
        single = len(other.results) == 1 and axes.results.get((other.name, other.results[0])) == ()
        same = other.owner == function.owner and set(other.arguments) <= set(function.arguments) | {"reg"}
        if other is not function and single and same and other.arguments:
            return other
    return None


def repeats(functions: Mapping[str, Function]) -> Iterator[str]:
    """Steps with a memory: at least two results have the names of arguments, and no loop is inside."""
    for function in functions.values():
        back = {name: k for k, name in enumerate(function.results) if name in function.arguments}
        loops = any(isinstance(node, (ast.For, ast.While)) for node in ast.walk(function.node))
        if len(back) > 1 and not loops:
            yield f"repeats({function.name}, 3, {', '.join(f'{name}={k}' for name, k in back.items())})"


def needs_first(functions: Mapping[str, Function]) -> Iterator[tuple[str, str]]:
    """(method, the method to be called before): one reads attributes that another sets, and no constructor fills."""
    for owner in dict.fromkeys(function.owner for function in functions.values() if function.owner):
        methods = [each for each in functions.values() if each.owner == owner]
        begin = next((each for each in methods if each.name.endswith("__init__")), None)
        made = _stored(begin.node, real=True) if begin else set()
        for method in methods:
            missing = _missing(method, methods) - made if method is not begin else set()
            for other in methods:
                if other not in (method, begin) and missing & _stored(other.node):
                    yield method.name, other.name
                    break


def kept(functions: Mapping[str, Function]) -> tuple[str, ...]:
    """Attributes that methods were seen to change and that hold arrays or numbers: results, if anything is."""
    attributes: dict[str, None] = {}
    for function in functions.values():
        if function.owner and not function.name.endswith("__init__") and not _gives(function):
            for call in function.calls:
                attributes |= dict.fromkeys(k for k, v in call.state.items() if v["kind"] in ("array", "number"))
    return tuple(attributes)


def moved(functions: Mapping[str, Function]) -> dict[str, tuple[str, ...]]:
    """By method that gives something: the attributes with arrays or numbers that it was seen to change beside."""
    by_method = {}
    for function in functions.values():
        if function.owner and not function.name.endswith("__init__") and _gives(function):
            changed = (k for call in function.calls for k, v in call.state.items() if v["kind"] in ("array", "number"))
            by_method[function.name] = tuple(dict.fromkeys(changed))
    return {name: attributes for name, attributes in by_method.items() if attributes}


def begun(functions: Mapping[str, Function], moved: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Of those that are moved, by method: the ones that a constructor gives a value which is no constant. They are the
    state that an object begins with; others are mostly what one method keeps for the next."""
    makers = [function for function in functions.values() if function.name.endswith(".__init__")]
    made = set().union(*(_stored(maker.node, real=True) for maker in makers))
    by_method = {name: tuple(each for each in attributes if each in made) for name, attributes in moved.items()}
    return {name: attributes for name, attributes in by_method.items() if attributes}


def _gives(function: Function) -> bool:
    """Whether a method gives numbers by itself."""
    kinds = {value["kind"] for call in function.calls for value in call.results}
    return bool(kinds & {"array", "number", "list", "dict"})


def _stored(node: ast.AST, real: bool = False) -> set[str]:
    """Attributes of self that are set; `real`: to more than None, a number or an empty list."""
    attributes = set()
    for each in ast.walk(node):
        targets = (
            each.targets if isinstance(each, ast.Assign) else [each.target] if isinstance(each, ast.AugAssign) else []
        )
        value = getattr(each, "value", None)
        empty = isinstance(value, ast.Constant) or (isinstance(value, (ast.List, ast.Tuple)) and not value.elts)
        if not (real and empty):
            attributes |= {part.attr for target in targets for part in ast.walk(target) if _of_self(part)}
    return attributes


def _missing(method: Function, methods: list[Function]) -> set[str]:
    """Attributes that a method reads and does not set, itself or by the other methods that it calls."""
    attributes, stored, waiting = set(), set(), [method]
    names = {each.name.rpartition(".")[2]: each for each in methods}
    seen: set[str] = set()
    while waiting:
        one = waiting.pop()
        if one.name not in seen:
            seen.add(one.name)
            read = _read(one.node)
            waiting += [names[each] for each in read if each in names]
            attributes |= {each for each in read if each not in names}
            stored |= _stored(one.node)
    return attributes - stored


def _of_self(node: ast.AST) -> TypeGuard[ast.Attribute]:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"


def _read(node: ast.AST) -> set[str]:
    return {each.attr for each in ast.walk(node) if _of_self(each) and isinstance(each.ctx, ast.Load)}
