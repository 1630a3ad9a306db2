"""The reference of sigmoid_mlp, extracted from its source notebook by `autograder build`; not to be edited."""

import numpy as np


def sigmoid(z):
    """1 / (1 + exp(-z)) for every element of z, an array of any shape; never overflows."""
    small = np.exp(-np.abs(z))  # between 0 and 1, however large z is
    return np.where(z >= 0, 1.0, small) / (1.0 + small)


class SigmoidMLP:
    """A network of three layers: two hidden ones with sigmoids, and a linear output."""

    def __init__(self, init_weights):
        """Store copies of the six starting weights, w1, b1, w2, b2, w3, b3. (Given.)

        shapes: w1 (H1, 1), b1 (H1, 1), w2 (H2, H1), b2 (H2, 1), w3 (1, H2), b3 (1, 1)
        """
        w1, b1, w2, b2, w3, b3 = init_weights
        self.w1 = np.array(w1, dtype=float)
        self.b1 = np.array(b1, dtype=float)
        self.w2 = np.array(w2, dtype=float)
        self.b2 = np.array(b2, dtype=float)
        self.w3 = np.array(w3, dtype=float)
        self.b3 = np.array(b3, dtype=float)

    def forward(self, x):
        """Predict y for a batch.

        x: array of shape (N,)
        returns: y_prediction, array of shape (N,)
        """
        # hint: section 3, layer by layer. The last layer gives shape (1, N): return its only row.
        h1 = sigmoid(self.w1 * x + self.b1)
        h2 = sigmoid(self.w2 @ h1 + self.b2)
        return (self.w3 @ h2 + self.b3)[0]

    def loss(self, y_prediction, y_true):
        """Mean squared error.

        y_prediction, y_true: arrays of shape (N,)
        returns: one float
        """
        # hint: section 4. Residuals first, then square, then average over the samples.
        residual = y_true - y_prediction
        return float(np.mean(residual**2))

    def dloss_dw(self, x, y_true):
        """Gradients of the loss, all at the weights that the object has now. Changes nothing.

        x, y_true: arrays of shape (N,)
        returns: the tuple (dloss_dw1, dloss_db1, dloss_dw2, dloss_db2, dloss_dw3, dloss_db3), each of its weight's shape
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
        """Full-batch gradient descent: n_ep epochs of one update each.

        x, y_true: arrays of shape (N,); lr: learning rate; n_ep: number of epochs, at least 1
        returns: loss_records, shape (n_ep,), the loss BEFORE each update
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
