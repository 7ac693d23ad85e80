"""The bytes of a page: a page with long items ends early, and its cursor leads on."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

# An answer of a function has 6 MB at most, and is JSON within JSON there: escaping makes it twice
# as long at worst. ("Lambda quotas")
PAGE_BYTES = 2_500_000


def json_bytes(value: Any) -> int:
    """The bytes of a value as JSON, all of it ASCII."""
    return len(json.dumps(value))


def number_that_fits(items: Sequence[Any], room: int = PAGE_BYTES) -> int:
    """The number of first items that fit into a page together: one at least, if there is one."""
    return max(sum(1 for _ in _fitting(items, room)), min(len(items), 1))


def _fitting(items: Sequence[Any], room: int) -> Iterator[Any]:
    for item in items:
        room -= json_bytes(item)
        if room < 0:
            return
        yield item
