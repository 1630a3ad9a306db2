"""The reference of two_layer_relu, extracted from its source notebook by `autograder build`; not to be edited."""

import numpy as np


class TwoLayerReLU:
    """A network of two layers with a relu between them, and no biases."""

    def __init__(self, init_weights):
        """Store copies of the two starting weights, self.w1 (D_in, H) and self.w2 (H, D_out). (Given.)"""
        w1, w2 = init_weights
        self.w1 = np.array(w1, dtype=float)
        self.w2 = np.array(w2, dtype=float)

    def forward(self, x):
        """Predict y for a batch.

        x: array of shape (N, D_in)
        returns: y_prediction, array of shape (N, D_out)
        """
        # hint: section 3, three steps: pre-activation, hidden layer, prediction. Two of them are matrix products.
        pre_activation = x @ self.w1
        hidden = np.maximum(pre_activation, 0)
        return hidden @ self.w2

    def loss(self, y_prediction, y_true):
        """Sum of the squared errors, over all samples and all outputs.

        y_prediction, y_true: arrays of shape (N, D_out)
        returns: one float
        """
        # hint: section 4. Errors first, then square, then add up everything.
        error = y_prediction - y_true
        return float(np.sum(error**2))

    def dloss_dw(self, x, y_true):
        """Gradients of the loss, both at the weights that the object has now. Changes nothing.

        x: array of shape (N, D_in); y_true: array of shape (N, D_out)
        returns: the tuple (dloss_dw1, dloss_dw2) of two arrays, with the shapes of w1 and w2
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
        """Full-batch gradient descent: n_ep epochs of one update each.

        x: array of shape (N, D_in); y_true: array of shape (N, D_out); lr: learning rate; n_ep: at least 1
        returns: loss_records, shape (n_ep,), the loss BEFORE each update
        """
        # hint: section 6, the four steps of an epoch, in that order. Both gradients come from one call.
        loss_records = np.empty(n_ep)
        for epoch in range(n_ep):
            loss_records[epoch] = self.loss(self.forward(x), y_true)
            dloss_dw1, dloss_dw2 = self.dloss_dw(x, y_true)
            self.w1 -= lr * dloss_dw1
            self.w2 -= lr * dloss_dw2
        return loss_records
