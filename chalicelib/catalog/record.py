"""The record of one file: the one shape that the message, the table and the API share."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from chalicelib.catalog.agreed import is_agreed
from chalicelib.catalog.columns import Column, checked, fitting, lacking, pack, unpack
from chalicelib.catalog.keys import KEY_BYTES
from chalicelib.catalog.times import SEQUENCER_WIDTH, is_sequencer, moment_of
from chalicelib.csv_reader.described import described, number
from chalicelib.csv_reader.shortened import names_are_cut

# An SQS message is limited to 256 KiB on older queues, a DynamoDB item to 400 KB, and JSON's
# escapes make the message the longer one: what fits into a message fits into an item.
# ("Amazon SQS message quotas"; "Constraints in Amazon DynamoDB")
NAMES_LIMIT = 180_000
WARNINGS_LIMIT = 20_000
ERROR_LIMIT = 1_000
OF_THE_COLUMNS_THEMSELVES = 200  # characters besides: quotes, and the warning that they were cut
MESSAGE_LIMIT = 262_144

# What each file that could be read has: no answer could be made without.
OF_READY = (
    "etag",
    "row_count",
    "column_count",
    "delimiter",
    "encoding",
    "has_header",
    "preamble_rows",
)

READY, FAILED, DELETED = "ready", "failed", "deleted"


class InvalidMessage(ValueError):
    """A message's body is not the JSON of a file record."""


