"""The web page of the catalog: the parts in the folder `page`, and the headers to send it with.

The parts are markup, styles, and a script in modules, each of one subject. They are put together
here, at import, into one response that loads nothing.
"""

import base64
import hashlib
import re
from functools import cache
from html import escape
from pathlib import Path

from chalicelib.aws import S3
from chalicelib.web.answers import ALWAYS, Answer
from chalicelib.web.uploads import bucket_origin

PARTS = Path(__file__).parent
STYLES = (
    *("base.css", "tables.css", "uploads.css", "list.css"),
    *("file.css", "columns.css", "inside.css", "history.css", "sign_in.css"),
)
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(.*)";$', re.MULTILINE)


def show_page(s3: S3, bucket: str, sign_in_url: str, client_id: str) -> Answer:
    """The page, for a catalog of this bucket."""
    html, headers = page(bucket_origin(s3, bucket), sign_in_url, client_id)
    return Answer(html, headers=headers)


@cache
def page(
    bucket_origin: str, sign_in_url: str = "", client_id: str = ""
) -> tuple[str, dict[str, str]]:
    """The page, and its headers, for a catalog whose uploads go to `bucket_origin`.

    `bucket_origin` is scheme, host and port of a presigned upload's URL
    (`https://csv-bucket.s3.eu-west-1.amazonaws.com`). Where people sign in, it is at `sign_in_url`,
    the address of a Cognito user pool, as its app client `client_id`; the two are in the page.
    The page may run the one script and the one style that are in it, speak to the API that served
    it and to those origins, and do nothing else; the browser holds it to that (Content Security
    Policy Level 3, Trusted Types).
    """
    policy = {
        "default-src": "'none'",
        "script-src": _hash_of(_SCRIPT),
        "style-src": _hash_of(_STYLE),
        "img-src": "data:",
        "connect-src": f"'self' {bucket_origin} {sign_in_url}".rstrip(),
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    html = _HTML
    for name, value in (("sign-in-url", sign_in_url), ("sign-in-client", client_id)):
        empty = f'<meta name="{name}" content="">'
        html = html.replace(empty, empty.replace('""', f'"{escape(value)}"'))
    return html, ALWAYS | {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": "; ".join(" ".join(part) for part in policy.items()),
        # A deploy shows at the next visit: the page and the API behind it change together.
        "Cache-Control": "no-cache",
    }


def modules(name: str) -> list[str]:
    """The script's modules that `name` needs, and itself: each once, after those it imports."""
    needed: dict[str, None] = {}

    def need(module: str) -> None:
        if module not in needed:
            for imported in _IMPORT.findall(_part(module)):
                need(imported)
            needed[module] = None

    need(name)
    return list(needed)


def _as_script(module: str) -> str:
    """A module as a part of one script, in which all names are in one scope."""
    text = _IMPORT.sub("", _part(module))
    return _without_layout(re.sub(r"^export ", "", text, flags=re.MULTILINE))


def _without_layout(text: str) -> str:
    """A part as a browser needs it: less indentation, blank lines and lines of comment."""
    lines = map(str.strip, text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


# Signs that no text of the page has between blanks: only code loses what is around them.
_SIGNS = re.compile(r" (=>|={1,3}|!==|&&|\|\||\?\?|\+) |(?<=\{) | (?=\})|(?<=[)\]],) ")
_CONTINUED = re.compile(r"(?<=[{(\[,;?:&|>=])\n|\n(?=[)}\]?:.&|])")
# Beside these no blank is needed in code; texts and what may be one are left as they are.
_BESIDE_SIGNS = re.compile(r"(?<=[,:?<>*(]) | (?=[?:<>*)(])")
_TEXT = re.compile(r'("(?:[^"\\\n]|\\.)*")')


def _compact(script: str) -> str:
    """The script without its comments, and without the blanks and line ends that only people
    need."""
    code = "\n".join(map(_without_inner_blanks, re.sub(" // .*", "", script).splitlines()))
    return _SIGNS.sub(lambda sign: sign[1] or "", _CONTINUED.sub("", code))


def _without_inner_blanks(line: str) -> str:
    """A line of code without blanks beside signs, unless it has a template or an expression."""
    if re.search("[`'/]", line):
        return line
    parts = _TEXT.split(line)
    return "".join(
        part if place % 2 else _BESIDE_SIGNS.sub("", part) for place, part in enumerate(parts)
    )


def _without_blanks(styles: str) -> str:
    """Styles without the blanks that only people need."""
    return re.sub("([;,:]) ", r"\1", styles.replace(" { ", "{").replace("; }", "}"))


def _part(name: str) -> str:
    return (PARTS / name).read_text(encoding="utf-8")


def _hash_of(text: str) -> str:
    """The CSP source that allows this text in a script's or a style's element, byte for byte."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


_STYLE = _without_blanks("\n".join(_without_layout(_part(name)) for name in STYLES))
_SCRIPT = _compact("\n".join(['"use strict";', *map(_as_script, modules("start.js"))]))
_HTML = (
    _without_layout(_part("page.html"))
    .replace("<style></style>", f"<style>{_STYLE}</style>")
    .replace("<script></script>", f"<script>{_SCRIPT}</script>")
)
