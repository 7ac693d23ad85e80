"""Least privilege, on an emulator that enforces IAM: the roles suffice, and they do no more.

Of the roles that Chalice made of .chalice/policy-*.json: everything that the catalog does is done
with them, and then each is shown what it may not do, with its own credentials.
"""

import json
import re
import uuid
from functools import cache
from urllib.parse import quote

import boto3
import pytest
from botocore.exceptions import ClientError

from chalicelib.web.openapi.document import openapi
from tests.deployed import Catalog, Project, emulator, eventually
from tests.ports import port_of_ones_own
from tests.sign_in import ask

FUNCTIONS_CREDENTIALS = {"DurationSeconds": 900, "RoleSessionName": "test"}


@pytest.fixture(scope="module")
def enforcing(own_code, tmp_path_factory):
    """The catalog as `./catalog deploy` deploys it, on a MiniStack of its own that enforces IAM.

    Without what the template has against coming without TLS, which an emulator does not speak.
    """
    with port_of_ones_own() as port:
        folder = tmp_path_factory.mktemp("enforcing")
        project = Project(folder, f"http://localhost:{port}", own_code)
        emulator("start", project.root, PORT=port, AUTH="true")
        try:
            template = project.root / "resources.yaml"
            policies = r"^  (FilesBucketPolicy|QueuesPolicy):\n(    .*\n|\n)+"
            text, count = re.subn(policies, "", template.read_text(), flags=re.MULTILINE)
            assert count == 2
            template.write_text(text)
            project.catalog("deploy", "--yes")
            yield Catalog(project)
        finally:
            emulator("stop", project.root)


@pytest.fixture(scope="module", autouse=True)
def a_bad_message(enforcing):
    """A message that is no record, beside a good one: sent first, since its tries take a minute."""
    record = enforcing.record_of("good.csv", b"id\n1\n") | {"sequencer": "F" * 32}
    good = record | {"filename": "beside.csv", "upload_timestamp": "2999-01-01T00:00:00.000Z"}
    url = enforcing.sqs.get_queue_url(QueueName=enforcing.project.queue)["QueueUrl"]
    bodies = [json.dumps(one) for one in (record | {"status": "mislaid"}, good)]
    enforcing.sqs.send_message_batch(
        QueueUrl=url, Entries=[{"Id": str(n), "MessageBody": b} for n, b in enumerate(bodies)]
    )


@pytest.fixture(scope="module")
def as_function(enforcing):
    """Gives a client with the credentials of a function's role: `as_function("store", "s3")`."""

    @cache
    def client(function, service):
        name = enforcing.project.functions[function]
        found = enforcing.project.client("lambda").get_function(FunctionName=name)
        credentials = enforcing.project.client("sts").assume_role(
            RoleArn=found["Configuration"]["Role"], **FUNCTIONS_CREDENTIALS
        )["Credentials"]
        return boto3.client(
            service,
            endpoint_url=enforcing.project.environment["AWS_ENDPOINT_URL"],
            region_name="us-east-1",
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
        )

    return client


def messages_in(catalog, queue):
    url = catalog.sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    counts = catalog.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return int(counts["ApproximateNumberOfMessages"])


def tool(catalog, *command):
    return " ".join(catalog.project.catalog(*command).split())


def test_a_file_is_cataloged_and_taken_off_again(enforcing):
    record = enforcing.record_of("a.csv", b"id\n1\n")
    assert (record["status"], record["row_count"]) == ("ready", 1)
    enforcing.delete("a.csv")


def example(parameter):
    return quote(str(parameter["example"]), safe="")


ASKED = {  # what a route needs besides the name of a file, where it needs anything
    "/schema": "&format=duckdb",
    "/metadata/{filename}/schema": "?format=duckdb",
}


POSTED = {
    "/uploads": b'{"filename": "a.csv"}',
    "/mcp": b'{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}',
}


@pytest.mark.parametrize(
    ("path", "method"),
    [(path, method) for path, item in openapi()["paths"].items() for method in item],
)
def test_each_route_answers(enforcing, path, method):
    if not enforcing.record("routes.csv"):
        enforcing.record_of("routes.csv", b"id,name\n1,Ada\n")
    parameters = openapi()["paths"][path][method].get("parameters", [])
    needed = {one["name"] for one in parameters if one.get("required")}
    in_query = "".join(f"?{name}=routes.csv" for name in {"filename", "dataset"} & needed)
    named = path.replace("{filename}", "routes.csv").replace("{dataset}", "routes.csv")
    url = enforcing.url + named + ("" if "{" in path else in_query) + ASKED.get(path, "")
    if method == "post":
        answer = ask(url, POSTED[path], Content_Type="application/json")
    else:
        answer = ask(url)
    assert answer.status in (200, 201, 302), answer


