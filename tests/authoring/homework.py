"""Homework as courses have it, each in its own style: what `autograder new --from` is given.

A line `# === KIND` begins a cell: `text`, `code`, `solution`, `tests POINTS`, `plain` (no metadata at all).
"""

from __future__ import annotations

from typing import Any

# lists as CS231n has them
SOFTMAX = r'''
# === text
# Softmax
# === code
import numpy as np
import matplotlib.pyplot as plt
%matplotlib inline
# === code
np.random.seed(0)
X_dev = np.random.randn(50, 8)
y_dev = np.random.randint(0, 5, 50)
W = np.random.randn(8, 5) * 0.01
# === solution
def softmax_loss_vectorized(W, X, y, reg):
    """
    Softmax loss function, vectorized version.

    Inputs have dimension D, there are C classes, and we operate on minibatches
    of N examples.

    Inputs:
    - W: A numpy array of shape (D, C) containing weights.
    - X: A numpy array of shape (N, D) containing a minibatch of data.
    - y: A numpy array of shape (N,) containing training labels; y[i] = c means
      that X[i] has label c, where 0 <= c < C.
    - reg: (float) regularization strength

    Returns a tuple of:
    - loss as single float
    - gradient with respect to weights W; an array of same shape as W
    """
    loss = 0.0
    dW = np.zeros_like(W)
    ### BEGIN SOLUTION
    num = X.shape[0]
    scores = X.dot(W)
    scores -= scores.max(axis=1, keepdims=True)
    p = np.exp(scores)
    p /= p.sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(num), y]).mean() + reg * np.sum(W * W)
    p[np.arange(num), y] -= 1
    dW = X.T.dot(p) / num + 2 * reg * W
    ### END SOLUTION
    return loss, dW
# === code
loss, grad = softmax_loss_vectorized(W, X_dev, y_dev, 0.000005)
print('loss: %f' % loss)
# === tests 5
loss, grad = softmax_loss_vectorized(W, X_dev, y_dev, 0.0)
assert abs(loss + np.log(0.2)) < 0.3
### BEGIN HIDDEN TESTS
assert grad.shape == W.shape
### END HIDDEN TESTS
'''


# caches
LAYERS = r'''
# === text
# Layers
# === code
import numpy as np
# === solution
def affine_forward(x, w, b):
    """
    Computes the forward pass for an affine (fully-connected) layer.

    Inputs:
    - x: A numpy array containing input data, of shape (N, D)
    - w: A numpy array of weights, of shape (D, M)
    - b: A numpy array of biases, of shape (M,)

    Returns a tuple of:
    - out: output, of shape (N, M)
    - cache: (x, w, b)
    """
    out = None
    ### BEGIN SOLUTION
    out = x.dot(w) + b
    ### END SOLUTION
    cache = (x, w, b)
    return out, cache
# === tests 2
x = np.linspace(-0.1, 0.5, num=8).reshape(2, 4)
w = np.linspace(-0.2, 0.3, num=12).reshape(4, 3)
b = np.linspace(-0.3, 0.1, num=3)
out, _ = affine_forward(x, w, b)
assert out.shape == (2, 3)
# === solution
def affine_backward(dout, cache):
    """
    Computes the backward pass for an affine layer.

    Inputs:
    - dout: Upstream derivative, of shape (N, M)
    - cache: Tuple of:
      - x: Input data, of shape (N, D)
      - w: Weights, of shape (D, M)
      - b: Biases, of shape (M,)

    Returns a tuple of:
    - dx: Gradient with respect to x, of shape (N, D)
    - dw: Gradient with respect to w, of shape (D, M)
    - db: Gradient with respect to b, of shape (M,)
    """
    x, w, b = cache
    dx, dw, db = None, None, None
    ### BEGIN SOLUTION
    dx = dout.dot(w.T)
    dw = x.T.dot(dout)
    db = dout.sum(axis=0)
    ### END SOLUTION
    return dx, dw, db
# === tests 4
np.random.seed(231)
x = np.random.randn(10, 6)
w = np.random.randn(6, 5)
b = np.random.randn(5)
dout = np.random.randn(10, 5)
_, cache = affine_forward(x, w, b)
dx, dw, db = affine_backward(dout, cache)
assert dx.shape == x.shape
# === solution
def relu_forward(x):
    """
    Computes the forward pass for a layer of rectified linear units (ReLUs).

    Input:
    - x: Inputs, of any shape

    Returns a tuple of:
    - out: Output, of the same shape as x
    - cache: x
    """
    ### BEGIN SOLUTION
    out = np.maximum(0, x)
    ### END SOLUTION
    cache = x
    return out, cache

def relu_backward(dout, cache):
    """
    Computes the backward pass for a layer of rectified linear units (ReLUs).

    Input:
    - dout: Upstream derivatives, of any shape
    - cache: Input x, of same shape as dout

    Returns:
    - dx: Gradient with respect to x
    """
    x = cache
    ### BEGIN SOLUTION
    dx = dout * (x > 0)
    ### END SOLUTION
    return dx
# === tests 2
x = np.random.randn(10, 10)
dout = np.random.randn(*x.shape)
out, cache = relu_forward(x)
dx = relu_backward(dout, cache)
assert dx.shape == x.shape
'''


