"""People who sign in: invite one, or get a token for a script.

A password is asked for, or is the first line of the standard input; never an argument, which others
on the machine could read.
"""

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getpass

import boto3
import click
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from ops.stage import LOCAL, Stage, connect, stage_option, variables_of
from ops.terminal import Stop, say


def invite(stage: Stage, email: str) -> str:
    """Add a person, whom Cognito writes a temporary password, and say what happened.

    A person who was invited and has not signed in yet gets another letter.
    """
    pool_id = _setting(stage, "USER_POOL_ARN").rpartition("/")[2]
    person = {
        "UserPoolId": pool_id,
        "Username": email,
        "UserAttributes": [
            {"Name": "email", "Value": email},
            {"Name": "email_verified", "Value": "true"},
        ],
        "DesiredDeliveryMediums": ["EMAIL"],
    }
    if stage.name == LOCAL:
        person |= {"TemporaryPassword": secrets.token_urlsafe(12), "MessageAction": "SUPPRESS"}
    cognito = boto3.client("cognito-idp")
    try:
        cognito.admin_create_user(**person)
    except cognito.exceptions.UsernameExistsException:
        there = cognito.admin_get_user(UserPoolId=pool_id, Username=email)
        if stage.name == LOCAL or there["UserStatus"] != "FORCE_CHANGE_PASSWORD":
            return f"{email} is there already"
        cognito.admin_create_user(**person, MessageAction="RESEND")
        return f"{email} was invited already, and is written to once more"
    if stage.name == LOCAL:
        return f"{email} is invited, with the temporary password {person['TemporaryPassword']}"
    return f"{email} is invited: Cognito writes them a temporary password"


def token(stage: Stage, email: str) -> str:
    """An id token of the person, good for an hour. Asks for what Cognito asks for."""
    region = _setting(stage, "USER_POOL_ARN").split(":")[3]
    client_id = _setting(stage, "SIGN_IN_CLIENT_ID")
    # Whoever signs in has no AWS credentials, and needs none.
    cognito = boto3.client(
        "cognito-idp", region_name=region, config=Config(signature_version=UNSIGNED)
    )
    answer = cognito.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId=client_id,
        AuthParameters={"USERNAME": email, "PASSWORD": ask("Password: ")},
    )
    while challenge := answer.get("ChallengeName"):
        match challenge:
            case "NEW_PASSWORD_REQUIRED":
                more = {"NEW_PASSWORD": ask("New password: ")}
            case "SOFTWARE_TOKEN_MFA":
                more = {"SOFTWARE_TOKEN_MFA_CODE": ask("Code of the authenticator: ")}
            case _:
                raise Stop(f"Cognito asks for {challenge}: sign in by the page")
        answer = cognito.respond_to_auth_challenge(
            ClientId=client_id,
            ChallengeName=challenge,
            Session=answer["Session"],
            ChallengeResponses={"USERNAME": email, **more},
        )
    return answer["AuthenticationResult"]["IdToken"]


def ask(prompt: str) -> str:
    """Return what a person types unseen, or the next line of the standard input of a script."""
    if sys.stdin.isatty():
        return getpass(prompt)
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise Stop(f"{prompt.rstrip(': ').lower()}: there is no line for it")
    return line


def _setting(stage: Stage, name: str) -> str:
    if stage.authorization != "COGNITO":
        raise Stop(
            f"nobody signs in to the {stage.name} stage: its API_AUTHORIZATION is "
            f"{stage.authorization}, and not COGNITO, in .chalice/config.json"
        )
    if value := variables_of(stage.name).get(name):
        return value
    raise Stop(f"{name} is not set: `./catalog deploy --stage {stage.name}` sets it")


@contextmanager
def _cognito_errors() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        raise Stop(error.response["Error"]["Message"]) from error
    except BotoCoreError as error:
        raise Stop(f"Cognito cannot be asked: {error}") from error


def _address(_ctx, _param, email: str) -> str:
    if "@" not in email:
        raise click.BadParameter(f"{email!r} is not the address of a person.")
    return email


@click.command(epilog="Example: ./catalog invite ada@example.com --stage prod")
@click.argument("email", callback=_address)
@stage_option
def invite_command(email: str, stage_name: str) -> None:
    """Invite a person to sign in."""
    stage = connect(stage_name)
    with _cognito_errors():
        say(invite(stage, email))


@click.command(epilog="Example: TOKEN=$(./catalog token ada@example.com --stage prod)")
@click.argument("email", callback=_address)
@stage_option
def token_command(email: str, stage_name: str) -> None:
    """Print a token for scripts; the person's password is asked for."""
    stage = connect(stage_name)
    with _cognito_errors():
        say(token(stage, email))
