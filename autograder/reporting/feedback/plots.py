"""Small figures as inline SVG, each with the text that says the same.

Context: a class of thousands gets a page each, so a figure may cost a millisecond, no more, and no request, font or
script. Choice: SVG written by hand, coloured by the page's own style sheet (light, dark and print in one). Cost: only
the three kinds of figure that the pages need.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count, pairwise

from markupsafe import Markup

from autograder.reporting.feedback.text import html

WIDTH, HEIGHT = 400, 240  # user units; shown at 300 to 520 px, so that 12 units stay readable on a phone
LEFT, RIGHT, TOP, BOTTOM = 56, 10, 24, 38  # labels stand in the margins, never on a curve
POINTS = 240  # of a curve; more cannot be told apart at this size
REMEMBERED = 4_000  # numbers of a curve and its band, up to which its figure is kept for others with the same
LARGEST, SMALLEST = 1e300, 1e-300  # of what an axis shows: nearer to the ends of a float its arithmetic breaks
Number = float | None


@dataclass(frozen=True, slots=True)
class Figure:
    """An SVG and the same in words; of a curve, whether a band is drawn and whether the curve leaves it."""

    svg: Markup
    text: str
    band: bool = False
    parts: bool = False


def numbers(values: object, limit: int = 100_000) -> list[Number]:
    """`values` as floats with None where there is no finite number; [] for anything but a list."""
    if not isinstance(values, list | tuple):
        return []
    # inf - inf and nan - nan are not 0: the test for the common case, ten thousand times a page
    return [v if type(v) is float and v - v == 0.0 else finite(v) for v in values[:limit]]


def finite(value: object) -> Number:
    """`value` as a float, or None when it is not a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:  # an integer of JSON may be longer than any float
        return None
    return number if math.isfinite(number) else None


@dataclass(frozen=True, slots=True)
class Axes:
    """What a curve shows, and what it is counted in, each in a noun."""

    what: str = "loss"
    step: str = "epoch"


def curve(
    values: Sequence[Number],
    low: Sequence[Number],
    high: Sequence[Number],
    parts_at: int | None,
    axes: Axes = Axes(),
) -> Figure | None:
    """The student's values over the band `low` to `high`; None when there is nothing to draw.

    `parts_at` is the first step (from 0) outside the band, None where the curve never leaves it.
    """
    draw = _drawn if len(values) + len(low) > REMEMBERED else _remembered
    return draw(tuple(values), tuple(low), tuple(high), parts_at, axes)


def _drawn(
    values: tuple[Number, ...], low: tuple[Number, ...], high: tuple[Number, ...], parts_at: int | None, axes: Axes
) -> Figure | None:
    finite_ones = [(i, value) for i, value in enumerate(values) if value is not None]
    if not finite_ones:
        return None
    points = _thin(finite_ones)
    band = _thin_band([(i, a, b) for i, a, b in zip(count(), low, high) if a is not None and b is not None])
    scale = _Scale.of([value for _, value in points], [v for _, a, b in band for v in (a, b)])
    last = max(len(values), len(low), 2) - 1
    x = lambda step: LEFT + (WIDTH - LEFT - RIGHT) * step / last
    y = lambda value: TOP + (HEIGHT - TOP - BOTTOM) * (1 - scale.place(value))
    parts = [_axes(scale, last, y, axes.step)]
    if len(band) > 1:
        there = " ".join(f"{x(i):.1f},{y(b):.1f}" for i, _, b in band)
        back = " ".join(f"{x(i):.1f},{y(a):.1f}" for i, a, _ in reversed(band))
        parts.append(f'<polygon class="band" points="{there} {back}"/>')
    for run in _runs(points, values):
        path = " ".join(f"{x(i):.1f},{y(value):.1f}" for i, value in run)
        parts.append(
            f'<polyline class="own" points="{path}"/>'
            if len(run) > 1
            else f'<circle class="dot" r="2.5" cx="{x(run[0][0]):.1f}" cy="{y(run[0][1]):.1f}"/>'
        )
    if parts_at is not None and 0 <= parts_at <= last:
        value = values[parts_at] if parts_at < len(values) else None
        at = x(parts_at)
        parts.append(f'<line class="parts" x1="{at:.1f}" x2="{at:.1f}" y1="{TOP - 5}" y2="{HEIGHT - BOTTOM}"/>')
        if value is not None:
            parts.append(f'<circle class="dot" r="4" cx="{at:.1f}" cy="{y(value):.1f}"/>')
        anchor = "end" if at > WIDTH / 2 else "start"
        parts.append(f'<text x="{at:.1f}" y="{TOP - 9}" text-anchor="{anchor}">leaves the band at {parts_at}</text>')
    text = _curve_words(values, finite_ones, bool(band), parts_at, axes) + (
        f" The {axes.what} axis is logarithmic." if scale.log else ""
    )
    return Figure(
        _svg(parts, f"{axes.what.capitalize()} by {axes.step}. {text}"),
        text,
        bool(band),
        bool(band) and parts_at is not None,
    )


