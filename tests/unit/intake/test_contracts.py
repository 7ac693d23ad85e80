"""Which contract a file is judged by: the nearest, that of its dataset first."""

import json
from dataclasses import replace

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from chalicelib.catalog.history.known_contracts import ContractNotice, KnownContracts
from chalicelib.catalog.history.table import HistoryTable
from chalicelib.catalog.record import InvalidMessage
from chalicelib.intake.contracts import (
    FOLDERS_AT_MOST,
    KEPT_SECONDS,
    LOOKS_A_MINUTE,
    Contracts,
)
from tests.examples.records import FILE
from tests.unit.whole_app import get, process

NOTICE = ContractNotice(
    "csv-bucket", "in/_schema.json", "00" + "5" * 30, "2026-11-22T18:00:00.000Z", is_there=True
)


def contract(*names):
    return json.dumps({"fields": [{"name": name} for name in names]}).encode()


@pytest.fixture
def s3(aws):
    """A bucket with contracts, and how often it was asked."""
    aws.put = lambda key, body=None: aws.s3.put_object(
        Bucket=aws.bucket, Key=key, Body=contract("x") if body is None else body
    )
    return aws


def judged(s3, key, dataset=None, contracts=None):
    contracts = contracts or Contracts(s3.s3, s3.bucket)
    return contracts.judged(replace(FILE, filename=key, dataset=dataset or key))


def key_of(record):
    return record.contract and record.contract["key"]


def test_without_a_contract_nothing_is_judged(s3):
    record = judged(s3, "a/b.csv")
    assert (record.contract, record.violations) == (None, ())


@pytest.mark.parametrize(
    ("there", "nearest"),
    [
        (["_schema.json"], "_schema.json"),
        (["_schema.json", "sales/_schema.json"], "sales/_schema.json"),
        (["sales/_schema.json", "sales/2026/_schema.json"], "sales/2026/_schema.json"),
        (["sales/2026/11/_schema.json", "_schema.json"], "_schema.json"),
        (["other/_schema.json", "sales_schema.json"], None),
        (["sales/2026/_schema.day-{date}.json", "sales/2026/_schema.json"], "narrow"),
        (["sales/_schema.day-{date}.json", "sales/2026/_schema.json"], "sales/2026/_schema.json"),
        (["sales/2026/_schema.week-{date}.json"], None),
    ],
)
def test_the_nearest_contract_holds_and_in_a_folder_that_of_the_dataset_first(s3, there, nearest):
    for key in there:
        s3.put(key)
    found = judged(s3, "sales/2026/day-2026-11-01.csv", "sales/{date}/day-{date}.csv")
    assert key_of(found) == (there[0] if nearest == "narrow" else nearest)


def test_a_record_has_the_contract_with_its_version_and_what_it_does_not_keep(s3):
    etag = s3.put("_schema.json", contract("id"))["ETag"].strip('"')
    record = judged(s3, "a.csv")
    assert record.contract == {"key": "_schema.json", "version": etag}
    assert "column 'amount' is not in the contract" in record.violations
    versioning = {"Status": "Enabled"}
    s3.s3.put_bucket_versioning(Bucket=s3.bucket, VersioningConfiguration=versioning)
    version = s3.put("_schema.json")["VersionId"]
    assert judged(s3, "a.csv").contract["version"] == version


def test_a_contract_is_kept_for_a_minute_and_then_read_again(s3):
    now = [0.0]
    contracts = Contracts(s3.s3, s3.bucket, clock=lambda: now[0])
    s3.put("_schema.json", contract(*FILE.column_names))
    assert judged(s3, "a.csv", contracts=contracts).violations == ()
    s3.put("_schema.json", contract("x"))
    now[0] = KEPT_SECONDS - 1.0
    assert judged(s3, "a.csv", contracts=contracts).violations == ()
    now[0] = KEPT_SECONDS + 1.0
    assert judged(s3, "a.csv", contracts=contracts).violations != ()


ODCS = b"""
apiVersion: v3.1.0
kind: DataContract
schema: [{name: day, properties: [{name: total}]}]
slaProperties: [{property: frequency, value: 1, unit: d}]
"""


@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize(
    ("there", "nearest"),
    [
        (["_contract.odcs.yaml"], "_contract.odcs.yaml"),
        (["_contract.odcs.yaml", "sales/_schema.json"], "sales/_schema.json"),
        (["sales/_contract.odcs.yaml", "sales/_schema.json"], "sales/_contract.odcs.yaml"),
        (["sales/anything.odcs.yaml"], "sales/anything.odcs.yaml"),
        (["sales/one.odcs.yaml", "sales/two.odcs.yaml"], None),
        (["sales/day.odcs.yaml", "sales/week.odcs.yaml"], "sales/day.odcs.yaml"),
        (["sales/day.odcs.yaml", "sales/_contract.odcs.yaml"], "sales/day.odcs.yaml"),
        (["other/_contract.odcs.yaml"], None),
    ],
)
def test_an_odcs_contract_is_found_by_its_name_or_as_the_only_one_of_its_folder(
    s3, there, nearest, is_known
):
    for key in there:
        s3.put(key, ODCS if key.endswith(".yaml") else None)
    known = (lambda: frozenset(there)) if is_known else (lambda: None)
    contracts = Contracts(s3.s3, s3.bucket, known)
    record = judged(s3, "sales/day-2026-11-01.csv", "sales/day-{date}.csv", contracts)
    assert key_of(record) == nearest
    if nearest and nearest.endswith(".yaml"):
        assert record.violations == ("column 'total' is missing",)
        assert record.agreed == {"every": 86_400}


