"""The `watch` function: it sends one event for each dataset whose next delivery is late.

What is late is sent before it is noted as sent: a run that is stopped in between leaves it to the
next one, which sends it again by the same id.
"""

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from chalicelib.catalog.history.table import HistoryTable
from chalicelib.catalog.history.watching import Watch
from chalicelib.intake import report
from chalicelib.intake.events import EventBus, event_of_lateness
from chalicelib.intake.time_left import check_time

ROUND_SECONDS = 30  # what looking at a hundred datasets takes at its slowest


def watch_datasets(
    event: Any, bucket: str, table: HistoryTable, bus: EventBus, seconds_left: Callable[[], float]
) -> int:
    """Send that a delivery is late for each dataset whose is. Returns how many there were.

    Raises `OutOfTime` if more is due than one run can look at; the next one goes on.
    """
    milliseconds = report.stopwatch()
    looked_at = late_ones = 0
    if table.is_there():
        watch = Watch(table, _now(event))
        for due in watch.rounds():
            check_time(lambda: seconds_left() - ROUND_SECONDS)
            late = watch.late_among(due)
            bus.send((event_of_lateness(state, bucket) for state in late), seconds_left)
            watch.was_sent(late)
            looked_at += len(due)
            late_ones += len(late)
            for state in late:
                report.late(state["Dataset"], state["Late"]["due"])
    report.watched(looked_at, late_ones, milliseconds())
    return late_ones


def _now(event: Any) -> datetime:
    """The time for which the run was scheduled, or the present one."""
    time = event.get("time") if isinstance(event, dict) else None
    if isinstance(time, str):
        try:
            moment = datetime.fromisoformat(time.replace("Z", "+00:00"))
            return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
        except ValueError:
            report.logger.warning("the event has no time that can be read", extra={"time": time})
    return datetime.now(timezone.utc)
