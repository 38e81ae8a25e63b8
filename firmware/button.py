"""The hidden button (R13): short toggles (or disables the alarm), held for 10 s it erases everything."""

import asyncio

import clock
import hw
from log import log
from micropython import const
from tasks import IDLE_MS, Signal, beat, follow

_DEBOUNCE_MS = const(30)
_HOLD_MS = const(10000)


class Button:
    """press(): a short press; erasing(on): the LEDs; erase(): everything, then restart."""

    def __init__(self, press, erasing, erase):
        self._pin = hw.input("button")
        self._press = press
        self._erasing = erasing
        self._erase = erase
        self._wake = Signal()

    async def run(self):
        """The button's task."""
        if self._pin:
            asyncio.create_task(follow(self._pin.edge, self._wake))
        while True:
            beat("button")
            if self._pin and self._pin.active():
                await self._held()
            await self._wake.wait(IDLE_MS)

    async def _held(self):
        await asyncio.sleep_ms(_DEBOUNCE_MS)
        if not self._pin.active():
            return
        start = clock.ticks_ms()
        long = False
        while not await self._released():
            beat("button")
            if not long and clock.ticks_diff(clock.ticks_ms(), start) >= _HOLD_MS - _DEBOUNCE_MS:
                long = True
                log("button: held, erases on release")
                self._erasing(True)
        if long:
            await self._erase()
        else:
            self._press()

    async def _released(self):
        """True once the button is up for 30 ms; looks again after a second at the latest."""
        await self._wake.wait(1000)
        if self._pin.active():
            return False
        await asyncio.sleep_ms(_DEBOUNCE_MS)
        return not self._pin.active()
