"""The files that the pictures in docs/ show: five teams' exports, with what goes wrong in such.

They are the same each time. `make screenshots` uploads them to an emulator.
"""

import gzip
import io
import json
import random
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta

DELIVERIES = [date(2026, 11, 1) + timedelta(weeks=week) for week in range(4)]
SHOWN_FILE = f"crm/contacts_{DELIVERIES[-1]}.csv.gz"
CONTACTS, CUT_AT = 4_000, 2_000
COUNTRIES = ["DE", "AT", "FR", "NL", "IT", "ES", "SE", "PL"]
CONTRACT = {
    "fieldsMatch": "subset",
    "fields": [
        {"name": "contact_id", "type": "integer", "constraints": {"required": True}},
        {"name": "country", "type": "string", "constraints": {"maxLength": 2}},
        {"name": "orders", "type": "integer"},
    ],
}


def rounds() -> Iterator[dict[str, bytes]]:
    """The files by key, in rounds: those of one are in the catalog before the next is uploaded."""
    yield {"crm/_schema.json": json.dumps(CONTRACT).encode()}
    for number, day in enumerate(DELIVERIES):
        chance = random.Random(number)  # noqa: S311
        last = number == len(DELIVERIES) - 1
        yield {
            f"sales/eu/orders_{day}.csv": _orders(chance, "total" if last else "amount"),
            f"sales/us/orders_{day}.csv": _orders(chance, "amount"),
            f"iot/plant-7/sensors_{day}.csv.gz": gzip.compress(_sensors(chance), mtime=0),
            f"finance/zahlungen_münchen_{day}.txt": _payments(chance),
            f"web/clicks_{day}.tsv": _clicks(chance),
            f"crm/contacts_{day}.csv.gz": gzip.compress(_contacts(chance, swapped=last), mtime=0),
        }
    yield {
        "finance/budget_2027.csv": _workbook(),
        "iot/plant-7/sensors_2026-11-18.csv.gz": gzip.compress(
            _sensors(random.Random(9)),  # noqa: S311
            mtime=0,
        )[:CUT_AT],
    }


def _lines(header: str, row: Callable[[int], str], count: int) -> str:
    return "\n".join([header, *map(row, range(count)), ""])


def _orders(chance: random.Random, amount: str) -> bytes:
    def row(number: int) -> str:
        cents = chance.randint(100, 99_999)
        day = DELIVERIES[0] + timedelta(days=chance.randint(0, 27))
        return f"{8_000 + number},{chance.randint(1, 900)},{day},{cents / 100:.2f}"

    return _lines(f"order_id,customer_id,placed_at,{amount}", row, 1_200).encode()


def _sensors(chance: random.Random) -> bytes:
    def row(number: int) -> str:
        celsius, humidity = chance.gauss(21, 2), chance.randint(30, 60)
        return f"{number % 12:03},{DELIVERIES[0]}T{number % 24:02}:00:00Z,{celsius:.1f},{humidity}"

    return _lines("sensor,read_at,celsius,humidity", row, 3_000).encode()


def _payments(chance: random.Random) -> bytes:
    def row(number: int) -> str:
        euros, cents = chance.randint(1, 9_000), chance.randint(0, 99)
        return f"{number % 27 + 1:02}.11.2026;Händler {number % 40};Rechnung;{euros},{cents:02}"

    return _lines("Buchungstag;Empfänger;Verwendung;Betrag", row, 300).encode("cp1252")


def _clicks(chance: random.Random) -> bytes:
    def row(_number: int) -> str:
        return f"{chance.getrandbits(40):010x}\t/p/{chance.randint(1, 80)}\t2026-11-20 09:30:00"

    return _lines("session\turl\tat", row, 5_000).encode()


def _contacts(chance: random.Random, swapped: bool) -> bytes:
    """An export with a title, a repeated and a blank name, decimal commas, gaps, stray words."""

    def row(number: int) -> str:
        phone = f"0049 30 555{chance.randint(1_000, 9_999)}" if chance.random() < 0.7 else ""
        mail = f"person{number}@example.com"
        cells = [
            str(1_000_017 + number),
            chance.choice(["Ada", "Émile", "Grace", "Niels", "Sofya", "Zoë"]),
            mail,
            "" if chance.random() < 0.6 else mail,
            *([phone, ""] if swapped else ["", phone]),
            f"{chance.randint(1, 99_999):05}",
            chance.choice(COUNTRIES) if number % 400 else "NA",
            f"2026-{chance.randint(1, 11):02}-{chance.randint(1, 28):02} 08:14:55",
            chance.choice(["true", "true", "false", ""]),
            "unknown" if number in (2, 1_500) else str(chance.randint(0, 40)),
            f"{chance.randint(-100, 9_000)},{chance.randint(0, 99):02}",
        ]
        return ";".join(cells[:9] if number == 1_800 else cells)

    pair = "phone;" if swapped else ";phone"
    header = (
        f"contact_id;first_name;email;email;{pair};postcode;country;created_at;"
        "opted_in;orders;balance"
    )
    text = _lines(header, row, CONTACTS)
    return f"Contacts, as of this morning\n\n{text}".encode("cp1252")


def _workbook() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in ("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"):
            archive.writestr(zipfile.ZipInfo(name), f"<{name.split('/')[-1].split('.')[0]}/>")
    return content.getvalue()
