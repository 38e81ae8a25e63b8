"""What the readings were (R20.10, R20.19): lowest and highest of a day and since a reset, and changes that come too fast.

A reading a minute; temperatures in tenths of C. A day is 24 pieces of an hour; the last four hours are kept minute by minute,
in sixteenths as the sensor has them, before TEMPOFFSET, so that a changed offset is no change.
"""

from array import array

import clock
from log import log
from micropython import const
from sensors import both_units, rounded
from values import tenths

_HOURS = const(24)
_MINUTES = const(241)
_NONE = const(-32768)
_SIXTEENTHS = const(16)


def take(row, value, now):
    """Note a value in [.., lowest, at, highest, at]."""
    if value < row[1]:
        row[1], row[2] = value, now
    if value > row[3]:
        row[3], row[4] = value, now


def change(values, newest, minutes, most):
    """The value of the last `minutes` that `newest` differs from by `most` tenths or more, the furthest away, or None; the
    values in sixteenths."""
    known = [value for value in values[-minutes - 1 :] if value != _NONE]
    if not known:
        return None
    lowest, highest = min(known), max(known)
    far = highest if highest - newest >= newest - lowest else lowest
    return far if abs(far - newest) * 10 >= most * _SIXTEENTHS else None


class History:
    """The readings of the last day and since the reset."""

    def __init__(self, store, sensors, outbox):
        self._store = store
        self._sensors = sensors
        self._outbox = outbox
        self._hours = []  # [hour of the uptime, lowest, uptime, highest, uptime], oldest first
        self._minutes = array("h", [_NONE] * _MINUTES)
        self._armed_at = 0  # uptime from which a change is told again
        store.watch("TFASTALERT", self._arm)

    def _arm(self):
        self._armed_at = 0

    def on_reading(self):
        """Note a minute's reading."""
        celsius, raw = self._sensors.celsius, self._sensors.raw
        minutes = self._minutes
        minutes[:-1] = minutes[1:]
        minutes[-1] = _NONE if raw is None else rounded(raw * _SIXTEENTHS)
        if celsius is None:
            return
        self._note(rounded(celsius * 10))
        self._check_change(minutes[-1])

    def _note(self, value):
        now = clock.uptime()
        hour = now // 3600
        if not self._hours or self._hours[-1][0] != hour:
            self._hours = [row for row in self._hours if row[0] > hour - _HOURS] + [[hour, value, now, value, now]]
        take(self._hours[-1], value, now)
        row, local = list(self._store.get("minmax") or self.fresh()), clock.now()
        take(row, value, local or 0)
        for i in (0, 2, 4):  # noted before the time was known: by now it is near enough
            row[i] = row[i] or local or 0
        self._store.set("minmax", row, lazy=True)

    def fresh(self):
        """What MINMAX=RESET and the first reading begin with: since, lowest, at, highest, at. None without a reading."""
        celsius, local = self._sensors.celsius, clock.now() or 0
        return None if celsius is None else [local, rounded(celsius * 10), local, rounded(celsius * 10), local]

    def day(self):
        """[lowest, local time, highest, local time] of the last 24 h, or None."""
        now, local = clock.uptime(), clock.now()
        rows = [row for row in self._hours if row[0] > now // 3600 - _HOURS]
        if not rows:
            return None
        low = min(rows, key=lambda row: row[1])
        high = max(rows, key=lambda row: row[3])
        when = [None if local is None else local - now + at for at in (low[2], high[4])]
        return [low[1], when[0], high[3], when[1]]

    def _check_change(self, newest):
        fast = self._store.get("TFASTALERT")
        if fast is None or clock.uptime() < self._armed_at:
            return
        degrees, _, minutes = fast.partition("C/")
        before = change(self._minutes, newest, int(minutes), tenths(degrees))
        if before is None:
            return
        offset = self._store.get("TEMPOFFSET")
        self._armed_at = clock.uptime() + int(minutes) * 60
        text = "ALERT! Temperature change: %s to %s in %s min" % (
            both_units(before / _SIXTEENTHS + offset / 10),
            both_units(newest / _SIXTEENTHS + offset / 10),
            minutes,
        )
        log(text)
        self._outbox.alert("temperature", text)
        self._store.save_soon()
