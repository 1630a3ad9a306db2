"""The students' self-check: every right answer passes, every wrong one is named in words."""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import yaml

from autograder import selfcheck
from autograder.selfcheck import METHODS, CheckFailed, SelfCheck

SELFCHECK = Path(selfcheck.__file__)


@pytest.fixture(autouse=True)
def graders_numpy(monkeypatch):
    """The grading is done with the NumPy that is here."""
    monkeypatch.setattr(selfcheck, "GRADED_WITH", ".".join(np.__version__.split(".")[:2]))


# ---- right answers, one per assignment, written apart from the references ----------------------------------------


class Base:
    names: tuple[str, ...] = ("w1", "w2")

    def __init__(self, init_weights):
        for name, weight in zip(self.names, init_weights, strict=True):
            setattr(self, name, np.array(weight, dtype=float))

    def train(self, x, y_true, lr, n_ep):
        loss_records = []
        for _ in range(n_ep):
            loss_records.append(self.loss(self.forward(x), y_true))
            gradients = self.dloss_dw(x, y_true)
            for name, gradient in zip(self.names, gradients, strict=True):
                setattr(self, name, getattr(self, name) - lr * gradient)
        return loss_records


class ShallowNarrow(Base):
    def __init__(self, init_weights):
        self.w1, self.w2 = (float(w) for w in init_weights)

    def forward(self, x):
        return self.w1 * self.w2 * x

    def loss(self, y_prediction, y_true):
        return np.mean((y_true - y_prediction) ** 2)

    def dloss_dw(self, x, y_true):
        slope = np.mean(-2 * (y_true - self.forward(x)) * x)
        return slope * self.w2, slope * self.w1

    def train(self, x, y_true, lr, n_ep):
        losses, path = [], []
        for _ in range(n_ep):
            losses.append(self.loss(self.forward(x), y_true))
            one, two = self.dloss_dw(x, y_true)
            self.w1, self.w2 = self.w1 - lr * one, self.w2 - lr * two
            path.append([self.w1, self.w2])
        return losses, path


class LinearRegression(Base):
    names = ("w1",)

    def columns(self, x):
        return np.hstack([np.ones((len(x), 1)), x])

    def forward(self, x):
        return self.columns(x) @ self.w1

    def loss(self, y_prediction, y_true):
        return 0.5 * np.sum((y_prediction - y_true) ** 2)

    def dloss_dw(self, x, y_true):
        return [self.columns(x).T @ (self.forward(x) - y_true)]

    def train(self, x, y_true, lr, n_ep):
        losses, path = np.empty(n_ep), np.empty((n_ep, 2))
        for i in range(n_ep):
            losses[i] = self.loss(self.forward(x), y_true)
            self.w1 -= lr * self.dloss_dw(x, y_true)[0]
            path[i] = self.w1[:, 0]
        return losses, path


class ReLURegression(LinearRegression):
    names = ("w1", "w2")
    train = Base.train

    def forward(self, x):
        self.before = self.columns(x) @ self.w1
        self.hidden = self.columns(np.maximum(self.before, 0))
        return self.hidden @ self.w2

    def dloss_dw(self, x, y_true):
        error = self.forward(x) - y_true
        return self.columns(x).T @ (error @ self.w2[1:].T * (self.before > 0)), self.hidden.T @ error


class TwoLayerReLU(Base):
    def forward(self, x):
        return np.maximum(x @ self.w1, 0) @ self.w2

    def loss(self, y_prediction, y_true):
        return np.square(y_prediction - y_true).sum()

    def dloss_dw(self, x, y_true):
        before = x @ self.w1
        error = 2 * (np.maximum(before, 0) @ self.w2 - y_true)
        return x.T @ (error @ self.w2.T * (before > 0)), np.maximum(before, 0).T @ error


class SigmoidMLP(Base):
    """One sample at a time, in loops: slow, and right."""

    names = ("w1", "b1", "w2", "b2", "w3", "b3")

    def layers(self, one_x):
        first = 1 / (1 + np.exp(-(self.w1 * one_x + self.b1)))
        second = 1 / (1 + np.exp(-(self.w2 @ first + self.b2)))
        return first, second, float((self.w3 @ second + self.b3)[0, 0])

    def forward(self, x):
        return [self.layers(one_x)[2] for one_x in x]

    def loss(self, y_prediction, y_true):
        return sum((p - t) ** 2 for p, t in zip(y_prediction, y_true, strict=True)) / len(y_true)

    def dloss_dw(self, x, y_true):
        total = [np.zeros(getattr(self, name).shape) for name in self.names]
        for one_x, one_y in zip(x, y_true, strict=True):
            first, second, out = self.layers(one_x)
            d3 = 2 * (out - one_y) / len(x)
            d2 = self.w3.T * d3 * second * (1 - second)
            d1 = self.w2.T @ d2 * first * (1 - first)
            for part, gradient in zip(total, (d1 * one_x, d1, d2 @ first.T, d2, d3 * second.T, d3), strict=True):
                part += gradient
        return tuple(total)


CHECKS = {
    ShallowNarrow: SelfCheck({"w1": (), "w2": ()}, ("N",), ("N",), "path", loss="mean"),
    LinearRegression: SelfCheck({"w1": (2, 1)}, ("N", 1), ("N", 1), "path", loss="sum"),
    ReLURegression: SelfCheck({"w1": (2, "H"), "w2": ("H+1", 1)}, ("N", 1), ("N", 1), loss="sum"),
    TwoLayerReLU: SelfCheck({"w1": ("D_in", "H"), "w2": ("H", "D_out")}, ("N", "D_in"), ("N", "D_out"), loss="sum"),
    SigmoidMLP: SelfCheck(
        {"w1": ("H1", 1), "b1": ("H1", 1), "w2": ("H2", "H1"), "b2": ("H2", 1), "w3": (1, "H2"), "b3": (1, 1)},
        ("N",), ("N",), loss="mean",
    ),
}  # fmt: skip


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("right", CHECKS, ids=lambda c: c.__name__)
def test_right_answers_pass_quickly(right, method, capsys):
    """A right answer passes each check, is told what was looked at, and waits less than 0.3 s."""
    started = time.process_time()
    getattr(CHECKS[right], method)(right)
    assert time.process_time() - started < 0.3
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{method}: all is well."
    assert len(lines) >= 5
    assert all(line.startswith("  [ok] ") and len(line) <= 90 for line in lines[1:])


# ---- wrong answers ----------------------------------------------------------------------------------------------

WRONG = []


def wrong(parent, check, *fragments):
    """Register a class: `check` must fail with all fragments in its message; the other checks must pass."""

    def register(variant):
        name = f"{parent.__name__}-{check}-{variant.__name__}"
        WRONG.append(pytest.param(variant, CHECKS[parent], check, fragments, id=name))
        return variant

    return register


SN, TL, RR, LR, SM = ShallowNarrow, TwoLayerReLU, ReLURegression, LinearRegression, SigmoidMLP


@wrong(SN, "forward", "the prediction is None: nothing was returned", "is a return missing")
class NoReturn(SN):
    def forward(self, x):
        self.w1 * self.w2 * x


@wrong(SN, "forward", "forward is not written yet")
class Blank(SN):
    def forward(self, x):
        raise NotImplementedError("hint")


@wrong(SN, "forward", "has no method forward")
class NoForward(SN):
    forward = None


@wrong(SN, "forward", "shape ()", "(7,) was expected")
class OnlyTheMean(SN):
    def forward(self, x):
        return np.mean(self.w1 * self.w2 * x)


@wrong(SN, "forward", "sample 0 alone")
class Centred(SN):
    def forward(self, x):
        return self.w1 * self.w2 * (x - x.mean())


@wrong(SN, "forward", "whatever w2 is")
class OneWeight(SN):
    def forward(self, x):
        return self.w1 * x


@wrong(SN, "forward", "whatever x is")
class Constant(SN):
    def forward(self, x):
        return self.w1 * self.w2 * np.ones(len(x))


@wrong(SN, "forward", "changed its argument x")
class InPlace(SN):
    def forward(self, x):
        x *= self.w1
        return x * self.w2


