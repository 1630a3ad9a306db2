"""Questions repeated with what the reference gave: recorded answers of other callables, or results handed on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.callables.asked.decoys import FEW, at_other_rates, mixed, row_of
from autograder.callables.asked.neighbours import kinds, neighbours, results_of, tells
from autograder.callables.asked.question import CallsQuestion, From, Step, id_by
from autograder.callables.asked.records import rounds_of
from autograder.callables.asked.shared_arrays import Known, numbers_sent, once
from autograder.callables.declared.reference import Reference
from autograder.callables.declared.watcher import Watched, Watcher
from autograder.observe import elements, probe

MOST_RECORDED = 400_000  # elements in the tables of recorded answers to one question
MOST_EVERYDAY = 2_000_000  # the same of an everyday one, as about the lesson's own data: it decides half of the points
MOST_DEEPER = 64  # calls of helpers by those that a callable calls: a few questions' worth
RECORDED, IN_PART, GIVEN, RUN = "recorded", "recorded in part", "given", "run first"  # the routes
AS_FAR = "recorded as far as it goes"
KEPT = tuple(f"kept {k}" for k in range(1, 5))  # what a callable keeps for another, replaced in one of several ways


def watched(reference: Reference, question: CallsQuestion, most_deeper: int = 0) -> Watcher:
    """The reference's own run of a question: who called whom, with what, and what came back."""
    names = tuple(name for name in reference.signatures if not name.endswith("__init__"))
    watcher = Watcher(reference, names, most_deeper=most_deeper)
    reference.answers(question, watching=watcher)
    return watcher


def with_given(reference: Reference, question: CallsQuestion) -> CallsQuestion | None:
    """The question with the reference's results handed on and its state left on the object, so that no other callable
    is asked.

    None where nothing is handed on, or where what is, is no container of numbers. Beside the declared state the object
    is given all that the reference keeps there under names of its own, where its answer hangs on that.
    """
    scored = {question.calls[k].name for k in question.scored}
    follows = [each for each in reference.declaration.follows if each.callable in scored]
    if not follows:
        return None
    if all(each.by for each in follows):
        return _handed(reference, question, {})
    handed = _handed(reference, question, _states(reference, question))
    if handed is not None and not _answers_alike(reference, question, handed):
        kept = _kept(reference, question)
        handed = _handed(reference, question, kept) if elements(kept) <= MOST_RECORDED else None
    return handed if handed is not None and _answers_alike(reference, question, handed) else None


def hangs_on_state(reference: Reference, question: CallsQuestion) -> bool:
    """Whether the reference answers as it does by the declared state alone that earlier calls leave."""
    handed = _handed(reference, question, _states(reference, question))
    return handed is not None and _answers_alike(reference, question, handed)


def _handed(
    reference: Reference, question: CallsQuestion, states: Mapping[int, tuple[tuple[str, Any], ...]]
) -> CallsQuestion | None:
    """The question without the calls before the scored ones: their results are handed over, and `states` set."""
    watcher = watched(reference, question)
    calls: list[Step] = []
    moved: dict[int, int] = {}
    for position, step in enumerate(question.calls):
        if step.makes is None and position not in question.scored:
            continue
        args = list(step.args)
        for place, arg in enumerate(args):
            if isinstance(arg, From) and question.calls[arg.call].name != step.name:
                try:
                    args[place] = probe.encoded(_part(watcher.top[arg.call], arg.path))
                except TypeError:
                    return None
            elif isinstance(arg, From):
                args[place] = From(moved[arg.call], arg.path)
        moved[position] = len(calls)
        calls.append(replace(step, args=tuple(args), sets=states.get(position, ())))
    return replace(question, id=id_by(question.id, GIVEN), calls=tuple(calls), first=0, repeats=question.asks)


def _states(reference: Reference, question: CallsQuestion) -> dict[int, tuple[tuple[str, Any], ...]]:
    """By the position of a scored call: the declared state that the calls before it leave on its object."""
    states: dict[int, tuple[tuple[str, Any], ...]] = {}
    left: dict[int | None, tuple[tuple[str, Any], ...]] = {}
    replies = reference.answers(question)
    for position, (step, reply) in enumerate(zip(question.calls, replies, strict=False)):
        if step.on in left and position in question.scored:
            states[position] = left[step.on]
        if step.on is not None:
            parts = reply.get("parts", {}).items()  # of an attribute that the class has not, no array
            kept = {path: part["array"] for path, part in parts if path.startswith("self.") and "array" in part}
            arrays = [(f"self.{name}", kept.get(f"self.{name}")) for name in question.state]
            known = tuple((path.removeprefix("self."), probe.encoded(a)) for path, a in arrays if a is not None)
            left[step.on] = known
    return states


