"""The kinds of numbers as people write them: with thousands marks, currencies, percent signs.

What has to be uniform in a column is a kind's form, and a part of its name. Kinds are made as their
first cell is met. From the kinds of a column to the one form that they have in common is the matter
of `judgement.numbers`.
"""

# ruff: noqa: RUF001, SIM905

import re
from collections.abc import Callable, Collection
from dataclasses import replace
from decimal import Decimal
from math import isinf

from chalicelib.csv_reader.kind_names import (
    BEHIND,
    PARENTHESES,
    PERCENT_SIGNS,
    SPACES,
    NumberForm,
    number_form,
    number_name,
)
from chalicelib.csv_reader.profile.figures.evidence import DIGITS_OF_A_GROUP, GROUP, KindEvidence
from chalicelib.csv_reader.profile.kinds.kind import (
    KINDS,
    Cell,
    Entry,
    Kind,
    Number,
    Sql,
    quoted,
)
from chalicelib.csv_reader.profile.kinds.numbers import (
    FAST_DIGITS,
    FEWEST_DIGITS_PAST_DOUBLES,
    FIRST_GROUP,
    decimals,
)

_APOSTROPHES = "'\u2019"
_MINUSES = "\u2212\u2013"  # the sign, and the dash that people put for it
_SYMBOLS = "$\u20ac\u00a3\u00a5\u20b9\u20bd\u20a9\u20aa\u20ab\u20ba\u20b4\u20a6\u0e3f\u20b1\u20b8"
_SYMBOLS += "\u20be\u20bf\uffe5\uff04"
_WORDS = """
    R$ US$ A$ AU$ C$ CA$ NZ$ HK$ S$ NT$ MX$ kr kr. Kr Kr. zł zl Kč Ft Rs Rs. Rp RM TL Fr. SFr. lei
    лв лв. руб руб. р. грн грн. din. 円 元 원
    USD EUR GBP CHF JPY CNY RMB INR AUD CAD NZD SEK NOK DKK ISK PLN CZK HUF RON BGN RSD TRY RUB
    UAH ILS AED SAR EGP ZAR NGN KES BRL MXN ARS CLP COP PEN UYU KRW TWD HKD SGD THB MYR IDR PHP
    VND PKR BDT LKR KZT GEL
""".split()
_MONEY = "|".join(map(re.escape, sorted(_WORDS, key=len, reverse=True))) + f"|[{_SYMBOLS}]"
_BEFORE, _AFTER = f"(?:{_MONEY})", f"(?:{_MONEY}|[{PERCENT_SIGNS}])"
_GAP = f"[{SPACES}]?"
_SIGN = f"[-+{_MINUSES}]"

_FRACTION = "(?:[.,][0-9]+)?"
_INDIAN = r"[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}(?:\.[0-9]+)?"


def _groups(marks: str) -> str:
    return "|".join(f"(?:{mark}[0-9]{{3}})+" for mark in marks)


# Less 1,234 and 1.234, which may be fractions.
_GROUPED = (
    rf"(?:{FIRST_GROUP}(?:(?:,[0-9]{{3}}){{2,}}(?:\.[0-9]+)?|,[0-9]{{3}}\.[0-9]+"
    rf"|(?:\.[0-9]{{3}}){{2,}}(?:,[0-9]+)?|\.[0-9]{{3}},[0-9]+"
    rf"|(?:{_groups(_APOSTROPHES)}){_FRACTION})|{_INDIAN})"
)
_SPACED = f"{FIRST_GROUP}(?:{_groups(SPACES)}){_FRACTION}"
_AMOUNT = f"(?:{_GROUPED}|{_SPACED}|(?:0|[1-9][0-9]*){_FRACTION}|[.,][0-9]+)"

_FORMED = f"[-+]?{_GROUPED}|-?{_SPACED}"
_WITH_AFFIX = (
    f"{_SIGN}?{_BEFORE}{_GAP}{_SIGN}?{_AMOUNT}-?"
    f"|{_SIGN}?{_AMOUNT}(?:-?{_GAP}{_AFTER}|{_GAP}{_AFTER}-)"
)
_WITH_MINUS = f"[{_MINUSES}]{_AMOUNT}|{_AMOUNT}-"
_IN_PARENTHESES = (
    rf"\((?:{_BEFORE}{_GAP})?{_AMOUNT}\)|\({_AMOUNT}{_GAP}{_AFTER}\)"
    rf"|{_BEFORE}{_GAP}\({_AMOUNT}\)|\({_AMOUNT}\){_GAP}{_AFTER}"
)

_DIGITS = "0123456789"
_PARTS = re.compile(f"(?P<before>{_BEFORE})?{_GAP}(?P<number>{_AMOUNT}){_GAP}(?P<after>{_AFTER})?")
_MARKS = re.compile("[^0-9]")