@wrong(SN, "forward", "changed the weight self.w1")
class MovesWeight(SN):
    def forward(self, x):
        self.w1 += 1
        return (self.w1 - 1) * self.w2 * x


@wrong(SN, "forward", "another prediction", "second object")
class ClassLevel(SN):
    def __init__(self, init_weights):
        super().__init__(init_weights)
        type(self).shared = self.w1

    def forward(self, x):
        return self.shared * self.w2 * x


@wrong(TL, "forward", "ValueError", "return x.T @ self.w1")
class ForwardRaises(TL):
    def forward(self, x):
        return x.T @ self.w1


@wrong(TL, "forward", "axes swapped", ".T")
class ForwardTransposed(TL):
    def forward(self, x):
        return super().forward(x).T


@wrong(TL, "forward", "ValueError", "N = 7")
class HardCodedN(TL):
    def forward(self, x):
        return np.zeros((64, self.w2.shape[1])) + super().forward(x)


@wrong(SN, "forward", "NaN or infinity")
class DividesByZero(SN):
    def forward(self, x):
        return self.w1 * self.w2 * x / 0.0 if len(x) == 1 else self.w1 * self.w2 * x


@wrong(SN, "forward", "a value of type str")
class Text(SN):
    def forward(self, x):
        return "y"


@wrong(SN, "loss", "the same samples twice over", "a mean")
class SumLoss(SN):
    def loss(self, y_prediction, y_true):
        return np.sum((y_true - y_prediction) ** 2)

    def dloss_dw(self, x, y_true):
        return tuple(len(x) * g for g in super().dloss_dw(x, y_true))


@wrong(TL, "loss", "the same samples twice over", "a sum")
class MeanLoss(TL):
    def loss(self, y_prediction, y_true):
        return np.mean((y_true - y_prediction) ** 2)

    def dloss_dw(self, x, y_true):
        return tuple(g / y_true.size for g in super().dloss_dw(x, y_true))


@wrong(SN, "loss", "2 times as large", "4 times")
class AbsoluteLoss(SN):
    def loss(self, y_prediction, y_true):
        return np.mean(np.abs(y_true - y_prediction))

    dloss_dw = None
    train = None


@wrong(SN, "loss", "the shape (7,)", "one number")
class LossPerSample(SN):
    def loss(self, y_prediction, y_true):
        return (y_true - y_prediction) ** 2

    dloss_dw = None
    train = None


@wrong(SN, "loss", "above 0")
class SignedLoss(SN):
    def loss(self, y_prediction, y_true):
        return np.minimum(np.mean(y_true - y_prediction), 0)

    dloss_dw = None
    train = None


@wrong(SN, "loss", "a perfect prediction", "not 0")
class Shifted(SN):
    def loss(self, y_prediction, y_true):
        return super().loss(y_prediction, y_true) + 1


@wrong(TL, "loss", "a larger error in element [0, 1]")
class FirstOutputOnly(TL):
    def loss(self, y_prediction, y_true):
        return np.sum((y_true[:, 0] - y_prediction[:, 0]) ** 2)

    dloss_dw = None
    train = None


@wrong(SN, "loss", "changed its argument y_prediction")
class LossInPlace(SN):
    def loss(self, y_prediction, y_true):
        y_prediction -= y_true
        return np.mean(y_prediction**2)

    train = None


@wrong(SN, "dloss_dw", "dloss_dw2 has the right size and the wrong sign", "dloss_dw1: right")
class WrongSign(SN):
    def dloss_dw(self, x, y_true):
        one, two = super().dloss_dw(x, y_true)
        return one, -two


@wrong(SN, "dloss_dw", "every gradient is 0.5 times", "every N", "a square is derived")
class NoTwo(SN):
    def dloss_dw(self, x, y_true):
        return tuple(g / 2 for g in super().dloss_dw(x, y_true))


@wrong(SN, "dloss_dw", "too large by exactly the number of samples", "a mean, and the gradient a sum")
class SumForMean(SN):
    def dloss_dw(self, x, y_true):
        return tuple(g * len(x) for g in super().dloss_dw(x, y_true))


@wrong(TL, "dloss_dw", "too small by exactly the number of samples", "a sum, and the gradient a mean")
class MeanForSum(TL):
    def dloss_dw(self, x, y_true):
        return tuple(g / len(x) for g in super().dloss_dw(x, y_true))


@wrong(SN, "dloss_dw", "the slope of your loss in w1", "swapped")
class Swapped(SN):
    def dloss_dw(self, x, y_true):
        return super().dloss_dw(x, y_true)[::-1]


@wrong(TL, "dloss_dw", "wrong order")
class SwappedShapes(TL):
    def dloss_dw(self, x, y_true):
        return super().dloss_dw(x, y_true)[::-1]

    train = None


@wrong(SN, "dloss_dw", "dloss_dw1 is ", "the slope of your own loss is", "factor by factor")
class NoUpstream(SN):
    def dloss_dw(self, x, y_true):
        one, two = super().dloss_dw(x, y_true)
        return one / self.w2 if self.w2 else one, two


@wrong(TL, "dloss_dw", "dloss_dw1[", "elements do not fit", "dloss_dw2: right")
class NoMask(TL):
    def dloss_dw(self, x, y_true):
        before = x @ self.w1
        error = 2 * (np.maximum(before, 0) @ self.w2 - y_true)
        return x.T @ (error @ self.w2.T), np.maximum(before, 0).T @ error


@wrong(TL, "dloss_dw", "axes swapped", "(5, 3)", "(3, 5)")
class TransposedGradient(TL):
    def dloss_dw(self, x, y_true):
        one, two = super().dloss_dw(x, y_true)
        return one.T, two

    train = None


@wrong(RR, "dloss_dw", "the shape (4, 1)", "(2, 3) was expected")
class BiasNotRemoved(RR):
    def dloss_dw(self, x, y_true):
        return super().dloss_dw(x, y_true)[1], super().dloss_dw(x, y_true)[1]

    train = None


@wrong(SM, "dloss_dw", "dloss_db2", "elements do not fit", "b3: right")
class BiasForgotten(SM):
    def dloss_dw(self, x, y_true):
        w1, b1, w2, b2, w3, b3 = super().dloss_dw(x, y_true)
        return w1, b1, w2, b2 * np.arange(1, len(b2) + 1)[:, None], w3, b3


@wrong(LR, "dloss_dw", "the tuple (dloss_dw1,) was expected", "comma")
class BareArray(LR):
    def dloss_dw(self, x, y_true):
        return super().dloss_dw(x, y_true)[0]

    train = None


@wrong(SN, "dloss_dw", "1 value;", "(dloss_dw1, dloss_dw2)")
class OneGradient(SN):
    def dloss_dw(self, x, y_true):
        return super().dloss_dw(x, y_true)[:1]

    train = None


@wrong(SN, "dloss_dw", "dloss_dw changed the weight self.w1")
class GradientMovesWeights(SN):
    def dloss_dw(self, x, y_true):
        gradients = super().dloss_dw(x, y_true)
        self.w1 -= 0.1 * gradients[0]
        return gradients

    train = None


@wrong(SN, "dloss_dw", "AttributeError", "self.seen")
class NeedsForwardFirst(SN):
    def forward(self, x):
        self.seen = super().forward(x)
        return self.seen

    def dloss_dw(self, x, y_true):
        slope = np.mean(-2 * (y_true - self.seen) * x)
        return slope * self.w2, slope * self.w1


@wrong(SN, "dloss_dw", "after the object had seen another batch")
class Accumulates(SN):
    total = 0.0

    def dloss_dw(self, x, y_true):
        one, two = super().dloss_dw(x, y_true)
        self.total = self.total + one
        return self.total, two

    train = None


@wrong(SN, "dloss_dw", "NaN or infinity", "all weights 0", "division")
class DividesByWeight(SN):
    def dloss_dw(self, x, y_true):
        two = super().dloss_dw(x, y_true)[1]
        return two * self.w2 / self.w1, two


@wrong(SN, "forward", "the prediction does not change at all", "rounded")
class RoundedForward(SN):
    def forward(self, x):
        return np.round(super().forward(x), 3)

    train = None


