"""What is told of each kind of change: sentences that name no text, local name, constant or right answer."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from autograder.callables.faults.edits import Change
from autograder.core import Code

Sentence = tuple[str, str, str]  # a code, what is said, where to look


@dataclass(frozen=True, slots=True)
class Named:
    """A fault by its name: `of` are the results that it shows in, joined by commas; `kinds` those of the changes that
    give it, none where no change of the reference is needed; `alone`, whether it is told of these by themselves,
    whatever it makes of the others."""

    code: str
    of: str
    says: str
    look: str
    kinds: frozenset[str] = frozenset()
    alone: bool = False


class Words(NamedTuple):
    """How a kind is told; words.toml says what its parts mean."""

    code: Code
    rank: int
    look: str
    says: str
    about: str
    group: tuple[str, ...]
    common: bool


def _read(text: str) -> dict[str, Words]:
    """The words of every kind; raises KeyError or ValueError for a table that is not whole."""
    table = tomllib.loads(text)
    return {
        kind: Words(
            Code(parts["code"]),
            parts["rank"],
            table["look"][parts["look"]],
            parts["says"],
            parts.get("about", ""),
            tuple(table["group"][name] for name in parts.get("group", "").split()),
            parts.get("common", False),
        )
        for kind, parts in table["kind"].items()
    }


KINDS = _read(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
NATURAL = frozenset(kind for kind, words in KINDS.items() if words.rank < 2)
RATES = frozenset({"lr", "learning_rate", "alpha", "eta", "rate", "step_size"})
SUM = KINDS["term left out"].look
STANDS_STILL = "update forgotten"


def rank(change: Change) -> tuple[int, int, int]:
    """The smaller, the more like what people do: how many kinds of change it takes, then how plain the least plain
    of them is, and all together."""
    ranks = [KINDS[kind].rank for kind in change.kind.split(" + ")]
    return len(ranks), max(ranks), sum(ranks)


def _order(change: Change, callable: str) -> tuple[tuple[int, int, int], int, int, bool]:
    """By rank, then how many edits are in other functions than the callable's own, then how many there are, then
    whether one change is made at several places."""
    elsewhere = sum(edit.function != callable for edit in change.edits)
    return rank(change), elsewhere, len(change.edits), change.scope != "here"


def likeliest(family: Sequence[Change], callable: str) -> list[Change]:
    """Those of a family that are most like what people do."""
    best = min(_order(change, callable) for change in family)
    return [change for change in family if _order(change, callable) == best]


def sentence_of(family: Sequence[Change], callable: str, names: Mapping[str, Collection[str]]) -> Sentence | None:
    """The code, what is said and where to look for changes that all give the same numbers; None where they disagree.

    The best of them decide. Where these name different things none is named, where they are of different kinds it is
    said what they have in common. `names` are, function by function, those that the assignment itself gives.
    """
    members = likeliest(family, callable)
    for tell in (_about, _plain):
        said = _once(tell(change, names, callable) for change in members)
        if len(said) == 1:
            return said[0]
    still = next((change for change in members if change.kind == STANDS_STILL), None)
    if still is not None:  # whatever the reason is, these are the numbers of what does not change
        return _plain(still, names, callable)
    shared = set.intersection(*map(_groups, members))
    return (Code.DIFFERENT, min(shared), SUM) if shared else None


def either(family: Sequence[Change], callable: str) -> Sentence | None:
    """What is said where changes of two kinds give the same numbers, neither likelier than the other; None of more."""
    said = _once(sorted({_plain(change, {}, callable) for change in likeliest(family, callable)}))
    if len(said) != 2:
        return None
    (code, one, look), (_, two, _) = said
    first, second = (f"{text[0].lower()}{text[1:].rstrip('.')}" for text in (one, two))
    return code, f"Either of two faults gives just this: {first}; or {second}.", look


def _once(sentences: Iterable[Sentence]) -> list[Sentence]:
    """Each once, of those that say the same in another order the first."""
    said: dict[frozenset[str], Sentence] = {}
    for each in sentences:
        said.setdefault(frozenset(each[1].removesuffix(".").split(". ")), each)
    return [*said.values()]


def _about(change: Change, names: Mapping[str, Collection[str]], callable: str) -> Sentence:
    kinds, subjects = change.kind.split(" + "), change.subject.split("; ")
    subjects += [""] * (len(kinds) - len(subjects))
    known = set.intersection(*({*names.get(edit.function, ())} for edit in change.edits))
    elsewhere = _elsewhere(change, callable)
    parts = [_one(kind, subject, known, elsewhere) for kind, subject in zip(kinds, subjects, strict=False)]
    return _joined(parts)


def _plain(change: Change, names: Mapping[str, Collection[str]], callable: str) -> Sentence:
    elsewhere = _elsewhere(change, callable)
    return _joined([_one(kind, "", (), elsewhere) for kind in change.kind.split(" + ")])


def _elsewhere(change: Change, callable: str) -> bool:
    """Whether it is made in another function that the callable runs, which has a beginning and an end of its own."""
    return any(edit.function != callable for edit in change.edits)


def _groups(change: Change) -> set[str]:
    """What is true of all that the change does."""
    return set.intersection(*(set(KINDS[kind].group) for kind in change.kind.split(" + ")))


def _one(kind: str, subject: str, names: Collection[str], elsewhere: bool) -> Sentence:
    words = KINDS[kind]
    subject = subject.removeprefix("self.").removesuffix(".T")
    nameable = bool(subject) and (words.common or subject in names)
    text = words.about.format(subject) if nameable and words.about else words.says
    if elsewhere and kind.endswith((" first", " last")):
        text = words.group[0]
    return words.code, text, words.look


def _joined(parts: Sequence[Sentence]) -> Sentence:
    code, _, look = parts[0]
    said = " ".join(dict.fromkeys(text for _, text, _ in parts))
    return code, said, look
