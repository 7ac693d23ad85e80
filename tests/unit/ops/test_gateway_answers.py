"""What API Gateway says by itself: a path that is not there is a 404 with a sentence."""

import json
from dataclasses import replace

import boto3
import pytest
from botocore.stub import Stubber

from ops import gateway_answers
from ops.stage import read_stage
from ops.terminal import Stop

STAGE = read_stage("local")


@pytest.fixture
def gateway(monkeypatch):
    client = boto3.client("apigateway")
    monkeypatch.setattr(gateway_answers.boto3, "client", lambda _: client)
    monkeypatch.setattr(gateway_answers, "deployed_api_id", lambda _: "a1b2c3")
    with Stubber(client) as stub:
        yield stub


def worded(gateway, stage):
    """The three answers that are put, and then deployed: what was sent for each."""
    kinds = ("DEFAULT_4XX", "DEFAULT_5XX", "MISSING_AUTHENTICATION_TOKEN")
    sent = {}
    gateway.client.meta.events.register(
        "provide-client-params.api-gateway.PutGatewayResponse",
        lambda params, **_: sent.__setitem__(params["responseType"], params),
    )
    for _ in kinds:
        gateway.add_response("put_gateway_response", {})
    deployed = {"restApiId": "a1b2c3", "stageName": stage.api_gateway_stage}
    gateway.add_response("create_deployment", {}, deployed)
    gateway_answers.word_answers(stage)
    gateway.assert_no_pending_responses()
    assert tuple(sent) == kinds
    return sent


@pytest.mark.parametrize("authorization", ["NONE", "COGNITO"])
def test_a_path_that_is_not_there_is_404_with_what_to_do(gateway, authorization):
    sent = worded(gateway, replace(STAGE, authorization=authorization))
    answer = sent["MISSING_AUTHENTICATION_TOKEN"]
    body = json.loads(answer["responseTemplates"]["application/json"])
    assert (answer["statusCode"], body["Code"]) == ("404", "NotFoundError")
    assert "%2F" in body["Message"]


def test_where_requests_are_signed_the_answer_says_both_that_it_may_mean(gateway):
    answer = worded(gateway, replace(STAGE, authorization="AWS_IAM"))[
        "MISSING_AUTHENTICATION_TOKEN"
    ]
    body = json.loads(answer["responseTemplates"]["application/json"])
    assert answer["statusCode"] == "403"
    assert "no signature" in body["message"]
    assert "nothing at this path" in body["message"]


@pytest.mark.parametrize("origin", ["", "https://a.example"])
def test_each_has_the_headers_of_every_answer_and_those_of_another_origin(gateway, origin):
    for answer in worded(gateway, replace(STAGE, cors_origin=origin)).values():
        headers = answer["responseParameters"]
        assert headers["gatewayresponse.header.X-Content-Type-Options"] == "'nosniff'"
        assert headers["gatewayresponse.header.Referrer-Policy"] == "'no-referrer'"
        allowed = headers.get("gatewayresponse.header.Access-Control-Allow-Origin")
        assert allowed == (f"'{origin}'" if origin else None)


def test_an_emulator_that_lacks_it_is_left_as_it_is_and_on_aws_it_has_to_work(gateway):
    gateway.add_client_error("put_gateway_response")
    gateway_answers.word_answers(STAGE)
    gateway.add_client_error("put_gateway_response")
    with pytest.raises(Stop, match="cannot be worded"):
        gateway_answers.word_answers(replace(STAGE, name="prod"))
