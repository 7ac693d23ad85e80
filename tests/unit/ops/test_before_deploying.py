"""What is not deployed, and why: each a sentence that names what is wrong, and what to do."""

import json
import shutil
from contextlib import nullcontext
from datetime import date

import boto3
import pytest
from moto import mock_aws

import ops.before_deploying
import ops.policies
import ops.stage
from ops.batch_failures import REPORTED
from ops.before_deploying import check_api_is_known, check_loaded
from ops.stage import API_NAME, NOTIFIED, ROOT, read_stage, stage_names


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project whose stages and policies may be changed: its root."""
    shutil.copytree(ROOT / ".chalice", tmp_path / ".chalice")
    for module in (ops.policies, ops.stage, ops.before_deploying):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    return tmp_path


def set_variables(project, stage, **variables):
    path = project / ".chalice/config.json"
    config = json.loads(path.read_text())
    config["stages"][stage]["environment_variables"] |= variables
    path.write_text(json.dumps(config))


SUPPORTED = (3, 11)
TODAY = date(2026, 11, 24)


def check(name, python=SUPPORTED, today=TODAY):
    ops.before_deploying.check(read_stage(name), python, today)


def test_policies_of_other_names_are_refused_by_name_with_what_differs(project):
    check("prod")
    set_variables(project, "prod", CSV_BUCKET="another-bucket")
    with pytest.raises(SystemExit) as refused:
        check("prod")
    said = str(refused.value)
    assert ".chalice/policy-extract-prod.json, .chalice/policy-api-prod.json" in said
    assert "policy-store-prod" not in said
    assert '+      "Resource": "arn:*:s3:::another-bucket"' in said
    assert "`./catalog policies --stage prod`" in said
    check("local")


def test_a_policy_that_was_changed_by_hand_is_refused_and_shown_before_it_is_overwritten(
    project, capsys
):
    path = project / ".chalice/policy-store-prod.json"
    theirs = path.read_text().replace('"sqs:DeleteMessage",', '"sqs:DeleteMessage", "sqs:Theirs",')
    path.write_text(theirs)
    with pytest.raises(SystemExit, match=r"policy-store-prod\.json is not what"):
        check("prod")
    assert path.read_text() == theirs
    ops.policies.write(read_stage("prod"))
    assert '-        "sqs:DeleteMessage", "sqs:Theirs",' in capsys.readouterr().out
    check("prod")


def test_a_policy_that_says_the_same_in_another_form_is_left_as_it_is(project):
    path = project / ".chalice/policy-store-prod.json"
    path.write_text(json.dumps(json.loads(path.read_text())))
    check("prod")


@pytest.mark.parametrize("text", [None, "", "{"])
def test_a_policy_that_is_missing_or_broken_is_refused(project, text):
    path = project / ".chalice/policy-api-prod.json"
    path.unlink() if text is None else path.write_text(text)
    with pytest.raises(SystemExit, match=r"policy-api-prod\.json is not what"):
        check("prod")


def test_what_only_a_deployment_may_set_is_refused_in_the_settings(project):
    set_variables(project, "prod", **REPORTED)
    with pytest.raises(SystemExit, match="BATCH_FAILURES is set"):
        check("prod")


def datasets_of(length):
    return json.dumps(["x" * (length - 4)])


@pytest.mark.parametrize("stage", stage_names())
def test_datasets_longer_than_an_environment_holds_are_refused_by_name(project, stage):
    set_variables(project, stage, DATASETS="")
    variables = {**ops.stage.variables_of(stage), **REPORTED}
    free = 4_096 - len(json.dumps(variables, separators=(",", ":")))
    quotes = 2  # which JSON escapes
    set_variables(project, stage, DATASETS=datasets_of(free - quotes))
    check(stage)
    set_variables(project, stage, DATASETS=datasets_of(free - quotes + 1))
    with pytest.raises(
        SystemExit, match=r"4,097 bytes, and a function holds 4,096\. Shorten DATAS"
    ):
        check(stage)
    set_variables(project, stage, DATASETS=datasets_of(free // 2) + "ä" * (free // 2 - 1))
    with pytest.raises(SystemExit, match="Shorten DATASETS"):
        check(stage)


@pytest.mark.parametrize("arn", ["alias/mine", "arn:aws:kms:eu-west-1:123456789012:alias/mine"])
def test_a_key_that_a_policy_cannot_name_is_refused_by_name(project, arn):
    set_variables(project, "prod", KMS_KEY_ARN=arn)
    with pytest.raises(SystemExit, match="KMS_KEY_ARN"):
        read_stage("prod")


def test_alarms_go_to_an_address_or_to_a_topic_and_not_to_both(project):
    topic = "arn:aws:sns:eu-west-1:123456789012:on-call"
    set_variables(project, "prod", ALARM_EMAIL="on-call@example.com")
    assert read_stage("prod").alarm_email == "on-call@example.com"
    set_variables(project, "prod", ALARM_TOPIC_ARN=topic)
    with pytest.raises(SystemExit, match="ALARM_EMAIL and ALARM_TOPIC_ARN"):
        read_stage("prod")
    set_variables(project, "prod", ALARM_EMAIL="")
    assert read_stage("prod").alarm_topic_arn == topic
    set_variables(project, "prod", ALARM_TOPIC_ARN="on-call")
    with pytest.raises(SystemExit, match="ALARM_TOPIC_ARN"):
        read_stage("prod")


def test_events_are_told_to_an_address_or_to_a_topic_and_those_that_are_named(project):
    set_variables(project, "prod", NOTIFY_EMAIL="us@example.com")
    assert read_stage("prod").notify == NOTIFIED
    set_variables(project, "prod", NOTIFY="dataset.late, file.failed")
    assert read_stage("prod").notify == ("dataset.late", "file.failed")
    set_variables(project, "prod", NOTIFY="dataset.lost")
    with pytest.raises(SystemExit, match=r"NOTIFY .* has 'dataset.lost'"):
        read_stage("prod")
    set_variables(project, "prod", NOTIFY="", EVENT_BUS="")
    with pytest.raises(SystemExit, match="need an EVENT_BUS"):
        read_stage("prod")
    topic = "arn:aws:sns:eu-west-1:123456789012:all"
    set_variables(project, "prod", EVENT_BUS="csv-catalog", NOTIFY_TOPIC_ARN=topic)
    with pytest.raises(SystemExit, match="NOTIFY_EMAIL and NOTIFY_TOPIC_ARN"):
        read_stage("prod")
    set_variables(project, "prod", NOTIFY_EMAIL="")
    assert read_stage("prod").notify_topic_arn == topic


@pytest.mark.parametrize(
    ("stage", "python", "today", "refused"),
    [
        ("prod", (3, 10), date(2026, 10, 31), False),
        ("prod", (3, 10), date(2026, 11, 1), True),
        ("prod", (3, 11), date(2027, 7, 1), True),
        ("prod", (3, 99), date(2050, 1, 1), False),
        ("local", (3, 10), date(2026, 11, 1), False),
    ],
)
def test_a_python_whose_lambda_runtime_has_ended_is_refused_on_aws(stage, python, today, refused):
    says = pytest.raises(SystemExit, match=f"python3.{python[1]} has ended on 20")
    with says if refused else nullcontext():
        check(stage, python, today)


@pytest.mark.parametrize("stage", stage_names())
def test_chalices_own_command_refuses_the_stage_that_it_deploys(project, stage):
    other = next(name for name in stage_names() if name != stage)
    set_variables(project, stage, RECORDS_TABLE="another")
    variables = json.loads((project / ".chalice/config.json").read_text())["stages"]
    with pytest.raises(SystemExit, match=f"policy-store-{stage}"):
        check_loaded(variables[stage]["environment_variables"], SUPPORTED, TODAY)
    check_loaded(variables[other]["environment_variables"], SUPPORTED, TODAY)


@pytest.fixture
def gateway():
    """The account's API Gateway, with an API of a stage each: `gateway("csv-metadata", "prod")`."""
    with mock_aws():
        client = boto3.client("apigateway")

        def make(name, stage=None, function="csv-metadata-prod"):
            api = client.create_rest_api(name=name)["id"]
            if stage:
                root = client.get_resources(restApiId=api)["items"][0]["id"]
                of_the_root = {"restApiId": api, "resourceId": root, "httpMethod": "GET"}
                client.put_method(**of_the_root, authorizationType="NONE")
                client.put_integration(
                    **of_the_root,
                    type="AWS_PROXY",
                    integrationHttpMethod="POST",
                    uri=f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:"
                    f"lambda:us-east-1:123456789012:function:{function}/invocations",
                )
                client.create_deployment(restApiId=api, stageName=stage)
            return api

        yield make


