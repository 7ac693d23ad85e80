"""Cursors: where the next page of a listing begins, sealed so that only this catalog can make one.

A cursor is a position in the order of the listing and a message authentication code over it and
over the query it belongs to (HMAC, RFC 2104), in base64url. It holds no key of a table: whatever
position it says, the request reads the files that its own filters ask for, after that position.
"""

import base64
import hashlib
import hmac
import json
from dataclasses import asdict
from typing import Any

_CODE_BYTES = 16
_OF_ONE_PAGE = ("limit", "cursor")


class InvalidCursor(ValueError):
    """A cursor is not one that this catalog gave out for this query."""


def seal(position: str, query: Any, key: bytes) -> str:
    """The cursor of the page that begins after `position`; `query` is a dataclass."""
    text = position.encode()
    return base64.urlsafe_b64encode(_code(text, query, key) + text).decode("ascii")


def unseal(cursor: str, query: Any, key: bytes) -> str:
    """The position that the cursor holds. Raises `InvalidCursor`."""
    try:
        sealed = base64.b64decode(cursor, altchars=b"-_", validate=True)
    except ValueError as error:
        raise InvalidCursor("not base64url") from error
    code, text = sealed[:_CODE_BYTES], sealed[_CODE_BYTES:]
    if not hmac.compare_digest(code, _code(text, query, key)):
        raise InvalidCursor("its code is of another position, query or catalog")
    position = text.decode()
    if seal(position, query, key) != cursor:
        raise InvalidCursor("base64 that an encoder would write otherwise")
    return position


def _code(text: bytes, query: Any, key: bytes) -> bytes:
    asked = {name: value for name, value in asdict(query).items() if name not in _OF_ONE_PAGE}
    asked = {
        name: sorted(value) if isinstance(value, frozenset) else value
        for name, value in asked.items()
    }
    message = json.dumps(asked, sort_keys=True).encode() + b"\n" + text
    return hmac.new(key, message, hashlib.sha256).digest()[:_CODE_BYTES]
