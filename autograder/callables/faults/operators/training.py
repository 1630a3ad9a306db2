"""What students do to a loop that goes on from step to step: it restarts, uses old values or all samples, or steps in
another way."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from autograder.callables.declared.functions import Function
from autograder.callables.faults.edits import Change, Edit, Path
from autograder.callables.faults.operators.statements import target
from autograder.callables.faults.operators.texts import assigned
from autograder.callables.faults.sites import blocks, sites
from autograder.callables.faults.words import RATES

COPIED = "[each.copy() if hasattr(each, 'copy') else each for each in {0}]"
WHOLE = "1.0"  # of what was before: all gradients add up
MOMENTA = ("0.9", "0.5", "0.8", "0.95", "0.99", WHOLE)
SHAPED = {  # what is made of a gradient before its step
    "normalised": ("{0} / np.linalg.norm({0})",),
    "clipped": tuple(f"np.clip({{0}}, -{bound}, {bound})" for bound in ("1", "5", "10", "0.5", "0.1", "0.01", "100")),
}
FALLING = ("0.9", "0.99", "0.95", "0.5", "0.999", "0.1")
Loop = ast.For | ast.While


def training(function: Function) -> Iterator[Change]:
    """Changes of a function's loops; none of a lambda's."""
    if isinstance(function.node, ast.Assign):
        return
    for path, block in blocks(function):
        for k, loop in enumerate(block):
            if isinstance(loop, Loop):
                place = (*path, k)
                yield from _as_before(function, place, loop, block)
                yield from _momentum(function, place)
                yield from _otherwise(function, place, loop, block)
                yield from _falls(function, place, loop)
    yield from _divided(function)
    yield from _whole(function)


def _as_before(function: Function, place: Path, loop: Loop, block: list[ast.stmt]) -> Iterator[Change]:
    """What a loop moves, as it was before the loop: in each round, for one call, or in what is returned."""
    moved = _moved(function, loop)
    if not moved:
        return
    names = f"({', '.join(moved)},)"
    kept = Edit(function.name, place, "before", f"_before = {COPIED.format(names)}")
    anew = Edit(function.name, (*place, "body", 0), "before", f"{names} = {COPIED.format('_before')}")
    yield Change((kept, anew), "restarts", moved[0] if len(moved) == 1 else "")
    ends = {id(each) for each in block if isinstance(each, ast.Return)}
    for site in sites(function):
        inside = site.path[: len(place)] == place and isinstance(site.node, ast.Call)
        if not inside and not (isinstance(site.node, ast.Tuple) and id(site.statement) in ends):
            continue
        parts = site.node.args if isinstance(site.node, ast.Call) else site.node.elts  # type: ignore[attr-defined]
        field = "args" if isinstance(site.node, ast.Call) else "elts"
        old = [
            Edit(function.name, (*site.path, field, k), "put", f"_before[{moved.index(ast.unparse(each))}]")
            for k, each in enumerate(parts)
            if ast.unparse(each) in moved
        ]
        if len(old) > 1:
            yield Change((kept, *old), "old value")


def _moved(function: Function, loop: Loop) -> list[str]:
    """Arguments and attributes that a loop changes."""
    targets = [target(each) for each in ast.walk(loop) if isinstance(each, ast.Assign | ast.AugAssign)]
    for each in ast.walk(loop):
        if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Tuple):
            targets += [ast.unparse(name) for name in each.targets[0].elts]
    return [name for name in dict.fromkeys(targets) if name in function.arguments or name.startswith("self.")]


def _momentum(function: Function, place: Path) -> Iterator[Change]:
    """Each update goes on with those before it."""
    moved_in = updates(function, place)
    count = sum(len(update) for _, update in moved_in)
    for momentum in MOMENTA if count else ():
        for share in ("1", f"(1 - {momentum})") if momentum != WHOLE else ("1",):
            edits = [Edit(function.name, place, "before", f"_steps = [0.0] * {count}")]
            number = 0
            for where, update in moved_in:
                lines = []
                for name, step, in_place in update:
                    lines.append(f"_steps[{number}] = {momentum} * _steps[{number}] + {share} * ({step})")
                    moved = f"{name} -= _steps[{number}]" if in_place else f"{name} = {name} - _steps[{number}]"
                    lines.append(moved)
                    number += 1
                text = "\n".join([*lines[::2], *lines[1::2]])
                edits += [Edit(function.name, where, "before", text), Edit(function.name, where, "forget")]
            yield Change(tuple(edits), "momentum" if momentum != WHOLE else "gradients add up")


def updates(function: Function, place: Path) -> list[tuple[Path, list[tuple[str, str, bool]]]]:
    """The updates in a loop: where, and of each name its step and whether it is in place."""
    moved: list[tuple[Path, list[tuple[str, str, bool]]]] = []
    for path, block in blocks(function):
        if path[: len(place)] == place:
            of_block = ((k, _update(statement, function)) for k, statement in enumerate(block))
            moved += [((*path, k), update) for k, update in of_block if update]
    return moved


def _otherwise(function: Function, place: Path, loop: Loop, block: list[ast.stmt]) -> Iterator[Change]:
    """Updates whose gradient is taken again in between, is shaped, starts from the beginning, or is undone in the end;
    a first round without any; what is worked out once for all rounds."""
    moved = updates(function, place)
    if moved:
        if len(moved) > 1:
            yield Change(tuple(Edit(function.name, where, "forget") for where, _ in moved), "update forgotten")
        yield from _taken_again(function, moved)
        yield from _shaped(function, moved)
        names = [name for _, update in moved for name, *_ in update]
        listed = f"({', '.join(names)},)"
        kept = Edit(function.name, place, "before", f"_before = {COPIED.format(listed)}")
        back = f"{listed} = _before"
        ends = [(*place[:-1], k) for k, each in enumerate(block) if isinstance(each, ast.Return)]
        yield from (Change((kept, Edit(function.name, end, "before", back)), "put back") for end in ends[:1])
        from_start = [
            [f"{name} = _before[{names.index(name)}] - ({step})" for name, step, _ in update] for _, update in moved
        ]
        yield Change((kept, *_instead(function, moved, from_start)), "from the start")
        begin = Edit(function.name, place, "before", "_first = True")
        end = Edit(function.name, (*place, "body", len(loop.body) - 1), "after", "_first = False")
        guarded = [
            ["if not _first:", *(f"    {name} = {name} - ({step})" for name, step, _ in update)] for _, update in moved
        ]
        yield Change((begin, end, *_instead(function, moved, guarded)), "no first update")
    yield from _worked_out_once(function, place, loop)


Moved = list[tuple[Path, list[tuple[str, str, bool]]]]


def _instead(function: Function, moved: Moved, texts: list[list[str]]) -> list[Edit]:
    """Other lines in the place of each update."""
    edits = []
    for (where, _), lines in zip(moved, texts, strict=True):
        edits += [Edit(function.name, where, "before", "\n".join(lines)), Edit(function.name, where, "forget")]
    return edits


def _taken_again(function: Function, moved: Moved) -> Iterator[Change]:
    """What gives the gradients asked again before each further update, in their order and the other way round."""
    if len(moved) < 2 or len({where[:-1] for where, _ in moved}) > 1:
        return
    path = moved[0][0][:-1]
    block = next(block for place, block in blocks(function) if place == path)
    numbers = [where[-1] for where, _ in moved]
    before = block[: int(numbers[0])]
    calls = [each for each in before if isinstance(each, ast.Assign) and isinstance(each.value, ast.Call)]
    if not calls:
        return
    again = ast.unparse(calls[-1])
    whole = [ast.unparse(block[int(k)]) for k in numbers]
    yield Change(tuple(Edit(function.name, where, "before", again) for where, _ in moved[1:]), "taken again")
    turned = f"\n{again}\n".join(whole[::-1])
    gone = [Edit(function.name, where, "forget") for where, _ in moved]
    yield Change((Edit(function.name, moved[0][0], "before", turned), *gone), "taken again")


def _shaped(function: Function, moved: Moved) -> Iterator[Change]:
    """The gradients brought to a length, or cut off at a bound, before each update."""
    for kind, templates in SHAPED.items():
        for template in templates:
            texts = []
            for _, update in moved:
                lines = [_with_shaped(name, step, template) for name, step, _ in update]
                texts.append([line for line in lines if line])
            if all(len(lines) == len(update) for lines, (_, update) in zip(texts, moved, strict=True)):
                yield Change(tuple(_instead(function, moved, texts)), kind)


def _with_shaped(name: str, step: str, template: str) -> str:
    """An update with what is multiplied by a rate shaped; empty where nothing is."""
    node = ast.parse(step, mode="eval").body
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        for rate, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(rate, ast.Name) and rate.id in RATES:
                return f"{name} = {name} - {rate.id} * ({template.format(f'({ast.unparse(other)})')})"
    return ""


def _worked_out_once(function: Function, place: Path, loop: Loop) -> Iterator[Change]:
    """A call of a method or function in a loop, made before it, once for all rounds."""
    bound = {node.id for node in ast.walk(loop) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    for site in sites(function):
        node = site.node
        if site.path[: len(place)] != place or not isinstance(node, ast.Call) or "iter" in site.path[len(place) :]:
            continue
        called = ast.unparse(node.func)
        read = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
        function_of_it = isinstance(node.func, ast.Name) and called not in dir(builtins)
        if (function_of_it or called.startswith("self.")) and not read & bound:
            once = Edit(function.name, place, "before", f"_once = {ast.unparse(node)}")
            yield Change((once, Edit(function.name, site.path, "put", "_once")), "worked out once")


def _update(statement: ast.stmt, function: Function) -> list[tuple[str, str, bool]]:
    """What a statement takes off: name, step, and whether in place; nothing where it does more than that."""
    if isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Sub):
        steps = [(ast.unparse(statement.target), ast.unparse(statement.value), True)]
    else:
        pairs = assigned(statement)
        steps = [
            (ast.unparse(name), ast.unparse(value.right), False)
            for name, value in pairs
            if isinstance(value, ast.BinOp)
            and isinstance(value.op, ast.Sub)
            and ast.unparse(value.left) == ast.unparse(name)
        ]
        if len(steps) < len(pairs):
            return []
    return steps if all(name in function.arguments or name.startswith("self.") for name, *_ in steps) else []


def _falls(function: Function, place: Path, loop: Loop) -> Iterator[Change]:
    """A learning rate that is multiplied after each round."""
    for rate in function.arguments:
        if rate in RATES:
            last = (*place, "body", len(loop.body) - 1)
            for factor in FALLING:
                edit = Edit(function.name, last, "after", f"{rate} = {rate} * {factor}")
                yield Change((edit,), "rate falls", rate)


def _divided(function: Function) -> Iterator[Change]:
    """A learning rate that is divided by a count: that of the samples, or one that is handed in."""
    for rate in function.arguments:
        for other in function.arguments if rate in RATES else ():
            for count in (other, f"len({other})") if other != rate else ():
                edit = Edit(function.name, ("body", 0), "before", f"{rate} = {rate} / {count}")
                yield Change((edit,), "step divided")


def _whole(function: Function) -> Iterator[Change]:
    """A statement with all samples where it is asked for a part of them: of every argument that is cut, the whole."""
    cut: dict[str, str] = {}
    for name, value in (pair for node in ast.walk(function.node) for pair in assigned(node)):
        if isinstance(value, ast.Subscript) and ast.unparse(value.value) in function.arguments:
            cut[ast.unparse(name)] = ast.unparse(value.value)
    by_statement: dict[int, list[Edit]] = {}
    for site in sites(function):
        if isinstance(site.node, ast.Name) and site.node.id in cut:
            edit = Edit(function.name, site.path, "put", cut[site.node.id])
            by_statement.setdefault(id(site.statement), []).append(edit)
    yield from (Change(tuple(edits), "whole") for edits in by_statement.values() if len(edits) > 1)