def _read(text: str) -> Cell | None:
    """Read a number, and make its kind if it is the first of it."""
    bare, signs, minus = text, "", ""
    if "(" in bare:
        bare, minus = bare.replace("(", "").replace(")", ""), PARENTHESES
    if bare[-1] == "-":
        bare, minus = bare[:-1], BEHIND
    elif match := re.search(f"[0-9]-(?={_GAP}{_AFTER}$)", bare):
        bare, minus = bare[: match.start() + 1] + bare[match.end() :], BEHIND
    for sign in _MINUSES + "-+":
        signs += sign * bare.count(sign)
    if len(signs) > 1 or (signs and minus):
        return None
    if signs:
        bare = bare.replace(signs, "", 1)
        minus = signs if signs in _MINUSES else ""
    parts = _PARTS.fullmatch(bare)
    if parts is None:
        return None
    affix = parts["before"] or parts["after"] or ""
    form, number = _read_amount(parts["number"])
    if len(number) >= FEWEST_DIGITS_PAST_DOUBLES and isinf(float(number)):
        return None
    value = Decimal(number) if "." in number else int(number)
    form = replace(form, affix=affix, minus=minus)
    name = number_name(form)
    if name not in KINDS:
        KINDS[name] = Kind(name, _sql_of(form), 1, (form.mark,), form)
    return name, (_negated(value) if minus or signs == "-" else value,)


def _negated(value: Number) -> Number:
    """The number less than zero, with all its digits: a minus keeps 28 of a Decimal."""
    return -value if isinstance(value, int) else value.copy_negate()


def _read_amount(text: str) -> tuple[NumberForm, str]:
    """The form of a number, and the number as Python reads it."""
    marks = _MARKS.findall(text)
    if not marks:
        return NumberForm(), text
    last = marks[-1]
    whole, _, rest = text.rpartition(last)
    if len(marks) == 1 and last in ".,":
        number = f"{whole}.{rest}"
        may_group = len(rest) == DIGITS_OF_A_GROUP and bool(re.fullmatch(FIRST_GROUP, whole))
        return NumberForm(mark=last, may_group=may_group), number
    group = marks[0]
    mark = last if last != group else ""
    if mark:
        number = f"{whole.replace(group, '')}.{rest}"
    else:
        whole, number = text, text.replace(group, "")
    is_indian = any(len(part) < DIGITS_OF_A_GROUP for part in whole.split(group)[1:])
    return NumberForm(group, is_indian, mark), number


def _sql_of(form: NumberForm) -> Callable[[KindEvidence, Collection[str]], Sql | None]:
    """The SQL of a form, of cells with the gaps of the first that was seen.

    Numbers too small to have a thousands mark are of another form, and found by the same SQL.
    """

    def sql(evidence: KindEvidence, kinds: Collection[str]) -> Sql | None:
        gap = next((c for c in evidence.text.strip(" \t") if c in SPACES and c != form.group), "")
        forms = [form]
        others = (number_form(name) for name in kinds if form.affix and name in KINDS)
        forms += [each for each in others if each and _differ_by_group(each, form)][:1]

        def pattern(scale: int) -> str:
            return "|".join(f"(?:{_pattern(each, gap, scale)})" for each in forms)

        group = max(each.group for each in forms)
        prepared = _plain(max(forms, key=lambda each: each.group), gap)
        found = decimals(evidence.readings[0], kinds, pattern, prepared=prepared)
        if found is None:
            return None
        if len(forms) > 1:
            amount = f"replace(b, '{form.affix}', '')" if group in form.affix else "b"
            which = f"(contains({amount}, '{quoted(group)}') <> {bool(form.group)})::tinyint"
            names = tuple(map(number_name, forms))
            rest = found.rest and replace(found.rest, kinds=names, which=which)
            found = replace(found, kinds=names, which=which, rest=rest)
        return _money(found, forms, gap, evidence) if _is_money(forms, gap, evidence) else found

    return sql


def _is_money(forms: list[NumberForm], gap: str, evidence: KindEvidence) -> bool:
    """Return whether all amounts seen are positive, behind the sign, and of a common size.

    Three digits behind the mark might be thousands.
    """
    form, reading = forms[0], evidence.readings[0]
    return bool(
        form.affix
        and form.mark
        and not form.minus
        and all(each.group in ("", ",", ".") and not each.is_indian for each in forms)
        and evidence.text.strip(" \t").startswith(form.affix + gap)
        and reading.scale not in (0, DIGITS_OF_A_GROUP)
        and reading.whole_digits + reading.scale <= FAST_DIGITS
        and reading.low
        and reading.high
        and reading.low[0] >= 0
        and reading.high[0] < (GROUP * GROUP if form.group else GROUP)
    )


