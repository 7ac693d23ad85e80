"""The catalog, asked by the public client of the Model Context Protocol."""

from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest
from mcp import Client

from tests.deployed import one_segment


@pytest.fixture(scope="module")
def url(catalog):
    catalog.record_of("mcp/orders.csv", b"order_id,total\n1,2.50\n2,3.75\n")
    return f"{catalog.url}/mcp"


@pytest.mark.parametrize(("mode", "version"), [("auto", "2026-07-28"), ("legacy", "2025-11-25")])
def test_a_client_finds_describes_previews_and_loads_a_file_in_either_version(url, mode, version):
    async def ask():
        async with Client(url, mode=mode) as client:
            assert client.protocol_version == version
            tools = await client.list_tools()
            found = await client.call_tool("find_files", {"column": ["order_id"], "prefix": "mcp/"})
            [file] = found.structured_content["items"]
            name = {"filename": file["filename"]}
            described = await client.call_tool("describe_file", name)
            rows = await client.call_tool("preview_rows", name | {"rows": 1})
            loads = await client.call_tool("load_statement", name | {"format": "duckdb"})
            changed = await client.call_tool("what_changed", name)
            dataset = {"dataset": described.structured_content["dataset"]}
            of_dataset = await client.call_tool("describe_dataset", dataset)
            refused = await client.call_tool("describe_file", {"filename": "nothing.csv"})
        return tools, described, rows, loads, changed, of_dataset, refused

    with ThreadPoolExecutor(1) as elsewhere:  # a browser of other tests has a loop in this thread
        answers = elsewhere.submit(anyio.run, ask).result()
    tools, described, rows, loads, changed, of_dataset, refused = answers
    assert len(tools.tools) == 6
    columns = [column["name"] for column in described.structured_content["columns"]]
    assert columns == ["order_id", "total"]
    assert rows.structured_content["rows"] == [["1", "2.50"]]
    assert "mcp/orders.csv" in loads.structured_content["statement"]
    assert len(changed.structured_content["items"]) == 1
    assert of_dataset.structured_content["schemas_total"] == 1
    assert refused.is_error
    assert one_segment("nothing.csv") in refused.content[0].text
