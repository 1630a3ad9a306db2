"""The bank's assignments asked their questions, in this process."""

from __future__ import annotations

import copy
import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from autograder.callables.declared.signatures import Signature
from autograder.callables.faults.candidates import Candidates
from autograder.callables.faults.families import Families
from autograder.callables.faults.roles import Roles
from autograder.callables.faults.words import Named

BANK = sorted(path.stem for path in (Path(__file__).parent / "bank").glob("*.py"))
SITUATIONS = 4
TOLD = Path(__file__).parent / "told"
NOTHING = "—"


def load(name: str) -> ModuleType:
    """One assignment of the bank."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / "bank" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass
class Asked:
    """An assignment with its questions drawn: `callable:situation`."""

    module: ModuleType

    def __post_init__(self) -> None:
        rng = np.random.default_rng(7)
        self.callables = [
            Signature(name.rpartition(".")[2], name.rpartition(".")[0], *parts)
            for name, parts in self.module.SIGNATURES.items()
        ]
        self.drawn: dict[str, dict[str, Any]] = {}
        self.sizes: dict[str, dict[str, int]] = {}
        self.before: dict[str, dict[str, Any]] = {}
        follows = getattr(self.module, "FOLLOWS", {})
        for size in range(SITUATIONS):
            drawn, sizes = self.module.draw(rng, size)
            for name, arguments in drawn.items():
                self.drawn[f"{name}:{size}"], self.sizes[f"{name}:{size}"] = arguments, sizes
                if name in follows:
                    self.before[f"{name}:{size}"] = drawn[follows[name][0]]
        small = {name: f"{name}:0" for name in self.module.SIGNATURES}
        candidates = Candidates(self.module.REFERENCE, self.callables, self.answer, small)
        values = {name: value for arguments in self.drawn.values() for name, value in arguments.items()}
        numbers = frozenset(name for name, value in values.items() if isinstance(value, int | float))
        self.families = Families(candidates, sizes=self.sizes, roles=Roles(candidates.source, numbers=numbers))
        names: dict[str, Any] = {}
        exec(self.module.REFERENCE, names)
        self.expected = {q: self.answer(names, q) for q in self.drawn}

    def answer(self, names: dict[str, Any], question: str) -> dict[str, Any] | None:
        """Results by name, arguments that are written into and the object's state among them; None where it raises."""
        name = question.partition(":")[0]
        arguments = copy.deepcopy(self.drawn[question])
        _, results, changes = self.module.SIGNATURES[name]
        try:
            made = None
            if "." in name:
                owner, _, method = name.partition(".")
                made = names[owner](**arguments.pop("self"))
                function = getattr(made, method)
            else:
                function = names[name]
            if question in self.before:
                first, by = self.module.FOLLOWS[name]
                arguments[by] = names[first](**copy.deepcopy(self.before[question]))[1]
            came = function(**arguments)
        except Exception:
            return None
        came = came if isinstance(came, tuple) and len(results) > 1 else (came,)
        if len(came) != len(results):
            return None
        found = {result: value for result, value in zip(results, came, strict=True) if result != "cache"}
        found |= {each: arguments[each] for each in changes}
        found |= {f"self.{each}": getattr(made, each) for each in getattr(self.module, "STATE", ()) if made is not None}
        try:
            return {each: np.array(value, dtype=float) for each, value in found.items()}
        except (TypeError, ValueError):
            return None

    def explain(self, source: str, name: str) -> tuple[bool, Named | None]:
        """Whether a submission's callable is wrong anywhere, and what that is called."""
        names: dict[str, Any] = {}
        exec(source, names)
        questions = [q for q in self.drawn if q.partition(":")[0] == name]
        given = {q: self.answer(names, q) for q in questions}
        wrong = any(
            given[q] is None or any(not same(q, n, given[q][n], self.expected[q][n]) for n in self.expected[q])
            for q in questions
        )
        if any(given[q] is None for q in questions):
            return wrong, None
        return wrong, self.families.explain(name, questions, given, self.expected, same)


def same(question: str, name: str, given: np.ndarray, right: np.ndarray) -> bool:
    """What a check would let pass."""
    return given.shape == right.shape and np.allclose(given, right, rtol=1e-6, atol=1e-9)


def wrong(module: ModuleType, rewrites: list[tuple[str, str]]) -> str:
    """The student's source with texts replaced; each must stand there."""
    source = module.STUDENT
    for old, new in rewrites:
        assert old in source, old
        source = source.replace(old, new)
    return source


def told(asked: Asked) -> list[str]:
    """A line for each wrong variant: what it is, and what is said of it."""
    lines = []
    for label, name, rewrites in asked.module.WRONG:
        off, named = asked.explain(wrong(asked.module, rewrites), name)
        assert off, f"{label}: no answer is wrong"
        lines.append(f"{name} · {label}: " + (f"[{named.code}] {named.of}: {named.says}" if named else NOTHING))
    return lines


if __name__ == "__main__":  # writes the sentences down, to be read one by one
    for one in sys.argv[1:] or BANK:
        TOLD.mkdir(exist_ok=True)
        text = "\n".join(told(Asked(load(one)))) + "\n"
        (TOLD / f"{one}.txt").write_text(text, encoding="utf-8")
