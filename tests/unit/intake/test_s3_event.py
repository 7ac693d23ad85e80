import json
from pathlib import Path

import pytest

from chalicelib.catalog.times import padded_sequencer
from chalicelib.intake.s3_event import InvalidEvent, ObjectEvent

EVENTS = Path(__file__).parents[2] / "events"


def records(name):
    return json.loads((EVENTS / name).read_text())["Records"]


def test_a_write_is_read_as_s3_describes_it():
    [record] = records("s3_object_created.json")
    assert ObjectEvent.from_notification(record) == ObjectEvent(
        bucket="csv-bucket",
        key="reports/2026/sales & margins (é).csv",
        removed=False,
        time="2026-11-22T18:00:00.123Z",
        sequencer="0055AED6DCD90281E500000000000000",
        size=1024,
        etag="d41d8cd98f00b204e9800998ecf8427e",
        version_id="096fKKXTRTtl3on89fVO.nfljtsv6qko",
    )


@pytest.mark.parametrize("sequencer", ["", "0", None])
def test_a_removal_without_a_sequencer_is_refused_by_name(sequencer):
    [record] = records("s3_object_removed.json")
    record["s3"]["object"].pop("sequencer")
    if sequencer is not None:
        record["s3"]["object"]["sequencer"] = sequencer
    with pytest.raises(InvalidEvent, match="a removal without a sequencer"):
        ObjectEvent.from_notification(record)


def test_a_removal_has_no_size_and_no_etag():
    [record] = records("s3_object_removed.json")
    event = ObjectEvent.from_notification(record)
    assert (event.removed, event.size, event.etag, event.version_id) == (True, 0, None, None)


@pytest.mark.parametrize(
    ("as_sent", "key"),
    [
        ("a.csv", "a.csv"),
        ("two+words.csv", "two words.csv"),
        ("a%2Bb.csv", "a+b.csv"),
        ("50%2525.csv", "50%25.csv"),
        ("%E5%A3%B2%E4%B8%8A.csv", "売上.csv"),
    ],
)
def test_a_key_is_decoded_exactly_once(as_sent, key):
    [record] = records("s3_object_created.json")
    record["s3"]["object"]["key"] = as_sent
    assert ObjectEvent.from_notification(record).key == key


@pytest.mark.parametrize("record", [{}, {"s3": None}, [], None, "s3", {"s3": {"object": {}}}])
def test_what_is_no_s3_event_is_refused_by_name(record):
    with pytest.raises(InvalidEvent):
        ObjectEvent.from_notification(record)


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("0055AED6DCD90281E5", "0055AED6DCD90281E6"),
        ("0055AED6DCD9", "0055AED6DCD90281E5"),
        ("0055aed6dcd90281e5", "0055AED6DCD90281E6"),
        ("", "01"),
    ],
)
def test_padded_sequencers_compare_as_the_writes_came(older, newer):
    assert padded_sequencer(older) < padded_sequencer(newer)


def test_a_sequencer_and_the_same_with_zeros_behind_it_are_one():
    assert padded_sequencer("0055AE") == padded_sequencer("0055AE00")
