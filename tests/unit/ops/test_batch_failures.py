"""Lambda learns which messages failed before `store` says so, and `store` never without it."""

import boto3
import pytest
from botocore.stub import Stubber

from ops import batch_failures
from ops.batch_failures import report_batch_failures
from ops.stage import read_stage

STAGE = read_stage("prod")
STORE = STAGE.functions["store"]
MAPPING = "14e0db71-5d35-4eb5-b481-8945cf9d10c2"
REPORTS = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}


@pytest.fixture
def functions(monkeypatch):
    """Lambda, to be told what it answers in turn."""
    client = boto3.client("lambda")
    monkeypatch.setattr(batch_failures.boto3, "client", lambda _: client)
    monkeypatch.setattr(batch_failures.time, "sleep", lambda _: None)
    with Stubber(client) as stub:
        yield stub
        stub.assert_no_pending_responses()


def lists(functions, *mappings):
    found = {"EventSourceMappings": [{"UUID": name} for name in mappings]}
    functions.add_response("list_event_source_mappings", found, {"FunctionName": STORE})


def is_(functions, state, **more):
    answer = {"State": state, **more}
    functions.add_response("get_event_source_mapping", answer, {"UUID": MAPPING})


def is_set(functions):
    asked = {"UUID": MAPPING, **REPORTS}
    functions.add_response("update_event_source_mapping", {"State": "Updating"}, asked)


def test_the_function_is_told_once_its_mapping_has_it_and_keeps_its_other_variables(functions):
    lists(functions, MAPPING)
    is_(functions, "Creating")
    is_(functions, "Enabled")
    is_set(functions)
    is_(functions, "Updating", **REPORTS)
    is_(functions, "Enabled", **REPORTS)
    functions.add_response(
        "get_function_configuration", {"Environment": {"Variables": {"CSV_BUCKET": "files"}}}
    )
    told = {"CSV_BUCKET": "files", "BATCH_FAILURES": "reported"}
    functions.add_response(
        "update_function_configuration",
        {},
        {"FunctionName": STORE, "Environment": {"Variables": told}},
    )
    updated = {"Configuration": {"LastUpdateStatus": "Successful"}}
    functions.add_response("get_function", updated, {"FunctionName": STORE})
    report_batch_failures(STAGE)


@pytest.mark.parametrize(("state", "has"), [("Enabled", {}), ("Updating", REPORTS)])
def test_the_function_is_told_nothing_while_its_mapping_has_it_not(functions, state, has):
    lists(functions, MAPPING)
    is_(functions, "Enabled")
    is_set(functions)
    for _ in range(1 if state == "Enabled" else 60):
        is_(functions, state, **has)
    with pytest.raises(SystemExit, match=r"run `./catalog deploy --stage prod`"):
        report_batch_failures(STAGE)


def test_without_a_mapping_the_function_is_told_nothing(functions):
    lists(functions)
    with pytest.raises(SystemExit, match="does not take from it which messages"):
        report_batch_failures(STAGE)


def test_a_refusal_is_a_sentence(functions):
    functions.add_client_error("list_event_source_mappings", "AccessDeniedException", "no")
    with pytest.raises(SystemExit, match=r"cannot be set to report failed messages: .*no"):
        report_batch_failures(STAGE)
