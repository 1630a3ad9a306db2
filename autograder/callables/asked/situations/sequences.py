"""Questions in several calls: what an object or a module keeps from one of them must not show in the next."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator
from dataclasses import replace

import numpy as np

from autograder.callables.asked.drafted import Draft, drafted
from autograder.callables.asked.expected import Arrays
from autograder.callables.asked.question import CallsQuestion, From, Step, Unasked
from autograder.callables.asked.records import rises, rounds_of
from autograder.callables.asked.situations.set_state import STATE_SET, state_set
from autograder.callables.asked.standing import hangs_on_state
from autograder.callables.asked.steps import NotDrawn, Values, drawn, shifted, steps_for
from autograder.callables.declared.draws import Sizes
from autograder.callables.declared.reference import Reference
from autograder.observe import arrays_in

OFTEN = 6  # calls on one object
TRIED = 8  # runs, of which one is to be no wild one, and one to move what it is to move
VISIBLE = 1e-2  # relative: how far that is
AFTER_OTHERS = "asked after other methods of the same object"


def sequences(
    reference: Reference, name: str, asked: Collection[str], largest: Sizes, other: Sizes
) -> Iterator[tuple[str, Draft]]:
    """The questions about one callable that have several calls, an id and what makes each; `asked` are all callables
    that a submission must have."""
    yield f"{name}/again", _again(reference, name, (largest, other))
    if _follows(reference, name):
        if _shared(reference, name):
            yield f"{name}/other data", _on_other_data(reference, name, largest)
        return
    yield f"{name}/refilled", _refilled(reference, name, largest)
    if _long_arrays(reference, name, largest):
        yield f"{name}/nearly", _nearly(reference, name, largest)
    yield from _after_others(reference, name, asked, largest)


def _follows(reference: Reference, name: str) -> bool:
    return any(each.callable == name for each in reference.declaration.follows)


def _shared(reference: Reference, name: str) -> bool:
    """Whether a method takes an argument that one takes as well which is called before it, on the same object."""
    declared = reference.declaration
    follows = [each for each in declared.follows if each.callable == name]
    if not declared.state or any(each.by for each in follows):
        return False
    taken = {declared.drawn_as(name, label) for label in reference.signature(name).arguments}
    return any(
        taken & {declared.drawn_as(each.after, label) for label in reference.signature(each.after).arguments}
        for each in follows
    )


def _on_other_data(reference: Reference, name: str, sizes: Sizes) -> Draft:
    """Asked about other data than the method before it, as a model is that was fitted; where all that counts of what
    was called before is the declared state."""

    def draft(rng: np.random.Generator) -> CallsQuestion:
        first = steps_for(reference, name, drawn(reference, rng, sizes))
        values = drawn(reference, rng, sizes)
        second = replace(steps_for(reference, name, values)[-1], on=first[-1].on)
        words = "asked about other data than what was called before it"
        made = drafted(reference, f"{name}/other data", name, words, (*first[:-1], second), sizes)
        if not hangs_on_state(reference, made):
            raise Unasked("more than the declared state counts")
        return made

    return draft


def _again(reference: Reference, name: str, both: tuple[Sizes, Sizes]) -> Draft:
    """Asked about data of one size, then, on another object, of another; then about more on the first. What is kept
    from the first must not show, nor that from the other object."""

    def draft(rng: np.random.Generator) -> CallsQuestion:
        first = steps_for(reference, name, drawn(reference, rng, both[0]))
        second = steps_for(reference, name, drawn(reference, rng, both[1]))
        objects = len([step for step in first if step.makes is not None])
        steps = (*first, *shifted(second, len(first), objects))
        if not _follows(reference, name):
            third = drawn(reference, rng, both[0])
            once_more = _call(reference, name, third, first)
            steps = (*steps, replace(once_more, on=first[-1].on))
        words = "asked about one batch, then about another"
        return drafted(reference, f"{name}/again", name, words, steps, both[1])

    return draft


def _refilled(reference: Reference, name: str, sizes: Sizes) -> Draft:
    """Asked with the same arrays again, which hold other numbers each time; a method of an object so often that who
    counts its calls shows, a run of rounds, which is work, once more."""
    times = OFTEN if reference.signature(name).owner and not rounds_of(reference, name) else 2

    def draft(rng: np.random.Generator) -> CallsQuestion:
        steps = steps_for(reference, name, drawn(reference, rng, sizes))
        for _ in range(times - 1):
            steps = (*steps, replace(_call(reference, name, drawn(reference, rng, sizes), steps), into=True))
        often = "twice" if times == 2 else f"{times} times"
        words = f"asked {often} with the same arrays, which hold other numbers each time"
        return drafted(reference, f"{name}/refilled", name, words, steps, sizes)

    return draft


def _nearly(reference: Reference, name: str, sizes: Sizes) -> Draft:
    """Asked again with the same arrays, which nearly hold what they did: the same ends, the same sum."""

    def draft(rng: np.random.Generator) -> CallsQuestion:
        values = drawn(reference, rng, sizes)
        steps = steps_for(reference, name, values)
        for label in _long_arrays(reference, name, sizes):
            values = {**values, label: _inner_turned(np.asarray(values[label]))}
            steps = (*steps, replace(_call(reference, name, values, steps), into=True))
        words = "asked again with the same arrays, of which all but the ends is turned round"
        return drafted(reference, f"{name}/nearly", name, words, steps, sizes)

    return draft


def _after_others(reference: Reference, name: str, asked: Collection[str], sizes: Sizes) -> Iterator[tuple[str, Draft]]:
    """Asked on an object whose other methods have run, with other data: those that leave its state alone, and each that
    moves it, twice. Only where these are right does the answer count. Then with its state set from outside."""
    owner = reference.signature(name).owner
    others = [other for other in asked if _may_come_before(reference, other, name, sizes)] if owner else []
    moving = [other for other in others if moves(reference, other, sizes)]
    resting = [other for other in others if other not in moving]

    def rested(rng: np.random.Generator) -> CallsQuestion:
        before, values = drawn(reference, rng, sizes), drawn(reference, rng, sizes)
        steps: tuple[Step, ...] = ()
        for other in resting:
            steps = steps_for(reference, other, before, steps)
        steps = (*steps, _call(reference, name, values, steps))
        return drafted(
            reference, f"{name}/after others", name, AFTER_OTHERS, steps, sizes, others=tuple(resting)
        )  # fmt: skip

    def moved(other: str) -> Draft:
        def draft(rng: np.random.Generator) -> CallsQuestion:
            before, values = _moving_run(reference, other, rng, sizes), drawn(reference, rng, sizes)
            steps = steps_for(reference, other, before)
            steps = (*steps, _call(reference, name, values, steps))
            steps = (*steps, _call(reference, other, before, steps), steps[-1])
            key, words = f"{name}/after {other}", f"asked after {other} has changed the object"
            return drafted(reference, key, name, words, steps, sizes, others=(other,), late=3)

        return draft

    if resting:
        yield f"{name}/after others", rested
    for other in moving if reference.declaration.state else ():
        if other != name:
            yield f"{name}/after {other}", moved(other)
    if moving and reference.declaration.state and not moves(reference, name, sizes):
        yield f"{name}/{STATE_SET}", state_set(reference, name, sizes)


def everyday_run(reference: Reference, name: str, rng: np.random.Generator, sizes: Sizes) -> Values:
    """Values with which nothing that a callable records rises: from a wild run on, others may be right to some digits
    only."""
    for _ in range(TRIED):
        values = drawn(reference, rng, sizes)
        count = rounds_of(reference, name)
        if count:  # a single wild step records nothing that rises
            values[count] = max(reference.declaration.draws[count].choices)
        run = drafted(reference, name, name, "", steps_for(reference, name, values), sizes)
        parts = reference.answers(run)[-1].get("parts", {})
        if not rises(reference, name, arrays_in(reference.signature(name).results, parts)):
            return values
    raise Unasked("every run is a wild one")


def _moving_run(reference: Reference, name: str, rng: np.random.Generator, sizes: Sizes) -> Values:
    """Values of an everyday run after which the declared state is visibly another, where there are any: what was kept
    of it shows then."""
    for _ in range(TRIED):
        values = everyday_run(reference, name, rng, sizes)
        before, after = _states(reference, steps_for(reference, name, values))
        if any(_far(array, after.get(path)) for path, array in before.items()):
            break
    return values


def _may_come_before(reference: Reference, other: str, name: str, sizes: Sizes) -> bool:
    """Whether another method may be called first on the same object: by data of its own alone, and no constructor."""
    one, two = reference.signature(other), reference.signature(name)
    if other == name or one.owner != two.owner or one.name.startswith("__") or one.read:
        return False
    if _follows(reference, other) or reference.changes(other):
        return False
    try:
        steps = steps_for(reference, other, drawn(reference, np.random.default_rng(0), sizes))
    except NotDrawn:
        return False
    replies = reference.answers(drafted(reference, other, other, "", steps, sizes))
    return len(replies) == len(steps) and replies[-1]["outcome"] == "returned"


def moves(reference: Reference, name: str, sizes: Sizes) -> bool:
    """Whether a method of the reference changes the declared state of its object."""
    try:
        steps = steps_for(reference, name, drawn(reference, np.random.default_rng(0), sizes))
    except NotDrawn:
        return False
    before, after = _states(reference, steps)
    return not all(
        after.get(path) is not None and np.array_equal(array, after[path], equal_nan=True)
        for path, array in before.items()
    )


def _states(reference: Reference, steps: tuple[Step, ...]) -> tuple[Arrays, Arrays]:
    """The declared state of an object before the last of these calls on it, and after; empty where it gives nothing."""
    last = steps[-1]
    look = Step(f"{last.name.rpartition('.')[0]}.__class__", (), (), on=last.on, read=True)
    replies = reference.answers(drafted(reference, last.name, last.name, "", (*steps[:-1], look, last), {}))
    if len(replies) < len(steps) + 1:
        return {}, {}
    before, after = (
        {
            path: part["array"]
            for path, part in reply.get("parts", {}).items()
            if path[:5] == "self." and "array" in part
        }
        for reply in replies[-2:]
    )
    return before, after


def _far(before: np.ndarray, after: np.ndarray | None) -> bool:
    """Whether numbers of the state have become visibly others."""
    if after is None or after.shape != before.shape:
        return True
    return bool(np.abs(after - before).max(initial=0.0) > VISIBLE * np.abs(before).max(initial=0.0))


def _call(reference: Reference, name: str, values: Values, before: tuple[Step, ...]) -> Step:
    """One more call of a callable that follows no other, on the object that was made before."""
    return steps_for(reference, name, values, before)[-1]


def _long_arrays(reference: Reference, name: str, sizes: Sizes) -> list[str]:
    """The drawn arguments of a callable's own that have samples between the first and the last."""
    declared = reference.declaration
    labels = (declared.drawn_as(name, label) for label in reference.signature(name).arguments)
    drawn_here = [label for label in labels if label in declared.draws]
    value = drawn(reference, np.random.default_rng(0), sizes)
    return [label for label in drawn_here if isinstance(value[label], np.ndarray) and np.shape(value[label])[:1] > (3,)]