@wrong(SN, "forward", "the prediction does not change at all", "rounded")
class FinelyRounded(SN):
    def forward(self, x):
        return np.round(super().forward(x), 6)

    train = None


@wrong(SN, "dloss_dw", "cannot be checked yet", "jumps", "rounded")
class JumpsNearby(SN):
    def forward(self, x):
        half = super().forward(x) / 2
        return half + np.round(half, 6)

    train = None


@wrong(SN, "forward", "the type float32", "float64")
class Float32(SN):
    def forward(self, x):
        return np.float32(self.w1 * self.w2) * x.astype(np.float32)

    train = None


@wrong(SN, "train", "w1 moved by lr times your gradient, w2 did not", "after w1 had moved", "same weights first")
class Sequential(SN):
    def train(self, x, y_true, lr, n_ep):
        losses, path = [], []
        for _ in range(n_ep):
            losses.append(self.loss(self.forward(x), y_true))
            self.w1 -= lr * self.dloss_dw(x, y_true)[0]
            self.w2 -= lr * self.dloss_dw(x, y_true)[1]
            path.append([self.w1, self.w2])
        return losses, path


@wrong(TL, "train", "w2 moved by lr times your gradient, w1 did not", "after w2 had moved")
class SequentialBackwards(TL):
    def train(self, x, y_true, lr, n_ep):
        losses = []
        for _ in range(n_ep):
            before = x @ self.w1
            error = 2 * (np.maximum(before, 0) @ self.w2 - y_true)
            losses.append(self.loss(self.forward(x), y_true))
            self.w2 = self.w2 - lr * np.maximum(before, 0).T @ error
            self.w1 = self.w1 - lr * x.T @ (error @ self.w2.T * (before > 0))
        return losses


def trained(step, before=lambda self: None):
    """A train method with `step(self, gradients, lr)` as its update."""

    def train(self, x, y_true, lr, n_ep):
        losses, path = [], []
        for _ in range(n_ep):
            losses.append(self.loss(self.forward(x), y_true))
            step(self, self.dloss_dw(x, y_true), lr)
            path.append([self.w1, self.w2])
        return losses, path

    return train


def plain_step(self, gradients, lr):
    self.w1, self.w2 = self.w1 - lr * gradients[0], self.w2 - lr * gradients[1]


@wrong(SN, "train", "UP the gradient")
class Ascends(SN):
    train = trained(lambda self, g, lr: plain_step(self, g, -lr))


@wrong(SN, "train", "as long as a step at lr = 1")
class IgnoresLr(SN):
    train = trained(lambda self, g, lr: plain_step(self, g, 0.02))


@wrong(SN, "train", "did not move")
class LocalWeights(SN):
    train = trained(lambda self, g, lr: None)


@wrong(SN, "train", "n_ep = 1 made two steps")
class TwoSteps(SN):
    def train(self, x, y_true, lr, n_ep):
        super().train(x, y_true, lr, 1)
        return super().train(x, y_true, lr, n_ep)


@wrong(SN, "train", "2 times what it should be")
class DoubleStep(SN):
    train = trained(lambda self, g, lr: plain_step(self, g, 2 * lr))


@wrong(SN, "train", "divided by the number of samples, 7")
class MeanTwice(SN):
    def train(self, x, y_true, lr, n_ep):
        return super().train(x, y_true, lr / len(x), n_ep)


@wrong(SN, "train", "AFTER each update", "one step late")
class LossAfter(SN):
    def train(self, x, y_true, lr, n_ep):
        losses, path = [], []
        for _ in range(n_ep):
            plain_step(self, self.dloss_dw(x, y_true), lr)
            losses.append(self.loss(self.forward(x), y_true))
            path.append([self.w1, self.w2])
        return losses, path


@wrong(SN, "train", "loss_records[0]", "your own loss before update 0")
class RecordsDoubled(SN):
    def train(self, x, y_true, lr, n_ep):
        losses, path = super().train(x, y_true, lr, n_ep)
        return np.array(losses) * 2, path


@wrong(TL, "train", "moved the weights by 5 steps")
class OneStepTooMany(TL):
    def train(self, x, y_true, lr, n_ep):
        losses = super().train(x, y_true, lr, n_ep)
        return losses if n_ep == 1 else (super().train(x, y_true, lr, 1), losses)[1]


@wrong(TL, "train", "loss_records has the shape (2,)", "(1,) was expected", "loop")
class OneRecordTooMany(TL):
    def train(self, x, y_true, lr, n_ep):
        losses = super().train(x, y_true, lr, n_ep)
        return [*losses, self.loss(self.forward(x), y_true)]


@wrong(SN, "train", "the pair (loss_records, weight_records) was expected")
class LossesOnly(SN):
    def train(self, x, y_true, lr, n_ep):
        return super().train(x, y_true, lr, n_ep)[0]


@wrong(TL, "train", "loss_records alone was expected")
class PathToo(TL):
    def train(self, x, y_true, lr, n_ep):
        return super().train(x, y_true, lr, n_ep), np.zeros((n_ep, 3))


@wrong(TL, "train", "loss_records is None", "return")
class ReturnsNothing(TL):
    def train(self, x, y_true, lr, n_ep):
        super().train(x, y_true, lr, n_ep)


@wrong(LR, "train", "all rows of weight_records are equal", "copies")
class AliasedRows(LR):
    def train(self, x, y_true, lr, n_ep):
        losses, path = [], []
        for _ in range(n_ep):
            losses.append(self.loss(self.forward(x), y_true))
            self.w1 -= lr * self.dloss_dw(x, y_true)[0]
            path.append(self.w1.ravel())
        return losses, path


@wrong(SN, "train", "weights BEFORE update i")
class PathBefore(SN):
    def train(self, x, y_true, lr, n_ep):
        start = [self.w1, self.w2]
        losses, path = super().train(x, y_true, lr, n_ep)
        return losses, [start, *path[:-1]]


@wrong(SN, "train", "weight_records[0]", "in the order w1 and w2")
class PathSwapped(SN):
    def train(self, x, y_true, lr, n_ep):
        losses, path = super().train(x, y_true, lr, n_ep)
        return losses, np.array(path)[:, ::-1]


@wrong(SN, "train", "weight_records[", "not a finite number", "never filled")
class HolesInRecords(SN):
    def train(self, x, y_true, lr, n_ep):
        losses, path = super().train(x, y_true, lr, n_ep)
        path[-1] = [np.nan, np.nan]
        return losses, path


@wrong(SN, "train", "changed its argument x")
class TrainMovesX(SN):
    def train(self, x, y_true, lr, n_ep):
        records = super().train(x, y_true, lr, n_ep)
        x -= x.mean()
        return records


@wrong(TL, "train", "the caller's array that w1 was made from")
class NoCopies(TL):
    def __init__(self, init_weights):
        self.w1, self.w2 = init_weights

    def train(self, x, y_true, lr, n_ep):
        losses = []
        for _ in range(n_ep):
            losses.append(self.loss(self.forward(x), y_true))
            one, two = self.dloss_dw(x, y_true)
            self.w1 -= lr * one
            self.w2 -= lr * two
        return losses


@wrong(SN, "train", "in two calls")
class StartsAgain(SN):
    def __init__(self, init_weights):
        super().__init__(init_weights)
        self.start = self.w1, self.w2

    def train(self, x, y_true, lr, n_ep):
        self.w1, self.w2 = self.start
        return super().train(x, y_true, lr, n_ep)


@wrong(SN, "train", "not where your gradient leads", "one turn of your loop")
class Momentum(SN):
    def train(self, x, y_true, lr, n_ep):
        losses, path, last = [], [], (0, 0)
        for _ in range(n_ep):
            losses.append(self.loss(self.forward(x), y_true))
            last = [0.5 * v + g for v, g in zip(last, self.dloss_dw(x, y_true), strict=True)]
            plain_step(self, last, lr)
            path.append([self.w1, self.w2])
        return losses, path


@wrong(SN, "train", "train is not written yet")
class BlankTrain(SN):
    def train(self, x, y_true, lr, n_ep):
        raise NotImplementedError


