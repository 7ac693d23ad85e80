"""Parameters of a URL: what each may be, and the query of files that they make."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timezone
from typing import Any

from chalicelib.catalog.history.dataset_pages import SORTS, DatasetsQuery
from chalicelib.catalog.history.dataset_state import STATES
from chalicelib.catalog.keys import KEY_BYTES, bare, folded, utf8_length
from chalicelib.catalog.query import (
    ASCENDING,
    DESCENDING,
    FILENAME,
    LIMIT_AT_MOST,
    UPLOAD_TIMESTAMP,
    FileQuery,
)
from chalicelib.catalog.record import FAILED, READY
from chalicelib.catalog.times import utc_timestamp

Parameters = Mapping[str, Sequence[str]]  # each with all of its values

_TIME = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{3})?)?(Z|[+-]\d\d:\d\d)?)?", re.ASCII)


class InvalidParameter(ValueError):
    """A parameter is unknown, given twice, or has a value that is not allowed; the message says."""


def file_query(parameters: Parameters) -> FileQuery:
    """The query of a listing; `filename`, which asks for one file, is allowed and left out.

    Raises `InvalidParameter`.
    """
    check_names(parameters, ["filename", *READERS])
    values: dict[str, Any] = {
        name: READERS[name](name, given) for name, given in parameters.items() if name != "filename"
    }
    if values.get("sort") == FILENAME:
        values.setdefault("order", ASCENDING)
    if "column~" in values:
        values["column_part"] = values.pop("column~")
    return FileQuery(**values)


def datasets_query(parameters: Parameters) -> DatasetsQuery:
    """The query of a list of datasets. Raises `InvalidParameter`."""
    check_names(parameters, list(_OF_DATASETS))
    values: dict[str, Any] = {n: _OF_DATASETS[n](n, given) for n, given in parameters.items()}
    return DatasetsQuery(**values)


def check_names(given: Iterable[str], allowed: Sequence[str]) -> None:
    """Raise `InvalidParameter` unless all parameters that are given are among those allowed."""
    for name in given:
        if name not in allowed:
            there_are = f"there are {', '.join(allowed)}" if allowed else "there are none"
            raise InvalidParameter(f"{name!r} is not a parameter here: {there_are}")


def read_parameters(parameters: Parameters, names: Sequence[str]) -> dict[str, Any]:
    """The values of those of the parameters `names` that are given. Raises `InvalidParameter`."""
    check_names(parameters, names)
    return {name: READERS[name](name, given) for name, given in parameters.items()}


def single(name: str, values: Sequence[str]) -> str:
    """The value of a parameter that is given once. Raises `InvalidParameter`."""
    if not values:
        raise InvalidParameter(f"{name} is missing")
    if len(values) != 1:
        raise InvalidParameter(f"{name} is given {len(values)} times: it may be given once")
    return values[0]


def true_or_false(name: str, values: Sequence[str]) -> bool:
    """The value of a parameter that is either. Raises `InvalidParameter`."""
    return _one_of("true", "false")(name, values) == "true"


def _prefix(name: str, values: Sequence[str]) -> str:
    value = single(name, values)
    length = utf8_length(value)
    if length is None or length > KEY_BYTES:
        raise InvalidParameter(f"{name} is up to {KEY_BYTES:,} bytes of UTF-8, as a name is")
    return value


def _name(name: str, values: Sequence[str]) -> str:
    return bare(_prefix(name, values))


def _column_part(_name: str, values: Sequence[str]) -> frozenset[str]:
    return frozenset(filter(None, map(bare, values)))


def _column(_name: str, values: Sequence[str]) -> frozenset[str]:
    return frozenset(map(folded, values))


def _one_of(*choices: str) -> Callable[[str, Sequence[str]], str]:
    def read(name: str, values: Sequence[str]) -> str:
        value = single(name, values)
        if value not in choices:
            raise InvalidParameter(f"{name} is {' or '.join(choices)}")
        return value

    return read


def _rows(name: str, values: Sequence[str]) -> int:
    value = single(name, values)
    if not re.fullmatch("[0-9]{1,18}", value):
        raise InvalidParameter(f"{name} is a whole number, 0 or more, of up to 18 digits")
    return int(value)


def up_to(most: int) -> Callable[[str, Sequence[str]], int]:
    """Reads a parameter that is a whole number from 1 to `most`. Raises `InvalidParameter`."""

    def read(name: str, values: Sequence[str]) -> int:
        value = single(name, values)
        if not re.fullmatch("[0-9]{1,3}", value) or not 1 <= int(value) <= most:
            raise InvalidParameter(f"{name} is a whole number from 1 to {most}")
        return int(value)

    return read


def _time(name: str, values: Sequence[str]) -> str:
    value = single(name, values)
    if _TIME.fullmatch(value):
        with suppress(ValueError, OverflowError):  # no such day, or one before the year 1
            time = datetime.fromisoformat(value.replace("Z", "+00:00"))
            time = time if time.tzinfo else time.replace(tzinfo=timezone.utc)
            return utc_timestamp(time)
    raise InvalidParameter(
        f"{name} is a date or a time in ISO 8601, as 2026-11-22 or 2026-11-22T18:30:00.000Z, "
        "in UTC unless it says otherwise (in a URL, + is written %2B)"
    )


READERS = {
    "prefix": _prefix,
    "name": _name,
    "column": _column,
    "column~": _column_part,
    "status": _one_of(READY, FAILED),
    "uploaded_after": _time,
    "uploaded_before": _time,
    "min_rows": _rows,
    "max_rows": _rows,
    "violations": true_or_false,
    "changed": true_or_false,
    "unusual": true_or_false,
    "sort": _one_of(UPLOAD_TIMESTAMP, FILENAME),
    "order": _one_of(ASCENDING, DESCENDING),
    "limit": up_to(LIMIT_AT_MOST),
    "cursor": single,
}
_OF_DATASETS = {
    "prefix": _prefix,
    "state": _one_of(*STATES),
    "changed": true_or_false,
    "min_deliveries": _rows,
    "sort": _one_of(*SORTS),
    "limit": up_to(LIMIT_AT_MOST),
    "cursor": single,
}
