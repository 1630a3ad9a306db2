"""What a diagnosis says to a student: one sentence of what was seen, one of where to look. Never an answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

# code -> (what was seen, where to look); {of} is the array or method, {words} and {factor} what was measured.
SAYS: dict[str, tuple[str, str]] = {
    "not-implemented": (
        "{of} is not written yet.",
        "Replace the line that raises NotImplementedError by your own code; the hint above it says how to begin.",
    ),
    "timed-out": (
        "{of} gave no answer within its time.",
        "Is there a loop that never ends, or one that grows with every call?",
    ),
    "time-used-up": (
        "The whole submission had used up its time, {words}, before {of} had answered all that is asked of it.",
        "Which cell or which method takes so long?",
    ),
    "died": ("{of} ended the whole process, so that no answer came.", "Does it call exit, or use up all memory?"),
    "wrong-type": (
        "{of} returned {words}.",
        "Compare the return line with the docstring: what is to be returned, in what form?",
    ),
    "wrong-shape": ("{of} has the shape {words}.", "Print the shapes of everything that goes into the last operation."),
    "transposed": (
        "{of} has the right numbers with its axes swapped.",
        "Which factor of the matrix product stands first, and which one is transposed?",
    ),
    "not-finite": (
        "{of} holds NaN or infinity where ordinary numbers are asked.",
        "Print the intermediate values: which of them is the first that is not finite?",
    ),
    "sign": (
        "{of} has the wrong sign: it is minus the right answer.",
        "Which way round is the difference of prediction and target, and does its derivative bring a minus?",
    ),
    "factor": (
        "{of} is {factor} the right answer, whatever the inputs.",
        "Look for a constant that was left out, or that stands there twice: a power's exponent, a half, a mean.",
    ),
    "sum-for-mean": (
        "{of} is too large by exactly {words}: a sum was taken where the mean is asked.",
        "Does the division by the number of samples reach this line?",
    ),
    "mean-for-sum": (
        "{of} is too small by exactly {words}: a mean was taken where the sum is asked, or a division was made twice.",
        "Compare with the definition of the loss: is it a sum or a mean, and where is it divided?",
    ),
    "count-too-large": (
        "{of} is too large by exactly {words}: it was multiplied by it, or not divided by it.",
        "Write out for two samples what is added up and what it is divided by. In 1/2*m the m stands above the line.",
    ),
    "count-too-small": (
        "{of} is too small by exactly {words}: it was divided by it once more than is asked.",
        "Write out for two samples what is added up and what it is divided by, and how often.",
    ),
    "zero": (
        "{of} is zero, whatever it is asked.",
        "Print its factors one by one: which is the first that is zero everywhere?",
    ),
    "less-one": ("{of} was divided by {words}.", "How many samples are there? Count from the shape."),
    "swapped": (
        "{of} is right, but stands in the wrong place.",
        "Check the order in which the gradients are returned: the weights' own order.",
    ),
    "mutates-arguments": (
        "{of} changes its argument {words}.",
        "In-place operations (+=, x[x < 0] = 0, out=) change the caller's array: work on a new one.",
    ),
    "mutates-weights": (
        "{of} changes the weights ({words}); it must only compute.",
        "Which line assigns to self.w…, or changes a weight in place?",
    ),
    "numerical-gradient": (
        "{of} gives its gradient by a numeric trick (finite differences or the like); the derivative by the chain "
        "rule is asked.",
        "Derive the gradient on paper and write that formula down; differences are for checking it.",
    ),
    "hard-coded": (
        "{of} gives the same answer whatever it is asked.",
        "Does the result depend on the arguments and on the weights of self?",
    ),
    "no-update": ("{of} stays as it was.", "Does every epoch compute anew, and does the update reach self?"),
}


def sentence(code: str, of: str, words: str = "", factor: float = 1.0) -> tuple[str, str]:
    """What was seen and where to look, for a code that has words of its own."""
    seen, look = SAYS[code]
    return seen.format(of=of, words=words, factor=_factor(factor)), look


# Sentences that are told under the code of another.
CODE_OF = {"less-one": "factor", "count-too-large": "factor", "count-too-small": "mean-for-sum"}


def in_lesson(code: str, words: str, averages: str) -> str:
    """The sentence for a scaling by a count: of a sum for a mean is spoken only where the lesson asks for the mean,
    and the other way round; `averages` is what it asks for."""
    plain = words in ("the number of samples", "the number of elements", "the number of outputs")
    if code == "sum-for-mean":
        return code if plain and averages == "mean" else "count-too-large"
    if code == "mean-for-sum":
        return code if plain and averages == "sum" else "count-too-small"
    return code


def scaled_by(
    codes: Sequence[str], of: str, words: str, factor: float, averages: str, beside: bool = False
) -> Iterator[tuple[str, str, str]]:
    """Code, what was seen and where to look for each part of one scaling; with `beside`, there is another fault too."""
    for code in (in_lesson(each, words, averages) for each in codes):
        text, look = sentence(code, of, words, abs(factor) if "sign" in codes else factor)
        if beside or len(codes) > 1:  # no part alone makes the right answer of what came
            text = text.replace(": it is minus the right answer", "")
            text = text.replace("is too large by exactly", "is multiplied by")
            text = text.replace("is too small by exactly", "is divided by")
        if beside:
            text = "Beside that, " + text.replace(", whatever the inputs", "")
            text = text.replace("the right answer", "what this alone would give")
        yield CODE_OF.get(code, code), text, look
        beside = True


def listed(names: Sequence[str]) -> str:
    """One or several names as a part of a sentence."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


def _factor(factor: float) -> str:
    for value, text in ((0.5, "half of"), (2.0, "twice"), (0.25, "a quarter of")):
        if abs(factor - value) < 1e-3 * value:
            return text
    text = f"{factor:.4g}"
    return f"{factor:.6g} times" if text == "1" else f"{text} times"


def share(part: float) -> str:
    """A share in percent, never rounded to nothing."""
    return f"{part:.1%}" if part >= 0.001 else f"{100 * part:.1g}%"


def times(ratio: float) -> str:
    """How many times too large or too small something is, in words: `about 5 300 times too large`."""
    size, how = (ratio, "large") if ratio >= 1.0 else (1.0 / ratio, "small")
    if size >= 1e6:
        return f"about {size:.0e} times too {how}".replace("e+0", "e").replace("e+", "e")
    number = float(f"{size:.2g}")
    text = f"{number:,.0f}".replace(",", " ") if number >= 10 else f"{number:g}"
    return f"about {text} times too {how}"
