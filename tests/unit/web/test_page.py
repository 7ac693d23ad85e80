"""The page, of parts put together, and the headers it is sent with."""

import base64
import hashlib
import re

import pytest

from chalicelib.web.page.page import PARTS, STYLES, modules, page

HTML, HEADERS = page("https://csv-bucket.s3.amazonaws.com")
POLICY = dict(
    directive.split(" ", 1) for directive in HEADERS["Content-Security-Policy"].split("; ")
)


@pytest.mark.parametrize(
    "name", sorted(path.name for path in PARTS.iterdir() if path.suffix != ".py" and path.is_file())
)
def test_a_part_is_of_one_subject_and_stands_in_the_page(name):
    assert name in {"page.html", *STYLES, *modules("start.js")}
    assert len((PARTS / name).read_text(encoding="utf-8").splitlines()) <= 400


def test_a_module_stands_after_those_that_it_imports():
    order = modules("start.js")
    assert order[-1] == "start.js"
    for place, name in enumerate(order):
        imported = re.findall(r'from "\./(.*)";', (PARTS / name).read_text(encoding="utf-8"))
        assert set(imported) <= set(order[:place])


def test_the_modules_share_one_scope_without_a_name_that_stands_twice():
    declared = r"^(?:export )?(?:async function|function|const|let|class) (\w+)"
    names = [
        name
        for path in PARTS.glob("*.js")
        for name in re.findall(declared, path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert sorted(names) == sorted(set(names))


def test_no_text_spans_lines_so_that_indentation_can_go():
    for path in PARTS.glob("*.js"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert line.count("`") % 2 == 0, f"{path.name}: {line}"


def test_no_layout_and_no_module_is_left_on_the_wire():
    assert not re.search(r"^(?:\s|//|import |export |$)", HTML, re.MULTILINE)


def test_what_is_left_out_of_the_script_is_in_none_of_its_texts():
    for path in PARTS.glob("*.js"):
        code = re.sub(
            r"import [^;]*;|^ *//.*|^.*/\.exec\(.*| = /.*",
            "",
            path.read_text("utf-8"),
            flags=re.MULTILINE,
        )
        for text in re.findall(r'"(?:[^"\\\n]|\\.)*"', code):
            assert text in HTML, f"{path.name}: {text}"


def test_only_the_scripts_and_styles_that_stand_in_the_file_may_run():
    for tag, directive in [("script", "script-src"), ("style", "style-src")]:
        start = HTML.index(f"<{tag}>") + len(f"<{tag}>")
        digest = hashlib.sha256(HTML[start : HTML.index(f"</{tag}>")].encode()).digest()
        assert POLICY[directive] == f"'sha256-{base64.b64encode(digest).decode()}'"


def test_the_page_may_speak_to_its_api_and_its_bucket_and_to_nobody_else():
    assert POLICY["default-src"] == "'none'"
    assert POLICY["connect-src"] == "'self' https://csv-bucket.s3.amazonaws.com"
    assert not re.search(r"unsafe-|\*|https?:(?!//csv-bucket)", " ".join(POLICY.values()))


def test_where_people_sign_in_the_page_knows_where_and_may_speak_to_it_too():
    assert '<meta name="sign-in-url" content="">' in HTML
    assert '<meta name="sign-in-client" content="">' in HTML
    where = "https://catalog.auth.eu-west-1.amazoncognito.com"
    html, headers = page("https://csv-bucket.s3.amazonaws.com", where, '4h57"k')
    assert f'<meta name="sign-in-url" content="{where}">' in html
    assert '<meta name="sign-in-client" content="4h57&quot;k">' in html
    speaks_to = f"connect-src 'self' https://csv-bucket.s3.amazonaws.com {where};"
    assert speaks_to in headers["Content-Security-Policy"]


def test_the_page_is_one_file_that_loads_nothing():
    assert not re.search(r"""(?:src|href)=["'](?!data:|#)""", HTML)
    assert not re.search(r"@import|url\(", HTML)


def test_the_page_stays_small():
    assert len(HTML.encode()) < 123_600


def test_no_style_or_handler_stands_in_an_attribute():
    markup = re.sub(r"<(script|style)>.*?</\1>", "", HTML, flags=re.DOTALL)
    assert not re.search(r"""\s(?:style|on\w+)=""", markup)


def test_the_script_never_makes_markup_of_text():
    sinks = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|eval\(|new Function"
    assert not re.search(sinks, HTML)


def test_the_page_is_sent_as_html_that_no_other_site_may_frame_or_sniff():
    assert HEADERS["Content-Type"] == "text/html; charset=utf-8"
    assert HEADERS["X-Content-Type-Options"] == "nosniff"
    assert POLICY["frame-ancestors"] == "'none'"
