"""A figure of a delivery is called unusual when it is unlike all before, and else never."""

import random
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalog.history.unusual import unusual


def deliveries(count, noise=0.05, growth=0.0, weekend=1.0, rows=360, seed=0):
    """The figures of a delivery a day."""
    chance = random.Random(seed)  # noqa: S311
    for day in range(count):
        usual = rows * (1 + growth) ** day * (weekend if day % 7 > 4 else 1)
        came = max(1, round(usual * exp(chance.gauss(0, noise))))
        empty = sum(chance.random() < 0.04 for _ in range(min(came, 400))) / min(came, 400)
        yield {
            "rows": came,
            "bytes": came * 57 + 60,
            "empty:id": 0.0,
            "distinct:id": came,
            "empty:email": empty,
            "distinct:email": round(came * (1 - empty) * chance.uniform(0.97, 1)),
            "empty:status": 0.0,
            "distinct:status": min(4, came),
            "mean:amount": 50 * exp(chance.gauss(0, noise)),
            "mean:change": chance.gauss(0, 3),
        }


def found(now, before):
    return [one.figure for one in unusual(now, before)]


@pytest.mark.parametrize("noise", [0.005, 0.05, 0.12, 0.2])
@pytest.mark.parametrize("growth", [0, 0.01])
@pytest.mark.parametrize("weekend", [1, 1 / 3])
def test_noise_growth_and_weekends_are_usual(noise, growth, weekend):
    days = list(deliveries(400, noise, growth, weekend))
    loud = [day for day in range(400) if unusual(days[day], days[max(0, day - 28) : day])]
    assert loud == []


def times(factor, *figures):
    return lambda day: {figure: day[figure] * factor for figure in figures}


def instead(figures):
    return lambda _: figures


