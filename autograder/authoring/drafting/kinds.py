"""How each argument is drawn, from what it was in the run, what is said of it, what the function does with it.

A draw that docstring and run do not both bear out is a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from autograder.authoring.drafting.arrays import Drawn, array, says, unseen, written
from autograder.authoring.drafting.axes import Axes
from autograder.authoring.drafting.docstrings import Shape, Word
from autograder.authoring.drafting.functions import Function
from autograder.authoring.drafting.run import Description

COUNTS = ("epochs", "iterations", "iters", "num_iters", "num_iterations", "n_iter", "n_iters", "max_iter", "max_iters",
          "n_epochs", "num_epochs", "steps", "n_steps", "num_steps", "T", "n_iterations")  # fmt: skip
BATCHES = ("batch", "batch_size", "batchsize", "bs")
RATES = ("lr", "learning_rate", "alpha", "eta", "step_size", "rate")
STRENGTHS = ("reg", "lam", "lambda_", "lambd", "l2", "weight_decay", "decay", "reg_strength", "l1", "C")
MEMORIES = ("mu", "momentum", "beta", "beta1", "beta2", "gamma", "rho")
SHARES = ("keep", "keep_prob", "p", "dropout", "p_dropout", "drop_prob")
SEEDS = ("seed", "random_state", "random_seed")

OPTIONAL = re.compile(r"\bNone\b|\boptional", re.I)

VALUES = (
    (COUNTS, "1, 2, 4", ""),
    (BATCHES, "2, 3, 50", ""),
    (RATES, "0.01, 0.1", "steps of a length that learns?"),
    (STRENGTHS, "0.0, 0.1, 3.0", ""),
    (MEMORIES, "0.9, 0.5", "other values?"),
    (SHARES, "0.5, 0.8", "other values?"),
    (SEEDS, "0, 1, 2", "must students call the same generator in the same order?"),
)


@dataclass(frozen=True)
class Line:
    """One line of a declaration, and what is to be checked of it; without that, it is known."""

    text: str
    check: str = ""


def draws(functions: Mapping[str, Function], axes: Axes, handed: set[tuple[str, str]]) -> Iterator[Line]:
    """A line for each argument that has to be drawn, in the order of the functions."""
    takers: dict[str, list[Function]] = {}
    for function in functions.values():
        for name in function.arguments:
            if (function.name, name) not in handed:
                takers.setdefault(name, []).append(function)
    for name, functions_of_it in takers.items():
        yield from _line(name, functions_of_it, axes)


def _line(name: str, functions: Sequence[Function], axes: Axes) -> Iterator[Line]:
    seen = [each for function in functions for each in function.seen(name)]
    words = [function.said.takes[name] for function in functions if name in function.said.takes]
    strange = next((each for each in seen if each["kind"] in ("function", "object")), None)
    if strange is not None:
        what = "a function" if strange["kind"] == "function" else f"an object ({strange['type']})"
        yield Line(
            f"# {name} = …",
            f"{name} is {what}, which cannot be drawn: can {functions[0].name} take numbers or a name instead?",
        )
        return
    default = any(name in function.defaults for function in functions)
    if not seen and default and all(name in function.defaults for function in functions) and name not in axes.arguments:
        return  # as it is by default
    draw, check = _draw(name, seen, words, functions, axes)
    if draw:
        yield Line(
            draw if draw.startswith("_") else f"{name} = {draw}",
            "; ".join(filter(None, (check or _unconfirmed(name, seen, functions), axes.guesses.get(name, "")))),
        )


def _unconfirmed(name: str, seen: list[Description], functions: Sequence[Function]) -> str:
    """Why a draw is a guess though nothing speaks against it; empty where it is none."""
    if not seen:
        return "the notebook never shows one; is it that?"
    said = any(name in function.said.takes or name in function.stated for function in functions)
    return "" if said else "no docstring says what it is, the notebook's run alone; is it that?"


def _draw(name: str, seen: list[Description], words: list[Word], functions: Sequence[Function], axes: Axes) -> Drawn:
    shape = axes.arguments.get(name)
    kinds = {each["kind"] for each in seen}
    if "dict" in kinds or "list" in kinds:
        several = [each for each in seen if each["kind"] in ("dict", "list")]
        return _parts(name, several, axes), _entries_unsaid(several, words)
    if shape and _none_seen(seen) and kinds == {"choice"}:
        return _or_none(unseen(name, words, functions, axes, shape), name, seen, words, functions)
    if kinds and kinds <= {"choice", "flag", "number"} and kinds & {"choice", "flag"}:
        defaults = [f.defaults[name] for f in functions if f.defaults.get(name, ...) is not ...]
        values = [each["value"] for each in seen] + defaults
        unique = list(dict.fromkeys(map(repr, values)))
        check = "are these all the values?" if "number" not in kinds else "which other values are there?"
        return f"draw.one_of({', '.join(unique)})", check
    arrays = [each for each in seen if each["kind"] == "array" and each.get("numbers")]
    if arrays and (shape is None or shape):
        return _or_none(array(name, arrays, words, functions, axes, shape or ()), name, seen, words, functions)
    numbers = [each for each in seen if each["kind"] == "number" and each["value"] is not None]
    if shape == () or numbers or (not seen and not shape and any(name in f.defaults for f in functions)):
        return _number(name, numbers, words, functions, axes)
    if shape:
        return _or_none(unseen(name, words, functions, axes, shape), name, seen, words, functions)
    return (
        'draw.normal("N")',
        f"the notebook never calls {functions[0].name} and nothing says what {name} is: its shape and kind?",
    )


def _none_seen(seen: Iterable[Description]) -> bool:
    return any(each["kind"] == "choice" and each["value"] is None for each in seen)


def _or_none(
    drawn: Drawn, name: str, seen: list[Description], words: list[Word], functions: Sequence[Function]
) -> Drawn:
    """An array that may be left out is asked both ways."""
    draw, check = drawn
    if _none_seen(seen):
        said = says(OPTIONAL, words) or any(function.defaults.get(name, ...) is None for function in functions)
        return f"draw.one_of(None, {draw})", check or ("" if said else "is None one of its values?")
    if any(function.defaults.get(name, ...) is None for function in functions):
        also = f"the notebook never leaves it out; draw.one_of(None, {draw}) asks that too"
        return draw, "; ".join(filter(None, (check, also)))
    return draw, check


def _parts(name: str, seen: list[Description], axes: Axes) -> str:
    value = seen[0]
    if value["kind"] == "dict":
        inside = [f"{key}={_part(f'{name}.{key}', each, axes)}" for key, each in value["of"].items()]
        return f"draw.dict({', '.join(inside)})"
    return f"draw.list({', '.join(_part(f'{name}.{k}', each, axes) for k, each in enumerate(value['of']))})"


def _part(key: str, value: Description, axes: Axes) -> str:
    if value["kind"] in ("dict", "list"):
        return _parts(key, [value], axes)
    if value["kind"] in ("choice", "flag"):
        return f"draw.one_of({value['value']!r})"
    return f"draw.normal({written(axes.arguments.get(key, ()))})"


def _entries_unsaid(seen: Sequence[Description], words: Sequence[Word]) -> str:
    """What is to be checked of the entries of a dict or list, which are drawn as numbers of both signs."""
    above = ", ".join(dict.fromkeys(key for each in seen for key in _never_negative(each)))
    keys = {key for each in seen if each["kind"] == "dict" for key in each["of"]}
    said = any(all(re.search(rf"\b{re.escape(key)}\b", word.text) for key in keys) for word in words)
    unsaid = "no docstring says what is in it, the notebook's run alone; is it that?" if not said else ""
    return "; ".join(filter(None, (f"the notebook gives {above} no number below 0; right?" if above else "", unsaid)))


def _never_negative(value: Description, key: str = "") -> Iterator[str]:
    """The entries of a dict or list whose numbers are from 0 up, and not all 0."""
    if value["kind"] in ("dict", "list"):
        parts = value["of"].items() if value["kind"] == "dict" else enumerate(value["of"])
        for each, part in parts:
            yield from _never_negative(part, f"{key}.{each}" if key else f"{each}")
    elif value["kind"] == "array" and value["numbers"] and value["low"] >= 0 and value["high"] > 0:
        yield key


def _number(name: str, seen: list[Description], words: list[Word], functions: Sequence[Function], axes: Axes) -> Drawn:
    values = list(dict.fromkeys([each["value"] for each in seen]))
    numbers = values + [f.defaults[name] for f in functions if isinstance(f.defaults.get(name), (int, float))]
    small = name.lower()
    counts = [
        size
        for size, lengths in axes.seen.items()
        if size in axes.sizes and values and _tied(name, size, functions, axes)
    ]
    whole = bool(numbers) and all(isinstance(value, int) for value in numbers)
    if whole and counts and small not in COUNTS + RATES:
        size = counts[-1]
        return (
            f'_ = draw.together(lambda rng, sizes: {{"{name}": sizes["{size}"]}})',
            f"in the notebook {name} was always the size {size}; is it that?",
        )
    for names, chosen, check in VALUES:
        if small in names or name in names:
            return f"draw.one_of({chosen})", check
    if whole and set(numbers) <= {0, 1} and len(numbers) > 1:
        return "draw.one_of(0, 1)", "only 0 and 1?"
    if whole and (any("int" in word.text or "number of" in word.text for word in words) or min(numbers) > 0):
        low = max(1, min(numbers))
        return (
            f"draw.one_of({', '.join(map(str, dict.fromkeys((low, low + 1, max(numbers)))))})",
            "which values may it have?",
        )
    if small.startswith("eps"):
        base = numbers[0] if numbers else 1e-8
        both = ", ".join(map(repr, dict.fromkeys((base, 0.1))))
        return f"draw.one_of({both})", "0.1 shows where it stands; may it be so large?"
    if numbers and not (small in ("b", "bias", "c", "x", "z", "w") or min(numbers) < 0) and len(numbers) > 0:
        several = list(dict.fromkeys([*numbers[:3], round(numbers[0] / 2, 6)]))
        return f"draw.one_of({', '.join(map(repr, several))})", "which values may it have?"
    return "draw.normal()", "" if small in ("b", "bias") else "any number?"


def _tied(name: str, size: str, functions: Sequence[Function], axes: Axes) -> bool:
    """Whether a number was the length of that size in every call, of two at least or of one that is told apart."""
    pairs = []
    for function in functions:
        for call in function.calls:
            value = call.arguments.get(name, {}).get("value")
            for other, seen in call.arguments.items():
                shape = axes.arguments.get(other)
                pairs += [(value, length) for length in _length(size, shape, seen)]
            for result, seen in zip(function.results, call.results, strict=False):
                shape = axes.results.get((function.name, result))
                pairs += [(value, length) for length in _length(size, shape, seen)]
    return bool(pairs) and all(one == two for one, two in pairs) and pairs[0][1] > 1


def _length(size: str, shape: Shape | None, seen: Description) -> Iterator[int]:
    """How long that size was in one value, if it has it."""
    if shape and seen["kind"] == "array" and len(seen["shape"]) == len(shape) and size in shape:
        yield seen["shape"][shape.index(size)]
