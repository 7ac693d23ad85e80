"""resources.yaml names what the code emits, and keeps everyone out who does not come over TLS."""

import ast
import json
import re
from pathlib import Path
from statistics import fmean

import pytest
import yaml

from ops.stage import NOTIFIED
from tests.examples.events import EVENTS

PROJECT = Path(__file__).parents[3]


class Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms, each read as its argument."""


def argument(loader, _, node):
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_scalar(node)


Loader.add_multi_constructor("!", argument)

RESOURCES = yaml.load((PROJECT / "resources.yaml").read_text(), Loader)["Resources"]  # noqa: S506
CONFIG = json.loads((PROJECT / ".chalice/config.json").read_text())


def of_type(kind):
    return {name: r["Properties"] for name, r in RESOURCES.items() if r["Type"] == kind}


def emitted():
    """The names of the metrics that the functions emit."""
    calls = [
        call
        for module in (PROJECT / "chalicelib/intake").glob("*.py")
        for call in ast.walk(ast.parse(module.read_text()))
        if isinstance(call, ast.Call)
    ]
    named = {
        "count": lambda call: call.args[0],
        "step": lambda call: call.args[1],
        "add_metric": lambda call: call.args[0],
    }
    return {
        text.value
        for call in calls
        if (name := getattr(call.func, "attr", getattr(call.func, "id", ""))) in named
        and len(call.args) > (name == "step")
        for text in ast.walk(named[name](call))
        if isinstance(text, ast.Constant) and isinstance(text.value, str)
    }


ALARMS = of_type("AWS::CloudWatch::Alarm")


def shown():
    """The metrics of the app's own that the alarms and the dashboard use."""
    for alarm in ALARMS.values():
        if alarm["Namespace"] == "CsvCatalog":
            yield alarm["MetricName"], alarm["Dimensions"]
    body = json.loads(
        of_type("AWS::CloudWatch::Dashboard")["Dashboard"]["DashboardBody"]["Fn::Sub"]
    )
    for widget in body["widgets"]:
        for namespace, name, dimension, value, *_ in widget["properties"]["metrics"]:
            if namespace == "CsvCatalog":
                yield name, [{"Name": dimension, "Value": value.strip("${}")}]


def test_each_metric_that_is_shown_is_one_that_the_code_emits_under_its_dimension():
    import app

    assert app.metrics.namespace == "CsvCatalog"
    assert (
        app.metrics.service
        == CONFIG["stages"]["local"]["environment_variables"]["POWERTOOLS_SERVICE_NAME"]
    )
    names = set()
    for name, dimensions in shown():
        assert name in emitted()
        assert dimensions == [{"Name": "service", "Value": "Service"}]
        names.add(name)
    assert len(names) >= 8


@pytest.mark.parametrize(
    ("namespace", "metric", "of"),
    [
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "DeadLetterQueue"),
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "FailedExtractionsQueue"),
        ("AWS/SQS", "ApproximateAgeOfOldestMessage", "Queue"),
        ("CsvCatalog", "FilesFailed", "Service"),
        ("CsvCatalog", "ReaderFailures", "Service"),
        ("AWS/Lambda", "Errors", "${Functions}-extract"),
        ("AWS/Lambda", "Errors", "${Functions}-store"),
        ("AWS/Lambda", "Errors", "${Functions}-watch"),
        ("AWS/Lambda", "Invocations", "${Functions}-watch"),
        ("AWS/ApiGateway", "5XXError", "ApiName"),
        ("AWS/Lambda", "AsyncEventAge", "${Functions}-extract"),
        ("AWS/Lambda", "AsyncEventsDropped", "${Functions}-extract"),
        ("AWS/Lambda", "DestinationDeliveryFailures", "${Functions}-extract"),
        *(
            ("AWS/Lambda", metric, function)
            for metric in ("Throttles", "Duration")
            for function in ("${Functions}-extract", "${Functions}-store", "Functions")
        ),
    ],
)
def test_there_is_an_alarm_for(namespace, metric, of):
    found = [
        name
        for name, alarm in ALARMS.items()
        if (alarm["Namespace"], alarm["MetricName"]) == (namespace, metric)
        and alarm["Dimensions"][0]["Value"] == of
    ]
    assert len(found) == 1


def test_the_api_is_watched_by_what_it_answers_since_its_function_ends_well_on_an_exception():
    assert ALARMS["ApiErrorsAlarm"]["Dimensions"] == [
        {"Name": "ApiName", "Value": "ApiName"},
        {"Name": "Stage", "Value": "ApiStage"},
    ]
    body = of_type("AWS::CloudWatch::Dashboard")["Dashboard"]["DashboardBody"]["Fn::Sub"]
    metrics = [metric for w in json.loads(body)["widgets"] for metric in w["properties"]["metrics"]]
    of_the_api = ["AWS/ApiGateway", "5XXError", "ApiName", "${ApiName}", "Stage", "${ApiStage}"]
    assert [metric[:-1] for metric in metrics if metric[-1] == {"label": "API"}] == [of_the_api]
    assert not any(metric[1:4] == ["Errors", "FunctionName", "${Functions}"] for metric in metrics)


