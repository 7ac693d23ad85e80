"""Dates as people write them, rewritten as ISO 8601: replacements that each tool can do."""

import re

from chalicelib.csv_reader.profile.kinds.words import MONTHS

Replacements = tuple[tuple[str, str], ...]

_GROUPS = {
    "d": "([0-9]{1,2})",
    "m": "([0-9]{1,2})",
    "Y": "([0-9]{4})",
    "y": "([0-9]{2})",
    "H": "([0-9]{1,2})",
    "I": "([0-9]{1,2})",
    "M": "([0-9]{2})",
    "S": "([0-9]{2})",
    "f": "([0-9]{1,9})",
    "p": "([AaPp][Mm])",
    "Z": "(?:UTC|GMT)",
    "z": "(Z|[+-][0-9:]+)",
}


def iso_format(pattern: str) -> str:
    """The pattern with its parts in the order of ISO 8601. A zone is left out."""
    date = "%Y-%m-%d" if "%d" in pattern else ""
    hour = "%I" if "%I" in pattern else "%H"
    parts = [hour, ":%M", ":%S", ".%f", " %p"]
    clock = "".join(part for part in parts if part[-2:] in pattern)
    return f"{date} {clock}".strip()


def with_groups(instead: str, before: str, behind: str = "") -> str:
    """A replacement, with the number of each group between the marks that a tool has for it."""
    return re.sub(r"\{([0-9])\}", lambda group: f"{before}{group[1]}{behind}", instead)


def iso_replacements(pattern: str, language: str | None) -> Replacements:
    """Regular expressions and what to put for them, one after the other, with `{1}` for a group.

    Names of months become numbers, the parts take ISO's order, and years get their century.
    """
    numeric = re.sub("%[bB]", "%m", pattern)
    parts = re.split("%(.)", numeric)
    literals, directives = parts[::2], parts[1::2]
    expression = re.escape(literals[0]).replace("\\ ", " ")
    for directive, literal in zip(directives, literals[1:], strict=True):
        expression += _GROUPS[directive] + re.escape(literal).replace("\\ ", " ")
    grouped = [directive for directive in directives if directive != "Z"]
    place = {directive: f"{{{number}}}" for number, directive in enumerate(grouped, 1)}
    written = iso_format(pattern).replace("%Y", place.get("Y") or place.get("y") or "")
    for directive, group in place.items():
        written = written.replace(f"%{directive}", group)
    zone = place.get("z", "Z" if "Z" in directives else "")
    if zone and "S" not in place:
        zone = f":00{zone}"
    found = [*_months(language or "en")] if numeric != pattern else []
    found.append((f"^{expression}$", written + zone))
    if "y" in place:
        found += [("^(69|[7-9][0-9])-", "19{1}-"), ("^([0-9]{2})-", "20{1}-")]
    if "z" in place:
        found.append(("([+-][0-9]{2})([0-9]{2})$", "{1}:{2}"))
    return tuple(found)


def _months(language: str) -> list[tuple[str, str]]:
    months = []
    for number, names in enumerate(MONTHS[language].split(), 1):
        spelled = {
            one
            for name in re.split("[/|]", names)
            for one in (name, name.upper(), name.title(), name.capitalize())
        }
        longest_first = sorted(spelled, key=lambda name: (-len(name), name))
        months.append((rf"({'|'.join(longest_first)})\.?", f"{number:02}"))
    return months
