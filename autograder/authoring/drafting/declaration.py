"""The text of a drafted declaration: a line each, those that are guesses marked with what is to be checked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from autograder.authoring.drafting.axes import SAMPLES, Axes
from autograder.authoring.drafting.kinds import Line
from autograder.authoring.drafting.relations import Slope

GUESS = "# guess: "
ROWS = ((4, 5, 2), (3, 2, 6), (5, 3, 4), (2, 6, 3), (6, 4, 5), (3, 7, 4))  # no two alike in one situation
LONG, SHORT = (6, 7, 9), (3, 2, 4)  # of a sum such as T - K + 1
MANY = (1, 7, 11)  # samples: one of them, more than of anything else


@dataclass(frozen=True)
class Declared:
    """A declaration part by part; `why` and `why_state` say of sizes and state what is to be checked."""

    draws: tuple[Line, ...]
    sizes: dict[str, tuple[int, ...]]
    why: str = ""
    state: tuple[str, ...] = ()
    why_state: str = ""
    relations: tuple[Line, ...] = ()
    slopes: tuple[Slope, ...] = ()
    measured: bool = False
    clashes: tuple[str, ...] = field(default=())

    @property
    def text(self) -> str:
        """The cell."""
        return "\n".join(self._lines())

    @property
    def guesses(self) -> int:
        """How many of its lines are marked."""
        return sum(line.startswith(GUESS) or GUESS in line for line in self.text.split("\n"))

    def _lines(self) -> Iterator[str]:
        yield "# Drafted from the notebook and a run of it. Check each line marked `guess`, then unmark it."
        for clash in self.clashes:
            yield f"{GUESS}{clash}"
        yield from map(_marked, self.draws)
        sizes = ", ".join(f"{name}={values}" for name, values in self.sizes.items())
        words = [f"sizes=dict({sizes})"] * bool(sizes) + [f"state={self.state!r}"] * bool(self.state)
        yield _marked(Line(f"assignment({', '.join(words)})", "; ".join(filter(None, (self.why, self.why_state)))))
        yield from map(_marked, self.relations)
        for slope in joined(self.slopes):
            yield _marked(Line(slope, "" if self.measured else "is it the slope of that?"))

    def without(self, slope: Slope) -> Declared:
        """With one slope less."""
        return replace(self, slopes=tuple(each for each in self.slopes if each != slope))


def joined(slopes: tuple[Slope, ...]) -> Iterator[str]:
    """One line for all slopes of one function."""
    groups: dict[tuple[str, str, str], list[Slope]] = {}
    for slope in slopes:
        groups.setdefault((slope.callable, slope.of, slope.times), []).append(slope)
    for (name, of, times), group in groups.items():
        if len(group) == 1:
            yield group[0].text
            continue
        by, wrt = (", ".join(f'"{getattr(each, key)}"' for each in group) for key in ("by", "wrt"))
        last = f', times="{times}"' if times else ""
        yield f"slope({name}, of={of}, by=({by}), wrt=({wrt}){last})"


def _marked(line: Line) -> str:
    return f"{line.text}  {GUESS}{line.check}" if line.check else line.text


def sizes_for(axes: Axes, draws: Sequence[Line]) -> dict[str, tuple[int, ...]]:
    """Three numbers for each size that a draw uses: one sample, more, fewer; all others different in each situation."""
    symbols = [symbol for line in draws for symbol in re.findall(r'"([A-Za-z_]\w*(?:\s*[+*-]\s*\w+)*)"', line.text)]
    known = {part for each in axes.sizes for part in (each, *_terms(each))}
    known |= {part for shape in axes.arguments.values() for each in shape for part in _terms(str(each))}
    names = list(dict.fromkeys(part for each in symbols for part in _terms(each) if part in known))
    long = {_terms(each)[0] for each in symbols if "-" in each}
    short = {part for each in symbols if "-" in each for part in _terms(each)[1:]}
    first = [name for name in names if name in axes.first]
    many = next((name for name in first if name in SAMPLES), next(iter(first), ""))
    rows = iter(ROWS * (1 + len(names) // len(ROWS)))
    fixed = dict.fromkeys(short, SHORT) | dict.fromkeys(long, LONG) | {many: MANY}
    return {name: fixed[name] if name in fixed else next(rows) for name in names}


def _terms(symbol: str) -> list[str]:
    return [part for part in re.findall(r"\w+", symbol) if not part.isdigit()]


def sizes_seen(axes: Axes, used: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """The sizes that the notebook itself was run with, the largest left out."""
    by_size = {}
    for name in used:
        lengths = sorted({length for length in axes.seen.get(name, ()) if length <= 30}) or [3]
        by_size[name] = lengths
    most = min(3, max((len(each) for each in by_size.values()), default=1))
    return {name: tuple(each[min(k, len(each) - 1)] for k in range(most)) for name, each in by_size.items()}
