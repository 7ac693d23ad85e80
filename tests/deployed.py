"""The catalog, deployed with chalice-local onto an emulator, under names of its own.

The emulator is the one at AWS_ENDPOINT_URL, else one started here on a free port, and ended.
What is deployed is a copy of the project, so that nobody's own deployment is touched.
"""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode
from zipfile import ZIP_DEFLATED, ZipFile

import boto3
from chalice.deploy.packager import DependencyBuilder, LambdaDeploymentPackager
from chalice.utils import UI, OSUtils

PROJECT = Path(__file__).parents[1]
SHIPPED = (".chalice", "app.py", "chalicelib", "dev", "ops", "requirements.txt", "resources.yaml")
NAMES = (
    "CSV_BUCKET",
    "CSV_PROCESSING_QUEUE",
    "CSV_PROCESSING_DLQ",
    "FAILED_EXTRACTIONS_QUEUE",
    "RECORDS_TABLE",
    "HISTORY_TABLE",
    "EVENT_BUS",
)


def eventually(check: Callable, seconds: float = 60):
    """Call `check` until its answer is true, and return that. Fails after `seconds`."""
    start = time.monotonic()
    while not (answer := check()):
        waited = time.monotonic() - start
        assert waited < seconds, f"not within {seconds} seconds: {check}"
        time.sleep(min(0.1 + waited / 10, 1))
    return answer


def copy_emulator_to(home: Path) -> None:
    """Copy what starts an emulator, so that the one started there keeps its state there."""
    copy_project(home, "chalicelib", "dev", "ops")


def emulator(action: str, home: Path, **environment: str) -> None:
    """`start` or `stop` the emulator of `home`."""
    options = ["--all"] if action == "stop" else []
    command = [sys.executable, "-m", "dev.emulator", action, *options]
    subprocess.run(command, cwd=home, env=without_aws() | environment, check=True)


def package(root: Path, processor: str = "x86_64") -> Path:
    """Have Chalice package a copy of the app in `root`, with its requirements. Returns the zip."""
    copy_project(root, "app.py", "chalicelib", "requirements.txt")
    system = OSUtils()
    requirements = DependencyBuilder(system, architecture=processor)
    packager = LambdaDeploymentPackager(system, requirements, UI(), processor)
    python = "python{}.{}".format(*sys.version_info)
    return Path(packager.create_deployment_package(str(root), python))


def own_code_of(package: Path, folder: Path) -> Path:
    """Make a package of the same name in `folder`, of the app without its requirements."""
    with ZipFile(package) as whole, ZipFile(folder / package.name, "w", ZIP_DEFLATED) as own:
        for name in whole.namelist():
            if name.split("/")[0] in ("app.py", "chalicelib"):
                own.writestr(name, whole.read(name))
    return folder / package.name


def copy_project(root: Path, *names: str) -> None:
    """Copy files and folders of the project, without what Python compiled, which would ship."""
    for name in names:
        if (PROJECT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "deployments", "deployed")
            shutil.copytree(PROJECT / name, root / name, ignore=ignored)
        else:
            shutil.copy(PROJECT / name, root / name)


def without_aws() -> dict[str, str]:
    """The shell's environment, and nothing of its AWS."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}


def environment_for(endpoint: str) -> dict[str, str]:
    """What a command needs that speaks to the emulator there."""
    return without_aws() | {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "PYTHONDONTWRITEBYTECODE": "1",  # it would be packaged
    }


def take_down(root: Path, endpoint: str) -> None:
    """Take off the emulator what was deployed from `root`."""
    command = [Path(sys.executable).parent / "chalice-local", "delete", "--stage", "local"]
    subprocess.run(command, cwd=root, env=environment_for(endpoint), check=True)


class Project:
    """A copy of the project, in a folder of `folder`, whose resources have names of their own.

    `package` is what Chalice would make of it, so that it need not.
    """

    def __init__(self, folder: Path, endpoint: str, package: Path):
        token = uuid.uuid4().hex[:8]
        self.root = folder / f"csv-{token}"
        self.root.mkdir()
        self.environment = environment_for(endpoint)
        copy_project(self.root, *SHIPPED)
        (self.root / ".chalice/deployments").mkdir()
        shutil.copy(package, self.root / ".chalice/deployments")
        with self.config() as config:
            config["app_name"] = self.root.name
            variables = config["stages"]["local"]["environment_variables"]
            for name in NAMES:
                variables[name] = f"{variables[name]}-{token}"
        (
            self.bucket,
            self.queue,
            self.dead_letter_queue,
            self.failed_extractions_queue,
            self.records_table,
            self.history_table,
            self.event_bus,
        ) = map(variables.get, NAMES)
        self.functions = {
            "extract": f"csv-{token}-local-extract",
            "store": f"csv-{token}-local-store",
            "watch": f"csv-{token}-local-watch",
            "api": f"csv-{token}-local",
        }
        self.catalog("policies")

    def catalog(self, *command: str, typed: str = "", succeeds: bool = True) -> str:
        """Run a command of `./catalog` in the copy, as `run` does."""
        return self.run("python", "-m", "ops.command", *command, typed=typed, succeeds=succeeds)

    def run(self, *command: str, typed: str = "", succeeds: bool = True) -> str:
        """Run a command of the virtual environment in the copy, and return what it printed.

        `typed` is its standard input. Fails unless it succeeds; with `succeeds=False`, unless it
        does not.
        """
        program = Path(sys.executable).parent / command[0]
        done = subprocess.run(
            [program, *command[1:]],
            cwd=self.root,
            env=self.environment,
            input=typed,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert (done.returncode == 0) is succeeds, done.stdout
        return done.stdout

    @contextmanager
    def config(self) -> Iterator[dict]:
        """The copy's .chalice/config.json, to be changed within the block."""
        path = self.root / ".chalice/config.json"
        config = json.loads(path.read_text())
        yield config
        path.write_text(json.dumps(config))

    def set_variables(self, stage: str = "local", **variables: str) -> None:
        """Set variables of a stage in the copy's .chalice/config.json."""
        with self.config() as config:
            config["stages"][stage]["environment_variables"] |= variables

    def client(self, service: str):
        """A boto3 client for the emulator."""
        return boto3.client(
            service,
            endpoint_url=self.environment["AWS_ENDPOINT_URL"],
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )


