"""The reference of two_layer_relu, made from its source notebook by `autograder build`; not to be edited."""

import os
import time




import matplotlib.pyplot as plt
import numpy as np


BLUE, ORANGE, GREEN, RED, GREY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#666666"


def over_samples(a, b):
    """a: array of shape (N, K), b: array of shape (N, M) -> sums of products over the samples, shape (K, M)"""
    return None  # replace None


N, D_in, H, D_out = 64, 1000, 100, 10
rng = np.random.default_rng(2023)  # the seed: everybody gets the same numbers, on every run
x_train = rng.normal(size=(N, D_in))
y_train = rng.normal(size=(N, D_out))
w1_start = rng.normal(size=(D_in, H))
w2_start = rng.normal(size=(H, D_out))

print("x_train:", x_train.shape, x_train.dtype, "  y_train:", y_train.shape, y_train.dtype)


class TwoLayerReLU:
    """A network of two layers with a relu between them, and no biases."""

    def __init__(self, init_weights):
        """init_weights a pair of arrays, w1 (D_in, H) and w2 (H, D_out)

        Store copies of the two starting weights, self.w1 and self.w2. (Given.)
        """
        w1, w2 = init_weights
        self.w1 = np.array(w1, dtype=float)
        self.w2 = np.array(w2, dtype=float)

    def forward(self, x):
        """x (N, D_in) -> y_prediction (N, D_out)

        Predict y for a batch.
        """
        # hint: section 3, three steps: pre-activation, hidden layer, prediction. Two of them are matrix products.
        pre_activation = x @ self.w1
        hidden = np.maximum(pre_activation, 0)
        return hidden @ self.w2

    def loss(self, y_prediction, y_true):
        """y_prediction (N, D_out), y_true (N, D_out) -> loss a number

        Sum of the squared errors, over all samples and all outputs.
        """
        # hint: section 4. Errors first, then square, then add up everything.
        error = y_prediction - y_true
        return float(np.sum(error**2))

    def dloss_dw(self, x, y_true):
        """x (N, D_in), y_true (N, D_out) -> dloss_dw1 (D_in, H), dloss_dw2 (H, D_out)

        Gradients of the loss, both at the weights that the object has now, in a tuple. Changes nothing.
        """
        # hint: section 5. Go forward once more and keep what you need, then back in the five steps, one line each.
        pre_activation = x @ self.w1
        hidden = np.maximum(pre_activation, 0)
        y_prediction = hidden @ self.w2

        dloss_dprediction = 2 * (y_prediction - y_true)
        dloss_dw2 = hidden.T @ dloss_dprediction
        dloss_dhidden = dloss_dprediction @ self.w2.T
        dloss_dpre = dloss_dhidden * (pre_activation > 0)
        dloss_dw1 = x.T @ dloss_dpre
        return dloss_dw1, dloss_dw2

    def train(self, x, y_true, lr, n_ep):
        """x (N, D_in), y_true (N, D_out), lr a number, n_ep a count
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


hidden_example = [[3, 1, 0, 0], [1, 0, 7, 4], [0, 0, 3, 2]]


def show_run(y, y_prediction, losses, moved, nothing):
    """Draw the three things that matter: data and fit, loss curve, and what the weights did.

    moved: name -> that weight's distance from its start, after each epoch; nothing: the loss of predicting 0
    """
    figure, (fit, curve, path) = plt.subplots(1, 3, figsize=(12, 3.6), layout="constrained")
    ends = np.array([np.min(y), np.max(y)])
    fit.plot(ends, ends, color=GREY, ls="--", lw=1.5, label="prediction = truth")
    fit.scatter(y, y_prediction, s=10, color=BLUE, alpha=0.6, label="network")
    fit.set(title="data and fit", xlabel="true y", ylabel="predicted y")
    fit.legend()
    curve.semilogy(losses, color=BLUE, lw=2)
    curve.axhline(nothing, color=GREY, ls="--", lw=1.5, label="always predicting 0")
    curve.set(title="loss curve", xlabel="epoch", ylabel="sum of squared errors")
    curve.legend()
    for (name, values), color, style in zip(moved.items(), (ORANGE, GREEN, BLUE), ("-", "--", ":")):
        path.plot(100 * np.array(values), color=color, ls=style, lw=2, label=name)
    path.set(title="what the weights did", xlabel="epoch", ylabel="distance from the start in %")
    path.legend()
    plt.show()


def train_and_watch(model, x, y, lr, n_ep):
    """Call train for one epoch at a time; see after each how far the weights are from their start.

    returns: the losses, and for each weight its distance from the start, as a fraction of the start's own size
    """
    start = {"w1": model.w1.copy(), "w2": model.w2.copy()}
    losses, moved = [], {"w1": [], "w2": []}
    for _ in range(n_ep):
        losses.extend(model.train(x, y, lr, 1))
        for name, w in start.items():
            moved[name].append(np.linalg.norm(getattr(model, name) - w) / np.linalg.norm(w))
    return losses, moved


def dead_units(model, x):
    """How many hidden units are off for all samples? (With the identity as w2, forward gives the hidden layer.)"""
    hidden = TwoLayerReLU([model.w1, np.eye(model.w1.shape[1])]).forward(x)
    return int(np.sum(~np.any(hidden > 0, axis=0)))


disturbed = []


seed, n_samples, scale, lr, n_ep = 7, 64, 1.0, 1e-6, 300


GIVEN = ('over_samples', 'TwoLayerReLU.__init__', 'show_run', 'train_and_watch', 'dead_units')

DECLARATION = 'init_weights = draw.list(draw.normal("D_in", "H"), draw.normal("H", "D_out"))\nx, y_prediction, y_true = draw.normal("N", "D_in"), draw.normal("N", "D_out"), draw.normal("N", "D_out")\nlr, n_ep = draw.one_of(0.001, 1e-6, 0.1), draw.one_of(3, 1, 7)\nassignment(\n    sizes=dict(N=(1, 2, 9, 4, 4), D_in=(3, 5, 3, 3, 4), H=(5, 4, 4, 6, 4), D_out=(2, 3, 2, 1, 4)), state=("w1", "w2")\n)\nslope(\n    TwoLayerReLU.dloss_dw,\n    of=lambda init_weights, x, y_true: (m := TwoLayerReLU(init_weights)).loss(m.forward(x), y_true),\n    by=("dloss_dw1", "dloss_dw2"),\n    wrt=("init_weights.0", "init_weights.1"),\n)\nown(TwoLayerReLU.forward, init_weights=[w1_start, w2_start], x=x_train)\nown(TwoLayerReLU.loss, init_weights=[w1_start, w2_start], y_prediction=y_train[::-1], y_true=y_train)\nown(TwoLayerReLU.dloss_dw, init_weights=[w1_start, w2_start], x=x_train, y_true=y_train)\nown(TwoLayerReLU.train, init_weights=[w1_start, w2_start], x=x_train, y_true=y_train, lr=1e-6, n_ep=3)\nrubric(TwoLayerReLU.forward, pure=0.2)\nrubric(TwoLayerReLU.loss, pure=0.2)\nrubric(TwoLayerReLU.dloss_dw, pure=0.125)\nrubric(TwoLayerReLU.train, pure=0.1, loss_records=0.4, w1=0.25, w2=0.25)'
