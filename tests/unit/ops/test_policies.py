"""The policies that ship are those of the names in .chalice/config.json, and no wider."""

import json
from dataclasses import replace

import boto3
import pytest
from moto import mock_aws

from ops.policies import policies
from ops.stage import ROOT, read_stage, stage_names

CONFIG = json.loads((ROOT / ".chalice/config.json").read_text())
FUNCTIONS = ("extract", "store", "watch", "api")


def statements(stage, function):
    return policies(read_stage(stage))[function]["Statement"]


@pytest.mark.parametrize("stage", stage_names())
@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_policy_in_git_is_the_one_for_the_names_of_its_stage(stage, function):
    path = ROOT / f".chalice/policy-{function}-{stage}.json"
    assert json.loads(path.read_text()) == policies(read_stage(stage))[function], (
        "`./catalog policies` writes it anew"
    )


@pytest.mark.parametrize("stage", stage_names())
@pytest.mark.parametrize(
    ("name", "function"), [*((name, name) for name in FUNCTIONS[:3]), ("api_handler", "api")]
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


@pytest.mark.parametrize("bus", ["", "theirs"])
def test_only_a_bus_that_is_set_may_be_written_to(bus):
    stage = replace(read_stage("prod"), event_bus=bus)
    allowed = policies(stage)["store"]["Statement"]
    told = [s["Resource"] for s in allowed if s["Action"] == ["events:PutEvents"]]
    assert told == ([f"arn:*:events:*:*:event-bus/{bus}"] if bus else [])


KEY = "arn:aws-cn:kms:cn-north-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def of_the_key(stage, function):
    return [s for s in policies(stage)[function]["Statement"] if s["Resource"] == KEY]


@pytest.mark.parametrize(
    ("function", "actions"),
    [
        ("extract", ["kms:Decrypt", "kms:GenerateDataKey"]),
        ("store", ["kms:Decrypt"]),
        ("watch", ["kms:Decrypt"]),
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
