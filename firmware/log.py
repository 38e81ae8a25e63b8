"""Ring log of what happened and why (R17.1): the last 2 KB kept in RAM, printed over USB as it grows."""

import sys

import clock
import dates
from micropython import const

_KEEP = const(2048)  # bytes, some 40 lines; always the same heap
_MOST = const(100)  # characters kept of a line
_ring = bytearray(_KEEP)
_end = 0  # where the next line begins


def log(*words):
    """Note a line. Never pass a password or the text of a message that may hold one (R3.4)."""
    global _end
    moment = clock.now()
    stamp = dates.text(moment) if moment is not None else "+%ds" % clock.uptime()
    line = (stamp + " " + " ".join([str(word) for word in words]))[:_MOST]
    print(line)
    octets = b"\n" + line.encode()
    fits = min(len(octets), _KEEP - _end)
    _ring[_end : _end + fits] = octets[:fits]
    _ring[: len(octets) - fits] = octets[fits:]
    _end = (_end + len(octets)) % _KEEP


def failure(where, error):
    """Note one of our own mistakes, with its traceback on USB."""
    log("error in", where, repr(error))
    sys.print_exception(error)


def lines():
    """The kept lines, oldest first."""
    kept = bytes(_ring[_end:]) + bytes(_ring[:_end])
    return kept[kept.find(b"\n") + 1 :].decode().split("\n")
