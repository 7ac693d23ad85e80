"""What is due is found in the order of time, each dataset by a key of its own."""

from chalicelib.catalog.history.due import due_item

DUE = "2026-11-12T12:00:00.000Z"


def test_a_dataset_has_a_key_that_fits_and_is_its_own_however_long_its_name_is():
    names = ["é" * 500, "é" * 499 + "e", "x" * 1_024, "x" * 1_023 + "y", "sales/{date}.csv"]
    places = {due_item(name, DUE)["SK"] for name in names}
    assert len(places) == len(names)
    assert all(len(place.encode()) <= 1_024 for place in places)


def test_what_is_due_earlier_comes_first():
    places = [due_item(name, due)["SK"] for name, due in (("b", DUE), ("a", DUE[:-2] + "1Z"))]
    assert places == sorted(places)
