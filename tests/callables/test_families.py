"""Names from the reference's changes: what proves them, and what they may say."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from autograder.callables.declared.signatures import Signature
from autograder.callables.faults import searches
from autograder.callables.faults.candidates import Candidates
from autograder.callables.faults.changes import Note
from autograder.callables.faults.families import Families, Known
from autograder.callables.faults.words import KINDS

REFERENCE = """
import numpy as np

def layer(x, w, b):
    hidden_secret = x @ w + b
    return np.maximum(hidden_secret, 0), 3.5 * np.mean(x, axis=0)
"""
LAYER = Signature("layer", "", ("x", "w", "b"), ("h", "m"), ())
SIZES = ((3, 4, 2), (5, 2, 3), (1, 3, 4))
SECRETS = ("hidden_secret", "3.5", "@", "np.")


def arguments(question: str) -> dict[str, Any]:
    rng = np.random.default_rng(int(question[-1]))
    n, d, h = SIZES[int(question[-1])]
    return {"x": rng.normal(size=(n, d)), "w": rng.normal(size=(d, h)), "b": rng.normal(size=h)}


def answer(names: dict[str, Any], question: str) -> dict[str, Any] | None:
    came = names["layer"](**arguments(question))
    return dict(zip(("h", "m"), came, strict=True))


def same(question: str, name: str, given: np.ndarray, right: np.ndarray) -> bool:
    return given.shape == right.shape and np.allclose(given, right)


def candidates(reference: str = REFERENCE) -> Candidates:
    return Candidates(reference, [LAYER], answer, {"layer": "layer:0"})


def explain(body: str, count: int = 3, notes: Sequence[Note] = (), reference: str = REFERENCE):
    names: dict[str, Any] = {}
    exec(f"import numpy as np\ndef layer(x, w, b):\n    {body}", names)
    right: dict[str, Any] = {}
    exec(reference, right)
    questions = [f"layer:{k}" for k in range(count)]
    sizes = {f"layer:{k}": dict(zip("NDH", SIZES[k], strict=True)) for k in range(count)}
    families = Families(candidates(reference), notes, sizes)
    given = {q: answer(names, q) for q in questions}
    return families.explain("layer", questions, given, {q: answer(right, q) for q in questions}, same)


RIGHT = "3.5 * x.mean(axis=0)"
H = "np.maximum(x @ w + b, 0)"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (f"return x @ w + b, {RIGHT}", "The relu is left out."),
        (f"return np.maximum(x @ w, 0), {RIGHT}", "b is left out of a sum."),
        (f"return np.maximum(x @ w - b, 0), {RIGHT}", "The sign of b is turned."),
        (f"return np.tanh(x @ w + b), {RIGHT}", "The tanh stands where another function is asked."),
        (f"return {H}, -{RIGHT}", "It has the opposite sign."),
        (f"return {H}, 3.5 * x.sum(axis=0)", "It comes out multiplied by N."),
        (f"return {H}, 7 * x.mean(axis=0)", "It is off by one and the same constant factor."),
        (f"return {H}, {RIGHT} + 1", "It is off by one and the same number everywhere."),
        (f"return {H}.T, {RIGHT}", "It stands on its side."),
        (f"return {RIGHT}, {H}", "h and m stand in each other's place."),
        (f"return x @ w + b, -{RIGHT}", "A function is left out. A sign is turned."),
    ],
)
def test_a_fault_is_named(body: str, says: str) -> None:
    """The sentence is the one for what was made wrong."""
    named = explain(body)
    assert named is not None
    assert named.says == says


def test_a_right_answer_has_no_fault() -> None:
    """Where nothing is wrong nothing is named."""
    assert explain(f"return {H}, {RIGHT}") is None


def test_one_size_proves_nothing() -> None:
    """A wrong answer to one question may have many reasons."""
    assert explain(f"return x @ w + b, {RIGHT}", count=1) is None


def test_what_is_not_finite_proves_nothing() -> None:
    """Answers without a number fit too much."""
    assert explain(f"return {H} * np.nan, {RIGHT}") is None


def test_a_change_has_to_give_the_right_arrays_too() -> None:
    """An x that is doubled at the beginning would show in both results; in one alone it is not that."""
    named = explain(f"return np.maximum(2 * x @ w + b, 0), {RIGHT}")
    assert named is None or named.of == "h"
    named = explain(f"return np.maximum((x - x.mean(axis=0)) @ w + b, 0), {RIGHT}")
    assert named is not None
    assert (named.of, named.says) == ("h", "A mean is taken off where it is not asked.")
    assert explain(f"return np.maximum((x - np.median(x, axis=0)) @ w + b, 0), {RIGHT}") is None


def test_a_fault_that_no_change_gives_has_no_name() -> None:
    """Nothing is made up."""
    assert explain(f"return np.sin(3 * x) @ w + b ** 3, {RIGHT}") is None


def test_an_author_lends_words_to_a_change() -> None:
    """They take the place of the kit's own."""
    note = Note("layer", "x @ w + b", "x @ w", "The border lies at zero.", "What shifts it?")
    named = explain(f"return np.maximum(x @ w, 0), {RIGHT}", notes=(note,))
    assert (named.says, named.look) == ("The border lies at zero.", "What shifts it?")


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_words_give_nothing_away(kind: str) -> None:
    """Whole sentences, with no code and no number in them."""
    words = KINDS[kind]
    for text in (words.says, words.about, words.look):
        assert text == "" or (text[-1] in ".?" and (text[0].isupper() or text[0] == "{"))
        assert not any(sign in text for sign in "*@=[]1234")


