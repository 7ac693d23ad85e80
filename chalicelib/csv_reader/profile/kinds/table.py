"""The table of kinds: what each cell is, its value, and the SQL by which DuckDB finds the same.

A cell is of one *kind*. A kind is finer than a type: `5` and `0.5` are different kinds, which a
column of decimals has both of. What a column's type is follows from the kinds of all its cells
(`judgement`), so kinds can be counted as the file goes by, and the question be decided at its end.

Patterns of ASCII decide and no constructors: Python's `int("1_000")`, `int("١٢")` and
`float("nan")` succeed. Spaces and tabs around a value are not part of it.

**To add a kind**, or another way to write a value:

1. A word that is one by itself (`ja`, `n.a.`) is in `words`.
2. All else is an `Entry` in `numbers` or `times`, or where people write them
   in many ways in `amounts` or `dates`. Its pattern says which cells it takes,
   its `read` gives the name of a kind and the values, as numbers (nanoseconds since 1970 for
   times), or None for what is text after all (a 30th of February). One entry may give many kinds:
   what has to be uniform in a column (a separator, a currency) is a part of the kind's name.
   A cell with several meanings has a value for each, in a fixed order: its *readings*.
3. Each kind has SQL that is true of its cells only, and the same values: `Kind.sql`. It is given
   what was seen of the kind before: a decimal has as many digits as that. Of what it leaves out
   nothing is lost but time.
4. No cell matches the patterns of two entries, and the SQL of two kinds is never true of one cell.
   `examples` in the tests has cells of each kind: the SQL is compared with `read` on all of them.
5. A type that takes it in, and the facts about it, are in `judgement`.

Which cells are text follows from the patterns of all entries: no other list has to be kept.
"""

import re
from collections.abc import Collection
from functools import cached_property, lru_cache

from chalicelib.csv_reader.kind_names import TEXT, UUID
from chalicelib.csv_reader.profile.figures.evidence import KindEvidence
from chalicelib.csv_reader.profile.kinds import amounts, dates, numbers, times
from chalicelib.csv_reader.profile.kinds.kind import (
    KINDS,
    Cell,
    Entry,
    Kind,
    Sql,
    by_pattern,
    quoted,
)
from chalicelib.csv_reader.profile.kinds.words import LONGEST_WORD, WORD_BEGINNINGS, WORDS

_HEX = "0123456789abcdefABCDEF"
_UUID = f"[{_HEX}]{{8}}(?:-[{_HEX}]{{4}}){{3}}-[{_HEX}]{{12}}"


class _Group:
    """Entries that are tried at once.

    Their pattern is made when the first cell comes that begins as theirs do: at each cold start
    that takes a few milliseconds, and 20 for amounts.
    """

    def __init__(self, *entries: Entry):
        self.entries = {f"entry_{i}": entry for i, entry in enumerate(entries)}
        self.begins = frozenset("".join(entry.begins for entry in entries))

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(
            "|".join(f"(?P<{name}>{entry.pattern})" for name, entry in self.entries.items())
        )


_UUIDS = Entry(_HEX, _UUID, lambda _: (UUID, ()), (by_pattern(UUID, _UUID),))
_GROUPS = (
    _Group(*numbers.ENTRIES, *times.ENTRIES, _UUIDS),
    _Group(*dates.ENTRIES),
    _Group(*amounts.ENTRIES),
)
ENTRIES = tuple(entry for group in _GROUPS for entry in group.entries.values())

_ANY_WORD = "|".join(map(re.escape, filter(None, WORDS)))
_NOT_TEXT = "|".join(entry.pattern for entry in ENTRIES)
_TEXTS = Sql(
    f"not regexp_full_match(b, '{quoted(f'(?i:{_ANY_WORD})|{_NOT_TEXT}')}') and b <> ''",
)
KINDS.update((kind.name, kind) for entry in ENTRIES for kind in entry.kinds)
KINDS[TEXT] = Kind(TEXT, lambda *_: _TEXTS)


_SHORT = 32  # characters of cells that are read once, as long as others do not come between
_IS_TEXT: Cell = TEXT, ()


def read_cell(text: str) -> Cell:
    """The kind of a cell that isn't empty, and its values, by which those of its type are ordered.

    There is a value for each reading: none for kinds without an order, and two for a date of the
    order EITHER, by day first and by month first.
    """
    return _read_short(text) if len(text) <= _SHORT else _read(text)


def _read(text: str) -> Cell:
    value = text.strip(" \t")
    if value[:1] in WORD_BEGINNINGS and len(value) <= LONGEST_WORD:
        word = WORDS.get(value.lower())
        if word:
            return word, ()
    for group in _GROUPS:
        match = group.pattern.fullmatch(value) if value[0] in group.begins else None
        if match and match.lastgroup:
            return group.entries[match.lastgroup].read(value) or _IS_TEXT
    return _IS_TEXT


_read_short = lru_cache(maxsize=1 << 15)(_read)


def sql_for(kind: str, evidence: KindEvidence, kinds: Collection[str]) -> Sql | None:
    """The SQL that finds cells of a kind, if it has some.

    Cells that were found before are in `evidence`, and of all `kinds` in the column.
    """
    return KINDS[kind].sql(evidence, kinds) if kind in KINDS else None
