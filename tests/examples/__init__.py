"""On how many made-up examples a property is tried: EXAMPLES=10 has it tried on ten times as many.

Those of a run are the same each time, so that none fails by chance.
"""

import os
from collections.abc import Sequence
from typing import TypeVar

Case = TypeVar("Case")


def examples(count: int) -> int:
    return count * int(os.environ.get("EXAMPLES") or 1)


def first_of(cases: Sequence[Case], count: int = 1) -> Sequence[Case]:
    """Cases of one claim that take long: the first, or all where more examples are asked for."""
    return cases if examples(1) > 1 else cases[:count]