@pytest.mark.parametrize(
    "body", [f"return x @ w + b, {RIGHT}", f"return {H}, {RIGHT} * 2", f"return np.tanh(x @ w + b), {RIGHT}"]
)
def test_nothing_of_the_reference_is_told(body: str) -> None:
    """No text, no local name, no constant."""
    named = explain(body)
    assert named is not None
    assert not any(secret in named.says + named.look for secret in SECRETS)


def test_a_search_is_made_once_for_all_who_answer_the_very_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """The objects decide, not only their numbers; who has another callable right, or lacks a question, is another."""
    families, questions = Families(candidates()), [f"layer:{k}" for k in range(3)]
    names: dict[str, Any] = {}
    exec(f"import numpy as np\ndef layer(x, w, b):\n    return x @ w + b, {RIGHT}", names)
    right: dict[str, Any] = {}
    exec(REFERENCE, right)
    expected = {q: answer(right, q) for q in questions}
    searched: list[object] = []
    exactly = searches.exactly
    monkeypatch.setattr(
        searches, "exactly", functools.wraps(exactly)(lambda *a: (searched.append(a[1]), exactly(*a))[1])
    )

    def told(came: dict[str, Any], of: list[str], *sound: str) -> str:
        named = families.explain("layer", of, came, expected, same, Known(of, sound, ""))
        assert named is not None
        return named.says

    came, same_numbers = ({q: answer(names, q) for q in questions} for _ in range(2))
    first = told(came, questions)
    assert first == told(came, questions)
    assert len(searched) == 1
    assert first == told(same_numbers, questions)
    assert len(searched) == 2
    assert first == told(came, questions, "layer")
    assert first == told(came, questions[:2])
    assert len(searched) == 4


def test_tables_are_taken_from_those_who_made_them_before() -> None:
    """By their bytes, exactly: which changes answered, in which form, with which numbers, NaN too."""
    held: dict[str, bytes] = {}

    class Held:
        def get(self, name: str, make: Callable[[], bytes]) -> bytes:
            return held[name] if name in held else held.setdefault(name, make())

    made, again, alone = (candidates() for _ in range(3))
    made.shared = again.shared = Held()
    for stage in alone.stages("layer"):
        tables = [each.table("layer", stage, "layer:0") for each in (alone, made, again)]
        assert tables[0][0] == tables[1][0] == tables[2][0]
        rows = [table._rows for _, table in tables]
        assert rows[0].keys() == rows[1].keys() == rows[2].keys()
        for key, (which, matrix) in rows[0].items():
            assert all(np.array_equal(which, each[key][0]) for each in rows[1:])
            assert all(np.array_equal(matrix, each[key][1], equal_nan=True) for each in rows[1:])
    assert len(held) == len(alone.stages("layer"))
    again.asked = None  # type: ignore[assignment, method-assign]  (nothing is asked again)
    again.table("layer", next(iter(alone.stages("layer"))), "layer:0")


def test_another_question_or_other_changes_make_another_table() -> None:
    names: list[str] = []

    class Names:
        def get(self, name: str, make: Callable[[], bytes]) -> bytes:
            names.append(name)
            return make()

    for reference in (REFERENCE, REFERENCE.replace("3.5", "4.5")):
        known = candidates(reference)
        known.shared = Names()
        stages = [*known.stages("layer")]
        for question in ("layer:0", "layer:1"):
            known.table("layer", stages[0], question)
        known.table("layer", stages[1], "layer:0")
    assert len(names) == 6
    assert len({*names[:3]}) == 3