def _kept(reference: Reference, question: CallsQuestion) -> dict[int, tuple[tuple[str, Any], ...]]:
    """By the position of a scored call: the attributes that the calls before it left on its object, or changed there;
    without those that are no containers of numbers."""
    made_at = {step.makes: position for position, step in enumerate(question.calls) if step.makes is not None}
    kept: dict[int, tuple[tuple[str, Any], ...]] = {}
    for position in question.scored:
        number = question.calls[position].on
        if number in made_at:
            at = made_at[number]
            new, used = (
                _attributes(watched(reference, replace(question, calls=question.calls[:end])).top.get(at))
                for end in (at + 1, position)
            )
            kept[position] = tuple(
                (name, tree)
                for name, tree in used.items()
                if name not in new or not probe.alike(probe.decoded(tree), new[name])
            )
    return kept


def _attributes(model: Any) -> dict[str, Any]:
    trees = {}
    for name, value in getattr(model, "__dict__", {}).items():
        try:
            trees[name] = probe.encoded(value)
        except TypeError:
            continue
    return trees


def _answers_alike(reference: Reference, question: CallsQuestion, handed: CallsQuestion) -> bool:
    """Whether the reference answers a question with what is handed on as it does without."""
    one, two = reference.answers(question), reference.answers(handed)
    if len(one) < len(question.calls) or len(two) < len(handed.calls):
        return False
    pairs = zip(question.scored, handed.scored, strict=True)
    return all(_same_parts(one[k].get("parts", {}), two[m].get("parts", {})) for k, m in pairs)


def _same_parts(one: dict[str, Any], two: dict[str, Any]) -> bool:
    arrays = [{path: part["array"] for path, part in parts.items() if "array" in part} for parts in (one, two)]
    return arrays[0].keys() == arrays[1].keys() and all(
        np.shape(a) == np.shape(arrays[1][path])
        and np.allclose(a, arrays[1][path], rtol=1e-9, atol=1e-12, equal_nan=True)
        for path, a in arrays[0].items()
    )


def with_tables(
    reference: Reference, asked: Collection[str], question: CallsQuestion, beside: Collection[str] = ()
) -> CallsQuestion | None:
    """The question with other callables answering from tables; None where there are none, or they are too large.

    Those answer that the reference calls on its way, in a run of rounds also in the round after the last, and of those
    `beside`, which a submission may call instead of doing their work once more, the ones whose arguments are all at
    hand by their names, and those that the called ones call in the reference.
    """
    try:
        watcher = watched(reference, question, MOST_DEEPER)
    except TypeError:  # arguments or results that no table holds
        return None
    judged = {reference.own(name) for name in asked}  # what is judged by one class is so for all that have it
    calls = (*watcher.calls, *_in_a_further_round(reference, question))
    calls = tuple(each for each in calls if reference.own(each.name) in judged)
    tables: dict[str, Any] = {}
    for each in calls:
        if each.name not in tables:
            optional = list(reference.signature(each.name).defaults)
            tables[each.name] = {"labels": list(each.labels), "defaults": _defaults(reference, each.name), "rows": []}
            tables[each.name] |= {"optional": optional} if optional else {}
        tables[each.name]["rows"].append(row_of(each))
    for name, rows in neighbours(reference, [each for each in beside if each not in tables], question):
        tables[name] = {"labels": list(reference.signature(name).arguments), "rows": rows}
        tables[name] |= {"defaults": _defaults(reference, name), "optional": list(reference.signature(name).defaults)}
    known: Known = {}
    tables = once(tables, known)
    most = MOST_EVERYDAY if question.plain else MOST_RECORDED
    further = _deeper(reference, watcher, judged.intersection(beside) - {*tables}, results_of(reference, question))
    further = once(further, known)
    sent: set[int] = set()
    numbers = numbers_sent(tables, sent)
    if numbers + numbers_sent(further, sent) <= most:
        tables |= further
    if not tables or numbers > most:
        return None
    if any(len(table["rows"]) > FEW for table in tables.values()):
        others = [watched(reference, each).calls for each in at_other_rates(question)]
        tables = mixed(question, tables, others, MOST_RECORDED, known)
    return replace(question, id=id_by(question.id, RECORDED), stand_in=tables, repeats=question.asks)


def recorded_calls(reference: Reference, question: CallsQuestion) -> tuple[Watched, ...]:
    """The calls whose answers are recorded of a run, in their order; raises TypeError for what no table holds."""
    return (*watched(reference, question).calls, *_in_a_further_round(reference, question))


