"""Ring log of what happened and why (R17.1): the last 2 KB kept in RAM, printed over USB by one task.

Every line passes `mask`: no password ever stands in it (R3.4). A USB host that holds its port open and does not read blocks
`print` for 500 ms: so lines are printed one a turn of the loop, and not at all for a minute after one that took so long.
"""

import asyncio
import io
import sys

import clock
import dates
from micropython import const
from tasks import IDLE_MS, Signal

_KEEP = const(2048)  # bytes, some 40 lines; always the same heap
_MOST = const(100)  # characters kept of a line
_LATER_MS = const(100)  # a line is made and printed when what it tells of is done
_MOST_WAIT = const(12)  # lines
_STALLED_MS = const(200)
_PATIENCE_MS = const(60000)

secret = None  # the access password: it stands in no line and no reply
_ring = bytearray(_KEEP)
_end = 0  # where the next line begins
_unprinted = 0  # bytes of the ring, with the line ends before them
_waiting = []  # (local seconds or None, uptime, words): lines that are not made yet
_more = Signal()


def log(*words):
    """Note a line: it is made later, so that the way of a text waits for no letters."""
    _waiting.append((clock.now(), clock.uptime(), words))
    if len(_waiting) > _MOST_WAIT:
        _make()
    _more.set()


def _make():
    """Make the lines that wait."""
    while _waiting:
        moment, uptime, words = _waiting.pop(0)
        stamp = dates.text(moment) if moment is not None else "+%ds" % uptime
        _keep(mask((stamp + " " + " ".join([str(word) for word in words]))[:_MOST]))


def _keep(line):
    global _end, _unprinted
    octets = b"\n" + line.encode()
    fits = min(len(octets), _KEEP - _end)
    _ring[_end : _end + fits] = octets[:fits]
    _ring[: len(octets) - fits] = octets[fits:]
    _end = (_end + len(octets)) % _KEEP
    _unprinted = min(_unprinted + len(octets), _KEEP)


def hide(text, word):
    """The text with stars for the word, whatever its case."""
    lower, word = text.lower(), word.lower()
    place = lower.find(word)
    while place >= 0:
        text = text[:place] + "*****"[: len(word)] + text[place + len(word) :]
        place = lower.find(word, place + 1)
    return text


def mask(text):
    """The text without the password, and without what somebody tried to set as one: what follows `PAS...` and a sign (R3.4)."""
    if secret:
        text = hide(text, secret)
    upper = text.upper()
    place = upper.find("PAS")
    if place < 0:
        return text
    end = place
    while end < len(upper) and "A" <= upper[end] <= "Z":
        end += 1
    tail = text[end:].split(" ")[0] if text[end : end + 1] in "=+-:" else ""
    if len(tail) < 2 or tail.upper() == "=NO":
        return text
    return text[: end + 1] + "*****" + text[end + len(tail) :]


def failure(where, error):
    """Note one of our own mistakes, with its traceback; the text of it."""
    trace = io.StringIO()
    sys.print_exception(error, trace)
    text = trace.getvalue().strip()
    log("error in", where, repr(error))
    flush()
    print(text)
    return text


def lines():
    """The kept lines, oldest first."""
    _make()
    kept = bytes(_ring[_end:]) + bytes(_ring[:_end])
    return kept[kept.find(b"\n") + 1 :].decode().split("\n")


def flush():
    """Print what is left at once: before a restart."""
    _make()
    while _unprinted:
        _print_next()


def _print_next():
    global _unprinted
    start = (_end - _unprinted) % _KEEP
    rest = bytes(_ring[start : start + _unprinted]) + bytes(_ring[: max(0, start + _unprinted - _KEEP)])
    line = rest[1:].split(b"\n", 1)[0]
    _unprinted -= len(line) + 1
    print(str(line, "utf-8"))


async def run():
    """The task that prints."""
    while True:
        await _more.wait(IDLE_MS)
        await asyncio.sleep_ms(_LATER_MS)
        _make()
        while _unprinted:
            begin = clock.ticks_ms()
            _print_next()
            stalled = clock.ticks_diff(clock.ticks_ms(), begin) > _STALLED_MS
            await asyncio.sleep_ms(_PATIENCE_MS if stalled else 0)
