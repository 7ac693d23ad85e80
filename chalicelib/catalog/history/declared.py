"""The rhythm that a contract declares: how often deliveries come, or at which times of the day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.catalog.history.cadence import LEAST_GRACE, Rhythm
from chalicelib.catalog.history.windows import DAY, HOUR, Cycle

_UNITS = (("week", 7 * DAY), ("day", DAY), ("hour", HOUR), ("minute", 60.0))


@dataclass(frozen=True)
class Interval:
    """A delivery so long after the one before, wherever that was; of days, by a time of the day."""

    seconds: float
    grace: float
    by: float | None = None  # seconds of the day

    def next_due(self, after: datetime) -> datetime:
        """Return when the delivery after the one at `after` is late, grace included."""
        moment = after + timedelta(seconds=self.seconds)
        if self.by is not None:
            midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
            moment = midnight + timedelta(seconds=self.by)
        return moment + timedelta(seconds=self.grace)

    @property
    def sentence(self) -> str:
        unit, length = next(one for one in _UNITS if self.seconds % one[1] == 0 or one[1] == 60.0)
        count = self.seconds / length
        every = f"every {unit}" if count == 1 else f"every {count:g} {unit}s"
        if self.by is None:
            return every
        return f"{every} by {int(self.by // HOUR):02}:{int(self.by % HOUR // 60):02} UTC"


def declared_rhythm(agreed: Mapping[str, Any] | None) -> Rhythm | Interval | None:
    """The rhythm of what was agreed: `every` in seconds, `by` in seconds of the day, `grace`."""
    if not agreed:
        return None
    every, by = agreed.get("every"), agreed.get("by")
    if by:
        times = sorted(float(time) for time in by)
        grace = float(agreed.get("grace") or LEAST_GRACE)
        if every and every >= 2 * DAY:
            return Interval(float(every), grace, times[-1])
        gaps = [
            (time - before) % DAY or DAY
            for time, before in zip(times, times[-1:] + times, strict=False)
        ]
        leads = tuple(gap / 2 for gap in gaps)
        starts = tuple(time - lead for time, lead in zip(times, leads, strict=True))
        return Rhythm(Cycle(DAY, starts), (0.0,) * len(times), leads, grace, is_agreed=True)
    if every:
        every = float(every)
        return Interval(every, float(agreed.get("grace") or max(every / 4, LEAST_GRACE)))
    return None
