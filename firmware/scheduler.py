"""The scheduler (R9): rules of the form `hh:mm,day,action`, each fired once in its minute."""

import asyncio

import clock
import dates
from log import log
from micropython import const
from tasks import Signal, beat

ACTIONS = ("ON", "OFF", "INF", "AON", "AOF")
_JUMP = const(10)  # minutes that a clock set forward may jump over
_DAY = const(1440)


def is_time(text):
    """True for `hh:mm` with leading zeros."""
    hour, colon, minute = text.partition(":")
    numbers = hour.isdigit() and minute.isdigit() and len(hour) == len(minute) == 2
    return bool(numbers and colon and int(hour) < 24 and int(minute) < 60)


def is_rule(text):
    """True for a rule as it is kept: `hh:mm,day,action`."""
    fields = text.split(",")
    return len(fields) == 3 and is_time(fields[0]) and len(fields[1]) == 1 and fields[1] in "*1234567" and fields[2] in ACTIONS


SCHEMA = {
    "rules": ([], lambda rows: len(rows) <= 8 and all([is_rule(row) for row in rows])),
    "fired": ({}, lambda rows: all([type(minute) is int for minute in rows.values()])),  # rule -> minute it fired in
    "minute": (0, lambda value: type(value) is int),  # the latest minute that has been looked at
}


def matches(rule, minute):
    """True when the rule is due in this minute (local minutes since 2000)."""
    time, day, _ = rule.split(",")
    _, _, _, hour, minutes, _, weekday = dates.fields(minute * 60)
    return (int(time[:2]), int(time[3:])) == (hour, minutes) and (day == "*" or int(day) == weekday)


def due(rules, fired, last, now):
    """[(minute, rule)] to fire, in order: those of the minutes after `last` up to `now` that have not fired there."""
    found = []
    for minute in range(last + 1, now + 1):
        found += [(minute, rule) for rule in rules if matches(rule, minute) and fired.get(rule, 0) < minute]
    return found


def first_to_look_at(last, now, restarted):
    """The minute before the first one that counts. A clock set forward makes up for up to 10 minutes, a power cut for a
    day; a clock set back looks at nothing twice (rules that fired are in `fired`).
    """
    if last == 0 or now < last:
        return now - 1
    most = _DAY if restarted else _JUMP
    return last if now - last <= most else now - _DAY if restarted else now - 1


class Scheduler:
    """act(action): carries an action out, without saving."""

    def __init__(self, store, act):
        self._store = store
        self._act = act
        self._last = 0  # the latest minute looked at; 0: none since boot
        self._wake = Signal()

    def change(self, rules):
        """Other rules; the caller commits. What the new ones missed before now is no business of theirs."""
        store = self._store
        store.set("rules", rules)
        store.set("fired", {rule: minute for rule, minute in store.get("fired").items() if rule in rules})
        now = clock.now()
        if now is not None:
            store.set("minute", now // 60)
            if not self._last:
                self._last = now // 60

    def clock_set(self):
        """The time has become known, or another one."""
        self._wake.set()

    async def run(self):
        """The scheduler's task: wakes at every full minute."""
        while True:
            beat("scheduler")
            if clock.source is not None:
                self._look(clock.now() // 60)
            await self._wake.wait(clock.ms_to_minute())
            await asyncio.sleep_ms(5)  # into the minute, whatever the timer rounds

    def _look(self, now):
        store = self._store
        restarted = self._last == 0
        last = store.get("minute") if restarted else self._last
        if now == last and not restarted:
            return
        fired = store.get("fired")
        if now < last - _DAY:  # a clock that was wrong by more than a day: what it fired does not count
            fired = {}
        start = first_to_look_at(last, now, restarted)
        for minute, rule in due(store.get("rules"), fired, start, now):
            fired = self._fire(rule, minute, now, fired)
        self._last = now
        store.set("minute", now, lazy=True)
        if fired is not store.get("fired"):
            store.set("fired", fired)
            store.save_soon()

    def _fire(self, rule, minute, now, fired):
        action = rule.split(",")[2]
        fired = dict(fired)
        fired[rule] = minute
        if action != "INF" or now - minute <= _JUMP:
            log("rule", rule, "" if minute == now else "made up for")
            self._act(action)
        return fired
