"""A catalog in memory that answers a browser as the API does, for tests and pictures.

It stands in Playwright's `page.route`: nothing listens anywhere, and it can be slow, empty or
broken when it is told to be.
"""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from playwright.sync_api import Page, Route

from chalicelib.web.page.page import page as catalog_page
from chalicelib.web.uploads import InvalidUpload, check_name
from tests.browser.described import undescribed
from tests.browser.fake_records import Record, a_record
from tests.browser.fake_sign_in import CLIENT_ID, SIGN_IN_URL, FakeSignIn

API_ORIGIN = "https://catalog.test"
BUCKET_ORIGIN = "https://bucket.test"
MAX_UPLOAD_BYTES = 50_000_000

NO_HISTORY = {"Code": "ConflictError", "Message": "The history table is not there."}


class FakeCatalog:
    """Answers `GET /`, the listing, single records and uploads under `API_ORIGIN` + `root`.

    `refuses_listing` is a (status, body) to answer listings with; `hold` is asked for each request
    and says whether to leave it open until `release`; `reads` makes the record of an upload;
    `previews` and `schemas` have the (status, body) of what is not to be answered as usual;
    `histories` the versions of files, and `datasets` their datasets: None where none are kept.
    With `sign_in`, the API answers only who has signed in there. `undescribed` has what the API's
    description says is wrong with the answers.
    """

    def __init__(
        self,
        records: Iterable[Record] = (),
        root: str = "/",
        sign_in: FakeSignIn | None = None,
    ) -> None:
        self.records = {record["filename"]: record for record in records}
        self.root = root
        self.sign_in = sign_in
        self.requests: list[str] = []
        self.refuses_listing: tuple[int, Record] | None = None
        self.refuses_upload: tuple[int, str] | None = None
        self.hold: Callable[[str], bool] = lambda _url: False
        self.held: list[Route] = []
        self.bucket_origin = BUCKET_ORIGIN
        self.reads: Callable[[str], Record | None] = lambda filename: a_record(
            filename, upload_timestamp="2026-11-22T12:00:00.000Z", etag="uploaded"
        )
        self.previews: dict[str, tuple[int, Record]] = {}
        self.schemas: dict[str, tuple[int, Any]] = {}
        self.histories: dict[str, list[Record]] | None = {}
        self.datasets: list[Record] | None = []
        self.undescribed: list[str] = []
        self.deliveries: dict[str, list[Record]] = {}
        self.series: dict[tuple[str, str | None], list[Record]] = {}
        self._granted: list[str] = []

    def answer(self, page: Page) -> None:
        """Put the catalog between `page` and the network."""
        page.route(re.compile(f"^{API_ORIGIN}|^{BUCKET_ORIGIN}"), self.handle)
        if self.sign_in:
            self.sign_in.answer(page)

    def release(self) -> None:
        """Answer what is held, the oldest last: late answers come out of order."""
        while self.held:
            self._respond(self.held.pop())

    def listings(self) -> list[dict[str, list[str]]]:
        """The parameters of each listing that was asked for."""
        asked = [parse_qs(urlsplit(url).query) for url in self.requests if "/metadata?" in url]
        return [parameters for parameters in asked if "filename" not in parameters]

    def handle(self, route: Route) -> None:
        """Answer one request, or hold it."""
        self.requests.append(route.request.url)
        if self.hold(route.request.url):
            self.held.append(route)
        else:
            self._respond(route)

    def _respond(self, route: Route) -> None:
        url = urlsplit(route.request.url)
        if route.request.url.startswith(BUCKET_ORIGIN):
            self._take_upload(route)
        elif url.path == self.root:
            known = (SIGN_IN_URL, CLIENT_ID) if self.sign_in else ()
            html, headers = catalog_page(self.bucket_origin, *known)
            route.fulfill(body=html, headers=headers)
        elif self.sign_in and not self.sign_in.is_good(route.request):
            route.fulfill(status=401, json={"message": "Unauthorized"})
        elif url.path.endswith("/uploads"):
            self._grant_upload(route)
        elif url.path.endswith("/totals"):
            self._answer_totals(route)
        elif url.path.endswith("/metadata"):
            self._answer_metadata(route, parse_qs(url.query))
        elif url.path.endswith("/download"):
            self._answer_download(route, parse_qs(url.query))
        elif url.path.endswith("/preview"):
            self._answer_preview(route, parse_qs(url.query))
        elif url.path.endswith("/schema"):
            self._answer_schema(route, parse_qs(url.query))
        elif url.path.endswith("/history"):
            self._answer_history(route, parse_qs(url.query))
        elif url.path.endswith(("/deliveries", "/series")):
            self._answer_of_dataset(route, parse_qs(url.query))
        elif url.path.endswith("/datasets"):
            self._answer_datasets(route, parse_qs(url.query))
        else:
            route.fulfill(status=404, json={"Code": "NotFoundError", "Message": url.path})

    def _answer(self, route: Route, path: str, body: Any, status: int = 200) -> None:
        """Answer with JSON, which is held against what the API's description says of the route."""
        if status < 300:
            self.undescribed += undescribed(path, body)
        route.fulfill(status=status, json=body)

    def _answer_totals(self, route: Route) -> None:
        if self.histories is None:
            return route.fulfill(status=409, json=NO_HISTORY)
        records = list(self.records.values())
        totals = {
            "files": len(records),
            "rows": sum(record["row_count"] or 0 for record in records),
            "bytes": sum(record["file_size"] for record in records),
            "failed": sum(record["status"] == "failed" for record in records),
            "violations": sum(bool(record["violations"]) for record in records),
            "changed": sum(bool(record.get("verdicts")) for record in records),
            "unusual": sum(bool(record.get("unusual")) for record in records),
        }
        return self._answer(route, "/totals", totals)

    def _answer_metadata(self, route: Route, parameters: dict[str, list[str]]) -> None:
        if "filename" in parameters:
            [filename] = parameters["filename"]
            if filename in self.records:
                self._answer(route, "/metadata", self.records[filename])
            else:
                error = {"Code": "NotFoundError", "Message": f"No file {filename!r}."}
                route.fulfill(status=404, json=error)
        elif self.refuses_listing:
            status, body = self.refuses_listing
            route.fulfill(status=status, json=body)
        elif route.request.headers.get("accept") == "text/csv":
            self._answer_list_as_csv(route, self._listing(parameters))
        else:
            self._answer(route, "/metadata", self._listing(parameters))

    def _answer_list_as_csv(self, route: Route, listing: Record) -> None:
        lines = ["filename,status", *(f"{i['filename']},{i['status']}" for i in listing["items"])]
        headers = {"Content-Type": "text/csv; charset=utf-8; header=present"}
        if listing["next_cursor"]:
            query = parse_qs(urlsplit(route.request.url).query)
            following = urlencode(query | {"cursor": listing["next_cursor"]}, doseq=True)
            headers["Link"] = f'<?{following}>; rel="next"'
        route.fulfill(body="".join(f"{line}\r\n" for line in lines), headers=headers)

    def _answer_download(self, route: Route, parameters: dict[str, list[str]]) -> None:
        [filename] = parameters["filename"]
        if filename in self.records:
            url = f"{self.bucket_origin}/{quote(filename)}?signed"
            self._answer(route, "/download", {"url": url, "expires_in": 900})
        else:
            error = {"Code": "NotFoundError", "Message": f"No file {filename!r}."}
            route.fulfill(status=404, json=error)

    def _answer_preview(self, route: Route, parameters: dict[str, list[str]]) -> None:
        [filename], [rows] = parameters["filename"], parameters["rows"]
        first = int((parameters.get("cursor") or parameters.get("row") or ["1"])[0])
        number = int(rows)
        names = self.records[filename]["column_names"]
        preview = {
            "filename": filename,
            "column_names": names,
            "first_row": first,
            "rows": [[f"{name} {row}" for name in names] for row in range(first, first + number)],
            "cut_cells": [],
            "odd_cells": [],
            "complete": False,
            "next_cursor": f"{first + number}",
        }
        status, body = self.previews.get(filename, (200, preview))
        self._answer(route, "/preview", body, status)

    def _answer_schema(self, route: Route, parameters: dict[str, list[str]]) -> None:
        [filename], [form] = parameters["filename"], parameters["format"]
        text = f"-- {form}: what loads {filename}\n"
        status, body = self.schemas.get(form, (200, text))
        if status == 200:
            route.fulfill(body=body, content_type="text/plain; charset=utf-8")
        else:
            route.fulfill(status=status, json=body)

    def _listing(self, parameters: dict[str, list[str]]) -> Record:
        prefix, status = (parameters.get(name, [""])[0] for name in ("prefix", "status"))
        wanted = {column.lower() for column in parameters.get("column", [])}
        name, part = (parameters.get(one, [""])[0].lower() for one in ("name", "column~"))
        found = [
            record
            for record in self.records.values()
            if record["filename"].startswith(prefix)
            and name in record["filename"].lower()
            and (not part or any(part in one.lower() for one in record["column_names"]))
            and (not status or record["status"] == status)
            and (parameters.get("violations") != ["true"] or record["violations"])
            and (parameters.get("changed") != ["true"] or record["verdicts"])
            and (parameters.get("unusual") != ["true"] or record["unusual"])
            and wanted <= {name.lower() for name in record["column_names"]}
        ]
        [sort], [order] = (
            parameters.get(one, [usual])
            for one, usual in (("sort", "upload_timestamp"), ("order", "desc"))
        )
        found.sort(key=lambda record: record[sort], reverse=order == "desc")
        return _page_of([_as_listed(record) for record in found], parameters)

    def _answer_history(self, route: Route, parameters: dict[str, list[str]]) -> None:
        [filename] = parameters["filename"]
        if self.histories is None:
            route.fulfill(status=409, json=NO_HISTORY)
        elif filename not in self.histories:
            route.fulfill(status=404, json={"Code": "NotFoundError", "Message": filename})
        else:
            self._answer(route, "/history", _page_of(self.histories[filename], parameters))

    def _answer_datasets(self, route: Route, parameters: dict[str, list[str]]) -> None:
        if self.datasets is None:
            return route.fulfill(status=409, json=NO_HISTORY)
        if "dataset" in parameters:
            [name] = parameters["dataset"]
            for dataset in self.datasets:
                if dataset["dataset"] == name:
                    return self._answer(route, "/datasets", dataset)
            error = {"Code": "NotFoundError", "Message": f"No dataset {name!r}."}
            return route.fulfill(status=404, json=error)
        [prefix] = parameters.get("prefix", [""])
        found = [
            one
            for one in self.datasets
            if one["dataset"].startswith(prefix)
            and parameters.get("state", [one["state"]]) == [one["state"]]
            and parameters.get("changed", [None])[0]
            in (None, "true" if one["last_change"] else "false")
            and int(parameters.get("min_deliveries", ["0"])[0]) <= one["deliveries"]
        ]
        listed = _page_of([*map(_dataset_as_listed, found)], parameters)
        return self._answer(route, "/datasets", listed)

    def _answer_of_dataset(self, route: Route, parameters: dict[str, list[str]]) -> None:
        """What is asked of a dataset besides: a page of its deliveries, or its figures."""
        [name] = parameters["dataset"]
        if urlsplit(route.request.url).path.endswith("/series"):
            [column] = parameters.get("column", [None])
            body = {"column": column, "items": self.series.get((name, column), [])}
            return self._answer(route, "/series", body)
        return self._answer(
            route, "/deliveries", _page_of(self.deliveries.get(name, []), parameters)
        )

    def _grant_upload(self, route: Route) -> None:
        asked = json.loads(route.request.post_data)
        filename = asked["filename"]
        try:
            check_name(filename)
        except InvalidUpload as refusal:
            route.fulfill(status=400, json={"Code": "BadRequestError", "Message": str(refusal)})
            return
        if filename in self.records and not asked["replace"]:
            error = {"Code": "ConflictError", "Message": f"There is a file {filename!r}."}
            route.fulfill(status=409, json=error)
            return
        self._granted.append(filename)
        grant = {
            "url": f"{self.bucket_origin}/csv-bucket?upload={len(self._granted) - 1}",
            "fields": {"key": filename, "policy": "signed"},
            "max_bytes": MAX_UPLOAD_BYTES,
            "expires_in": 900,
            "filename": filename,
            "replaces": filename in self.records,
            "metadata_url": f"{API_ORIGIN}/metadata/{filename}",
        }
        self._answer(route, "/uploads", grant, 201)

    def _take_upload(self, route: Route) -> None:
        open_to_all = {"Access-Control-Allow-Origin": "*"}
        if route.request.method == "GET":
            attached = {"Content-Disposition": "attachment; filename=a.csv"}
            return route.fulfill(body="id\n1\n", headers=attached)
        if self.refuses_upload:
            status, reason = self.refuses_upload
            xml = f"<Error><Code>Refused</Code><Message>{reason}</Message></Error>"
            headers = open_to_all | {"Content-Type": "application/xml"}
            return route.fulfill(status=status, headers=headers, body=xml)
        filename = self._granted[int(route.request.url.rpartition("=")[2])]
        record = self.reads(filename)
        if record:
            self.records[filename] = record
        return route.fulfill(status=204, headers=open_to_all)


def _page_of(items: list[Record], parameters: dict[str, list[str]]) -> Record:
    """The items that the cursor asks for, which is a number here."""
    start = int(parameters.get("cursor", ["0"])[0])
    end = start + int(parameters.get("limit", ["25"])[0])
    return {"items": items[start:end], "next_cursor": str(end) if end < len(items) else None}


def _dataset_as_listed(dataset: Record) -> Record:
    """A dataset as listings have it: without what is long."""
    long = {"schema", "schemas", "description", "team", "support", "tags"}
    return {name: dataset[name] for name in dataset.keys() - long}


def _as_listed(record: Record) -> Record:
    """A record as listings have it: without what is long."""
    left_out = {"columns": [], "ragged_rows": None, "lines": None, "profiled_rows": None}
    return {name: record[name] for name in record if name != "forecast"} | left_out
