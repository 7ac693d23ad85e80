"""Croissant 1.1 (MLCommons): a file as a JSON-LD dataset, with its record set and fields.

What the catalog does not know of a file, as its licence and its creator, is left out.
"""

import json
import posixpath
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from chalicelib.csv_reader.column_types import DATED, YEAR_FIRST
from chalicelib.csv_reader.shortened import counted
from chalicelib.tools.load.column import Column
from chalicelib.tools.load.table import Table, unique_names

_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_TYPES = {
    "boolean": "sc:Boolean",
    "integer": "sc:Integer",
    "decimal": "sc:Float",
    "double": "sc:Float",
    "date": "sc:Date",
    "time": "sc:Time",
    "timestamp": "sc:DateTime",
    "timestamptz": "sc:DateTime",
}
_ENCODINGS = {
    "gzip": "application/gzip",
    "bz2": "application/x-bzip2",
    "xz": "application/x-xz",
    "zstd": "application/zstd",
    "zip": "application/zip",
}
_LAID_OUT = 500  # columns; of more, blanks would be most of the text
_FILE, _ROWS = "file", "rows"


def croissant(record: Mapping[str, Any], table: Table) -> str:
    """The metadata of a record's file, whose columns are those of `table`."""
    name = posixpath.basename(record["filename"])
    labels = [column.label for column in table.columns]
    ids = unique_names(labels, spelled=_spelled)
    is_named = table.header_names_columns
    fields = [
        {
            "@type": "cr:Field",
            "@id": f"{_ROWS}/{field_id}",
            "name": field,
            "dataType": _data_type(column),
            "source": {
                "fileObject": {"@id": _FILE},
                "extract": {"column": column.label if is_named else str(place)},
            },
        }
        for place, (field, field_id, column) in enumerate(
            zip(unique_names(labels), ids, table.columns, strict=True)
        )
    ]
    file = {
        "@type": "cr:FileObject",
        "@id": _FILE,
        "name": name,
        "contentUrl": _address(record),
        "encodingFormat": _ENCODINGS.get(table.compression or "", "text/csv"),
    }
    if record.get("file_size") is not None:
        file["contentSize"] = f"{record['file_size']} B"
    if record.get("sha256"):
        file["sha256"] = record["sha256"]
    document = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": name,
        "description": " ".join(filter(None, [_description(record), table.doubt])),
        "url": _address(record),
        **_agreed(record.get("agreed") or {}),
        "distribution": [file],
        "recordSet": [{"@type": "cr:RecordSet", "@id": _ROWS, "name": _ROWS, "field": fields}],
    }
    if record.get("upload_timestamp"):
        document["datePublished"] = record["upload_timestamp"]
        document["version"] = record.get("version_id") or record["upload_timestamp"]
    layout = {"indent": 2} if len(fields) <= _LAID_OUT else {"separators": (",", ":")}
    return json.dumps(document, ensure_ascii=False, **layout) + "\n"


def _spelled(name: str) -> str:
    """A name that can be an id, which has no blanks."""
    return re.sub(r"[^\w.-]+", "_", name).strip("_")


def _data_type(column: Column) -> str:
    """The type of the column where its cells are written as Croissant's readers take them."""
    is_foreign = column.decimal_comma or (column.type in DATED and column.date_order != YEAR_FIRST)
    return "sc:Text" if is_foreign else _TYPES.get(column.type, "sc:Text")


def _address(record: Mapping[str, Any]) -> str:
    name = quote(record["filename"])
    return f"s3://{record['bucket']}/{name}" if record.get("bucket") else name


def _description(record: Mapping[str, Any]) -> str:
    agreed = (record.get("agreed") or {}).get("description")
    if isinstance(agreed, str) and agreed:
        return agreed
    rows, columns = record.get("row_count") or 0, record.get("column_count") or 0
    return f"A CSV file of {counted(rows, 'row')} and {counted(columns, 'column')}."


def _agreed(agreed: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the contract says of the dataset, in Croissant's words."""
    known = {}
    if tags := agreed.get("tags"):
        known["keywords"] = list(tags)
    people = [one.get("name") for one in agreed.get("team") or () if isinstance(one, Mapping)]
    if creators := [name for name in people if name]:
        known["creator"] = [{"@type": "sc:Person", "name": name} for name in creators]
    return known