@dataclass(frozen=True)
class FileRecord:
    """A record: all that the catalog knows of one S3 object, as of one write of it.

    The one description of each field, which the API's and the README's are held to. Beside the two
    values that the API shows, `status` is `deleted` in a tombstone, kept so that a late event
    cannot bring the file back; in one that is `failed` the fields of the content are empty.
    """

    filename: str = described("the S3 object's key, decoded, whole")
    bucket: str = described("the bucket that it is in")
    sequencer: str = described("S3's order of the writes of one key, padded so that texts compare")
    upload_timestamp: str = described(
        "when S3 finished the write: ISO 8601, UTC, milliseconds", format="date-time"
    )
    processed_timestamp: str = described("when it was read, in the same form", format="date-time")
    status: str = described("`ready`, or `failed` with the reason in `error`", enum=[READY, FAILED])
    etag: str | None = described("S3's entity tag of this write", None)
    version_id: str | None = described("S3's version of this write, if the bucket keeps them", None)
    file_size: int = number("bytes, as stored", 0)
    sha256: str | None = described(
        "SHA-256 of the object's bytes, unless reading ended before them", None
    )
    error: str | None = described("why the file could not be read", None)
    row_count: int | None = number(
        "records that are not blank, less preamble, header, repeated headers and footer",
        None,
    )
    column_count: int | None = number("columns of the header", None)
    column_names: tuple[str, ...] = described(
        "the names in the header, duplicates and blanks kept; if there are very many, the first", ()
    )
    delimiter: str | None = described("field delimiter", None)
    quote_character: str | None = described("quote character; null if quotes are text", None)
    escape_character: str | None = described("escape character, or null", None)
    encoding: str | None = described("text encoding", None)
    encoding_runner_up: str | None = described(
        "the second-best encoding, if `encoding` is a guess", None
    )
    undecodable_bytes: int | None = number(
        "bytes that are not valid in `encoding`, and were replaced", None
    )
    undecodable_as: str | None = described("the likely encoding of those bytes", None)
    has_open_quote: bool | None = described("whether the last quote is never closed", None)
    rows_in_quotes: bool | None = described(
        "whether each row is in quotes as a whole, as one cell", None
    )
    swallowed_rows: Mapping[str, int] | None = described(
        "the row whose quote takes in lines that look like rows, and the row count if it did not",
        None,
    )
    escaped_quotes: Mapping[str, int] | None = described(
        "the row where a backslash seems to escape a quote, and the row count if it does", None
    )
    decoded_twice: Mapping[str, int | None] | None = described(
        "the first text in UTF-8 that was decoded twice, as `Ã©`", None
    )
    replacement_characters: Mapping[str, int | None] | None = described(
        "the first U+FFFD in the file: a character that was lost before", None
    )
    invisible_characters: Mapping[str, int | None] | None = described(
        "the first invisible character: direction mark, zero width, byte order mark", None
    )
    has_header: bool | None = described("whether there is a header", None)
    header_rows: int | None = number("records that make up the header", None)
    preamble_rows: int | None = number(
        "records above the header that are not part of the table", None
    )
    repeated_headers: int | None = number("records below that repeat the header", None)
    footer_rows: int | None = number(
        "records below the table: totals, notes, delimiters alone", None
    )
    compression: str | None = described("`gzip`, `bz2`, `xz`, `zstd`, `zip`, or null", None)
    ragged_rows: Mapping[str, int | None] | None = described(
        "the number of rows with more or fewer fields than the header, and the first of each", None
    )
    row_offsets: str | None = described(
        "packed byte offsets of rows, so that any row is one read away", None
    )
    lines: Mapping[str, int | None] | None = described(
        "how records and lines differ: blank lines, lines above the rows, newlines in quotes", None
    )
    columns: tuple[Column, ...] = described("the profile of each column; empty in a listing", ())
    profiled_rows: int | None = number("rows covered by `columns`", None)
    reader_version: int | None = number("version of the reader", None)
    warnings: tuple[str, ...] = described("sentences for people about oddities of the file", ())
    schema_id: str | None = described(
        "digest of `has_header` and of the ordered column names, if the file is ready", None
    )
    dataset: str | None = described(
        "the dataset: the key with dates, ids and numbers replaced", None
    )
    contract: Mapping[str, str] | None = described(
        "the contract that the file was judged by: its `key` and `version`", None
    )
    violations: tuple[str, ...] = described(
        "violations of the contract, a sentence each; in a listing, the first three", ()
    )
    violation_count: int | None = number("number of violations, listed or not", None)
    unusual: tuple[str, ...] = described(
        "figures unlike earlier deliveries of the dataset, a sentence each", ()
    )
    verdicts: Mapping[str, str] | None = described(
        "verdicts on its schema's change, `by_name` and `by_position`; null if there was none",
        None,
    )
    agreed: Mapping[str, Any] | None = described(
        "what the contract says of the dataset: how often it comes, whom to ask; not in a listing",
        None,
    )
    written_sequencer: str | None = described(
        "the sequencer of the write itself, where the removal of another version has moved "
        "`sequencer` on; in a listing, null",
        None,
        compare=False,
    )

    @property
    def write(self) -> str:
        """The sequencer of the write, wherever the record has moved in the order since."""
        return self.written_sequencer or self.sequencer

    def moved_to(self, sequencer: str) -> "FileRecord":
        """The record of the same write, at another place in the order."""
        return replace(self, sequencer=sequencer, written_sequencer=self.write)

    def as_dict(self) -> dict[str, Any]:
        """The fields as JSON has them."""
        values = {name: getattr(self, name) for name in _TYPES}
        return values | {name: list(values[name]) for name in _LISTS}

    def to_json(self, **beside: Any) -> str:
        """The body of a message: ASCII, since SQS refuses some characters that JSON can escape.

        The columns are packed, and in base64. `beside` is what the message says beside the record.
        """
        packed = base64.b64encode(pack(self.columns)).decode() if self.columns else []
        message = self.as_dict() | {"columns": packed} | beside
        return json.dumps(message, separators=(",", ":"))

    @classmethod
    def from_json(cls, body: str) -> "FileRecord":
        """Read a message's body. Raises `InvalidMessage`."""
        return cls.from_message(json_object(body))

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> "FileRecord":
        """Read a message's JSON. Fields that this version does not know are left out.

        Raises `InvalidMessage`.
        """
        record = cls.from_dict(message)
        record._check()
        return record

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "FileRecord":
        """Build a record from JSON's types, each checked. Raises `InvalidMessage`."""
        known = {name: values[name] for name in _TYPES if name in values}
        try:
            if isinstance(known.get("columns"), str):
                known["columns"] = base64.b64decode(known["columns"], validate=True)
            if isinstance(known.get("columns"), bytes):
                known["columns"] = unpack(known["columns"])
            else:
                known["columns"] = checked(known.get("columns", ()))
        except ValueError as error:
            raise InvalidMessage(str(error)) from error
        for name in _LISTS:
            if isinstance(known.get(name), list):
                known[name] = tuple(known[name])
        for name, value in known.items():
            if not _is_of(value, _TYPES[name]):
                raise InvalidMessage(f"{name} is a {type(value).__name__}")
        try:
            record = cls(**known)
        except TypeError as error:
            raise InvalidMessage(str(error).removeprefix("FileRecord.__init__() ")) from error
        return record

    def _check(self) -> None:
        if self.status not in (READY, FAILED, DELETED):
            raise InvalidMessage(f"status is {self.status!r}"[:100])
        missing = [name for name in OF_READY if getattr(self, name) is None]
        if self.status == READY and missing:
            raise InvalidMessage(f"a file that is ready lacks {', '.join(missing)}")
        try:
            size = len(self.filename.encode())
            json.dumps(self.as_dict(), ensure_ascii=False, allow_nan=False).encode()
        except UnicodeEncodeError as error:
            raise InvalidMessage(f"not all text is Unicode: {error.reason}") from error
        except ValueError as error:
            raise InvalidMessage("a number is not finite, which JSON has no word for") from error
        if not 1 <= size <= KEY_BYTES:
            raise InvalidMessage(f"filename has {size:,} bytes, not 1 to {KEY_BYTES:,}")
        if not is_sequencer(self.sequencer):
            raise InvalidMessage(f"sequencer is not {SEQUENCER_WIDTH} hexadecimal digits")
        if not (self.written_sequencer is None or is_sequencer(self.written_sequencer)):
            raise InvalidMessage("written_sequencer is not null, nor a sequencer")
        for name in ("upload_timestamp", "processed_timestamp"):
            _check_timestamp(name, getattr(self, name))
        for name in COUNTS:
            if not 0 <= (getattr(self, name) or 0) < 2**63:
                raise InvalidMessage(f"{name} is not a count")
        for name in COUNTED:
            if not all(0 <= (one or 0) < 2**63 for one in (getattr(self, name) or {}).values()):
                raise InvalidMessage(f"{name} has something that is not a count")
        if self.agreed and not is_agreed(self.agreed):
            raise InvalidMessage("agreed is not what a contract can say of a dataset")
        if self.ragged_rows is not None and self.ragged_rows.get("count") is None:
            raise InvalidMessage("ragged_rows lacks count")
        for column in self.columns:
            if missing := lacking(column):
                raise InvalidMessage(f"a column lacks {', '.join(missing)}")

    def fitted(self) -> "FileRecord":
        """This record, cut to what a message and an item can hold, with a warning where it was."""
        names = kept_names(self.column_names)
        warnings = self.warnings
        count = self.column_count or 0
        if len(names) < count:
            warnings = (names_are_cut(len(names), count), *warnings)
        without_columns = replace(
            self,
            column_names=names,
            columns=(),
            warnings=within(warnings, WARNINGS_LIMIT),
            error=self.error and self.error[:ERROR_LIMIT],
        )
        room = MESSAGE_LIMIT - len(without_columns.to_json()) - OF_THE_COLUMNS_THEMSELVES
        columns, cut = fitting(self.columns, room * 3 // 4)  # base64 makes 4 characters of 3 bytes
        return replace(
            without_columns,
            columns=columns,
            warnings=(*without_columns.warnings, cut) if cut else without_columns.warnings,
        )


_TYPES = get_type_hints(FileRecord)
_LISTS = ("column_names", "columns", "warnings", "violations", "unusual")
COUNTS = tuple(known.name for known in fields(FileRecord) if "minimum" in known.metadata["schema"])
COUNTED = (
    "ragged_rows",
    "lines",
    "swallowed_rows",
    "escaped_quotes",
    "decoded_twice",
    "replacement_characters",
    "invisible_characters",
)  # whose values are counts


def json_object(body: str) -> dict[str, Any]:
    """The object that a message's body is. Raises `InvalidMessage`."""
    if len(body) > MESSAGE_LIMIT:
        raise InvalidMessage(f"{len(body):,} characters, and no record has {MESSAGE_LIMIT:,}")
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidMessage(f"not JSON: {error}") from error
    if not isinstance(message, dict):
        raise InvalidMessage(f"a {type(message).__name__}, not an object")
    return message


def _check_timestamp(name: str, value: str) -> None:
    try:
        moment_of(value)
    except ValueError as error:
        reason = f"{name} is not a time in UTC with milliseconds, as 2026-11-22T18:00:00.123Z"
        raise InvalidMessage(reason) from error


def _is_of(value: Any, expected: Any) -> bool:
    if isinstance(expected, UnionType):
        return any(_is_of(value, one) for one in get_args(expected))
    if expected is NoneType:
        return value is None
    if expected is Any:
        return True
    match get_origin(expected):
        case None:
            return type(value) is expected
        case origin if issubclass(origin, Mapping):
            kind, of = get_args(expected)
            return isinstance(value, Mapping) and all(
                _is_of(name, kind) and _is_of(one, of) for name, one in value.items()
            )
        case origin if origin is tuple:
            kind = get_origin(get_args(expected)[0]) or get_args(expected)[0]
            return isinstance(value, tuple) and all(isinstance(item, kind) for item in value)
        case origin:
            return isinstance(value, origin)


def kept_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """The first of the names of columns, those that a record keeps."""
    return within(names, NAMES_LIMIT)


def within(texts: tuple[str, ...], limit: int) -> tuple[str, ...]:
    """The first of `texts` whose JSON together stays within `limit` bytes."""
    if len(json.dumps(texts, separators=(",", ":"))) <= limit:
        return texts
    size = 0
    for place, text in enumerate(texts):
        size += len(json.dumps(text)) + 1
        if size > limit:
            return texts[:place]
    return texts
