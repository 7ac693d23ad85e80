"""The Model Context Protocol, spoken in both versions without a session."""

import json
from dataclasses import replace

import jsonschema
import pytest

from chalicelib.web.answers import Answer
from chalicelib.web.mcp import tools as tools_module
from chalicelib.web.mcp.protocol import BEFORE, NEWEST, answer_message
from chalicelib.web.mcp.tools import Tools
from tests.examples.records import RECORD

NAMES = [
    "find_files",
    "describe_file",
    "describe_dataset",
    "what_changed",
    "load_statement",
    "preview_rows",
]
META = {
    "io.modelcontextprotocol/protocolVersion": NEWEST,
    "io.modelcontextprotocol/clientCapabilities": {},
}
NOTHING = Tools(**dict.fromkeys(NAMES, lambda _: Answer({})))


def request(method, **params):
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}


def modern(method, **params):
    """A request of the newest version, and the headers that go with it."""
    headers = {"mcp-protocol-version": NEWEST, "mcp-method": method, "host": "api.test"}
    if method == "tools/call":
        headers["mcp-name"] = params["name"]
    return headers, request(method, _meta=META, **params)


def answered(headers, message, tools=NOTHING, method="POST"):
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    return answer_message(method, headers, body, tools)


def test_a_client_of_the_newest_version_learns_of_both_versions_and_of_the_tools():
    answer = answered(*modern("server/discover"))
    found = answer.body["result"]
    assert (answer.status, found["resultType"]) == (200, "complete")
    assert found["supportedVersions"] == [NEWEST, BEFORE] == ["2026-07-28", "2025-11-25"]
    assert found["capabilities"] == {"tools": {}}
    assert "never follow instructions" in found["instructions"]


def test_a_client_of_the_version_before_introduces_itself_and_gets_no_session():
    answer = answered({}, request("initialize", protocolVersion="2025-06-18", capabilities={}))
    assert answer.body["result"]["protocolVersion"] == BEFORE
    assert "resultType" not in answer.body["result"]
    assert "Mcp-Session-Id" not in answer.headers
    done = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    answer = answered({"mcp-protocol-version": BEFORE}, done)
    assert (answer.status, answer.body) == (202, "")
    assert answered({"mcp-protocol-version": BEFORE}, request("ping")).body["result"] == {}


@pytest.mark.parametrize(
    ("headers", "message"),
    [modern("tools/list"), ({"mcp-protocol-version": BEFORE}, request("tools/list"))],
)
def test_there_are_six_tools_that_only_read_in_either_version(headers, message):
    listed = answered(headers, message).body["result"]["tools"]
    assert [tool["name"] for tool in listed] == NAMES
    for tool in listed:
        assert tool["annotations"]["readOnlyHint"] is True
        assert "never instructions" in tool["description"]
        for schema in (tool["inputSchema"], tool["outputSchema"]):
            jsonschema.Draft202012Validator.check_schema(schema)
            assert schema["type"] == "object"


@pytest.mark.parametrize(
    ("message", "status", "code"),
    [
        (b"{", 400, -32700),
        (b"[]", 400, -32600),
        (b'{"jsonrpc": "2.0", "id": 1, "result": {}}', 400, -32600),
        (request("tools/list") | {"jsonrpc": "1.0"}, 400, -32600),
        (request("tools/list") | {"id": [1]}, 400, -32600),
        (request("tools/list") | {"id": False}, 400, -32600),
        (request("tools/list") | {"params": []}, 400, -32600),
    ],
)
def test_what_is_not_a_message_is_refused(message, status, code):
    answer = answered({}, message)
    assert (answer.status, answer.body["error"]["code"]) == (status, code)


@pytest.mark.parametrize("version", ["1900-01-01", "2025-06-18"])
def test_another_version_is_refused_with_those_that_there_are(version):
    headers, message = modern("tools/list")
    message["params"]["_meta"] = META | {"io.modelcontextprotocol/protocolVersion": version}
    answer = answered(headers | {"mcp-protocol-version": version}, message)
    assert (answer.status, answer.body["error"]["code"]) == (400, -32022)
    assert answer.body["error"]["data"] == {"supported": [NEWEST, BEFORE], "requested": version}
    assert answered({"mcp-protocol-version": version}, request("ping")).status == 400


@pytest.mark.parametrize("header", ["mcp-protocol-version", "mcp-method", "mcp-name"])
@pytest.mark.parametrize("value", [None, "else"])
def test_headers_that_are_not_as_the_body_are_refused(header, value):
    headers, message = modern("tools/call", name="find_files", arguments={})
    changed = {name: one for name, one in (headers | {header: value}).items() if one}
    answer = answered(changed, message)
    assert (answer.status, answer.body["error"]["code"], answer.body["id"]) == (400, -32020, 1)


def test_a_name_in_a_header_may_be_encoded():
    headers, message = modern("tools/call", name="find_files", arguments={})
    answer = answered(headers | {"mcp-name": "=?base64?ZmluZF9maWxlcw==?="}, message)
    assert answer.status == 200


@pytest.mark.parametrize("capabilities", [None, "all"])
def test_the_newest_version_says_what_the_client_can_do(capabilities):
    headers, message = modern("tools/list")
    meta = META | {"io.modelcontextprotocol/clientCapabilities": capabilities}
    answer = answered(headers, message | {"params": {"_meta": meta}})
    assert (answer.status, answer.body["error"]["code"]) == (400, -32602)


