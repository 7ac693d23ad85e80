"""Keep web pages of others away from the emulator, which asks nobody for credentials.

A browser lets any page send requests to a port of this machine. It says in headers that no page can
change where a request comes from: `Origin` and `Sec-Fetch-Site` (Fetch Metadata Request Headers,
W3C). A name of another's that resolves to this machine (DNS rebinding) is still in `Host`.
Programs send neither of the two, and are answered.
"""

import re
from ipaddress import ip_address

_PLACE = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?")


def refusal(headers: dict[str, str]) -> str | None:
    """The reason why a request is not answered, or None if it is. Names are in lower case."""
    host, origin = headers.get("host", ""), headers.get("origin")
    name, port = _place(host)
    if not _is_loopback(name):
        return f"it was sent to {host!r}, which is not a name of this machine"
    if origin is not None:
        page_name, page_port = _place(origin.removeprefix("http://"))
        here = _is_loopback(page_name) and page_port == port
        return None if here else f"it was sent by a page of {origin}"
    if headers.get("sec-fetch-site") in ("cross-site", "same-site"):
        return "it was sent by a page of another site"
    return None


def refuse_foreign_requests(app):
    """The ASGI application, which answers no page of others, and names none in CORS headers."""

    async def guarded(scope, receive, send):
        if scope["type"] not in ("http", "websocket"):
            return await app(scope, receive, send)
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        if reason := refusal(headers):
            return await _refuse(scope, send, reason)

        async def send_here(message):
            if "headers" in message:
                message = message | {"headers": _own(message["headers"], headers.get("origin"))}
            await send(message)

        return await app(scope, receive, send_here)

    return guarded


async def _refuse(scope, send, reason: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    body = f"The emulator did not answer this request: {reason}.\n".encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _own(headers, origin: str | None) -> list[tuple[bytes, bytes]]:
    """The headers, in which no origin but the request's own may read the answer."""
    kept = [(n, v) for n, v in headers if n.lower() != b"access-control-allow-origin"]
    if origin is not None and len(kept) < len(list(headers)):
        kept += [(b"access-control-allow-origin", origin.encode("latin-1")), (b"vary", b"Origin")]
    return kept


def _place(text: str) -> tuple[str, int] | tuple[None, None]:
    """The name and the port of `name:port`, and nothing that programs take for different ones."""
    place = _PLACE.fullmatch(text)
    return (place[1].strip("[]").lower(), int(place[2] or 80)) if place else (None, None)


def _is_loopback(hostname: str | None) -> bool:
    if not hostname:
        return False
    if hostname == "localhost" or hostname.endswith(".localhost"):
        return True
    try:
        return ip_address(hostname).is_loopback
    except ValueError:
        return False
