"""Answers to HTTP requests: JSON that may be kept, errors as sentences, and what was known already.

Layers below this one know nothing of HTTP: what they raise becomes HTTP's words here.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, TypedDict

from aws_lambda_powertools import Logger

from chalicelib.catalog.history.table import HistoryMissing
from chalicelib.catalog.keys import utf8_length
from chalicelib.catalog.table import IndexMissing
from chalicelib.csv_reader.described import about
from chalicelib.web.downloads import FileChanged
from chalicelib.web.parameters import InvalidParameter
from chalicelib.web.uploads import FileExists, InvalidUpload

logger = Logger()

# What every answer says, unless it says otherwise.
ALWAYS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# What a page of another origin may send and see, where one is allowed (CORS).
CROSS_ORIGIN: dict[str, Any] = {
    "allow_headers": ["If-None-Match"],
    "expose_headers": ["ETag", "Link", "Location"],
    "max_age": 600,
}

_JSON = {"Content-Type": "application/json"}
# Of 6 MB that a function may answer with ("Lambda quotas"), less what surrounds the body.
ANSWER_BYTES = 6_000_000

_TAG = re.compile(r'(?:W/)?("[^"]*")')


class NoSuchFile(LookupError):
    """The catalog has no file of this name."""


class NoSuchDataset(LookupError):
    """The catalog has no dataset of this name."""


class NotAllowed(Exception):
    """This stage does not show what is asked for."""


class NothingKnown(Exception):
    """The catalog knows nothing of what is in this file that could be answered; it says why."""


class Unavailable(Exception):
    """Something that the answer needs cannot be had now."""


_STATUS: dict[type[Exception], tuple[int, str]] = {
    InvalidParameter: (400, "BadRequestError"),
    InvalidUpload: (400, "BadRequestError"),
    NotAllowed: (403, "ForbiddenError"),
    NoSuchFile: (404, "NotFoundError"),
    NoSuchDataset: (404, "NotFoundError"),
    FileExists: (409, "ConflictError"),
    FileChanged: (409, "ConflictError"),
    NothingKnown: (409, "ConflictError"),
    IndexMissing: (409, "ConflictError"),
    HistoryMissing: (409, "ConflictError"),
    Unavailable: (503, "ServiceUnavailableError"),
}


@dataclass(frozen=True)
class Answer:
    """An answer. A body that is not text is sent as JSON."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def answer_to(if_none_match: str, question: Callable[..., Answer], *given: Any) -> Answer:
    """The answer that `question(*given)` gives, or what it raised as one.

    A client that has the answer already, as `If-None-Match` says, gets a 304 (RFC 9110, 13.1.2).
    """
    try:
        answer = question(*given)
    except tuple(_STATUS) as error:
        status, code = _STATUS[type(error)]
        if command := getattr(error, "command", None):
            logger.warning(str(error), extra={"command": command})
        return _error(status, code, str(error))
    if not isinstance(answer.body, str):
        answer = Answer(as_json(answer.body), answer.status, {**_JSON, **answer.headers})
    if (length := sent_length(answer.body)) > ANSWER_BYTES:
        reason = f"the answer would have {length:,} bytes, and {ANSWER_BYTES:,} fit: ask for less"
        return _error(409, "ConflictError", reason)
    if "ETag" in answer.headers and is_known(answer.headers["ETag"], if_none_match):
        kept = {"ETag", "Cache-Control", "Vary"} & answer.headers.keys()
        return Answer("", 304, {name: answer.headers[name] for name in kept})
    return answer


class Error(TypedDict):
    Code: Annotated[str, about("The kind of error, for a program.")]
    Message: Annotated[str, about("What is wrong, for a person.")]


def _error(status: int, code: str, message: str) -> Answer:
    return Answer(as_json(Error(Code=code, Message=message)), status, _JSON)


def cacheable(value: Any, **headers: str) -> Answer:
    """The value as JSON, which may be kept, and is asked for again before it is used."""
    return cacheable_text(as_json(value), "application/json", **headers)


def as_json(value: Any) -> str:
    """The value as JSON, in which only what UTF-8 cannot write is escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text if utf8_length(text) is not None else json.dumps(value, separators=(",", ":"))


def sent_length(text: str) -> int:
    """The number of bytes of a part of an answer as Lambda sends it: in a JSON string, in ASCII."""
    return len(json.dumps(text)) - 2


def cacheable_text(body: str, content_type: str, **headers: str) -> Answer:
    """The same of a text that is written already."""
    kept = {"ETag": etag_of(body), "Cache-Control": "no-cache", "Content-Type": content_type}
    return Answer(body, headers=kept | headers)


def etag_of(body: str) -> str:
    """The tag of an answer (RFC 9110, 8.8.3): weak, since a gateway may compress the answer."""
    return f'W/"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'


def is_known(etag: str, if_none_match: str) -> bool:
    """Return whether the tag is among those of an `If-None-Match` header, or that is `*`.

    Weak and strong tags compare alike there (RFC 9110, 13.1.2).
    """
    if if_none_match.strip() == "*":
        return True
    return etag.removeprefix("W/") in _TAG.findall(if_none_match)