# ---- where the fault is, and which one to mend first ---------------------------------------------------------------


@wrong(TL, "dloss_dw", "dloss_dw1", "the slope of your own loss is 0", "pre-activation", "mask", "Print")
class MaskOfTheHiddenGradient(TL):
    def dloss_dw(self, x, y_true):
        before = x @ self.w1
        error = 2 * (np.maximum(before, 0) @ self.w2 - y_true)
        hidden = error @ self.w2.T
        return x.T @ (hidden * (hidden > 0)), np.maximum(before, 0).T @ error


@wrong(TL, "dloss_dw", "pre-activation", "mask", "dloss_dw2: right")
class MaskTheWrongWayRound(TL):
    def dloss_dw(self, x, y_true):
        before = x @ self.w1
        error = 2 * (np.maximum(before, 0) @ self.w2 - y_true)
        return x.T @ (error @ self.w2.T * (before < 0)), np.maximum(before, 0).T @ error


class SigmoidSlope(SM):
    """The gradients with a sigmoid's slope of the student's own."""

    def slope(self, before, after):
        return after * (1 - after)

    def dloss_dw(self, x, y_true):
        row = np.reshape(x, (1, -1))
        z1 = self.w1 @ row + self.b1
        h1 = 1 / (1 + np.exp(-z1))
        z2 = self.w2 @ h1 + self.b2
        h2 = 1 / (1 + np.exp(-z2))
        d3 = 2 * (self.w3 @ h2 + self.b3 - y_true) / len(x)
        d2 = self.w3.T @ d3 * self.slope(z2, h2)
        d1 = self.w2.T @ d2 * self.slope(z1, h1)

        def row_sums(d):
            return np.sum(d, axis=1, keepdims=True)

        return d1 @ row.T, row_sums(d1), d2 @ h1.T, row_sums(d2), d3 @ h2.T, row_sums(d3)


@wrong(SM, "dloss_dw", "dloss_db2", "w3 and dloss_db3: right", "way back to b2", "before and after its activation")
class SlopeOfZ(SigmoidSlope):
    def slope(self, before, after):
        return before * (1 - before)


@wrong(SM, "dloss_dw", "dloss_db2", "before and after its activation", "mend this one first")
class NoSlope(SigmoidSlope):
    def slope(self, before, after):
        return 1


class BackwardsByHand(RR):
    """The gradients step by step, with one step of the student's own."""

    def outer(self, hidden_input, hidden, error):
        return hidden.T @ error

    def way_back(self):
        return self.w2[1:]

    def dloss_dw(self, x, y_true):
        before = self.columns(x) @ self.w1
        hidden = self.columns(np.maximum(before, 0))
        error = hidden @ self.w2 - y_true
        one = self.columns(x).T @ (error @ self.way_back().T * (before > 0))
        return one, self.outer(self.columns(before), hidden, error)


@wrong(RR, "dloss_dw", "dloss_dw2: right", "the error is right at w2", "which rows and columns of them")
class WrongRowsOfW2(BackwardsByHand):
    def way_back(self):
        return self.w2[:-1]


@wrong(
    RR, "dloss_dw", "dloss_dw2[1, 0]", "1 of its 4 elements does not fit", "before and after its activation", "enters"
)
class LayerBeforeItsRelu(BackwardsByHand):
    def outer(self, hidden_input, hidden, error):
        return hidden_input.T @ error


@wrong(RR, "dloss_dw", "dloss_dw2[0, 0] is 0;", "which line of yours fills")
class NoBiasOfTheOutput(BackwardsByHand):
    def outer(self, hidden_input, hidden, error):
        return np.vstack([[[0.0]], hidden[:, 1:].T @ error])


@wrong(TL, "dloss_dw", "dloss_dw2", "dloss_dw1 does not fit either", "mend this one first", "travels backwards")
class WrongErrorAtTheOutput(TL):
    def dloss_dw(self, x, y_true):
        before = x @ self.w1
        error = 2 * (np.maximum(before, 0) @ self.w2 - np.abs(y_true))
        return x.T @ (error @ self.w2.T * (before > 0)), np.maximum(before, 0).T @ error


@wrong(SM, "dloss_dw", "every gradient has the right size and the wrong sign")
class AllSignsWrong(SM):
    def dloss_dw(self, x, y_true):
        return tuple(-g for g in super().dloss_dw(x, y_true))


@wrong(
    SM, "dloss_dw", "dloss_db1 is too small by exactly the number of samples", "the other gradients fit", "once more"
)
class OneBiasDividedTwice(SM):
    def dloss_dw(self, x, y_true):
        w1, b1, *others = super().dloss_dw(x, y_true)
        return w1, b1 / len(x), *others


def in_layers(*names):
    """ShallowNarrow with other names for its weights, and the check for it; both gradients are wrong."""

    class Renamed(SN):
        def __init__(self, init_weights):
            super().__init__(init_weights)
            for name, weight in zip(names, (self.w1, self.w2), strict=True):
                setattr(self, name, weight)

        def dloss_dw(self, x, y_true):
            one, two = super().dloss_dw(x, y_true)
            return one + self.w1, two + self.w1

    return SelfCheck(dict.fromkeys(names, ()), ("N",), ("N",), "path", loss="mean"), Renamed


@pytest.mark.parametrize(("names", "backwards"), [(("w1", "w2"), True), (("w1", "b1"), False), (("a", "b"), False)])
def test_the_way_back_is_told_of_layers_only(names, backwards):
    """Weight and bias of one layer, or weights whose names have no number, stand in no order."""
    check, renamed = in_layers(*names)
    with pytest.raises(CheckFailed, match=f"dloss_d{names[1]} ") as caught:
        check.dloss_dw(renamed)
    flat = re.sub(r"\s+", " ", str(caught.value))
    assert ("travels backwards" in flat) is backwards
    assert f"dloss_d{names[0]} does not fit either" in flat


@pytest.mark.parametrize(
    ("names", "words"), [(("w1", "b1"), "dloss_db1 fits, so the error in"), (("a", "b"), "go back")]
)
def test_a_layer_is_known_by_its_number(names, words):
    check, renamed = in_layers(*names)
    renamed.dloss_dw = lambda self, x, y: (SN.dloss_dw(self, x, y)[0] + self.w1, SN.dloss_dw(self, x, y)[1])
    with pytest.raises(CheckFailed) as caught:
        check.dloss_dw(renamed)
    assert words in re.sub(r"\s+", " ", str(caught.value))


# ---- fixed numbers --------------------------------------------------------------------------------------------------


@wrong(SN, "dloss_dw", "divided by 73", "whatever the number of samples", "N = 7, 1 and 2", "len(x)")
class DividedBy73(SN):
    def dloss_dw(self, x, y_true):
        return tuple(len(x) / 73 * g for g in super().dloss_dw(x, y_true))


@wrong(TL, "dloss_dw", "divided by 64", "whatever the number of samples", "a sum")
class SumDividedBy64(TL):
    def dloss_dw(self, x, y_true):
        return tuple(g / 64 for g in super().dloss_dw(x, y_true))


@wrong(
    SN,
    "dloss_dw",
    "every gradient is 0.5 times the slope of your own loss, times the number of samples (N = 7, 1 and 2)",
)
class SumAndNoTwo(SN):
    def dloss_dw(self, x, y_true):
        return tuple(len(x) / 2 * g for g in super().dloss_dw(x, y_true))


@wrong(SN, "train", "0.0136986 (1/73) times what it should be")
class StepDividedBy73(SN):
    train = trained(lambda self, g, lr: plain_step(self, g, lr / 73))


# ---- numbers that read well -----------------------------------------------------------------------------------------


@wrong(TL, "loss", "the same samples twice over leave the loss as it is", "a sum", "doubles it")
class MeanOfSamples(TL):
    def loss(self, y_prediction, y_true):
        return np.sum((y_true - y_prediction) ** 2) / len(y_true)

    def dloss_dw(self, x, y_true):
        return tuple(g / len(x) for g in super().dloss_dw(x, y_true))


