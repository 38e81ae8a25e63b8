"""Values that commands take, as SPEC R3.3, R6.1, R7.1, R9 and R20.9 describe them. None: not allowed."""

import datetime as dt
import re
from fractions import Fraction
from math import floor


def number(text: str):
    """A telephone number: (digits, national)."""
    plain = text.removeprefix("+")
    if not re.fullmatch(r"\d{3,17}", plain):
        return None
    if not text.startswith("+") and plain.startswith("00"):
        plain, national = plain[2:], False
    else:
        national = not text.startswith("+") and (plain.startswith("0") or len(plain) <= 6)
    return (plain, national) if len(plain) <= 15 else None


def dialled(digits: str) -> str:
    """R3.3: how a stored number is texted and dialled."""
    return digits if digits.startswith("0") or len(digits) <= 6 else "+" + digits


def celsius(text: str, least=-55, most=120):
    """A set point or limit in C (a Fraction, tenths: R20.18) from `10C` or `50F`."""
    found = re.fullmatch(r"(-?\d{1,3}(?:\.\d)?)C|(-?\d{1,3})F", text)
    if not found:
        return None
    if found[1] is not None:
        value = Fraction(found[1])
        return value if least <= value <= most else None
    fahrenheit = int(found[2])
    if not least * 9 / 5 + 32 <= fahrenheit <= most * 9 / 5 + 32:
        return None
    cut = Fraction((fahrenheit - 32) * 5, 9)
    return Fraction(int(cut))


def shown_set_point(value: Fraction) -> tuple:
    """`10C(50F)`, F to the nearest even number; a tie up (R6.1) or away from zero (R20.18): below zero both are right."""
    c = str(int(value)) if value == int(value) else f"{float(value):.1f}"
    half = (value * 9 / 5 + 32) / 2
    up = 2 * floor(half + Fraction(1, 2))
    away = up if half >= 0 else -2 * floor(-half + Fraction(1, 2))
    return tuple(dict.fromkeys(f"{c}C({f}F)" for f in (up, away)))


def shown_reading(raw: float) -> str:
    """`25C(77F)`: each unit rounded from the raw value."""
    exact = Fraction(raw)
    return f"{_round(exact)}C({_round(exact * 9 / 5 + 32)}F)"


def _round(value: Fraction) -> int:
    sign = 1 if value >= 0 else -1
    return sign * floor(abs(value) + Fraction(1, 2))


def relaytime(text: str) -> bool:
    """ON, ONN, OFF, OFFN, 0."""
    found = re.fullmatch(r"(?:ON|OFF)(\d{1,5})?|0", text)
    return bool(found) and (found[1] is None or 1 <= int(found[1]) <= 65000)


def date(text: str):
    """(naive local time, zone in minutes) of `yy/mm/dd,hh:mm:ss+zz`."""
    found = re.fullmatch(r"(\d\d)/(\d\d)/(\d\d),(\d\d):(\d\d):(\d\d)([+-])(\d\d)(\d\d)?", text)
    if not found:
        return None
    try:
        moment = dt.datetime(2000 + int(found[1]), *(int(found[i]) for i in range(2, 7)))
    except ValueError:
        return None
    zone = (int(found[8]) * 60 + int(found[9] or 0)) * (1 if found[7] == "+" else -1)
    if moment.year < 2020 or abs(zone) > 14 * 60 or zone % 15:
        return None
    return moment, zone


def code(text: str) -> bool:
    """A code for the operator: `*100#`."""
    return bool(re.fullmatch(r"[*#][*#\d]{0,25}#", text))


def rule(text: str):
    """(hh:mm, days, action) of a scheduler rule."""
    found = re.fullmatch(r"(\d\d:\d\d),(\*|[1-7]+|[1-7]-[1-7]),(ON|OFF|INF|AON|AOF|TON|TOF|SOT=.*)", text)
    if not found or not found[1] <= "23:59" or found[1][3:] > "59":
        return None
    days = found[2]
    if "-" in days and days[0] >= days[2] or "-" not in days and list(days) != sorted(set(days)):
        return None
    if found[3].startswith("SOT=") and celsius(found[3][4:]) is None:
        return None
    return found[1], days, found[3]


def days_of(days: str) -> set:
    """The weekdays (1 Monday) of a rule."""
    if days == "*":
        return set(range(1, 8))
    if "-" in days:
        return set(range(int(days[0]), int(days[2]) + 1))
    return {int(day) for day in days}
