"""The AWS that the commands talk to: a stage of .chalice/config.json, on the emulator or on AWS."""

import json
import os
import re
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError
from click.shell_completion import CompletionItem

from chalicelib.catalog.keys import USUAL_KEYS, Selection
from chalicelib.catalog.notified import BY, S3
from ops.terminal import Stop, say

ROOT = Path(__file__).parent.parent
STATE = ROOT / ".local"
LOCAL = "local"
API_NAME = "csv-metadata"  # what app.py calls itself, and Chalice the API, whatever app_name is

NOTIFIED = (
    "dataset.late",
    "dataset.recovered",
    "dataset.unusual",
    "schema.changed",
    "contract.violated",
    "file.failed",
)

_NAMED = ("extract", "store", "watch")
_TOPIC = re.compile(r"arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]+(\.fifo)?")
_KEY = re.compile(r"arn:[\w-]+:kms:[\w-]+:\d{12}:key/[\w-]+")  # a policy knows keys, not aliases


@dataclass(frozen=True)
class Stage:
    """A stage and the names of its resources, as .chalice/config.json sets them."""

    name: str
    app_name: str
    api_gateway_stage: str
    bucket: str
    queue: str
    dead_letter_queue: str
    failed_extractions_queue: str
    records_table: str
    history_table: str
    history_days: int
    event_bus: str
    datasets: str
    service: str
    selection: Selection = USUAL_KEYS
    notifications: str = S3
    authorization: str = "AWS_IAM"
    cors_origin: str = ""
    kms_key_arn: str | None = None
    alarm_email: str | None = None
    alarm_topic_arn: str | None = None
    watch_minutes: int | None = 5
    notify_email: str | None = None
    notify_topic_arn: str | None = None
    notify: tuple[str, ...] = NOTIFIED

    @property
    def stack(self) -> str:
        """The CloudFormation stack that holds the resources."""
        return f"{self.app_name}-{self.name}-resources"

    @property
    def functions(self) -> dict[str, str]:
        """The names that Chalice gives to the functions, by what they are called here."""
        prefix = f"{self.app_name}-{self.name}"
        return {name: f"{prefix}-{name}" for name in _NAMED} | {"api": prefix}

    def command(self, command: str) -> str:
        """The command of ./catalog as one types it for this stage."""
        return f"./catalog {command}" + ("" if self.name == LOCAL else f" --stage {self.name}")


def stage_names() -> list[str]:
    """The stages that .chalice/config.json has."""
    return list(_config()["stages"])


def variables_of(name: str) -> Mapping[str, str]:
    """Return what is set for the stage's functions, as Chalice reads it."""
    config = _config()
    for_all: dict[str, str] = config.get("environment_variables", {})
    return {**for_all, **config["stages"][name].get("environment_variables", {})}


def _config() -> dict[str, Any]:
    config: dict[str, Any] = json.loads((ROOT / ".chalice/config.json").read_text())
    return config


def read_stage(name: str) -> Stage:
    """The stage `name`. Exits with a sentence if there is none, or a setting is not valid."""
    config = _config()
    if name not in config["stages"]:
        raise Stop(f"there is no stage {name!r}: .chalice/config.json has "
                         f"{', '.join(config['stages'])}")  # fmt: skip
    stage, variables = config["stages"][name], variables_of(name)
    for what in ("ALARM", "NOTIFY"):
        if variables.get(f"{what}_EMAIL") and variables.get(f"{what}_TOPIC_ARN"):
            raise Stop(
                f"the {name} stage in .chalice/config.json has {what}_EMAIL and {what}_TOPIC_ARN: "
                "leave one of them, and subscribe the address to the topic if both are to hear"
            )
    if (notifications := variables.get("NOTIFICATIONS") or S3) not in BY:
        raise Stop(
            f"NOTIFICATIONS of the {name} stage in .chalice/config.json is {' or '.join(BY)}, not "
            f"{notifications!r}"
        )
    return Stage(
        name=name,
        app_name=config["app_name"],
        api_gateway_stage=stage["api_gateway_stage"],
        bucket=variables["CSV_BUCKET"],
        queue=variables["CSV_PROCESSING_QUEUE"],
        dead_letter_queue=variables["CSV_PROCESSING_DLQ"],
        failed_extractions_queue=variables["FAILED_EXTRACTIONS_QUEUE"],
        records_table=variables["RECORDS_TABLE"],
        history_table=variables["HISTORY_TABLE"],
        history_days=int(variables["HISTORY_DAYS"]),
        event_bus=variables.get("EVENT_BUS", ""),
        datasets=variables["DATASETS"],
        service=variables["POWERTOOLS_SERVICE_NAME"],
        selection=Selection.of(variables.get("INCLUDE", ""), variables.get("EXCLUDE")),
        notifications=notifications,
        authorization=variables.get("API_AUTHORIZATION", "AWS_IAM"),
        cors_origin=variables.get("CORS_ORIGIN", ""),
        kms_key_arn=_arn(variables, "KMS_KEY_ARN", _KEY),
        alarm_email=variables.get("ALARM_EMAIL") or None,
        alarm_topic_arn=_arn(variables, "ALARM_TOPIC_ARN", _TOPIC),
        watch_minutes=_minutes(variables),
        notify_email=variables.get("NOTIFY_EMAIL") or None,
        notify_topic_arn=_arn(variables, "NOTIFY_TOPIC_ARN", _TOPIC),
        notify=_notified(variables),
    )


