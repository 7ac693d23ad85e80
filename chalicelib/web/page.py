"""The web page of the catalog: the file beside this module, and the headers to send it with."""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

from chalicelib.web.answers import Answer
from chalicelib.web.uploads import bucket_origin


def show_page(s3, bucket: str) -> Answer:
    """The page, for a catalog of this bucket."""
    html, headers = page(bucket_origin(s3, bucket))
    return Answer(html, headers=headers)


@cache
def page(bucket_origin: str) -> tuple[str, dict[str, str]]:
    """The page, and its headers, for a catalog whose uploads go to `bucket_origin`.

    `bucket_origin` is scheme, host and port of a presigned upload's URL
    (`https://csv-bucket.s3.eu-west-1.amazonaws.com`). The page may run the one script and the one
    style that stand in it, speak to the API that served it and to that origin, and do nothing else;
    the browser holds it to that (Content Security Policy Level 3, Trusted Types).
    """
    html = Path(__file__).with_name("page.html").read_text(encoding="utf-8")
    policy = {
        "default-src": "'none'",
        "script-src": _hash_of_the_only("script", html),
        "style-src": _hash_of_the_only("style", html),
        "img-src": "data:",
        "connect-src": f"'self' {bucket_origin}",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    return html, {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": "; ".join(" ".join(part) for part in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        # A deploy shows at the next visit: the page and the API behind it change together.
        "Cache-Control": "no-cache",
    }


def _hash_of_the_only(tag: str, html: str) -> str:
    """The CSP source that allows the text between `<tag>` and `</tag>`, byte for byte."""
    [text] = re.findall(f"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
