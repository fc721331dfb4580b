"""What cron means, told slowly: by looking at every minute of time, and at every minute on the wall."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flow8.domain.cron import Cron, parse

MINUTE = timedelta(minutes=1)


def minute_by_minute(text: str, zone: ZoneInfo, start: datetime, end: datetime) -> list[datetime]:
    """All that is due from `start` on and before `end`."""
    cron, found, shown = parse(text), list[datetime](), set[datetime]()
    every_hour, moment, highest = len(cron.hours) == 24, start, _wall(zone, start - MINUTE)
    while moment < end:
        wall = _wall(zone, moment)
        walls = [wall] if every_hour or wall not in shown else []
        if not every_hour:
            walls += [highest + n * MINUTE for n in range(1, (wall - highest) // MINUTE)]
        if any(_names(cron, each) for each in walls):
            found.append(moment)
        shown.add(wall)
        highest, moment = max(highest, wall), moment + MINUTE
    return found


def _names(cron: Cron, wall: datetime) -> bool:
    return wall.minute in cron.minutes and wall.hour in cron.hours and cron.names_day(wall)


def _wall(zone: ZoneInfo, moment: datetime) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)
