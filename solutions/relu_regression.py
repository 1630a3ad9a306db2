"""The reference of relu_regression, extracted from its source notebook by `autograder build`; not to be edited."""

import numpy as np


class ReLURegression:
    """One hidden layer of relus, with a bias in both layers."""

    def __init__(self, init_weights):
        """Store float64 copies of the starting weights, self.w1 (2, H) and self.w2 (H+1, 1). (Given.)"""
        w1, w2 = init_weights
        self.w1 = np.array(w1, dtype=float)
        self.w2 = np.array(w2, dtype=float)

    def forward(self, x):
        """Predict y for a batch.

        x: array of shape (N, 1)
        returns: y_prediction, array of shape (N, 1)
        """
        # hint: section 3. X, then U, then the relu of U, then a column of ones in front, then the prediction.
        ones = np.ones_like(x)
        before = np.hstack([ones, x]) @ self.w1  # (N, H), before the relu
        hidden = np.maximum(before, 0.0)  # a new array: `before` stays as it is
        return np.hstack([ones, hidden]) @ self.w2  # (N, 1)

    def loss(self, y_prediction, y_true):
        """The sum over the samples of half the squared error.

        y_prediction, y_true: arrays of shape (N, 1)
        returns: one float
        """
        # hint: section 4, as in the last lesson.
        error = y_prediction - y_true
        return float(np.sum(0.5 * error**2))

    def dloss_dw(self, x, y_true):
        """The gradients of the loss, both at the weights that the object has now. Changes nothing.

        x, y_true: arrays of shape (N, 1)
        returns: the tuple (dloss_dw1, dloss_dw2) of arrays of the shapes (2, H) and (H+1, 1)
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
        """Full-batch gradient descent: n_ep epochs of one update each.

        x, y_true: arrays of shape (N, 1); lr: learning rate; n_ep: number of epochs, at least 1
        returns: loss_records, array of shape (n_ep,): the loss BEFORE each update
        """
        # hint: section 6, the four steps of an epoch, in that order. Both gradients come from one call.
        loss_records = np.empty(n_ep)
        for epoch in range(n_ep):
            loss_records[epoch] = self.loss(self.forward(x), y_true)
            dloss_dw1, dloss_dw2 = self.dloss_dw(x, y_true)
            self.w1 -= lr * dloss_dw1
            self.w2 -= lr * dloss_dw2
        return loss_records