def deployed(project, stage, api):
    """Leave the file that Chalice leaves."""
    folder = project / ".chalice/deployed"
    folder.mkdir(exist_ok=True)
    resource = {"name": "rest_api", "resource_type": "rest_api", "rest_api_id": api}
    (folder / f"{stage}.json").write_text(json.dumps({"resources": [resource]}))


def test_the_api_is_named_as_the_app_names_itself():
    import app

    assert app.app.app_name == API_NAME


@pytest.mark.parametrize("in_stage", ["prod", None])
def test_an_api_that_chalices_file_does_not_know_of_stops_a_deployment(project, gateway, in_stage):
    api = gateway("csv-metadata", in_stage)
    with pytest.raises(SystemExit) as stopped:
        check_api_is_known(read_stage("prod"))
    said = str(stopped.value)
    assert f"an API named csv-metadata is there already ({api})" in said
    assert ".chalice/deployed/prod.json does not know of it" in said
    assert "Fetch that file" in said
    deployed(project, "prod", api)
    check_api_is_known(read_stage("prod"))


def test_an_api_of_another_stage_another_name_or_another_function_stops_nothing(project, gateway):
    gateway("csv-metadata", "beta")
    gateway("another", "prod")
    gateway("csv-metadata", "prod", function="theirs-prod")
    deployed(project, "local", gateway("csv-metadata", "prod"))
    check_api_is_known(read_stage("prod"))


def test_an_account_that_cannot_be_asked_is_a_sentence(project, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)  # it may have credentials from before
    with pytest.raises(SystemExit, match="the account's APIs cannot be listed: Unable to locate"):
        check_api_is_known(read_stage("prod"))
