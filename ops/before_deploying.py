"""What a stage is not deployed with: policies of other names, a Python that Lambda has given up.

`make deploy` asks here, and so does app.py where Chalice's own command loads it: a plain
`chalice deploy` refuses the same.
"""

import os
import sys
from collections.abc import Mapping
from datetime import date

from ops.policies import differences
from ops.stage import LOCAL, ROOT, Stage, read_stage, stage_names, variables_of

# "Deprecation date" of "Supported runtimes" (Lambda runtimes, AWS Lambda Developer Guide). From
# then on there are no more security patches, and soon no more deployments.
LAST_DAYS = {
    (3, 10): date(2026, 10, 31),
    (3, 11): date(2027, 6, 30),
    (3, 12): date(2028, 10, 31),
    (3, 13): date(2029, 6, 30),
    (3, 14): date(2029, 6, 30),
}


def check(stage: Stage, python: tuple[int, int], today: date) -> None:
    """Exit with the reason if the stage cannot be deployed as it is."""
    if stale := differences(stage):
        names = ", ".join(str(path.relative_to(ROOT)) for path in stale)
        shown = "\n".join(stale.values())
        raise SystemExit(
            f"{shown}\n"
            f"not deployed: {names} {'is' if len(stale) == 1 else 'are'} not what the settings of "
            f"the {stage.name} stage in .chalice/config.json ask for, as shown above. "
            f"`make policies STAGE={stage.name}` writes what they ask for."
        )
    if stage.name != LOCAL and today > LAST_DAYS.get(python, today):
        version = "{}.{}".format(*python)
        raise SystemExit(
            f"not deployed: Lambda's runtime python{version} has ended on {LAST_DAYS[python]}, and "
            "functions run on the Python that deploys them. Make .venv with a newer one "
            "(`make clean`, then have it first in the PATH)."
        )


def check_loaded(environ: Mapping[str, str], python: tuple[int, int], today: date) -> None:
    """Check the stage whose variables are set. Chalice tells an app no other way which it is."""
    for name in stage_names():
        if variables_of(name).items() <= environ.items():
            check(read_stage(name), python, today)


def check_what_chalice_deploys() -> None:
    """Check the stage for which Chalice's own command loads the app, on this Python, today."""
    check_loaded(os.environ, sys.version_info[:2], date.today())
