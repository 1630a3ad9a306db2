"""One hypothesis held against one run after the other, and given up as soon as it explains nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from autograder.assignments import Array
from autograder.core import same_as
from autograder.judging.diagnosis.scaling import Case, Scaling, scaling
from autograder.judging.diagnosis.training.cases import Asked
from autograder.judging.diagnosis.training.hypotheses import Hypothesis


class Trial:
    """Which of the arrays in `left` a hypothesis explains so far; `wrong` are all that are not as they should be.

    `explained` came out as predicted in all runs until now, `scaled` up to a factor that is one and the same.
    """

    def __init__(self, hypothesis: Hypothesis, left: set[str], wrong: set[str], weights: Iterable[str]):
        self.hypothesis, self.left, self.wrong = hypothesis, left, wrong
        self.explained = set(left)
        # Records follow the weights: what does not explain these explains nothing.
        self.needed = left & set(weights) if hypothesis != Hypothesis() else set()
        self.scaled = {"loss_records"} & left if not hypothesis.scale and not hypothesis.not_left else set()
        self.as_predicted: set[str] = set()  # arrays that are wrong somewhere, just as predicted
        self.cases: list[Case] = []
        self.bases: list[Array] = []

    def goes_on(self, each: Asked, predicted: Mapping[tuple[int, str], Array]) -> bool:
        """Hold a run's arrays against the predicted ones, by call and name; False when the hypothesis is refuted."""
        for (position, name), finding in each.findings.items():
            if finding.actual is None:
                continue
            base = predicted.get((position, name))
            as_predicted = base is not None and same_as(finding.actual, base)
            if name not in self.wrong and not as_predicted:
                return False  # what is right must come out right
            if name not in self.explained | self.scaled:
                continue
            if not finding.right and base is not None and name in self.explained:
                self.as_predicted.add(name)
            if not as_predicted:
                self.explained.discard(name)
                if name in self.needed:
                    return False
            if name in self.scaled:
                self._scale(Case(finding.actual, each.samples, each.elements), base, name)
        return bool(self.explained or self.scaled)

    def _scale(self, case: Case, base: Array | None, name: str) -> None:
        self.cases.append(case)
        self.bases.append(base if base is not None else np.empty(0))
        if scaling(self.cases[-1:], self.bases[-1:], proof=False) is None:
            self.scaled.discard(name)

    def outcome(self) -> tuple[set[str], dict[str, Scaling]] | None:
        """The arrays that it explains in all runs, with the scaling of records that this takes; None for nothing."""
        explained = self.explained & self.as_predicted
        if not self.needed <= explained:
            return None
        if self.hypothesis.not_left and explained != self.left:
            return None  # that the run itself is right is said of all of it
        scalings: dict[str, Scaling] = {}
        if self.scaled - explained:
            scale = scaling(self.cases, self.bases)
            if scale is not None and scale.codes:
                explained |= self.scaled
                scalings["loss_records"] = scale
        if not explained or (self.hypothesis == Hypothesis() and not scalings):
            return None
        return explained, scalings
