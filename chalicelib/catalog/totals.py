"""Figures of the whole catalog: how many files, rows and bytes, and how many files are in trouble.

Beside each file there is an item that says what of it is in the figures. That item and the figures
change in one transaction, so that whatever comes twice, late or in another order is counted once:
a file counts as it is in the records table.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from random import randrange
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.catalog.history.items import Item, Key, bounded
from chalicelib.catalog.history.table import HistoryTable, LeftUndone
from chalicelib.catalog.query import TROUBLES, troubles_of
from chalicelib.catalog.record import DELETED, FAILED, FileRecord
from chalicelib.catalog.table import RecordsTable
from chalicelib.catalog.undone import until_done

FIGURES = ("files", "rows", "bytes", "failed", *TROUBLES)
TOTALS_ARE_COMPLETE: Key = ("totals", "complete")

# A transaction that meets another one on the same item is refused: so there are many, of which each
# takes one at random.
_PARTS = 32
_AT_ONCE = 25  # files; a transaction has up to 100 items
_PROJECTED = "Filename,#status,#rows,FileSize,#summary"
# Attributes of a record's summary, by the trouble that they are of.
_TROUBLES = {"violations": "Violations", "changed": "Verdicts", "unusual": "Unusual"}
_CALLED = {"#status": "Status", "#rows": "RowCount", "#summary": "Summary"}


class Totals:
    """Counts what is in the records table, in items of the history table."""

    def __init__(self, records: RecordsTable, history: HistoryTable):
        self._records = records
        self._history = history

    def read(self) -> dict[str, int] | None:
        """The figures; None if not all files are known to be in them."""
        keys = [_part_key(number) for number in range(_PARTS)]
        found = self._history.read([TOTALS_ARE_COMPLETE, *keys])
        if found.pop(TOTALS_ARE_COMPLETE, None) is None:
            return None
        return {name: sum(int(part.get(name, 0)) for part in found.values()) for name in FIGURES}

    def count(self, filenames: Iterable[str]) -> None:
        """Have these files in the figures as they are now. Raises `LeftUndone`."""
        left = iter(dict.fromkeys(filenames))
        while names := list(islice(left, _AT_ONCE)):
            if until_done(self._count, names, self._history.seconds_left):
                raise LeftUndone("files could not be counted: others count them all the time")

    def count_written(self, records: Mapping[str, FileRecord], counted: Mapping[Key, Item]) -> None:
        """Have these files in the figures, each as we have just written it, by its name.

        `counted` are the items of `counted_keys` from before that: if nobody has counted a file
        since, it is as we wrote it, or whoever has written it since then counts it anew. Each item
        is written, changed or not, so that whoever has seen the file as it was before counts again.
        """
        left = iter(records.items())
        while some := dict(islice(left, _AT_ONCE)):
            figures = {name: _figures_of_record(record) for name, record in some.items()}
            if not self._write(figures, counted):
                self.count(some)

    def _count(self, names: list[str]) -> list[str]:
        """Count these files. Returns those that are left, if someone else counts them as well."""
        # What is counted is read first: whoever counts a later write changes it.
        counted = self._history.read(counted_keys(names))
        stored = self._stored(names)
        figures = {name: _figures_of(stored.get(name)) for name in names}
        changed = {
            name: now
            for name, now in figures.items()
            if any(_steps(counted.get(_counted_key(name), {}), now).values())
        }
        return [] if not changed or self._write(changed, counted) else names

    def _write(self, figures: Mapping[str, Mapping[str, int]], counted: Mapping[Key, Item]) -> bool:
        """Have the files counted so, unless someone else counts them. Returns whether they are."""
        added = dict.fromkeys(FIGURES, 0)
        writes = []
        for name, now in figures.items():
            before = counted.get(_counted_key(name), {})
            steps = _steps(before, now)
            added = {figure: added[figure] + steps[figure] for figure in FIGURES}
            writes.append(self._put(name, int(before.get("Number", 0)), now))
        try:
            self._history.boto.meta.client.transact_write_items(
                TransactItems=[*writes, self._add(added)]
            )
        except ClientError as error:
            if error.response["Error"]["Code"] not in _MET_ANOTHER:
                raise
            return False
        return True

    def _put(self, name: str, number: int, figures: Mapping[str, int]) -> dict[str, Any]:
        partition, place = _counted_key(name)
        item = {"PK": partition, "SK": place, "Number": number + 1, **figures}
        put = {"TableName": self._history.boto.name, "Item": item}
        if not number:
            return {"Put": put | {"ConditionExpression": "attribute_not_exists(PK)"}}
        return {
            "Put": put
            | {
                "ConditionExpression": "#number = :number",
                "ExpressionAttributeNames": {"#number": "Number"},
                "ExpressionAttributeValues": {":number": number},
            }
        }

    def _add(self, added: Mapping[str, int]) -> dict[str, Any]:
        partition, place = _part_key(randrange(_PARTS))  # noqa: S311 - no secret
        changed = {name: number for name, number in added.items() if number}
        names = {f"#{name}": name for name in changed}
        steps = ", ".join(f"#{name} :{name}" for name in changed)
        if not changed:  # nothing is new, or one file's figures have moved to another's
            names, steps = {"#files": "files"}, "#files :files"
            changed = {"files": 0}
        update = {
            "TableName": self._history.boto.name,
            "Key": {"PK": partition, "SK": place},
            "UpdateExpression": f"ADD {steps}",
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": {f":{name}": step for name, step in changed.items()},
        }
        return {"Update": update}

    def _stored(self, names: Sequence[str]) -> dict[str, Item]:
        """The facts of these files that are counted, as they are at this moment."""
        table = self._records.boto
        found: dict[str, Item] = {}

        def get(request: dict[str, Any]) -> dict[str, Any] | None:
            answer = table.meta.client.batch_get_item(RequestItems=request)
            found.update((one["Filename"], one) for one in answer["Responses"].get(table.name, ()))
            return answer.get("UnprocessedKeys")

        request = {
            "Keys": [{"Filename": name} for name in names],
            "ConsistentRead": True,
            "ProjectionExpression": _PROJECTED,
            "ExpressionAttributeNames": _CALLED,
        }
        if until_done(get, {table.name: request}, self._history.seconds_left):
            raise LeftUndone("some records could not be read")
        return found


_MET_ANOTHER = {"TransactionCanceledException", "TransactionConflictException"}


def _figures_of(item: Item | None) -> dict[str, int]:
    """Return what a file adds to the figures, by what is stored of it."""
    if item is None:
        return dict.fromkeys(FIGURES, 0)
    summary = item.get("Summary", {})
    troubles = [kind for kind, attribute in _TROUBLES.items() if summary.get(attribute)]
    return _figures(item.get("Status"), item.get("RowCount"), item.get("FileSize"), troubles)


def _figures_of_record(record: FileRecord) -> dict[str, int]:
    """Return what a file adds to the figures, by its record."""
    return _figures(record.status, record.row_count, record.file_size, troubles_of(record))


def _figures(
    status: str | None, rows: int | None, size: int | None, troubles: Sequence[str]
) -> dict[str, int]:
    """Return what a file adds to the figures; one that is removed adds nothing."""
    if status == DELETED:
        return dict.fromkeys(FIGURES, 0)
    return {
        "files": 1,
        "rows": int(rows or 0),
        "bytes": int(size or 0),
        "failed": int(status == FAILED),
        **{kind: int(kind in troubles) for kind in TROUBLES},
    }


def _steps(before: Mapping[str, Any], now: Mapping[str, int]) -> dict[str, int]:
    """Return how far the figures of a file go from what is counted of it to what it is now."""
    return {figure: now[figure] - int(before.get(figure, 0)) for figure in FIGURES}


def counted_keys(names: Iterable[str]) -> list[Key]:
    """Return where it stands what of these files is in the figures."""
    return [_counted_key(name) for name in names]


def _counted_key(name: str) -> Key:
    return f"counted#{bounded(name)}", "-"


def _part_key(number: int) -> Key:
    return f"totals#{number}", "-"