@wrong(SN, "loss", "errors twice as large leave the loss as it is")
class CountsErrors(SN):
    def loss(self, y_prediction, y_true):
        return np.mean(y_true != y_prediction)

    dloss_dw = None
    train = None


@wrong(SM, "train", "b3[0, 0] did not move", "minus lr times your gradient is ")
class OneWeightStays(SM):
    def train(self, x, y_true, lr, n_ep):
        kept = self.b3.copy()
        losses = super().train(x, y_true, lr, n_ep)
        self.b3 = kept
        return losses


@wrong(SN, "train", "loss_records[1] is 1.248129; your own loss before update 1 is 1.2481288")
class RecordsRounded(SN):
    def train(self, x, y_true, lr, n_ep):
        losses, path = super().train(x, y_true, lr, n_ep)
        return np.round(losses, 6), path


# ---- trouble that comes from elsewhere ------------------------------------------------------------------------------


@wrong(TL, "forward", "ValueError", "return self.w1 @ x", "x (7, 3)", "self.w1 (3, 5)")
class ForgotTheOrder(TL):
    def forward(self, x):
        return self.w1 @ x


@pytest.mark.parametrize(("variant", "check", "method", "fragments"), WRONG)
def test_wrong_answers_are_named(variant, check, method, fragments, capsys):
    """The check of the wrong method fails in words, and within nbgrader's line width."""
    with pytest.raises(CheckFailed) as caught:
        getattr(check, method)(variant)
    message = str(caught.value)
    flat = re.sub(r"\s+", " ", message)
    for fragment in fragments:
        assert fragment in flat, message
    assert capsys.readouterr().out == ""
    lines = message.splitlines()
    assert max(map(len, lines)) <= selfcheck.WIDTH + 2
    assert len(lines) <= 14
    assert lines[0].startswith(method)
    assert caught.value._render_traceback_() == [f"CheckFailed: {message}"]


@pytest.mark.parametrize(("variant", "check", "method", "fragments"), WRONG)
def test_other_methods_are_judged_alone(variant, check, method, fragments):
    """A fault costs its own check; the checks of methods that do not use the faulty one still pass."""
    needs = {
        "forward": {"forward"},
        "loss": {"loss"},
        "dloss_dw": {"forward", "loss", "dloss_dw"},
        "train": set(METHODS),
    }
    for other in METHODS:
        if method not in needs[other] and callable(getattr(variant, other)):
            getattr(check, other)(variant)


# ---- each method alone --------------------------------------------------------------------------------------------


def test_train_passes_with_a_wrong_gradient_that_it_follows():
    """A wrong dloss_dw is charged to dloss_dw; a train that follows it is a right train."""
    CHECKS[SN].train(WrongSign)
    CHECKS[TL].train(NoMask)


@pytest.mark.parametrize("faulty", ["wrong", "missing"])
@pytest.mark.parametrize("right", CHECKS, ids=lambda c: c.__name__)
def test_train_with_its_own_gradient_passes_beside_a_faulty_dloss_dw(right, faulty):
    """A train that works on its own is held against the student's loss when dloss_dw is no help."""

    class Inline(right):
        def dloss_dw(self, x, y_true):
            if faulty == "missing":
                raise NotImplementedError
            return tuple(-3 * np.asarray(g) for g in right.dloss_dw(self, x, y_true))

        def train(self, x, y_true, lr, n_ep):
            self.dloss_dw = lambda x, y: right.dloss_dw(self, x, y)
            return right.train(self, x, y_true, lr, n_ep)

    CHECKS[right].train(Inline)


def test_train_is_not_blamed_where_the_gradient_ends():
    """A relu on the output can leave no slope to go down: a train that then stands still is a right train."""
    for seed in range(40):

        class OutputReLU(RR):
            shift = np.random.default_rng(seed).normal(size=1)

            def output(self, x):
                return RR.forward(self, x) + self.shift

            def forward(self, x):
                return np.maximum(self.output(x), 0)

            def dloss_dw(self, x, y_true):
                return RR.dloss_dw(self, x, np.where(self.output(x) > 0, y_true, 0))  # off: an error of 0

        CHECKS[RR].dloss_dw(OutputReLU)
        CHECKS[RR].train(OutputReLU)


def test_train_beside_a_gradient_that_cannot_be_used_sends_to_it():
    """What train says then is a consequence: dloss_dw is to be mended first."""
    for faulty in (BareArray, TransposedGradient, OneGradient):
        parent = {BareArray: LR, TransposedGradient: TL, OneGradient: SN}[faulty]
        variant = type("WithTrain", (faulty,), {"train": parent.train})
        with pytest.raises(CheckFailed, match=r"first mend dloss_dw") as caught:
            CHECKS[parent].train(variant)
        assert max(map(len, str(caught.value).splitlines())) <= selfcheck.WIDTH + 2


def test_train_is_told_its_own_fault_beside_a_gradient_that_cannot_be_used():
    """What train returns is its own affair."""

    class Both(OneGradient):
        def train(self, x, y_true, lr, n_ep):
            return None

    with pytest.raises(CheckFailed, match=r"(?s)the pair .* was expected.*is a return\s+missing\?") as caught:
        CHECKS[SN].train(Both)
    assert "dloss_dw" not in str(caught.value)


@pytest.mark.parametrize(("variant", "check", "method", "fragments"), WRONG)
def test_no_message_holds_a_number_that_reads_badly(variant, check, method, fragments):
    """No minus zero, no "1 times", and never the same number for two that differ."""
    with pytest.raises(CheckFailed) as caught:
        getattr(check, method)(variant)
    flat = re.sub(r"\s+", " ", str(caught.value))
    assert not re.search(r"(?<![\w.])-0(\.0*)?(?![\w.])|(?<![\w.])1 times|: -0\b", flat), flat
    for one, two in re.findall(r"(?: is | by )(-?[\d.e+-]+\d)[;,] .*? is (-?[\d.e+-]+\d)[.,]", flat):
        assert one != two, flat


def test_minus_zero_is_zero(capsys):
    with pytest.raises(CheckFailed, match=r"your value is 0, the lesson's is 0\.25"):
        CHECKS[SN].same("slope", -0.0, 0.25)
    with pytest.raises(CheckFailed, match=r"your value is 0\.25, the lesson's is 0\."):
        CHECKS[SN].same("slope", 0.25, -0.0)


def test_train_that_calls_a_missing_gradient_says_which():
    """What is missing is named, not the method that calls it."""

    class Missing(SN):
        def dloss_dw(self, x, y_true):
            raise NotImplementedError

    with pytest.raises(CheckFailed, match=r"dloss_dw, which train calls, is not written yet"):
        CHECKS[SN].train(Missing)


def test_prints_and_warnings_of_students_do_not_reach_the_cell(capfd):
    """nbgrader gives no points for anything on stderr, so a check keeps it clean."""

    class Talks(SN):
        def forward(self, x):
            print("debug")
            print("debug", file=sys.stderr)
            np.array([1.0]) / np.array([0.0])
            return super().forward(x)

    CHECKS[SN].forward(Talks)
    out, err = capfd.readouterr()
    assert "debug" not in out
    assert err == ""


def test_a_gradient_without_a_loss_to_hold_it_against_says_so():
    """dloss_dw is held against forward and loss: while one is missing, that is said, and nothing about dloss_dw."""

    class NoLoss(SN):
        def loss(self, y_prediction, y_true):
            raise NotImplementedError

    with pytest.raises(CheckFailed, match=r"cannot be checked yet(.|\n)*loss is not written yet"):
        CHECKS[SN].dloss_dw(NoLoss)


def test_an_object_in_place_of_the_class_is_named():
    with pytest.raises(CheckFailed, match="is not a class"):
        CHECKS[SN].forward(SN([1, 2]))


def test_kinks_are_not_a_students_error():
    """At a kink of relu the measured slope is meaningless: those questions are drawn anew."""
    for seed in range(30):

        class Kinked(TL):
            shift = np.random.default_rng(seed).normal(size=3) * 1e-4

            def forward(self, x):  # pre-activations pushed to within a step of the kink for some of the draws
                return super().forward(np.where(np.abs(x) < 0.3, 1e-5 * x, x))

            def dloss_dw(self, x, y_true):
                return super().dloss_dw(np.where(np.abs(x) < 0.3, 1e-5 * x, x), y_true)

        CHECKS[TL].dloss_dw(Kinked)


