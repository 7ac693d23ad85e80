"""The policies that ship are those of the names in .chalice/config.json, and no wider."""

import json
import shutil
from contextlib import nullcontext
from dataclasses import replace
from datetime import date

import boto3
import pytest
from moto import mock_aws

import ops.before_deploying
import ops.policies
import ops.stage
from ops.before_deploying import check_loaded
from ops.policies import policies
from ops.stage import ROOT, read_stage, stage_names

CONFIG = json.loads((ROOT / ".chalice/config.json").read_text())
FUNCTIONS = ("extract", "store", "api")


def statements(stage, function):
    return policies(read_stage(stage))[function]["Statement"]


@pytest.mark.parametrize("stage", stage_names())
@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_policy_in_git_is_the_one_for_the_names_of_its_stage(stage, function):
    path = ROOT / f".chalice/policy-{function}-{stage}.json"
    assert json.loads(path.read_text()) == policies(read_stage(stage))[function], (
        "`python -m ops.policies` writes it anew"
    )


@pytest.mark.parametrize("stage", stage_names())
@pytest.mark.parametrize(
    ("name", "function"), [("extract", "extract"), ("store", "store"), ("api_handler", "api")]
)
def test_each_function_has_a_policy_of_its_own_and_settings_made_on_purpose(stage, name, function):
    settings = CONFIG["lambda_functions"][name] | CONFIG["stages"][stage]["lambda_functions"][name]
    assert CONFIG["autogen_policy"] is False
    assert settings["iam_policy_file"] == f"policy-{function}-{stage}.json"
    assert settings.keys() >= {"lambda_memory_size", "lambda_timeout", "log_retention_in_days"}


@pytest.mark.parametrize("stage", stage_names())
@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_policy_has_a_wildcard_for_an_action_or_for_a_whole_resource(stage, function):
    for statement in statements(stage, function):
        resources = statement["Resource"]
        assert not any("*" in action for action in statement["Action"])
        for resource in [resources] if isinstance(resources, str) else resources:
            assert resource.split(":", 5)[5] not in ("*", "/*")


def test_the_store_function_cannot_be_slower_than_a_message_is_hidden():
    """A queue made by hand hides a message for 30 s, and Lambda refuses a longer time-out."""
    assert CONFIG["lambda_functions"]["store"]["lambda_timeout"] <= 30


KEY = "arn:aws-cn:kms:cn-north-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def of_the_key(stage, function):
    return [s for s in policies(stage)[function]["Statement"] if s["Resource"] == KEY]


@pytest.mark.parametrize(
    ("function", "actions"),
    [
        ("extract", ["kms:Decrypt", "kms:GenerateDataKey"]),
        ("store", ["kms:Decrypt"]),
        ("api", ["kms:Decrypt", "kms:GenerateDataKey"]),
    ],
)
def test_with_a_key_a_function_may_use_it_for_what_it_reads_and_writes(function, actions):
    stage = replace(read_stage("prod"), kms_key_arn=KEY)
    [statement] = of_the_key(stage, function)
    assert statement == {"Effect": "Allow", "Action": actions, "Resource": KEY}
    others = [s for s in policies(stage)[function]["Statement"] if s != statement]
    assert others == statements("prod", function)


@pytest.mark.parametrize("stage", stage_names())
@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_policy_is_good_in_every_partition_and_iam_takes_it(stage, function):
    policy = policies(read_stage(stage))[function]
    assert "arn:aws" not in json.dumps(policy)
    with mock_aws():
        iam = boto3.client("iam")
        iam.create_policy(PolicyName=function, PolicyDocument=json.dumps(policy))


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
    assert "`make policies STAGE=prod`" in said
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
    set_variables(project, stage, METADATA_TABLE="another")
    variables = json.loads((project / ".chalice/config.json").read_text())["stages"]
    with pytest.raises(SystemExit, match=f"policy-store-{stage}"):
        check_loaded(variables[stage]["environment_variables"], SUPPORTED, TODAY)
    check_loaded(variables[other]["environment_variables"], SUPPORTED, TODAY)