def _in_a_further_round(reference: Reference, question: CallsQuestion) -> Iterator[Watched]:
    """What the reference calls in the round after the last one that is asked: who records behind an update what is
    asked before it calls the same there, and is right in all else."""
    count = rounds_of(reference, question.method)
    for position in question.scored if count else ():
        step = question.calls[position]
        drawn = [reference.declaration.drawn_as(step.name, label) for label in step.labels]
        if step.name != question.method or count not in drawn:
            continue
        at = drawn.index(count)
        more = probe.encoded(probe.decoded(step.args[at]) + 1)
        longer = replace(step, args=(*step.args[:at], more, *step.args[at + 1 :]))
        before = question.calls[:position]
        asked, further = (watched(reference, replace(question, calls=(*before, each))) for each in (step, longer))
        yield from further.calls[len(asked.calls) :]


def _deeper(
    reference: Reference, watcher: Watcher, names: Collection[str], wanted: Sequence[np.ndarray]
) -> dict[str, Any]:
    """The tables of functions that others call on their way in the reference: a submission may call them directly. None
    of one that gives what is asked."""
    tables: dict[str, Any] = {}
    for each in watcher.deeper:
        if each.name in names:
            table = {"labels": list(each.labels), "defaults": _defaults(reference, each.name), "rows": []}
            optional = {"optional": list(reference.signature(each.name).defaults)}
            row = {"args": list(each.args), "value": each.value}
            tables.setdefault(each.name, table | optional)["rows"].append(row)
    telling = [name for name, table in tables.items() if any(tells(row["value"], wanted) for row in table["rows"])]
    return {name: table for name, table in tables.items() if name not in telling}


def in_part(reference: Reference, question: CallsQuestion, wrong: Collection[str]) -> CallsQuestion | None:
    """A question with tables, of which only those stand in that answer for callables that are `wrong`; None where that
    is none of them, or all."""
    tables = question.stand_in or {}
    some = {name: table for name, table in tables.items() if reference.own(name) in wrong}
    if not some or len(some) == len(tables):
        return None
    return replace(question, id=id_by(question.asks, f"{IN_PART}: {', '.join(some)}"), stand_in=some)


def as_far(question: CallsQuestion) -> CallsQuestion:
    """A question with tables that answer NaN to what is not on record: what does not hang on that is shown still."""
    return replace(question, id=id_by(question.asks, AS_FAR), blank=True)


def run_first(question: CallsQuestion) -> CallsQuestion:
    """A question with tables, before whose answers the submission's own callables run, for what they keep."""
    return replace(question, id=id_by(question.asks, RUN), run=True)


def with_kept(reference: Reference, question: CallsQuestion, unlike: bool) -> tuple[CallsQuestion, ...]:
    """A question with tables by each of the ways in which what its callables keep may stand for what the reference
    works out; none where nothing is worked out, or an answer that is asked for, or where a callable is asked again and
    again.

    `question` is the one with tables; `unlike` lets an array stand for one of other signs and range, too.
    """
    tables = question.stand_in or {}
    if not any(each.on is not None for each in question.calls):
        return ()
    names = tuple(name for name in reference.signatures if not name.endswith("__init__"))
    watcher = Watcher(reference, names, reference.workings)
    plain = replace(question, stand_in=None)
    reference.answers(plain, watching=watcher)
    called = Counter(each.name for each in watcher.calls)
    if any(called.get(name, len(table["rows"])) > 2 for name, table in tables.items()):
        return ()
    kept: dict[str, Any] = {}
    beside = dict(neighbours(reference, [each for each in tables if each not in called], plain, reference.workings))
    for name, table in tables.items():
        of_calls = [{"kept": kinds(each.worked_out)} for each in watcher.calls if each.name == name]
        more = beside.get(name) or of_calls
        # Nothing is told of a deeper one, and of a round that is not asked.
        more = [*more, *({"kept": []} for _ in table["rows"][len(more) :])]
        kept[name] = {**table, "rows": [{**row, **each} for row, each in zip(table["rows"], more, strict=True)]}
    wanted = results_of(reference, plain)
    if any(tells(row["kept"], wanted) for table in kept.values() for row in table["rows"]):
        return ()
    if not any(row["kept"] for table in kept.values() for row in table["rows"]) or numbers_sent(kept) > MOST_RECORDED:
        return ()
    return tuple(
        replace(question, id=id_by(question.asks, route), stand_in=kept, run=True, choice=k, unlike=unlike)
        for k, route in enumerate(KEPT)
    )


def _defaults(reference: Reference, name: str) -> list[list[Any]]:
    """The arguments that a call may leave out, with what they are then; without those that no table holds."""
    defaults = []
    for label in reference.signature(name).defaults:
        try:
            defaults.append([label, probe.encoded(reference.default(name, label))])
        except TypeError:
            continue
    return defaults


def _part(value: Any, path: tuple[int | str, ...]) -> Any:
    for step in path:
        value = value[step]
    return value
