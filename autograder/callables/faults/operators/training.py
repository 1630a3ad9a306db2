"""What students do to a loop that goes on from step to step: it restarts, uses old values or all samples, or steps in
another way."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Callable, Iterator, Sequence

from autograder.callables.declared.functions import Function
from autograder.callables.faults.edits import Change, Edit, Path
from autograder.callables.faults.operators.steps import is_record, target
from autograder.callables.faults.sites import assigned, blocks, cut_from, sites
from autograder.callables.faults.words import RATES

COPIED = "[each.copy() if hasattr(each, 'copy') else each for each in {0}]"
WHOLE = "1.0"  # of what was before: all gradients add up
MOMENTA = ("0.9", "0.5", "0.8", "0.95", "0.99", WHOLE)
FALLING = ("0.9", "0.99", "0.95", "0.5", "0.999", "0.1")
SCALED = (  # what is kept of a slope and of what was kept before, and how a step is made of both
    ("0", "np.sign({0})"),
    ("0", "{0} / np.linalg.norm({0})"),
    *((kept, f"{{0}} / (np.sqrt({{1}}) + {small})") for kept in (
        "{0} ** 2", "{1} + {0} ** 2", "0.9 * {1} + 0.1 * {0} ** 2", "0.99 * {1} + 0.01 * {0} ** 2"
    ) for small in ("1e-8", "1e-7", "1e-6")),
)  # fmt: skip
DECAYS = ("0.1", "0.01", "0.001", "0.0001", "0.0005")
SMALL, MADE_UP = ("1e-8", "1e-7"), ((" / (1 - 0.9 ** _time)", " / (1 - 0.999 ** _time)"), ("", ""))
BATCHES = (1, 2, 3, 4, 5, 8, 10, 16, 32)
SEEDS = (0, 1, 42)
SLOPES_OF_VALUE = ("_value * (1 - _value)", "(1 - _value ** 2)", "(_value > 0)")
Loop = ast.For | ast.While
Moved = list[tuple[Path, list[tuple[str, str, bool]]]]
Step = tuple[list[str], str]  # lines that come before, and what is taken off


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
                yield from _rescaled(function, place)
                yield from _adam(function, place)
                yield from _steps_alone(function, place)
                yield from _in_batches(function, place, loop)
                yield from _shuffled(function, place, loop)
                yield from _falls(function, place, loop)
                yield from _other_round_returned(function, place, loop, block)
    yield from _decays(function)
    yield from _slope_of_kept(function)
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


def updates(function: Function, place: Path) -> Moved:
    """The statements inside a place that take something off arguments or attributes, each with its updates: of each
    name its step, and whether it is in place."""
    moved: Moved = []
    for path, block in blocks(function):
        if path[: len(place)] == place:
            of_block = ((k, _update(statement, function)) for k, statement in enumerate(block))
            moved += [((*path, k), update) for k, update in of_block if update]
    return moved


def rewritten(function: Function, where: Path, lines: Sequence[str]) -> tuple[Edit, Edit]:
    """A statement's place with other lines in it."""
    return Edit(function.name, where, "before", "\n".join(lines)), Edit(function.name, where, "forget")


def _otherwise(function: Function, moved: Moved, made: Callable[[int, str, str], Step]) -> list[Edit]:
    """All updates with other steps: as `made(number, name, step)` gives them."""
    numbers = itertools.count()
    edits: list[Edit] = []
    for where, update in moved:
        before, after = [], []
        for name, step, in_place in update:
            lines, new = made(next(numbers), name, step)
            before += lines
            after.append(f"{name} -= {new}" if in_place else f"{name} = {name} - ({new})")
        edits += rewritten(function, where, [*before, *after])
    return edits


def _rate(function: Function) -> str:
    return next((name for name in function.arguments if name in RATES), "1.0")


def _rescaled(function: Function, place: Path) -> Iterator[Change]:
    """Each update is scaled by how large gradients are or were, or only its sign counts."""
    moved, rate = updates(function, place), _rate(function)
    count = sum(len(update) for _, update in moved)
    for kept, scaled in SCALED if count else ():

        def step_by(number: int, name: str, step: str, kept: str = kept, scaled: str = scaled) -> Step:
            slope, of = f"_slope_{number}", f"_kept[{number}]"
            lines = [f"{slope} = ({step}) / {rate}", f"{of} = {kept.format(slope, of)}"]
            return lines, f"{rate} * {scaled.format(slope, of)}"

        begin = Edit(function.name, place, "before", f"_kept = [0.0] * {count}")
        kind = "normalised" if "linalg.norm" in scaled else "steps scaled"
        yield Change((begin, *_otherwise(function, moved, step_by)), kind)