def _inner_turned(array: np.ndarray) -> np.ndarray:
    """The samples between the first and the last in reverse order: same size, same ends, same sum."""
    return np.concatenate([array[:1], array[1:-1][::-1], array[-1:]])


def repeated(reference: Reference, name: str, sizes: Sizes, key: str) -> Draft:
    """Asked several times in a row, what it returns given back to it; a method about other data each time, as what it
    keeps on its object shows little of itself beside the same data."""
    repeats = reference.declaration.repeats[name]
    anew = bool(reference.signature(name).owner) and not _follows(reference, name)

    def draft(rng: np.random.Generator) -> CallsQuestion:
        if not anew or name not in reference.traits.deciding:
            return once(rng)
        return max((once(rng) for _ in range(TRIED)), key=lambda made: _ways(reference, made))

    def once(rng: np.random.Generator) -> CallsQuestion:
        steps = steps_for(reference, name, drawn(reference, rng, sizes))
        results = len(reference.signature(name).results)
        for _ in range(repeats.times - 1):
            again = _call(reference, name, drawn(reference, rng, sizes), steps) if anew else steps[-1]
            args = list(again.args)
            for label, result in repeats.back.items():
                args[again.labels.index(label)] = From(len(steps) - 1, (result,) if results > 1 else ())
            steps = (*steps, replace(again, args=tuple(args)))
        how = ["what it returns given back to it"] * bool(repeats.back) + ["about other data each time"] * anew
        words = ", ".join([f"asked {repeats.times} times in a row", *how])
        return drafted(reference, key, name, words, steps, sizes, plain=True)

    return draft


def _ways(reference: Reference, question: CallsQuestion) -> int:
    """In how many ways it goes on from call to call: which of the arrays that it gives and keeps are other ones than
    after the call before."""
    arrays = [
        {path: part["array"] for path, part in reply.get("parts", {}).items() if "array" in part}
        for reply, step in zip(reference.answers(question), question.calls, strict=False)
        if step.makes is None
    ]
    return len(
        {
            frozenset(path for path in after if path not in before or not np.array_equal(after[path], before[path]))
            for before, after in itertools.pairwise(arrays)
        }
    )


def at_the_end(reference: Reference, name: str, sizes: Sizes) -> Draft:
    """An everyday question, when everything was called by hundreds: some go wrong only then."""

    def draft(rng: np.random.Generator) -> CallsQuestion:
        steps = steps_for(reference, name, everyday_run(reference, name, rng, sizes))
        words = "asked at the end, after all other questions"
        return drafted(reference, f"{name}/at the end", name, words, steps, sizes, late=4)

    return draft
