"""The methods of the lessons' class, which their grade cells are called by."""

METHODS = ("forward", "loss", "dloss_dw", "train")
