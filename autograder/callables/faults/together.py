"""What is said of a callable's wrong results together, by their numbers alone: no change of the reference is tried."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograder.callables.faults.case import Case
from autograder.callables.faults.generic import cut_off, ends_early, peculiar, swapped, transform
from autograder.callables.faults.observed import observed
from autograder.callables.faults.words import Named, Sentence
from autograder.core import Code

Array = np.ndarray
Say = Callable[[list[Array], list[Array]], Sentence | None]


def from_what_is_right(case: Case) -> Named | None:
    """How the results come from what is right: by a sign, a factor, a size, in each other's place, cut off."""
    if not case.even:
        return _of_one_dict(case)
    crossed = swapped(*({name: case.of(name)[k] for name in case.wrong} for k in (0, 1)))
    if crossed is not None and len(case.wrong) == 2:
        text = f"{crossed[0]} and {crossed[1]} stand in each other's place."
        return Named(Code.SWAPPED, ", ".join(crossed), text, "In which order are the results asked?")
    sizes = case.sizes_asked()
    whole = _joined(case, lambda came, right: transform(came, right, sizes))
    if whole is None:
        cut = cut_off(*(_side_by_side(case, k) for k in (0, 1)))
        return None if cut is None else Named(cut[0], ", ".join(case.wrong), *cut[1:])
    return whole


def by_their_own(case: Case) -> Named | None:
    """What is peculiar about the results, though what is right cannot be worked out from them."""
    sizes = case.sizes_asked()
    return (_joined(case, lambda came, right: peculiar(came, right, sizes)) or _early(case)) if case.even else None


def what_is_right(case: Case) -> Named | None:
    """What of the wrong results is right all the same."""
    return _joined(case, observed) if case.even else None


def _joined(case: Case, say: Say) -> Named | None:
    """What is said of each wrong result, once where it is the same of all; None where one has no sentence."""
    sentences = [say(*case.of(name)) for name in case.wrong]
    parts = [each for each in sentences if each is not None]
    if not parts or len(parts) < len(sentences):
        return None
    if len(set(parts)) == 1:
        return Named(parts[0][0], ", ".join(case.wrong), parts[0][1], parts[0][2])
    text = " ".join(f"{name}: {each[1]}" for name, each in zip(case.wrong, parts, strict=True))
    return Named(parts[0][0], ", ".join(case.wrong), text, parts[0][2])


def _early(case: Case) -> Named | None:
    """Results that end early: what else is wrong comes of the rounds that are missing, or is not told."""
    early = {name: words for name in case.wrong if (words := ends_early(*case.of(name), case.sizes_asked()))}
    if not early:
        return None
    code, text, look = next(iter(early.values()))
    return Named(code, ", ".join(early), text, look)


def _of_one_dict(case: Case) -> Named | None:
    """What became of a dict or list as a whole, where its parts are others from question to question."""
    heads = {name.partition(".")[0] for name in case.wrong}
    if len(heads) != 1 or not any("." in name for name in case.wrong):
        return None
    answers, expected, sizes = [], [], []
    for question, of in zip(case.questions, case.sizes_asked(), strict=True):
        names = [name for name in case.expected[question] if name.partition(".")[0] in heads]
        came, right = ([kept[question][name] for name in names] for kept in (case.answers, case.expected))
        if any(one.shape != two.shape for one, two in zip(came, right, strict=True)):
            return None
        if names:
            answers.append(np.concatenate([np.ravel(each) for each in came]))
            expected.append(np.concatenate([np.ravel(each) for each in right]))
            sizes.append(of)
    words = transform(answers, expected, sizes)
    return None if words is None else Named(words[0], ", ".join(case.wrong), words[1], words[2])


def _side_by_side(case: Case, which: int) -> list[Array]:
    """Question by question, the numbers of all wrong arrays: what came (0) or what is right (1)."""
    arrays = [case.of(name)[which] for name in case.wrong]
    return [np.concatenate([np.ravel(each) for each in of]) for of in zip(*arrays, strict=True)]
