"""A declared assignment drafted from an instructor's existing notebook.

Context: a course has its assignments already, and what a declaration says stands in them: in signatures, docstrings,
default values, in what the tests call. Choice: names of sizes, kinds and slopes are read there and in a watched run,
then tried as the build would; what does not hold is taken back, and what only seems so is marked. Cost: a draft is no
more than that: the marked lines are the instructor's to check.
"""

from __future__ import annotations

import itertools
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.authoring import new
from autograder.authoring.drafting import axes as axes_
from autograder.authoring.drafting import kinds, lay, relations, trial
from autograder.authoring.drafting.declaration import Declared, sizes_for, sizes_seen
from autograder.authoring.drafting.existing import Existing, existing, plain
from autograder.authoring.drafting.functions import Function, functions
from autograder.authoring.drafting.run import Run, run
from autograder.core import Course

TRIES = 8
MOST_PAIRS = 6
FINITE = "all numbers are finite"  # how a refusal ends that says which draws would do
_LITERAL = re.compile(r"""["']([^"'\n]{1,200})["']""")


@dataclass(frozen=True)
class Drafted:
    """What was laid down, what is to be told of it, and what the build would refuse yet."""

    paths: tuple[Path, ...]
    sentences: tuple[str, ...]
    refused: tuple[str, ...]


@dataclass(frozen=True)
class _Parts:
    """All that a candidate is laid down from; `axes` may lose what does not hold."""

    old: Existing
    functions: dict[str, Function]
    axes: axes_.Axes
    points: dict[str, float]
    targets: dict[int, list[str]]
    notes: tuple[str, ...]


def draft(course: Course, name: str, path: Path) -> Drafted:
    """Lays down source/NAME/ from the notebook at `path`.

    Raises CourseError, having changed nothing, where it cannot.
    """
    new.must_be_free(course, name)
    old = existing(path)
    files = _files(old, path.parent)
    cells = [plain(cell.text) if cell.code else "" for cell in old.cells]
    ran = run(cells, old.watched, files, path.parent, course.packages)
    made, declaration, refused, notes = drafted(old, ran, name)
    paths = new.lay_down(course, name, lay.text_of(made))
    for file in files:
        target = paths[0].parent / file.relative_to(path.parent)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
            paths.append(target)
    lines = declaration.text.count("\n")
    sentences = [
        *notes,
        f"the declaration has {lines} lines, {declaration.guesses or 'none'} of them marked as guesses",
    ]
    return Drafted(tuple(paths), tuple(sentences), tuple(refused))


def drafted(old: Existing, ran: Run, name: str) -> tuple[dict[str, Any], Declared, list[str], list[str]]:
    """The notebook, its declaration, what the build would refuse of it, notes for the instructor."""
    known = functions(old, ran)
    handed = relations.handed_on(known)
    axes = axes_.axes(known, set(handed))
    moved = relations.moved(known)
    begun = relations.begun(known, moved)
    state = tuple(dict.fromkeys((*relations.kept(known), *(each for several in begun.values() for each in several))))
    judged = [each for each in old.functions if _gives(known[each], state)]
    points, targets, decided = lay.scores(old, judged)
    notes = [*old.notes, *_of_run(old, ran), *decided, *_of_functions(known, old.functions, judged)]
    notes += _of_objects(moved, state)
    parts = _Parts(old, known, axes, points, targets, tuple(notes))
    first = replace(_declared(known, axes, handed, state, judged), why_state=_why_state(begun))
    best, refused = _tried(parts, first, name)
    return _laid(parts, best), best, refused, notes


def _declared(
    known: dict[str, Function], axes: axes_.Axes, handed: dict[tuple[str, str], tuple[str, str]],
    state: tuple[str, ...], judged: Sequence[str],
) -> Declared:  # fmt: skip
    asked = {name: each for name, each in known.items() if name in judged or name.endswith("__init__")}
    after = [kinds.Line(f'follows({function}, {giver}, by="{argument}")' if argument == result else "",
                        "" if argument == result else f"{giver} calls it {result}")
             for (function, argument), (giver, result) in handed.items() if function in judged]  # fmt: skip
    first = [kinds.Line(f"follows({method}, {before})", "must that be called first?")
             for method, before in relations.needs_first(known) if method in judged]  # fmt: skip
    again = [kinds.Line(text, "are its results given back to it?") for text in relations.repeats(asked)]
    slopes = [each for each in relations.slopes(known, axes, handed) if each.callable in judged]
    drawn = tuple(kinds.draws(asked, axes, set(handed)))
    return Declared(
        drawn, sizes_for(axes, drawn), "", state, "",
        tuple(each for each in (*after, *first, *again) if each.text), tuple(slopes), True, tuple(axes.clashes),
    )  # fmt: skip


