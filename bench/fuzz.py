"""Look for a file that is not read, or profiled, as plain Python does it, for as long as you like.

Runs the properties of the unit tests over and over, each time on other files.
Ends with the smallest file that breaks one, or when the time is up.
"""

import argparse
import time

from hypothesis import HealthCheck, settings

from tests.unit.csv_reader import test_count as test_count_records
from tests.unit.csv_reader import (
    test_ordinary_files,
    test_read,
    test_recode,
    test_records,
    test_table_rows,
)
from tests.unit.csv_reader import test_record_finder as test_find_record
from tests.unit.csv_reader.profile import test_both_paths as test_profile_both_paths
from tests.unit.csv_reader.profile import test_columns as test_profile_columns
from tests.unit.csv_reader.profile import test_stream as test_profile_stream

PROPERTIES = [
    function
    for module in (
        test_count_records,
        test_find_record,
        test_recode,
        test_read,
        test_records,
        test_table_rows,
        test_ordinary_files,
        test_profile_both_paths,
        test_profile_columns,
        test_profile_stream,
    )
    for name, function in vars(module).items()
    if name.startswith("test_") and hasattr(function, "hypothesis")
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10, help="how long (10)")
    end = time.monotonic() + parser.parse_args().minutes * 60
    for function in PROPERTIES:  # a machine that is busy is no find
        function._hypothesis_internal_use_settings = settings(
            function._hypothesis_internal_use_settings,
            suppress_health_check=[HealthCheck.too_slow],
        )
    rounds = files = 0
    while time.monotonic() < end:
        for property_of_any_file in PROPERTIES:
            property_of_any_file()
            files += property_of_any_file._hypothesis_internal_use_settings.max_examples
        rounds += 1
        print(f"\r{rounds} rounds, {files:,} files, nothing found", end="", flush=True)
    print()


if __name__ == "__main__":
    main()
