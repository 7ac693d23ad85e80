"""A page of the files that someone asks for, read from the index that has them in order."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from chalicelib.catalog.by_name import files_by_name
from chalicelib.catalog.cursor import cursor_at, position_of
from chalicelib.catalog.history.items import LISTINGS_ARE_COMPLETE, TROUBLE_IS_COMPLETE
from chalicelib.catalog.history.table import HistoryTable
from chalicelib.catalog.indexes import (
    BY_FILENAME,
    BY_SCHEMA,
    BY_TROUBLE,
    BY_UPLOAD_TIME,
    FAILED_PARTITIONS,
    TROUBLE_SHARDS,
    Index,
    trouble_partitions,
)
from chalicelib.catalog.page_size import PAGE_BYTES, json_bytes, number_that_fits
from chalicelib.catalog.query import DESCENDING, FILENAME, FileQuery
from chalicelib.catalog.record import FAILED, FileRecord
from chalicelib.catalog.table import IndexMissing, RecordsTable

# One request looks through this many files, where a filter leaves out most of an index; and reads
# this many whole records, where an index does not have all of their columns.
FILES_AT_MOST = 1_000
WHOLE_RECORDS_AT_MOST = 25

# The index that sorts otherwise is used where it knows of no more files than this.
SORTED_HERE_AT_MOST = 200


@dataclass(frozen=True)
class _Places:
    """Partitions of an index, in the order of time, that have all the files asked for.

    They are of so many `combinations`, of which one may have all the files of a page. In another
    order they are read whole and sorted, if they have `sorted_at_most` files.
    """

    index: Index
    partitions: Sequence[str]
    sorted_at_most: int
    combinations: int = 1


def list_files(
    table: RecordsTable, query: FileQuery, history: HistoryTable | None = None
) -> tuple[list[FileRecord], str | None]:
    """A page of the files that the query asks for, and the cursor of the next page.

    The cursor is None after the last page. A page may be short, or empty, and still have a cursor:
    where a filter leaves out most files, a request stops after a number of them, and where records
    are long, after a number of bytes. Records with many columns have the first ones only. A
    position, not a count, says where a page begins: a file that stays as it is, is on one page,
    whatever else comes and goes. Files that have a rare column are found by `history`, which also
    says whether all files in trouble can be found by their indexes. Raises `InvalidCursor`,
    `IndexMissing`.
    """
    position = None
    if query.cursor is not None:
        position = position_of(query.cursor, query)
    index = BY_FILENAME if query.sort == FILENAME else BY_UPLOAD_TIME
    places = _places(query, history) if history else None
    others = query.prefix or query.column or query.column_part or query.status == FAILED
    if query.name and not others and not places:
        named, position = files_by_name(table, query, index, position, history)
        fit = number_that_fits([file.as_dict() for file in named])
        if fit < len(named):
            named, position = named[:fit], index.place(named[fit - 1])
        return named, position and cursor_at(position, query)
    found: list[FileRecord] = []
    whole_records, room = 0, PAGE_BYTES
    for looked_at, file in enumerate(_files(table, query, index, position, places)):
        if len(found) == query.limit or looked_at == FILES_AT_MOST:
            break
        if query.matches(file):
            names = file.column_names
            if not query.has_columns(names) and len(names) < (file.column_count or 0):
                if whole_records == WHOLE_RECORDS_AT_MOST:
                    break
                whole_records += 1
                names = getattr(table.get(file.filename), "column_names", ())
            if query.has_columns(names):
                room -= json_bytes(file.as_dict())
                if found and room < 0:
                    break
                found.append(file)
        position = index.place(file)
    else:
        return found, None
    return found, position and cursor_at(position, query)


def _files(
    table: RecordsTable,
    query: FileQuery,
    index: Index,
    position: str | None,
    places: _Places | None,
) -> Iterator[FileRecord]:
    """The files from after `position` on, in the order of `index`, which the indexes contain."""
    descending = query.order == DESCENDING
    files: Iterable[FileRecord] | None
    files = _few_files(table, query, BY_FILENAME if index is BY_UPLOAD_TIME else BY_UPLOAD_TIME)
    if files is not None:
        files = sorted(files, key=index.place, reverse=descending)
    elif places:
        files = _files_in_places(table, query, index, position, places)
    if files is None:
        within = index.range_of(query)
        if position is not None:
            within = within.from_place(position, descending)
        files = table.files(index, within, descending, about=query.limit)
    yield from _after(position, index, descending, files)


def _files_in_places(
    table: RecordsTable, query: FileQuery, index: Index, position: str | None, places: _Places
) -> Iterable[FileRecord] | None:
    """The files in these places, in the order of `index`.

    None where they are too many to be sorted here, or where the index of the places is missing.
    """
    descending = query.order == DESCENDING
    within = places.index.range_of(query)
    about = first_read = places.sorted_at_most + 1
    if index is BY_UPLOAD_TIME:
        first_read, about = 1, query.limit * places.combinations
        if position is not None:
            within = within.from_place(position, descending)
    files = table.files(places.index, within, descending, about, places.partitions)
    try:
        first = list(islice(files, first_read))
    except IndexMissing:
        return None
    if index is BY_UPLOAD_TIME:
        return chain(first, files)
    if len(first) == first_read:
        return None
    return sorted(first, key=index.place, reverse=descending)


def _places(query: FileQuery, history: HistoryTable) -> _Places | None:
    """Return where all the files asked for are, and few others; None if that is not known."""
    if query.status == FAILED:
        if LISTINGS_ARE_COMPLETE in history.complete():
            return _Places(BY_SCHEMA, FAILED_PARTITIONS, FILES_AT_MOST)
        return None
    partitions: Sequence[str] | None = None
    if query.column_part:
        partitions = history.places_of_columns(query.column, query.has_columns)
    elif query.column:
        partitions = history.places_of_columns(query.column)
    if partitions is not None:
        return _Places(BY_SCHEMA, partitions, SORTED_HERE_AT_MOST)
    if query.is_for_trouble() and TROUBLE_IS_COMPLETE in history.complete():
        partitions = trouble_partitions(query)
        combinations = len(partitions) // TROUBLE_SHARDS
        return _Places(BY_TROUBLE, partitions, FILES_AT_MOST, combinations)
    return None


def _after(
    position: str | None, index: Index, descending: bool, files: Iterable[FileRecord]
) -> Iterator[FileRecord]:
    for file in files:
        place = index.place(file)
        if position is None or (place < position if descending else place > position):
            yield file


def _few_files(table: RecordsTable, query: FileQuery, index: Index) -> list[FileRecord] | None:
    """The files in the query's range of the index that sorts otherwise, unless they are many."""
    within = index.range_of(query)
    if within.is_whole():
        return None
    try:
        files = table.files(index, within, descending=False, about=SORTED_HERE_AT_MOST)
        first = list(islice(files, SORTED_HERE_AT_MOST + 1))
    except IndexMissing:
        return None
    return first if len(first) <= SORTED_HERE_AT_MOST else None
