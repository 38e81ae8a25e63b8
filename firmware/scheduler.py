"""The scheduler (R9): rules of the form `hh:mm,day,action`, each fired once in its minute; what was missed is made up for.

A minute is local minutes since 2000. When a rule was due last is computed, never searched for: a day off costs nothing.
"""

import asyncio

import clock
import restarts
import tasks
from log import log
from micropython import const
from tasks import Signal, beat
from values import celsius_of, days_of

_JUMP = const(10)  # minutes that a clock set forward may jump over
_DAY = const(1440)
_HOUR = const(4)  # of a zone, in quarters
_SETTLE_S = const(60)  # so long the first look waits for what lay on the SIM


def latest(rule, minute):
    """The latest minute up to `minute` in which the rule is due."""
    time, days, _ = rule.split(",")
    at = int(time[:2]) * 60 + int(time[3:])
    day = (minute - at) // _DAY
    days = days_of(days)
    while str((day + 5) % 7 + 1) not in days:  # 2000-01-01 was a Saturday, 6
        day -= 1
    return day * _DAY + at


def due(rules, fired, start, now):
    """[(minute, rule)] to fire, in order: those last due behind `start` up to `now` that have not fired there."""
    found = []
    for place, rule in enumerate(rules):
        minute = latest(rule, now)
        if minute > start and fired.get(rule, 0) < minute:
            found.append((minute, place, rule))
    return [(minute, rule) for minute, _, rule in sorted(found)]


def first_to_look_at(last, now, passed, zone_change, restarted):
    """The minute before the first one that counts, with `last` the latest one looked at and `passed` the minutes since by UTC.

    A clock set forward makes up for up to 10 minutes, a power cut for a day, summer time for what it skips; a clock set back
    looks at nothing twice (rules that fired are in `fired`).
    """
    if last == 0:
        return now - 1
    if restarted:
        return max(last, now - _DAY) if now > last else now - 1
    if zone_change and abs(zone_change) <= _HOUR and 0 <= passed <= _JUMP:
        return last if now > last else now - 1
    return last if 0 < now - last <= _JUMP else now - 1


class Scheduler:
    """Looks every minute whether a rule is due. settled(): True when what lay on the SIM at the start is executed."""

    def __init__(self, store, relay, alarm, thermostat, outbox, sensors):
        self._store = store
        self._relay = relay
        self._alarm = alarm
        self._thermostat = thermostat
        self._outbox = outbox
        self._sensors = sensors
        self._last = 0  # the latest minute looked at; 0: none since boot
        self._last_utc = 0
        self._zone = 0
        self._wake = Signal()
        self._known_at = None  # uptime at which the clock became known
        self.settled = lambda: True
        self.status = None

    def clock_set(self):
        """The time has become known, or another one."""
        self._wake.set()

    def rules_changed(self):
        """Other rules. What the new ones missed before now is no business of theirs."""
        self._forget_fired_but(self._store.get("rules"))
        now = clock.now()
        if now is not None:
            self._store.set("minute", now // 60)
            self._last = self._last or now // 60
            self._last_utc, self._zone = clock.utc() // 60, clock.zone

    def _forget_fired_but(self, rules):
        for rule in list(self._store.get("fired")):
            if rule not in rules:
                self._store.put("fired", rule, None)

    async def run(self):
        """The scheduler's task: wakes at every full minute."""
        while True:
            wait_ms = clock.ms_to_minute()
            if clock.source is not None:
                if self._must_wait():
                    wait_ms = 1000
                else:
                    self._look(clock.now() // 60)
            beat("scheduler")
            await self._wake.wait(wait_ms)
            await asyncio.sleep_ms(5)  # into the minute, whatever the timer rounds

    def _must_wait(self):
        """At the start messages from before it come first: they are older than what a rule decides now."""
        if self._last or self._known_at is not None and clock.uptime() - self._known_at >= _SETTLE_S:
            return False
        if self._known_at is None:
            self._known_at = clock.uptime()
        return not self.settled()

    def _look(self, now):
        if now == self._last:
            return
        restarted = self._last == 0
        last = self._store.get("minute") if restarted else self._last
        utc = clock.utc() // 60
        start = first_to_look_at(last, now, utc - self._last_utc, clock.zone - self._zone, restarted)
        if restarted and restarts.safe:
            start = now - 1
        if now < last - _DAY:  # a clock that was wrong by more than a day: what it fired does not count
            self._forget_fired_but(())
        self._last, self._last_utc, self._zone = now, utc, clock.zone
        self._store.set("minute", now, lazy=True)
        for minute, rule in due(self._store.get("rules"), self._store.get("fired"), start, now):
            self._fire(rule, minute, now, restarted)
        self._store.save_soon()

    def _fire(self, rule, minute, now, restarted):
        self._store.put("fired", rule, minute)
        action = rule.split(",")[2]
        if minute < now and (self._overtaken(action, minute, now) or (action == "INF" and restarted)):
            log("rule", rule, "overtaken or too late")
            return
        log("rule", rule, "" if minute == now else "made up for")
        if action in ("ON", "OFF"):
            self._relay.switch(action == "ON", "schedule")
        elif action in ("AON", "AOF"):
            self._alarm.enable(action == "AON")
            self._relay.apply()
        elif action == "INF":
            tasks.guard("INF", self._send_status())
        else:
            self._set_thermostat(action)

    def _set_thermostat(self, action):
        """TON, TOF, SOT=21C (R20.9)."""
        if action in ("TON", "TOF"):
            self._store.set("thermostat", int(action == "TON"))
            self._thermostat.begin() if action == "TON" else self._thermostat.end()
        else:
            self._store.set("SWITCHOFFTEMP", celsius_of(action[4:]))  # the next reading decides
        self._store.changed_by_command(("thermostat", "SWITCHOFFTEMP"))
        self._relay.apply()

    def _overtaken(self, action, minute, now):
        """True when a command, call or button has decided since the minute, about the thermostat where the rule is of it."""
        part = self._thermostat if action in ("TON", "TOF") or action[:4] == "SOT=" else self._relay
        ordered = part.ordered_at
        return ordered is not None and clock.uptime() - ordered < (now - minute) * 60

    async def _send_status(self):
        await self._sensors.refresh()
        self._outbox.alert("report", self.status())
        self._store.save_soon()
