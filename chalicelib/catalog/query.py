"""A listing's query: which files, in which order, how many."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from chalicelib.catalog.keys import bare, folded
from chalicelib.catalog.record import FileRecord

UPLOAD_TIMESTAMP, FILENAME = "upload_timestamp", "filename"
ASCENDING, DESCENDING = "asc", "desc"
LIMIT_AT_MOST = 100

# The filters that find files in trouble, and what a record in such trouble has.
TROUBLES = {
    "violations": attrgetter("violations"),
    "changed": attrgetter("verdicts"),
    "unusual": attrgetter("unusual"),
}


@dataclass(frozen=True)
class FileQuery:
    """The filters combine: a file is asked for if it meets each one that is set.

    The names of `column` are folded, `name` and those of `column_part` are bare of accents as well;
    the times are written as a record's are, so that strings compare.
    """

    prefix: str = ""
    name: str = ""  # a part of the key
    column: frozenset[str] = frozenset()
    column_part: frozenset[str] = frozenset()
    status: str | None = None
    uploaded_after: str | None = None
    uploaded_before: str | None = None
    min_rows: int | None = None
    max_rows: int | None = None
    violations: bool | None = None
    changed: bool | None = None
    unusual: bool | None = None
    sort: str = UPLOAD_TIMESTAMP
    order: str = DESCENDING
    limit: int = 25
    cursor: str | None = None

    def matches(self, record: FileRecord) -> bool:
        """Return whether the record meets every filter but that of the columns."""
        return (
            record.filename.startswith(self.prefix)
            and (not self.name or self.name in bare(record.filename))
            and self.status in (None, record.status)
            and (self.uploaded_after is None or record.upload_timestamp > self.uploaded_after)
            and (self.uploaded_before is None or record.upload_timestamp < self.uploaded_before)
            and self._has_rows_for(record.row_count)
            and self.may_have(troubles_of(record))
        )

    def may_have(self, troubles: Sequence[str]) -> bool:
        """Return whether a file with exactly these troubles meets the filters of troubles."""
        return all(getattr(self, kind) in (None, kind in troubles) for kind in TROUBLES)

    def is_for_trouble(self) -> bool:
        """Return whether files in some kind of trouble are asked for, beside those that failed."""
        return any(getattr(self, kind) for kind in TROUBLES)

    def _has_rows_for(self, row_count: int | None) -> bool:
        if row_count is None:
            return self.min_rows is None and self.max_rows is None
        return (self.min_rows is None or row_count >= self.min_rows) and (
            self.max_rows is None or row_count <= self.max_rows
        )

    def has_columns(self, names: Sequence[str]) -> bool:
        """Return whether all the columns asked for are among the names, in whatever case."""
        if not self.column <= set(map(folded, names)):
            return False
        if not self.column_part:
            return True
        known = [bare(name) for name in names]
        return all(any(part in name for name in known) for part in self.column_part)


def troubles_of(record: FileRecord) -> list[str]:
    """The kinds of trouble that a file is in, beside having failed."""
    return [kind for kind, found_in in TROUBLES.items() if found_in(record)]
