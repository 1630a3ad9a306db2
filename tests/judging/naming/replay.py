"""Sentences held against the answers that a submission gave: every number in them is measured again, by other means."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from autograder.judging.evidence import Evidence
from autograder.judging.findings import Finding

NEAR = 2e-3  # constants are told with three or four digits
NAMES = r"(?:[Ee]ach of )?[\w\[\]:]+(?:(?:, | and )[\w\[\]:]+)*"
# Rules whose course the naming made again itself, and whose numbers stand in no single answer; digits in names.
SIMULATED = (
    r"multiplied by [\d.]+ every \d+ epochs", r"From epoch \d+ on the learning rate is another: [\d.]+ times lr",
    r"\d+ at a time \(minibatches\)", r"itself, [\d.e-]+ times it", r"scaled to 0 … 1",
    r"\d+ updates? too (?:many|few)", r"makes \d+ epochs?, whatever", r"\d+ updates are made in each",
    r"no rate above [\d.e-]+ is used", r"than [\d.e-]+ is shortened",
    r"differ from the right answers, by [\d.e-]+% to [\d.e-]+%", r"is [-\d.e]+ times what this",
    r"instead of a tuple of \d+", r"returned \d+ values", r"instead of \d+\.",
    r"In layer \d+", r"Row \d", r"\(n, 1\)", r"used up its time, [\d.]+ s",
    r"[A-Za-z_]+\d+(?:\[\d*:?\])?", r"\(Seen only here:.*?\)",
)  # fmt: skip
PER = {
    "the number of samples": lambda x, y: len(x),
    "the number of elements": lambda x, y: np.size(y),
    "the number of outputs": lambda x, y: np.size(y) / len(x),
    "the square of the number of samples (N times N)": lambda x, y: len(x) ** 2,
    "the number of samples times the number of elements": lambda x, y: len(x) * np.size(y),
}


def untrue(evidence: Evidence, method: str, says: str) -> Iterator[str]:
    """The sentences of a rationale that no route's answers bear out, and those with a number that nobody measures."""
    if " raised " in says:  # what Python says, in its own words
        return
    left = says
    for pattern, holds in SENTENCES:
        for match in re.finditer(pattern, says):
            left = left.replace(match[0], "")
            if says[: match.start()].endswith("Beside that, "):  # of what the other fault alone would give
                continue
            routes = evidence.routes[method].values()
            if not any(holds([each for each in found if each.actual is not None], match) for found in routes):
                yield match[0]
    left = re.sub("|".join(SIMULATED), "", left)
    if re.search(r"\d", left):
        yield f"not measured: {left}"


def _of(match: re.Match[str]) -> list[str]:
    return re.split(r", | and ", re.sub(r"^[Ee]ach of ", "", match["of"]))


def _rows(name: str, array: np.ndarray) -> tuple[str, np.ndarray]:
    """The array that `dloss_dw1[1:]` is of, and its rows."""
    found = re.fullmatch(r"(\w+)\[(\d+)(:?)\]", name)
    if not found:
        return name, array
    first = int(found[2])
    return found[1], array[first:] if found[3] else array[first : first + 1]


def _named(findings: Sequence[Finding], name: str) -> list[Finding]:
    return [each for each in findings if each.name == name.partition("[")[0]]


def _percent(text: str, part: float) -> bool:
    """Whether a share was told as it is, rounded to its digits."""
    if part < 1e-3:  # told with one digit
        return abs(float(text) - 100 * part) <= 0.51 * 10.0 ** np.floor(np.log10(100 * part))
    return abs(float(text) - 100 * part) <= 0.06


def _differs(findings: Sequence[Finding], match: re.Match[str]) -> bool:
    index = match["index"]
    return all(
        any(
            each.difference is not None
            and each.question.situation == match["where"]
            and not each.right
            and _percent(match["share"], each.difference.error)
            and (index is None or str(each.difference.worst) == index)
            for each in _named(findings, name)
        )
        for name in _of(match)
    )


def _times_too(findings: Sequence[Finding], match: re.Match[str]) -> bool:
    told = float(match["times"].replace(" ", ""))
    for each in _named(findings, match["of"]):
        came, asked = (float(np.abs(array).max(initial=0.0)) for array in (each.actual, each.wanted))
        ratio = came / asked if asked else np.inf
        ratio = ratio if match["how"] == "large" else 1.0 / ratio if ratio else np.inf
        if each.question.situation == match["where"] and abs(told - ratio) <= 0.5 * ratio**0 + 0.06 * ratio:
            return True
    return False