# NumPy's sections
K_MEANS = r'''
# === text
# k-means
# === code
import numpy as np
# === solution
def assign_clusters(X, centroids):
    """Assign each sample to its nearest centroid.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    centroids : ndarray of shape (k, n_features)

    Returns
    -------
    labels : ndarray of shape (n_samples,)
        Index of the nearest centroid.
    """
    ### BEGIN SOLUTION
    d = ((X[:, None, :] - centroids[None]) ** 2).sum(axis=2)
    return np.argmin(d, axis=1)
    ### END SOLUTION
# === solution
def update_centroids(X, labels, k):
    """Mean of the samples of each cluster.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    labels : ndarray of shape (n_samples,)
    k : int
        number of clusters

    Returns
    -------
    centroids : ndarray of shape (k, n_features)
    """
    ### BEGIN SOLUTION
    centroids = np.zeros((k, X.shape[1]))
    for j in range(k):
        if np.any(labels == j):
            centroids[j] = X[labels == j].mean(axis=0)
    return centroids
    ### END SOLUTION
# === tests 3
rng = np.random.RandomState(0)
X = rng.randn(20, 2)
c = X[:3]
labels = assign_clusters(X, c)
assert labels.shape == (20,)
assert labels[0] == 0
# === tests 3
new = update_centroids(X, labels, 3)
assert new.shape == (3, 2)
assert np.allclose(new[0], X[labels == 0].mean(axis=0))
'''


# a class with `fit`
LOGISTIC = r'''
# === text
# LR
# === code
import numpy as np
# === solution
class LogisticRegression:
    def __init__(self, lr=0.1, n_iters=100):
        self.lr = lr
        self.n_iters = n_iters
        self.w = None
        self.b = None

    def fit(self, X, y):
        """
        Args:
            X: array of shape (N, D)
            y: array of shape (N,) with 0/1 labels
        """
        ### BEGIN SOLUTION
        n, d = X.shape
        self.w = np.zeros(d)
        self.b = 0.0
        for _ in range(self.n_iters):
            p = 1 / (1 + np.exp(-(X @ self.w + self.b)))
            self.w -= self.lr * X.T @ (p - y) / n
            self.b -= self.lr * np.mean(p - y)
        return self
        ### END SOLUTION

    def predict_proba(self, X):
        """
        Args:
            X: array of shape (N, D)
        Returns:
            probabilities of shape (N,)
        """
        ### BEGIN SOLUTION
        return 1 / (1 + np.exp(-(X @ self.w + self.b)))
        ### END SOLUTION

    def predict(self, X):
        """
        Args:
            X: array of shape (N, D)
        Returns:
            labels: array of shape (N,)
        """
        ### BEGIN SOLUTION
        return (self.predict_proba(X) >= 0.5).astype(int)
        ### END SOLUTION
# === tests 4
np.random.seed(1)
X = np.random.randn(60, 3)
y = (X[:, 0] > 0).astype(int)
model = LogisticRegression(lr=0.5, n_iters=50)
model.fit(X, y)
assert model.w.shape == (3,)
# === tests 2
proba = model.predict_proba(X)
assert proba.min() >= 0
# === tests 2
assert (model.predict(X) == y).mean() > 0.9
'''