def _tried(parts: _Parts, first: Declared, name: str) -> tuple[Declared, list[str]]:
    """The candidate with the fewest refusals, mended one after the other."""
    best, refused = first, _refused(parts, first, name)
    one, tries = first, 1
    said = refused
    while said and tries < TRIES:
        other = _mended(parts, one, said, name)
        if other is None:
            break
        one, tries = other, tries + 1
        said = _refused(parts, one, name)
        if len(said) <= len(refused):
            best, refused = one, said
    return best, refused


def _refused(parts: _Parts, declaration: Declared, name: str) -> list[str]:
    return trial.refused(name, _laid(parts, declaration), [lay.grade_id(each) for each in parts.points])


def _laid(parts: _Parts, declaration: Declared) -> dict[str, Any]:
    return lay.notebook(
        parts.old, parts.functions, parts.axes, parts.points, parts.targets, declaration.text, parts.notes
    )


def _mended(parts: _Parts, one: Declared, said: Sequence[str], name: str) -> Declared | None:
    """Another candidate without what these sentences refuse; None where nothing can be taken back."""
    gone = [slope for slope in one.slopes if any(_is_against(sentence, slope) for sentence in said)]
    if gone:
        return replace(one, slopes=tuple(each for each in one.slopes if each not in gone))
    for sentence in said:
        otherwise = dict(re.findall(r"(\w+) = (draw\.\w+\([^()]*\))", sentence.rpartition("with ")[2]))
        if sentence.endswith(FINITE) and any(_named(line) in otherwise for line in one.draws):
            return replace(one, draws=tuple(_narrowed(line, otherwise) for line in one.draws))
        shaped = re.match(r"([\w.]+): (\w+) has shape", sentence)
        if shaped and parts.axes.results.pop((shaped[1], shaped[2]), None) is not None:
            return one
        kept = re.match(r"([\w.]+) returns (\w+), in which students may keep what they like", sentence)
        if kept:
            line = kinds.Line(f'unjudged({kept[1]}, "{kept[2]}")', "may students keep in it what they like?")
            return replace(one, relations=(*one.relations, line))
        again = re.search(r"repeats\(([\w.]+)\)|^([\w.]+) cannot be asked with \d times in a row", sentence)
        if again:
            less = tuple(e for e in one.relations if not e.text.startswith(f"repeats({again[1] or again[2]},"))
            if less != one.relations:
                return replace(one, relations=less)
        if "cannot be asked with" in sentence and (other := _with_other_sizes(parts, one, sentence, name)) is not None:
            return other
    return None


def _with_other_sizes(parts: _Parts, one: Declared, sentence: str, name: str) -> Declared | None:
    """With sizes that may be what a sentence asks for; None where it tells of another cause."""
    if re.search(r"\b\w+ = 1\b", sentence) and any(1 in v for v in one.sizes.values()):
        sizes = {key: tuple(2 if v == 1 else v for v in values) for key, values in one.sizes.items()}
        return replace(one, sizes=sizes, why="one sample alone cannot be asked; is that so?")
    if "is not finite there" in sentence:
        return None
    together = _as_long(parts, one, sentence, name)
    if together is not None:
        return together
    seen = sizes_seen(parts.axes, one.sizes)
    if seen == one.sizes or set(seen) != set(one.sizes):
        return None
    return replace(one, sizes=seen, why="sizes of the notebook's own run, others failed: what hangs together?")


def _is_against(sentence: str, slope: relations.Slope) -> bool:
    """Whether a sentence says that a slope does not hold."""
    wrong = re.search(r"(?:^|: )slope\(([\w.]+)(?:, by='([\w.]+)')?", sentence)
    return wrong is not None and wrong[1] == slope.callable and wrong[2] in (None, slope.by)