_remembered = lru_cache(maxsize=32)(_drawn)  # right runs are alike, most of them to the last bit


def histogram(counts: Sequence[int], labels: Sequence[str], text: str) -> Figure:
    """`counts` as columns over `labels`, each with its number above it."""
    top, step = max([1, *counts]), (WIDTH - 2 * RIGHT) / max(1, len(counts))
    floor = HEIGHT - BOTTOM
    parts = [f'<line class="axis" x1="{RIGHT}" x2="{WIDTH - RIGHT}" y1="{floor}" y2="{floor}"/>']
    for i, (number, label) in enumerate(zip(counts, labels, strict=True)):
        tall = (floor - TOP - 16) * number / top
        middle = RIGHT + step * (i + 0.5)
        if number:
            parts.append(
                f'<rect class="column" x="{middle - step * 0.42:.1f}" y="{floor - tall:.1f}" '
                f'width="{step * 0.84:.1f}" height="{tall:.1f}"/>'
                f'<text x="{middle:.1f}" y="{floor - tall - 4:.1f}" text-anchor="middle">{number}</text>'
            )
        parts.append(f'<text x="{middle:.1f}" y="{floor + 16}" text-anchor="middle">{html(label)}</text>')
    parts.append(f'<text x="{WIDTH / 2}" y="{HEIGHT - 4}" text-anchor="middle">points</text>')
    return Figure(_svg(parts, text), text)


def bar(fraction: float, kind: str = "passed") -> Markup:
    """A bar filled to `fraction` of its length; decoration only, the number stands beside it as text."""
    share = min(1.0, max(0.0, fraction)) * 100
    return Markup(
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        f'<rect class="rail" width="100" height="8"/><rect class="{html(kind)}" width="{share:.1f}" height="8"/></svg>'
    )


def digits(error: float) -> tuple[float, str]:
    """A relative error as the length of its bar (log scale, 1e-16 to 1) with its meaning in words."""
    if error <= 0:
        return 0.0, "equal in every digit"
    exact = int(-math.log10(error)) if error < 1 else 0
    if exact == 0:
        return min(1.0, max(0.0, 1 + math.log10(error) / 16)), "does not agree in the first digit"
    return max(0.0, 1 + math.log10(error) / 16), f"agrees to about {exact} {'digit' if exact == 1 else 'digits'}"


def short(value: float) -> str:
    """A number as an axis shows it: 0.034, 6.35, 3.2e7."""
    size = abs(value)
    if size == 0:
        return "0"
    if 1e-3 <= size < 1e5:
        return f"{value:.3g}" if size < 1000 else f"{value:.0f}"
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent)}"


@dataclass(frozen=True, slots=True)
class _Scale:
    """The axis of what is shown: from `low` to `high`, linear or logarithmic."""

    low: float
    high: float
    log: bool

    @classmethod
    def of(cls, points: list[float], band: list[float]) -> _Scale:
        """An axis that shows the band well; a curve that runs away is cut at its edge."""
        every = points + band
        log = min(every) > 0 and max(every) / 50 > min(every)
        low, high = min(every), max(every)
        if band and log:
            low, high = max(low, min(band) / 1e3), min(high, max(band) * 1e4)
        elif band:
            spread = (max(band) - min(band)) or abs(max(band)) or 1.0
            low, high = max(low, min(band) - 3 * spread), min(high, max(band) + 3 * spread)
        low, high = (min(LARGEST, max(-LARGEST, end)) for end in (low, high))
        if not high - low > SMALLEST:
            half = abs(low) / 2 if abs(low) > SMALLEST else 0.5
            low, high, log = low - half, low + half, False
        return cls(low, high, log)

    def place(self, value: float) -> float:
        """Where `value` stands between 0 (low) and 1 (high); values off the axis at its ends."""
        value = min(self.high, max(self.low, value))
        if self.log:
            return (math.log10(value) - math.log10(self.low)) / (math.log10(self.high) - math.log10(self.low))
        return (value / 2 - self.low / 2) / (self.high / 2 - self.low / 2)  # halves: the span itself may overflow

    def ticks(self) -> list[float]:
        """Two to five values to label."""
        if self.log:
            first, last = math.ceil(math.log10(self.low)), math.floor(math.log10(self.high))
            step = max(1, math.ceil((last - first + 1) / 5))
            powers = [10.0**power for power in range(first, last + 1, step)]
            return powers if len(powers) > 1 else [self.low, self.high]
        return [self.low * (1 - i / 4) + self.high * (i / 4) for i in range(5)]


