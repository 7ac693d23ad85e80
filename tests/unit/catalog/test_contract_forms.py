"""A contract may say how cells write a value: files that do are as agreed, and others are not."""

import json

import pytest

from chalicelib.catalog.contract import judge
from tests.examples.records import record_of


def judged(cells, missing=None, **field):
    """The violations, and what cannot be judged, of a file with a column `v` of these cells."""
    rows = "".join(f'{n},"{cell}"\n' for n, cell in enumerate(cells, 1))
    contract = {"fields": [{"name": "id"}, {"name": "v", **field}]}
    if missing is not None:
        contract["missingValues"] = missing
    return judge(json.dumps(contract).encode(), record_of(f"id,v\n{rows}".encode()))


AGREED = [
    (["1,234", "5,678"], {"type": "integer", "groupChar": ","}),
    (["1,234", "5,678"], {"type": "number", "decimalChar": ","}),
    (["1.234,50", "7,5"], {"type": "number", "decimalChar": ",", "groupChar": "."}),
    (["1 234", "7"], {"type": "integer", "groupChar": " "}),
    (["5 €", "7,50 €"], {"type": "number", "decimalChar": ",", "bareNumber": False}),
    (["5%", "7.5%"], {"type": "number", "bareNumber": False}),
    (["1.5", "nan", "2"], {"type": "number"}),
    (["Y", "N"], {"type": "boolean", "trueValues": ["Y"], "falseValues": ["N"]}),
    (["ja", "nein"], {"type": "boolean", "trueValues": ["ja"], "falseValues": ["nein"]}),
    (["1", "0"], {"type": "boolean", "trueValues": ["1"], "falseValues": ["0"]}),
    (["01/02/2024", "03/04/2024"], {"type": "date", "format": "%d/%m/%Y"}),
    (["01/02/2024", "03/04/2024"], {"type": "date", "format": "%m/%d/%Y"}),
    (["31-OCT-2023", "01-NOV-2023"], {"type": "date", "format": "%d-%b-%Y"}),
    (["01/02/20", "03/04/21"], {"type": "date", "format": "%d/%m/%y"}),
    (["1", "unknown"], {"type": "integer", "missingValues": ["unknown"]}),
    (["1", "-"], {"type": "integer", "missingValues": ["", "-"]}),
]
NOT_AGREED = [
    (["1,234", "7"], {"type": "integer"}),
    (["1,234", "5,678"], {"type": "integer", "groupChar": "."}),
    (["1,5", "7"], {"type": "number", "decimalChar": "."}),
    (["1,5", "7"], {"type": "integer", "decimalChar": ","}),
    (["5 €", "7 €"], {"type": "number"}),
    (["(5)", "7"], {"type": "number", "bareNumber": False}),
    (["Y", "N"], {"type": "boolean", "trueValues": ["yes"], "falseValues": ["N"]}),
    (["ja", "nein"], {"type": "boolean"}),
    (["13/02/2024", "03/04/2024"], {"type": "date", "format": "%m/%d/%Y"}),
    (["2024-01-31"], {"type": "date", "format": "%d/%m/%Y"}),
    (["x y", "2024-01-31"], {"type": "date", "format": "%Y-%m-%d"}),
    (["1", "-"], {"type": "integer", "missingValues": [""]}),
    (["1", "unknown", "none known"], {"type": "integer", "missingValues": ["unknown"]}),
]


@pytest.mark.parametrize(("cells", "field"), AGREED)
def test_a_file_that_writes_as_agreed_violates_nothing(cells, field):
    assert judged(cells, **field) == ([], [])


@pytest.mark.parametrize(("cells", "field"), NOT_AGREED)
def test_a_file_that_writes_otherwise_violates_it(cells, field):
    violations, not_judged = judged(cells, **field)
    assert violations
    assert not not_judged


def test_words_for_nothing_may_be_agreed_for_all_fields():
    assert judged(["1", "?", "2"], missing=["?"], type="integer") == ([], [])
    [sentence] = judged(["1", "?", "2"], missing=["-"], type="integer")[0]
    assert sentence == "column 'v' is not integer as agreed: '?' is not one of missingValues"


def test_bounds_are_compared_with_values_and_not_with_marks():
    field = {"type": "integer", "groupChar": ",", "constraints": {"minimum": 1000}}
    assert judged(["1,234", "1,234,567"], **field) == ([], [])
    assert len(judged(["999", "1,234,567"], **field)[0]) == 1
