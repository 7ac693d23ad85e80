"""The description of the API is true: of its routes, its parameters, its records, its errors."""

from dataclasses import fields, replace

import jsonschema
import pytest
from openapi_spec_validator import validate

from chalicelib.catalog.record import FileRecord
from chalicelib.web.openapi.document import openapi
from chalicelib.web.parameters import READERS
from tests.template import resources
from tests.unit.conftest import PROJECT

SPEC = openapi()
OPERATIONS = {
    (path, method.upper()): operation
    for path, item in SPEC["paths"].items()
    for method, operation in item.items()
}


def test_it_is_openapi_3_1():
    assert SPEC["openapi"].startswith("3.1.")
    validate(SPEC)


def test_it_has_the_routes_of_the_app_and_no_others():
    from app import app

    routes = {(path, method) for path, methods in app.routes.items() for method in methods}
    refused = {("/mcp", "GET"), ("/mcp", "DELETE")}  # which the protocol wants to be told
    assert OPERATIONS.keys() == routes - refused


def test_it_has_the_parameters_of_a_listing_and_no_others():
    parameters = OPERATIONS["/metadata", "GET"]["parameters"]
    names = {parameter["name"] for parameter in parameters if parameter["in"] == "query"}
    assert names == {"filename", *READERS}


def test_what_there_is_of_one_file_has_its_name_in_the_path_or_in_the_query():
    def parameters(path):
        given = OPERATIONS[path, "GET"]["parameters"]
        return [(one["in"], one["name"]) for one in given]

    ways = [path for path, _ in OPERATIONS if path.startswith("/metadata/{filename}/")]
    assert len(ways) >= 2
    for path in ways:
        by_query = path.removeprefix("/metadata/{filename}")
        assert parameters(by_query)[0] == ("query", "filename")
        assert parameters(by_query)[1:] == parameters(path)[1:]


def test_a_record_has_the_fields_of_a_record():
    schema = SPEC["components"]["schemas"]["Record"]
    names = {field.name for field in fields(FileRecord)}
    assert schema["properties"].keys() == names == set(schema["required"])


def test_the_documents_describe_each_field_as_the_record_does():
    document = (PROJECT / "docs/api.md").read_text()
    described = "".join(
        f"| `{known.name}` | {known.metadata['meaning']} |\n" for known in fields(FileRecord)
    )
    assert f"| field | meaning |\n| --- | --- |\n{described}\n" in document


@pytest.mark.parametrize(
    "operation",
    [one for (path, _), one in OPERATIONS.items() if path != "/mcp"],  # JSON-RPC has its own
    ids=lambda o: o["operationId"],
)
def test_every_error_has_the_one_shape(operation):
    for status, response in operation["responses"].items():
        if int(status) >= 400:
            [content] = response["content"].values()
            assert content == {"schema": {"$ref": "#/components/schemas/Error"}}


SCHEMAS = SPEC["components"]["schemas"]


@pytest.mark.parametrize("name", [name for name in SCHEMAS if "examples" in SCHEMAS[name]])
def test_every_example_is_of_its_schema(name):
    validator = jsonschema.Draft202012Validator(
        {"$ref": f"#/components/schemas/{name}", "components": SPEC["components"]}
    )
    for example in SCHEMAS[name]["examples"]:
        validator.validate(example)


def test_what_the_api_answers_is_of_its_schema(client, indexed):
    import app
    from tests.examples.records import RECORD

    app.records_table().put_if_newer(RECORD)
    components = {"components": SPEC["components"]}
    for path, name in (("/metadata", "Page"), (f"/metadata?filename={RECORD.filename}", "File")):
        schema = {"$ref": f"#/components/schemas/{name}", **components}
        jsonschema.Draft202012Validator(schema).validate(client.http.get(path).json_body)
    put = indexed.s3.put_object(Bucket=indexed.bucket, Key="a.csv", Body=b"id,naive\n1\n")
    changed = {"filename": "a.csv", "bucket": indexed.bucket, "etag": put["ETag"].strip('"')}
    app.records_table().put_if_newer(replace(RECORD, **changed))
    schema = {"$ref": "#/components/schemas/Preview", **components}
    preview = client.http.get("/preview?filename=a.csv").json_body
    jsonschema.Draft202012Validator(schema).validate(preview)
    schema = {"$ref": "#/components/schemas/Error", **components}
    error = client.http.get("/metadata?limit=0").json_body
    jsonschema.Draft202012Validator(schema).validate(error)
    assert client.http.get("/openapi.json").json_body == SPEC


def test_the_indexes_of_resources_yaml_are_those_of_the_code():
    from chalicelib.catalog.indexes import INDEXES, PROJECTED

    table = resources()["RecordsTable"]["Properties"]
    assert [
        (index["IndexName"], [key["AttributeName"] for key in index["KeySchema"]])
        for index in table["GlobalSecondaryIndexes"]
    ] == [(index.name, [index.partition_key, index.sort_key]) for index in INDEXES]
    for index in table["GlobalSecondaryIndexes"]:
        assert tuple(index["Projection"]["NonKeyAttributes"]) == PROJECTED
    assert len(PROJECTED) <= 20  # what DynamoDB allows
