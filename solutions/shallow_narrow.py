"""The reference of shallow_narrow, extracted from its source notebook by `autograder build`; not to be edited."""

import numpy as np


class ShallowNarrow:
    """A linear network of two layers with one neuron each."""

    def __init__(self, init_weights):
        """Store the two starting weights as plain floats, self.w1 and self.w2. (Given.)"""
        w1, w2 = init_weights
        self.w1 = float(w1)
        self.w2 = float(w2)

    def forward(self, x):
        """Predict y for a batch.

        x: array of shape (N,)
        returns: y_prediction, array of shape (N,)
        """
        # hint: section 3. First the hidden value of every sample, then the prediction; no loop is needed.
        hidden = self.w1 * x
        return self.w2 * hidden

    def loss(self, y_prediction, y_true):
        """Mean squared error.

        y_prediction, y_true: arrays of shape (N,)
        returns: one float
        """
        # hint: section 4. Residuals first, then square, then average over the samples.
        residual = y_true - y_prediction
        return float(np.mean(residual**2))

    def dloss_dw(self, x, y_true):
        """Gradients of the loss, both at the weights that the object has now. Changes nothing.

        x, y_true: arrays of shape (N,)
        returns: the tuple (dloss_dw1, dloss_dw2) of two floats
        """
        # hint: section 5, the two formulas in the frame. Compute the prediction yourself: call self.forward(x).
        residual = y_true - self.forward(x)
        dloss_dw1 = np.mean(-2 * residual * self.w2 * x)
        dloss_dw2 = np.mean(-2 * residual * self.w1 * x)
        return float(dloss_dw1), float(dloss_dw2)

    def train(self, x, y_true, lr, n_ep):
        """Full-batch gradient descent: n_ep epochs of one update each.

        x, y_true: arrays of shape (N,); lr: learning rate; n_ep: number of epochs, at least 1
        returns: (loss_records, weight_records)
            loss_records: shape (n_ep,), the loss BEFORE each update
            weight_records: shape (n_ep, 2), the weights w1, w2 AFTER each update
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
