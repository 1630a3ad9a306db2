"""The networks of the lessons whose class has forward, loss, dloss_dw and train: what submissions are written from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Network:
    """`weights` have the shapes of a small one; `recorded` says that train returns them too, beside the losses.

    `y` are the axes of the targets; `mean` says that the loss is one over the samples, and no sum.
    """

    name: str
    class_name: str
    weights: dict[str, tuple[int, ...]]
    y: int
    recorded: bool
    mean: bool


_DEEP = {"w1": (4, 1), "b1": (4, 1), "w2": (3, 4), "b2": (3, 1), "w3": (1, 3), "b3": (1, 1)}

LESSONS = {
    network.name: network
    for network in (
        Network("linear_regression", "LinearRegression", {"w1": (2, 1)}, y=2, recorded=True, mean=False),
        Network("relu_regression", "ReLURegression", {"w1": (2, 4), "w2": (5, 1)}, y=2, recorded=False, mean=False),
        Network("shallow_narrow", "ShallowNarrow", {"w1": (), "w2": ()}, y=1, recorded=True, mean=True),
        Network("sigmoid_mlp", "SigmoidMLP", _DEEP, y=1, recorded=False, mean=True),
        Network("two_layer_relu", "TwoLayerReLU", {"w1": (3, 5), "w2": (5, 2)}, y=2, recorded=False, mean=False),
    )
}