def _parts(findings: Sequence[Finding], match: re.Match[str]) -> bool:
    """From which epoch on a record is off, and by how much at most."""
    sizes = []
    for name in _of(match):
        own = [each for each in _named(findings, name) if each.question.situation == match["where"] and not each.right]
        found = [each for each in own if match["epoch"] is None or _first_off(each) == int(match["epoch"])]
        if not found:
            return False
        sizes += [each.difference.error for each in found if each.difference is not None]
    if match["share"] is None:
        return any(not size < 1e3 for size in sizes)
    return any(_percent(match["share"], size) for size in sizes)


def _first_off(finding: Finding) -> int:
    with np.errstate(all="ignore"):
        off = ~(np.abs(finding.actual - finding.wanted) <= finding.tolerance)
    return int(np.argmax(off.reshape(len(off), -1).any(axis=1)))


def _factor(text: str) -> float:
    words = {"half of": 0.5, "twice": 2.0, "a quarter of": 0.25, "minus": -1.0}
    return words[text] if text in words else float(text.split(" ")[0])


def _scaled(findings: Sequence[Finding], name: str, scale: Callable[[Finding], float]) -> bool:
    """Whether an array is so many times the right one, wherever it is wrong, or a step in all runs of an epoch."""
    if name.startswith(("train: the step", "the step")):
        return _steps(findings, name, scale)
    own = [each for each in _named(findings, name) if not each.right and np.all(np.isfinite(each.actual))]
    pairs = [(each, _rows(name, each.actual)[1], _rows(name, each.wanted)[1]) for each in own]
    return bool(pairs) and all(
        came.shape == asked.shape and _near(came, scale(each) * asked) for each, came, asked in pairs
    )


def _steps(findings: Sequence[Finding], name: str, scale: Callable[[Finding], float]) -> bool:
    weights = re.findall(r"\b[wb]\d(?:\[\d\])?", name)
    seen = False
    for each in findings:
        call, init = each.question.calls[0], dict(zip(_weights_of(findings), each.question.init, strict=False))
        if len(each.question.calls) > 1 or call.args[3] != 1 or each.name not in init:
            continue
        own = [weight for weight in weights if weight.partition("[")[0] == each.name]
        for weight in own if weights else [each.name]:
            came, asked = (_rows(weight, init[each.name] - end)[1] for end in (each.actual, each.wanted))
            if not _near(came, scale(each) * asked, 1e-9 * float(np.abs(init[each.name]).max())):
                return False
            seen = True
    return seen


def _weights_of(findings: Sequence[Finding]) -> list[str]:
    return list(dict.fromkeys(each.name for each in findings if not each.name.endswith("_records")))


def _near(came: np.ndarray, asked: np.ndarray, least: float = 0.0) -> bool:
    room = NEAR * float(np.abs(asked).max(initial=0.0)) + least + 1e-300
    return came.shape == asked.shape and bool(np.all(np.abs(came - asked) <= room))


def _by_factor(findings: Sequence[Finding], match: re.Match[str]) -> bool:
    return all(_scaled(findings, name, lambda each: _factor(match["factor"])) for name in _names_or_step(match))


def _by_count(findings: Sequence[Finding], match: re.Match[str]) -> bool:
    def scale(each: Finding) -> float:
        args = each.question.calls[each.call].args
        count = float(PER[match["count"]](args[0], args[1]))
        return count if match["how"] == "large" else 1.0 / count

    return all(_scaled(findings, name, scale) for name in _names_or_step(match))


def _names_or_step(match: re.Match[str]) -> list[str]:
    return [match["of"]] if "the step" in match["of"] else _of(match)


def _unmoved(findings: Sequence[Finding], match: re.Match[str]) -> bool:
    names = _weights_of(findings)
    return all(
        np.array_equal(each.actual, each.question.init[names.index(name)])
        for name in _of(match)
        for each in _named(findings, name)
        if each.call == 0
    )


def _shape(findings: Sequence[Finding], match: re.Match[str]) -> bool:
    asked = match["asked"].replace("one number", "()")
    shapes = [{(str(each.actual.shape), str(each.wanted.shape)) for each in _named(findings, n)} for n in _of(match)]
    return all((match["came"], asked) in own for own in shapes)


def _entries(findings: Sequence[Finding], match: re.Match[str]) -> bool:
    lengths = [{(len(each.actual), len(each.wanted)) for each in _named(findings, name)} for name in _of(match)]
    return all((int(match["n"]), int(match["n_ep"])) in own for own in lengths)


