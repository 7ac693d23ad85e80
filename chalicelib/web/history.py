"""Answers about the past: a file's versions, the datasets, and what one dataset was like."""

from collections.abc import Callable, Sequence
from datetime import datetime, timezone
from typing import Any
from urllib.parse import quote, unquote

from chalicelib.catalog.cursor import InvalidCursor
from chalicelib.catalog.history.dataset_pages import TooManyDatasets, list_datasets
from chalicelib.catalog.history.delivery_pages import (
    DeliveriesQuery,
    list_deliveries,
    series_of,
)
from chalicelib.catalog.history.pages import HistoryQuery, describe_dataset, list_versions
from chalicelib.catalog.history.table import HistoryTable
from chalicelib.catalog.keys import KEY_BYTES, other_forms, utf8_length
from chalicelib.web.answers import Answer, NoSuchDataset, NoSuchFile, cacheable
from chalicelib.web.parameters import (
    InvalidParameter,
    Parameters,
    check_names,
    datasets_query,
    read_parameters,
    single,
)


def show_history(
    history: HistoryTable, parameters: Parameters, segment: str | None = None
) -> Answer:
    """A page of the versions of a file, also of one that is removed. Raises `NoSuchFile`.

    The name is a segment of the path or, with None for that, the parameter `filename`.
    """
    names, paging = _named(parameters, "filename", segment)
    query = HistoryQuery(**read_parameters(paging, ["limit", "cursor"]))
    history.check()
    for name in _in_all_forms(names):
        if 0 < (utf8_length(name) or 0) <= KEY_BYTES:
            items, cursor = _page(list_versions, history, name, query)
            if items:
                place = "" if segment is None else "../../"
                of_it = {"Content-Location": f"{place}history?filename={quote(name, safe='')}"}
                said = {} if name in names else of_it
                return cacheable({"items": items, "next_cursor": cursor}, **said)
    if query.cursor:
        return cacheable({"items": [], "next_cursor": None})
    raise NoSuchFile(f"the catalog never had a file named {names[0]!r}")


def show_datasets(
    history: HistoryTable, parameters: Parameters, segment: str | None = None
) -> Answer:
    """A page of the datasets; of one that is named, as in `show_history`, what it is and was like.

    Raises `NoSuchDataset`.
    """
    if segment is not None or "dataset" in parameters:
        return _show_dataset(history, parameters, segment)
    query = datasets_query(parameters)
    try:
        items, cursor = _page(list_datasets, history, query, _now())
    except TooManyDatasets as error:
        raise InvalidParameter(str(error)) from error
    return cacheable({"items": items, "next_cursor": cursor})


def _show_dataset(history: HistoryTable, parameters: Parameters, segment: str | None) -> Answer:
    names, others = _named(parameters, "dataset", segment)
    read_parameters(others, [])
    history.check()
    found = _first(names, lambda name: describe_dataset(history, name, _now()))
    return cacheable(found)


def show_deliveries(
    history: HistoryTable, parameters: Parameters, segment: str | None = None
) -> Answer:
    """A page of the deliveries of a dataset, named as in `show_datasets`.

    Raises `NoSuchDataset`.
    """
    names, others = _named(parameters, "dataset", segment)
    asked = ["uploaded_after", "uploaded_before", "limit", "cursor"]
    query = DeliveriesQuery(**read_parameters(others, asked))
    items, cursor = _first(names, lambda name: _page(list_deliveries, history, name, query))
    return cacheable({"items": items, "next_cursor": cursor})


def show_series(
    history: HistoryTable, parameters: Parameters, segment: str | None = None
) -> Answer:
    """The figures of the last deliveries of a dataset, and of one of its columns.

    Raises `NoSuchDataset`.
    """
    names, others = _named(parameters, "dataset", segment)
    check_names(others, ["column"])
    column = single("column", others["column"]) if "column" in others else None
    points = _first(names, lambda name: series_of(history, name, column))
    return cacheable({"column": column, "items": points})


def _first(names: Sequence[str], look_up: Callable[[str], Any]) -> Any:
    """Return what is found by the first of the names that a dataset has. Raises `NoSuchDataset`."""
    for name in _in_all_forms(names):
        if utf8_length(name) and (found := look_up(name)) is not None:
            return found
    raise NoSuchDataset(f"no dataset named {names[0]!r} is in the catalog")


def _now() -> datetime:
    return datetime.now(timezone.utc)


def _named(
    parameters: Parameters, what: str, segment: str | None
) -> tuple[Sequence[str], Parameters]:
    """The names that may be meant, and the other parameters.

    API Gateway hands a segment on as it was sent; where another has decoded it, it is the name.
    """
    if segment is not None:
        return list(dict.fromkeys([unquote(segment), segment])), parameters
    others = {name: values for name, values in parameters.items() if name != what}
    return [single(what, parameters.get(what, []))], others


def _in_all_forms(names: Sequence[str]) -> list[str]:
    """The names, and after them those that look the same, their accents written otherwise."""
    others = (form for name in names for form in other_forms(name))
    return list(dict.fromkeys([*names, *others]))


def _page(list_them: Callable[..., Any], *given: Any) -> Any:
    try:
        return list_them(*given)
    except InvalidCursor as error:
        raise InvalidParameter(
            "cursor is the next_cursor of an earlier answer to the same query"
        ) from error
