"""Entity tags: whether someone who asks again has the answer already (RFC 9110, 8.8.3)."""

import hashlib
import re

_TAG = re.compile(r'(?:W/)?("[^"]*")')


def etag_of(body: str) -> str:
    """The tag of an answer: a weak one, since a gateway may compress what it is the tag of."""
    return f'W/"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'


def is_known(etag: str, if_none_match: str) -> bool:
    """Whether the tag is among those of an `If-None-Match` header, or that is `*`.

    Weak and strong tags compare alike there (RFC 9110, 13.1.2).
    """
    if if_none_match.strip() == "*":
        return True
    return etag.removeprefix("W/") in _TAG.findall(if_none_match)
