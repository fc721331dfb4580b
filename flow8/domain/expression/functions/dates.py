"""Functions on dates: ISO text in and out, with IANA time zones; UTC where nothing else is said."""

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import re2

from flow8.domain.expression.bounds import ExpressionError, room
from flow8.domain.expression.functions.regex import compiled
from flow8.domain.expression.functions.table import Row

_UNITS = {"second": (0, 0, 1), "minute": (0, 0, 60), "hour": (0, 0, 3_600)}  # months, days, seconds
_UNITS |= {"day": (0, 1, 0), "week": (0, 7, 0), "month": (1, 0, 0), "year": (12, 0, 0)}
_DAY = 86_400
_NOON = 12
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_MONTHS = ["January", "February", "March", "April", "May", "June"]
_MONTHS += ["July", "August", "September", "October", "November", "December"]
_TOKEN = re.compile(r"('[^']*'|[yY]{4}|M{1,4}|[dD]{1,2}|E{3,4}|H{1,2}|h{1,2}|mm|ss|SSS|a|ZZ)")
_FIELDS = {"y": "year", "M": "month", "d": "day", "H": "hour", "m": "minute", "s": "second"}
_STARTS = {"year": "", "month": "1", "day": "1", "hour": "0", "minute": "0", "second": "0"}
_LONGEST = 100


@cache
def _zones() -> dict[str, tzinfo]:
    # All of them at first use: afterwards no name out of data touches the disk.
    return {name: ZoneInfo(name) for name in available_timezones()}


def _zone(name: str) -> tzinfo:
    if name not in _zones():
        raise ExpressionError("a time zone has a name such as Europe/Berlin")
    return _zones()[name]


def _read(text: str, zone: str | None = None) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ExpressionError("a date is ISO text such as 2026-02-01T08:30:00Z") from None
    there = _zone(zone) if zone else moment.tzinfo or UTC
    return moment.astimezone(there) if moment.tzinfo else moment.replace(tzinfo=there)


def _write(moment: datetime) -> str:
    real = moment.astimezone(UTC).astimezone(moment.tzinfo)  # an hour that the clocks skip moves on
    text = real.isoformat(timespec="milliseconds" if real.microsecond else "seconds")
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text


def _date(text: str, zone: str | None = None) -> str:
    return _write(_read(text, zone))


def _tokens(pattern: str) -> list[str]:
    room(len(pattern), _LONGEST)
    return [piece.lower() if piece[:1] in ("Y", "D") else piece for piece in _TOKEN.split(pattern)]


def _spell(text: str, pattern: str, zone: str | None = None) -> str:
    moment = _read(text, zone)
    iso, hour = moment.isoformat(timespec="milliseconds"), str((moment.hour + 11) % 12 + 1)
    month, day = _MONTHS[moment.month - 1], _DAYS[moment.weekday()]
    parts = {"yyyy": iso[:4], "MM": iso[5:7], "dd": iso[8:10], "M": str(moment.month), "d": str(moment.day)}
    parts |= {"HH": iso[11:13], "mm": iso[14:16], "ss": iso[17:19], "SSS": iso[20:23], "ZZ": iso[23:]}
    parts |= {
        "H": str(moment.hour),
        "hh": hour.zfill(2),
        "h": hour,
        "a": "AM" if moment.hour < _NOON else "PM",
    }
    parts |= {"MMMM": month, "MMM": month[:3], "EEEE": day, "EEE": day[:3]}
    return "".join(parts.get(piece, piece.strip("'")) for piece in _tokens(pattern))


@lru_cache(256)
def _reader(pattern: str) -> Any:
    wanted = ""
    for at, piece in enumerate(_tokens(pattern)):
        name = _FIELDS.get(piece[0]) if at % 2 else None
        digits = len(piece) if len(piece) > 1 else "1,2"
        wanted += f"(?P<{name}>[0-9]{{{digits}}})" if name else re2.escape(piece.strip("'"))
    return compiled(wanted)


def _parse(text: str, pattern: str, zone: str | None = None) -> str:
    match = _reader(pattern).fullmatch(text)
    if match is None:
        raise ExpressionError("the text is no date of that pattern")
    found = _STARTS | match.groupdict()
    year, month, day, *time = [field.zfill(2) for field in found.values()]
    return _date(f"{year}-{month}-{day}T{':'.join(time)}", zone)


def _unit(unit: str) -> tuple[int, int, int]:
    name = unit.removesuffix("s")
    if name not in _UNITS:
        raise ExpressionError(f"a unit of time is one of {' '.join(_UNITS)}")
    return _UNITS[name]


def _add(text: str, amount: int, unit: str, zone: str | None = None) -> str:
    moment = _read(text, zone)
    months, days, seconds = (amount * size for size in _unit(unit))
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    moment = moment.replace(year=year, month=month + 1, day=min(moment.day, last)) + timedelta(days=days)
    if seconds:
        moment = (moment.astimezone(UTC) + timedelta(seconds=seconds)).astimezone(moment.tzinfo)
    return _write(moment)


def _between(text: str, until: str, unit: str) -> float:
    _, days, seconds = _unit(unit)
    if not days and not seconds:
        raise ExpressionError("months and years differ in length; count weeks or less")
    return (_read(until) - _read(text)).total_seconds() / (days * _DAY + seconds)


def _timestamp(text: str) -> float:
    return _read(text).timestamp()


def _from_timestamp(seconds: float, zone: str = "UTC") -> str:
    return _write((_EPOCH + timedelta(seconds=seconds)).astimezone(_zone(zone)))


_ADDED = '"2026-01-31" | dateAdd(1, "month") | slice(0, 10) => "2026-02-28"'
_PARSED = '"1.2.2026" | dateParse("d.M.yyyy") | slice(0, 10) => "2026-02-01"'
_DIFFERENT = '"2026-02-01" | dateDiff("2026-02-03", "days") => 2.0'
_AGAIN = '60 | fromTimestamp => "1970-01-01T00:01:00Z"'
ROWS: list[Row] = [
    ("date(text, zone?)", "In UTC or a zone.", '"2026-02-01" | date => "2026-02-01T00:00:00Z"', _date),
    ("dateFormat(text, pattern, zone?)", "Spelt.", '"2026-02-01" | dateFormat("d MMM") => "1 Feb"', _spell),
    ("dateParse(text, pattern, zone?)", "Read by a pattern of yyyy MM M dd d HH H mm ss.", _PARSED, _parse),
    ("dateAdd(text, amount, unit, zone?)", "Moved by seconds to years.", _ADDED, _add),
    ("dateDiff(text, until, unit)", "How many seconds to weeks lie between.", _DIFFERENT, _between),
    ("timestamp(text)", "Seconds since 1970.", '"1970-01-01T00:01:00Z" | timestamp => 60.0', _timestamp),
    ("fromTimestamp(seconds, zone?)", "A date again.", _AGAIN, _from_timestamp),
]