def _adam(function: Function, place: Path) -> Iterator[Change]:
    """Each step by running means of slopes and of their squares, made up for their beginning at zero, or not."""
    moved, rate = updates(function, place), _rate(function)
    count = sum(len(update) for _, update in moved)
    begin = Edit(function.name, place, "before", f"_time, _first, _second = 0, [0.0] * {count}, [0.0] * {count}")
    ticks = Edit(function.name, (*place, "body", 0), "before", "_time = _time + 1")
    for small, (one, two) in itertools.product(SMALL, MADE_UP) if count else ():
        root = f"(np.sqrt(_second[{{0}}]{two}) + {small})"

        def step_by(number: int, name: str, step: str, one: str = one, root: str = root) -> Step:
            first, second = f"_first[{number}]", f"_second[{number}]"
            lines = [f"_slope = ({step}) / {rate}", f"{first} = 0.9 * {first} + 0.1 * _slope"]
            lines.append(f"{second} = 0.999 * {second} + 0.001 * _slope ** 2")
            return lines, f"{rate} * {first}{one} / {root.format(number)}"

        yield Change((begin, ticks, *_otherwise(function, moved, step_by)), "adam")


def _steps_alone(function: Function, place: Path) -> Iterator[Change]:
    """`w =- step` for `w -= step`."""
    edits: list[Edit] = []
    for where, update in updates(function, place):
        edits += rewritten(function, where, [f"{name} = -({step})" for name, step, _ in update])
    if edits:
        yield Change(tuple(edits), "steps alone")


def _in_batches(function: Function, place: Path, loop: Loop) -> Iterator[Change]:
    """Several updates in each round, each with the next few samples."""
    inside = {where[-1]: update for where, update in updates(function, place) if where[:-1] == (*place, "body")}
    first = min(inside, default=0)
    calls = [k for k in range(int(first)) if isinstance(loop.body[k], ast.Assign) and _samples(loop.body[k], function)]
    if not inside or not calls or not isinstance(first, int):
        return
    block = loop.body[calls[-1] : int(max(inside)) + 1]
    samples = _samples(block[0], function)
    lines = [ast.unparse(each) for each in block]
    for count in BATCHES:
        part = "\n".join(
            f"    {line}"
            for each in [*(f"_batch_{name} = {name}[_k : _k + {count}]" for name in samples), *lines]
            for line in each.split("\n")
        )
        for name in samples:
            part = re.sub(rf"(?<![\w.]){name}(?!\w|\[_k)", f"_batch_{name}", part)
        new = f"for _k in range(0, len({samples[0]}), {count}):\n{part}"
        places = [(*place, "body", calls[-1] + k) for k in range(len(block))]
        edits = [Edit(function.name, places[0], "before", new), *(Edit(function.name, p, "forget") for p in places)]
        yield Change(tuple(edits), "in batches")


