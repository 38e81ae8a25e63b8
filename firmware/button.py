"""The hidden button (R13): a short press toggles the socket or disables the alarm; held for 10 s it erases everything."""

import asyncio

import clock
import hw
from log import log
from micropython import const
from tasks import IDLE_MS, Signal, beat, follow

_DEBOUNCE_MS = const(30)
_HOLD_MS = const(10000)


class Button:
    """`erasing`: it was held long enough; erase() is awaited when it is let go. `changed` is called for the LEDs."""

    def __init__(self, store, relay, alarm):
        self._store = store
        self._relay = relay
        self._alarm = alarm
        self._pin = hw.input("button")
        self._wake = Signal()
        self.erasing = False
        self.erase = None
        self.changed = lambda: None

    async def run(self):
        """The button's task."""
        if self._pin:
            asyncio.create_task(follow(self._pin.edge, self._wake))
        while True:
            if self._pin and self._pin.active():
                await self._held()
            beat("button")
            await self._wake.wait(IDLE_MS)

    async def _held(self):
        """The button is down: wait until it is let go, and act."""
        await asyncio.sleep_ms(_DEBOUNCE_MS)
        if not self._pin.active():
            return
        start = clock.ticks_ms()
        left = _HOLD_MS - _DEBOUNCE_MS
        while not await self._released(min(left, 1000) if left > 0 else 1000):
            beat("button")
            left = _HOLD_MS - _DEBOUNCE_MS - clock.ticks_diff(clock.ticks_ms(), start)
            if not self.erasing and left <= 0:
                log("button: held, erases on release")
                self.erasing = True  # POWER and OUT blink together
                self.changed()
        if self.erasing:
            await self.erase()
        else:
            self._press()

    async def _released(self, ms):
        """True once the button is up for 30 ms; False after `ms` at the latest."""
        await self._wake.wait(ms)
        if self._pin.active():
            return False
        await asyncio.sleep_ms(_DEBOUNCE_MS)
        return not self._pin.active()

    def _press(self):
        """The alarm off, else the socket toggled (R13.1)."""
        if self._alarm.enabled():
            log("button: alarm off")
            self._alarm.enable(False)
            self._store.save_soon()
        else:
            self._relay.switch(not self._relay.on, "button")
            self._relay.ordered()