def _at_most(findings: Sequence[Finding], match: re.Match[str]) -> bool:
    """Longer runs are wrong, and their losses right as far as they go; shorter ones are right."""
    most = int(match["most"])
    runs = [each for each in findings if len(each.question.calls) == 1 and each.name == "loss_records"]
    longer = [each for each in runs if len(each.wanted) > most]
    return (
        bool(longer)
        and all(each.right for each in runs if each not in longer)
        and all(not each.right and _near(each.actual[:most], each.wanted[:most]) for each in longer)
    )


def _stops_after(findings: Sequence[Finding], match: re.Match[str]) -> bool:
    made = int(match["made"])
    return any(
        len(each.wanted) == int(match["n_ep"]) and not each.right and _near(each.actual[:made], each.wanted[:made])
        for each in _named(findings, "loss_records")
        if each.question.situation == match["where"]
    )


def _every_kth(findings: Sequence[Finding], match: re.Match[str]) -> bool:
    k = int(match["k"])

    def fits(each: Finding, first: int) -> bool:
        some, filled = each.wanted[first::k], np.zeros_like(each.wanted)
        filled[first::k] = some
        return _near(each.actual, some) or _near(each.actual, filled)

    own = [each for each in _named(findings, match["of"]) if len(each.question.calls) == 1]
    return any(all(fits(each, first) for each in own) for first in (0, k - 1))


def _cut(findings: Sequence[Finding], match: re.Match[str]) -> bool:
    """No number of a gradient, or of the step of one epoch, is larger than the limit, and many are that large."""
    limit, sizes = float(match["limit"]), []
    names = _weights_of(findings)
    for each in findings:
        call = each.question.calls[each.call]
        if each.name.startswith("dloss_d"):
            sizes.append(float(np.abs(each.actual).max()))
        elif each.name in names and call.method == "train" and len(each.question.calls) == 1 and call.args[3] == 1:
            sizes.append(float(np.abs(each.question.init[names.index(each.name)] - each.actual).max()) / call.args[2])
    return bool(sizes) and abs(max(sizes) - limit) <= 0.01 * limit


def _rate(findings: Sequence[Finding], match: re.Match[str]) -> bool:
    rate = float(match["rate"])
    return _steps(findings, "", lambda each: rate / each.question.calls[0].args[2])


OF = rf"(?P<of>{NAMES})"
STEP_OR = rf"(?P<of>train: the step[^.]*?|{NAMES})"
WHERE = r"\((?P<where>[^()]*)\)"
SHARE = r"(?P<share>[\d.e-]+)% of its largest number"
SENTENCES: tuple[tuple[str, Callable[[Sequence[Finding], re.Match[str]], bool]], ...] = (
    (rf"{OF} differs from the right answer by {SHARE}(?:, most at index (?P<index>\([\d, ]*\)))? {WHERE}", _differs),
    (rf"The largest number of (?P<of>\w+) is about (?P<times>[\d .e]+) times too (?P<how>large|small) {WHERE}",
     _times_too),
    (rf"{OF} differs from a right run(?: from epoch (?P<epoch>\d+) on)?, (?:by (?:up to )?{SHARE}|beyond all bounds) "
     rf"?{WHERE}", _parts),
    (rf"{STEP_OR} is (?P<factor>half of|twice|a quarter of|-?[\d.e+-]+ times) the right answer", _by_factor),
    (rf"{STEP_OR} is too (?P<how>large|small) by exactly (?P<count>the [^:]+):", _by_count),
    (rf"train: {OF} stays? as (?:it was|they were)", _unmoved),
    (rf"{OF} has the shape (?P<came>\([\d, ]*\)) where (?P<asked>\([\d, ]*\)|one number) is asked", _shape),
    (rf"{OF} has (?P<n>\d+) entr(?:y|ies) for n_ep = (?P<n_ep>\d+)", _entries),
    (r"No run makes more than (?P<most>\d+) updates", _at_most),
    (rf"after (?P<made>\d+) updates? where n_ep is (?P<n_ep>\d+) {WHERE}", _stops_after),
    (r"(?P<of>\w+) holds only every (?P<k>\d+)\w\w epoch", _every_kth),
    (r"cut at ±(?P<limit>[\d.e+-]*\d)", _cut),
    (r"The learning rate (?P<rate>[\d.e-]+) is used whatever lr is", _rate),
)  # fmt: skip
