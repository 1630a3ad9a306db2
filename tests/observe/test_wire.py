"""Whatever is packed or sealed comes back: every tree of plain data, every array to the bit; all else is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.observe import probe

ARRAYS = hnp.arrays(np.float64, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5))
PLAIN = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(max_size=20)
KEYS = st.text(max_size=10).filter(lambda key: key != "$")  # the one key that a message uses itself
TREES = st.recursive(
    PLAIN | ARRAYS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


def same(one: Any, other: Any) -> bool:
    """Equal, arrays bit by bit, NaN's payload and the sign of zero too."""
    if isinstance(one, np.ndarray):
        return isinstance(other, np.ndarray) and one.shape == other.shape and one.tobytes() == other.tobytes()
    if isinstance(one, dict):
        return isinstance(other, dict) and list(one) == list(other) and all(same(one[k], other[k]) for k in one)
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


@given(TREES)
def test_what_is_packed_comes_back(tree):
    assert same(tree, probe.unpack(probe.pack(tree)))


@given(TREES)
def test_what_is_sealed_comes_back(tree):
    assert same(tree, probe.unseal(memoryview(probe.seal(tree))))


@given(st.lists(TREES, max_size=3))
def test_several_sealed_messages_come_back_from_one_request(trees):
    parts = probe.parted(probe.joined([probe.seal(tree) for tree in trees]))
    assert same(trees, [probe.unseal(part) for part in parts])


def test_a_sealed_array_is_the_message_itself_and_stands_there_once():
    array = np.arange(6.0).reshape(2, 3)
    message = probe.seal({"first": array, "again": (1, array)})
    tree = probe.unseal(memoryview(message))
    assert len(message) % 8 == 0
    assert message.count(array.tobytes()) == 1
    assert message.index(array.tobytes()) % 8 == 0
    assert tree["first"] is tree["again"][1]
    with pytest.raises(ValueError, match="read-only"):
        tree["first"][0, 0] = 1.0


def test_views_are_sealed_as_what_they_show_and_numbers_of_numpy_as_plain_ones():
    array = np.arange(12.0).reshape(3, 4)
    tree = [array.T, array[::-1], np.arange(3), np.float64(0.1), np.bool_(True)]
    wanted = [np.array(array.T), np.array(array[::-1]), np.arange(3.0), 0.1, True]
    assert same(wanted, probe.unseal(memoryview(probe.seal(tree))))


@pytest.mark.parametrize("thing", [object(), b"bytes", {1, 2}, 1j, np.complex128(1j)])
def test_what_is_neither_plain_nor_an_array_is_not_sealed(thing):
    with pytest.raises(TypeError, match="cannot be sent"):
        probe.seal({"args": [thing]})


@given(ARRAYS)
def test_numbers_start_where_a_processor_reads_them_best(array):
    message = probe.pack({"first": array, "again": array})
    start = message.index(b"\n", message.index(b"\n") + 1) + 1  # behind two lines of JSON
    assert start % 8 == 0
    assert len(message) == start + array.nbytes  # the same array stands there once


@given(hnp.arrays(np.float64, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=6)), st.integers(1, 3))
def test_views_are_packed_as_what_they_show(array, step):
    for view in (array.T, array[::-1], array[:, ::step], np.broadcast_to(array[0], array.shape)):
        assert same(np.array(view), probe.unpack(probe.pack([view]))[0])


@given(TREES, st.data())
def test_a_message_cut_off_is_refused(tree, data):
    message = probe.pack([tree, np.ones(2)])
    cut = data.draw(st.integers(0, len(message) - 1))
    with pytest.raises(ValueError, match=r".+"):
        probe.unpack(message[:cut])


@given(st.binary(max_size=200))
def test_bytes_of_any_kind_are_refused_by_a_sentence_or_read(raw):
    """Nothing else comes of what a submission may write: no other error, no array larger than its bytes."""
    try:
        probe.unpack(raw, 1_000)
    except (ValueError, RecursionError):
        return


@given(st.lists(st.binary(max_size=50), max_size=6))
def test_what_is_joined_is_parted(messages):
    assert [bytes(part) for part in probe.parted(probe.joined(messages))] == messages