def test_same_compares_with_the_lessons_figures(capsys):
    check = CHECKS[SN]
    check.same("pi", 3.14159265, 3.14159, digits=6)
    assert capsys.readouterr().out == "pi: the same.\n"
    for yours in (3.15, [3.14], None, float("nan"), "3.14"):
        with pytest.raises(CheckFailed):
            check.same("pi", yours, 3.14, digits=3)


# ---- the right rung ------------------------------------------------------------------------------------------------


def raising(right):
    raise ValueError("shapes do not fit")


WRONG_FORWARD = {
    "raises": lambda right, x: raising(right),
    "is not written": lambda right, x: (_ for _ in ()).throw(NotImplementedError()),
    "returns nothing": lambda right, x: None,
    "has an axis too many": lambda right, x: np.asarray(right.forward(x))[..., None],
    "is twice as large": lambda right, x: 2 * np.asarray(right.forward(x)),
    "has a bias too many": lambda right, x: np.asarray(right.forward(x)) + 1,
    "is centred over the batch": lambda right, x: right.forward(x) - np.mean(right.forward(x), axis=0),
    "takes twice of x": lambda right, x: right.forward(2 * x),
    "cuts off above 3.5": lambda right, x: np.minimum(right.forward(x), 3.5),
    "is rounded": lambda right, x: np.round(right.forward(x), 2),
}
WRONG_LOSS = {
    "raises": lambda right, p, y: raising(right),
    "is an absolute value": lambda right, p, y: np.sum(np.abs(np.subtract(p, y))),
    "has a factor too many": lambda right, p, y: 0.5 * right.loss(p, y),
    "has a mean and a sum exchanged": lambda right, p, y: right.loss(p, y) * len(y) ** (1 if right.mean else -1),
    "is one number a sample": lambda right, p, y: np.subtract(p, y) ** 2,
    "is a root": lambda right, p, y: np.sqrt(right.loss(p, y)),
    "can be negative": lambda right, p, y: np.mean(np.subtract(p, y)),
    "counts the first sample only": lambda right, p, y: right.loss(p[:1], y[:1]),
}
KINDS = [("forward", kind) for kind in WRONG_FORWARD] + [("loss", kind) for kind in WRONG_LOSS]
LESSONS = {
    SN: "shallow_narrow", LR: "linear_regression", RR: "relu_regression", TL: "two_layer_relu", SM: "sigmoid_mlp",
}  # fmt: skip


def with_wrong(right_class, method, kind):
    """The right class with one wrong method; its gradient and its training are the right ones all the same."""
    right_class.mean = CHECKS[right_class].loss_is == "mean"

    class Wrong(right_class):
        def right(self):
            return right_class([getattr(self, name) for name in self.names])

        def dloss_dw(self, x, y_true):
            return self.right().dloss_dw(x, y_true)

    wrong_ones = WRONG_FORWARD if method == "forward" else WRONG_LOSS
    setattr(Wrong, method, lambda self, *given: wrong_ones[kind](self.right(), *given))
    return Wrong


def run_examples(right_class, variant, methods):
    """The released notebook's own cells from the checker to the examples of `methods`, as a kernel runs them."""
    name = LESSONS[right_class]
    path = Path(__file__).parents[2] / "release" / name / f"{name}.ipynb"
    cells = ["".join(c["source"]) for c in json.loads(path.read_text())["cells"] if c["cell_type"] == "code"]
    first = next(i for i, source in enumerate(cells) if source.startswith("check = SelfCheck("))
    last = next(i for i, source in enumerate(cells) if source.startswith(f"check.{methods[-1]}("))
    class_name = right_class.__name__
    names = {"np": np, "SelfCheck": SelfCheck, "CheckFailed": CheckFailed, class_name: variant}
    for i, source in enumerate(cells[first:last]):
        if f"class {class_name}" not in source and "check." in source.replace(f"check.{class_name}", ""):
            selfcheck._run_cell(source, f"<example {name} {i}>", names)
    return names["check"]


@pytest.mark.parametrize(("method", "kind"), KINDS)
@pytest.mark.parametrize("right", LESSONS, ids=lambda c: c.__name__)
def test_a_right_gradient_is_not_called_wrong_beside_a_wrong_forward_or_loss(right, method, kind, capsys):
    """Whatever the lesson's examples or the method's own check tell, the method that is wrong is named first."""
    variant = with_wrong(right, method, kind)
    check = run_examples(right, variant, ("forward", "loss"))
    capsys.readouterr()
    failed = None
    try:
        check.dloss_dw(variant)
    except CheckFailed as error:
        failed = error
    if failed is not None:
        assert failed.title == f"dloss_dw cannot be checked yet: mend {method} first"
        assert max(map(len, str(failed).splitlines())) <= selfcheck.WIDTH + 2
    else:
        title = capsys.readouterr().out.splitlines()[0]
        assert title == f"dloss_dw: it fits your forward and loss. But mend {method}: its example did not come out."


@pytest.mark.parametrize(("method", "kind"), KINDS)
@pytest.mark.parametrize("right", LESSONS, ids=lambda c: c.__name__)
def test_a_wrong_forward_or_loss_is_not_told_that_all_is_well(right, method, kind, capsys):
    """Where no question finds it, the example that did not come out is remembered."""
    variant = with_wrong(right, method, kind)
    check = run_examples(right, variant, ("forward", "loss"))
    capsys.readouterr()
    try:
        getattr(check, method)(variant)
    except CheckFailed:
        return
    said = capsys.readouterr().out
    assert "all is well" not in said
    assert f"mend {method}" in re.sub(r"\s+", " ", said)


@pytest.mark.parametrize(("method", "kind"), KINDS)
def test_without_the_examples_a_misfit_is_told_as_one(method, kind):
    """A gradient that does not fit is not called wrong: one of three methods is."""
    variant = with_wrong(TL, method, kind)
    with pytest.raises(CheckFailed) as caught:
        CHECKS[TL].dloss_dw(variant)
    title = str(caught.value).splitlines()[0]
    assert title in (f"dloss_dw cannot be checked yet: mend {method} first", selfcheck._MISFIT)
    assert title != selfcheck._MISFIT or "examples of forward and loss" in re.sub(r"\s+", " ", str(caught.value))


@pytest.mark.parametrize("later", ["dloss_dw", "train"])
@pytest.mark.parametrize("right", LESSONS, ids=lambda c: c.__name__)
def test_an_example_missed_because_of_forward_is_not_held_against_a_later_method(right, later, capsys):
    """A gradient and a train that use the wrong forward are consistent with it: forward is to be mended."""
    names = right.names
    right_forward, right_gradient = right.forward, right.dloss_dw

    class Shifted(right):
        def forward(self, x):
            return np.asarray(right_forward(self, x)) + 1

        def dloss_dw(self, x, y_true):  # the gradient of the shifted model
            same = right([np.copy(getattr(self, name)) for name in names])
            return right_gradient(same, x, np.asarray(y_true) - 1)

    check = run_examples(right, Shifted, METHODS)
    assert check._missed("forward")
    assert check._missed(later)
    capsys.readouterr()
    getattr(check, later)(Shifted)
    title = capsys.readouterr().out.splitlines()[0]
    assert title.startswith(f"{later}: ")
    assert title.endswith("But mend forward: its example did not come out.")


@pytest.mark.parametrize("right", LESSONS, ids=lambda c: c.__name__)
def test_right_answers_come_out_of_all_examples(right, capsys):
    """The ruler of the three tests above: with a right class no example is missed, and all is well."""
    check = run_examples(right, right, METHODS)
    assert all(came_out for (method, _), came_out in check._examples.items() if method)
    assert {method for method, _ in check._examples} >= set(METHODS)
    capsys.readouterr()
    for method in METHODS:
        getattr(check, method)(right)
    assert capsys.readouterr().out.count("all is well") == 4


