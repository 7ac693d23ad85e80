"""Estimates of values that are too many to be kept."""

import random

import pytest

from chalicelib.csv_reader.profile.figures.sketches import DistinctSketch


def hashes_of(values: int) -> list[int]:
    chance = random.Random(7)  # noqa: S311
    return [chance.getrandbits(64) for _ in range(values)]


@pytest.mark.parametrize("known", [0, 600, 3000])
def test_values_that_were_counted_before_many_are_expected_count_as_others_do(known):
    hashes = hashes_of(30_000)
    sketch = DistinctSketch(limit=10_050, kept=4096)
    sketch.add(hashes[:known])
    sketch.expect(30_000)
    sketch.add(value for value in hashes[known:] if value <= sketch.threshold)
    count, is_exact = sketch.count()
    assert not is_exact
    assert count == pytest.approx(30_000, rel=0.1)


def test_values_that_are_found_little_by_little_are_known_to_be_too_many_in_time():
    hashes = hashes_of(30_000)
    sketch = DistinctSketch(limit=10_050, kept=4096, is_partial=True)
    for first in range(0, 30_000, 5_000):
        some = hashes[first : first + 5_000]
        assert not sketch.is_at_most(1) or not first
        sketch.add(value for value in some if value <= sketch.threshold)
    assert not sketch.is_partial
