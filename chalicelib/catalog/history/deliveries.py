"""The deliveries of a dataset: an item for each accepted write, in the order of its story.

deliveries#<template>      <place> <key> <time> <sequencer>   a delivery; of a busy dataset the
deliveries#<template>#<n>                                     most are in partitions of their own
bytes#<template>#<sha256>  -                                  the first delivery of these bytes
"""

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from operator import itemgetter
from typing import Any
from zlib import crc32

from chalicelib.catalog.history.figures import comparable, packed_figures, unpacked_figures
from chalicelib.catalog.history.items import (
    File,
    Item,
    Key,
    bounded,
    compared,
    file_of,
    schema_in,
    version_of,
)
from chalicelib.catalog.history.places import place_of
from chalicelib.catalog.history.table import HistoryTable
from chalicelib.catalog.history.unusual import COMPARED, REPEAT, TOLD, unusual
from chalicelib.catalog.keys import KEY_BYTES
from chalicelib.catalog.record import DELETED, READY, FileRecord
from chalicelib.catalog.times import moment_of
from chalicelib.csv_reader.shortened import shortened

# A partition takes 1,000 write units a second, and a delivery of 4 KB is four: so one is enough for
# 250 deliveries a second, and seven for 1,750. A page takes a request to each.
PARTITIONS = 7
KEPT_VIOLATIONS = 3
ERROR_AT_MOST = 200
WINDOW = COMPARED + 2  # deliveries that are read before one, to compare it with

_FIRST = "\0"  # before all places
# What a delivery is compared by. A third of the time of a batch is boto3's, which reads each value.
_COMPARED_BY = (
    *("SK", "Filename", "Sequencer", "UploadTimestamp", "ProcessedTimestamp", "Status"),
    *("FileSize", "RowCount", "SchemaId", "Types", "ReadAs", "Sha256", "Figures"),
)


def dataset_of(record: FileRecord) -> str:
    """The dataset of the record, which those of older versions do not name."""
    return record.dataset or record.filename


def order_of(record: FileRecord) -> str:
    """Return what sorts a delivery among those of its dataset: its place, and then its key and
    upload.
    """
    place = place_of(record.filename, dataset_of(record)) or record.upload_timestamp
    end = f" {record.upload_timestamp} {record.write}"
    return f"{bounded(f'{place} {record.filename}', KEY_BYTES - len(end))}{end}"


def partition_of(dataset: str, number: int = 0) -> str:
    return f"deliveries#{bounded(dataset)}" + f"#{number}" * bool(number)


def partition_for(record: FileRecord) -> int:
    """Return which of the partitions of a busy dataset a delivery is in."""
    return crc32(record.filename.encode()) % PARTITIONS


def delivery_keys(record: FileRecord) -> list[Key]:
    """The places where the record's delivery may be."""
    dataset, order = dataset_of(record), order_of(record)
    numbers = dict.fromkeys([0, partition_for(record)])
    return [(partition_of(dataset, number), order) for number in numbers]


def bytes_key(dataset: str, sha256: str) -> Key:
    return f"bytes#{bounded(dataset)}#{sha256}", "-"


def is_delivery(record: FileRecord) -> bool:
    return record.status != DELETED


def delivery_item(record: FileRecord, days: int, partition: int = 0) -> Item:
    """The item of a delivery, with the figures of its columns."""
    processed = moment_of(record.processed_timestamp)
    item = {
        "PK": partition_of(dataset_of(record), partition),
        "SK": order_of(record),
        **version_of(record),
        "VersionId": record.version_id,
        "Sha256": record.sha256,
        "Error": record.error and record.error[:ERROR_AT_MOST],
        "Contract": record.contract and dict(record.contract),
        "Violations": list(record.violations[:KEPT_VIOLATIONS]) or None,
        "ViolationsTotal": len(record.violations),
        "ExpiresAt": int(processed.timestamp()) + days * 86_400,
    }
    if record.status == READY:
        item["Figures"], item["FiguresLeftOut"] = packed_figures(record)
    return {name: value for name, value in item.items() if value is not None}


def first_of_bytes(delivery: Item, key: Key) -> Item:
    """The item that says which delivery was the first of its bytes."""
    return {
        "PK": key[0],
        "SK": key[1],
        "File": file_of(delivery),
        "FirstOrder": delivery["SK"],
        "ExpiresAt": delivery["ExpiresAt"],
    }


