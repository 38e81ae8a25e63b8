"""The alarm input (R8): the debounced contact. What its activation does is in rare/activation.py."""

import asyncio

import app
import clock
import hw
from micropython import const
from rare import borrow
from tasks import IDLE_MS, Signal, beat, follow

_DEBOUNCE_MS = const(50)


class Alarm:
    """`active`: the debounced sensor. changed(): the LEDs look again."""

    def __init__(self, store, changed):
        self._store = store
        self._changed = changed
        self._pin = hw.input("alarm")
        self._wake = Signal()
        self.jack = hw.input("jack")
        self.cycle = None  # of notifications: "notifying", or the uptime at which the pause ends
        self.text = ""  # of the cycle's alert
        self.calling = False
        self.active = False

    def enabled(self):
        """True after ALARMON."""
        return self._store.get("alarm") == 1

    def enable(self, on):
        """ALARMON, ALARMOFF; the caller commits."""
        self._store.set("alarm", int(on))
        if on:
            self._store.set("sensor", int(self.active))  # SMSCHANGE waits for a change from here
        self.cycle = None
        self.wake()
        self._changed()

    def wake(self):
        """Something that matters to the alarm has changed: look again."""
        self._wake.set()

    def _level(self):
        closed = self._pin.active()
        return closed == (self._store.get("SENSORTYPE") == "NO")

    async def _settle(self):
        """The level once it has been the same for 50 ms."""
        level = self._level()
        while True:
            await asyncio.sleep_ms(_DEBOUNCE_MS)
            beat("alarm")  # a loose contact may chatter for hours
            now = self._level()
            if now == level:
                return level
            level = now

    async def run(self):
        """The alarm's task."""
        if self._pin:
            asyncio.create_task(follow(self._pin.edge, self._wake))
        self.active = self._pin is not None and await self._settle()
        self._changed()
        woken = True
        while True:
            beat("alarm")
            if not self.enabled():
                self.cycle = None
            elif (self.active or self.cycle is not None or self._store.get("sensor")) and (woken or not self.is_busy()):
                borrow("rare.activation").react(self)
            woken = await self._wake.wait(self._wait_ms())
            level = self._pin is not None and (await self._settle() if self._level() != self.active else self.active)
            if level != self.active:
                self.active = level
                self._changed()
                borrow("rare.activation").changed(self)

    def is_busy(self):
        """True while notifications are under way, or the pause after them."""
        if self.cycle == "notifying":
            return self.calling or app.outbox.pending(self.text)
        return self.cycle is not None and clock.uptime() < self.cycle

    def _wait_ms(self):
        if self.cycle is None or self.cycle == "notifying":
            return 1000 if self.cycle else IDLE_MS
        return max(0, self.cycle - clock.uptime()) * 1000