def _money(found: Sql, forms: list[NumberForm], gap: str, evidence: KindEvidence) -> Sql:
    """SQL for amounts behind a sign, as long behind the mark as the longest, without a pattern.

    Where what is left without sign and thousands marks is how DuckDB writes a number from 1,000 to
    999,999, and one mark was taken off, that mark is where it belongs. All others are left to
    `found`.
    """
    mark, front, scale = forms[0].mark, forms[0].affix + gap, evidence.readings[0].scale
    group = max(form.group for form in forms)
    bare = f"substring(b, {len(front) + 1})"
    bare = f"replace({bare}, '{group}', '')" if group else bare
    longer = f"strlen(b) = strlen(p) + {len(front.encode())}"
    with_group = without_group = "false"
    if group:
        like = f"b like '{front}_%{group}___{mark}{'_' * scale}'"
        with_group = f"v0 < {GROUP * GROUP} and {longer} + 1 and {like}"
    if not all(form.group for form in forms):
        without_group = f"v0 >= 0 and {longer} and starts_with(b, '{front}')"
    by_size = f"case when v0 >= {GROUP} then {with_group} else {without_group} end"
    return replace(
        found,
        certain=f"v0::varchar = p and {by_size}",
        values=(f"try_cast(p as decimal({FAST_DIGITS}, {scale}))",),
        prepared=f"replace({bare}, ',', '.')" if mark == "," else bare,
        which=f"((v0 >= {GROUP}) <> {bool(forms[0].group)})::tinyint" if len(forms) > 1 else "0",
        rest=found,
    )


def _differ_by_group(form: NumberForm, other: NumberForm) -> bool:
    """Return whether two forms are the same but for the thousands mark that only one has."""
    bare = replace(form, group="", is_indian=False)
    return bool(form.group) != bool(other.group) and bare == replace(
        other, group="", is_indian=False
    )


def _pattern(form: NumberForm, gap: str, scale: int) -> str:
    """The pattern of the cells of a form, with that many digits behind the mark at most."""
    fraction = rf"{re.escape(form.mark)}[0-9]{{1,{scale}}}" if form.mark else ""
    if form.may_group:
        amount = f"{FIRST_GROUP}{re.escape(form.mark)}[0-9]{{3}}"
    elif form.is_indian:
        amount = f"[1-9][0-9]?(?:,[0-9]{{2}})+,[0-9]{{3}}{fraction}"
    elif form.group in ".," and form.group:
        fewest = "+" if form.mark else "{2,}"
        amount = f"{FIRST_GROUP}(?:{re.escape(form.group)}[0-9]{{3}}){fewest}{fraction}"
    elif form.group:
        amount = f"{FIRST_GROUP}(?:{form.group}[0-9]{{3}})+{fraction}"
    elif form.mark:
        behind_few = rf"{re.escape(form.mark)}(?:[0-9]{{1,{min(scale, 2)}}}"
        behind_few += rf"|[0-9]{{4,{scale}}})" if scale > DIGITS_OF_A_GROUP else ")"
        amount = f"(?:{FIRST_GROUP}{behind_few}|(?:0|[1-9][0-9]{{3,}}){fraction})"
    else:
        amount = "(?:0|[1-9][0-9]*)"
    sign = "[-+]?" if form.group not in SPACES or form.affix or not form.group else "-?"
    before, after = "", ""
    if form.minus in _MINUSES and form.minus:
        sign = form.minus
    elif form.minus:
        sign = ""
        before, after = (r"\(", r"\)") if form.minus == PARENTHESES else ("", "-")
    if not form.affix:
        return f"{before}{sign}{amount}{after}"
    affix = re.escape(form.affix)
    behind = f"{before}{sign}{amount}{after if form.minus == BEHIND else ''}{gap}{affix}"
    behind += after if form.minus == PARENTHESES else ""
    if form.affix in PERCENT_SIGNS:
        return behind
    in_front = f"{before}(?:{sign}{affix}{gap}|{affix}{gap}{sign}){amount}{after}"
    return f"(?:{in_front}|{behind})"


def _plain(form: NumberForm, gap: str) -> str:
    """SQL for a cell as SQL writes a number."""
    found = "b"
    taken_off = [form.affix, gap, form.group]
    for part in dict.fromkeys(filter(None, taken_off)):
        found = f"replace({found}, '{part.replace(chr(39), chr(39) * 2)}', '')"
    if form.mark == ",":
        found = f"replace({found}, ',', '.')"
    if form.minus == PARENTHESES:
        return f"replace(replace({found}, '(', '-'), ')', '')"
    if form.minus == BEHIND:
        return f"'-' || replace({found}, '-', '')"
    return f"replace({found}, '{form.minus}', '-')" if form.minus else found


_AFFIX_BEGINNINGS = "".join({*_SYMBOLS, *(word[0] for word in _WORDS)})

ENTRIES = (
    Entry(_DIGITS + "+-", _FORMED, _read, ()),
    Entry(
        _DIGITS + ".,-+" + _MINUSES + _AFFIX_BEGINNINGS + "(",
        f"(?:{_WITH_AFFIX}|{_WITH_MINUS}|{_IN_PARENTHESES})",
        _read,
        (),
    ),
)
