"""Which contract a file is judged by: the nearest, that of its dataset first."""

import json
from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

from chalicelib.intake.contracts import FOLDERS_AT_MOST, KEPT_SECONDS, Contracts
from tests.examples.records import FILE
from tests.unit.whole_app import get, process


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


class Refusing:
    """A bucket with a contract for all, whose calls S3 refuses with a code."""

    def __init__(self, listing=None, reading=None):
        self.listing, self.reading = listing, reading

    def list_objects_v2(self, Bucket, Prefix):
        if self.listing:
            raise ClientError({"Error": {"Code": self.listing}}, "ListObjectsV2")
        return {"Contents": [{"Key": "_schema.json"}]}

    def get_object(self, **_):
        raise ClientError({"Error": {"Code": self.reading}}, "GetObject")

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


def test_so_many_folders_are_looked_into(s3):
    asked = []

    class S3:
        def list_objects_v2(self, Bucket, Prefix):
            asked.append(Prefix)
            return {}

    deep = "a/" * 400 + "b.csv"
    Contracts(S3(), "csv-bucket").judged(replace(FILE, filename=deep, dataset=deep))
    assert len(asked) == FOLDERS_AT_MOST
    assert asked[0] == "a/" * 400 + "_schema."


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
