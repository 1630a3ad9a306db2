"""The reference of sigmoid_mlp, made from its source notebook by `autograder build`; not to be edited."""

import time
import warnings

import matplotlib.pyplot as plt
import numpy as np


BLUE, ORANGE, GREEN, RED, GREY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#666666"


def over_samples(table):
    """table: array of shape (H, N) -> the sum of each row, shape (H, 1)"""
    return None  # replace None


rng = np.random.default_rng(2021)  # the seed: everybody gets the same samples and starts, on every run
x_train = np.linspace(0.0, 3.0, 100, endpoint=False)
wave = np.sin(x_train**2 + 1)  # the truth, without the noise
y_train = wave + rng.normal(0.0, 0.1, size=100)

print("x_train:", x_train.shape, x_train.dtype, "  y_train:", y_train.shape, y_train.dtype)


def sigmoid(z):
    """1 / (1 + exp(-z)) for every element of z, an array of any shape; never overflows."""
    small = np.exp(-np.abs(z))  # between 0 and 1, however large z is
    return np.where(z >= 0, 1.0, small) / (1.0 + small)


class SigmoidMLP:
    """A network of three layers: two hidden ones with sigmoids, and a linear output."""

    def __init__(self, init_weights):
        """init_weights six arrays, w1 (H1, 1), b1 (H1, 1), w2 (H2, H1), b2 (H2, 1), w3 (1, H2), b3 (1, 1)

        Store copies of the six starting weights, w1, b1, w2, b2, w3, b3. (Given.)
        """
        w1, b1, w2, b2, w3, b3 = init_weights
        self.w1 = np.array(w1, dtype=float)
        self.b1 = np.array(b1, dtype=float)
        self.w2 = np.array(w2, dtype=float)
        self.b2 = np.array(b2, dtype=float)
        self.w3 = np.array(w3, dtype=float)
        self.b3 = np.array(b3, dtype=float)

    def forward(self, x):
        """x (N,) -> y_prediction (N,)

        Predict y for a batch.
        """
        # hint: section 3, layer by layer. The last layer gives shape (1, N): return its only row.
        h1 = sigmoid(self.w1 * x + self.b1)
        h2 = sigmoid(self.w2 @ h1 + self.b2)
        return (self.w3 @ h2 + self.b3)[0]

    def loss(self, y_prediction, y_true):
        """y_prediction (N,), y_true (N,) -> loss a number

        Mean squared error.
        """
        # hint: section 4. Residuals first, then square, then average over the samples.
        residual = y_true - y_prediction
        return float(np.mean(residual**2))

    def dloss_dw(self, x, y_true):
        """x (N,), y_true (N,)
        -> dloss_dw1 (H1, 1), dloss_db1 (H1, 1), dloss_dw2 (H2, H1),
        dloss_db2 (H2, 1), dloss_dw3 (1, H2), dloss_db3 (1, 1)

        Gradients of the loss, all at the weights that the object has now, in a tuple. Changes nothing.
        """
        # hint: section 5. Forward once more, and keep h1 and h2; then back: three lines for each of the three layers.
        h1 = sigmoid(self.w1 * x + self.b1)
        h2 = sigmoid(self.w2 @ h1 + self.b2)
        y_prediction = (self.w3 @ h2 + self.b3)[0]
        residual = y_true - y_prediction

        delta3 = -2 * residual[np.newaxis, :] / len(x)
        dloss_dw3 = delta3 @ h2.T
        dloss_db3 = delta3.sum(axis=1, keepdims=True)

        delta2 = (self.w3.T @ delta3) * h2 * (1 - h2)
        dloss_dw2 = delta2 @ h1.T
        dloss_db2 = delta2.sum(axis=1, keepdims=True)

        delta1 = (self.w2.T @ delta2) * h1 * (1 - h1)
        dloss_dw1 = delta1 @ x[:, np.newaxis]
        dloss_db1 = delta1.sum(axis=1, keepdims=True)
        return dloss_dw1, dloss_db1, dloss_dw2, dloss_db2, dloss_dw3, dloss_db3

    def train(self, x, y_true, lr, n_ep):
        """x (N,), y_true (N,), lr a number, n_ep a count
        -> loss_records (n_ep,); moves self.w1, self.b1, self.w2, self.b2, self.w3, self.b3

        Full-batch gradient descent: n_ep epochs (1 at least) of one update each, with the learning rate lr.

        loss_records: the loss BEFORE each update
        """
        # hint: section 6, the three steps of an epoch, in that order. All six gradients come from one call.
        loss_records = np.empty(n_ep)
        for epoch in range(n_ep):
            loss_records[epoch] = self.loss(self.forward(x), y_true)
            dloss_dw1, dloss_db1, dloss_dw2, dloss_db2, dloss_dw3, dloss_db3 = self.dloss_dw(x, y_true)
            self.w1 -= lr * dloss_dw1
            self.b1 -= lr * dloss_db1
            self.w2 -= lr * dloss_dw2
            self.b2 -= lr * dloss_db2
            self.w3 -= lr * dloss_dw3
            self.b3 -= lr * dloss_db3
        return loss_records


H1, H2 = 50, 5


