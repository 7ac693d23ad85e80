"""DuckDB as the profile's engine: what it raises is told apart."""

import subprocess
import sys

ASKING = """
import os, signal, threading
from chalicelib.csv_reader.profile.engine.database import DuckDb

signal.signal(signal.SIGINT, signal.default_int_handler)  # which a run in the background ignores
duckdb = DuckDb(",")
threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    duckdb.ask("select count(*) from range(1_000_000_000_000) t(i) where i % 7 = 3")
except KeyboardInterrupt:
    print("interrupted")
"""


def test_an_interrupt_while_duckdb_works_is_one_and_no_failure():
    done = subprocess.run(
        [sys.executable, "-c", ASKING], capture_output=True, text=True, check=False, timeout=300
    )
    assert (done.stdout, done.stderr) == ("interrupted\n", "")
