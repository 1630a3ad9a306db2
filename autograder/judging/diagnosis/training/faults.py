"""What goes wrong in training loops, as data: what a loop with the fault does otherwise, and how it is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from autograder.assignments import Array
from autograder.judging.diagnosis.training.step_rules import (
    BySize,
    Clipped,
    Decay,
    Direction,
    FirstLeftOut,
    FromStart,
    Momentum,
    Replaced,
)

Rate = Callable[[float, int, int], float]  # lr, epoch, n_ep -> the rate used in that epoch


@dataclass(frozen=True, slots=True)
class Decaying:
    """A learning rate that changes from epoch to epoch; compared by value, so that one fault is one fault."""

    kind: str  # "fixed", "geometric", "harmonic", "stepped", "dropped"
    value: float
    period: int = 1

    def __call__(self, lr: float, epoch: int, n_ep: int) -> float:
        """The rate of an epoch."""
        if self.kind == "fixed":
            return self.value
        if self.kind == "harmonic":
            return lr / (1 + self.value * epoch)
        if self.kind == "dropped":
            return lr * self.value if epoch >= self.period else lr
        return lr * self.value ** (epoch // self.period)


@dataclass(frozen=True, slots=True)
class LoopFault:
    """One thing that goes wrong in training loops.

    `order`: weights are moved one after the other, from the `first` or from the `last`, each gradient taken anew;
    `keeps_error`: only the way back reads moved weights. `records_at`: when an epoch's loss is taken, `before` or
    `after` its update, or `first`: that of the first epoch each time. `path_at`: the same of weight_records, `last` for
    rows that all show the last weights. `start_recorded`: the start has a record of its own. `extra_updates` are made
    beyond n_ep; `most_updates` is a limit. `moves`: which weights, `all`, `first`, `last` or `none`. `left`: whether
    the moved weights stand on the object. `rate`: the learning rate used. `fills`: the end of the records that stays
    unfilled, `first` or `last`. `step` makes a step of the gradients in another way (see the simulation); `batch` is
    the number of samples between two updates; `gradient_once`: it is taken before the loop. `data` is what is done to
    the data first. `tier`: 1 is tried beside scalings and other faults, 2 beside other faults, 3 alone.
    """

    name: str
    code: str
    says: str
    look: str
    order: str = ""
    keeps_error: bool = False
    records_at: str = "before"
    path_at: str = "after"
    start_recorded: bool = False
    extra_updates: int = 0
    most_updates: int | None = None
    moves: str = "all"
    left: bool = True
    rate: Rate | None = None
    fills: str = ""
    step: Callable[..., list[Array]] | None = None
    batch: int = 0
    gradient_once: bool = False
    data: str = ""
    tier: int = 3

    @property
    def needs_path(self) -> bool:
        """Whether it shows only where weights are recorded."""
        return self.path_at != "after" and self.records_at == "before"

    @property
    def needs_several(self) -> bool:
        """Whether it takes several weights."""
        return bool(self.order) or self.moves in ("first", "last")

    @property
    def remembers(self) -> bool:
        """Whether a step depends on the steps before it."""
        return isinstance(self.step, (BySize, FromStart, Momentum))

    @property
    def ends_early(self) -> bool:
        """Whether records at the end of a run may be left as they were made."""
        return self.fills == "last" or self.extra_updates < 0 or self.most_updates is not None

    @property
    def updates_less(self) -> bool:
        """Whether some update that a right run makes is not made."""
        return self.ends_early or isinstance(self.step, FirstLeftOut)


UPDATE = "Look at the update: which way must a weight go so that the loss falls, and by how much?"
ORDER = "Take all gradients of a step first; only then change weights."
SEQUENTIAL = "Later gradients of a step were taken after earlier weights of the same step had moved."
RECORD = "What is recorded at epoch i, and when: before or after the update?"
COUNT = "Count by hand for n_ep = 1: how many updates, how many records?"
SAME_RATE = "lr stays the same in every epoch."
FULL_BATCH = "Full-batch gradient descent makes one update an epoch, from all samples together."
EVERY_WEIGHT = "Every weight needs its own update."
SHRINKS = "The learning rate shrinks from epoch to epoch."

MOMENTUM = "Earlier gradients are carried along (a momentum)."
PLAIN = "Plain gradient descent uses the gradient of this epoch alone, as it is."
RUNNING = "Each number of a step is divided by a running size of its gradient (as {name} does)."

TRAIN_FAULTS = (
    LoopFault("ascends", "ascends", "The weights move up the gradient: the loss grows instead of falling.", UPDATE,
              rate=lambda lr, i, n: -lr, tier=1),
    LoopFault("sequential", "sequential-update", SEQUENTIAL, ORDER, order="first", tier=1),
    LoopFault("sequential from the last", "sequential-update", SEQUENTIAL, ORDER, order="last", tier=1),
    LoopFault("loss after the update", "loss-after-update",
              "Each recorded loss is the one after the update, a step too late.", RECORD, records_at="after", tier=1),
    LoopFault("one update too many", "epoch-count", "One update too many is made.", COUNT, extra_updates=1, tier=1),
    LoopFault("one update too few", "epoch-count", "One update too few is made.", COUNT, extra_updates=-1, tier=1),
    LoopFault("last record missing", "epoch-count", "The last epoch's record is not filled in.", COUNT, fills="last",
              tier=1),
    LoopFault("first record missing", "epoch-count", "The first epoch's record is not filled in.", COUNT,
              fills="first", tier=1),
    LoopFault("weights recorded before the update", "epoch-count",
              "weight_records holds the weights before each update, a step too early.", RECORD, path_at="before",
              tier=1),
    LoopFault("start recorded, one row more", "epoch-count", "The records have one entry too many.", COUNT,
              start_recorded=True, records_at="after", tier=1),
    LoopFault("no update", "no-update", "The weights never change.",
              "Does the update reach self, or only a local variable?", moves="none", tier=2),
    LoopFault("weights not left on the object", "no-update",
              "The run itself is right, but afterwards the object still has its old weights.",
              "The weights after the last update must stand on self.", left=False, tier=2),
    LoopFault("only the first weight is updated", "no-update", "Only the first weight is updated.", EVERY_WEIGHT,
              moves="first", tier=2),
    LoopFault("only the last weight is updated", "no-update", "Only the last weight is updated.", EVERY_WEIGHT,
              moves="last", tier=2),
    LoopFault("every row is the last", "no-update",
              "All rows of weight_records show the last weights: the same array was stored each time.",
              "An array that is changed in place changes in every list that holds it: store a copy.", path_at="last",
              tier=2),
    LoopFault("every record is the first", "no-update", "The recorded losses never change: all are the first one.",
              "Is the prediction computed again in every epoch?", records_at="first", tier=2),
    LoopFault("gradient taken once", "different", "The gradient is computed once, before the loop, and never again.",
              "The weights move in every epoch, and the gradient with them.", gradient_once=True, tier=2),
    LoopFault("one sample at a time", "other-optimiser", "The weights are moved after every single sample.",
              FULL_BATCH, batch=1, tier=2),
    LoopFault("momentum", "other-optimiser", MOMENTUM, PLAIN, step=Momentum(0.9), tier=2),
    LoopFault("gradient normalised", "other-optimiser", "The gradient is divided by its own length.",
              "Plain gradient descent uses the gradient as it is.", step=Direction("length"), tier=2),
    LoopFault("from the start each time", "different", "Each epoch's step is taken from the starting weights again.",
              "An epoch goes on from where the one before ended: which weights does the update start from?",
              step=FromStart(), tier=2),
    LoopFault("one epoch alone", "epoch-count", "The run ends after its first epoch.",
              "Does a return stand inside the loop, by its indentation?", most_updates=1, tier=2),
    LoopFault("sequential, error kept", "sequential-update", SEQUENTIAL, ORDER, order="first", keeps_error=True,
              tier=2),
    LoopFault("sequential from the last, error kept", "sequential-update", SEQUENTIAL, ORDER, order="last",
              keeps_error=True, tier=2),
    *(
        LoopFault(f"rate {value:g}", "ignores-lr", f"The learning rate {value:g} is used whatever lr is.",
                  "lr is an argument: is it the one in the update?", rate=Decaying("fixed", value))
        for value in (1.0, 0.5, 0.2, 0.1, 0.05, 0.03, 0.02, 0.01, 0.005, 0.003, 0.002, 0.001, 1e-4, 1e-5, 1e-6)
    ),
    LoopFault("rate squared", "ignores-lr", "The learning rate enters twice.", UPDATE, rate=lambda lr, i, n: lr * lr),
    LoopFault("rate over n_ep", "ignores-lr", "The learning rate is divided by the number of epochs.", UPDATE,
              rate=lambda lr, i, n: lr / n),
    LoopFault("rate times epoch", "ignores-lr", "The learning rate grows from epoch to epoch.", SAME_RATE,
              rate=lambda lr, i, n: lr * (i + 1)),
    LoopFault("over the rate", "ignores-lr", "The step is divided by the learning rate.", UPDATE,
              rate=lambda lr, i, n: 1.0 / lr if lr else float("inf")),
    LoopFault("rate over epoch", "ignores-lr", SHRINKS, SAME_RATE, rate=lambda lr, i, n: lr / (i + 1)),
    LoopFault("rate decays to nothing", "ignores-lr", SHRINKS, SAME_RATE, rate=lambda lr, i, n: lr * (1 - i / n)),
    *(
        LoopFault(f"rate decays by {value:g}", "ignores-lr", SHRINKS, SAME_RATE, rate=Decaying("geometric", value))
        for value in (0.999, 0.995, 0.99, 0.98, 0.95, 0.9, 0.5)
    ),
    *(
        LoopFault(f"rate decays with {value:g}", "ignores-lr", SHRINKS, SAME_RATE, rate=Decaying("harmonic", value))
        for value in (0.1, 0.01, 0.001)
    ),
)  # fmt: skip


def stepped_rate(period: int, value: float) -> LoopFault:
    """The learning rate multiplied by `value` every `period` epochs."""
    text = f"The learning rate is multiplied by {value:g} every {period} epochs."
    name = f"rate times {value:g} every {period}"
    return LoopFault(name, "ignores-lr", text, SAME_RATE, rate=Decaying("stepped", value, period))


def dropped_rate(epoch: int, value: float) -> LoopFault:
    """The learning rate multiplied by `value` once."""
    text = f"From epoch {epoch} on the learning rate is another: {value:g} times lr."
    name = f"rate times {value:g} from {epoch}"
    return LoopFault(name, "ignores-lr", text, SAME_RATE, rate=Decaying("dropped", value, epoch))


def _optimiser(name: str, text: str, step: Callable[..., list[Array]]) -> LoopFault:
    return LoopFault(name, "other-optimiser", text, PLAIN, step=step)


OPTIMISERS = (
    *(_optimiser(f"momentum {beta:g}", MOMENTUM, Momentum(beta)) for beta in (0.5, 0.8, 0.95, 0.99)),
    *(_optimiser(f"damped momentum {beta:g}", MOMENTUM, Momentum(beta, damped=True)) for beta in (0.9, 0.5, 0.8, 0.99)),
    *(_optimiser(f"momentum ahead {beta:g}", MOMENTUM, Momentum(beta, ahead=True)) for beta in (0.9, 0.5, 0.8, 0.99)),
    *(
        _optimiser(f"{kind} {beta:g} {tiny:g}", RUNNING.format(name=name), BySize(kind, beta, tiny))
        for kind, name, betas in (
            ("adam", "Adam", (0.999, 0.99)), ("adam uncorrected", "Adam", (0.999, 0.99)),
            ("rmsprop", "RMSprop", (0.9, 0.99, 0.999)), ("adagrad", "AdaGrad", (1.0,)),
        )
        for beta in betas for tiny in (1e-8, 1e-7, 1e-6)
    ),
    _optimiser("sign", "Only the sign of each gradient counts, not its size.", Direction("sign")),
    _optimiser("length of each", "Each gradient is divided by its own length.", Direction("length of each")),
    *(
        LoopFault(f"batch {size}", "other-optimiser", "Several updates are made in an epoch, each from a few of the "
                  f"samples: {size} at a time (minibatches).", FULL_BATCH, batch=size)
        for size in (2, 3, 4, 5, 6, 8, 10, 16)
    ),
    LoopFault("first update left out", "epoch-count", "The first epoch makes no update.", COUNT, step=FirstLeftOut()),
    LoopFault("replaced", "different", "Each new weight is the step alone: it does not start from the old weight.",
              "w =- s sets w to minus s, and w -= s takes s away: which one stands there?", step=Replaced()),
    LoopFault("replaced by the gradient", "different",
              "Each new weight is the step alone: it does not start from the old weight.",
              "w =- s sets w to minus s, and w -= s takes s away: which one stands there?", step=Replaced(1.0)),
    *(
        LoopFault(f"data {name}", "different", f"train works on other data than it is given: {text}",
                  "The arguments are the data: use x and y_true as they come.", data=name)
        for name, text in (
            ("x standardised", "x is standardised first (its mean taken away, then divided by its spread)."),
            ("x standardised plainly", "x is standardised first (its mean taken away, then divided by its spread)."),
            ("x centred", "the mean of x is taken away first."),
            ("x scaled to 0 … 1", "x is scaled to 0 … 1 first."),
            ("x over its largest", "x is divided by its largest value first."),
            ("x over its largest size", "x is divided by its largest absolute value first."),
            ("y standardised", "y_true is standardised first (its mean taken away, then divided by its spread)."),
            ("y centred", "the mean of y_true is taken away first."),
            ("both standardised", "x and y_true are standardised first."),
            ("first half", "only the first half of the samples is used."),
            ("last sample dropped", "the last sample is left out."),
            ("first sample dropped", "the first sample is left out."),
        )
    ),
)  # fmt: skip


def clipped(limit: float, norm: str) -> LoopFault:
    """Gradients cut at a limit."""
    text = f"The gradients are clipped: each number is cut at ±{limit:.3g}."
    if norm:
        text = f"The gradients are clipped: what is longer than {limit:.3g} is shortened to that length."
    return _optimiser(f"clipped at {limit:.12g} {norm}", text, Clipped(limit, norm))


def decayed(share: float) -> LoopFault:
    """A multiple of the weights added to their gradients."""
    text = f"A multiple of the weight itself, {share:.3g} times it, is added to each gradient (weight decay)."
    if share < 0.0:
        text = f"A multiple of the weight itself, {-share:.3g} times it, is taken away from each gradient."
    return _optimiser(f"decay {share:.12g}", text, Decay(share))


def carried(beta: float) -> LoopFault:
    """A momentum of that size."""
    return _optimiser(f"momentum {beta:.12g}", MOMENTUM, Momentum(beta))


def limited(most: int) -> LoopFault:
    """A run that makes no more updates than that, whatever n_ep says."""
    text = f"No run makes more than {most} updates, whatever n_ep says."
    look = "n_ep is an argument: the loop makes exactly that many rounds."
    return LoopFault(f"most {most}", "early-stop", text, look, most_updates=most)
