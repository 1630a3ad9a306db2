"""How each argument is drawn, from what it was in the run, what is said of it, what the function does with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
LABELS = ("y", "labels", "label", "targets", "target", "t", "classes", "Y", "y_true", "ys")
PROBABILITIES = ("p", "P", "probs", "probabilities", "A", "AL", "A2", "y_hat", "yhat", "y_pred")

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
            "; ".join(filter(None, (check, axes.guesses.get(name, "")))),
        )


def _draw(
    name: str, seen: list[Description], words: list[Word], functions: Sequence[Function], axes: Axes
) -> tuple[str, str]:
    shape = axes.arguments.get(name)
    kinds = {each["kind"] for each in seen}
    if "dict" in kinds or "list" in kinds:
        return _parts(name, [each for each in seen if each["kind"] in ("dict", "list")], axes), ""
    if kinds and kinds <= {"choice", "flag", "number"} and kinds & {"choice", "flag"}:
        values = [each["value"] for each in seen] + [f.defaults[name] for f in functions if name in f.defaults]
        unique = list(dict.fromkeys(map(repr, values)))
        check = "are these all the values?" if "number" not in kinds else "which other values are there?"
        return f"draw.one_of({', '.join(unique)})", check
    arrays = [each for each in seen if each["kind"] == "array" and each.get("numbers")]
    if arrays and (shape is None or shape):
        return _array(name, arrays, words, functions, axes, shape or ())
    numbers = [each for each in seen if each["kind"] == "number" and each["value"] is not None]
    if shape == () or numbers or (not seen and any(name in f.defaults for f in functions)):
        return _number(name, numbers, words, functions, axes)
    if shape:
        return _unseen(name, words, functions, axes, shape)
    return (
        'draw.normal("N")',
        f"the notebook never calls {functions[0].name} and nothing says what {name} is: its shape and kind?",
    )


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
    return f"draw.normal({_written(axes.arguments.get(key, ()))})"


def _array(
    name: str, seen: list[Description], words: list[Word], functions: Sequence[Function], axes: Axes, shape: Shape
) -> tuple[str, str]:
    at = _written(shape)
    said_labels = any(word.labels for word in words) or name in ("labels", "label")
    index = any(name in function.indexes for function in functions)
    whole = all(each["whole"] for each in seen)
    low, high = min(each["low"] for each in seen), max(each["high"] for each in seen)
    rows = [each.get("rows_of") for each in seen]
    result: tuple[str, str]
    if rows and all(rows) and len(shape) == 2:
        return f'draw.rows_of("{rows[0]}", "{shape[0]}")', "in the notebook these were rows of it; must they be?"
    if whole and low >= 0 and (index or said_labels or (name in LABELS and len(shape) == 1 and high <= 1)):
        if len(shape) > 1 and all(each["rows sum to one"] for each in seen) and shape[-1] != 1:
            return f"draw.one_hot({at})", ""
        classes, sure = _classes(seen, words, axes, shape)
        known = sure and (said_labels or index)
        return f"draw.labels({at}, classes={_quoted(classes)})", "" if known else f"labels from 0 to {classes} - 1?"
    if len(shape) > 1 and all(each["binary"] and each["rows sum to one"] for each in seen) and shape[-1] != 1:
        result = f"draw.one_hot({at})", "" if name in LABELS else "rows with a single 1?"
    elif all(each["binary"] for each in seen) and low < high:
        mask = "mask" in name.lower()
        result = (f"draw.mask({at})", "") if mask else (f"draw.labels({at}, classes=2)", "only zeros and ones?")
    elif all(each["signs"] for each in seen) and low < high:
        result = f"draw.signs({at})", "only -1 and 1?"
    elif low >= 0 and len(shape) > 1 and shape[-1] != 1 and all(each["rows sum to one"] for each in seen):
        result = f"draw.simplex({at})", "" if _logged(name, functions) else "rows that add up to 1?"
    elif _logged(name, functions) or (low > 0 and high < 1 and name in PROBABILITIES):
        result = _positive(name, functions, at, low, high)
    elif whole and low < high and all(each["type"] in "iub" for each in seen):
        what = f"labels, draw.labels({at}, classes=…), or real?" if name in LABELS else "is it real?"
        result = f"draw.normal({at})", f"the notebook gives it whole numbers; {what}"
    elif low > 0 and not _signed(name, seen):
        result = f"draw.normal({at})", "the notebook gives it numbers above 0 only; may they be negative?"
    else:
        result = f"draw.normal({at})", ""
    return result


def _signed(name: str, seen: list[Description]) -> bool:
    """Whether numbers above zero are likely inputs scaled to 0 … 1, or too few to tell."""
    return name[:1] in "XxWwb" or all(int(_count(each["shape"])) < 6 for each in seen)


def _count(shape: Iterable[int]) -> int:
    total = 1
    for length in shape:
        total *= length
    return total


def _positive(name: str, functions: Sequence[Function], at: str, low: float, high: float) -> tuple[str, str]:
    if low >= 0 and high <= 1:
        return f"draw.probabilities({at})", "" if _logged(name, functions) else "between 0 and 1?"
    return f"draw.positive({at})", "" if _logged(name, functions) else "above 0?"


def _logged(name: str, functions: Sequence[Function]) -> bool:
    return any(name in function.logged for function in functions)


def _classes(seen: list[Description], words: list[Word], axes: Axes, shape: Shape) -> tuple[str | int, bool]:
    """The size that counts the classes, or their number; and whether that is known."""
    for word in words:
        if word.below in axes.sizes:
            return word.below, True
        if word.below.isdigit():
            return int(word.below), True
    above = [int(each["high"]) for each in seen]
    if max(above) <= 1:
        return 2, True
    others = [size for size in axes.sizes if size not in shape and size not in axes.first]
    fits = [
        size
        for size in [*others, *axes.sizes]
        if size not in shape and max(axes.seen.get(size) or [0]) == max(above) + 1
    ]
    return (fits[0], len(set(fits)) == 1) if fits else (max(above) + 1, False)


def _number(
    name: str, seen: list[Description], words: list[Word], functions: Sequence[Function], axes: Axes
) -> tuple[str, str]:
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
        return f"draw.one_of({base!r}, {100 * base!r})", ""
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


def _unseen(name: str, words: list[Word], functions: Sequence[Function], axes: Axes, shape: Shape) -> tuple[str, str]:
    """Of an argument whose shape is told, and which no call of the notebook shows."""
    at = _written(shape)
    if any(word.labels for word in words) or any(name in function.indexes for function in functions):
        below = next((word.below for word in words if word.below), "")
        classes: Any = below if below in axes.sizes else int(below) if below.isdigit() else 2
        return f"draw.labels({at}, classes={_quoted(classes)})", "" if below else f"labels from 0 to {classes} - 1?"
    if _logged(name, functions):
        return f"draw.probabilities({at})", "between 0 and 1?"
    return f"draw.normal({at})", "the notebook never shows one; real numbers of both signs?"


def _quoted(size: str | int) -> str:
    return str(size) if isinstance(size, int) else f'"{size}"'


def _written(shape: Shape) -> str:
    return ", ".join(map(_quoted, shape))