class Refusing:
    """A bucket with a contract for all, whose calls S3 refuses with a code."""

    def __init__(self, listing=None, reading=None):
        self.listing, self.reading = listing, reading

    def list_objects_v2(self, **_):
        if self.listing:
            raise ClientError({"Error": {"Code": self.listing}}, "ListObjectsV2")
        return {"Contents": [{"Key": "_schema.json"}]}

    def get_object(self, **_):
        raise ClientError({"Error": {"Code": self.reading or "AccessDenied"}}, "GetObject")

    def judged(self):
        record = replace(FILE, filename="a.csv", dataset="a.csv")
        return Contracts(self, "csv-bucket").judged(record)


@pytest.mark.parametrize(
    "code",
    [
        "AccessDenied",
        "InvalidObjectState",
        "InvalidRequest",  # of one that is encrypted with a customer's own key
        "KMS.DisabledException",
        "KMS.KMSInvalidStateException",
        "KMS.NotFoundException",
    ],
)
def test_a_contract_that_s3_does_not_hand_out_is_a_violation_and_stops_nothing(code):
    record = Refusing(reading=code).judged()
    assert record.violations == (f"the contract cannot be read: {code}",)


def test_a_contract_that_is_gone_since_it_was_listed_holds_for_nothing():
    assert Refusing(reading="NoSuchKey").judged().contract is None


def test_a_bucket_that_may_not_be_listed_is_a_warning_and_stops_nothing():
    record = Refusing(listing="AccessDenied").judged()
    assert (record.contract, record.violations) == (None, ())
    assert record.warnings[-1] == (
        "contracts were not looked for: the bucket cannot be listed (AccessDenied)"
    )


@pytest.mark.parametrize("refused", [{"listing": "SlowDown"}, {"reading": "InternalError"}])
def test_what_may_pass_goes_up_so_that_the_event_comes_again(refused):
    with pytest.raises(ClientError):
        Refusing(**refused).judged()


