"""The names of axes: which lengths of arguments and results are one size, by docstrings and by the run."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from autograder.authoring.drafting.docstrings import Shape, Word, word
from autograder.authoring.drafting.functions import Function
from autograder.authoring.drafting.run import Description

Node = tuple[str, ...]  # ("x", "0") an axis of an argument; ("->", "f", "out", "1") of a result
POOL = ("N", "D", "C", "H", "K", "M", "P", "Q", "R", "S", "T", "U", "V")
SAMPLES = ("N", "m", "n_samples", "num_samples", "B", "batch", "batch_size", "n_examples", "M")

SAMPLED = "XxyYtaAhHzZ"  # how names of arrays begin whose first axis is the samples


@dataclass
class Axes:
    """The shape of each argument and result, in names of sizes and numbers; what is a guess of it; what clashes."""

    arguments: dict[str, Shape] = field(default_factory=dict)
    results: dict[tuple[str, str], Shape] = field(default_factory=dict)
    guesses: dict[str, str] = field(default_factory=dict)
    clashes: list[str] = field(default_factory=list)
    seen: dict[str, list[int]] = field(default_factory=dict)  # lengths of each size in the run
    first: set[str] = field(default_factory=set)  # sizes of a first axis

    @property
    def sizes(self) -> tuple[str, ...]:
        """The names of all sizes that arguments have."""
        shapes = self.arguments.values()
        return tuple(
            dict.fromkeys(each for shape in shapes for each in shape if isinstance(each, str) and each.isidentifier())
        )


class _Union:
    def __init__(self) -> None:
        self.parent: dict[Node, Node] = {}

    def find(self, node: Node) -> Node:
        self.parent.setdefault(node, node)
        while self.parent[node] != node:
            node = self.parent[node]
        return node

    def join(self, one: Node, two: Node) -> None:
        self.parent[self.find(two)] = self.find(one)


def axes(functions: Mapping[str, Function], handed: set[tuple[str, str]]) -> Axes:
    """The axes of all functions; arguments that are `handed` on (function, argument) have none."""
    axes_seen = Axes()
    ranks = _ranks(functions, handed, axes_seen)
    calls = list(_calls(functions, handed, ranks))
    union, numbers = _Union(), {}
    documented: set[Node] = set()
    for function in functions.values():
        for node_of, each in (*_words(function, handed), *_entries(function, handed)):
            shape = each.shape
            if shape is None or (len(node_of) == 1 and len(shape) != ranks.get(node_of[0], -1)):
                continue
            for k, symbol in enumerate(shape):
                node = (*node_of, str(k))
                documented.add(node)
                if isinstance(symbol, int):
                    numbers[node] = symbol
                else:
                    union.join(("symbol", symbol), node)
    _learn(union, calls, ranks, documented, numbers, axes_seen)
    _name(union, functions, calls, ranks, documented, numbers, axes_seen)
    return axes_seen


def _words(function: Function, handed: set[tuple[str, str]]) -> Iterator[tuple[Node, Word]]:
    """What is said of each argument and result."""
    for name in function.arguments:
        if (function.name, name) in handed:
            continue
        if name in function.stated:
            yield (name,), Word(shape=tuple(int(s) if s.isdigit() else s for s in function.stated[name]))
        elif name in function.said.takes:
            yield (name,), _resolved(function.said.takes[name], function)
    gives = function.said.gives
    for k, name in enumerate(function.results):
        if name in function.stated:
            yield (
                ("->", function.name, name),
                Word(shape=tuple(int(s) if s.isdigit() else s for s in function.stated[name])),
            )
            continue
        by_name = next((each for label, each in gives if label == name), None)
        each = by_name or (gives[k][1] if len(gives) == len(function.results) else None)
        if each is not None:
            yield ("->", function.name, name), _resolved(each, function)


def _entries(function: Function, handed: set[tuple[str, str]]) -> Iterator[tuple[Node, Word]]:
    """What is said of the entries of dicts, `params: dict with W (D, H), b (H,)`, where the run has as many axes."""
    for name in function.arguments:
        text = function.said.takes[name].text if name in function.said.takes else ""
        for seen in function.seen(name) if (function.name, name) not in handed else ():
            for key, value in seen["of"].items() if seen["kind"] == "dict" else ():
                found = re.search(rf"(?<![\w.]){re.escape(key)}[`'\"]*:?\s*(?:of shape\s*)?\([^()]*\)", text)
                said = word(found[0]) if found else Word()
                if said.shape is not None and len(said.shape) == len(value.get("shape", ())):
                    yield (name, key), said


def _resolved(said: Word, function: Function) -> Word:
    if said.shape is None and said.like in function.said.takes:
        return Word(said.text, function.said.takes[said.like].shape)
    return said


def _ranks(functions: Mapping[str, Function], handed: set[tuple[str, str]], axes_seen: Axes) -> dict[str, int]:
    """How many axes each argument has, the same in all functions that take it; a clash is told."""
    by_name: dict[str, dict[str, set[int]]] = defaultdict(dict)
    for function in functions.values():
        for node, said in _words(function, handed):
            if node[0] != "->" and said.shape is not None:
                by_name[node[0]].setdefault(function.name, set()).add(len(said.shape))
        for name in function.arguments:
            seen = {len(each["shape"]) for each in function.seen(name) if each["kind"] == "array"}
            seen |= {0 for each in function.seen(name) if each["kind"] == "number"}
            if seen and (function.name, name) not in handed:
                by_name[name][function.name] = seen
    ranks: dict[str, int] = {}
    for name, several in by_name.items():
        counts: dict[int, int] = defaultdict(int)
        for each in several.values():
            for rank in each:
                counts[rank] += 1
        ranks[name] = max(counts, key=lambda rank: (counts[rank], rank > 0, rank))
        against = [function for function, each in several.items() if ranks[name] not in each]
        if against:
            others = [function for function in several if function not in against]
            axes_seen.clashes.append(
                f"{name} has {_rank(ranks[name])} in {', '.join(others)} and {_rank(min(several[against[0]]))} in "
                f"{', '.join(against)}, and one name is drawn in one way: give it another name in one of them"
            )
    return ranks


def _rank(count: int) -> str:
    return "no axis" if count == 0 else "one axis" if count == 1 else f"{count} axes"


def _calls(
    functions: Mapping[str, Function], handed: set[tuple[str, str]], ranks: Mapping[str, int]
) -> Iterator[dict[Node, int]]:
    """By call: the length of each axis."""
    for function in functions.values():
        for call in function.calls:
            lengths: dict[Node, int] = {}
            for name, value in call.arguments.items():
                if (function.name, name) not in handed:
                    lengths |= _lengths((name,), value, ranks.get(name))
            if len(call.results) == len(function.results):
                for name, value in zip(function.results, call.results, strict=True):
                    lengths |= _lengths(("->", function.name, name), value, None)
            if lengths:
                yield lengths


def _lengths(node: Node, value: Description, rank: int | None) -> dict[Node, int]:
    if value["kind"] == "array" and (rank is None or len(value["shape"]) == rank):
        return {(*node, str(k)): length for k, length in enumerate(value["shape"])}
    if value["kind"] in ("dict", "list"):
        parts = value["of"].items() if value["kind"] == "dict" else enumerate(value["of"])
        return {n: v for key, each in parts for n, v in _lengths((*node, str(key)), each, None).items()}
    return {}


def _learn(
    union: _Union,
    calls: list[dict[Node, int]],
    ranks: Mapping[str, int],
    documented: set[Node],
    numbers: dict[Node, int],
    axes_seen: Axes,
) -> None:
    """Axes of which nothing is said take the size that was as long in every call."""
    nodes = sorted({node for call in calls for node in call}, key=lambda n: (n[0] == "->", n[-1] != "0", n))
    groups: list[list[Node]] = []
    for node in [n for n in nodes if n in documented] + [n for n in nodes if n not in documented]:
        if node in numbers:
            continue
        if node in documented:
            mine = next((g for g in groups if union.find(g[0]) == union.find(node)), None)
            groups.append([node]) if mine is None else mine.append(node)
            continue
        lengths = [call[node] for call in calls if node in call]
        if set(lengths) == {1}:
            numbers[node] = 1
            continue
        fits = [group for group in groups if _as_long(node, group, calls)]
        alike = [group for group in fits if any(n[-1] == node[-1] for n in group)]
        if len(fits) > 1 and node[0] != "->":
            axes_seen.guesses.setdefault(
                node[0], "in the notebook several sizes are as long as this one; is each axis right?"
            )
        chosen = (alike or fits)[:1]
        if chosen and not (chosen[0][0][0] == node[0] and len(set(lengths)) == 1 and node[0] != "->"):
            union.join(chosen[0][0], node)
            chosen[0].append(node)
        else:
            groups.append([node])


def _as_long(node: Node, group: list[Node], calls: list[dict[Node, int]]) -> bool:
    pairs = [(call[node], call[other]) for call in calls if node in call for other in group if other in call]
    return bool(pairs) and all(one == two for one, two in pairs)


def _name(
    union: _Union, functions: Mapping[str, Function], calls: list[dict[Node, int]], ranks: Mapping[str, int],
    documented: set[Node], numbers: dict[Node, int], axes_seen: Axes,
) -> None:  # fmt: skip
    """A name for each size: the docstrings', else the next letter."""
    nodes = list(dict.fromkeys([*sorted(documented), *(node for call in calls for node in call)]))
    arguments = list(dict.fromkeys(a for f in functions.values() for a in f.arguments))
    order = {name: k for k, name in enumerate(arguments)}
    nodes.sort(key=lambda n: (n[0] == "->", order.get(n[0], 99), n))
    names: dict[Node, str] = {}
    for node in list(union.parent):
        symbol = node[1] if node[0] == "symbol" else ""
        if symbol and symbol.count("_") < 2:
            best = names.get(union.find(node))
            names[union.find(node)] = min(filter(None, (best, symbol)), key=lambda s: (not s.isidentifier(), len(s), s))
    free = [each for each in POOL if each not in names.values()]
    shapes: dict[Node, dict[int, str | int]] = defaultdict(dict)
    for node in nodes:
        if node in numbers:
            shapes[node[:-1]][int(node[-1])] = numbers[node]
            continue
        root = union.find(node)
        if root not in names and node[-1] == "0" and node[0][:1] in SAMPLED:
            joined = next((r for r, s in names.items() if s == "N" and not _apart(union, root, r, calls)), None)
            if joined is not None:
                union.join(joined, root)
                root = union.find(node)
        if root not in names:
            if node[-1] == "0" and "N" in free and node[0][:1] in SAMPLED:
                names[root] = free.pop(free.index("N"))
            else:
                names[root] = free.pop(1 if free[:1] == ["N"] and len(free) > 1 else 0)
        shapes[node[:-1]][int(node[-1])] = names[root]
        axes_seen.seen.setdefault(names[root], []).extend(call[node] for call in calls if node in call)
        if node[0] != "->" and node[-1] == "0":
            axes_seen.first.add(names[root])
    for key, axes_of in shapes.items():
        shape = tuple(axes_of[k] for k in sorted(axes_of))
        if key[0] == "->":
            axes_seen.results[key[1], ".".join(key[2:])] = shape
        else:
            axes_seen.arguments[".".join(key)] = shape
    axes_seen.arguments |= {name: () for name, rank in ranks.items() if rank == 0}
    _numbers(functions, axes_seen)
    _counted(functions, axes_seen)


def _apart(union: _Union, one: Node, two: Node, calls: list[dict[Node, int]]) -> bool:
    """Whether one call has two sizes in it: then they are not one."""
    for call in calls:
        roots = {union.find(node) for node in call}
        if one in roots and two in roots:
            return True
    return False


def _numbers(functions: Mapping[str, Function], axes_seen: Axes) -> None:
    """Results that are numbers."""
    for function in functions.values():
        for k, name in enumerate(function.results):
            gave = function.gave(k)
            if gave and all(each["kind"] == "number" for each in gave):
                axes_seen.results[function.name, name] = ()


def _counted(functions: Mapping[str, Function], axes_seen: Axes) -> None:
    """Results that are as long as an argument says, such as `losses (epochs,)`, where no array has that size."""
    for function in functions.values():
        for k, name in enumerate(function.results):
            shape = axes_seen.results.get((function.name, name), ())
            if len(shape) == 1 and shape[0] not in axes_seen.sizes and not isinstance(shape[0], int):
                lengths = [each["shape"] for each in function.gave(k) if each["kind"] == "array"]
                for label in function.arguments:
                    values = [[each.get("value")] for each in function.seen(label)]
                    if lengths and lengths == values:
                        axes_seen.results[function.name, name] = (label,)
