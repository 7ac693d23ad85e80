"""Who tells a deployed catalog of files: S3, EventBridge, a topic, a queue; and nobody any more."""

import urllib.error
import urllib.request

import pytest

from tests.deployed import Catalog

PEOPLE = b"id,name\n1,Ada\n"
EVENTS = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]


@pytest.fixture(scope="module")
def told(new_project) -> Catalog:
    """A catalog whose bucket notifies EventBridge."""
    project = new_project()
    project.set_variables(NOTIFICATIONS="eventbridge")
    project.catalog("deploy", "--yes")
    return Catalog(project)


def notify(catalog, **configuration):
    """Have the bucket notify these, and nobody else."""
    catalog.s3.put_bucket_notification_configuration(
        Bucket=catalog.project.bucket, NotificationConfiguration=configuration
    )


def extract_of(catalog):
    name = catalog.project.functions["extract"]
    return catalog.project.client("lambda").get_function_configuration(FunctionName=name)


def is_followed(catalog, key):
    """Whether a file is cataloged, and taken off again."""
    record = catalog.record_of(key, PEOPLE)
    catalog.delete(key)
    return record["row_count"] == 1


def is_missed(catalog):
    """Whether it is said that nobody tells of files any more."""
    status, answer = catalog.get("/health")
    said = catalog.project.catalog("verify", succeeds=False)
    assert status == 503, answer
    assert "does not notify the catalog any more" in answer["Message"]
    assert f"bucket {catalog.project.bucket} does not notify" in said
    return True


def test_files_are_told_of_by_eventbridge(told):
    configuration = told.s3.get_bucket_notification_configuration(Bucket=told.project.bucket)
    assert "EventBridgeConfiguration" in configuration
    assert not configuration.get("LambdaFunctionConfigurations")
    assert is_followed(told, "reports/sales.csv")
    assert told.get("/health") == (200, {"status": "ok"})
    assert "agree" in told.project.catalog("verify")


def test_a_name_of_any_characters_is_told_by_eventbridge_as_it_is(told):
    emulator = told.project.environment["AWS_ENDPOINT_URL"]
    try:
        urllib.request.urlopen(f"{emulator}/_ministack/health", timeout=60).close()
    except urllib.error.HTTPError as error:
        error.close()
        pytest.skip("LocalStack 4.14 encodes the keys of EventBridge's events, which AWS does not")
    assert is_followed(told, "reports/sales & margins (é) 100%+.csv")


def test_files_are_told_of_by_a_topic(told):
    extract, sns = extract_of(told), told.project.client("sns")
    topic = sns.create_topic(Name=f"{told.project.bucket}-files")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=extract["FunctionArn"])
    notify(told, TopicConfigurations=[{"TopicArn": topic, "Events": EVENTS}])
    assert is_followed(told, "by a topic & co.csv")


def test_files_are_told_of_by_a_queue(told):
    attributes = {"VisibilityTimeout": "900"}
    name = f"{told.project.bucket}-files"
    url = told.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    found = told.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    queue, function = found["Attributes"]["QueueArn"], extract_of(told)["FunctionName"]
    told.project.client("lambda").create_event_source_mapping(
        EventSourceArn=queue, FunctionName=function, BatchSize=1
    )
    notify(told, QueueConfigurations=[{"QueueArn": queue, "Events": EVENTS}])
    assert is_followed(told, "by a queue & co.csv")


def test_a_notification_that_another_tool_has_wiped_is_missed_and_deployed_again(told):
    kept = told.record_of("kept.csv", PEOPLE)
    notify(told)
    assert is_missed(told)
    told.project.catalog("deploy", "--yes")
    assert Catalog(told.project).url == told.url
    assert told.record("kept.csv") == kept
    assert is_followed(told, "again.csv")
    assert told.get("/health")[0] == 200


def test_a_stage_goes_back_to_the_notifications_of_s3_itself(told):
    told.project.set_variables(NOTIFICATIONS="s3")
    notify(told)
    told.project.catalog("deploy", "--yes")
    configuration = told.s3.get_bucket_notification_configuration(Bucket=told.project.bucket)
    [rule] = configuration["LambdaFunctionConfigurations"]
    assert rule["LambdaFunctionArn"] == extract_of(told)["FunctionArn"]
    assert is_followed(told, "once more.csv")
    assert "agree" in told.project.catalog("verify")
    notify(told)
    assert is_missed(told)
