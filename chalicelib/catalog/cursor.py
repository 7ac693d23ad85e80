"""Cursors: the place where the next page of a listing begins, and a check of its query.

A cursor is a position in the order of the listing, and a digest of it and of the query it belongs
to, in base64url. No secret is in it, and none is needed: it holds no key of a table, and whoever
makes one up reads, after a position of their own, the files that their own filters ask for. The
digest shows that a query was changed, or a cursor cut.
"""

import base64
import hashlib
import json
from dataclasses import asdict
from typing import Any

from chalicelib.catalog.keys import KEY_BYTES

_DIGEST_BYTES = 16
_OF_ONE_PAGE = ("limit", "cursor")


class InvalidCursor(ValueError):
    """A cursor is not one that this query was answered with."""


def cursor_at(position: str, query: Any) -> str:
    """The cursor of the page that begins after `position`; `query` is a dataclass."""
    text = position.encode()
    return base64.urlsafe_b64encode(_digest(text, query) + text).decode("ascii")


def position_of(cursor: str, query: Any) -> str:
    """The position that the cursor holds, which can be one. Raises `InvalidCursor`."""
    try:
        decoded = base64.b64decode(cursor, altchars=b"-_", validate=True)
        position = decoded[_DIGEST_BYTES:].decode()
    except ValueError as error:
        raise InvalidCursor("not base64url of text") from error
    if not 1 <= len(position.encode()) <= KEY_BYTES:
        raise InvalidCursor(f"a position has 1 to {KEY_BYTES:,} bytes")
    if cursor_at(position, query) != cursor:
        raise InvalidCursor("of another query, changed, or written otherwise")
    return position


def _digest(text: bytes, query: Any) -> bytes:
    asked = {name: value for name, value in asdict(query).items() if name not in _OF_ONE_PAGE}
    asked = {
        name: sorted(value) if isinstance(value, frozenset) else value
        for name, value in asked.items()
    }
    message = json.dumps(asked, sort_keys=True).encode() + b"\n" + text
    return hashlib.sha256(message).digest()[:_DIGEST_BYTES]