class Catalog:
    """A deployed project, as one with a bucket and a URL sees it."""

    def __init__(self, project: Project):
        self.project = project
        deployed = json.loads((project.root / ".chalice/deployed/local.json").read_text())
        [api] = [r for r in deployed["resources"] if r["resource_type"] == "rest_api"]
        endpoint = project.environment["AWS_ENDPOINT_URL"]
        self.url = f"{endpoint}/_aws/execute-api/{api['rest_api_id']}/local"
        self.older_url = f"{endpoint}/restapis/{api['rest_api_id']}/local/_user_request_"
        self.s3 = project.client("s3")
        self.sqs = project.client("sqs")
        self.dynamodb = project.client("dynamodb")
        self.logs = project.client("logs")

    def get(self, path: str) -> tuple[int, dict]:
        """The status and the JSON that the API answers to a GET of `path`."""
        try:
            with urllib.request.urlopen(f"{self.url}{path}", timeout=60) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    def send_a_foreign_event(self):
        """Have `extract` run, as S3 would, on an event of another bucket, which no try can do."""
        foreign = {
            "eventName": "ObjectCreated:Put",
            "eventTime": "2026-11-22T18:00:00.000Z",
            "s3": {
                "bucket": {"name": "theirs"},
                "object": {"key": "x.csv", "eTag": "e", "size": 1, "sequencer": "01"},
            },
        }
        self.project.client("lambda").invoke(
            FunctionName=self.project.functions["extract"],
            InvocationType="Event",
            Payload=json.dumps({"Records": [foreign]}),
        )

    def upload(self, key: str, content: bytes) -> None:
        self.s3.put_object(Bucket=self.project.bucket, Key=key, Body=content)

    def item(self, key: str) -> dict:
        """The record of the file, as it is in the table."""
        wanted = {"TableName": self.project.records_table, "Key": {"Filename": {"S": key}}}
        return self.dynamodb.get_item(**wanted)["Item"]

    def make_stale(self, item: dict) -> None:
        """Give the file the record that it had, as if the catalog had missed what came since."""
        self.dynamodb.put_item(TableName=self.project.records_table, Item=item)

    def delete(self, key: str) -> None:
        """Delete the file, and return when the catalog has noticed."""
        self.s3.delete_object(Bucket=self.project.bucket, Key=key)
        eventually(lambda: self.record(key) is None)

    def record(self, key: str) -> dict | None:
        """The record of the file, or None if the catalog has none."""
        status, answer = self.get(f"/metadata?{urlencode({'filename': key})}")
        assert status in (200, 404), answer
        return answer if status == 200 else None

    def record_of(self, key: str, content: bytes) -> dict:
        """Upload the file, and return its record when the catalog has it."""
        before = self.record(key)
        self.upload(key, content)
        return eventually(lambda: (found := self.record(key)) != before and found)

    def log_entries(self, function: str) -> list[dict]:
        """What the function has logged as JSON."""
        return [json.loads(line) for line in self.log_lines(function) if line.startswith("{")]

    def log_lines(self, function: str) -> list[str]:
        """All that stands in the function's log."""
        pages = self.logs.get_paginator("filter_log_events").paginate(
            logGroupName=f"/aws/lambda/{self.project.functions[function]}"
        )
        return [line for page in pages for e in page["events"] for line in e["message"].split("\n")]


def one_segment(key: str) -> str:
    """The key as one segment of a URL's path."""
    return quote(key, safe="")