def _samples(statement: ast.stmt, function: Function) -> list[str]:
    """The arguments of a function, two or more, that one of its statements hands on to a call."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Call):
            names = [each.id for each in node.args if isinstance(each, ast.Name) and each.id in function.arguments]
            if len(names) > 1:
                return names
    return []


def _decays(function: Function) -> Iterator[Change]:
    """Each update also takes a share off what it moves: off everything, or off matrices alone."""
    moved, rate = updates(function, ()), _rate(function)
    for share, only in itertools.product(DECAYS, ("", " * (np.ndim({0}) > 1)") if moved else ()):

        def step_by(number: int, name: str, step: str, share: object = share, only: str = only) -> Step:
            return [], f"({step}) + {rate} * {share} * {name}{only.format(name)}"

        yield Change(tuple(_otherwise(function, moved, step_by)), "weights decay")


def _shuffled(function: Function, place: Path, loop: Loop) -> Iterator[Change]:
    """What a loop takes parts of is put into another order by chance: once, or in each of its rounds."""
    cut = list(dict.fromkeys(cut_from(function).values()))
    if not cut or len(place) > 2:
        return
    names = f"({', '.join(cut)},)"
    drawn = f"_order = _chance.permutation(len({cut[0]}))"
    for seed, made in itertools.product(SEEDS, ("np.random.default_rng", "np.random.RandomState")):
        begin = Edit(function.name, place, "before", f"_chance = {made}({seed})\n_whole = {names}")
        once = Edit(function.name, place, "before", f"{drawn}\n{names} = [each[_order] for each in {names}]")
        yield Change((begin, once), "shuffled")
        if any(isinstance(each, ast.For | ast.While) for each in loop.body):
            for of in ("_whole", names):
                anew = f"{drawn}\n{names} = [each[_order] for each in {of}]"
                yield Change((begin, Edit(function.name, (*place, "body", 0), "before", anew)), "shuffled")


def _slope_of_kept(function: Function) -> Iterator[Change]:
    """The slope of an activation, of a value as it is first given, where that value has been changed in place."""
    for path, block in blocks(function):
        for k, statement in enumerate(block):
            for name, _ in assigned(statement):
                later = [j for j in range(k + 1, len(block)) if target(block[j]) == ast.unparse(name)]
                if not later or not isinstance(name, ast.Name):
                    continue
                kept = Edit(function.name, (*path, k), "after", f"_value = np.copy({name.id})")
                for slope in SLOPES_OF_VALUE:
                    new = f"{name.id} = {name.id} * {slope}"
                    yield Change((kept, Edit(function.name, (*path, later[-1]), "after", new)), "slope added")


def _momentum(function: Function, place: Path) -> Iterator[Change]:
    """Each update goes on with those before it."""
    moved = updates(function, place)
    count = sum(len(update) for _, update in moved)
    begin = Edit(function.name, place, "before", f"_steps = [0.0] * {count}")
    for momentum in MOMENTA if count else ():
        for share in ("1", f"(1 - {momentum})") if momentum != WHOLE else ("1",):
            goes_on = f"{momentum} * {{0}} + {share} * ({{1}})"

            def step_by(number: int, name: str, step: str, goes_on: str = goes_on) -> Step:
                of = f"_steps[{number}]"
                return [f"{of} = {goes_on.format(of, step)}"], of

            kind = "momentum" if momentum != WHOLE else "gradients add up"
            yield Change((begin, *_otherwise(function, moved, step_by)), kind)


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


def _other_round_returned(function: Function, place: Path, loop: Loop, block: list[ast.stmt]) -> Iterator[Change]:
    """What a loop moves, as its best round had it, or as the mean over all rounds."""
    moved = _moved(function, loop)
    if moved and isinstance(block[-1], ast.Return):
        yield _without_the_last(function, place, moved, (*place[:-1], len(block) - 1))
    records = list(_records(function, place))
    if not moved or not isinstance(block[-1], ast.Return) or len(records) != 1:
        return
    where, last, count = records[0]
    names = f"({', '.join(moved)},)"
    copied = COPIED.format(names)
    begin = Edit(function.name, place, "before", f"_best = float('inf')\n_kept = {copied}")
    best = f"if {last} < _best:\n    _best = {last}\n    _kept = {copied}"
    end = (*place[:-1], len(block) - 1)
    back = Edit(function.name, end, "before", f"{names} = _kept")
    yield Change((begin, Edit(function.name, where, "after", best), back), "best round")
    begin = Edit(function.name, place, "before", "_rounds = []")
    added = Edit(function.name, (*where[:-1], count - 1), "after", f"_rounds.append({copied})")
    mean = Edit(function.name, end, "before", f"{names} = [sum(of) / len(of) for of in zip(*_rounds)]")
    yield Change((begin, added, mean), "mean of rounds")


def _without_the_last(function: Function, place: Path, moved: list[str], end: Path) -> Change:
    """What a loop moves, as it was before its last round."""
    names = f"({', '.join(moved)},)"
    kept = f"_kept = {COPIED.format(names)}"
    before, each = Edit(function.name, place, "before", kept), Edit(function.name, (*place, "body", 0), "before", kept)
    return Change((before, each, Edit(function.name, end, "before", f"{names} = _kept")), "no last update")


def _records(function: Function, place: Path) -> Iterator[tuple[Path, str, int]]:
    """Where inside a place something is put at the end of a list, its last element then, how long that block is."""
    for path, block in blocks(function):
        for k, each in enumerate(block) if path[: len(place)] == place else ():
            if is_record(each):
                yield (*path, k), f"{ast.unparse(each.value.func.value)}[-1]", len(block)  # type: ignore[attr-defined]


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
    cut = cut_from(function)
    by_statement: dict[int, list[Edit]] = {}
    for site in sites(function):
        if isinstance(site.node, ast.Name) and site.node.id in cut:
            edit = Edit(function.name, site.path, "put", cut[site.node.id])
            by_statement.setdefault(id(site.statement), []).append(edit)
    yield from (Change(tuple(edits), "whole") for edits in by_statement.values() if len(edits) > 1)
