"""On how many made-up examples a property is tried: EXAMPLES=10 has it tried on ten times as many.

Those of a run are the same each time, so that none fails by chance.
"""

import os


def examples(count: int) -> int:
    return count * int(os.environ.get("EXAMPLES") or 1)