# Google's sections
RECURRENT = r'''
# === text
# RNN
# === code
import numpy as np
# === solution
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    """Run the forward pass for a single timestep of a vanilla RNN.

    Args:
        x: Input data for this timestep, of shape (N, D).
        prev_h: Hidden state from previous timestep, of shape (N, H)
        Wx: Weight matrix for input-to-hidden connections, of shape (D, H)
        Wh: Weight matrix for hidden-to-hidden connections, of shape (H, H)
        b: Biases of shape (H,)

    Returns:
        next_h: Next hidden state, of shape (N, H)
        cache: Tuple of values needed for the backward pass.
    """
    ### BEGIN SOLUTION
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    cache = (x, prev_h, Wx, Wh, next_h)
    ### END SOLUTION
    return next_h, cache


def rnn_step_backward(dnext_h, cache):
    """Backward pass for a single timestep of a vanilla RNN.

    Args:
        dnext_h: Gradient of loss with respect to next hidden state, of shape (N, H)
        cache: Cache object from the forward pass

    Returns:
        dx: Gradients of input data, of shape (N, D)
        dprev_h: Gradients of previous hidden state, of shape (N, H)
        dWx: Gradients of input-to-hidden weights, of shape (D, H)
        dWh: Gradients of hidden-to-hidden weights, of shape (H, H)
        db: Gradients of bias vector, of shape (H,)
    """
    ### BEGIN SOLUTION
    x, prev_h, Wx, Wh, next_h = cache
    dz = dnext_h * (1 - next_h**2)
    dx = dz @ Wx.T
    dprev_h = dz @ Wh.T
    dWx = x.T @ dz
    dWh = prev_h.T @ dz
    db = dz.sum(axis=0)
    ### END SOLUTION
    return dx, dprev_h, dWx, dWh, db
# === tests 3
N, D, H = 3, 10, 4
x = np.linspace(-0.4, 0.7, num=N*D).reshape(N, D)
prev_h = np.linspace(-0.2, 0.5, num=N*H).reshape(N, H)
Wx = np.linspace(-0.1, 0.9, num=D*H).reshape(D, H)
Wh = np.linspace(-0.3, 0.7, num=H*H).reshape(H, H)
b = np.linspace(-0.2, 0.4, num=H)
next_h, cache = rnn_step_forward(x, prev_h, Wx, Wh, b)
assert next_h.shape == (N, H)
# === tests 5
np.random.seed(231)
N, D, H = 4, 5, 6
x, h, Wx = np.random.randn(N, D), np.random.randn(N, H), np.random.randn(D, H)
Wh, b = np.random.randn(H, H), np.random.randn(H)
out, cache = rnn_step_forward(x, h, Wx, Wh, b)
dnext_h = np.random.randn(*out.shape)
dx, dprev_h, dWx, dWh, db = rnn_step_backward(dnext_h, cache)
assert dWh.shape == Wh.shape
'''


