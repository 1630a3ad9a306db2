"""The arrays and numbers inside an argument, however deep: a list of dicts, as the layers of a net are kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.callables.asked.leaves import leaves_of, said, value_at, with_value
from autograder.callables.asked.steps import drawn
from tests.callables.graded import exam, graded, lost

LAYERS = (
    '''
import numpy as np

def forward(x, layers):
    """x (N, D), layers a list of dicts (W, b) -> out (N, D)"""
    for layer in layers:
        x = np.maximum(x @ layer["W"] + layer["b"], 0)
    return x

def norm(layers):
    """layers a list of dicts (W, b) -> total a number"""
    return sum(np.sum(layer["W"] ** 2) for layer in layers)
''',
    """
layer = draw.dict(W=draw.normal("D", "D"), b=draw.normal("D"), kind=draw.one_of("relu"))
x, layers = draw.normal("N", "D"), draw.list(layer, layer)
assignment(sizes=dict(N=(1, 4, 6), D=(3, 2, 4)))
""",
)


def values() -> dict[str, Any]:
    return drawn(exam(*LAYERS).reference, np.random.default_rng(0), {"N": 4, "D": 2})


def test_the_leaves_of_a_list_of_dicts_are_their_arrays_and_no_choices() -> None:
    leaves = leaves_of(exam(*LAYERS).reference, ["x", "layers"], values())
    assert leaves == ["x", "layers.0.W", "layers.0.b", "layers.1.W", "layers.1.b"]
    assert [said(each) for each in leaves[:2]] == ["x", "layers[0]['W']"]


def test_one_leaf_is_changed_and_nothing_else() -> None:
    before = values()
    after = with_value(before, "layers.1.b", np.array([7.0, 8.0]))
    assert value_at(after, "layers.1.b").tolist() == [7.0, 8.0]
    assert value_at(before, "layers.1.b").tolist() != [7.0, 8.0]
    assert value_at(after, "layers.0.b") is value_at(before, "layers.0.b")
    assert value_at(after, "layers.1.W") is value_at(before, "layers.1.W")


@pytest.mark.parametrize("name", ["layers.2.W", "layers.0.V", "layers.first", "y"])
def test_a_leaf_that_is_not_there_is_no_value(name: str) -> None:
    with pytest.raises(LookupError):
        value_at(values(), name)


def test_functions_of_a_list_of_layers_are_asked_and_judged() -> None:
    assert lost(graded(LAYERS, "np.maximum(x @", "np.maximum(x @")) == []
    assert lost(graded(LAYERS, ' + layer["b"], 0)', ", 0)")) == ["forward"]
    assert lost(graded(LAYERS, "** 2) for layer in layers)", "** 2) for layer in layers[:1])")) == ["norm"]
