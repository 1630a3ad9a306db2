"""The shapes that docstrings promise, held against those of the solution's own run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from autograder import callables
from autograder.observe import probe


def otherwise_shaped(exam: callables.Exam) -> Iterator[str]:
    """Arguments and results that have another shape than their docstring says, in a sentence each, the first only of a
    callable."""
    for name in exam.asked:
        for question in exam.of(name):
            if question.plain and question.counts and len(question.scored) == 1:
                complaint = next(_of_question(exam, question), None)
                if complaint:
                    yield complaint
                    break


def _of_question(exam: callables.Exam, question: callables.CallsQuestion) -> Iterator[str]:
    step = question.calls[question.scored[0]]
    signature = exam.reference.signatures[step.name]
    known = dict(question.counts)
    seen: list[tuple[str, tuple[int, ...]]] = []
    for label, tree in zip(step.labels, step.args, strict=True):
        value = probe.decoded(tree) if isinstance(tree, (np.ndarray, dict)) else None
        if isinstance(value, int) and not isinstance(value, bool):
            known.setdefault(label, value)  # a count, as in losses (epochs,)
        if isinstance(value, (np.ndarray, float, int)):
            seen.append((label, np.shape(value)))
    arrays = exam.expected(question, question.scored[0]).arrays
    results = [(name, arrays[name].shape) for name in signature.results if name in arrays]
    for what, pairs in (("is drawn with", seen), ("has", results)):
        for name, shape in pairs:
            said = signature.shapes.get(name)
            if said is not None and not fits(said, shape, known):
                yield (
                    f"{step.name}: {name} {what} shape {written(shape)} where its docstring says "
                    f"{written(said)} with {question.situation}; mend the one or the other"
                )


def misspelt(exam: callables.Exam) -> Iterator[str]:
    """Where a docstring calls one size by its name and, of another argument, by a letter that is no size. (Letters of
    its own throughout, as H1 for H, are a docstring's choice.)"""
    declared = exam.reference.declaration
    for name in exam.asked:
        signature = exam.reference.signatures[name]
        letters: dict[str, dict[str, str]] = {}  # by the size that is drawn: the docstring's letter -> the argument
        for label in signature.arguments:
            draw, said = declared.draws.get(declared.drawn_as(name, label)), signature.shapes.get(label, ())
            for size, letter in zip(map(str, draw.symbols) if draw is not None else (), said, strict=False):
                letters.setdefault(size, {}).setdefault(letter, label)
        for size, by_letter in letters.items():
            for letter, label in by_letter.items() if size in by_letter else ():
                if letter.isidentifier() and letter not in declared.sizes[0] and letter not in signature.arguments:
                    yield (
                        f"{name}: its docstring writes {label} with {letter}, which is no size, and {label} is drawn "
                        f"with {size}, as {by_letter[size]} is; mend the letter"
                    )


def unread(exam: callables.Exam) -> Iterator[str]:
    """Where a docstring says what its callable takes and gives below other text, where that is not looked for."""
    for name in exam.asked:
        arguments = {*exam.reference.signature(name).arguments}
        lines = docstring_of(exam.reference.source, exam.reference.own(name)).split("\n")
        reads = (_is_signature("\n".join(lines[k:]).split("\n\n")[0], arguments) for k in range(len(lines)))
        if next((k for k, read in enumerate(reads) if read), 0):
            yield (
                f"{name}: what it takes and gives, `… -> …`, stands below other text in its docstring, where nothing "
                "reads it; make it the first line, and put the text below an empty one"
            )


def _is_signature(text: str, arguments: set[str]) -> bool:
    """Whether a text lists arguments and, after an arrow, what is given."""
    takes, arrow, _ = text.partition("->")
    parts = [each.split() for each in re.sub(r"\([^()]*\)", "", takes).split(",")]
    return bool(arrow) and all(part and part[0].strip("`*:") in arguments for part in parts)


def docstring_of(source: str, name: str) -> str:
    """The docstring of a function or method by its full name; empty where there is none."""
    owner, _, own = name.rpartition(".")
    body = ast.parse(source).body
    if owner:
        body = next(node.body for node in body if isinstance(node, ast.ClassDef) and node.name == owner)
    nodes = [node for node in body if isinstance(node, ast.FunctionDef) and node.name == own]
    return (ast.get_docstring(nodes[-1]) or "") if nodes else ""


def fits(said: tuple[str, ...], shape: tuple[int, ...], known: dict[str, Any]) -> bool:
    """Whether a shape is what is said; a name that nothing gives a number is learned from the first shape it is in."""
    if len(said) != len(shape):
        return False
    for symbol, count in zip(said, shape, strict=True):
        total = length(symbol, known)
        if total is None and symbol.isidentifier():
            known[symbol] = count
        elif total is not None and total != count:
            return False
    return True


def length(symbol: str, known: Mapping[str, Any]) -> int | None:
    """What a symbol such as `H+1` or `4*H` comes to; None where a name in it has no number."""
    return callables.length(symbol, known) if callables.names_in([symbol]) <= {*known} else None


def written(shape: tuple[Any, ...]) -> str:
    """A shape in words: `(3, 2)`, `(N,)`, `a number`."""
    return f"({', '.join(map(str, shape))}{',' * (len(shape) == 1)})" if shape else "a number"
