"""Kinds of cells by their looks: a number, a date, a link, a label, running text.

Both questions that a CSV file leaves open, which character divides its cells and whether its first
row is a header, are answered by looking at kinds of cells.
"""

import re
from functools import lru_cache

BLANK = "blank"  # nothing, or a mark for nothing
NUMBER = "number"  # with its thousands, decimals, currency or percent sign
DATE = "date"  # or month, quarter, time, date with a time
LINK = "link"  # URL, e-mail, or address of a network (IP, MAC)
CODE = "code"  # one word with a digit in it
LABEL = "label"  # a few words without the punctuation of a sentence or of a table
TEXT = "text"  # anything else

# Cells longer than this are running text; it also bounds the time that a regular expression takes.
_LONGEST_VALUE = 80

# Marks for nothing, in the tables of spreadsheets, databases and statistical offices.
_BLANK_MARKS = frozenset(
    """
    - -- --- \u2013 \u2014 . .. ... \u2026 ? x : * /
    na n/a n.a. n.d. nan null none nil #n/a missing (blank)
    """.split()  # noqa: SIM905
)

_MONTH = (
    r"(?: jan|feb|mar|mär|mrz|apr|may|mai|mei|maj|jun|jul|aug|ago|sep|set|oct|okt|out|nov|dec"
    r"| dez|dic|des ) [a-zé]* \.?"
)
_TIME = r"\d{1,2}:\d{2} (?: :\d{2} (?:[.,]\d+)? )?"
_CLOCK = rf"{_TIME} (?: \ ?[ap]\.?m\.? )? (?: \ ? (?: z|utc|gmt|[-+]\d{{2}}:?\d{{2}} ) )?"
_DAY_OF_MONTH = r"\d{1,2} (?: st|nd|rd|th|\. )? [-/\ ]"
_CURRENCY = r"(?: [$€£¥₹] | [a-z]{0,3}\$ | eur | usd | gbp | chf | rs\.? | kr\.? | zł | kč )"
_THOUSANDS = r"\d{1,3} (?: (?:[.'\u2019\ \u00a0\u202f]\d{3})+ | (?:,\d{2,3})+ ) (?:[.,]\d+)?"

# In `1::1193` colons may divide columns.
_GROUP = "[0-9a-f]{1,4}"
_GROUPS = f"(?: {_GROUP} (?: :{_GROUP} ){{0,6}} )?"
_SHORT_IP6 = f"(?= :: | {_GROUP}:{_GROUP} | [0-9]{{0,3}}[a-f] ) {_GROUPS} :: {_GROUPS}"
_IP6 = f"(?: {_GROUP} (?: :{_GROUP} ){{7}} | {_SHORT_IP6} ) (?: /[0-9]{{1,3}} )?"

# Every alternative is bounded by the length of a value, and none repeats a repetition.
_KINDS = re.compile(
    rf"""
    (?P<date>
        (?: \d{{4}} (?: [-/]\d{{1,2}} | [-/.]\d{{1,2}}[-/.]\d{{1,2}} )
          | \d{{1,2}} [-/.] \d{{1,2}} [-/.] (?: \d{{4}} | \d{{2}} )
          | \d{{1,2}} [-/] \d{{4}}
          | \d{{4}} \ ? [-/]? \ ? [qmwts] \ ? \d{{1,2}}
          | q[1-4] [-/\ ]? \d{{4}}
          | (?:{_DAY_OF_MONTH})? {_MONTH} (?: [-/\ ]\d{{1,2}},? )? [-/\ ,]{{0,2}}
            (?: \d{{4}} | ['\u2019]?\d{{2}} )
          | \d{{4}} [-/\ ] {_MONTH} (?: [-/\ ]\d{{1,2}} )?
        ) (?: (?: t | \ {{1,2}} | ,\ | - ) {_CLOCK} )?
        | {_CLOCK}
    )
    | (?P<number>
        [-+\u2212(~<>≤≥]? \ ? {_CURRENCY}? \ ? [-+\u2212]?
        (?: {_THOUSANDS} | \d+ (?:[.,]\d*)? | [.,]\d+ )
        (?: e[-+]?\d+ )? \ ? (?: % | ‰ | {_CURRENCY} )? [)*]?
    )
    | (?P<link>
        (?: https? | ftp | s3 | file )://\S+ | www\.\S+
        | [^\s@]+@[^\s@]+\.[a-z]+ | \d+\.\d+\.\d+\.\d+ (?: :\d{{1,5}} )?
        | [0-9a-f]{{2}} (?: :[0-9a-f]{{2}} ){{5}} | {_IP6}
    )
    | (?P<code> (?=\S*\d) [\w./+\#&()-]+ )
    | (?P<label> [^\W\d] [\w\ .'\u2019`\u00b4()/&%°$€£\#*+²³ªº_-]* [?!:]? )
    """,
    re.VERBOSE | re.IGNORECASE,
)


def kind_of(cell: str) -> str:
    """The kind of thing that `cell` looks like, one of the constants above."""
    value = cell.strip()
    return TEXT if len(value) > _LONGEST_VALUE else _kind_of(value)


@lru_cache(1 << 12)  # as each question about the beginning of a file is asked of the same cells
def _kind_of(value: str) -> str:
    if not value or value.lower() in _BLANK_MARKS:
        return BLANK
    if ";" in value or "|" in value or "\t" in value:
        return TEXT
    # The commonest shapes need no regular expression.
    if value.replace(".", "", 1).isdecimal():
        return NUMBER
    if value.replace(" ", "").replace("_", "").isalpha():
        return LABEL
    match = _KINDS.fullmatch(value)
    return match.lastgroup if match and match.lastgroup else TEXT
