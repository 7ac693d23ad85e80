"""Commands note the contracts that nobody was notified of, and say which are noted wrongly."""

import pytest

from chalicelib.catalog.history.known_contracts import ContractNotice, KnownContracts
from chalicelib.catalog.history.table import HistoryTable
from ops.differences import differences
from ops.noted_contracts import NotedContracts
from ops.stage import read_stage

STAGE = read_stage("local")


@pytest.fixture
def known(indexed, with_history):
    return KnownContracts(HistoryTable(with_history.history_table))


@pytest.fixture
def bucket(aws):
    """A bucket with two contracts, and files."""
    for key in ("_schema.json", "a.csv", "in/_schema.days-{date}.json", "in/b.csv", "in/x.json"):
        aws.s3.put_object(Bucket=aws.bucket, Key=key, Body=b"{}")
    return aws


def noted(prefix=""):
    contracts = NotedContracts(STAGE, prefix)
    list(differences(STAGE, prefix, contract=contracts.add))
    return contracts


def test_those_of_a_full_bucket_are_known_once_all_of_it_was_read(bucket, known):
    contracts = noted()
    contracts.begin()
    assert known.keys() is None
    assert contracts.wrong() == {}
    noted("in/").mend()
    assert known.keys() is None
    contracts.mend()
    assert known.keys() == {"_schema.json", "in/_schema.days-{date}.json"}


def test_those_of_an_empty_bucket_are_known_from_the_start(aws, known):
    NotedContracts(STAGE).begin()
    assert known.keys() == frozenset()


def test_what_was_missed_is_said_and_mended_and_later_notifications_win(bucket, known):
    noted().mend()
    bucket.s3.delete_object(Bucket=bucket.bucket, Key="_schema.json")
    bucket.s3.put_object(Bucket=bucket.bucket, Key="new/_schema.json", Body=b"{}")
    wrong = {"_schema.json": "contract is gone", "new/_schema.json": "contract not noted"}
    assert noted().wrong() == wrong
    assert noted("in/").wrong() == {}
    noted().mend()
    assert noted().wrong() == {}
    later = ContractNotice(
        STAGE.bucket, "new/_schema.json", "00" + "5" * 30, "2026-11-22T18:00:00.000Z", False
    )
    known.note(later)
    assert noted().wrong() == {"new/_schema.json": "contract not noted"}
    noted().mend()
    assert known.keys() == {"in/_schema.days-{date}.json", "new/_schema.json"}


def test_without_a_history_there_is_nothing_to_note(bucket):
    contracts = noted()
    contracts.begin()
    contracts.mend()
    assert contracts.wrong() == {}