# nothing said but by tests, nbgrader's first metadata
ASSERTS = r'''
# === text
# HW1
# === code
import numpy as np
from nose.tools import assert_equal
# === solution
def sigmoid(z):
    ### BEGIN SOLUTION
    return 1 / (1 + np.exp(-z))
    ### END SOLUTION
# === tests 1
assert_equal(sigmoid(0), 0.5)
assert np.allclose(sigmoid(np.array([-1.0, 0.0, 2.0])), [0.26894142, 0.5, 0.88079708])
# === solution
def mse(y_true, y_pred):
    """Mean squared error."""
    ### BEGIN SOLUTION
    return np.mean((y_true - y_pred) ** 2)
    ### END SOLUTION
# === tests 2
assert_equal(mse(np.array([1, 2, 3]), np.array([1, 2, 3])), 0)
assert_equal(mse(np.array([1.0, 2.0]), np.array([3.0, 2.0])), 2.0)
# === solution
def gradient_descent(X, y, w, lr=0.01, n_iters=100):
    ### BEGIN SOLUTION
    for _ in range(n_iters):
        w = w - lr * 2 / len(y) * X.T @ (X @ w - y)
    return w
    ### END SOLUTION
# === tests 3
X = np.array([[1, 1], [1, 2], [1, 3], [1, 5]])
y = np.array([2, 3, 4, 6])
w = gradient_descent(X, y, np.zeros(2), lr=0.05, n_iters=2000)
assert np.allclose(w, [1, 1], atol=1e-2)
# === by hand 2
Explain why the learning rate matters.
'''


# a mask that may be left out, and a way back
MASKED = r'''
# === code
import numpy as np
# === solution
def masked_mean_forward(x, w, mask=None):
    """Weighted mean of each row over the places that its mask lets through.

    Args:
        x: array of shape (N, D)
        w: weights, array of shape (D,)
        mask: optional boolean array of shape (N, D); False means "left out"

    Returns:
        out: array of shape (N,)
        cache: for the way back
    """
    ### BEGIN SOLUTION
    on = np.ones(x.shape) if mask is None else np.where(mask, 1.0, 0.0)
    share = on / on.sum(axis=1, keepdims=True)
    return (x * w * share).sum(axis=1), (x, w, share)
    ### END SOLUTION


def masked_mean_backward(dout, cache):
    """The way back.

    Args:
        dout: array of shape (N,)
        cache: from masked_mean_forward

    Returns:
        dx: array of shape (N, D)
        dw: array of shape (D,)
    """
    ### BEGIN SOLUTION
    x, w, share = cache
    return dout[:, None] * w * share, (dout[:, None] * x * share).sum(axis=0)
    ### END SOLUTION
# === tests 4
x = np.arange(-4.0, 8.0).reshape(3, 4)
w = np.array([1.0, -1.0, 0.5, 2.0])
out, cache = masked_mean_forward(x, w)
assert out.shape == (3,)
dx, dw = masked_mean_backward(np.array([1.0, -2.0, 0.0]), cache)
mask = np.array([[True, False, True, True], [False, True, False, False], [True, True, True, False]])
out, cache = masked_mean_forward(x, w, mask)
assert np.isclose(out[1], -1.0)
'''


# several results in one line, a running average under a root
RUNNING = r'''
# === code
import numpy as np
# === solution
def rms_step(w, dw, s, lr=0.01, eps=1e-8):
    """One step.

    Parameters
    ----------
    w, dw, s : ndarray, shape (D,)
        Weights, their gradient, what is kept.
    lr, eps : float

    Returns
    -------
    w, s : ndarray, shape (D,)
    """
    ### BEGIN SOLUTION
    now = 0.9 * s + 0.1 * dw**2
    return w - lr * dw / (np.sqrt(now) + eps), now
    ### END SOLUTION
# === tests 3
w, s = np.array([1.0, -1.0]), np.zeros(2)
for _ in range(3):
    w, s = rms_step(w, np.array([0.5, -2.0]), s)
assert w.shape == (2,)
'''


