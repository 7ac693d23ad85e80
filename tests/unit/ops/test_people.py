"""People are invited, and get tokens for their scripts, as Cognito's documented answers allow."""

import io
import sys
from dataclasses import replace

import boto3
import pytest
from botocore.stub import Stubber

from ops import people
from ops.stage import read_stage

PROD = replace(read_stage("prod"), authorization="COGNITO")
VARIABLES = {
    "USER_POOL_ARN": "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Abc123",
    "SIGN_IN_CLIENT_ID": "4h57kexample",
}
EMAIL = "ada@example.com"
PERSON = {
    "UserPoolId": "eu-west-1_Abc123",
    "Username": EMAIL,
    "UserAttributes": [
        {"Name": "email", "Value": EMAIL},
        {"Name": "email_verified", "Value": "true"},
    ],
    "DesiredDeliveryMediums": ["EMAIL"],
}


@pytest.fixture
def cognito(monkeypatch):
    """Cognito, which answers what a test says, and expects what it says to be asked."""
    client = boto3.client("cognito-idp", region_name="eu-west-1")
    monkeypatch.setattr(people.boto3, "client", lambda *_, **__: client)
    monkeypatch.setattr(people, "variables_of", lambda _: VARIABLES)
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def typed(monkeypatch):
    def typed(*lines):
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))

    return typed


def test_cognito_writes_to_who_is_invited_on_aws(cognito):
    cognito.add_response("admin_create_user", {}, PERSON)
    said = people.invite(PROD, EMAIL)
    assert said == "ada@example.com is invited: Cognito writes them a temporary password"


def test_who_has_not_come_yet_is_written_to_once_more(cognito):
    cognito.add_client_error("admin_create_user", "UsernameExistsException")
    cognito.add_response(
        "admin_get_user", {"Username": "0a1b", "UserStatus": "FORCE_CHANGE_PASSWORD"}
    )
    cognito.add_response("admin_create_user", {}, PERSON | {"MessageAction": "RESEND"})
    assert people.invite(PROD, EMAIL).endswith("is written to once more")


def test_who_is_there_is_left_in_peace(cognito):
    cognito.add_client_error("admin_create_user", "UsernameExistsException")
    cognito.add_response("admin_get_user", {"Username": "0a1b", "UserStatus": "CONFIRMED"})
    assert people.invite(PROD, EMAIL) == "ada@example.com is there already"


def asks(challenge):
    return {"ChallengeName": challenge, "Session": "s" * 20}


def expects(challenge, **responses):
    return {
        "ClientId": "4h57kexample",
        "ChallengeName": challenge,
        "Session": "s" * 20,
        "ChallengeResponses": {"USERNAME": EMAIL, **responses},
    }


def test_a_token_takes_what_cognito_asks_for_one_line_each(cognito, typed):
    typed("temporary", "chosen by me", "123456")
    cognito.add_response(
        "initiate_auth",
        asks("NEW_PASSWORD_REQUIRED"),
        {
            "AuthFlow": "USER_PASSWORD_AUTH",
            "ClientId": "4h57kexample",
            "AuthParameters": {"USERNAME": EMAIL, "PASSWORD": "temporary"},
        },
    )
    cognito.add_response(
        "respond_to_auth_challenge",
        asks("SOFTWARE_TOKEN_MFA"),
        expects("NEW_PASSWORD_REQUIRED", NEW_PASSWORD="chosen by me"),
    )
    cognito.add_response(
        "respond_to_auth_challenge",
        {"AuthenticationResult": {"IdToken": "a.b.c", "AccessToken": "d.e.f"}},
        expects("SOFTWARE_TOKEN_MFA", SOFTWARE_TOKEN_MFA_CODE="123456"),
    )
    assert people.token(PROD, EMAIL) == "a.b.c"


def test_what_a_script_cannot_answer_is_left_to_the_page(cognito, typed):
    typed("password")
    cognito.add_response("initiate_auth", asks("SMS_MFA"))
    with pytest.raises(SystemExit, match="Cognito asks for SMS_MFA: sign in by the page"):
        people.token(PROD, EMAIL)


def test_a_stage_that_is_not_deployed_yet_says_what_to_do(cognito, monkeypatch):
    monkeypatch.setattr(people, "variables_of", lambda _: {})
    with pytest.raises(SystemExit, match=r"USER_POOL_ARN is not set: `./catalog deploy"):
        people.invite(PROD, EMAIL)
