"""Packing of layers: there and back, by hand, and how far levels are from values."""

import base64
import json
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.results.player.packing import (
    held,
    json_in_page,
    nearest_level,
    pack_changes,
    pack_integers,
    persons_levels,
    unpack_changes,
    unpack_integers,
)


def test_changes_by_hand():
    """Three steps of two cells. The first goes 0, 5, 4: changes at steps 1 and 2; the second stays at 7 from step 0."""
    packed = pack_changes(np.array([[0, 7], [5, 7], [4, 7]], dtype=np.uint8))
    content = zlib.decompress(base64.b64decode(packed["data"]))
    # two changes, after one step and none; one change, at once; then +5, -1 (255) and +7
    assert list(content) == [2, 1, 0, 1, 0, 5, 255, 7]
    assert (packed["steps"], packed["cells"], packed["head"]) == (3, 2, 5)


@given(st.integers(1, 6), st.integers(1, 300), st.integers(0, 2**32 - 1), st.sampled_from([2, 9, 256]))
def test_changes_there_and_back(cells, steps, seed, many):
    codes = np.random.default_rng(seed).integers(0, many, (steps, cells)).astype(np.uint8)
    assert (unpack_changes(pack_changes(codes)) == codes).all()


@given(st.lists(st.integers(-(2**40), 2**40), max_size=50))
def test_integers_there_and_back(values):
    packed = pack_integers(values)
    assert packed["count"] == len(values)
    assert unpack_integers(packed).tolist() == values


def test_levels_are_within_five_percent_and_exact_up_to_ten():
    levels = persons_levels()
    values = np.concatenate([np.arange(0, 3000), np.geomspace(3000, 1.9e7, 5000)])
    found = levels[nearest_level(values, levels) - 1]
    assert (found[:11] == values[:11]).all()
    assert np.abs(found[1:] / values[1:] - 1).max() <= 0.0501
    assert nearest_level(np.array([np.nan, 0.0]), levels).tolist() == [0, 1]
    with pytest.raises(ValueError, match="byte"):
        nearest_level(values, np.arange(300.0))


def test_held_codes_are_never_off_by_more_than_the_slack():
    codes = np.cumsum(np.random.default_rng(3).integers(-1, 2, (200, 5)), axis=0) + 100
    codes = codes.astype(np.uint8)
    codes[50:60, 2] = 0  # no value: shown at once, and its end too
    for slack in (1, 3):
        found = held(codes, slack)
        assert np.abs(found.astype(int) - codes).max() == slack
        assert ((found == 0) == (codes == 0)).all()
        assert (np.diff(found.astype(int), axis=0) != 0).sum() < (np.diff(codes.astype(int), axis=0) != 0).sum() / 2
    assert held(codes, 0) is codes


def test_json_cannot_end_its_element():
    text = {"title": "</script><script>alert(1)</script><!-- \u2028"}
    written = json_in_page(text)
    assert "<" not in written
    assert "\u2028" not in written
    assert json.loads(written) == text
    with pytest.raises(ValueError, match="JSON"):
        json_in_page({"number": float("nan")})