def test_uploads_that_nobody_finishes_expire():
    [rule] = RESOURCES["FilesBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    assert rule["Status"] == "Enabled"
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}
    assert not any(name.startswith("Expiration") for name in rule)  # it is of no file


def test_the_bus_is_made_on_a_condition_of_its_own():
    assert RESOURCES["CatalogEvents"]["Condition"] == "MakesEventBus"


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_reaches_the_topic_made_for_an_address_or_the_one_that_is_there(name):
    assert ALARMS[name]["AlarmActions"] == [
        ["MakesAlarmTopic", "AlarmTopic", "AWS::NoValue"],
        ["HasAlarmTopic", "AlarmTopicArn", "AWS::NoValue"],
    ]
    assert RESOURCES["AlarmTopic"]["Condition"] == "MakesAlarmTopic"
    assert RESOURCES["AlarmSubscription"]["Condition"] == "MakesAlarmTopic"
    subscription = of_type("AWS::SNS::Subscription")["AlarmSubscription"]
    assert subscription == {"TopicArn": "AlarmTopic", "Protocol": "email", "Endpoint": "AlarmEmail"}


@pytest.mark.parametrize(
    "name",
    [
        "DeadLettersAlarm",
        "FailedExtractionsAlarm",
        "ReaderFailuresAlarm",
        "NotificationsDroppedAlarm",
        "NotificationsLostAlarm",
    ],
)
def test_one_message_that_was_given_up_or_one_file_that_the_reader_failed_at_alarms(name):
    alarm = ALARMS[name]
    assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (0, "GreaterThanThreshold")


def alarms_at(name, *periods):
    """Whether the alarm goes off: each period has the 0 or 1 of each file, or of each run."""
    alarm = ALARMS[name]
    assert (alarm["Statistic"], alarm["ComparisonOperator"]) == ("Average", "GreaterThanThreshold")
    assert (alarm["TreatMissingData"], alarm["EvaluationPeriods"]) == ("notBreaching", len(periods))
    rates = [fmean(period) for period in periods if period]
    return sum(rate > alarm["Threshold"] for rate in rates) >= alarm["DatapointsToAlarm"]


def failures(count, among):
    return [1] * count + [0] * (among - count)


@pytest.mark.parametrize(
    "name",
    [
        "FailedFilesAlarm",
        "ExtractErrorsAlarm",
        "StoreErrorsAlarm",
        "WatchErrorsAlarm",
        "ApiErrorsAlarm",
    ],
)
@pytest.mark.parametrize(
    ("periods", "alarms"),
    [
        ([[], failures(1, 1), []], False),
        ([failures(0, 9), failures(1, 2), failures(0, 9)], False),
        ([failures(9, 1_000)] * 3, False),
        ([failures(1, 1), [], failures(1, 1)], True),
        ([failures(0, 100), failures(20, 100), failures(20, 100)], True),
    ],
)
def test_one_failure_wakes_nobody_and_a_rate_of_them_does(name, periods, alarms):
    assert alarms_at(name, *periods) == alarms


def test_a_watch_that_does_not_run_three_times_alarms_and_one_that_is_off_does_not():
    alarm = ALARMS["WatchSilentAlarm"]
    assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (1, "LessThanThreshold")
    assert (alarm["Period"], alarm["EvaluationPeriods"]) == ("WatchSeconds", 3)
    assert alarm["TreatMissingData"] == "breaching"
    assert RESOURCES["WatchSilentAlarm"]["Condition"] == "Watches"
    assert RESOURCES["WatchErrorsAlarm"]["Condition"] == "Watches"


NOTIFICATIONS = {
    rule["EventPattern"]["detail-type"][0]: (name, rule)
    for name, rule in of_type("AWS::Events::Rule").items()
}


def test_there_is_a_rule_for_each_event_that_people_may_hear_of_and_a_switch_for_it():
    assert NOTIFICATIONS.keys() == set(NOTIFIED)
    for name, _ in NOTIFICATIONS.values():
        assert RESOURCES[name]["Condition"] == name.replace("Notify", "Notifies")[: -len("Rule")]


@pytest.mark.parametrize("kind", NOTIFIED)
def test_what_is_told_is_a_sentence_or_two_of_what_is_in_the_event(kind):
    [event, *_] = [one for one in EVENTS if one["DetailType"] == kind]
    _, rule = NOTIFICATIONS[kind]
    [target] = rule["Targets"]
    transformer = target["InputTransformer"]
    text = json.loads(transformer["InputTemplate"])
    for name, path in transformer["InputPathsMap"].items():
        assert f"<{name}>" in text
        value = json.loads(event["Detail"])
        assert re.fullmatch(r"\$\.detail(\.[a-z_]+)+", path)  # not all emulators know indexes
        for step in path.removeprefix("$.detail.").split("."):
            value = value[step]
        assert isinstance(value, str)
        text = text.replace(f"<{name}>", value.rstrip("."))
    assert not re.search("[<>]", text)
    assert len(re.findall(r"[.](?= |$)", text)) <= 2


