"""Slips in a declaration that a run alone would tell badly: draws of another shape or kind, words that do nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from autograder import callables
from autograder.authoring.proofs.allowed import import_names
from autograder.authoring.proofs.shapes import fits, length, written

INDEXED = ("arrays used as indices must be of integer", "only integers, slices", "only integer scalar arrays")
NOT_FINITE = ("is not finite there", "math domain error")


def misdrawn(reference: callables.Reference, asked: Sequence[str], why: str) -> Iterator[str]:
    """Where a solution gives no answer, what may be wrong with the draws: `why` is what the run said."""
    declared = reference.declaration
    sizes = next((each for each in declared.sizes if 1 not in each.values()), declared.sizes[0])
    for name in asked:
        signature = reference.signatures[name]
        for label in signature.arguments:
            draw, said = declared.draws.get(declared.drawn_as(name, label)), signature.shapes.get(label)
            if draw is None or said is None or draw.parts or draw.of or draw.choices:
                continue
            shape = tuple(length(str(each), sizes) or 0 for each in draw.symbols)
            if not fits(said, shape, dict(sizes)):
                situation = ", ".join(f"{key} = {count}" for key, count in sizes.items())
                yield (
                    f"{name}: {label} is drawn with shape {written(shape)} where its docstring says {written(said)} "
                    f"with {situation}; mend the one or the other"
                )
    if any(word in why for word in INDEXED):
        yield from _no_labels(reference, asked)
    if any(word in why for word in NOT_FINITE):
        for name in asked:
            lines = callables.finite_draws(reference, name) if f" {name} cannot be asked" in why else []
            if lines:
                yield f"{why}; with {' and '.join(lines)} all numbers are finite"


def _no_labels(reference: callables.Reference, asked: Sequence[str]) -> Iterator[str]:
    """Arguments that index arrays and are drawn as real numbers."""
    declared = reference.declaration
    for node in ast.walk(ast.parse(reference.source)):
        if isinstance(node, ast.FunctionDef):
            inside = {
                name.id
                for each in ast.walk(node)
                if isinstance(each, ast.Subscript)
                for name in ast.walk(each.slice)
                if isinstance(name, ast.Name)
            }
            for label in (each.arg for each in node.args.args if each.arg in inside):
                draw = declared.draws.get(declared.drawn_as(node.name, label))
                if draw is not None and draw.real:
                    shape = "".join(f'"{each}", ' for each in draw.symbols)
                    yield (
                        f"{node.name} picks entries by {label}, which is drawn as {draw.kind}: integer labels are "
                        f"{label} = draw.labels({shape}classes=…)"
                    )


def idle(exam: callables.Exam) -> Iterator[str]:
    """Words of the declaration that do nothing."""
    declared = exam.reference.declaration
    used = {name for draw in declared.draws.values() for name in draw.size_names}
    for size in declared.sizes[0] if used and not declared.together else ():
        if size not in used:
            yield f"`sizes` has {size}, which no draw uses: is it misspelt, or one too many?"
    kept = {result for name in exam.asked for result in exam.names(name)}
    for label in declared.state:
        if not any(result == label or result.startswith(f"{label}.") for result in kept):
            yield f"`state` has {label}, and no object that is asked keeps numbers under that name; is it misspelt?"
    imported = set(_imported(exam.reference.source))
    for package in declared.packages:
        if not imported & {package, *import_names(package)}:
            yield f"the declaration allows {package}, and the solution does not import it: take it out of `packages`"
    for note in callables.idle_notes(exam):
        yield (
            f"note({note.function}): with `{note.by or '(nothing)'}` in the place of `{note.replace}` no answer "
            "changes; which fault is meant?"
        )


def compared_caches(exam: callables.Exam) -> Iterator[str]:
    """Caches whose contents would be compared, though nothing says what they are to hold."""
    reference = exam.reference
    for name in exam.asked:
        signature = reference.signature(name)
        for label in signature.results:
            if "cache" not in label.lower() or label not in signature.bare:
                continue
            parts = [each for each in exam.names(name) if each.startswith(f"{label}.")]
            if parts:
                yield (
                    f"{name} returns {label}, in which students may keep what they like, and {parts[0]} would be "
                    f"compared: say follows(…, {name}, by={label!r}) of the function that it is handed to, or "
                    f"unjudged({name}, {label!r}); else say in its docstring what it holds, as in `{label} (x, W)`"
                )


def _imported(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (each.name.partition(".")[0] for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]
