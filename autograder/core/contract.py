"""The contract of a submission's class: its four methods, what each takes, and which lean on which."""

from __future__ import annotations

METHODS = ("forward", "loss", "dloss_dw", "train")


LABELS = {
    "forward": ("x",),
    "loss": ("y_prediction", "y_true"),
    "dloss_dw": ("x", "y_true"),
    "train": ("x", "y_true", "lr", "n_ep"),
}
