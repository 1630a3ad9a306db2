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
    "recorded": "with right results from the methods that it calls",
    "side effects": "with the methods that it calls run, and right results in the place of their answers",
    "made up": "with a made-up gradient and loss whose course is known",
    f"{BY_CONTRACT}recorded": "with right results from the methods that it calls, in the form that was asked",
    f"{BY_CONTRACT}made up": "with a made-up gradient and loss, in the form that was asked",
    **dict.fromkeys(CACHES, "with right values in the place of what forward keeps on the object"),
}
PARTNERS = {"dloss_dw": ("forward",), "train": ("forward", "loss", "dloss_dw")}
