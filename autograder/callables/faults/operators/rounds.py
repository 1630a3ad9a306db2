"""Rounds of a loop that do something else: updates from other gradients, none at first, all undone in the end."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from autograder.callables.declared.functions import Function
from autograder.callables.faults.edits import Change, Edit, Path
from autograder.callables.faults.operators.training import COPIED, Loop, Moved, rewritten, updates
from autograder.callables.faults.sites import blocks, sites
from autograder.callables.faults.words import RATES

BOUNDS = ("1", "5", "10", "0.5", "0.1", "0.01", "100")


def rounds(function: Function) -> Iterator[Change]:
    """Changes of what the rounds of a function's loops do; none of a lambda's."""
    if isinstance(function.node, ast.Assign):
        return
    for path, block in blocks(function):
        for k, loop in enumerate(block):
            if isinstance(loop, Loop):
                yield from _otherwise(function, (*path, k), loop, block)
                yield from _worked_out_once(function, (*path, k), loop)
                yield from _in_the_first_round(function, (*path, k), loop)
                yield from _one_not_taken(function, (*path, k), loop)


def _one_not_taken(function: Function, place: Path, loop: Loop) -> Iterator[Change]:
    """`weights, means = step(…)` of which one goes on as it was: it is worked out anew and not taken."""
    for k, statement in enumerate(loop.body):
        if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Call):
            continue
        names = statement.targets[0].elts if isinstance(statement.targets[0], ast.Tuple) else []
        for kept in (each for each in names if isinstance(each, ast.Name)):
            others = ", ".join("_" if each is kept else ast.unparse(each) for each in names)
            where = (*place, "body", k)
            taken = Edit(function.name, where, "before", f"{others} = {ast.unparse(statement.value)}")
            yield Change((taken, Edit(function.name, where, "forget")), "update forgotten", kept.id)


def _otherwise(function: Function, place: Path, loop: Loop, block: list[ast.stmt]) -> Iterator[Change]:
    """Updates whose gradient is taken again in between or cut off, that start from the beginning or are undone in the
    end; a first round without any."""
    moved = updates(function, place)
    if moved:
        if len(moved) > 1:
            yield Change(tuple(Edit(function.name, where, "forget") for where, _ in moved), "update forgotten")
        yield from _taken_again(function, moved)
        yield _together(function, place, moved)
        yield from _clipped(function, moved)
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


def _instead(function: Function, moved: Moved, texts: list[list[str]]) -> list[Edit]:
    """Other lines in the place of each update."""
    edits: list[Edit] = []
    for (where, _), lines in zip(moved, texts, strict=True):
        edits += rewritten(function, where, lines)
    return edits


def _taken_again(function: Function, moved: Moved) -> Iterator[Change]:
    """What gives the gradients asked again before one or each of the further updates, in their order and the other way
    round."""
    if len(moved) == 1 and len(moved[0][1]) > 1:
        yield from _between(function, *moved[0])
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
    asked = [Edit(function.name, where, "before", again) for where, _ in moved[1:]]
    yield Change(tuple(asked), "taken again")
    yield from (Change((edit,), "taken again") for edit in asked if len(asked) > 1)
    turned = f"\n{again}\n".join(whole[::-1])
    gone = [Edit(function.name, where, "forget") for where, _ in moved]
    yield Change((Edit(function.name, moved[0][0], "before", turned), *gone), "taken again")


def _between(function: Function, where: Path, update: list[tuple[str, str, bool]]) -> Iterator[Change]:
    """Of one statement that makes several updates, the gradients asked again between them."""
    block = next(block for path, block in blocks(function) if path == where[:-1])
    calls = [
        each for each in block[: int(where[-1])] if isinstance(each, ast.Assign) and isinstance(each.value, ast.Call)
    ]
    if calls:
        again = ast.unparse(calls[-1])
        lines = [line for name, step, _ in update for line in (again, f"{name} = {name} - ({step})")]
        yield Change(rewritten(function, where, lines), "taken again")
        for k in range(1, len(update)):
            for first, then in ((update[:k], update[k:]), (update[k:], update[:k])):
                before, after = ([f"{name} = {name} - ({step})" for name, step, _ in part] for part in (first, then))
                yield Change(rewritten(function, where, [*before, again, *after]), "taken again")


def _together(function: Function, place: Path, moved: Moved) -> Change:
    """The steps of a loop added up, and made at its end."""
    steps = [(name, step) for _, update in moved for name, step, _ in update]
    edits = [Edit(function.name, place, "before", f"_added = [0.0] * {len(steps)}")]
    texts, number = [], 0
    for _, update in moved:
        texts.append(
            [f"_added[{number + k}] = _added[{number + k}] + ({step})" for k, (_, step, _) in enumerate(update)]
        )
        number += len(update)
    edits += _instead(function, moved, texts)
    end = "\n".join(f"{name} = {name} - _added[{k}]" for k, (name, _) in enumerate(steps))
    return Change((*edits, Edit(function.name, place, "after", end)), "steps together")


def _clipped(function: Function, moved: Moved) -> Iterator[Change]:
    """The gradients cut off at a bound before each update."""
    for bound in BOUNDS:
        texts = []
        for _, update in moved:
            lines = [_with_clipped(name, step, bound) for name, step, _ in update]
            texts.append([line for line in lines if line])
        if all(len(lines) == len(update) for lines, (_, update) in zip(texts, moved, strict=True)):
            yield Change(tuple(_instead(function, moved, texts)), "clipped")


def _with_clipped(name: str, step: str, bound: str) -> str:
    """An update with what is multiplied by a rate cut off; empty where nothing is."""
    node = ast.parse(step, mode="eval").body
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        for rate, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(rate, ast.Name) and rate.id in RATES:
                return f"{name} = {name} - {rate.id} * np.clip({ast.unparse(other)}, -{bound}, {bound})"
    return ""


def _in_the_first_round(function: Function, place: Path, loop: Loop) -> Iterator[Change]:
    """What a function is asked in each round of a loop, asked in its first one: of all, or of all of an outer loop."""
    for k, each in enumerate(loop.body):
        if not (isinstance(each, ast.Assign) and isinstance(each.value, ast.Call)):
            continue
        where = (*place, "body", k)
        guarded = f"if _first:\n    {ast.unparse(each)}\n_first = False"
        edits = (Edit(function.name, where, "before", guarded), Edit(function.name, where, "forget"))
        for begin in dict.fromkeys((place, place[:2])):
            yield Change((Edit(function.name, begin, "before", "_first = True"), *edits), "worked out once")


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
