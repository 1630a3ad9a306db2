"""The reference of linear_regression, made from its source notebook by `autograder build`; not to be edited."""

import time

import matplotlib.pyplot as plt
import numpy as np


BLUE, ORANGE, GREEN, RED, GREY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#666666"


def column_sums(table):
    """table: array of shape (N, K) -> the sum of each of its columns, shape (K, 1)"""
    return None  # replace None


rng = np.random.default_rng(2021)  # the seed: everybody gets the same numbers, on every run
x_train = np.linspace(0.0, 5.0, 700).reshape(-1, 1)  # a column: one sample a row
y_train = x_train**3 + 4.0 + rng.normal(0.0, 10.0, size=(700, 1))
w_start = rng.uniform(0.0, 1.0, size=(2, 1))  # where training will start

print("x_train:", x_train.shape, x_train.dtype, "  y_train:", y_train.shape, y_train.dtype)
print("w_start:", w_start.ravel())


class LinearRegression:
    """A straight line with a bias: one layer, no activation function."""

    def __init__(self, init_weights):
        """init_weights a sequence of one array (2, 1): the bias, then the slope

        Store a float64 copy of the starting weights as self.w1, shape (2, 1). (Given.)
        """
        (w1,) = init_weights
        self.w1 = np.array(w1, dtype=float)

    def forward(self, x):
        """x (N, 1) -> y_prediction (N, 1)

        Predict y for a batch.
        """
        # hint: section 3. Build the inputs X, shape (N, 2), with np.hstack; then one matrix product (@) does the rest.
        inputs = np.hstack([np.ones_like(x), x])  # (N, 2)
        return inputs @ self.w1

    def loss(self, y_prediction, y_true):
        """y_prediction (N, 1), y_true (N, 1) -> loss a number

        The sum over the samples of half the squared error.
        """
        # hint: section 4. Errors first, then square and halve, then sum over everything.
        error = y_prediction - y_true  # (N, 1)
        half_squares = 0.5 * error**2  # (N, 1)
        return float(np.sum(half_squares))

    def dloss_dw(self, x, y_true):
        """x (N, 1), y_true (N, 1) -> dloss_dw1 a tuple of one array (2, 1)

        The gradient of the loss at the weights that the object has now, in a tuple of one,
        (dloss_dw1,). Changes nothing.
        """
        # hint: section 5, the formula in the frame. You need X again, and self.forward(x) gives the prediction.
        inputs = np.hstack([np.ones_like(x), x])  # (N, 2)
        error = self.forward(x) - y_true  # (N, 1)
        dloss_dw1 = inputs.T @ error  # (2, N) @ (N, 1): a row for the bias, a row for the slope
        return (dloss_dw1,)

    def train(self, x, y_true, lr, n_ep):
        """x (N, 1), y_true (N, 1), lr a number, n_ep a count
        -> loss_records (n_ep,), weight_records (n_ep, 2); moves self.w1

        Full-batch gradient descent: n_ep epochs (1 at least) of one update each, with the learning rate lr.

        loss_records: the loss BEFORE each update
        weight_records: the bias and the slope AFTER each update
        """
        # hint: section 6, the four steps of an epoch, in that order. A row of weight_records is self.w1 made flat.
        loss_records = np.empty(n_ep)
        weight_records = np.empty((n_ep, 2))
        for epoch in range(n_ep):
            loss_records[epoch] = self.loss(self.forward(x), y_true)
            (dloss_dw1,) = self.dloss_dw(x, y_true)
            self.w1 -= lr * dloss_dw1
            weight_records[epoch] = self.w1.ravel()
        return loss_records, weight_records


levels = [1.1e5, 1.5e5, 2.5e5, 5e5, 1e6, 2e6, 4e6]


def stand_at(bias=0.0, slope=0.5):
    """Draw the map with the path of the run, and beside it the line that belongs to one point of the map."""
    here = LinearRegression([[[bias], [slope]]])
    loss = here.loss(here.forward(x_train), y_train)
    figure, (chart, fit) = plt.subplots(1, 2, figsize=(10.5, 4.6), layout="constrained")
    chart.contour(biases, slopes, landscape, levels=levels, colors="silver", linewidths=1)
    chart.plot(best_bias, best_slope, color=RED, marker="*", ms=16, mec="black", ls="", label="best line")
    chart.plot(*run_path.T, color=BLUE, lw=2, label="the run of section 8")
    chart.plot(bias, slope, color=ORANGE, marker="o", ms=10, mec="black", ls="", label="you are here")
    chart.set(title="the map", xlabel="w1[0], the bias", ylabel="w1[1], the slope", xlim=(-50, 30), ylim=(-5, 45))
    chart.legend(loc="upper right", fontsize=9)
    fit.scatter(x_train, y_train, s=8, color=GREY, alpha=0.45, label="data")
    fit.plot(x_line, best.forward(x_line), color=RED, ls=":", lw=2, label="best line")
    fit.plot(x_line, here.forward(x_line), color=ORANGE, lw=3, label="your line")
    fit.set(title=f"your line, with a loss of {loss:.0f}", xlabel="x", ylabel="y", ylim=(-60, 180))
    fit.legend(loc="upper left")
    plt.show()


def all_at_once():
    return model.dloss_dw(x_train, y_train)[0]


def one_at_a_time():
    return sum(model.dloss_dw(x_train[i : i + 1], y_train[i : i + 1])[0] for i in range(700))


def shortest(call, repeats):
    """Seconds of the fastest of several calls: the others were only disturbed by something else."""
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        call()
        times.append(time.perf_counter() - begin)
    return min(times)


seed, sigma, lr, n_ep = 7, 10.0, 1e-6, 10_000


GIVEN = ('column_sums', 'LinearRegression.__init__', 'show_run', 'stand_at', 'all_at_once', 'one_at_a_time', 'shortest')

DECLARATION = 'init_weights = draw.list(draw.normal(2, 1))\nx, y_prediction, y_true = draw.normal("N", 1), draw.normal("N", 1), draw.normal("N", 1)\nlr, n_ep = draw.one_of(0.01, 1e-6, 1.0), draw.one_of(3, 1, 7)\nassignment(sizes=dict(N=(1, 5, 23, 2)), state=("w1",))\nslope(\n    LinearRegression.dloss_dw,\n    of=lambda init_weights, x, y_true: (m := LinearRegression(init_weights)).loss(m.forward(x), y_true),\n    by="dloss_dw1",\n    wrt="init_weights.0",\n)\nown(LinearRegression.forward, init_weights=[w_start], x=x_train)\nown(LinearRegression.loss, init_weights=[w_start], y_prediction=y_train[::-1], y_true=y_train)\nown(LinearRegression.dloss_dw, init_weights=[w_start], x=x_train, y_true=y_train)\nown(LinearRegression.train, init_weights=[w_start], x=x_train, y_true=y_train, lr=1e-6, n_ep=60)\nrubric(LinearRegression.forward, pure=0.2)\nrubric(LinearRegression.loss, pure=0.2)\nrubric(LinearRegression.dloss_dw, pure=0.125)\nrubric(LinearRegression.train, pure=0.1, loss_records=0.2, weight_records=0.2, w1=0.5)'