def _axes(scale: _Scale, last: int, y: Callable[[float], float], step: str) -> str:
    """Grid lines, tick labels and axis names."""
    floor = HEIGHT - BOTTOM
    out = []
    for value in scale.ticks():
        out.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(value):.1f}" y2="{y(value):.1f}"/>')
        out.append(f'<text x="{LEFT - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{short(value)}</text>')
    out.append(f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{floor}" y2="{floor}"/>')
    for share, anchor in ((0.0, "start"), (0.5, "middle"), (1.0, "end")):
        at = LEFT + (WIDTH - LEFT - RIGHT) * share
        out.append(f'<text x="{at:.1f}" y="{floor + 15}" text-anchor="{anchor}">{round(last * share)}</text>')
    out.append(
        f'<text x="{LEFT + (WIDTH - LEFT - RIGHT) / 2}" y="{HEIGHT - 5}" text-anchor="middle">{html(step)}</text>'
    )
    return "".join(out)


def _curve_words(
    values: Sequence[Number], points: list[tuple[int, float]], band: bool, parts_at: int | None, axes: Axes
) -> str:
    """What a reader of the curve would say."""
    first, last = points[0][1], points[-1][1]
    way = "stays at" if first == last else "falls from" if last < first else "rises from"
    change = f"{short(first)}" if first == last else f"{short(first)} to {short(last)}"
    steps = f"{len(values)} {axes.step if len(values) == 1 else axes.step + 's'}"
    said = [f"Your {axes.what} {way} {change} over {steps}."]
    if len(points) < len(values):
        gone = len(values) - len(points)
        said.append(f"{gone} of the values {'is no finite number' if gone == 1 else 'are no finite numbers'}.")
    if band and parts_at is None:
        said.append("It stays inside the band that right solutions keep to.")
    elif band:
        said.append(f"It leaves the band that right solutions keep to at {axes.step} {parts_at}, counting from 0.")
    return " ".join(said)


def _thin(points: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """At most about POINTS points: the lowest and the highest of every stretch, ends included."""
    if len(points) <= POINTS:
        return points
    size = math.ceil(2 * len(points) / POINTS)
    kept = {points[0], points[-1]}
    for start in range(0, len(points), size):
        stretch = points[start : start + size]
        kept |= {min(stretch, key=lambda p: p[1]), max(stretch, key=lambda p: p[1])}
    return sorted(kept)


def _thin_band(band: list[tuple[int, float, float]]) -> list[tuple[int, float, float]]:
    """At most about POINTS places of the band, each as wide as the widest of its stretch."""
    if len(band) <= POINTS:
        return band
    size = math.ceil(len(band) / POINTS)
    out = []
    for start in range(0, len(band), size):
        stretch = band[start : start + size]
        out.append((stretch[0][0], min(a for _, a, _ in stretch), max(b for _, _, b in stretch)))
    return [*out, band[-1]]


def _runs(points: list[tuple[int, float]], values: Sequence[Number]) -> list[list[tuple[int, float]]]:
    """`points` cut where a value between two of them is missing, so that no line is drawn across a gap."""
    if None not in values:
        return [points]
    missing = [i for i, value in enumerate(values) if value is None]
    runs, gaps = [[points[0]]], iter([*missing, len(values) + 1])
    gap = next(gaps)
    for before, after in pairwise(points):
        while gap < before[0]:
            gap = next(gaps)
        if gap < after[0]:
            runs.append([])
        runs[-1].append(after)
    return runs


def _svg(parts: list[str], label: str) -> Markup:
    """The parts as one image with a name for those who hear the page."""
    return Markup(
        f'<svg class="plot" role="img" aria-label="{html(label, lines=False)}" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f"{''.join(parts)}</svg>"
    )
