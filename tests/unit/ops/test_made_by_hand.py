"""What is there before a deployment, and whose it is: a lookup that fails is no answer."""

from dataclasses import replace

import boto3
import pytest
from botocore.stub import Stubber

from ops import deploy
from ops.deploy import made_by_hand, people_sign_in
from ops.stage import read_stage

STAGE = read_stage("local")
NO_STACK = ("ValidationError", "Stack with id csv-metadata-local-resources does not exist")
NO_QUEUE = ("AWS.SimpleQueueService.NonExistentQueue", "")
NO_TABLE = ("ResourceNotFoundException", "")
NO_BUS = ("ResourceNotFoundException", "")


@pytest.fixture
def answers(monkeypatch):
    """Stubs of the five services, to be told what AWS answers in turn; None is that it is there."""
    operations = {
        "cloudformation": "list_stack_resources",
        "s3": "head_bucket",
        "sqs": "get_queue_url",
        "dynamodb": "describe_table",
        "events": "describe_event_bus",
    }
    clients = {service: boto3.client(service) for service in operations}
    stubs = {service: Stubber(client) for service, client in clients.items()}
    there = {"cloudformation": {"StackResourceSummaries": []}, "sqs": {"QueueUrl": "https://q"}}
    monkeypatch.setattr(deploy.boto3, "client", clients.get)

    def tell(**told):
        for service, codes in told.items():
            for code in codes:
                if code is None:
                    stubs[service].add_response(operations[service], there.get(service, {}))
                elif isinstance(code, dict):
                    stubs[service].add_response(operations[service], code)
                else:
                    name, message = code
                    stubs[service].add_client_error(
                        operations[service], name, message, int(name) if name.isdigit() else 400
                    )
            stubs[service].activate()

    return tell


def test_what_is_there_without_a_stack_was_made_by_hand(answers):
    answers(
        cloudformation=[NO_STACK],
        s3=[None],
        sqs=[None, NO_QUEUE, NO_QUEUE],
        dynamodb=[NO_TABLE, NO_TABLE],
        events=[NO_BUS],
    )
    assert made_by_hand(STAGE) == {
        "FilesBucket": f"bucket {STAGE.bucket}",
        "ProcessingQueue": f"queue {STAGE.queue}",
    }


def test_queues_that_an_earlier_stack_left_are_used(answers):
    answers(
        cloudformation=[NO_STACK], s3=[None], sqs=[None] * 3, dynamodb=[None] * 2, events=[NO_BUS]
    )
    assert len(made_by_hand(STAGE)) == 6


NOTHING = {
    "cloudformation": [NO_STACK],
    "s3": [("404", "")],
    "sqs": [NO_QUEUE] * 3,
    "dynamodb": [NO_TABLE] * 2,
}


def test_a_bus_that_is_there_is_used_and_one_of_no_name_is_not_looked_for(answers):
    answers(**NOTHING, events=[None])
    assert made_by_hand(STAGE) == {"CatalogEvents": f"event bus {STAGE.event_bus}"}
    answers(**NOTHING)
    assert made_by_hand(replace(STAGE, event_bus="")) == {}


@pytest.fixture
def parameters(answers, monkeypatch):
    """What a deployment hands to the stack, where nothing is there but what `stack` has."""

    def deployed(stage, *stack):
        resources = [of(name, "CREATE_COMPLETE") for name in stack]
        told = {"StackResourceSummaries": resources}
        asks = 1 if stage.authorization == "COGNITO" else 2
        answers(
            **NOTHING | {"cloudformation": [told] * asks},
            events=[NO_BUS] * bool(stage.event_bus),
        )
        handed = []
        monkeypatch.setattr(deploy, "run", lambda *command: handed.extend(command))
        deploy.deploy_resources(stage, None)
        return dict(one.split("=", 1) for one in handed if "=" in one)

    return deployed


@pytest.mark.parametrize(("bus", "makes"), [("", "false"), ("csv-catalog", "true")])
def test_no_bus_is_made_where_none_is_set(parameters, bus, makes):
    assert parameters(replace(STAGE, event_bus=bus))["MakeEventBus"] == makes


@pytest.mark.parametrize(
    ("authorization", "stack", "makes"),
    [
        ("AWS_IAM", (), "false"),
        ("COGNITO", (), "true"),
        ("AWS_IAM", ("People",), "true"),
        ("NONE", ("People",), "true"),
    ],
)
def test_the_pool_of_people_survives_a_change_of_api_authorization(
    parameters, authorization, stack, makes
):
    stage = replace(STAGE, authorization=authorization)
    assert parameters(stage, *stack)["MakePeople"] == makes


def test_a_stack_that_cannot_be_asked_for_its_people_stops_the_deployment(answers):
    answers(cloudformation=[DENIED])
    with pytest.raises(SystemExit, match=r"nothing was deployed: .*AccessDenied"):
        people_sign_in(STAGE)


def of(logical_id, status):
    return {
        "LogicalResourceId": logical_id,
        "ResourceType": "any",
        "LastUpdatedTimestamp": 0,
        "ResourceStatus": status,
    }


def test_what_the_stack_has_was_not_made_by_hand_and_what_it_had_counts_no_more(answers):
    stack = [of(name, "CREATE_COMPLETE") for name in ("FilesBucket", "ProcessingQueue")]
    stack.append(of("RecordsTable", "DELETE_COMPLETE"))
    answers(
        cloudformation=[{"StackResourceSummaries": stack}],
        sqs=[NO_QUEUE, NO_QUEUE],
        dynamodb=[None, NO_TABLE],
        events=[NO_BUS],
    )
    assert made_by_hand(STAGE).keys() == {"RecordsTable"}


DENIED, THROTTLED = ("AccessDenied", "not authorized"), ("ThrottlingException", "Rate exceeded")


@pytest.mark.parametrize("failure", [DENIED, THROTTLED], ids=lambda one: one[0])
@pytest.mark.parametrize("service", ["cloudformation", "s3", "sqs", "dynamodb", "events"])
def test_a_lookup_that_fails_stops_the_deployment_with_a_sentence(answers, service, failure):
    told = {
        "cloudformation": [NO_STACK],
        "s3": [("404", "")],
        "sqs": [NO_QUEUE] * 3,
        "dynamodb": [NO_TABLE] * 2,
    }
    answers(**told | {service: [failure]})
    with pytest.raises(SystemExit, match=f"nothing was deployed: .*{failure[0]}"):
        made_by_hand(STAGE)