def test_a_fault_of_ours_at_a_contract_is_a_violation_and_stops_nothing(s3, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr("chalicelib.intake.contracts.judge", broken)
    s3.put("_schema.json")
    record = judged(s3, "a.csv")
    assert record.violations == ("the contract could not be judged: ZeroDivisionError",)


class Empty:
    """A bucket without any contract, and the keys that it was asked for."""

    def __init__(self):
        self.asked = []

    def get_object(self, Bucket, Key):
        self.asked.append(Key)
        raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")

    def list_objects_v2(self, **_):
        return {}


def test_so_many_folders_are_looked_into():
    bucket = Empty()
    deep = "a/" * 400 + "b.csv"
    Contracts(bucket, "csv-bucket").judged(replace(FILE, filename=deep, dataset=deep))
    assert len(bucket.asked) == 3 * FOLDERS_AT_MOST
    names = ["_schema.b.json", "_contract.odcs.yaml", "_schema.json"]
    assert bucket.asked[:3] == ["a/" * 400 + name for name in names]


def test_no_place_is_looked_at_whose_key_would_be_too_long():
    bucket = Empty()
    long = "é" * 505 + "/" + "b.csv"
    Contracts(bucket, "csv-bucket").judged(replace(FILE, filename=long, dataset=long))
    names = ["_schema.b.json", "_contract.odcs.yaml", "_schema.json"]
    assert bucket.asked == ["é" * 505 + "/_schema.json", *names]


def test_of_a_thousand_folders_a_minute_s3_is_asked_for_some_and_the_known_contracts_hold():
    bucket, now = Empty(), [0.0]
    known = [0]

    def keys():
        known[0] += 1
        return frozenset({"f7/_schema.json", "f999/_schema.json"})

    contracts = Contracts(bucket, "csv-bucket", keys, clock=lambda: now[0])
    for minute in range(3):
        bucket.asked.clear()
        now[0] = minute * (KEPT_SECONDS + 1.0)
        for number in range(1_000):
            key = f"f{number}/a.csv"
            contracts.judged(replace(FILE, filename=key, dataset=key))
        assert len(bucket.asked) <= LOOKS_A_MINUTE + 2
        assert "f999/_schema.json" in bucket.asked
        assert known == [minute + 1]


def test_a_contract_that_is_not_known_yet_holds_at_once_for_the_files_behind_it(s3):
    contracts = Contracts(s3.s3, s3.bucket, frozenset)
    s3.put("new/_schema.json")
    assert key_of(judged(s3, "new/a.csv", contracts=contracts)) == "new/_schema.json"


@pytest.mark.parametrize(
    "fault",
    [
        EndpointConnectionError(endpoint_url="https://dynamodb"),
        ClientError({"Error": {"Code": "ThrottlingException"}}, "Query"),
    ],
)
def test_while_the_known_contracts_cannot_be_read_s3_is_asked_and_no_file_waits(s3, fault):
    def fail():
        raise fault

    contracts = Contracts(s3.s3, s3.bucket, fail)
    s3.put("a/_schema.json")
    assert key_of(judged(s3, "a/b.csv", contracts=contracts)) == "a/_schema.json"
    assert judged(s3, "b/b.csv", contracts=contracts).contract is None


def test_a_known_contract_that_is_gone_makes_way_for_the_next(s3):
    contracts = Contracts(s3.s3, s3.bucket, lambda: frozenset({"a/_schema.json"}))
    s3.put("_schema.json")
    assert key_of(judged(s3, "a/b.csv", contracts=contracts)) == "_schema.json"


@pytest.mark.parametrize("key", ["_schema.json", "in/_schema.json", "in/_schema.day-{date}.json"])
def test_a_contract_is_noted_by_its_own_notifications_in_whatever_order(client, with_history, key):
    from tests.unit.whole_app import Bucket

    known = KnownContracts(HistoryTable(with_history.history_table))
    known.are_complete()
    bucket = Bucket(with_history)
    written = bucket.put(key, contract("id"))
    process(client, with_history, written)
    assert known.keys() == {key}
    removed = bucket.delete(key)
    for event in (removed, written):
        process(client, with_history, event)
        assert known.keys() == frozenset()
    process(client, with_history, bucket.put(key, contract("id")))
    assert known.keys() == {key}


def test_what_is_known_is_none_until_it_is_complete(with_history):
    known = KnownContracts(HistoryTable(with_history.history_table))
    known.note(NOTICE)
    assert known.keys() is None
    known.are_complete()
    assert known.keys() == {NOTICE.key}


def test_without_a_history_contracts_are_looked_for_in_s3_and_their_notices_are_taken(client, aws):
    from tests.unit.whole_app import Bucket, get

    bucket = Bucket(aws)
    process(client, aws, bucket.put("in/_schema.json", contract("id")))
    process(client, aws, bucket.put("in/bad.csv", b"x\n1\n"))
    assert get(client, "/metadata?filename=in/bad.csv")[1]["violation_count"] == 2


@pytest.mark.parametrize(
    "spoilt",
    [
        {"key": "a.csv"},
        {"key": "é" * 600 + "/_schema.json"},
        {"key": "\ud800/_schema.json"},
        {"key": None},
        {"sequencer": "1"},
        {"time": "yesterday"},
        {"is_there": "yes"},
        {"bucket": 1},
    ],
)
def test_a_notice_out_of_its_form_is_refused_by_name(spoilt):
    content = json.loads(NOTICE.to_message())
    assert ContractNotice.from_message(content) == NOTICE
    content["noted_contract"] |= spoilt
    with pytest.raises(InvalidMessage, match="not a notice of a contract"):
        ContractNotice.from_message(content)


def test_a_failed_file_is_judged_by_none(s3):
    s3.put("_schema.json")
    record = Contracts(s3.s3, s3.bucket).judged(replace(FILE, status="failed"))
    assert (record.contract, record.violations) == (None, ())


def test_a_file_that_breaks_its_contract_is_ready_listed_and_told(client, indexed):
    from tests.unit.whole_app import Bucket

    bucket = Bucket(indexed)
    indexed.s3.put_object(Bucket=indexed.bucket, Key="in/_schema.json", Body=contract("id", "name"))
    process(client, indexed, bucket.put("in/good.csv", b"id,name\n1,Ada\n"))
    process(client, indexed, bucket.put("in/bad.csv", b"id,nom\n1,Ada\n"))
    process(client, indexed, bucket.put("free.csv", b"x,y\n1,Ada\n"))
    status, bad = get(client, "/metadata?filename=in/bad.csv")
    assert (status, bad["status"]) == (200, "ready")
    assert bad["contract"]["key"] == "in/_schema.json"
    assert bad["violations"] == [
        "column 'name' is missing",
        "column 'nom' is not in the contract",
    ]
    for wanted, names in (("true", ["in/bad.csv"]), ("false", ["free.csv", "in/good.csv"])):
        listed = get(client, f"/metadata?violations={wanted}")[1]["items"]
        assert sorted(one["filename"] for one in listed) == names
    assert (
        get(client, "/metadata?violations=true")[1]["items"][0]["violations"] == bad["violations"]
    )


def test_a_listing_has_the_first_violations_and_the_number_of_all(client, indexed):
    from tests.unit.whole_app import Bucket

    bucket = Bucket(indexed)
    agreed = contract(*(f"c{n}" for n in range(60)))
    indexed.s3.put_object(Bucket=indexed.bucket, Key="in/_schema.json", Body=agreed)
    process(client, indexed, bucket.put("in/bad.csv", b"c0,c1\n1,2\n"))
    _, record = get(client, "/metadata?filename=in/bad.csv")
    [listed] = get(client, "/metadata?violations=true")[1]["items"]
    assert listed["violations"] == record["violations"][:3]
    assert listed["violation_count"] == record["violation_count"] == 58
