"""What plain Python makes of numbers as people write them: all forms are tried, one by one."""

import re
from decimal import Decimal
from functools import cache
from math import isinf
from typing import NamedTuple

GROUPS = ("", ",", ".", " ", "\u00a0", "\u202f", "'", "lakhs")
AFFIXES = ("$", "€", "R$", "EUR", "GBP", "kr", "kr.", "zł", "%")
DASHES = "−–"


class Written(NamedTuple):
    """A number less what stands around its digits and marks."""

    amount: str
    affix: str
    minus: str
    is_negative: bool


class Form(NamedTuple):
    """The form of all numbers of a column."""

    group: str
    mark: str
    affix: str
    minus: str


@cache
def written(cell: str) -> Written | None:
    text = cell.strip(" \t")
    minus, sign = "", ""
    if "(" in text:
        inside = re.fullmatch(r"([^()]*)\(([^()]+)\)([^()]*)", text)
        if not inside or (inside[1] and inside[3]):
            return None
        text, minus = "".join(inside.groups()), "()"
        if inside[1].strip() not in {"", *AFFIXES} or inside[3].strip() not in {"", *AFFIXES}:
            return None
    affix = ""
    for one in sorted(AFFIXES, key=len, reverse=True):
        place = text.find(one)
        if place >= 0:
            affix = one
            before, after = text[:place], text[place + len(one) :]
            if re.search("[0-9]", before) and re.search("[0-9]", after):
                return None
            if one == "%" and not re.search("[0-9]", before):
                return None
            before, after = re.sub(" $|\u00a0$", "", before), re.sub("^ |^\u00a0", "", after)
            text = before + after
            break
    for one in "+-" + DASHES:
        if text.startswith(one):
            text, sign = text[1:].removeprefix(" ") if affix else text[1:], one
            break
    if text.endswith("-"):
        if sign or minus:
            return None
        text, minus = text[:-1], "behind"
    if sign and minus:
        return None
    if sign and sign in DASHES:
        minus = sign
    if not re.fullmatch("[0-9.,'\u0020\u00a0\u202f]+", text) or text != text.strip():
        return None
    if sign == "+" and re.fullmatch("[0-9]{1,3}([ \u00a0\u202f].*)", text) and not affix:
        return None
    fits = any(matches(text, group, mark) for group in GROUPS for mark in ("", ".", ","))
    fits = fits and not isinf(float(re.sub("[^0-9]", "", re.sub("[.,][0-9]+$", "", text)) or 0))
    is_negative = bool(minus) or (sign == "-" and bool(text.strip("0.,")))
    return Written(text, affix, minus, is_negative) if fits else None


def matches(amount: str, group: str, mark: str) -> bool:
    """Whether a number may be written so: a group or a mark that there are need not be seen."""
    return shape_matches(re.sub("[1-9]", "1", amount), group, mark)


@cache
def shape_matches(amount: str, group: str, mark: str) -> bool:
    if group.replace("lakhs", ",") == mark != "":
        return False
    rest = rf"(?:{re.escape(mark)}[0-9]+)?" if mark else ""
    whole = "(?:0|[1-9][0-9]*)"
    if group == "lakhs":
        whole = f"(?:{whole}|[1-9][0-9]?(?:,[0-9]{{2}})*,[0-9]{{3}}|[1-9][0-9]{{2}},[0-9]{{3}})"
    elif group:
        whole = f"(?:{whole}|[1-9][0-9]{{0,2}}(?:{re.escape(group)}[0-9]{{3}})+)"
    only = rf"|{re.escape(mark)}[0-9]+" if mark else ""
    ends_in_a_point = mark == "." and re.fullmatch(r"(?:0|[1-9][0-9]*)\.", amount)
    return bool(re.fullmatch(f"{whole}{rest}{only}", amount) or ends_in_a_point)


def value(cell: str, form: Form) -> Decimal:
    found = written(cell)
    if (
        not found
        or found.affix not in ("", form.affix)
        or (form.affix == "%" and not found.affix)
        or found.minus not in ("", form.minus)
        or (form.minus and found.is_negative and not found.minus)
        or not matches(found.amount, form.group, form.mark)
    ):
        raise ValueError(cell)
    plain = found.amount.replace(form.group.replace("lakhs", ",") or "\0", "")
    number = Decimal(plain.replace(form.mark or "\0", "."))
    return number.copy_negate() if found.is_negative else number


def form_of(cells: list[str]) -> Form | None:
    """The one form that the numbers among the cells have, if they have one that is certain."""
    found = [number for cell in cells if (number := written(cell))]
    affixes, minuses = {n.affix for n in found} - {""}, {n.minus for n in found} - {""}
    if len(affixes) > 1 or len(minuses) > 1 or not found:
        return None
    affix, minus = "".join(affixes), "".join(minuses)
    if affix == "%" and any(not n.affix for n in found):
        return None
    if minus and any(n.is_negative and not n.minus for n in found):
        return None
    possible = [
        (group, mark)
        for group in GROUPS
        for mark in ("", ".", ",")
        if all(matches(n.amount, group, mark) for n in found)
    ]
    needed = [
        (group, mark)
        for group, mark in possible
        if not (group and ("", mark) in possible) and not (mark and (group, "") in possible)
    ]
    if {group for group, _ in needed} >= {",", "lakhs"}:
        needed = [(group, mark) for group, mark in needed if group != "lakhs"]
    if set(needed) == {("", "."), (".", "")}:
        needed = [("", ".")]
    if set(needed) == {("", ","), (",", "")}:
        others = [Decimal(n.amount) for n in found if n.amount.isdecimal()]
        if not any(others) or max(others) >= 1000:
            return None
        needed = [(",", "")]
    if len(needed) != 1:
        return None
    [(group, mark)] = needed
    only_negative = all(n.minus and n.amount.isdecimal() for n in found)
    if minus in ("()", "behind") and only_negative and not affix:
        return None
    shapes = {re.sub("[0-9]", "0", cell.strip(" \t")) for cell in cells if written(cell)}
    if len(shapes) == 1 and group not in ("", ",", "lakhs") and not (mark or affix or minus):
        [shape] = shapes
        if re.fullmatch("000(.000)+", shape):
            return None
    return Form(group, mark, affix, minus)