def test_an_example_that_comes_out_at_last_is_forgiven(capsys):
    """The cell is run again after the method was mended: nothing is held against it any more."""
    check = run_examples(SN, with_wrong(SN, "forward", "is twice as large"), ("forward", "loss"))
    assert check._missed("forward")
    names = {"check": check, "model": SN([2, 3]), "np": np}
    cell = 'check.same("forward in the example", model.forward(np.array([1.0, 2.0])), [6, 12])'
    assert selfcheck._run_cell(cell, "<example again>", names)[1] is None
    check.forward(SN)
    assert "forward: all is well." in capsys.readouterr().out


def test_a_traceback_that_ends_in_a_right_forward_is_the_callers():
    """dloss_dw hands over the wrong array: forward is not to be mended."""

    class Calls(TL):
        def dloss_dw(self, x, y_true):
            return self.forward(x.T), self.w2

    with pytest.raises(CheckFailed, match=r"(?s)\Adloss_dw is not right yet.*with which\s+arguments") as caught:
        CHECKS[TL].dloss_dw(Calls)
    assert "mend forward" not in str(caught.value)


def test_train_beside_a_gradient_that_raises_names_the_gradient():
    class Raises(TL):
        def dloss_dw(self, x, y_true):
            return x @ y_true

    with pytest.raises(CheckFailed, match=r"\Atrain cannot be checked yet: mend dloss_dw first"):
        CHECKS[TL].train(Raises)


@pytest.mark.parametrize(("divisor", "words"), [
    (lambda x, y: y.size, "is too small by exactly the number of all elements of y (samples times outputs = "),
    (lambda x, y: len(x), "is too small by exactly the number of samples (N = 7, 1 and 2)"),
    (lambda x, y: y.shape[1], "is too small by exactly the size D_out (D_out = "),
    (lambda x, y: x.shape[1], "is too small by exactly the size D_in (D_in = "),
    (lambda x, y: x.size, "is too small by exactly the number of samples times D_in (N * D_in = "),
    (lambda x, y: len(x) ** 2, "is too small by exactly the number of samples, squared (N * N = 49, 1 and 4)"),
    (lambda x, y: 1 / y.size, "is too large by exactly the number of all elements of y (samples times outputs = "),
    (lambda x, y: 2 * y.size, "is 0.5 times the slope of your own loss, divided by the number of all elements of y"),
])  # fmt: skip
def test_a_factor_is_told_as_the_number_that_it_is(divisor, words):
    class Divided(TL):
        def dloss_dw(self, x, y_true):
            return tuple(g / divisor(x, y_true) for g in super().dloss_dw(x, y_true))

    with pytest.raises(CheckFailed) as caught:
        CHECKS[TL].dloss_dw(Divided)
    assert words in re.sub(r"\s+", " ", str(caught.value))


def test_a_method_without_self_is_told_what_it_lacks():
    class NoSelf(SN):
        def forward(x):
            return x

    with pytest.raises(CheckFailed, match=r"self first: def forward\(self"):
        CHECKS[SN].forward(NoSelf)


def test_another_numpy_than_the_graders_is_told(monkeypatch, capsys):
    CHECKS[SN].loss(SN)
    assert "note" not in capsys.readouterr().out
    monkeypatch.setattr(selfcheck, "GRADED_WITH", "1.0")
    CHECKS[SN].loss(SN)
    assert f"note: This is NumPy {np.__version__}; the grading is done with NumPy 1.0" in capsys.readouterr().out
    with pytest.raises(CheckFailed, match=r"(?s)AttributeError.*This is\s+NumPy"):
        CHECKS[SN].forward(type("Old", (SN,), {"forward": lambda self, x: np.no_such_function(x)}))


def test_modules_that_the_grading_may_not_have_are_told(capsys):
    class Imports(SN):
        def forward(self, x):
            math.hypot(len(yaml.dump(1)), 1)
            return super().forward(x)

        def loss(self, y_prediction, y_true):
            import traitlets  # noqa: F401

            return super().loss(y_prediction, y_true)

    CHECKS[SN].forward(Imports)
    said = re.sub(r"\s+", " ", capsys.readouterr().out)
    for name in ("yaml", "traitlets"):
        assert f"note: {name} is imported: only NumPy, matplotlib and Python's own modules are sure" in said
    assert "math is" not in said
    assert "numpy is" not in said


# ---- in a terminal, and in nbgrader -------------------------------------------------------------------------------

SPEC = 'from selfcheck import SelfCheck\ncheck = SelfCheck({"w1": (), "w2": ()}, ("N",), ("N",), "path", loss="mean")'
RIGHT_CLASS = """
%matplotlib inline
import numpy as np
class ShallowNarrow:
    def __init__(self, w):
        self.w1, self.w2 = map(float, w)
    def forward(self, x):
        return self.w1 * self.w2 * x
    def loss(self, p, y):
        return np.mean((p - y) ** 2)
    def dloss_dw(self, x, y):
        s = np.mean(2 * (self.forward(x) - y) * x)
        return s * self.w2, s * self.w1
    def train(self, x, y, lr, n):
        a, b = [], []
        for _ in range(n):
            a.append(self.loss(self.forward(x), y))
            g, h = self.dloss_dw(x, y)
            self.w1, self.w2 = self.w1 - lr * g, self.w2 - lr * h
            b.append((self.w1, self.w2))
        return a, b
"""


def notebook(folder, class_source):
    """A small notebook with the four grade cells, beside selfcheck.py."""
    (folder / "selfcheck.py").write_bytes(SELFCHECK.read_bytes())
    cells = [(SPEC, None), (class_source, None), ("1 / 0", None)]
    cells += [(f"check.{method}(ShallowNarrow)", method) for method in METHODS]
    path = folder / "work.ipynb"
    path.write_text(json.dumps({
        "nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        "cells": [
            {"cell_type": "code", "id": f"c{i}", "source": source, "outputs": [], "execution_count": None,
             "metadata": {"nbgrader": {"grade": True, "grade_id": name, "points": 1, "solution": False, "locked": True,
                                       "schema_version": 3, "task": False}} if name else {}}
            for i, (source, name) in enumerate(cells)
        ],
    }))  # fmt: skip
    return path


def run(folder, *arguments):
    command = [sys.executable, "selfcheck.py", *map(str, arguments)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, env={**os.environ})


def test_in_a_terminal_a_right_notebook_exits_0(tmp_path):
    notebook(tmp_path, RIGHT_CLASS)
    done = run(tmp_path, "work.ipynb")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 of 4 checks passed." in done.stdout
    assert "note: code cell 3 (1 / 0) stopped: ZeroDivisionError" in done.stdout
    assert done.stderr == ""


def test_what_a_person_grades_is_no_check(tmp_path):
    """An answer in code that is not written yet stops nothing and counts as none of the checks."""
    path = notebook(tmp_path, RIGHT_CLASS)
    tree = json.loads(path.read_text())
    answer = {"grade": True, "grade_id": "draw", "points": 2, "solution": True, "locked": False, "schema_version": 3}
    tree["cells"].append({**tree["cells"][-1], "id": "draw", "source": "raise NotImplementedError('draw')"})
    tree["cells"][-1]["metadata"] = {"nbgrader": answer}
    path.write_text(json.dumps(tree))
    done = run(tmp_path, "work.ipynb")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 of 4 checks passed." in done.stdout
    assert "stopped: NotImplementedError: draw" in done.stdout


def test_in_a_terminal_a_wrong_notebook_exits_1_and_names_the_fault(tmp_path):
    notebook(tmp_path, RIGHT_CLASS.replace("return s * self.w2", "return -s * self.w2"))
    done = run(tmp_path, "work.ipynb")
    assert done.returncode == 1
    assert "dloss_dw1 has the right size and the wrong sign" in re.sub(r"\s+", " ", done.stdout)
    assert "3 of 4 checks passed. Not yet: dloss_dw." in done.stdout


def test_in_a_terminal_an_error_shows_the_students_line(tmp_path):
    notebook(tmp_path, RIGHT_CLASS.replace("return self.w1 * self.w2 * x", "return self.w3 * x"))
    assert "line 8, in forward: return self.w3 * x" in re.sub(r"\s+", " ", run(tmp_path, "work.ipynb").stdout)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are counted as Linux shows them")
