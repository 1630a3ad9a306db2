"""linear_layer: one linear layer with several outputs, no bias.

This file tells the grader about the model; students never see it. Its other half is the source notebook with the lesson
and the solution,

    source/linear_layer/linear_layer.ipynb

As the two lie there they work: change one thing at a time, and after each change let

    autograder build linear_layer

say whether they still agree. (A model with other weights agrees again once CHANGE 1 to 4 are all made.)

Every place to change is marked CHANGE, with its number; the notebook's notes have the same numbers. Once your model
stands, remove these comments.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograder.assignments import Array, Assignment, Data, Fault, Faults, Model, Published, normal

# CHANGE 1: THE MODEL, a second time. `predict`, `loss` and `gradients` say what the notebook's solution says, as plain
# functions of the weights. Write them apart from the solution, not copied from it: the two are held against each other,
# so a slip in one of them shows. All arrays are float64, samples along axis 0, weights in the order of `weights` below.
# `faults` holds the names of the faults that are switched on (CHANGE 5): with none, the functions must be right.


def predict(weights: Sequence[Array], x: Array, faults: Faults) -> Array:
    """x (N, D_in) -> prediction (N, D_out)."""
    (w1,) = weights
    return x @ w1


def loss(prediction: Array, y: Array, faults: Faults) -> float:
    """The squared errors, summed over the outputs, averaged over the samples; both (N, D_out)."""
    return float(np.sum((prediction - y) ** 2) / len(y))


def gradients(weights: Sequence[Array], x: Array, y: Array, faults: Faults) -> tuple[Array, ...]:
    """The gradient for w1, shape (D_in, D_out); a tuple, even of one."""
    residual = predict(weights, x, faults) - y
    if "residual without target" in faults:
        residual = predict(weights, x, faults)
    return (np.einsum("ni,no->io", x, residual) * (2.0 / len(x)),)


# CHANGE 2: THE DATA. `draw` makes the small questions' data, `published` the lesson's.
#
# `normal` draws weights, x and y from the standard normal distribution. That suits any model whose inputs and targets
# may be any numbers. If yours may not, keep `normal` for what it gives and put your own in the place of the rest, e.g.
# one-hot targets, a row for each sample:
#
#     def draw(rng, assignment, sizes, style):
#         data = normal(rng, assignment, sizes, style)
#         classes = rng.integers(sizes["K"], size=sizes["N"])
#         return Data(data.weights, data.x, np.eye(sizes["K"])[classes])
#
# (one column of labels: rng.integers(2, size=(sizes["N"], 1)).astype(float)) and name your own in the ASSIGNMENT below,
# draw=draw. Where `loss` cannot take any number as a prediction (a logarithm wants probabilities), give `predictions`
# there as well: by name, functions that draw predictions for given targets. "plain" must be among them.
#
#     def probabilities(rng, y):
#         return rng.dirichlet(np.ones(y.shape[1]), size=len(y))  # one column: rng.uniform(0.05, 0.95, size=y.shape)
#
#     def nearly_sure(rng, y):
#         return 0.97 * y + 0.03 * probabilities(rng, y)
#
#     predictions={"plain": probabilities, "nearly sure": nearly_sure},
#
# Let the solution compute with labels (y * log(…)) instead of asking which they are (y == 1): tolerances are measured
# by shaking all inputs a little, labels too.


def published(rng: np.random.Generator) -> Published:
    """120 samples of 3 inputs and 2 outputs, noise of σ 0.1; weights start small; all 40 epochs of the lesson.

    The same kind of data, and the same start, learning rate and number of epochs, as in the lesson. All chance comes
    from `rng`. Every submission is asked this, so let it take well under a second: fewer epochs than the lesson's will
    do.
    """
    x = rng.normal(size=(120, 3))
    y = x @ np.array([[1.0, -2.0], [0.5, 0.0], [-1.0, 3.0]]) + rng.normal(0.0, 0.1, size=(120, 2))
    return Published(Data((rng.normal(0.0, 0.1, size=(3, 2)),), x, y), lr=0.1, n_ep=40)


# CHANGE 5: THE FAULTS that students of this model really make, each a switch in the functions above and a Fault here.
# A fault is named in a student's feedback only when it predicts every one of the student's numbers, so a fault too many
# does no harm. Signs, factors, sums for means, swapped axes and whatever goes wrong in a training loop are known
# already, and so are the usual faults of a squared error. `code` is one of autograder.core.report.CODES; `of` are the
# arrays that the fault shows in: "forward", "loss", "dloss_dw1", …; the two sentences are for the student, who must
# find out what is wrong and must not be told the answer.
FAULTS = (
    Fault(
        "residual without target",
        "missing-upstream",
        ("dloss_dw1",),
        "The target y_true is left out of the error.",
        "The derivative of a squared error keeps the error itself: prediction and target.",
    ),
)

# CHANGE 7, when all else stands: `autograder verify linear_layer` changes your solution in every way it knows, and each
# wrong change must lose points. One that changes nothing that matters survives; write it down here as it is printed,
# with the reason.
EQUIVALENT = {
    "loss: residual = y_prediction - y_true [operands swapped]": "the residual is squared",
    "loss: return float(np.mean(np.sum(residual ** 2, axis=1))) [call dropped]": "a NumPy float is as good",
    "dloss_dw: dloss_dw1 = 2 / len(x) * x.T @ residual [x to y_true]": "both have as many rows",
    "train: loss_records[epoch] = self.loss(self.forward(x), y_true) [moved after the next line]": "nothing moved yet",
    "train: loss_records[epoch] = self.loss(self.forward(x), y_true) [arguments swapped]": "the loss is symmetric",
}

ASSIGNMENT = Assignment(
    name="linear_layer",
    class_name="LinearLayer",  # the name of the class in the notebook
    title="Linear layer",
    # CHANGE 3: THE SHAPES. Sizes are numbers, names, or sums of them: ("H+1", 1), ("M+K-1",). "N", the number of
    # samples, comes first in x and y. The names of the weights are those of the object's attributes, self.w1, …, in
    # the order in which the constructor gets them; their gradients are then called dloss_dw1, dloss_db1, ….
    weights={"w1": ("D_in", "D_out")},
    x=("N", "D_in"),
    y=("N", "D_out"),
    train_returns="losses",  # or "path", where train returns (loss_records, weight_records)
    averages="mean",  # over the samples; "sum" where the loss grows with their number
    squared=True,  # False where the loss is not made of squared errors
    # CHANGE 4: THE QUESTIONS' SIZES AND RATES. Every question is asked at one of these sizes. "one sample" must be
    # there, and one with an N of at least 4; four or five are enough. Give every size its own value somewhere, and let
    # each be the largest once: a swapped axis must not fit by chance. Small is enough, and fast: no more than some
    # hundred numbers. Students read the names where something is wrong; what has "one" in its name is a special case,
    # which a method may miss and still earn a part of its points.
    sizes={
        "one sample": {"N": 1, "D_in": 3, "D_out": 2},
        "few samples": {"N": 2, "D_in": 5, "D_out": 3},
        "many samples": {"N": 11, "D_in": 4, "D_out": 2},
        "one output": {"N": 5, "D_in": 3, "D_out": 1},
        "more outputs than inputs": {"N": 4, "D_in": 2, "D_out": 6},
    },
    draw=normal,
    # Learning rates for data as `draw` makes them. "steady": 12 epochs make the loss clearly smaller. "tiny": the
    # weights hardly move. "diverging": the loss grows, and is still finite after 3 epochs. (Where students may guard a
    # logarithm by a tiny number, choose it so that no probability comes near that.)
    rates={"tiny": 1e-6, "steady": 0.05, "diverging": 3.0},
    published=published,
    model=Model(predict, loss, gradients),
    faults=FAULTS,
    # If your model has a kink (relu, absolute value, max), add `margin`: how near any sample comes to it, so that no
    # question is asked just there; assignments/library/two_layer_relu.py shows how. If a way of drawing does not suit
    # it, list those that do in `styles` (all: STYLES in assignments/description.py). Where a prediction becomes exactly
    # 0 or 1, a right gradient that divides by it is 0/0: leave out "huge" with a softmax, "huge" and "large" with a
    # single sigmoid.
)
