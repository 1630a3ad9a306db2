"""The routes by which a method is judged apart from its collaborators, and which these are."""

from __future__ import annotations

AS_IT_STANDS = "as it stands"
# How a method may be judged apart from its collaborators, in the order in which a reader wants to hear of it.
BY_CONTRACT = "by contract "
CACHES = tuple(f"caches {k}" for k in range(1, 5))
ROUTES = {
    "dloss_dw": ("recorded", "side effects", *CACHES),
    "train": ("recorded", "side effects", "made up", f"{BY_CONTRACT}recorded", f"{BY_CONTRACT}made up"),
}
ROUTE_WORDS = {
    AS_IT_STANDS: "as it stands",
    "recorded": "with its collaborators answering from recorded data",
    "side effects": "with its collaborators run, and their answers replaced by recorded data",
    "made up": "with a made-up gradient and loss whose course is known",
    f"{BY_CONTRACT}recorded": "with its collaborators answering from recorded data, in the form that was asked",
    f"{BY_CONTRACT}made up": "with a made-up gradient and loss, in the form that was asked",
    **dict.fromkeys(CACHES, "with what forward keeps on the object replaced by recorded data"),
}
PARTNERS = {"dloss_dw": ("forward",), "train": ("forward", "loss", "dloss_dw")}
