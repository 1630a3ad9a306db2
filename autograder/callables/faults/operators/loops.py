"""What a loop runs over: a round fewer or more, another order, the last batch dropped."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.callables.faults.operators.texts import text
from autograder.callables.faults.sites import Draft, Scope, Site


def loops(site: Site, scope: Scope) -> Iterator[Draft]:
    """Drafts for the expression that a `for` runs over."""
    if site.field != "iter":
        return
    node = site.node
    whole = text(node)
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "reversed":
        yield Draft("order of rounds", "", text(node.args[0]))
    else:
        yield Draft("order of rounds", "", f"reversed(list({whole}))")
    yield Draft("first round left out", "", f"list({whole})[1:]")
    yield Draft("last round left out", "", f"list({whole})[:-1]")
    yield Draft("one round", "", f"list({whole})[:1]")
    yield Draft("last round only", "", f"list({whole})[-1:]")
    yield Draft("a round twice", "", f"[*{whole}, *list({whole})[-1:]]")
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "range":
        parts = [text(each) for each in node.args]
        if len(parts) == 1:
            yield Draft("a round more", "", f"range({parts[0]} + 1)")
            yield Draft("rounds from one", "", f"range(1, {parts[0]} + 1)")
        elif len(parts) == 3:
            yield Draft("last batch left out", "", f"range({parts[0]}, {parts[1]} - {parts[2]} + 1, {parts[2]})")
            yield Draft("last batch left out", "", f"range({parts[0]}, {parts[1]} - {parts[2]}, {parts[2]})")
            yield Draft("steps of one", "", f"range({parts[0]}, {parts[1]})")
