"""Settings of the pool of people who sign in, kept in config.json for functions and page.

Chalice takes settings from .chalice/config.json alone, and a plain `chalice deploy` must find them
there: so what the stack has made is written into it, and shown.
"""

import json
import os

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from ops.stage import ROOT, Stage, variables_of
from ops.terminal import Stop, say


def write_settings(stage: Stage) -> None:
    """Write what the stack has of the pool into the stage's variables. Says what changes."""
    before = variables_of(stage.name)
    changed = {name: value for name, value in made(stage).items() if before.get(name) != value}
    for name, value in changed.items():
        was = f", and was {before[name]}" if before.get(name) else ""
        say(f".chalice/config.json, stage {stage.name}: {name} is {value}{was}")
    if changed:
        path = ROOT / ".chalice/config.json"
        config = json.loads(path.read_text())
        config["stages"][stage.name]["environment_variables"] |= changed
        path.write_text(json.dumps(config, indent=2) + "\n")


def made(stage: Stage) -> dict[str, str]:
    """The settings of the pool that the stack has, by the names of their variables."""
    try:
        [stack] = boto3.client("cloudformation").describe_stacks(StackName=stage.stack)["Stacks"]
    except (BotoCoreError, ClientError) as error:
        raise Stop(f"the stack {stage.stack} cannot be read: {error}") from error
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    return {
        "USER_POOL_ARN": outputs["UserPoolArn"],
        # An emulator has the sign-in page at its own address, and not at the pool's.
        "SIGN_IN_URL": os.environ.get("AWS_ENDPOINT_URL") or outputs["SignInUrl"],
        "SIGN_IN_CLIENT_ID": outputs["SignInClientId"],
    }