def _notified(variables: Mapping[str, str]) -> tuple[str, ...]:
    """The events that NOTIFY_EMAIL or NOTIFY_TOPIC_ARN hears of, all unless NOTIFY names some."""
    kinds = tuple(re.findall(r"[^\s,]+", variables.get("NOTIFY", ""))) or NOTIFIED
    if unknown := [kind for kind in kinds if kind not in NOTIFIED]:
        raise Stop(
            f"NOTIFY in .chalice/config.json has {unknown[0]!r}: there are {', '.join(NOTIFIED)}"
        )
    hears = variables.get("NOTIFY_EMAIL") or variables.get("NOTIFY_TOPIC_ARN")
    if hears and not variables.get("EVENT_BUS"):
        raise Stop("NOTIFY_EMAIL and NOTIFY_TOPIC_ARN hear of events: they need an EVENT_BUS")
    return kinds


def _minutes(variables: Mapping[str, str]) -> int | None:
    """The minutes between two runs of `watch`, or None if it does not run."""
    minutes = variables.get("WATCH") or "5"
    if minutes == "off":
        return None
    if not minutes.isdecimal():
        raise Stop(f"WATCH in .chalice/config.json is a number of minutes, or off, not {minutes!r}")
    return int(minutes)


def _arn(variables: Mapping[str, str], name: str, form: re.Pattern[str]) -> str | None:
    """The ARN that the variable has, or None if it is not set."""
    arn = variables.get(name) or None
    if arn and not form.fullmatch(arn):
        raise Stop(
            f"{name} in .chalice/config.json is {arn!r}, which has not the form {form.pattern}"
        )
    return arn


def use(name: str) -> Stage:
    """Point this process, and those that it starts, at the stage's AWS, and say which it is.

    The `local` stage is an emulator's, with an emulator's credentials, whatever the shell is
    signed in to. Any other stage is AWS as the shell is signed in to it.
    """
    stage = read_stage(name)
    if name == LOCAL:
        for variable in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION"):
            os.environ.pop(variable, None)
        os.environ |= {
            "AWS_ENDPOINT_URL": endpoint(),
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
    return stage


def endpoint() -> str:
    """The emulator's address: AWS_ENDPOINT_URL, else this machine's port PORT, else 4566."""
    port = os.environ.get("PORT") or "4566"
    if not (port.isdecimal() and 0 < int(port) < 65536):
        raise Stop(f"PORT is {port!r}, not a number from 1 to 65535")
    return os.environ.get("AWS_ENDPOINT_URL") or f"http://localhost:{port}"


def answers(url: str) -> bool:
    """Return whether a LocalStack-compatible emulator answers at `url`."""
    try:
        with urllib.request.urlopen(f"{url}/_localstack/health", timeout=5) as answer:  # noqa: S310
            return "services" in json.load(answer)
    except (OSError, ValueError, TypeError):
        return False


def connect(name: str) -> Stage:
    """Point this process at the stage's AWS. Exits with a sentence if an emulator is not there."""
    stage = use(name)
    if name == LOCAL and not answers(endpoint()):
        raise Stop(f"no emulator answers at {endpoint()}: start one with `make run`")
    return stage


def deployed_api_id(stage: Stage) -> str:
    """The id of the deployed API. Exits if nothing is deployed."""
    return _deployed_api(stage)["rest_api_id"]


def _deployed_api(stage: Stage) -> dict[str, str]:
    try:
        deployed = json.loads((ROOT / f".chalice/deployed/{stage.name}.json").read_text())
        api: dict[str, str]
        [api] = [r for r in deployed["resources"] if r["resource_type"] == "rest_api"]
    except (OSError, ValueError) as error:
        raise _nothing_deployed(stage) from error
    return api


def deployed_api_url(stage: Stage) -> str:
    """The URL of the deployed API, without a slash at its end. Exits if nothing is deployed."""
    api = _deployed_api(stage)
    if stage.name != LOCAL:
        return api["rest_api_url"].rstrip("/")
    return f"{endpoint()}/_aws/execute-api/{api['rest_api_id']}/{stage.api_gateway_stage}"


def live_api_url(stage: Stage) -> str:
    """The same. Exits too if the emulator has forgotten the API, as it does when it stops."""
    url = deployed_api_url(stage)
    if stage.name == LOCAL:
        try:
            boto3.client("apigateway").get_rest_api(restApiId=url.split("/")[-2])
        except (BotoCoreError, ClientError) as error:
            raise _nothing_deployed(stage) from error
    return url


def _nothing_deployed(stage: Stage) -> Stop:
    where = f"the emulator at {endpoint()}" if stage.name == LOCAL else f"the {stage.name} stage"
    command = "make run" if stage.name == LOCAL else stage.command("deploy")
    return Stop(f"nothing is deployed to {where}: run `{command}`")


class StageName(click.ParamType[str]):
    """The name of a stage."""

    name = "stage"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value not in stage_names():
            self.fail(f"there is no stage {value!r}: .chalice/config.json has "
                      f"{', '.join(stage_names())}", param, ctx)  # fmt: skip
        return value

    def shell_complete(
        self, _ctx: click.Context, _param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        return [CompletionItem(name) for name in stage_names() if name.startswith(incomplete)]


stage_option = click.option(
    "--stage",
    "stage_name",
    type=StageName(),
    default=LOCAL,
    show_default=True,
    help="The stage: local is the emulator, any other AWS.",
)


@click.command(epilog='Example: curl "$(./catalog url)/metadata"')
@stage_option
def url_command(stage_name: str) -> None:
    """Print the URL of the API and of the page."""
    say(live_api_url(connect(stage_name)))
