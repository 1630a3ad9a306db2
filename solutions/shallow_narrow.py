"""The reference of shallow_narrow, made from its source notebook by `autograder build`; not to be edited."""

import time

import matplotlib.pyplot as plt
import numpy as np


BLUE, ORANGE, GREEN, RED, GREY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#666666"


def mean_of_products(a, b):
    """a, b: arrays of shape (N,) -> the mean over the samples of a times b, one number"""
    return None  # replace None


rng = np.random.default_rng(2021)  # the seed: everybody gets the same 73 samples, on every run
x_train = rng.uniform(0.0, 1.0, size=73)
y_train = 2.0 * x_train + rng.normal(0.0, 0.2, size=73)

print("x_train:", x_train.shape, x_train.dtype, "  y_train:", y_train.shape, y_train.dtype)


class ShallowNarrow:
    """A linear network of two layers with one neuron each."""

    def __init__(self, init_weights):
        """init_weights a pair of numbers (w1, w2)

        Store the two starting weights as plain floats, self.w1 and self.w2. (Given.)
        """
        w1, w2 = init_weights
        self.w1 = float(w1)
        self.w2 = float(w2)

    def forward(self, x):
        """x (N,) -> y_prediction (N,)

        Predict y for a batch.
        """
        # hint: section 3. First the hidden value of every sample, then the prediction; no loop is needed.
        hidden = self.w1 * x
        return self.w2 * hidden

    def loss(self, y_prediction, y_true):
        """y_prediction (N,), y_true (N,) -> loss a number

        Mean squared error.
        """
        # hint: section 4. Residuals first, then square, then average over the samples.
        residual = y_true - y_prediction
        return float(np.mean(residual**2))

    def dloss_dw(self, x, y_true):
        """x (N,), y_true (N,) -> dloss_dw1 a number, dloss_dw2 a number

        Gradients of the loss, both at the weights that the object has now: a tuple of two floats. Changes nothing.
        """
        # hint: section 5, the two formulas in the frame. Compute the prediction yourself: call self.forward(x).
        residual = y_true - self.forward(x)
        dloss_dw1 = np.mean(-2 * residual * self.w2 * x)
        dloss_dw2 = np.mean(-2 * residual * self.w1 * x)
        return float(dloss_dw1), float(dloss_dw2)

    def train(self, x, y_true, lr, n_ep):
        """x (N,), y_true (N,), lr a number, n_ep a count
        -> loss_records (n_ep,), weight_records (n_ep, 2); moves self.w1, self.w2

        Full-batch gradient descent: n_ep epochs (1 at least) of one update each, with the learning rate lr.

        loss_records: the loss BEFORE each update
        weight_records: the weights w1, w2 AFTER each update
        """
        # hint: section 6, the five steps of an epoch, in that order. Both gradients come from one call.
        loss_records = np.empty(n_ep)
        weight_records = np.empty((n_ep, 2))
        for epoch in range(n_ep):
            loss_records[epoch] = self.loss(self.forward(x), y_true)
            dloss_dw1, dloss_dw2 = self.dloss_dw(x, y_true)
            self.w1 -= lr * dloss_dw1
            self.w2 -= lr * dloss_dw2
            weight_records[epoch] = self.w1, self.w2
        return loss_records, weight_records


def show_run(x, y, x_line, y_line, losses, weights, noise_level):
    """Draw the three things that matter: data and fit, loss curve, and what the weights did.

    weights: name -> that weight's values after each epoch.
    """
    figure, (fit, curve, path) = plt.subplots(1, 3, figsize=(12, 3.6), layout="constrained")
    fit.scatter(x, y, s=16, color=GREY, alpha=0.7, label="data")
    fit.plot(x_line, y_line, color=BLUE, lw=2.5, label="network")
    fit.set(title="data and fit", xlabel="x", ylabel="y")
    fit.legend()
    curve.semilogy(losses, color=BLUE, lw=2)
    curve.axhline(noise_level, color=GREY, ls="--", lw=1.5, label="noise in the data")
    curve.set(title="loss curve", xlabel="epoch", ylabel="mean squared error")
    curve.legend()
    for (name, values), color, style in zip(weights.items(), (ORANGE, GREEN, BLUE), ("-", "--", ":")):
        path.plot(values, color=color, ls=style, lw=2, label=name)
    path.set(title="what the weights did", xlabel="epoch", ylabel="value")
    path.legend()
    plt.show()


levels = [0.1, 0.3, 0.7, 1.1, 1.5, 2.5, 4, 6, 9]


seed, start, lr, n_ep = 7, [1.4, -1.6], 0.02, 211


GIVEN = ('mean_of_products', 'ShallowNarrow.__init__', 'show_run', 'stand_at')

DECLARATION = 'init_weights = draw.list(draw.normal(), draw.normal())\nx, y_prediction, y_true = draw.normal("N"), draw.normal("N"), draw.normal("N")\nlr, n_ep = draw.one_of(0.05, 1e-6, 3.0), draw.one_of(3, 1, 7)\nassignment(sizes=dict(N=(1, 5, 31)), state=("w1", "w2"))\nslope(\n    ShallowNarrow.dloss_dw,\n    of=lambda init_weights, x, y_true: (m := ShallowNarrow(init_weights)).loss(m.forward(x), y_true),\n    by=("dloss_dw1", "dloss_dw2"),\n    wrt=("init_weights.0", "init_weights.1"),\n)\nown(ShallowNarrow.forward, init_weights=[1.4, -1.6], x=x_train)\nown(ShallowNarrow.loss, init_weights=[1.4, -1.6], y_prediction=y_train[::-1], y_true=y_train)\nown(ShallowNarrow.dloss_dw, init_weights=[1.4, -1.6], x=x_train, y_true=y_train)\nown(ShallowNarrow.train, init_weights=[1.4, -1.6], x=x_train, y_true=y_train, lr=0.02, n_ep=211)\nrubric(ShallowNarrow.forward, pure=0.2)\nrubric(ShallowNarrow.loss, pure=0.2)\nrubric(ShallowNarrow.dloss_dw, pure=0.125)\nrubric(ShallowNarrow.train, pure=0.1, loss_records=0.2, weight_records=0.2, w1=0.25, w2=0.25)'
