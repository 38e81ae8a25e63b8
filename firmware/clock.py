"""Ticks, uptime, and wall time or "not known yet" (R7.2). The only importer of `time`.

Ticks wrap after 12.4 days, so nothing keeps them for longer than a minute: what lasts is counted in `uptime()` seconds.
Wall time is seconds since 2000-01-01, counted here, so the board's own epoch and clock do not matter.
"""

import time

ticks_ms = time.ticks_ms
ticks_diff = time.ticks_diff
ticks_add = time.ticks_add
sleep_ms = time.sleep_ms  # blocks: before the loop runs only

source = None  # who set the time: None, "message", "modem", "hand" or "network"
zone = 0  # quarter hours east of GMT
_base = 0  # UTC seconds at uptime 0
_uptime_s = 0
_rest_ms = 0
_last = ticks_ms()


def uptime():
    """Seconds since boot. Something must ask at least every few days (the watchdog's task does)."""
    global _uptime_s, _rest_ms, _last
    now = ticks_ms()
    _rest_ms += ticks_diff(now, _last)
    _last = now
    _uptime_s += _rest_ms // 1000
    _rest_ms %= 1000
    return _uptime_s


def set_utc(seconds_utc, zone_quarters, who):
    """Set the wall time: UTC seconds since 2000 and the zone in quarter hours."""
    global _base, zone, source
    _base = seconds_utc - uptime()
    zone = zone_quarters
    source = who


def utc():
    """UTC seconds since 2000, or None while the time is not known."""
    return None if source is None else _base + uptime()


def now():
    """Local seconds since 2000, or None while the time is not known."""
    return None if source is None else _base + uptime() + zone * 900


def ms_to_minute():
    """Milliseconds until the next full minute of the wall clock (of the uptime, while it is not known)."""
    seconds_now = now()
    if seconds_now is None:
        seconds_now = uptime()
    return (60 - seconds_now % 60) * 1000 - _rest_ms