# an object that changes beside what its methods return
MIXTURE = r'''
# === code
import numpy as np
# === solution
class Mixture:
    def __init__(self, pis, centres):
        """
        Arguments:
        pis -- mixture weights, numpy array of shape (k,)
        centres -- numpy array of shape (k,)
        """
        self.pis, self.centres = pis, centres
        self.last = None

    def shares(self, x):
        """
        Arguments:
        x -- numpy array of shape (n,)

        Returns:
        r -- responsibilities, numpy array of shape (n, k)
        """
        ### BEGIN SOLUTION
        p = self.pis * np.exp(-0.5 * (x[:, None] - self.centres) ** 2)
        self.last = p / p.sum(axis=1, keepdims=True)
        return self.last
        ### END SOLUTION

    def fit(self, x, n_iter=10):
        """
        Arguments:
        x -- numpy array of shape (n,)
        n_iter -- number of iterations

        Returns:
        costs -- list of the costs, one for each iteration
        """
        ### BEGIN SOLUTION
        costs = []
        for _ in range(n_iter):
            r = self.shares(x)
            costs.append(float(np.sum(r * (x[:, None] - self.centres) ** 2)))
            self.pis, self.centres = r.mean(axis=0), r.T @ x / r.sum(axis=0)
        return costs
        ### END SOLUTION
# === tests 5
rng = np.random.default_rng(0)
x = rng.normal(size=30)
mixture = Mixture(np.array([0.3, 0.7]), np.array([-1.0, 1.0]))
assert mixture.shares(x).shape == (30, 2)
assert len(mixture.fit(x, 4)) == 4
'''


# weights and their slopes in dicts, a cache that is nobody's business
DICTS = r'''
# === code
import numpy as np
# === solution
def scores(X, params):
    """
    Inputs:
    - X: array of shape (N, D)
    - params: dict with W (D, H), b (H,) and v (H,)

    Returns:
    - s: array of shape (N,)
    - cache: what slopes needs
    """
    ### BEGIN SOLUTION
    h = np.tanh(X @ params["W"] + params["b"])
    return h @ params["v"], (h, X)
    ### END SOLUTION


def slopes(X, params):
    """
    Inputs:
    - X: array of shape (N, D)
    - params: dict with W (D, H), b (H,) and v (H,)

    Returns:
    - loss: a number
    - grads: dict with the keys of params
    """
    ### BEGIN SOLUTION
    s, (h, X) = scores(X, params)
    dz = s[:, None] * params["v"] * (1 - h**2)
    return 0.5 * np.sum(s**2), {"W": X.T @ dz, "b": dz.sum(axis=0), "v": h.T @ s}
    ### END SOLUTION
# === tests 5
rng = np.random.default_rng(0)
X = rng.normal(size=(5, 4))
params = {"W": rng.normal(size=(4, 4)), "b": np.zeros(4), "v": rng.normal(size=4)}
s, cache = scores(X, params)
loss, grads = slopes(X, params)
assert set(grads) == set(params)
'''


def notebook(text: str, schema: int | None = 3) -> dict[str, Any]:
    """A notebook as its file has it; `schema` is the version of nbgrader's metadata, None for none at all."""
    cells = []
    for number, part in enumerate(text.strip().split("# === ")[1:], 1):
        kind, _, source = part.partition("\n")
        word, *points = kind.rsplit(" ", 1) if kind[-1].isdigit() else (kind,)
        cell: dict[str, Any] = {"cell_type": "markdown" if word in ("text", "by hand") else "code", "metadata": {}}
        cell["source"] = source.rstrip("\n").splitlines(keepends=True)
        if cell["cell_type"] == "code":
            cell |= {"execution_count": 3, "outputs": []}
        if word in ("solution", "tests", "by hand") and schema is not None:
            meta = {"grade": word != "solution", "solution": word != "tests", "locked": word == "tests"}
            meta |= {"grade_id": f"cell-{number}", "schema_version": schema}
            cell["metadata"]["nbgrader"] = meta | ({"points": int(points[0])} if points else {})
        cells.append(cell)
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 2}
