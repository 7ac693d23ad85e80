"""The way from the bucket to `extract`: set up beside others' and missed when it is gone."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from chalicelib.catalog.notified import is_notified
from ops import backfill, notifications
from ops.notifications import lost, prepare
from ops.stage import read_stage
from ops.terminal import Stop

LOCAL = read_stage("local")
PROD = replace(LOCAL, name="prod")
BY_EVENTBRIDGE = replace(LOCAL, notifications="eventbridge")
EXTRACT = "arn:aws:lambda:us-east-1:123456789012:function:csv-metadata-local-extract"
EVENTS = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*"]
OURS = {"LambdaFunctionArn": EXTRACT, "Events": EVENTS}
TOPIC = {"TopicArn": "arn:aws:sns:us-east-1:123456789012:theirs", "Events": ["s3:ObjectCreated:*"]}


@pytest.fixture
def told(monkeypatch):
    """What a bucket is configured to notify, and which rules of EventBridge run `extract`."""
    configuration, rules = {}, {}

    def put(NotificationConfiguration, **_):
        configuration.clear()
        configuration.update(NotificationConfiguration)

    clients = {
        "s3": SimpleNamespace(
            get_bucket_notification_configuration=lambda **_: {
                **configuration,
                "ResponseMetadata": {},
            },
            put_bucket_notification_configuration=put,
        ),
        "lambda": SimpleNamespace(get_function_configuration=lambda **_: {"FunctionArn": EXTRACT}),
        "events": SimpleNamespace(
            list_rule_names_by_target=lambda **_: {"RuleNames": list(rules)},
            describe_rule=lambda Name: {"State": rules[Name]},
        ),
    }
    monkeypatch.setattr(notifications.boto3, "client", clients.get)
    return SimpleNamespace(configuration=configuration, rules=rules)


@pytest.mark.parametrize(
    ("configuration", "notified"),
    [
        ({}, False),
        ({"LambdaFunctionConfigurations": [OURS]}, True),
        ({"TopicConfigurations": [TOPIC]}, False),
        ({"LambdaFunctionConfigurations": [OURS | {"Events": EVENTS[:1]}]}, False),
        ({"LambdaFunctionConfigurations": [OURS | {"LambdaFunctionArn": EXTRACT + "s"}]}, False),
        ({"LambdaFunctionConfigurations": [OURS | {"LambdaFunctionArn": EXTRACT + ":1"}]}, True),
        ({"EventBridgeConfiguration": {}}, False),
    ],
)
def test_a_function_is_notified_by_a_rule_of_its_own_for_writes_and_removals(
    configuration, notified
):
    assert is_notified(configuration, "s3", "csv-metadata-local-extract") is notified
    by_eventbridge = "EventBridgeConfiguration" in configuration
    assert is_notified(configuration, "eventbridge", "x") is by_eventbridge


def test_a_notification_that_another_tool_has_wiped_is_missed(told):
    told.configuration["LambdaFunctionConfigurations"] = [OURS]
    assert lost(LOCAL) is None
    told.configuration.clear()
    assert lost(LOCAL) == "bucket csv-bucket does not notify csv-metadata-local-extract"


def test_with_eventbridge_the_rule_is_missed_as_well_as_the_bucket_s_notification(told):
    assert lost(BY_EVENTBRIDGE) == "bucket csv-bucket does not notify EventBridge"
    told.configuration["EventBridgeConfiguration"] = {}
    for rules in ({}, {"extract-event": "DISABLED"}):
        told.rules.update(rules)
        assert lost(BY_EVENTBRIDGE) == "no rule of EventBridge has csv-metadata-local-extract run"
    told.rules["extract-event"] = "ENABLED"
    assert lost(BY_EVENTBRIDGE) is None


def test_the_bucket_tells_eventbridge_beside_those_whom_it_tells_already(told):
    told.configuration["TopicConfigurations"] = [TOPIC]
    prepare(BY_EVENTBRIDGE)
    both = {"TopicConfigurations": [TOPIC], "EventBridgeConfiguration": {}}
    assert told.configuration == both
    prepare(BY_EVENTBRIDGE)
    assert told.configuration == both


def test_where_s3_would_refuse_a_second_rule_the_setting_that_helps_is_named(told):
    its_own = OURS | {"LambdaFunctionArn": EXTRACT.replace("-local-", "-prod-")}
    told.configuration["LambdaFunctionConfigurations"] = [its_own]
    prepare(PROD)
    told.configuration["TopicConfigurations"] = [TOPIC | {"Events": ["s3:ObjectTagging:*"]}]
    prepare(PROD)
    told.configuration["TopicConfigurations"].append(TOPIC)
    with pytest.raises(Stop) as stopped:
        prepare(PROD)
    assert "notifies arn:aws:sns:us-east-1:123456789012:theirs already" in str(stopped.value)
    assert '"NOTIFICATIONS": "eventbridge" for the prod stage' in str(stopped.value)


def test_a_setting_that_means_nothing_is_refused_by_name(monkeypatch):
    from ops import stage

    variables = stage.variables_of("local")
    monkeypatch.setattr(stage, "variables_of", lambda _: variables | {"NOTIFICATIONS": "sns"})
    with pytest.raises(Stop, match=r"NOTIFICATIONS of the local stage .* s3 or eventbridge, not"):
        read_stage("local")


@pytest.mark.parametrize("command", [backfill.verify_command, backfill.backfill_command])
def test_verify_and_backfill_fail_where_new_files_would_not_be_seen(told, monkeypatch, command):
    monkeypatch.setattr(backfill, "differences", lambda *_, **__: iter(()))
    monkeypatch.setattr(backfill, "Past", lambda _: SimpleNamespace(is_kept=lambda: False))
    monkeypatch.setattr(backfill, "Backfill", lambda *_: Nothing())
    no_contracts = SimpleNamespace(add=None, wrong=dict, mend=lambda: None)
    monkeypatch.setattr(backfill, "NotedContracts", lambda *_: no_contracts)
    monkeypatch.setattr(backfill, "connect", lambda _: LOCAL)
    result = CliRunner().invoke(command, [])
    assert result.exit_code == 1
    assert "bucket csv-bucket does not notify csv-metadata-local-extract" in result.output
    assert "`./catalog deploy` sets that up again" in result.output
    told.configuration["LambdaFunctionConfigurations"] = [OURS]
    result = CliRunner().invoke(command, [])
    assert (result.exit_code, "bucket agree" in result.output) == (0, True)


class Nothing:
    sent = cataloged = failed = 0

    def run(self, found):
        list(found)
        return backfill.Tally()
