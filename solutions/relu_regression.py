"""The reference of relu_regression, made from its source notebook by `autograder build`; not to be edited."""

import time

import matplotlib.pyplot as plt
import numpy as np


BLUE, ORANGE, GREEN, RED, GREY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#666666"


def all_products(a, b):
    """a: array of shape (N, 1), b: array of shape (H, 1) -> every product, shape (N, H)"""
    return None  # replace None


rng = np.random.default_rng(2021)  # the seed: everybody gets the same numbers, on every run
x_train = np.linspace(0.0, 5.0, 700).reshape(-1, 1)  # a column: one sample a row
y_train = x_train**3 + 4.0 + rng.normal(0.0, 10.0, size=(700, 1))
w1_start = rng.uniform(0.0, 1.0, size=(2, 10))  # where training will start: 10 hidden units
w2_start = rng.uniform(0.0, 1.0, size=(11, 1))

print("x_train:", x_train.shape, x_train.dtype, "  y_train:", y_train.shape, y_train.dtype)
print("w1_start:", w1_start.shape, "  w2_start:", w2_start.shape)


def relu_in_place(values):
    values[values < 0] = 0  # writes into the caller's array
    return values


class ReLURegression:
    """One hidden layer of relus, with a bias in both layers."""

    def __init__(self, init_weights):
        """init_weights a pair of arrays, w1 (2, H) and w2 (H+1, 1)

        Store float64 copies of the starting weights, self.w1 and self.w2. (Given.)
        """
        w1, w2 = init_weights
        self.w1 = np.array(w1, dtype=float)
        self.w2 = np.array(w2, dtype=float)

    def forward(self, x):
        """x (N, 1) -> y_prediction (N, 1)

        Predict y for a batch.
        """
        # hint: section 3. X, then U, then the relu of U, then a column of ones in front, then the prediction.
        ones = np.ones_like(x)
        before = np.hstack([ones, x]) @ self.w1  # (N, H), before the relu
        hidden = np.maximum(before, 0.0)  # a new array: `before` stays as it is
        return np.hstack([ones, hidden]) @ self.w2  # (N, 1)

    def loss(self, y_prediction, y_true):
        """y_prediction (N, 1), y_true (N, 1) -> loss a number

        The sum over the samples of half the squared error.
        """
        # hint: section 4, as in the last lesson.
        error = y_prediction - y_true
        return float(np.sum(0.5 * error**2))

    def dloss_dw(self, x, y_true):
        """x (N, 1), y_true (N, 1) -> dloss_dw1 (2, H), dloss_dw2 (H+1, 1)

        The gradients of the loss, both at the weights that the object has now, in a tuple. Changes nothing.
        """
        # hint: section 5, the formulas in the frame. First go forward once more, and keep X, U and the hidden layer.
        # The way forward, keeping what the way back needs.
        ones = np.ones_like(x)
        inputs = np.hstack([ones, x])  # (N, 2)
        before = inputs @ self.w1  # (N, H)
        hidden = np.hstack([ones, np.maximum(before, 0.0)])  # (N, H+1)
        error = hidden @ self.w2 - y_true  # (N, 1)

        # The way back, layer by layer.
        dloss_dw2 = hidden.T @ error  # (H+1, 1)
        dloss_dhidden = error @ self.w2[1:].T  # (N, H): row 0 of w2 is the bias, nothing lies behind it
        dloss_dbefore = dloss_dhidden * (before > 0)  # only where the unit was on
        dloss_dw1 = inputs.T @ dloss_dbefore  # (2, H)
        return dloss_dw1, dloss_dw2

    def train(self, x, y_true, lr, n_ep):
        """x (N, 1), y_true (N, 1), lr a number, n_ep a count
        -> loss_records (n_ep,); moves self.w1, self.w2

        Full-batch gradient descent: n_ep epochs (1 at least) of one update each, with the learning rate lr.

        loss_records: the loss BEFORE each update
        """
        # hint: section 6, the four steps of an epoch, in that order. Both gradients come from one call.
        loss_records = np.empty(n_ep)
        for epoch in range(n_ep):
            loss_records[epoch] = self.loss(self.forward(x), y_true)
            dloss_dw1, dloss_dw2 = self.dloss_dw(x, y_true)
            self.w1 -= lr * dloss_dw1
            self.w2 -= lr * dloss_dw2
        return loss_records


def hidden_layer(w1, x):
    """What the hidden units give, shape (N, H), according to your own forward."""
    picks = np.eye(np.shape(w1)[1] + 1)[1:]  # one row a unit: the w2 that lets only this unit through
    return np.hstack([ReLURegression([w1, pick.reshape(-1, 1)]).forward(x) for pick in picks])






always_on = [[1, 2], [1, 3]]  # units 1 + x and 2 + 3 x: no relu has anything to do


loss_parts, w1_parts, w2_parts = [], [], []


epoch, moments, hinges = 0, [], []


seed, n_hidden, lr, n_ep = 7, 2, 1e-6, 10_000



loss_parts, w1_parts, w2_parts = [], [], []


GIVEN = ('all_products', 'relu_in_place', 'ReLURegression.__init__', 'hidden_layer', 'show_run')

DECLARATION = 'init_weights = draw.list(draw.normal(2, "H"), draw.normal("H+1", 1))\nx, y_prediction, y_true = draw.normal("N", 1), draw.normal("N", 1), draw.normal("N", 1)\nlr, n_ep = draw.one_of(0.002, 1e-6, 0.3), draw.one_of(3, 1, 7)\nassignment(sizes=dict(N=(1, 3, 11, 5, 4), H=(4, 6, 4, 1, 30)), state=("w1", "w2"))\nslope(\n    ReLURegression.dloss_dw,\n    of=lambda init_weights, x, y_true: (m := ReLURegression(init_weights)).loss(m.forward(x), y_true),\n    by=("dloss_dw1", "dloss_dw2"),\n    wrt=("init_weights.0", "init_weights.1"),\n)\nown(ReLURegression.forward, init_weights=[w1_start, w2_start], x=x_train)\nown(ReLURegression.loss, init_weights=[w1_start, w2_start], y_prediction=y_train[::-1], y_true=y_train)\nown(ReLURegression.dloss_dw, init_weights=[w1_start, w2_start], x=x_train, y_true=y_train)\nown(ReLURegression.train, init_weights=[w1_start, w2_start], x=x_train, y_true=y_train, lr=1e-6, n_ep=40)\nrubric(ReLURegression.forward, pure=0.2)\nrubric(ReLURegression.loss, pure=0.2)\nrubric(ReLURegression.dloss_dw, pure=0.125)\nrubric(ReLURegression.train, pure=0.1, loss_records=0.4, w1=0.25, w2=0.25)'
