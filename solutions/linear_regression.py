"""The reference of linear_regression, extracted from its source notebook by `autograder build`; not to be edited."""

import numpy as np


class LinearRegression:
    """A straight line with a bias: one layer, no activation function."""

    def __init__(self, init_weights):
        """Store a float64 copy of the starting weights as self.w1, shape (2, 1). (Given.)

        init_weights: a sequence of one array of shape (2, 1): the bias, then the slope
        """
        (w1,) = init_weights
        self.w1 = np.array(w1, dtype=float)

    def forward(self, x):
        """Predict y for a batch.

        x: array of shape (N, 1)
        returns: y_prediction, array of shape (N, 1)
        """
        # hint: section 3. Build the inputs X, shape (N, 2), with np.hstack; then one matrix product (@) does the rest.
        inputs = np.hstack([np.ones_like(x), x])  # (N, 2)
        return inputs @ self.w1

    def loss(self, y_prediction, y_true):
        """The sum over the samples of half the squared error.

        y_prediction, y_true: arrays of shape (N, 1)
        returns: one float
        """
        # hint: section 4. Errors first, then square and halve, then sum over everything.
        error = y_prediction - y_true  # (N, 1)
        half_squares = 0.5 * error**2  # (N, 1)
        return float(np.sum(half_squares))

    def dloss_dw(self, x, y_true):
        """The gradient of the loss at the weights that the object has now. Changes nothing.

        x, y_true: arrays of shape (N, 1)
        returns: the tuple (dloss_dw1,) of one array of shape (2, 1)
        """
        # hint: section 5, the formula in the frame. You need X again, and self.forward(x) gives the prediction.
        inputs = np.hstack([np.ones_like(x), x])  # (N, 2)
        error = self.forward(x) - y_true  # (N, 1)
        dloss_dw1 = inputs.T @ error  # (2, N) @ (N, 1): a row for the bias, a row for the slope
        return (dloss_dw1,)

    def train(self, x, y_true, lr, n_ep):
        """Full-batch gradient descent: n_ep epochs of one update each.

        x, y_true: arrays of shape (N, 1); lr: learning rate; n_ep: number of epochs, at least 1
        returns: (loss_records, weight_records)
            loss_records: shape (n_ep,), the loss BEFORE each update
            weight_records: shape (n_ep, 2), the bias and the slope AFTER each update
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
