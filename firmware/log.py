"""Ring log of what happened and why (R17.1): kept in RAM, printed over USB as it grows."""

import sys

import clock
import dates
from micropython import const

_KEEP = const(40)
_MOST = const(100)  # characters kept of a line
_lines = []


def log(*words):
    """Note a line. Never pass a password or the text of a message that may hold one (R3.4)."""
    moment = clock.now()
    stamp = dates.text(moment) if moment is not None else "+%ds" % clock.uptime()
    line = (stamp + " " + " ".join([str(word) for word in words]))[:_MOST]
    if len(_lines) >= _KEEP:
        _lines.pop(0)
    _lines.append(line)
    print(line)


def failure(where, error):
    """Note one of our own mistakes, with its traceback on USB."""
    log("error in", where, repr(error))
    sys.print_exception(error)


def lines():
    """The kept lines, oldest first."""
    return _lines
