"""Calendar arithmetic, pure: a moment is seconds since 2000-01-01, good until 2099."""

from micropython import const

_DAY = const(86400)
_MONTHS = b"\x1f\x1c\x1f\x1e\x1f\x1e\x1f\x1f\x1e\x1f\x1e\x1f"  # days of each, in a common year
UNKNOWN = "--/--/--,--:--:--"


def seconds(year, month, day, hour, minute, second):
    """Seconds since 2000 of a date with a two-digit year, or None for an impossible one."""
    if not (0 <= year <= 99 and 1 <= month <= 12 and hour < 24 and minute < 60 and second < 60):
        return None
    if not 1 <= day <= _days(year, month):
        return None
    days = year * 365 + (year + 3) // 4 + day - 1
    for m in range(1, month):
        days += _days(year, m)
    return days * _DAY + hour * 3600 + minute * 60 + second


def fields(moment):
    """(year, month, day, hour, minute, second, weekday) of local seconds; the year two-digit, Monday is 1."""
    days, rest = divmod(moment, _DAY)
    weekday = (days + 5) % 7 + 1  # 2000-01-01 was a Saturday
    year = 0
    while days >= (365 if year & 3 else 366):
        days -= 365 if year & 3 else 366
        year += 1
    month = 1
    while days >= _days(year, month):
        days -= _days(year, month)
        month += 1
    return year, month, days + 1, rest // 3600, rest // 60 % 60, rest % 60, weekday


def text(moment):
    """`yy/mm/dd,hh:mm:ss` of local seconds; dashes for None."""
    if moment is None:
        return UNKNOWN
    return "%02d/%02d/%02d,%02d:%02d:%02d" % fields(moment)[:6]


def _days(year, month):
    return 29 if month == 2 and not year & 3 else _MONTHS[month - 1]
