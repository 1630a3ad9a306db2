"""A bank of submissions as students write them, right and wrong, each with what must become of it."""

from __future__ import annotations

import ast
import importlib
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.corpus.bank import loops, losses
from tests.corpus.networks import LESSONS, Network


@dataclass(frozen=True)
class Case:
    """One submission: its class as text, and for each wrong method the codes of which one must be named."""

    name: str
    assignment: str
    source: str
    wrong: dict[str, tuple[str, ...]] = field(default_factory=dict)


def cases(assignment: str) -> Iterator[Case]:
    """All cases of an assignment, right ones first."""
    own = importlib.import_module(f"tests.corpus.bank.{assignment}")
    network = LESSONS[assignment]
    for name, text in own.RIGHT.items():
        yield Case(f"right: {name}", assignment, _source(own.BASE, text))
    for name, text in {**loops.right(network), **losses.right(network)}.items():
        yield Case(f"right: {name}", assignment, _source(own.BASE, text))
    for name, (text, wrong) in {**own.WRONG, **loops.wrong(network), **losses.wrong(network)}.items():
        yield Case(name, assignment, _source(own.BASE, text), _codes(wrong))
    yield from _compound(own, network)


def two_faults(assignment: str) -> Iterator[Case]:
    """Every wrong train, and every wrong dloss_dw, beside a wrong method of each that it calls."""
    own, network = importlib.import_module(f"tests.corpus.bank.{assignment}"), LESSONS[assignment]
    single, by_method = _single(own, network)
    for two, partners in (("train", ("forward", "dloss_dw", "loss")), ("dloss_dw", ("forward",))):
        for k, name in enumerate(by_method[two]):
            for one in partners:
                yield _both(own, network, single, (by_method[one][7 * k % len(by_method[one])], name))


def _single(own, network: Network) -> tuple[dict, dict[str, list[str]]]:
    """The faults by name, and by method the names of those that are in it alone and leave an answer."""
    single = {**own.WRONG, **loops.wrong(network), **losses.wrong(network)}
    by_method: dict[str, list[str]] = {}
    for name, (text, wrong) in single.items():
        codes = _codes(wrong)
        if len(codes) == 1 and not {"timed-out"} & set(next(iter(codes.values()))) and "class " not in text:
            by_method.setdefault(next(iter(codes)), []).append(name)
    return single, by_method


def _compound(own, network: Network) -> Iterator[Case]:
    """Faults in two and three methods at once: each wrong forward or loss under another method's fault."""
    single, by_method = _single(own, network)
    pairs = [
        ("forward", "dloss_dw"),
        ("forward", "train"),
        ("dloss_dw", "train"),
        ("loss", "train"),
        ("loss", "dloss_dw"),
    ]
    for one, two in pairs:
        ones, twos = by_method.get(one, []), by_method.get(two, [])
        for k in range(min(12, max(len(ones), len(twos)))):
            yield _both(own, network, single, (ones[(5 * k) % len(ones)], twos[(3 * k + 1) % len(twos)]))
    for k in range(8):
        names = tuple(by_method[m][(7 * k + 2) % len(by_method[m])] for m in ("forward", "dloss_dw", "train"))
        yield _both(own, network, single, names)


def _both(own, network: Network, single: dict, names: tuple[str, ...]) -> Case:
    text = "\n".join(textwrap.dedent(single[name][0]).strip("\n") for name in names)
    wrong: dict[str, tuple[str, ...]] = {}
    for name in names:
        wrong |= _codes(single[name][1])
    return Case(" + ".join(names), network.name, _source(own.BASE, text), wrong)


def _codes(wrong: str) -> dict[str, tuple[str, ...]]:
    """`forward: sign; train: factor|different` as a dict."""
    found = {}
    for part in filter(None, (piece.strip() for piece in wrong.split(";"))):
        method, codes = part.split(":")
        found[method.strip()] = tuple(code.strip() for code in codes.split("|"))
    return found


def _source(base: str, text: str) -> str:
    """The base class with members replaced or added; functions without `self` and other statements go before it."""
    text = textwrap.dedent(text).strip("\n") + "\n"
    if re.match(r"import|class ", text) and "class " in text:
        return text
    members = dict(_members(textwrap.dedent(base)))
    head = textwrap.dedent(base).split("    def ", 1)[0].rstrip("\n")
    before, lines = [], text.splitlines()
    for node in ast.parse(text).body:
        start = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))]) - 1
        segment = "\n".join(lines[start : node.end_lineno])
        if isinstance(node, ast.FunctionDef) and _is_member(node):
            members[node.name] = textwrap.indent(segment, "    ")
        else:
            before.append(segment)
    imports = "import numpy as np\n"
    return "\n\n".join([imports + "\n".join(before), head + "\n" + "\n\n".join(members.values())]) + "\n"


def _is_member(node: ast.FunctionDef) -> bool:
    names = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
    first = names[0] if names else ""
    static = any(isinstance(d, ast.Name) and d.id in ("staticmethod", "classmethod") for d in node.decorator_list)
    return (
        static or first in ("self", "cls", "this") or (node.args.vararg is not None and node.args.vararg.arg == "args")
    )


def _members(source: str) -> Iterator[tuple[str, str]]:
    lines = source.splitlines()
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef):
            for member in node.body:
                if isinstance(member, ast.FunctionDef):
                    yield member.name, "\n".join(lines[member.lineno - 1 : member.end_lineno])