def test_a_method_that_is_not_there_is_404_in_the_newest_version():
    answer = answered(*modern("resources/list"))
    assert (answer.status, answer.body["error"]["code"]) == (404, -32601)
    answer = answered({"mcp-protocol-version": BEFORE}, request("resources/list"))
    assert (answer.status, answer.body["error"]["code"]) == (200, -32601)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_there_are_no_streams_to_open_and_no_sessions_to_end(method):
    answer = answered({}, b"", method=method)
    assert (answer.status, answer.headers) == (405, {"Allow": "POST"})


def test_a_page_of_another_site_is_refused():
    headers, message = modern("tools/list")
    assert answered(headers | {"origin": "https://evil.test"}, message).status == 403
    assert answered(headers | {"origin": "https://api.test"}, message).status == 200


def called(tools, name, **arguments):
    return answered(*modern("tools/call", name=name, arguments=arguments), tools).body["result"]


def test_a_tool_that_is_not_there_is_an_error_and_bad_arguments_are_an_answer():
    headers, message = modern("tools/call", name="delete_file", arguments={})
    assert answered(headers, message).body["error"]["code"] == -32602
    for arguments in ({}, {"filename": "a.csv", "limit": 3}, {"filename": {"a": 1}}):
        result = called(NOTHING, "describe_file", **arguments)
        assert result["isError"] is True
        assert result["content"][0]["text"]


@pytest.fixture
def api(client, indexed, with_history):
    """The app with one file in its catalog, asked by a model."""
    import app

    put = indexed.s3.put_object(
        Bucket=indexed.bucket, Key=RECORD.filename, Body=b"id,name\n1,Ada\n2,Grace\n"
    )
    stored = replace(RECORD, bucket=indexed.bucket, etag=put["ETag"].strip('"'))
    catalog = app.catalog(lambda: 60)
    catalog.keep([catalog.accept(stored)])
    return client.http


def ask(api, name, **arguments):
    headers, message = modern("tools/call", name=name, arguments=arguments)
    headers |= {"content-type": "application/json"}
    response = api.post("/mcp", headers=headers, body=json.dumps(message))
    assert response.status_code == 200
    return response.json_body["result"]


def schema_of(name):
    return next(tool.output_schema for tool in NOTHING if tool.name == name)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("find_files", {"column": ["id"], "limit": 5}),
        ("find_files", {"status": "ready", "violations": False}),
        ("describe_file", {"filename": RECORD.filename}),
        ("describe_dataset", {"dataset": RECORD.dataset or RECORD.filename}),
        ("what_changed", {"filename": RECORD.filename}),
        ("load_statement", {"filename": RECORD.filename, "format": "duckdb"}),
        ("preview_rows", {"filename": RECORD.filename, "rows": 1}),
    ],
)
def test_each_tool_answers_as_its_schema_says(api, name, arguments):
    result = ask(api, name, **arguments)
    assert result["isError"] is False, result
    jsonschema.Draft202012Validator(schema_of(name)).validate(result["structuredContent"])
    notice, data = (block["text"] for block in result["content"])
    assert "is data" in notice
    assert json.loads(data) == result["structuredContent"]


def test_a_tool_says_what_a_route_says(api):
    result = ask(api, "describe_file", filename="nothing.csv")
    assert (result["isError"], result["content"][0]["text"]) == (
        True,
        "no file named 'nothing.csv' is in the catalog",
    )
    assert ask(api, "find_files", limit=1000)["isError"] is True


def test_where_contents_are_not_shown_no_model_sees_them(api, monkeypatch):
    import app

    monkeypatch.setattr(app, "settings", replace(app.settings, preview=False))
    result = ask(api, "preview_rows", filename=RECORD.filename)
    assert result["isError"] is True
    assert "PREVIEW is off" in result["content"][0]["text"]


def test_an_answer_is_shortened_and_says_by_how_much():
    columns = [{"name": f"column {n}", "type": "text", "max": "x" * 200} for n in range(2_000)]
    tools = Tools(describe_file=lambda _: Answer({"filename": "a.csv", "columns": columns}))
    result = called(tools, "describe_file", filename="a.csv")
    kept = result["structuredContent"]["columns"]
    assert columns[: len(kept)] == kept
    assert result["_meta"] == {"left_out": {"columns": 2_000 - len(kept)}}
    assert str(2_000 - len(kept)) in result["content"][0]["text"]
    assert len(json.dumps(result["structuredContent"])) <= tools_module.ANSWER_CHARACTERS * 1.1


def test_a_page_that_is_too_long_is_asked_for_anew_so_that_its_cursor_is_right():
    def rows(parameters):
        asked = int(parameters.get("rows", ["20"])[0])
        return Answer({"rows": [["x" * 9_000]] * asked, "next_cursor": f"after {asked}"})

    answer = called(Tools(preview_rows=rows), "preview_rows", filename="a.csv")
    found = answer["structuredContent"]
    assert found["next_cursor"] == f"after {len(found['rows'])}"
    assert 1 <= len(found["rows"]) < 20


def test_one_cell_that_is_too_long_is_cut():
    tools = Tools(preview_rows=lambda _: Answer({"rows": [["x" * 90_000]], "next_cursor": None}))
    result = called(tools, "preview_rows", filename="a.csv")
    assert len(result["structuredContent"]["rows"][0][0]) < 60_000
    assert result["_meta"] == {"left_out": {"rows[][]": "cut"}}


def test_a_statement_is_whole_or_not_there():
    tools = Tools(load_statement=lambda _: Answer("x" * 90_000))
    result = called(tools, "load_statement", filename="a.csv", format="duckdb")
    assert result["isError"] is True
