"""The scheduler (R9): rules of the form `hh:mm,day,action`, each fired once in its minute."""

import asyncio

import clock
import dates
from rare import borrow
from tasks import Signal, beat


def matches(rule, minute):
    """True when the rule is due in this minute (local minutes since 2000)."""
    time, day, _ = rule.split(",")
    _, _, _, hour, minutes, _, weekday = dates.fields(minute * 60)
    return (int(time[:2]), int(time[3:])) == (hour, minutes) and (day == "*" or int(day) == weekday)


class Scheduler:
    """Looks every minute whether a rule is due; rare/rules.py fires it, and knows what a gap means."""

    def __init__(self, store):
        self._store = store
        self.last = 0  # the latest minute looked at; 0: none since boot
        self._wake = Signal()

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
        if now == self.last:
            return
        if now != self.last + 1 or any([matches(rule, now) for rule in self._store.get("rules")]):
            borrow("rare.rules").catch_up(self, now)
        self.last = now
        self._store.set("minute", now, lazy=True)