FAULTS = {
    "a day of a thirtieth": (times(1 / 30, "rows", "bytes"), "rows"),
    "no rows": (times(0, "rows"), "rows"),
    "an empty column": (instead({"empty:email": 1.0, "distinct:email": 0}), "empty:email"),
    "a constant": (instead({"distinct:status": 1}), "distinct:status"),
    "cents for euros": (times(100, "mean:amount"), "mean:amount"),
    "euros for cents": (times(1 / 100, "mean:amount"), "mean:amount"),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("noise", [0.005, 0.12])
@pytest.mark.parametrize("weekend", [1, 1 / 3])
@pytest.mark.parametrize("count", [12, 28, 60])
def test_a_fault_is_found(fault, noise, weekend, count):
    change, figure = FAULTS[fault]
    *before, now = deliveries(count + 1, noise, 0.003, weekend)
    assert figure in found(now | change(now), before)


@pytest.mark.parametrize("weekday", range(7))
def test_a_thirtieth_is_found_though_weekends_have_a_tenth(weekday):
    *before, now = deliveries(29 + weekday, noise=0.1, growth=0.01, weekend=0.1, rows=10_000)
    assert found(now, before) == []
    assert "rows" in found(now | times(1 / 30, "rows")(now), before)


def test_a_day_that_is_left_out_does_not_make_the_next_one_unusual():
    days = list(deliveries(120, weekend=0.1, rows=10_000))
    for gone in range(28, 100):
        came = days[:gone] + days[gone + 1 :]
        assert not any(unusual(came[n], came[n - 28 : n]) for n in range(gone, gone + 9))


def test_a_mean_of_few_rows_varies_more():
    chance = random.Random(0)  # noqa: S311
    days = []
    for day in range(600):
        rows = 3 if day % 7 > 4 else 300
        days.append({"rows": rows, "mean:change": chance.gauss(0, 5 / rows**0.5)})
    assert sum(bool(unusual(days[n], days[n - 28 : n])) for n in range(28, 600)) == 0


def test_a_first_delivery_is_never_unusual():
    assert unusual({"rows": 0, "empty:a": 1.0, "distinct:a": 1}, []) == []


def test_what_is_always_told_takes_one_delivery_before():
    before = [{"rows": 100, "empty:a": 0.0, "distinct:a": 90}]
    assert found({"rows": 0}, before) == ["rows"]
    assert found({"rows": 100, "empty:a": 1.0}, before) == ["empty:a"]
    assert found({"rows": 100, "empty:a": 0.0, "distinct:a": 1}, before) == ["distinct:a"]
    assert found({"rows": 3, "empty:a": 0.5, "distinct:a": 2}, before) == []


def test_few_cells_are_empty_or_alike_by_chance():
    before = [{"rows": 20, "empty:a": 0.8, "distinct:a": 3}] * 28
    assert found({"rows": 18, "empty:a": 1.0, "distinct:a": 0}, before) == []
    assert found({"rows": 18, "empty:a": 0.9, "distinct:a": 1}, before) == []


def test_seven_deliveries_are_too_few_to_compare_with():
    before = [{"rows": rows} for rows in (100, 101, 99, 100, 102, 98, 100, 101)]
    assert found({"rows": 3}, before[:7]) == []
    assert found({"rows": 3}, before) == ["rows"]


def test_only_the_last_28_count():
    assert found({"rows": 10}, [{"rows": 10}] * 10 + [{"rows": 1_000}] * 28) == ["rows"]


def test_all_figures_again_are_a_repeat():
    *before, now = deliveries(29)
    assert found(now, before) == []
    assert unusual(before[-1], before)[0].sentence == "all figures are those of the last delivery"
    assert found(before[5], before) == ["repeat"]


def test_the_same_counts_again_are_not_a_repeat():
    before = [{"rows": 300 + n, "bytes": 9_000 + n, "mean:a": 5 + n / 10} for n in range(28)]
    assert found(before[3], before) == []


def test_a_finding_says_what_was_usual():
    before = [{"rows": rows} for rows in [*range(341, 368), 372]]
    (rows,) = unusual({"rows": 12}, before)
    assert (rows.figure, rows.value, rows.low, rows.high) == ("rows", 12, 341, 372)
    assert rows.sentence == "12 rows; the last 28 deliveries had 341 to 372"


@pytest.mark.parametrize(
    ("figure", "usual", "value", "sentence"),
    [
        ("bytes", 20_000, 1, "1 byte; the last 8 deliveries had 20,000"),
        ("empty:email", 0.004, 0.5, "50 % of email is empty; the last 8 deliveries had 0.4 %"),
        ("distinct:id", 340, 1, "id has 1 distinct value; the last 8 deliveries had 340"),
        ("mean:sum", 12.5, 1250, "sum has a mean of 1,250; the last 8 deliveries had 12.5"),
        ("mean:" + "x" * 200, 1, 9, "x" * 99 + "… has a mean of 9; the last 8 deliveries had 1"),
    ],
)
def test_each_figure_is_said_in_words(figure, usual, value, sentence):
    assert [one.sentence for one in unusual({figure: value}, [{figure: usual}] * 8)] == [sentence]


def test_five_are_told_and_the_rows_first():
    columns = [f"{kind}:c{n}" for n in range(9) for kind in ("distinct", "mean")]
    before = [dict.fromkeys(["bytes", *columns, "rows"], 900.0)] * 9
    told = found(dict.fromkeys(["bytes", *columns, "rows"], 9.0), before)
    assert len(told) == 5
    assert told[0] == "rows"


FIGURES = st.dictionaries(
    st.sampled_from(["rows", "bytes", "empty:a", "distinct:a", "mean:a", "mean:b", "other"]),
    st.one_of(st.floats(), st.integers(0, 2**63)),
)


@given(FIGURES, st.lists(FIGURES, max_size=12))
def test_any_figures_are_judged(now, before):
    assert all(one.low <= one.high and one.sentence for one in unusual(now, before))