def test_in_a_terminal_one_core_is_used(tmp_path, monkeypatch):
    """Two threads that wait for each other made the lesson with the largest matrices eight times as long."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    count = '\nimport os\nassert len(os.listdir("/proc/self/task")) == 1\n'
    notebook(tmp_path, RIGHT_CLASS + "np.ones((500, 500)) @ np.ones((500, 500))" + count)
    done = run(tmp_path, "work.ipynb")
    assert "AssertionError" not in done.stdout
    assert done.returncode == 0


def test_in_a_terminal_cells_that_stop_for_one_reason_are_told_in_one_line(tmp_path):
    path = notebook(tmp_path, RIGHT_CLASS)
    raw = json.loads(path.read_text())
    extra = [{**raw["cells"][2], "id": f"x{i}", "source": source} for i, source in enumerate(["1 / 0", "2 / 0", "a_b"])]
    path.write_text(json.dumps({**raw, "cells": raw["cells"] + extra}))
    notes = [line for line in run(tmp_path, "work.ipynb").stdout.splitlines() if "note" in line]
    assert notes == [
        "  note: code cells 3, 8 and 9 stopped: ZeroDivisionError: division by zero",
        "  note: code cell 10 (a_b) stopped: NameError: name 'a_b' is not defined",
    ]


@pytest.mark.parametrize("text", [None, "", "no notebook", "[]", '{"cells": [1]}', '{"cells": []}'])
def test_in_a_terminal_an_unreadable_file_exits_2(tmp_path, text):
    (tmp_path / "selfcheck.py").write_bytes(SELFCHECK.read_bytes())
    if text is not None:
        (tmp_path / "work.ipynb").write_text(text)
    done = run(tmp_path, "work.ipynb")
    assert done.returncode == 2
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], [], ["a.ipynb", "b.ipynb"], ["--all"]])
def test_in_a_terminal_help_says_how_to_use_it(tmp_path, arguments):
    """A few lines: the command, what it prints, the exit codes. Asking for them is no error."""
    (tmp_path / "selfcheck.py").write_bytes(SELFCHECK.read_bytes())
    done = run(tmp_path, *arguments)
    assert done.returncode == (0 if arguments in (["--help"], ["-h"]) else 2)
    assert "python selfcheck.py my_notebook.ipynb" in done.stdout
    assert "cannot be read" not in done.stdout
    assert 4 <= done.stdout.count("\n") <= 14
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert done.stderr == ""


def test_in_a_terminal_what_ipython_reads_is_read_as_ipython_reads_it(tmp_path):
    """Each of these notebooks is right in Jupyter, and so it is from a shell."""
    timed = RIGHT_CLASS.lstrip().replace("%matplotlib inline\n", "")
    written = "%%writefile model.py\n" + timed
    half, rest = timed.split("    def dloss_dw")
    two_cells = half + "\n\nclass ShallowNarrow(ShallowNarrow):\n    def dloss_dw" + rest
    kinds = {
        "time": "%%time\n" + timed,
        "time and a line magic": "%%time\n%matplotlib inline\n" + timed,
        "capture": "%%capture\n" + timed,
        "line magics": "!pip install numpy\nfiles = !ls\n?print\nprint?\n%time seen = 1\nassert seen == 1\n" + timed,
        "a remainder at a line's start": "%matplotlib inline\nrest = (7\n    % 4)\n" + timed,
        "indented as a whole": "    " + timed.replace("\n", "\n    "),
        "a class in two steps": two_cells,
        "a written module": (written, "from model import ShallowNarrow"),
    }
    for k, (kind, sources) in enumerate(kinds.items()):
        folder = tmp_path / str(k)
        folder.mkdir()
        first, *more = [sources] if isinstance(sources, str) else sources
        path = notebook(folder, first)
        raw = json.loads(path.read_text())
        raw["cells"][2]["source"] = more[0] if more else ""
        path.write_text(json.dumps(raw))
        done = run(folder, "work.ipynb")
        assert "4 of 4 checks passed." in done.stdout, (kind, done.stdout)
        assert done.returncode == 0
        assert not (folder / "model.py").exists()


def test_in_a_terminal_an_unknown_cell_magic_is_said(tmp_path):
    notebook(tmp_path, "%%colour\n" + RIGHT_CLASS)
    done = run(tmp_path, "work.ipynb")
    assert "the cell magic %%colour is not known here" in done.stdout
    assert done.stderr == ""


def test_in_a_terminal_an_unknown_cell_magic_costs_its_own_cell_only(tmp_path):
    path = notebook(tmp_path, RIGHT_CLASS)
    raw = json.loads(path.read_text())
    raw["cells"][2]["source"] = "%%colour red\nimport yaml"
    path.write_text(json.dumps(raw))
    done = run(tmp_path, "work.ipynb")
    assert "4 of 4 checks passed." in done.stdout
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_in_a_terminal_any_console_will_do(tmp_path, monkeypatch, encoding):
    """A letter that the console does not have is no reason to stop."""
    monkeypatch.setenv("PYTHONIOENCODING", encoding)
    broken = RIGHT_CLASS.replace("return self.w1 * self.w2 * x", "return self.ŵ * x  # Größe → ≈")
    notebook(tmp_path, broken)
    command = [sys.executable, "selfcheck.py", "work.ipynb"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60)
    assert done.returncode == 1
    assert b"Not yet: forward" in done.stdout
    assert b"Traceback" not in done.stderr


def test_in_a_terminal_a_notebook_without_nbgraders_marks_is_checked(tmp_path):
    """Some editors drop what they do not know."""
    path = notebook(tmp_path, RIGHT_CLASS.replace("return s * self.w2", "return -s * self.w2"))
    raw = json.loads(path.read_text())
    for cell in raw["cells"]:
        cell["metadata"] = {}
    path.write_text(json.dumps(raw))
    assert "3 of 4 checks passed. Not yet: dloss_dw." in run(tmp_path, "work.ipynb").stdout


def test_in_a_terminal_imports_of_other_packages_are_told(tmp_path):
    notebook(tmp_path, "import yaml.nodes, os\nfrom matplotlib import pyplot\n" + RIGHT_CLASS)
    notes = [line for line in run(tmp_path, "work.ipynb").stdout.splitlines() if "is imported" in line]
    assert [line.split(":")[1].split()[0] for line in notes] == ["yaml"]


@pytest.mark.slow
def test_nbgrader_validate_fails_visibly_on_a_wrong_notebook_only(tmp_path):
    """A student who runs nbgrader's own validation sees the same words."""
    from nbgrader.validator import Validator

    assert Validator().validate(str(notebook(tmp_path, RIGHT_CLASS))) == {}
    wrong_class = RIGHT_CLASS.replace("return s * self.w2", "return -s * self.w2")
    found = Validator().validate(str(notebook(tmp_path, wrong_class)))
    (failed,) = found["failed"]
    assert failed["source"] == "check.dloss_dw(ShallowNarrow)"
    assert failed["raw_error"].startswith("CheckFailed: dloss_dw does not fit your forward and loss")
    assert "Traceback" not in failed["raw_error"]


# ---- what the file may hold -----------------------------------------------------------------------------------------


def test_it_needs_numpy_and_the_standard_library_only():
    imports = re.findall(r"^(?:from|import) (\w+)", SELFCHECK.read_text(), re.MULTILINE)
    assert set(imports) - set(sys.stdlib_module_names) == {"numpy"}


def test_it_runs_on_python_3_9():
    """Students' machines are older than ours."""
    import ast

    tree = ast.parse(SELFCHECK.read_text(), feature_version=(3, 9))
    assert not [node for node in ast.walk(tree) if isinstance(node, getattr(ast, "Match", ()))]
    assert "strict=" not in SELFCHECK.read_text().replace("zip's strict=", "")


def test_it_knows_no_model():
    """No word of an activation, and no model's name, stands in the code."""
    text = SELFCHECK.read_text().lower()
    for word in ("maximum(", "np.exp", "sigmoid", "tanh", "@ self.w", "shallow", "regression"):
        assert word not in text, word