def test_both_orders_of_a_listing_are_answered(enforcing):
    enforcing.record_of("listed.csv", b"id\n1\n")
    for query in ("prefix=listed", "prefix=listed&sort=filename", "uploaded_after=2020-01-01"):
        status, page = enforcing.get(f"/metadata?{query}")
        assert status == 200
        assert "listed.csv" in [item["filename"] for item in page["items"]]


def test_a_presigned_upload_and_a_presigned_download_do_what_they_are_for(enforcing):
    answer = ask(
        f"{enforcing.url}/uploads", b'{"filename": "form.csv"}', Content_Type="application/json"
    )
    form = answer.json()
    assert send(form, b"id\n1\n2\n") == 204
    eventually(lambda: enforcing.record("form.csv"))
    led = ask(f"{enforcing.url}/download?filename=form.csv")
    assert ask(led.headers["Location"]).body == "id\n1\n2\n"


def send(form, content):
    """Send the form as a browser does, as multipart/form-data. The status of S3's answer."""
    edge = uuid.uuid4().hex
    parts = [*form["fields"].items(), ("file", content.decode())]
    body = "".join(
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"'
        f"{'; filename=f' if name == 'file' else ''}\r\n\r\n{value}\r\n"
        for name, value in parts
    )
    kind = f"multipart/form-data; boundary={edge}"
    return ask(form["url"], f"{body}--{edge}--\r\n".encode(), Content_Type=kind).status


def test_in_a_bucket_with_versions_each_is_read_as_itself(enforcing):
    bucket = {"Bucket": enforcing.project.bucket}
    versioning = {"Status": "Enabled"}
    enforcing.s3.put_bucket_versioning(**bucket, VersioningConfiguration=versioning)
    try:
        first = enforcing.record_of("versions.csv", b"id\n1\n")
        second = enforcing.record_of("versions.csv", b"id\n1\n2\n")
        assert first["version_id"] != second["version_id"]
        assert (first["row_count"], second["row_count"]) == (1, 2)
        led = ask(f"{enforcing.url}/download?filename=versions.csv")
        assert f"versionId={second['version_id']}" in led.headers["Location"]
        assert ask(led.headers["Location"]).body == "id\n1\n2\n"
        rows = enforcing.get("/preview?filename=versions.csv")[1]["rows"]
        assert rows == [["1"], ["2"]]
        enforcing.delete("versions.csv")
        marker = enforcing.s3.list_object_versions(**bucket, Prefix="versions.csv")["DeleteMarkers"]
        enforcing.s3.delete_object(**bucket, Key="versions.csv", VersionId=marker[0]["VersionId"])
        enforcing.s3.copy_object(
            **bucket,
            Key="versions.csv",
            CopySource=f"{bucket['Bucket']}/versions.csv?versionId={first['version_id']}",
        )
        eventually(lambda: (enforcing.record("versions.csv") or {}).get("row_count") == 1)
    finally:
        versioning["Status"] = "Suspended"
        enforcing.s3.put_bucket_versioning(**bucket, VersioningConfiguration=versioning)


def test_backfill_has_the_functions_catalog_what_was_missed(enforcing):
    enforcing.record_of("missed/lost.csv", b"id\n1\n")
    key = {"Filename": {"S": "missed/lost.csv"}}
    enforcing.dynamodb.delete_item(TableName=enforcing.project.records_table, Key=key)
    said = tool(enforcing, "backfill", "--prefix", "missed/")
    assert "1 sent" in said
    assert enforcing.record("missed/lost.csv")["row_count"] == 1
    assert "agree" in tool(enforcing, "verify", "--prefix", "missed/")


def test_a_message_that_cannot_be_stored_is_tried_again_and_then_stands_with_the_dead_letters(
    enforcing,
):
    """Five tries within half a minute take the right to deliver a message again sooner."""
    eventually(lambda: messages_in(enforcing, enforcing.project.dead_letter_queue) == 1, 100)
    assert enforcing.record("beside.csv")
    assert "status is 'mislaid'" in tool(enforcing, "dead-letters")
    assert "1 message and 0 events" in tool(enforcing, "redrive")


