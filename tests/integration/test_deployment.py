"""The app put onto an emulator: by hand, by command, and again; and the emulator stopped."""

import shlex
import shutil
import socket
from copy import copy
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.deployed import Catalog, copy_emulator_to, emulator, eventually
from tests.ports import port_of_ones_own

PEOPLE = b"id,name\n1,Ada\n"


@pytest.fixture(scope="module")
def by_hand(new_project) -> Catalog:
    """The app, deployed as who knows Chalice does it, on the three resources alone."""
    project = new_project()
    aws = ("aws", f"--endpoint-url={project.environment['AWS_ENDPOINT_URL']}")
    project.run(*aws, "s3", "mb", f"s3://{project.bucket}")
    project.run(*aws, "sqs", "create-queue", "--queue-name", project.queue)
    project.run(
        *aws, "dynamodb", "create-table", "--table-name", project.records_table,
        "--attribute-definitions", "AttributeName=Filename,AttributeType=S",
        "--key-schema", "AttributeName=Filename,KeyType=HASH",
        "--billing-mode", "PAY_PER_REQUEST",
    )  # fmt: skip
    with project.config() as config:
        functions = config["stages"]["local"]["lambda_functions"]
        functions["extract"]["reserved_concurrency"] = 300
        functions["api_handler"]["reserved_concurrency"] = 50
    project.run("chalice-local", "deploy", "--stage", "local")
    return Catalog(project)


def test_the_three_resources_may_be_made_by_hand(by_hand):
    before = by_hand.record_of("people.csv", PEOPLE)
    assert before["row_count"] == 1
    project = by_hand.project
    said = project.catalog("deploy", "--yes")
    assert (
        f"left as it is, made by hand: bucket {project.bucket}, queue {project.queue}, "
        f"table {project.records_table}"
    ) in said
    assert Catalog(project).url == by_hand.url
    assert by_hand.record("people.csv") == before
    assert by_hand.record_of("more.csv", PEOPLE)["row_count"] == 1


def test_concurrency_is_divided_as_the_stage_sets_it(by_hand):
    lambda_ = by_hand.project.client("lambda")
    functions = by_hand.project.functions

    def reserved(function):
        answer = lambda_.get_function_concurrency(FunctionName=functions[function])
        return answer.get("ReservedConcurrentExecutions")

    assert {name: reserved(name) for name in functions} == {
        "extract": 300,
        "store": None,
        "watch": None,
        "api": 50,
    }
    sources = lambda_.list_event_source_mappings(FunctionName=functions["store"])
    [queue] = sources["EventSourceMappings"]
    assert queue["ScalingConfig"] == {"MaximumConcurrency": 50}


def test_on_a_table_made_by_hand_the_command_in_the_log_adds_the_index(by_hand):
    record = by_hand.record_of("by hand.csv", b"id\n1\n")
    assert by_hand.get("/metadata/by%20hand.csv") == (200, record)
    for query, index in (("", "ByUploadTime"), ("&sort=filename", "ByFilename")):
        listing = f"/metadata?prefix=by{query}"
        status, answer = by_hand.get(listing)
        assert (status, answer["Code"]) == (409, "ConflictError")
        command = eventually(lambda name=index: command_logged(by_hand, name))
        by_hand.project.run(*shlex.split(command))
        page = eventually(lambda listing=listing: listed_page(by_hand, listing))
        [listed] = page["items"]
        said = {name: value for name, value in listed.items() if value not in (None, [])}
        assert said == {name: record[name] for name in said}
        assert said.keys() >= {"filename", "row_count", "column_names"}


def command_logged(catalog, index):
    """The command that adds the index, as the API has logged it."""
    commands = [entry.get("command", "") for entry in catalog.log_entries("api")]
    return next((command for command in commands if index in command), None)


def listed_page(catalog, listing):
    status, answer = catalog.get(listing)
    assert status in (200, 409), answer
    return status == 200 and answer


def test_a_clone_that_lacks_chalices_file_makes_no_second_api(catalog, tmp_path):
    clone = copy(catalog.project)
    clone.root = tmp_path / "clone"
    lacking = shutil.ignore_patterns("deployed", "deployments")
    shutil.copytree(catalog.project.root, clone.root, ignore=lacking)
    for command in ("deploy", "destroy"):
        said = clone.catalog(command, "--yes", succeeds=False)
        assert "an API named csv-metadata is there already" in said
    assert catalog.record_of("deployed/one.csv", PEOPLE)["row_count"] == 1


