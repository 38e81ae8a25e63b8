"""What the settings store holds: every key with its factory value, and the check that a value out of a file must pass (R16).

Settings that commands change are rows of commands/; here is what the device remembers by itself.
"""

from commands import rows_of
from commands.rows import Setting
from commands.schedule import MOST, is_rule
from commands.words import MODULES
from messages import PRINT


def _flag(value):
    return value in (0, 1)


def _whole(value):
    return type(value) is int


def _run(value):
    return len(value) == 2 and value[0] in (0, 1) and 1 <= value[1] <= 65000


def _alert(row):
    text, when, numbers = row
    return isinstance(text, str) and isinstance(when, int) and all([isinstance(number, str) for number in numbers])


def _rules(value):
    return len(value) <= MOST and all([is_rule(row) for row in value])


_KEYS = {
    # key       factory  check
    "relay": (0, _flag),  # the socket's state that a restart remembers (R2.2)
    "run": (None, _run),  # a timed state [on, seconds], accepted and not begun (R2.1)
    "thermostat": (0, _flag),
    "told": ([], lambda names: all([name in ("rise", "fall", "sensor") for name in names])),  # temperature alerts not armed
    "alarm": (0, _flag),
    "alarmlog": ([], lambda rows: len(rows) <= 10 and all([_whole(row) for row in rows])),  # local seconds; 0: unknown
    "sensor": (0, _flag),  # the alarm sensor's state that SMSCHANGE has told
    "rules": ([], _rules),
    "fired": ({}, lambda rows: all([_whole(minute) for minute in rows.values()])),  # rule -> minute it fired in
    "minute": (0, _whole),  # the latest one that the scheduler has looked at
    "outage": (None, _whole),  # local time of a mains failure not yet followed by its end; 0: unknown
    "alerts": ([], lambda rows: all([_alert(row) for row in rows])),  # [text, UTC time, recipients left] on their way
    # fingerprints, each with the reply behind it until that is out; compact: a store below 512 bytes needs no erase
    "seen": ([], lambda rows: all([len(row) >= PRINT for row in rows])),
    "resets": (0, lambda value: _whole(value) and 0 <= value < 1000),  # of the board, by a modem that stayed silent
}


def schema():
    """{key: (factory value, check)} of everything."""
    found = dict(_KEYS)
    for name, _ in MODULES:
        for row in rows_of(name):
            if isinstance(row, Setting):
                found[row.key] = (row.factory, row.converter.ok)
    return found


def sound(check, value):
    """True when the value passes; a check meets whatever JSON can hold."""
    try:
        return bool(check(value))
    except Exception:
        return False