def test_an_event_that_failed_in_every_try_is_kept_for_a_redrive(enforcing):
    enforcing.send_a_foreign_event()
    kept = enforcing.project.failed_extractions_queue
    eventually(lambda: messages_in(enforcing, kept) == 1, 300)
    assert "'theirs' is not the catalog's" in tool(enforcing, "dead-letters")


OBJECT = {"Bucket": "{bucket}", "Key": "routes.csv"}
ITEM = {"TableName": "{table}", "Key": {"Filename": {"S": "routes.csv"}}}
NEW_ITEM = {"TableName": "{table}", "Item": {"Filename": {"S": "a"}}}
BY_INDEX = {
    "TableName": "{table}",
    "IndexName": "ByFilename",
    "KeyConditionExpression": "#shard = :shard",
    "ExpressionAttributeNames": {"#shard": "Shard"},
    "ExpressionAttributeValues": {":shard": {"N": "0"}},
}
MESSAGE = {"MessageBody": "{{}}"}


def to(queue, **message):
    return {"QueueUrl": f"{{{queue}}}", **message}


READ_FILES = [("s3", "get_object", OBJECT), ("s3", "list_objects_v2", {"Bucket": "{bucket}"})]
READ_OTHERS = [
    ("s3", "get_object", {"Bucket": "{other_bucket}", "Key": "theirs.csv"}),
    ("dynamodb", "get_item", {**ITEM, "TableName": "{other_table}"}),
]
WRITE_FILES = [
    ("s3", "put_object", OBJECT | {"Body": b""}),
    ("s3", "delete_object", OBJECT),
    ("s3", "put_object_acl", OBJECT | {"ACL": "private"}),
]
NOTHING_NOTIFIED = {"Bucket": "{bucket}", "NotificationConfiguration": {}}
CHANGE_BUCKET = [
    ("s3", "delete_bucket", {"Bucket": "{bucket}"}),
    ("s3", "put_bucket_policy", {"Bucket": "{bucket}", "Policy": "{{}}"}),
    ("s3", "put_bucket_notification_configuration", NOTHING_NOTIFIED),
]
WRITE_RECORDS = [
    ("dynamodb", "put_item", NEW_ITEM),
    ("dynamodb", "update_item", ITEM),
]
HISTORY_ITEM = {"TableName": "{history}", "Item": {"PK": {"S": "a"}, "SK": {"S": "a"}}}
WRITE_HISTORY = [("dynamodb", "put_item", HISTORY_ITEM)]
ANY_RECORDS = [
    ("dynamodb", "scan", {"TableName": "{table}"}),
    ("dynamodb", "delete_item", ITEM),
    ("dynamodb", "delete_table", {"TableName": "{table}"}),
]
SEND = [("sqs", "send_message", to("queue", **MESSAGE))]
RECEIVE = [("sqs", "receive_message", to("queue"))]
DUE = {
    "KeyConditionExpression": "PK = :due",
    "ExpressionAttributeValues": {":due": {"S": "due"}},
}
DEAD_LETTERS = [
    ("sqs", "receive_message", to("dead_letter_queue")),
    ("sqs", "send_message", to("dead_letter_queue", **MESSAGE)),
    ("sqs", "receive_message", to("failed_extractions_queue")),
    ("sqs", "purge_queue", to("queue")),
    ("sqs", "list_queues", {}),
]
OTHERS_WORK = [
    ("lambda", "invoke", {"FunctionName": "{function}"}),
    ("iam", "list_roles", {}),
    ("cloudformation", "describe_stacks", {}),
]
REFUSED = {
    "extract": [
        *READ_OTHERS, *WRITE_FILES, *CHANGE_BUCKET, *WRITE_RECORDS, *ANY_RECORDS, *RECEIVE,
        *DEAD_LETTERS, *OTHERS_WORK, *WRITE_HISTORY, ("dynamodb", "query", BY_INDEX),
    ],
    "store": [
        *READ_FILES, *READ_OTHERS, *WRITE_FILES, *CHANGE_BUCKET, *ANY_RECORDS, *SEND,
        *DEAD_LETTERS, *OTHERS_WORK, ("dynamodb", "query", BY_INDEX),
    ],
    "watch": [
        *READ_FILES, *READ_OTHERS, *WRITE_FILES, *CHANGE_BUCKET, *WRITE_RECORDS, *ANY_RECORDS,
        *SEND, *RECEIVE, *DEAD_LETTERS, *OTHERS_WORK, ("dynamodb", "query", BY_INDEX),
        ("dynamodb", "get_item", ITEM),
    ],
    "api": [
        *READ_OTHERS, ("s3", "list_objects_v2", {"Bucket": "{bucket}"}), *WRITE_FILES[1:],
        *CHANGE_BUCKET, *WRITE_RECORDS, *WRITE_HISTORY, *ANY_RECORDS, *SEND, *RECEIVE,
        *DEAD_LETTERS, *OTHERS_WORK,
    ],
}  # fmt: skip
ALLOWED = {
    "extract": [
        *READ_FILES, ("dynamodb", "get_item", ITEM),
        ("dynamodb", "query", {"TableName": "{history}", **DUE}),
        ("sqs", "send_message", to("failed_extractions_queue", **MESSAGE)),
    ],
    "store": [
        ("sqs", "receive_message", to("queue")),
        ("sqs", "delete_message_batch", to("queue", Entries=[{"Id": "0", "ReceiptHandle": "0"}])),
    ],
    "watch": [("dynamodb", "query", {"TableName": "{history}", **DUE})],
    "api": [
        ("s3", "get_object", OBJECT), ("dynamodb", "get_item", ITEM),
        ("s3", "get_bucket_notification_configuration", {"Bucket": "{bucket}"}),
        ("dynamodb", "query", BY_INDEX),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def names(enforcing):
    """What stands for what in the arguments above; what is others' is there, and has something."""
    project = enforcing.project
    enforcing.record_of("routes.csv", b"id,name\n1,Ada\n")
    enforcing.s3.create_bucket(Bucket="theirs")
    enforcing.s3.put_object(Bucket="theirs", Key="theirs.csv", Body=b"id\n")
    enforcing.dynamodb.create_table(
        TableName="Theirs",
        AttributeDefinitions=[{"AttributeName": "Filename", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "Filename", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )

    def url(queue):
        return enforcing.sqs.get_queue_url(QueueName=queue)["QueueUrl"]

    return {
        "bucket": project.bucket,
        "table": project.records_table,
        "history": project.history_table,
        "other_bucket": "theirs",
        "other_table": "Theirs",
        "queue": url(project.queue),
        "dead_letter_queue": url(project.dead_letter_queue),
        "failed_extractions_queue": url(project.failed_extractions_queue),
        "function": project.functions["store"],
    }


def filled(arguments, names):
    return {k: v.format(**names) if isinstance(v, str) else v for k, v in arguments.items()}


def cases(of_roles):
    return [
        pytest.param(role, *call, id=f"{role}-{call[1]}-{number}")
        for role, calls in of_roles.items()
        for number, call in enumerate(calls)
    ]


@pytest.mark.parametrize(("role", "service", "call", "arguments"), cases(REFUSED))
def test_a_role_is_refused_what_it_does_not_need(
    as_function, names, role, service, call, arguments
):
    with pytest.raises(ClientError) as refused:
        getattr(as_function(role, service), call)(**filled(arguments, names))
    assert refused.value.response["Error"]["Code"] in ("AccessDenied", "AccessDeniedException")


@pytest.mark.parametrize(("role", "service", "call", "arguments"), cases(ALLOWED))
def test_a_role_is_not_refused_what_it_needs(as_function, names, role, service, call, arguments):
    getattr(as_function(role, service), call)(**filled(arguments, names))


@pytest.mark.parametrize("role", REFUSED)
def test_a_role_writes_its_own_log_and_no_other(as_function, enforcing, role):
    logs = as_function(role, "logs")
    for function, name in enforcing.project.functions.items():
        where = {"logGroupName": f"/aws/lambda/{name}", "logStreamName": f"of-{role}"}
        if function == role:
            logs.create_log_stream(**where)
        else:
            with pytest.raises(ClientError, match="AccessDenied"):
                logs.create_log_stream(**where)


def test_no_function_has_been_refused_anything(enforcing):
    enforcing.record_of("refused.csv", b"id\n1\n")
    watch = enforcing.project.functions["watch"]  # its schedule may not have run it yet
    enforcing.project.client("lambda").invoke(FunctionName=watch, Payload=b"{}")
    for function in enforcing.project.functions:
        lines = eventually(lambda function=function: enforcing.log_lines(function))
        assert not [line for line in lines if "AccessDenied" in line]