def _named(line: kinds.Line) -> str:
    return line.text.partition(" = ")[0]


def _narrowed(line: kinds.Line, otherwise: Mapping[str, str]) -> kinds.Line:
    """A draw as it leads to finite numbers only."""
    name = _named(line)
    if name not in otherwise:
        return line
    check = "with numbers of both signs the solution's are not all finite; right?"
    return kinds.Line(f"{name} = {otherwise[name]}", check)


def _as_long(parts: _Parts, one: Declared, sentence: str, name: str) -> Declared | None:
    """With two sizes as long as each other, where that is what a function needs that cannot be asked."""
    asked = sentence.partition(" cannot be asked")[0]
    if asked not in parts.functions or "ValueError" not in sentence:
        return None
    givers = [each.partition("(")[2].split(", ")[1] for each in (line.text for line in one.relations)
              if each.startswith(f"follows({asked},")]  # fmt: skip
    takes = [label for each in (asked, *givers) if each in parts.functions for label in parts.functions[each].arguments]
    sizes = list(dict.fromkeys(s for label in takes for s in parts.axes.arguments.get(label, ()) if s in one.sizes))
    for first, second in itertools.islice(itertools.combinations(sizes, 2), MOST_PAIRS):
        numbers = {**one.sizes, second: one.sizes[first]}
        why = f"{asked} needs {second} as long as {first}; would other names for its arguments be better?"
        other = replace(one, sizes=numbers, why=why)
        if not any(each.startswith(f"{asked} cannot be asked") for each in _refused(parts, other, name)):
            return other
    return None


def _gives(function: Function, state: tuple[str, ...]) -> bool:
    """Whether something of it can be compared."""
    if function.name.rpartition(".")[2].startswith("__"):
        return False
    return bool(function.results or function.changes or (function.owner and state))


def _of_run(old: Existing, ran: Run) -> Iterator[str]:
    if ran.stopped:
        yield f"the notebook was not run to its end: {ran.stopped}"
    for index, error in ran.errors:
        yield f"cell {old.cells[index].number} raised {error}"
    called = {call.name for call in ran.calls}
    if missing := [name for name in old.functions if name not in called and not name.endswith("__init__")]:
        yield f"the run never called {', '.join(missing)}: what is drafted of that is from its text alone"


def _of_functions(known: dict[str, Function], written: Sequence[str], judged: Sequence[str]) -> Iterator[str]:
    for name, each in known.items():
        if each.random:
            yield f"{name} draws random numbers: let it take them (a mask, an order, a seed) as an argument"
    for name in written:
        if name not in judged and not name.endswith("__init__"):
            yield f"{name} returns nothing that can be compared, so it has no grade cell"


def _of_objects(moved: Mapping[str, tuple[str, ...]], state: tuple[str, ...]) -> Iterator[str]:
    for name, attributes in moved.items():
        if others := [each for each in attributes if each not in state]:
            yield (
                f"{name} also changes {', '.join(others)} of its object, which nothing judges: if it counts, add it to "
                "`state`"
            )


def _why_state(begun: Mapping[str, tuple[str, ...]]) -> str:
    changes = "; ".join(f"{name} changes {', '.join(attributes)}" for name, attributes in begun.items())
    return f"{changes} beside what it returns: are students asked for that?" if changes else ""


def _files(old: Existing, folder: Path) -> list[Path]:
    """Files beside the notebook that its code names, as data or as a module."""
    files: dict[Path, None] = {}
    for cell in old.cells:
        if not cell.code:
            continue
        names = _LITERAL.findall(cell.text)
        names += [f"{module}.py" for module in re.findall(r"^\s*(?:from|import)\s+(\w+)", cell.text, re.M)]
        for name in names:
            path = folder / name
            try:
                inside = path.is_file() and path.resolve().is_relative_to(folder.resolve())
            except (OSError, ValueError):
                continue
            if inside and path.name != "selfcheck.py" and path.suffix != ".ipynb" and ".." not in path.parts:
                files[path] = None
    return list(files)