def test_an_app_is_taken_down_and_put_back_and_keeps_files_and_records(new_project):
    project = new_project()
    project.catalog("deploy", "--yes")
    catalog = Catalog(project)
    kept = catalog.record_of("kept.csv", PEOPLE)
    api_id = urlsplit(Catalog(project).url).path.split("/")[3]
    assert api_id in apis(project)
    said = project.catalog("destroy", "--yes")
    assert (
        f"Kept, with all that is in them: bucket {project.bucket}, tables {project.records_table}"
        in said
    )
    assert api_id not in apis(project)
    functions = project.client("lambda").list_functions()["Functions"]
    assert not {f["FunctionName"] for f in functions} & set(project.functions.values())
    [group] = project.client("logs").describe_log_groups(
        logGroupNamePrefix=f"/aws/lambda/{project.functions['store']}"
    )["logGroups"]
    assert group["retentionInDays"] == 7
    said = project.catalog("destroy", "--yes", succeeds=False)
    assert "nothing is deployed to the emulator" in said
    project.catalog("deploy", "--yes")
    assert Catalog(project).record("kept.csv") == kept
    assert Catalog(project).record_of("new.csv", PEOPLE)["row_count"] == 1


def apis(project):
    return {api["id"] for api in project.client("apigateway").get_rest_apis(limit=500)["items"]}


@pytest.mark.parametrize(
    "command",
    [
        ("chalice-local", "deploy", "--stage", "local"),
        ("python", "-m", "ops.command", "deploy", "--yes"),
    ],
    ids=["chalice", "catalog"],
)
def test_policies_that_do_not_match_the_settings_are_refused_before_anything_is_made(
    new_project, command
):
    project = new_project()
    project.set_variables(CSV_BUCKET=f"{project.bucket}-2")
    said = project.run(*command, succeeds=False)
    assert "not deployed: .chalice/policy-extract-local.json, .chalice/policy-api-" in said
    assert "Traceback" not in said
    assert not (project.root / ".chalice/deployed/local.json").exists()
    buckets = project.client("s3").list_buckets()["Buckets"]
    assert not any(bucket["Name"].startswith(project.bucket) for bucket in buckets)


def test_what_ships_is_smaller_than_30_mb(catalog):
    packages = list((catalog.project.root / ".chalice/deployments").glob("*.zip"))
    assert packages
    assert all(package.stat().st_size < 30_000_000 for package in packages)


def test_both_forms_of_an_emulators_url_answer(catalog):
    catalog.record_of("deployed/people.csv", PEOPLE)
    older = Catalog(catalog.project)
    older.url = catalog.older_url
    question = "/metadata?filename=deployed/people.csv"
    assert older.get(question) == catalog.get(question)


def test_the_functions_log_what_they_did_as_json(catalog):
    catalog.record_of("logged.csv", PEOPLE)
    catalog.upload("ignored.png", b"\x89PNG")

    def entry(function, message, key):
        found = catalog.log_entries(function)
        return [e for e in found if (e.get("message"), e.get("key")) == (message, key)]

    [extracted, *_] = eventually(lambda: entry("extract", "extracted", "logged.csv"))
    [stored, *_] = eventually(lambda: entry("store", "stored", "logged.csv"))
    for done in (extracted, stored):
        assert (done["bucket"], done["bytes"], done["rows"]) == (catalog.project.bucket, 14, 1)
        assert {"function_request_id", "function_name", "cold_start", "milliseconds"} <= done.keys()
    assert eventually(lambda: entry("extract", "ignored", "ignored.png"))


def test_the_table_holds_what_the_api_answers(catalog):
    record = catalog.record_of("deployed/table.csv", PEOPLE)
    item = catalog.item("deployed/table.csv")
    assert item["RowCount"] == {"N": "1"}
    assert item["ColumnNames"] == {"L": [{"S": "id"}, {"S": "name"}]}
    assert item["UploadTimestamp"] == {"S": record["upload_timestamp"]}
    assert item["Status"] == {"S": "ready"}


def children(pid):
    """The processes of the group that `pid` leads, as Linux lists them."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:  # it has ended meanwhile
            continue
        if int(fields[2]) == pid and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def test_stopping_the_emulator_leaves_no_process_and_frees_its_port(tmp_path):
    copy_emulator_to(tmp_path)
    with port_of_ones_own() as port:
        emulator("start", tmp_path, PORT=port)
        pid = int((tmp_path / f".local/emulator-{port}/pid").read_text())
        assert pid in children(pid)
        emulator("stop", tmp_path)
        assert children(pid) == []
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", int(port))) != 0