def spread_start(rng):
    """Starting weights that give every unit of the first layer a place of its own between 0 and 3."""
    w1 = rng.uniform(-8.0, 8.0, size=(H1, 1))  # how steep each unit is, and which way it goes
    places = rng.uniform(0.0, 3.0, size=(H1, 1))
    b1 = -w1 * places  # so that w1 * x + b1 is 0 at its place
    w2 = rng.normal(size=(H2, H1)) * 3.0 / np.sqrt(H1)
    w3 = rng.normal(size=(1, H2))
    return [w1, b1, w2, np.zeros((H2, 1)), w3, np.zeros((1, 1))]


start = spread_start(rng)  # rng goes on from the data cell: to draw this start again, run that cell first
print("shapes:", [w.shape for w in start], "  weights in all:", sum(w.size for w in start))


def show_run(x, y, x_line, y_line, losses, moved, noise_level):
    """Draw the three things that matter: data and fit, loss curve, and what the weights did.

    moved: name -> that weight's distance from its start, after each epoch
    """
    figure, (fit, curve, path) = plt.subplots(1, 3, figsize=(12, 3.6), layout="constrained")
    fit.scatter(x, y, s=16, color=GREY, alpha=0.7, label="data")
    fit.plot(x_line, np.sin(x_line**2 + 1), color=ORANGE, ls="--", lw=2, label="sin(x² + 1)")
    fit.plot(x_line, y_line, color=BLUE, lw=2.5, label="network")
    fit.set(title="data and fit", xlabel="x", ylabel="y")
    fit.legend()
    curve.semilogy(losses, color=BLUE, lw=2)
    curve.axhline(noise_level, color=GREY, ls="--", lw=1.5, label="noise in the data")
    curve.set(title="loss curve", xlabel="epoch", ylabel="mean squared error")
    curve.legend()
    for (name, values), color, style in zip(moved.items(), (ORANGE, GREEN, BLUE), ("-", "--", ":")):
        path.plot(100 * np.array(values), color=color, ls=style, lw=2, label=name)
    path.set(title="what the weights did", xlabel="epoch", ylabel="distance from the start in %")
    path.legend(loc="lower right", bbox_to_anchor=(1.0, 0.08))
    plt.show()


def train_and_watch(model, x, y, lr, n_ep):
    """Call train for one epoch at a time; see after each how far the weights are from their start.

    returns: the losses, and for each weight its distance from the start, as a fraction of the start's own size
    """
    start = {"w1": model.w1.copy(), "w2": model.w2.copy(), "w3": model.w3.copy()}
    losses, moved = [], {"w1": [], "w2": [], "w3": []}
    for _ in range(n_ep):
        losses.extend(model.train(x, y, lr, 1))
        for name, w in start.items():
            moved[name].append(np.linalg.norm(getattr(model, name) - w) / np.linalg.norm(w))
    return losses, moved


def one_by_one():
    total = [np.zeros(w.shape) for w in start]
    for i in range(x_train.size):
        single = timed.dloss_dw(x_train[i : i + 1], y_train[i : i + 1])
        total = [t + g for t, g in zip(total, single)]
    return [t / x_train.size for t in total]


def best_time(call, rounds):
    seconds = []
    for _ in range(rounds):
        started = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - started)
    return min(seconds)


seed, noise, lr, n_ep = 7, 0.1, 0.2, 3000
H1, H2 = 20, 5


GIVEN = ('over_samples', 'sigmoid', 'SigmoidMLP.__init__', 'example', 'spread_start', 'show_run', 'train_and_watch', 'one_by_one', 'best_time')

DECLARATION = 'init_weights = draw.list(\n    draw.normal("H1", 1), draw.normal("H1", 1), draw.normal("H2", "H1"), draw.normal("H2", 1),\n    draw.normal(1, "H2"), draw.normal(1, 1),\n)\nx, y_prediction, y_true = draw.normal("N"), draw.normal("N"), draw.normal("N")\nlr, n_ep = draw.one_of(0.1, 1e-6, 5.0), draw.one_of(3, 1, 7)\nassignment(\n    sizes=dict(N=(1, 2, 9, 4, 3), H1=(4, 5, 3, 3, 3), H2=(3, 4, 5, 1, 3)), state=("w1", "b1", "w2", "b2", "w3", "b3")\n)\nslope(\n    SigmoidMLP.dloss_dw,\n    of=lambda init_weights, x, y_true: (m := SigmoidMLP(init_weights)).loss(m.forward(x), y_true),\n    by=("dloss_dw1", "dloss_db1", "dloss_dw2", "dloss_db2", "dloss_dw3", "dloss_db3"),\n    wrt=tuple(f"init_weights.{k}" for k in range(6)),\n)\nown(SigmoidMLP.forward, init_weights=start, x=x_train)\nown(SigmoidMLP.loss, init_weights=start, y_prediction=y_train[::-1], y_true=y_train)\nown(SigmoidMLP.dloss_dw, init_weights=start, x=x_train, y_true=y_train)\nown(SigmoidMLP.train, init_weights=start, x=x_train, y_true=y_train, lr=0.2, n_ep=40)\nrubric(SigmoidMLP.forward, pure=0.2)\nrubric(SigmoidMLP.loss, pure=0.2)\nrubric(SigmoidMLP.dloss_dw, pure=0.125)\nrubric(SigmoidMLP.train, pure=0.1, loss_records=0.4, w1=0.1, b1=0.1, w2=0.1, b2=0.1, w3=0.05, b3=0.05)'