def test_of_changes_those_are_told_that_break_or_are_silent():
    _, rule = NOTIFICATIONS["schema.changed"]
    assert rule["EventPattern"]["detail"] == {
        "$or": [{name: ["breaks", "silent"]} for name in ("by_name", "by_position")]
    }


def test_an_address_gets_a_topic_that_rules_may_publish_to_and_a_topic_of_yours_none():
    for name in ("NotifyTopic", "NotifySubscription", "NotifyTopicPolicy"):
        assert RESOURCES[name]["Condition"] == "MakesNotifyTopic"
    [policy] = of_type("AWS::SNS::TopicPolicy").values()
    [statement] = policy["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert statement["Action"] == "sns:Publish"


def test_people_are_invited_and_sign_in_on_a_page_of_their_pool_with_a_code_and_no_secret():
    of_people = {name for name, r in RESOURCES.items() if r.get("Condition") == "PeopleSignIn"}
    assert of_people == {"People", "SignInPage", "PageClient"}
    pool = RESOURCES["People"]["Properties"]
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    assert (pool["MfaConfiguration"], pool["EnabledMfas"]) == ("OPTIONAL", ["SOFTWARE_TOKEN_MFA"])
    assert {"{username}", "{####}"} <= set(
        re.findall(
            r"(?<!\$)\{[^}]*\}",
            pool["AdminCreateUserConfig"]["InviteMessageTemplate"]["EmailMessage"],
        )
    )
    client = RESOURCES["PageClient"]["Properties"]
    assert (client["GenerateSecret"], client["AllowedOAuthFlows"]) == (False, ["code"])
    assert client["CallbackURLs"] == client["LogoutURLs"] == ["PageUrl"]
    assert RESOURCES["People"]["DeletionPolicy"].startswith("Retain")


def test_with_a_key_bucket_queues_and_table_are_encrypted_with_it_and_without_by_aws():
    [rule] = RESOURCES["FilesBucket"]["Properties"]["BucketEncryption"][
        "ServerSideEncryptionConfiguration"
    ]
    given = ["HasKey", "KmsKeyArn", "AWS::NoValue"]
    assert rule["ServerSideEncryptionByDefault"] == {
        "SSEAlgorithm": ["HasKey", "aws:kms", "AES256"],
        "KMSMasterKeyID": given,
    }
    for queue in of_type("AWS::SQS::Queue").values():
        assert queue["KmsMasterKeyId"] == given
        assert queue["SqsManagedSseEnabled"] == ["HasKey", "AWS::NoValue", True]
    assert RESOURCES["RecordsTable"]["Properties"]["SSESpecification"]["KMSMasterKeyId"] == given


@pytest.mark.parametrize("function", ["extract", "store", "api_handler"])
def test_the_alarm_of_a_duration_is_a_tenth_ahead_of_the_time_out(function):
    name = {"extract": "Extract", "store": "Store", "api_handler": "Api"}[function]
    seconds = CONFIG["lambda_functions"][function]["lambda_timeout"]
    assert RESOURCES[f"{name}DurationAlarm"]["Properties"]["Threshold"] == seconds * 900


def test_bucket_and_queues_are_closed_to_whoever_does_not_come_over_tls():
    policies = [
        *of_type("AWS::S3::BucketPolicy").values(),
        *of_type("AWS::SQS::QueuePolicy").values(),
    ]
    assert len(policies) == 2
    for policy in policies:
        [statement] = policy["PolicyDocument"]["Statement"]
        assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    of_the_stack_or_of_a_condition = policies[1]["Queues"]
    queues = {q[1] if isinstance(q, list) else q for q in of_the_stack_or_of_a_condition}
    assert queues == of_type("AWS::SQS::Queue").keys()


def test_each_parameter_is_one_that_the_deployment_sets():
    parameters = set(re.findall(r"^  (\w+):$", _section("Parameters"), re.MULTILINE))
    deploy = (PROJECT / "ops/deploy.py").read_text()
    assert parameters == {name for name in parameters if f'"{name}":' in deploy}


def _section(name):
    text = (PROJECT / "resources.yaml").read_text()
    return text.split(f"{name}:\n", 1)[1].split("\n\n", 1)[0]


def test_only_the_stage_on_a_laptop_answers_what_is_not_signed():
    variables = {name: s["environment_variables"] for name, s in CONFIG["stages"].items()}
    open_to_all = {name for name, v in variables.items() if v["API_AUTHORIZATION"] == "NONE"}
    assert open_to_all == {"local"}


@pytest.mark.parametrize("kind", ["AWS::S3::Bucket", "AWS::SQS::Queue", "AWS::DynamoDB::Table"])
def test_what_holds_something_outlives_its_stack_unless_the_stack_never_came_to_be(kind):
    kept = [resource for resource in RESOURCES.values() if resource["Type"] == kind]
    assert kept
    for resource in kept:
        assert resource["DeletionPolicy"] == "RetainExceptOnCreate"
        assert resource["UpdateReplacePolicy"] == "Retain"
        assert resource["Condition"]