def read_deliveries(
    table: HistoryTable,
    dataset: str,
    between: tuple[str, str],
    *,
    is_busy: bool,
    about: int,
    descending: bool = True,
    only: Sequence[str] = (),
) -> Iterator[Item]:
    """The deliveries in a range of the order, both ends included, each once; of each, `only` these
    attributes, where that is not all.
    """
    count = PARTITIONS if is_busy else 1
    # What a busy dataset has in the first partition may be all of it, and the newest of it.
    each = [about if not number else 2 * -(-about // count) + 4 for number in range(count)]
    partitions = (
        table.items_of(
            partition_of(dataset, number),
            between,
            descending,
            each[number],
            consistent=True,
            only=only,
        )
        for number in range(count)
    )
    last = None
    for item in heapq.merge(*partitions, key=itemgetter("SK"), reverse=descending):
        if item["SK"] != last:
            yield item
        last = item["SK"]


class Story:
    """The deliveries of a dataset, as those before any place in it are asked for.

    What is about to be written counts.
    """

    def __init__(self, table: HistoryTable, dataset: str, is_busy: bool):
        self._table = table
        self.dataset = dataset
        self.is_busy = is_busy
        self.repeated: dict[str, File] = {}  # by place, the file with the same bytes
        self.comparables = Comparables(table.names_of)
        self._stretches: list[_Stretch] = []
        self._added: dict[str, Item] = {}

    def add(self, deliveries: Sequence[Item]) -> None:
        self._added |= {item["SK"]: item for item in deliveries}

    def anew(self) -> "Story":
        """The same story, to be read again."""
        story = Story(self._table, self.dataset, self.is_busy)
        story.repeated, story._added = self.repeated, self._added
        return story

    def is_added(self, order: str) -> bool:
        return order in self._added

    def added(self, order: str) -> Item:
        return self._added[order]

    def before(self, order: str, count: int = WINDOW) -> list[Item]:
        """The last deliveries before a place in the order, the nearest first."""
        stretch = next((one for one in self._stretches if one.low < order <= one.high), None)
        if stretch is None:
            stretch = _Stretch(high=order, low=order)
            self._stretches.append(stretch)
        while sum(place < order for place in stretch.items) < count and stretch.low > _FIRST:
            self._read_on(stretch, count)
        found = stretch.items | {
            place: item for place, item in self._added.items() if place >= stretch.low
        }
        places = sorted((place for place in found if place < order), reverse=True)
        return [found[place] for place in places[:count]]

    def _read_on(self, stretch: "_Stretch", count: int) -> None:
        within = (_FIRST, stretch.low)
        deliveries = read_deliveries(
            self._table,
            self.dataset,
            within,
            is_busy=self.is_busy,
            about=count + 1,
            only=_COMPARED_BY,
        )
        page = [item for item in islice(deliveries, count + 1) if item["SK"] < stretch.low]
        stretch.items |= {item["SK"]: item for item in page}
        stretch.low = page[-1]["SK"] if len(page) >= count else _FIRST


@dataclass
class _Stretch:
    """All deliveries from below `high` down to `low`, by their places."""

    high: str
    low: str
    items: dict[str, Item] = field(default_factory=dict)


def last_ready(earlier: Sequence[Item], filename: str) -> Item | None:
    """The nearest delivery of another file that could be read."""
    return next((d for d in earlier if d["Status"] == READY and d["Filename"] != filename), None)


def change_since(before: Item, delivery: Item, table: HistoryTable) -> Item | None:
    """Return what changed from one delivery to another, as JSON has it."""
    told = ("SchemaId", "Types", "ReadAs")
    if [before.get(name) for name in told] == [delivery.get(name) for name in told]:
        return None
    names = table.schemas([before["SchemaId"], delivery["SchemaId"]])
    new = schema_in(delivery, names[delivery["SchemaId"]])
    return compared(before, schema_in(before, names[before["SchemaId"]]), new)


class Comparables:
    """The figures of deliveries as they are compared, each reckoned once.

    `names_of` looks up the names of a schema's columns.
    """

    def __init__(self, names_of: Callable[[str], Sequence[str]]):
        self._names_of = names_of
        self._reckoned: dict[tuple[str, str], dict[str, float]] = {}

    def of(self, delivery: Item) -> dict[str, float]:
        key = delivery["SK"], delivery["ProcessedTimestamp"]
        if key not in self._reckoned:
            rows = delivery.get("RowCount")
            self._reckoned[key] = comparable(
                None if rows is None else int(rows),
                int(delivery["FileSize"]),
                figures_in(delivery),
                self._names_of(delivery["SchemaId"]),
            )
        return self._reckoned[key]


def findings(
    delivery: Item, earlier: Sequence[Item], repeated: File | None, comparables: Comparables
) -> list[Item]:
    """Return what is unusual in a delivery, the worst first, `earlier` being those before it."""
    found = []
    if repeated:
        size = int(delivery["FileSize"])
        is_itself = repeated["filename"] == delivery["Filename"]
        what = "before" if is_itself else shortened(repeated["filename"], 100)
        what = f"the same bytes as {what}"
        found.append({"figure": REPEAT, "value": size, "low": size, "high": size, "sentence": what})
    if delivery["Status"] == READY:
        schema_id = delivery["SchemaId"]
        alike = [one for one in earlier if one.get("SchemaId") == schema_id][:COMPARED]
        if alike:
            now, *before = map(comparables.of, (delivery, *alike))
            told = unusual(now, before[::-1])
            found += [asdict(one) for one in told if one.figure != REPEAT or not repeated]
    return found[:TOLD]


def repeated_by(delivery: Item, earlier: Sequence[Item], first: Item | None) -> File | None:
    """The first delivery of the same bytes, if that is an earlier one.

    `first` is the item of these bytes; `earlier` are the deliveries before this one, newest first.
    """
    if "Sha256" not in delivery:
        return None
    if first and first["FirstOrder"] < delivery["SK"]:
        file: File = first["File"]
        return file
    same = [file_of(one) for one in earlier if one.get("Sha256") == delivery["Sha256"]]
    return same[-1] if same else None


def figures_in(delivery: Item) -> list[dict[str, Any]]:
    return unpacked_figures(delivery["Figures"]) if "Figures" in delivery else []
