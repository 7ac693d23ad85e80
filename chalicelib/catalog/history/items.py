"""The items of the history table.

file#<key>         <sequencer> <time>   a write of the file, without its columns' names
schema#<id>        -                    the names of a schema's columns
schemas#<shard>    <schema id>          the first names of a schema's columns, to look through
schema#<id>        shards               in which shards of the index by schema its files are
column#<name>      <schema id>          that a schema has the column, its name folded
column#            <schema id>          that a schema has more columns than are found so
nameless-column    <schema id>          that a schema has a column without a name
dataset#<template> <schema id>          the first and the last file of a dataset's schema
datasets#<shard>   <template>           a dataset, as far as it is noted in this shard
contracts          <key>                whether a contract is in the bucket
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypedDict

from chalicelib.catalog.history.changes import Change, Schema, change_between, schema_id_of_record
from chalicelib.catalog.indexes import SHARDS, shard_of
from chalicelib.catalog.keys import folded, other_forms
from chalicelib.catalog.record import READY, FileRecord
from chalicelib.catalog.times import moment_of
from chalicelib.csv_reader.column_types import COLUMN_TYPES, TEXT
from chalicelib.csv_reader.described import about

Item = dict[str, Any]
Key = tuple[str, str]
Time = Annotated[str, about(format="date-time")]
SchemaId = Annotated[str, about(pattern="^[0-9a-f]{32}$")]


class File(TypedDict):
    """A write of a file."""

    filename: str
    sequencer: str
    upload_timestamp: Time


THE_SCHEMA, THE_SHARDS = "-", "shards"
COLUMNS_ARE_COMPLETE: Key = ("columns", "complete")  # of all files, and their datasets
LISTINGS_ARE_COMPLETE: Key = ("listings", "complete")  # schemas to look through, files that failed
TROUBLE_IS_COMPLETE: Key = ("trouble", "complete")  # files in trouble, by its index
TYPED_COLUMNS = 1_000  # columns whose types a version keeps, by a letter each
INDEXED_COLUMNS = 100  # columns of a schema that the index of columns finds
_NAME_LETTERS = 60
OTHER_COLUMNS = "column#"  # the key of the schemas that have more
NAMELESS_COLUMN = "nameless-column"  # of the schemas with a blank name, as pandas writes its index

# A sort key has up to 1,024 bytes, a partition key twice that.
_KEY_BYTES = 1_000

_TYPES = {known.letter: name for name, known in COLUMN_TYPES.items()}
_READ_AS = (
    "delimiter",
    "quote_character",
    "escape_character",
    "encoding",
    "compression",
    "preamble_rows",
    "header_rows",
)


def file_partition(filename: str) -> str:
    return f"file#{filename}"


def version_key(record: FileRecord) -> Key:
    """Return where the version of a write is. Some emulators know one sequencer only: hence the
    time.

    A space is before every character of a sequencer, so that the order is that of writes.
    """
    return file_partition(record.filename), f"{record.write} {record.upload_timestamp}"


def version_key_of(file: Mapping[str, str]) -> Key:
    """The same, of a write as `file_of` has it."""
    return file_partition(file["filename"]), f"{file['sequencer']} {file['upload_timestamp']}"


def schema_key(schema_id: str, what: str = THE_SCHEMA) -> Key:
    return f"schema#{schema_id}", what


def column_partition(name: str) -> str:
    folded_name = folded(name)
    return f"column#{bounded(folded_name)}" if folded_name else NAMELESS_COLUMN


def column_partitions(name: str) -> list[str]:
    """Return where schemas with a column are; an older version kept them by the name as it is
    written.
    """
    older = (f"column#{bounded(form.casefold())}" for form in other_forms(name))
    return [column_partition(name), *older]


def dataset_partition(dataset: str) -> str:
    return f"dataset#{bounded(dataset)}"


def datasets_partition(shard: int) -> str:
    return f"datasets#{shard}"


def dataset_keys(dataset: str) -> list[Key]:
    """Return where a dataset is noted: in shards, since every upload of it writes one of them.

    A template without `{` is one file, and in one shard.
    """
    place = bounded(dataset)
    shards = range(SHARDS) if "{" in dataset else [shard_of(place)]
    return [(datasets_partition(shard), place) for shard in shards]


def dataset_key(dataset: str, filename: str) -> Key:
    """Return where a file of a dataset is noted."""
    keys = dataset_keys(dataset)
    return keys[shard_of(filename) % len(keys)]


def bounded(text: str, most: int = _KEY_BYTES) -> str:
    """The text, or of one of more bytes its beginning, and a digest for the end."""
    encoded = text.encode()
    if len(encoded) <= most:
        return text
    digest = hashlib.sha256(encoded).hexdigest()
    return encoded[: most - len(digest)].decode(errors="ignore") + digest


def version_of(record: FileRecord) -> Item:
    """Return what the history keeps of a write: enough to compare it with, but for its columns'
    names.
    """
    version = {
        "Filename": record.filename,
        "Sequencer": record.write,
        "UploadTimestamp": record.upload_timestamp,
        "ProcessedTimestamp": record.processed_timestamp,
        "Status": record.status,
        "FileSize": record.file_size,
        "RowCount": record.row_count,
        "ColumnCount": record.column_count,
    }
    if record.status == READY:
        version |= {
            "ReaderVersion": record.reader_version,
            "SchemaId": record.schema_id or schema_id_of_record(record),
            "Types": "".join(
                COLUMN_TYPES.get(column["type"], TEXT).letter
                for column in record.columns[:TYPED_COLUMNS]
            ),
            "ReadAs": _json({name: getattr(record, name) for name in _READ_AS}),
        }
    return {name: value for name, value in version.items() if value is not None}


def version_item(
    record: FileRecord,
    change: Item | None,
    in_dataset: Item | None,
    days: int,
    unusual: list[Item] | None = None,
) -> Item:
    """The item of a version, with what it changed; `in_dataset`, since the delivery before it."""
    partition, place = version_key(record)
    processed = moment_of(record.processed_timestamp)
    item = {
        "PK": partition,
        "SK": place,
        **version_of(record),
        "ExpiresAt": int(processed.timestamp()) + days * 86_400,
    }
    told = (("Change", change), ("DatasetChange", in_dataset), ("Unusual", unusual))
    for name, what in told:
        if what:
            item[name] = _json(what)
    return item


def _json(what: Any) -> str:
    return json.dumps(what, ensure_ascii=False, separators=(",", ":"))


def change_in(version: Mapping[str, Any], name: str = "Change") -> Item | None:
    return json.loads(version[name]) if name in version else None


def count_in(item: Mapping[str, Any], attribute: str) -> int | None:
    """The number, which a file that could not be read has not."""
    return None if item.get(attribute) is None else int(item[attribute])


def unusual_in(version: Mapping[str, Any]) -> list[Item]:
    """Return what is unusual about a delivery, as its version says."""
    return json.loads(version["Unusual"]) if "Unusual" in version else []


def schema_item(record: FileRecord) -> Item:
    partition, place = schema_key(version_of(record)["SchemaId"])
    return {
        "PK": partition,
        "SK": place,
        "HasHeader": bool(record.has_header),
        "ColumnNames": list(record.column_names),
        "ColumnCount": record.column_count or 0,
    }


def column_items(record: FileRecord) -> list[Item]:
    """The items by which a schema is found by its columns; of one that has many, by the first.

    Without a header there are no names to find anything by.
    """
    if not record.has_header:
        return []
    schema_id = version_of(record)["SchemaId"]
    names = dict.fromkeys(map(column_partition, record.column_names[:INDEXED_COLUMNS]))
    if (record.column_count or 0) > INDEXED_COLUMNS:
        names[OTHER_COLUMNS] = None
    return [{"PK": name, "SK": schema_id} for name in names]


def schemas_partition(shard: int) -> str:
    return f"schemas#{shard}"


def listed_schema_item(schema_id: str, has_header: bool, names: Sequence[str]) -> Item:
    """The item by which a schema is found by a part of a column's name.

    It has the first of many columns, or of long ones; `More` says that there are others.
    """
    known = [name[:_NAME_LETTERS] for name in names[:INDEXED_COLUMNS]] if has_header else []
    is_cut = len(names) > INDEXED_COLUMNS or any(len(name) > _NAME_LETTERS for name in names)
    return {
        "PK": schemas_partition(shard_of(schema_id)),
        "SK": schema_id,
        "Names": known,
        "More": bool(has_header and is_cut),
    }


def schema_in(version: Mapping[str, Any], names: Mapping[str, Any]) -> Schema:
    """The schema of a version that is ready, `names` being the item of its names."""
    read_as = version.get("ReadAs", {})
    if isinstance(read_as, str):
        read_as = json.loads(read_as)
    else:  # an older version of the catalog wrote a map
        read_as = {
            name: int(value) if name.endswith("_rows") and value is not None else value
            for name, value in read_as.items()
        }
    return Schema(
        schema_id=version["SchemaId"],
        has_header=names["HasHeader"],
        names=tuple(names["ColumnNames"]),
        column_count=int(names["ColumnCount"]),
        types=tuple(_TYPES[letter] for letter in version.get("Types", "")),
        **read_as,
    )


def file_of(version: Mapping[str, Any]) -> File:
    """Return which file, and which write of it, in the fields' own names."""
    return File(
        filename=version["Filename"],
        sequencer=version["Sequencer"],
        upload_timestamp=version["UploadTimestamp"],
    )


def compared(old: Mapping[str, Any], old_schema: Schema, new: Schema) -> Item | None:
    """Return what changed between a version and a file, with what it was compared with, as JSON has
    it.
    """
    change: Change | None = change_between(old_schema, new)
    if change is None:
        return None
    with_it = {
        "filename": old["Filename"],
        "sequencer": old["Sequencer"],
        "schema_id": old["SchemaId"],
    }
    return {**change.as_dict(), "compared_with": with_it}
