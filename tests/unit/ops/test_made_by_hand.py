"""What is there before a deployment, and whose it is: a lookup that fails is no answer."""

import boto3
import pytest
from botocore.stub import Stubber

from ops import deploy
from ops.deploy import made_by_hand
from ops.stage import read_stage

STAGE = read_stage("local")
NO_STACK = ("ValidationError", "Stack with id csv-metadata-local-resources does not exist")
NO_QUEUE = ("AWS.SimpleQueueService.NonExistentQueue", "")
NO_TABLE = ("ResourceNotFoundException", "")


@pytest.fixture
def answers(monkeypatch):
    """Stubs of the four services, to be told what AWS answers in turn; None is that it is there."""
    operations = {
        "cloudformation": "list_stack_resources",
        "s3": "head_bucket",
        "sqs": "get_queue_url",
        "dynamodb": "describe_table",
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
    )
    assert made_by_hand(STAGE) == {
        "FilesBucket": f"bucket {STAGE.bucket}",
        "ProcessingQueue": f"queue {STAGE.queue}",
    }


def test_queues_that_an_earlier_stack_left_are_used(answers):
    answers(cloudformation=[NO_STACK], s3=[None], sqs=[None] * 3, dynamodb=[None] * 2)
    assert len(made_by_hand(STAGE)) == 6


def test_what_the_stack_has_was_not_made_by_hand_and_what_it_had_counts_no_more(answers):
    def of(logical_id, status):
        return {
            "LogicalResourceId": logical_id,
            "ResourceType": "any",
            "LastUpdatedTimestamp": 0,
            "ResourceStatus": status,
        }

    stack = [of(name, "CREATE_COMPLETE") for name in ("FilesBucket", "ProcessingQueue")]
    stack.append(of("RecordsTable", "DELETE_COMPLETE"))
    answers(
        cloudformation=[{"StackResourceSummaries": stack}],
        sqs=[NO_QUEUE, NO_QUEUE],
        dynamodb=[None, NO_TABLE],
    )
    assert made_by_hand(STAGE).keys() == {"RecordsTable"}


DENIED, THROTTLED = ("AccessDenied", "not authorized"), ("ThrottlingException", "Rate exceeded")


@pytest.mark.parametrize("failure", [DENIED, THROTTLED], ids=lambda one: one[0])
@pytest.mark.parametrize("service", ["cloudformation", "s3", "sqs", "dynamodb"])
def test_a_lookup_that_fails_stops_the_deployment_with_a_sentence(answers, service, failure):
    told = {
        "cloudformation": [NO_STACK],
        "s3": [("404", "")],
        "sqs": [NO_QUEUE] * 3,
        "dynamodb": [NO_TABLE],
    }
    answers(**told | {service: [failure]})
    with pytest.raises(SystemExit, match=f"nothing was deployed: .*{failure[0]}"):
        made_by_hand(STAGE)
